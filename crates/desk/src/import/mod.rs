//! History in: tickets and people of another desk, from CSV or JSON lines by a mapping, with the true times of what happened.
//!
//! A file is read once, its rows laid together by ticket (`spool`), each ticket put into our words (`drafting`, pure), and
//! written in batches (`writing`). A ticket is taken whole or refused whole. The foreign id is kept: what is here is passed over, so that an
//! import that was cut short goes on where it stood, and a file that comes twice doubles nothing.
//! It deliberately leaves out articles of a knowledge base and files; docs/import.md says how a mapping is written.

pub mod dates;
pub mod draft;
mod drafting;
mod fields;
pub mod mapping;
mod naming;
mod people;
pub mod recording;
pub mod refusal;
pub mod row;
mod spool;
pub mod store;
pub mod template;
#[cfg(test)]
mod tests;
mod writing;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::cx::Cx;
use kernel::db::{Db, Tx};
use kernel::error::{Error, Kind, Result};

use crate::triage;
use draft::Draft;
use drafting::Drafter;
use mapping::{Kind as Rows, Mapping};
use naming::Names;
use refusal::{Progress, Refusal, Summary, Witness};
use row::Row;
use writing::Written;

/// What is to be taken from where.
#[derive(Debug, Clone)]
pub struct Order {
    pub file: PathBuf,
    pub mapping: Arc<Mapping>,
    /// Nothing is written.
    pub dry: bool,
    /// Where temporary files may lie.
    pub folder: PathBuf,
}

/// Tickets in one transaction: a commit costs more than a ticket, and what a kill takes back is no more than this.
const BATCH: usize = 200;
/// Rows between two words about progress.
const ROWS: u64 = 1_000;

/// Reads the file and takes what is in it.
pub async fn run(db: &Db, cx: &Cx, order: &Order, witness: &mut dyn Witness) -> Result<Summary> {
    match order.mapping.kind {
        Rows::Tickets => tickets(db, cx, order, witness).await,
        Rows::People => persons(db, cx, order, witness).await,
    }
}

async fn tickets(db: &Db, cx: &Cx, order: &Order, witness: &mut dyn Witness) -> Result<Summary> {
    let mut summary = Summary::default();
    let (spool, columns) = lay_together(order, witness, &mut summary)?;
    let mapping = &order.mapping;
    let drafter = Drafter {
        ticket: mapping.ticket.as_ref().ok_or_else(Error::not_found)?,
        columns: &columns,
        dates: mapping.dates()?,
        matrix: db.read(triage::store::matrix).await?,
        now: cx.now(),
        mapping,
    };
    let of = spool.tickets() as u64;
    let mut done = 0;
    let mut names = Names::default();
    for drawer in spool.finish()? {
        let mut tickets = spool::empty(drawer)?.into_iter();
        loop {
            let some: Vec<_> = tickets.by_ref().take(BATCH).collect();
            if some.is_empty() {
                break;
            }
            done += some.len() as u64;
            let mut drafts = Vec::with_capacity(some.len());
            for (foreign, rows) in some {
                match drafter.draft(&foreign, rows) {
                    Ok(draft) => drafts.push(draft),
                    Err(refusal) => refuse(&mut summary, witness, refusal),
                }
            }
            let written = write(db, cx, order, drafts, &names).await?;
            summary.taken += written.taken;
            summary.known += written.known;
            for refusal in written.refused {
                refuse(&mut summary, witness, refusal);
            }
            names = written.names;
            witness.progress(Progress::Writing { done, of });
        }
    }
    (summary.people_added, summary.teams_added) = (names.people_added, names.teams_added);
    Ok(summary)
}

fn refuse(summary: &mut Summary, witness: &mut dyn Witness, refusal: Refusal) {
    summary.refused += 1;
    witness.refused(refusal);
}

/// Every row into the drawer of its ticket. A row without an id belongs to no ticket and is refused alone.
fn lay_together(
    order: &Order,
    witness: &mut dyn Witness,
    summary: &mut Summary,
) -> Result<(spool::Spool, row::Columns)> {
    let mut rows = row::Rows::open(&order.file, &order.mapping)?;
    let columns = rows.columns().clone();
    let id = order
        .mapping
        .ticket
        .as_ref()
        .map_or("", |ticket| ticket.id.as_str());
    let mut spool = spool::Spool::new(order.folder.clone());
    while let Some(row) = rows.next_row()? {
        summary.rows += 1;
        match row.get(&columns, id) {
            Some(foreign) => spool.put(foreign, &row)?,
            None => refuse(summary, witness, without_id(&row)),
        }
        if summary.rows.is_multiple_of(ROWS) {
            witness.progress(Progress::Reading {
                done: rows.position(),
                of: rows.size,
            });
        }
    }
    Ok((spool, columns))
}

fn without_id(row: &Row) -> Refusal {
    let (field, code) = match row.broken {
        Some(broken) => ("row", broken.code()),
        None => ("ticket.id", "desk.import.value_missing"),
    };
    Refusal {
        line: row.line,
        subject: String::new(),
        field: field.to_owned(),
        value: String::new(),
        error: Error::invalid(code),
    }
}

/// Writes a batch in one transaction; when it is refused as a whole, each ticket gets one of its own, so that the others are
/// not held up.
async fn write(db: &Db, cx: &Cx, order: &Order, drafts: Vec<Draft>, names: &Names) -> Result<Written> {
    let drafts = Arc::new(drafts);
    match batch(db, cx, order, Arc::clone(&drafts), names).await {
        Err(error) if error.kind() == Kind::Invalid && drafts.len() > 1 => {}
        outcome => return outcome,
    }
    let mut all = Written {
        names: names.clone(),
        ..Written::default()
    };
    for draft in drafts.iter() {
        match batch(db, cx, order, Arc::new(vec![draft.clone()]), &all.names).await {
            Ok(one) => {
                all.names = one.names;
                all.taken += one.taken;
                all.known += one.known;
                all.refused.extend(one.refused);
            }
            Err(error) if error.kind() == Kind::Invalid => all.refused.push(Refusal {
                line: draft.line,
                subject: draft.foreign.clone(),
                field: error
                    .fields()
                    .first()
                    .map_or_else(|| "ticket".to_owned(), |field| field.field.clone()),
                value: String::new(),
                error,
            }),
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

async fn batch(db: &Db, cx: &Cx, order: &Order, drafts: Arc<Vec<Draft>>, names: &Names) -> Result<Written> {
    let (cx, names, dry) = (cx.clone(), names.clone(), order.dry);
    let mapping = Arc::clone(&order.mapping);
    let work = move |tx: &mut Tx<'_>| writing::write(tx, &cx, &mapping.source, &drafts, &names, dry);
    if dry {
        db.read(work).await
    } else {
        db.write(work).await
    }
}

async fn persons(db: &Db, cx: &Cx, order: &Order, witness: &mut dyn Witness) -> Result<Summary> {
    let mut rows = row::Rows::open(&order.file, &order.mapping)?;
    let mut summary = Summary::default();
    loop {
        let mut some = Vec::new();
        while some.len() < BATCH {
            match rows.next_row()? {
                Some(row) => some.push(row),
                None => break,
            }
        }
        if some.is_empty() {
            return Ok(summary);
        }
        summary.rows += some.len() as u64;
        let (context, mapping, columns, dry) = (
            cx.clone(),
            Arc::clone(&order.mapping),
            rows.columns().clone(),
            order.dry,
        );
        let work = move |tx: &mut Tx<'_>| {
            let map = mapping.person.as_ref().ok_or_else(Error::not_found)?;
            people::write(tx, &context, map, &columns, &some, dry)
        };
        let (part, refused) = if dry {
            db.read(work).await?
        } else {
            db.write(work).await?
        };
        summary.taken += part.taken;
        summary.known += part.known;
        summary.people_added += part.people_added;
        summary.teams_added += part.teams_added;
        for refusal in refused {
            refuse(&mut summary, witness, refusal);
        }
        witness.progress(Progress::Reading {
            done: rows.position(),
            of: rows.size,
        });
    }
}

/// Reads a mapping file.
pub fn mapping(path: &Path) -> Result<Mapping> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Error::invalid("desk.import.file_unreadable")
            .arg("file", path.display().to_string())
            .arg("why", error.to_string())
    })?;
    Mapping::parse(&text)
}

//! One import from beginning to end: a thread reads the export, this side translates, files, and writes it in batches.
//!
//! Between the two stands a short queue, so that an export of any size is held only a few tickets at a time. What was cut
//! short is begun again with the same command: what is here is passed over.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use tokio::sync::mpsc;

use crate::desk::{Desk, Taker};
use crate::folder::Folder;
use crate::linking::{self, Wanted};
use crate::map::Map;
use crate::record::{Person, Place, Record, Ticket, Who};
use crate::refusal::Refusal;
use crate::translating::{Ready, Translator};
use crate::writing::{self, Manner, Names, Stored};
use crate::{filing, translating};

/// What is to be taken from where.
#[derive(Debug, Clone)]
pub struct Order {
    pub desk: Desk,
    pub folder: PathBuf,
    /// The department's mapping file.
    pub map: Option<PathBuf>,
    /// Nothing is written.
    pub dry: bool,
}

/// What came of an import; in a dry run what would.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    pub tickets: u64,
    /// Those that were here before.
    pub known: u64,
    pub refused: u64,
    pub people_added: u64,
    pub teams_added: u64,
    pub articles: u64,
    pub files: u64,
    pub linked: u64,
    /// Links to tickets that are not here.
    pub unlinked: u64,
    /// What became of their words: field, theirs, ours, in how many tickets.
    pub mapped: BTreeMap<translating::Mapped, u64>,
}

/// Who hears of refusals and of how far it is.
pub trait Witness: Send {
    fn refused(&mut self, refusal: &Refusal);
    /// So many tickets are done.
    fn progress(&mut self, tickets: u64);
}

/// Tickets in one transaction: a commit costs more than a ticket, and what a kill takes back is no more than this.
const BATCH: usize = 50;
/// Records between reader and writer.
const QUEUE: usize = 50;

enum Found {
    Record(Record),
    Refusal(Refusal),
}

struct Sender(mpsc::Sender<Found>);

impl Sender {
    fn send(&self, found: Found) -> Result<()> {
        // Nobody listens any more: the import has ended with an error of its own, which is the one that is told.
        self.0
            .blocking_send(found)
            .map_err(|_| Error::internal("the import has ended"))
    }
}

impl Taker for Sender {
    fn take(&mut self, record: Record) -> Result<()> {
        self.send(Found::Record(record))
    }

    fn refuse(&mut self, refusal: Refusal) -> Result<()> {
        self.send(Found::Refusal(refusal))
    }
}

/// Takes over an export.
pub async fn run(kernel: &Kernel, cx: &Cx, order: &Order, witness: &mut dyn Witness) -> Result<Summary> {
    let map = Arc::new(Map::load(order.desk, order.map.as_deref())?);
    let folder = Folder::open(&order.folder)?;
    let manner = Manner {
        desk: order.desk,
        source: map.source.clone(),
        staff_role: map.staff_role.clone(),
        dry: order.dry,
    };
    let roles = vec![manner.staff_role.clone()];
    kernel
        .db
        .read(move |tx| people::role::check_known(tx, &roles))
        .await
        .map_err(|_| {
            Error::invalid("migrate.map_wrong")
                .arg("key", "staff_role")
                .arg("value", map.staff_role.clone())
        })?;
    let (sender, mut found) = mpsc::channel(QUEUE);
    let reading = Arc::clone(&map);
    let desk = order.desk;
    let reader = tokio::task::spawn_blocking(move || desk.read(&folder, &reading, &mut Sender(sender)));
    let mut import = Import {
        kernel,
        cx,
        manner,
        map,
        matrix: kernel.db.read(desk::triage::store::matrix).await?,
        names: Names::default(),
        people: Vec::new(),
        tickets: Vec::new(),
        links: Vec::new(),
        seen: HashSet::new(),
        summary: Summary::default(),
    };
    while let Some(found) = found.recv().await {
        match found {
            Found::Record(Record::Person(place, who)) => import.person(place, who, witness).await?,
            Found::Record(Record::Ticket(ticket)) => import.ticket(*ticket, witness).await?,
            Found::Refusal(refusal) => import.refuse(refusal, witness),
        }
    }
    reader.await.map_err(Error::internal)??;
    import.finish(witness).await
}

struct Import<'a> {
    kernel: &'a Kernel,
    cx: &'a Cx,
    manner: Manner,
    map: Arc<Map>,
    matrix: desk::triage::Matrix,
    names: Names,
    people: Vec<(Place, Who)>,
    tickets: Vec<Ready>,
    links: Vec<Wanted>,
    seen: HashSet<String>,
    summary: Summary,
}

impl Import<'_> {
    fn refuse(&mut self, refusal: Refusal, witness: &mut dyn Witness) {
        self.summary.refused += 1;
        witness.refused(&refusal);
    }

    async fn person(&mut self, place: Place, who: Who, witness: &mut dyn Witness) -> Result<()> {
        self.people.push((place, who));
        if self.people.len() >= BATCH {
            self.flush_people(witness).await?;
        }
        Ok(())
    }

    async fn flush_people(&mut self, witness: &mut dyn Witness) -> Result<()> {
        let batch = std::mem::take(&mut self.people);
        if batch.is_empty() {
            return Ok(());
        }
        let all: Vec<Person> = batch.iter().map(|(_, who)| (**who).clone()).collect();
        match self.write_people(all).await {
            Ok(names) => self.names = names,
            Err(error) if error.kind() == Kind::Invalid => {
                // One of them is wrong: each gets a transaction of its own, so that the others are not held up.
                for (place, who) in batch {
                    match self.write_people(vec![(*who).clone()]).await {
                        Ok(names) => self.names = names,
                        Err(error) if error.kind() == Kind::Invalid => {
                            let refusal = refusal_of(place, who.email.clone(), error);
                            self.refuse(refusal, witness);
                        }
                        Err(error) => return Err(error),
                    }
                }
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    async fn write_people(&self, all: Vec<Person>) -> Result<Names> {
        let (cx, manner, names) = (self.cx.clone(), self.manner.clone(), self.names.clone());
        self.in_transaction(move |tx| {
            let mut names = names.clone();
            for who in &all {
                names.person(tx, &cx, &manner, who)?;
            }
            Ok(names)
        })
        .await
    }

    async fn in_transaction<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        if self.manner.dry {
            self.kernel.db.read(work).await
        } else {
            self.kernel.db.write(work).await
        }
    }

    async fn ticket(&mut self, ticket: Ticket, witness: &mut dyn Witness) -> Result<()> {
        self.flush_people(witness).await?;
        if !self.seen.insert(ticket.foreign.clone()) {
            let twice = crate::refusal::wrong("id", &ticket.foreign, "migrate.id_twice");
            self.refuse(twice.at(&ticket.place, &ticket.reference), witness);
            return Ok(());
        }
        let translator = Translator {
            map: &self.map,
            matrix: &self.matrix,
            now: self.cx.now(),
        };
        let place = (ticket.place.clone(), ticket.reference.clone());
        let checked =
            filing::check(&ticket, self.map.missing_files).map_err(|wrong| wrong.at(&place.0, &place.1));
        match checked.and_then(|()| translator.translate(ticket)) {
            Ok(ready) => {
                self.tickets.push(ready);
                if self.tickets.len() >= BATCH {
                    self.flush_tickets(witness).await?;
                }
            }
            Err(refusal) => self.refuse(refusal, witness),
        }
        Ok(())
    }

    async fn flush_tickets(&mut self, witness: &mut dyn Witness) -> Result<()> {
        let mut batch = std::mem::take(&mut self.tickets);
        let foreign: Vec<String> = batch.iter().map(|ready| ready.draft.foreign.clone()).collect();
        let source = self.manner.source.clone();
        let here: BTreeSet<String> = self
            .kernel
            .db
            .read(move |tx| {
                let foreign: Vec<&str> = foreign.iter().map(String::as_str).collect();
                desk::import::store::known(tx, &source, &foreign)
            })
            .await?;
        for ready in &batch {
            self.links.extend(ready.record.links.iter().map(|link| Wanted {
                from: ready.draft.foreign.clone(),
                relation: link.relation,
                to: link.other.clone(),
                is_new: !here.contains(&ready.draft.foreign),
            }));
        }
        batch.retain(|ready| !here.contains(&ready.draft.foreign));
        self.summary.known += here.len() as u64;
        let mut filed = Vec::with_capacity(batch.len());
        for ready in batch {
            let stored = if self.manner.dry {
                Stored::default()
            } else {
                filing::store(self.kernel, &ready.record).await?
            };
            filed.push((ready, stored));
        }
        self.write_tickets(filed, witness).await?;
        witness.progress(self.summary.tickets + self.summary.known);
        Ok(())
    }

    /// In one transaction; when that is refused, each ticket gets one of its own.
    async fn write_tickets(&mut self, filed: Vec<(Ready, Stored)>, witness: &mut dyn Witness) -> Result<()> {
        if filed.is_empty() {
            return Ok(());
        }
        let filed = Arc::new(filed);
        match self.write_batch(&filed, None).await {
            Ok((taken, names)) => {
                self.names = names;
                self.summary.tickets += taken;
                filed.iter().for_each(|(ready, _)| self.summary.count(ready));
            }
            Err(error) if error.kind() == Kind::Invalid => {
                for (place, (ready, _)) in filed.iter().enumerate() {
                    match self.write_batch(&filed, Some(place)).await {
                        Ok((taken, names)) => {
                            self.names = names;
                            self.summary.tickets += taken;
                            self.summary.count(ready);
                        }
                        Err(error) if error.kind() == Kind::Invalid => {
                            let (place, subject) =
                                (ready.record.place.clone(), ready.record.reference.clone());
                            self.refuse(refusal_of(place, subject, error), witness);
                        }
                        Err(error) => return Err(error),
                    }
                }
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    async fn write_batch(
        &self,
        filed: &Arc<Vec<(Ready, Stored)>>,
        only: Option<usize>,
    ) -> Result<(u64, Names)> {
        let (cx, manner, names) = (self.cx.clone(), self.manner.clone(), self.names.clone());
        let filed = Arc::clone(filed);
        self.in_transaction(move |tx| {
            let batch = match only {
                Some(place) => &filed[place..=place],
                None => &filed[..],
            };
            writing::write(tx, &cx, &manner, batch, &names)
        })
        .await
    }

    async fn finish(mut self, witness: &mut dyn Witness) -> Result<Summary> {
        self.flush_people(witness).await?;
        if !self.tickets.is_empty() {
            self.flush_tickets(witness).await?;
        }
        let links = linking::once(std::mem::take(&mut self.links));
        for some in links.chunks(BATCH) {
            if self.manner.dry {
                // The other ticket may come with this very export; nothing is here yet to look at.
                for link in some {
                    if !self.seen.contains(&link.to) {
                        self.summary.unlinked += 1;
                    } else if link.is_new {
                        self.summary.linked += 1;
                    }
                }
                continue;
            }
            let (cx, source, some) = (self.cx.clone(), self.manner.source.clone(), some.to_vec());
            let made = self
                .kernel
                .db
                .write(move |tx| linking::make(tx, &cx, &source, &some))
                .await?;
            self.summary.linked += made.linked;
            self.summary.unlinked += made.left;
        }
        self.summary.people_added = self.names.people_added;
        self.summary.teams_added = self.names.teams_added;
        Ok(self.summary)
    }
}

fn refusal_of(place: Place, subject: String, error: Error) -> Refusal {
    let field = error
        .fields()
        .first()
        .map_or_else(|| "ticket".to_owned(), |field| field.field.clone());
    Refusal {
        place,
        subject,
        field,
        value: String::new(),
        error,
    }
}

impl Summary {
    fn count(&mut self, ready: &Ready) {
        self.articles += 1 + ready.said.len() as u64;
        let files = ready.record.articles.iter().map(|article| article.files.len());
        self.files += (ready.record.body_files.len() + files.sum::<usize>()) as u64;
        for mapped in &ready.mapped {
            *self.mapped.entry(mapped.clone()).or_default() += 1;
        }
    }
}

//! A batch of drafts, written whole in one transaction: people, tickets with their record, where they come from, and
//! what figures need of them.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;

use super::draft::Draft;
use super::naming::Names;
use super::refusal::Refusal;
use super::{recording, store};
use crate::bulk::{self, Recorded};
use crate::figures;

/// What came of a batch.
#[derive(Debug, Default)]
pub struct Written {
    pub names: Names,
    pub taken: u64,
    pub known: u64,
    pub refused: Vec<Refusal>,
}

/// Writes what is not here yet. Those that name somebody unknown are refused, the others are not held up by it.
pub fn write(
    tx: &mut Tx,
    cx: &Cx,
    source: &str,
    drafts: &[Draft],
    names: &Names,
    dry: bool,
) -> Result<Written> {
    if !dry {
        // Two imports of one source at once would both find a ticket new; the second waits and finds it here.
        tx.lock("desk.import", source)?;
    }
    let foreign: Vec<&str> = drafts.iter().map(|draft| draft.foreign.as_str()).collect();
    let here = store::known(tx, source, &foreign)?;
    let mut written = Written {
        names: names.clone(),
        known: here.len() as u64,
        ..Written::default()
    };
    let mut taken: Vec<&Draft> = Vec::new();
    for draft in drafts.iter().filter(|draft| !here.contains(&draft.foreign)) {
        match written.names.lacks(tx, draft)? {
            Some(refusal) => written.refused.push(refusal),
            None => {
                written.names.learn(tx, cx, draft, dry)?;
                taken.push(draft);
            }
        }
    }
    written.taken = taken.len() as u64;
    if !dry && !taken.is_empty() {
        insert(tx, cx, source, &taken, &written.names)?;
    }
    Ok(written)
}

fn insert(tx: &mut Tx, cx: &Cx, source: &str, drafts: &[&Draft], names: &Names) -> Result<()> {
    let records: Vec<Recorded> = drafts
        .iter()
        .map(|draft| recording::recorded(draft, names, source))
        .collect::<Result<_>>()?;
    let numbers = bulk::insert(tx, cx, &bulk::recorded(&records)?)?;
    let origins: Vec<_> = numbers
        .iter()
        .zip(drafts)
        .map(|(number, draft)| (*number, draft.foreign.clone(), draft.stated.clone()))
        .collect();
    store::insert(tx, source, &origins, cx.now())?;
    figures::take_in(tx, &numbers, &records, drafts)
}

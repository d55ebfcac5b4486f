//! Feeds this node's search index: from the event log while running, from the tables when it is new or rebuilt.
//!
//! The index remembers the place in the log up to which it was fed, so nothing is lost or done twice across crashes.
//! What a document holds is its slice's to say ([`SearchSource`]); who may find it is part of the document.

use std::collections::BTreeSet;
use std::time::Duration;

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, Cursor, Event};
use kernel::search::{Change, Document};
use kernel::wake::Wake;

use crate::app::App;
use crate::slice::SearchSource;

/// Events taken in one step; their documents are held in memory.
const EVENTS: i64 = 200;
/// Documents read in one step of a rebuild.
const DOCUMENTS: i64 = 500;
/// The log is looked at this often even when no wake came.
const LOOK: Duration = Duration::from_secs(1);
/// After a step: under load many events then come in one.
const GATHER: Duration = Duration::from_millis(100);
/// After a failure.
const PAUSE: Duration = Duration::from_secs(5);
/// How often catching up looks again for events that are committed and cannot be read yet: two seconds at most, for a
/// transaction may stay open for hours.
const PATIENCE: u32 = 200;
/// Between two such looks.
const SHORTLY: Duration = Duration::from_millis(10);

/// Keeps the index up with the log until the process stops.
pub async fn feed(app: App) {
    let mut wakes = app.db.wakes().listen(Wake::Events);
    while !app.stop.is_stopped() {
        if let Err(error) = keep_synonyms(&app).await {
            tracing::warn!(error = %error, "the synonyms could not be read; those known before hold");
        }
        if app.search.take_wish() {
            tokio::spawn(fulfil(app.clone()));
        }
        match step(&app).await {
            Ok(Step::Full) => {}
            Ok(Step::Some) => {
                tokio::select! {
                    () = tokio::time::sleep(GATHER) => {}
                    () = app.stop.stopped() => {}
                }
            }
            Ok(Step::Nothing) => {
                tokio::select! {
                    () = wakes.wait(LOOK) => {}
                    () = app.stop.stopped() => {}
                }
            }
            Err(error) => {
                tracing::warn!(error = %error, "the search index could not be fed; trying again");
                tokio::select! {
                    () = tokio::time::sleep(PAUSE) => {}
                    () = app.stop.stopped() => {}
                }
            }
        }
    }
}

/// Builds the index anew because the command line asked for it; the old one is fed and answers meanwhile.
async fn fulfil(app: App) {
    tracing::info!("the search index is built anew");
    match rebuild(&app).await {
        Ok(documents) => tracing::info!(documents, "the new search index serves"),
        Err(error) => {
            tracing::error!(error = %error, "the search index could not be built anew; the old one serves")
        }
    }
    app.search.wish_ended();
}

/// Takes in everything the log holds now; for commands and tests.
///
/// # Errors
/// When database or index do not answer.
pub async fn catch_up(app: &App) -> Result<()> {
    keep_synonyms(app).await?;
    for _ in 0..PATIENCE {
        // Asked before the log is read: what was held back then may have become readable behind the last step.
        let held_back = app.db.read(event::is_held_back).await?;
        while step(app).await? != Step::Nothing {}
        if !held_back {
            break;
        }
        tokio::time::sleep(SHORTLY).await;
    }
    app.search.commit()
}

/// Builds the index anew from the tables while the old one still answers. Gives back the number of documents.
///
/// # Errors
/// When database or index do not answer, or another rebuild runs.
pub async fn rebuild(app: &App) -> Result<u64> {
    // What changes while the tables are read comes again from the log: the place is taken before.
    let place = app.db.read(event::tail).await?;
    let fresh = app.search.rebuild()?;
    let mut count = 0_u64;
    for source in app.search_sources().copied() {
        let mut after = String::new();
        loop {
            let from = after.clone();
            let page = app.db.read(move |tx| {
                let keys = (source.list)(tx, &from, DOCUMENTS)?;
                let documents = if keys.is_empty() {
                    Vec::new()
                } else {
                    (source.load)(tx, &keys)?
                };
                Ok((keys, documents))
            });
            let (keys, documents) = page.await?;
            let Some(last) = keys.into_iter().next_back() else {
                break;
            };
            after = last;
            count += u64::try_from(documents.len()).unwrap_or(0);
            fresh.upsert(documents)?;
        }
    }
    tokio::task::spawn_blocking(move || fresh.finish(Some(place)))
        .await
        .map_err(Error::internal)??;
    Ok(count)
}

/// Hands the department's synonyms to the index; questions know a changed group a second later.
async fn keep_synonyms(app: &App) -> Result<()> {
    let known: Vec<_> = app.slices().iter().filter_map(|slice| slice.synonyms).collect();
    if known.is_empty() {
        return Ok(());
    }
    let groups = app.db.read(move |tx| {
        let mut groups = Vec::new();
        for synonyms in &known {
            groups.extend(synonyms(tx)?);
        }
        Ok(groups)
    });
    app.search.keep_synonyms(groups.await?);
    Ok(())
}

/// What one step came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// As much as a step takes: there may be more.
    Full,
    /// All there was.
    Some,
    Nothing,
}

/// Takes in the next events.
async fn step(app: &App) -> Result<Step> {
    let Some(from) = app.search.position() else {
        rebuild(app).await?;
        return Ok(Step::Full);
    };
    let sources: Vec<SearchSource> = app.search_sources().copied().collect();
    let Some(Read { changes, to, step }) = app.db.read(move |tx| changes_after(tx, from, &sources)).await?
    else {
        return Ok(Step::Nothing);
    };
    let search = app.search.clone();
    // `false` (the index was rebuilt meanwhile) needs nothing: the next step asks where it stands.
    let taken = tokio::task::spawn_blocking(move || search.apply(&changes, Some(from), to)).await;
    taken.map_err(Error::internal)?.map(|_at_its_place| step)
}

/// What the next events change.
struct Read {
    changes: Vec<Change>,
    to: Cursor,
    step: Step,
}

fn changes_after(tx: &mut Tx<'_>, from: Cursor, sources: &[SearchSource]) -> Result<Option<Read>> {
    let events = event::read_after(tx, from, EVENTS)?;
    let Some(to) = events.last().map(Event::cursor) else {
        return Ok(None);
    };
    let mut changes = Vec::new();
    for source in sources {
        let keys: BTreeSet<String> = events.iter().flat_map(source.touched).collect();
        let keys: Vec<String> = keys.into_iter().collect();
        if !keys.is_empty() {
            let documents = (source.load)(tx, &keys)?;
            changes.extend(changes_of(source.kinds, &keys, documents));
        }
    }
    let is_full = i64::try_from(events.len()).unwrap_or(EVENTS) >= EVENTS;
    Ok(Some(Read {
        changes,
        to,
        step: if is_full { Step::Full } else { Step::Some },
    }))
}

/// Keys whose documents are gone leave the index.
fn changes_of(kinds: &[&str], keys: &[String], documents: Vec<Document>) -> Vec<Change> {
    let found: BTreeSet<(&str, &str)> = documents
        .iter()
        .map(|document| (document.kind.as_str(), document.key.as_str()))
        .collect();
    let wanted = kinds
        .iter()
        .flat_map(|kind| keys.iter().map(move |key| (*kind, key)));
    let gone: Vec<Change> = wanted
        .filter(|(kind, key)| !found.contains(&(*kind, key.as_str())))
        .map(|(kind, key)| Change::Delete {
            kind: kind.to_owned(),
            key: key.clone(),
        })
        .collect();
    documents.into_iter().map(Change::Upsert).chain(gone).collect()
}

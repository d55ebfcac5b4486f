//! One ticket taken back through its events, the rule asked at each that matters.

use desk::ticket::{Stage, listing};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::Event;
use kernel::time::Timestamp;

use super::{Asked, Would};
use crate::matching::scene::{self, Scene};
use crate::matching::{Facts, Matched, judge};
use crate::rule::{Definition, Trigger};
use crate::running::firing::begun;

/// The tickets that are not closed, as many as are looked at.
pub(super) fn alive(tx: &mut Tx<'_>, most: i64) -> Result<Vec<i64>> {
    let mut numbers = Vec::new();
    for stage in [Stage::Open, Stage::Resolved] {
        let found = listing::store::longest_unchanged(tx, stage, (i64::MIN, 0), i64::MAX, most)?;
        numbers.extend(found.into_iter().map(|(_, number)| number));
    }
    Ok(numbers)
}

/// When the rule would have fired on a ticket within a span, the latest first.
pub(super) fn ticket(
    tx: &mut Tx<'_>,
    definition: &Definition,
    number: i64,
    asked: &Asked,
    span: (Timestamp, Timestamp),
) -> Result<Vec<Would>> {
    let Some(scene) = scene::load(tx, number)? else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    let mut facts = scene.facts();
    let hourly = definition.when.contains(&Trigger::Hourly);
    if hourly && scene::is_alive(&scene.ticket) {
        found.extend(stretch(&scene, definition, &facts, &scene.history, span.1)?);
    }
    for (index, event) in scene.history.iter().enumerate().rev() {
        let past = &scene.history[..=index];
        if asked.events.contains(&event.seq) {
            let words = scene::said(tx, event)?;
            let mut then = facts.clone();
            scene.complete(&mut then, Some((event, &words)), past, scene::happened(event))?;
            found.extend(
                judge(definition, &then)
                    .map(|matched| would(&scene, event.seq, scene::happened(event), &matched)),
            );
        }
        facts.undo(event);
        let ended = scene::happened(event);
        // A stretch ends where the next begins; the facts are by now those before this event.
        if hourly && ended >= span.0 && index > 0 && begun(definition, &scene.history[..=index]) == event.seq
        {
            found.extend(stretch(
                &scene,
                definition,
                &facts,
                &scene.history[..index],
                ended,
            )?);
        }
    }
    Ok(found)
}

fn stretch(
    scene: &Scene,
    definition: &Definition,
    facts: &Facts,
    past: &[Event],
    ended: Timestamp,
) -> Result<Option<Would>> {
    let mut then = facts.clone();
    scene.complete(&mut then, None, past, ended)?;
    Ok(judge(definition, &then).map(|matched| would(scene, 0, ended, &matched)))
}

fn would(scene: &Scene, event: i64, at: Timestamp, matched: &[Matched]) -> Would {
    Would {
        ticket: scene.ticket.number,
        title: scene.ticket.title.clone(),
        event,
        at,
        because: matched.iter().map(Matched::told).collect(),
    }
}

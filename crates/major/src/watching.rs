//! Each minute: words that are due, words that did not reach everybody, and reviews that are late.
//!
//! When words to those affected are due, whoever speaks with them and the commander are told by mail, and a note stands on
//! the ticket; once more when as much time has passed again. Each of it is one transaction, so two nodes tell once.

use desk::ticket::{self, Note};
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Arg;
use kernel::job::{Every, Job, JobHandler, Schedule};
use serde_json::json;

use crate::incident::{self, IncidentId, Role};
use crate::{events, letters, review, update};

const NAME: &str = "major.watch";
/// Handled by one run; the next comes in a minute.
const PIECE: i64 = 100;
/// Told so often for the same words.
const TIMES: i64 = 2;

/// Does it.
pub const HANDLER: JobHandler = JobHandler { kind: NAME, run };

/// Every minute.
pub const SCHEDULE: Schedule = Schedule {
    name: NAME,
    every: Every::Seconds(60),
    job: NAME,
};

fn run(kernel: Kernel, _job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let now = kernel.clock.now();
        let (due, forgotten, late) = kernel
            .db
            .read(move |tx| {
                let due = incident::store::to_remind(tx, now, PIECE)?;
                let forgotten = update::store::forgotten(tx, now.add_secs(-update::LATE_SECONDS), PIECE)?;
                Ok((due, forgotten, review::store::to_chase(tx, now, PIECE)?))
            })
            .await?;
        for id in due {
            let (cx, base) = (kernel.cx_system(NAME), kernel.config.base_url.clone());
            kernel.db.write(move |tx| remind(tx, &cx, &base, id)).await?;
        }
        for words in forgotten {
            // Its job died, or a node with it. A job that waits already is not asked for twice.
            let cx = kernel.cx_system(NAME);
            kernel
                .db
                .write(move |tx| update::telling::ask(tx, &cx, words))
                .await?;
        }
        for id in late {
            let (cx, base) = (kernel.cx_system(NAME), kernel.config.base_url.clone());
            kernel
                .db
                .write(move |tx| review::chasing::chase(tx, &cx, &base, id))
                .await?;
        }
        Ok(())
    })
}

/// Reminds of the words of one incident, unless that was done or they were said meanwhile.
fn remind(tx: &mut Tx<'_>, cx: &Cx, base: &str, id: IncidentId) -> Result<()> {
    tx.lock("major.incident", id)?;
    let Some(mut incident) = incident::store::find(tx, id)? else {
        return Ok(());
    };
    let (Some(due), Some(at)) = (incident.next_update_at, incident.remind_at) else {
        return Ok(());
    };
    if at > cx.now() {
        return Ok(());
    }
    let minutes = cx.now().since(due) / 60_000;
    incident.reminded += 1;
    let again = due.add_secs(incident.update_minutes.saturating_mul(60 * incident.reminded));
    incident.remind_at = (incident.reminded < TIMES).then_some(again);
    let data = json!({ "minutes": minutes, "time": incident.reminded });
    incident::save(tx, cx, &mut incident, events::UPDATE_OVERDUE, data, None)?;
    let holders = incident::store::holders(tx, id)?;
    let told = [Role::Support, Role::Commander];
    let readers: Vec<_> = holders
        .iter()
        .filter(|holder| told.contains(&holder.role))
        .map(|holder| holder.person)
        .collect();
    let words = letters::Words {
        subject: "major-mail-due-subject",
        text: "major-mail-due-text",
        about: incident.subject(),
        key: format!("major.due:{id}:{}:{}", due.millis(), incident.reminded),
    };
    letters::send(tx, cx, &readers, &words, |_, _| {
        vec![
            ("title", incident.title.clone()),
            ("minutes", minutes.to_string()),
            ("link", letters::room(base, id)),
        ]
    })?;
    let arguments = [
        ("title", Arg::from(incident.title.as_str())),
        ("minutes", Arg::from(minutes.to_string().as_str())),
    ];
    let note = Note {
        body: note_locale(tx, &readers)?.t_with("major-note-due", &arguments),
        ..Note::default()
    };
    ticket::note(tx, cx, incident.ticket, note).map(drop)
}

/// A note is read by many; it is written in the commander's language.
fn note_locale(tx: &mut Tx<'_>, readers: &[kernel::UserId]) -> Result<kernel::Locale> {
    let Some(first) = readers.first() else {
        return Ok(kernel::Locale::default());
    };
    let found = people::user::store::find(tx, *first)?;
    Ok(found.and_then(|person| person.locale).unwrap_or_default())
}

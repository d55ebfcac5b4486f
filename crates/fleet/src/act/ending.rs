//! The end of an act: once, whoever says it how often, with a line on its ticket.

use kernel::cx::{Cx, Via};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{self, New, Past};
use kernel::job;
use protocol::message::Outcome;
use serde_json::json;

use super::{Act, State, events, keeping, store, telling};
use crate::device;
use desk::ticket;

/// Words of an outcome are kept up to so many characters, what came of it up to so many bytes.
const TEXT_MOST: usize = 2_000;
const SUMMARY_MOST: usize = 512 * 1024;
/// The words of an end that only the server assumes: what the device says later counts more.
pub(crate) const NEVER_HEARD: &str = "never heard";

/// Ends an act. Gives back whether this was the end: an act that is over stays as it is.
///
/// # Errors
/// The database's.
pub fn settle(tx: &mut Tx<'_>, cx: &Cx, act: &mut Act, outcome: Outcome) -> Result<bool> {
    if act.state.is_over() && !is_assumed(act) {
        return Ok(false);
    }
    let outcome = capped(outcome);
    (act.state, act.ended_at) = (State::of(&outcome), Some(cx.now()));
    act.outcome = Some(outcome);
    store::update(tx, act)?;
    if !is_assumed(act) {
        job::enqueue(tx, cx, keeping::job_of(act.id))?;
    }
    tell(tx, cx, act)?;
    Ok(true)
}

fn is_assumed(act: &Act) -> bool {
    matches!(&act.outcome, Some(Outcome::Lost { text }) if text == NEVER_HEARD)
}

/// What a device says of an end, in bounded size.
fn capped(outcome: Outcome) -> Outcome {
    let short = |text: String| {
        text.chars()
            .filter(|letter| *letter != '\0')
            .take(TEXT_MOST)
            .collect::<String>()
    };
    match outcome {
        Outcome::Done { code, summary, hash } => {
            let is_small = serde_json::to_string(&summary)
                .is_ok_and(|text| text.len() <= SUMMARY_MOST && !text.contains("\\u0000"));
            Outcome::Done {
                code,
                summary: if is_small {
                    summary
                } else {
                    serde_json::Value::Null
                },
                hash: hash.map(short),
            }
        }
        Outcome::Failed { code, text } => Outcome::Failed {
            code: short(code),
            text: short(text),
        },
        Outcome::Refused { code } => Outcome::Refused { code: short(code) },
        Outcome::Lost { text } => Outcome::Lost { text: short(text) },
        Outcome::Cancelled => Outcome::Cancelled,
    }
}

/// The line on the ticket. It is the asker's, whoever brings the news.
fn tell(tx: &mut Tx<'_>, cx: &Cx, act: &Act) -> Result<()> {
    let name = device::store::find(tx, act.device)?
        .map(|device| device.name)
        .unwrap_or_default();
    let line = telling::line(act, &name);
    let mut data = json!({
        "act": act.id.to_string(), "device": act.device.to_string(), "verb": act.verb, "state": act.state.as_str(),
    });
    // A rollout has lines of its own: hundreds of acts would bury what people say.
    match act.rollout {
        Some(rollout) => data["rollout"] = json!(rollout.to_string()),
        None => data["line"] = json!(line.shown),
    }
    let new = New {
        kind: events::DONE,
        subject: ticket::subject(act.ticket),
        data,
        personal: act.rollout.is_none().then(|| json!({ "line": line.personal })),
    };
    let past = Past {
        at: cx.now(),
        actor: format!("user:{}", act.person),
        via: Via::Job,
        new,
    };
    event::append_past(tx, cx, &[past])
}

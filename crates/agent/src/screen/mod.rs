//! The screen of whoever sits at the device: asked for, shown, and taken back by that person.
//!
//! What is shown and pressed is the crate `screen`'s, which runs on a thread of its own; `desktop` finds whose screen there is, and
//! `session` carries it over the channel: records of `protocol::screen`, in which the server can begin anew after a dropped link.
//! Without a server for [`PATIENCE`] the session ends.
//!
//! This runs in a session helper, as the user whose desktop it is.

pub mod desktop;
mod session;

use std::time::Duration;

use protocol::message::Outcome;
use protocol::verb::Verb;
use screen::Wish;

use crate::executing::{Channel, Surroundings, Teller};

/// So long a session waits for a link.
const PATIENCE: Duration = Duration::from_secs(120);
/// So long whoever sits there may think about it.
const ANSWER: Duration = Duration::from_secs(60);

/// Shows the screen until somebody ends it.
pub async fn perform(
    verb: Verb,
    teller: &Teller,
    channel: Option<Channel>,
    surroundings: &Surroundings,
) -> Outcome {
    let Verb::Screen {
        control,
        clipboard,
        ask,
    } = verb
    else {
        return failed("verb", "this is no screen");
    };
    let Some(channel) = channel else {
        return failed("channel", "the order named no channel");
    };
    let desktop = match desktop::own() {
        Ok(desktop) => desktop,
        Err(trouble) => return failed(trouble.code(), trouble.to_string()),
    };
    let floor = &surroundings.floor;
    let wish = Wish {
        control,
        clipboard: control && clipboard,
        // The server may ask for more politeness than the floor, never for less.
        ask: ask || floor.always_ask || !floor.screen_unasked,
        who: surroundings.asker.name.clone(),
        subject: subject(&surroundings.asker.subject),
        patience: ANSWER,
    };
    session::run(desktop, wish, teller, channel, floor.require_recording).await
}

/// What it is for, as people say it: `ticket:1042` is #1042.
fn subject(subject: &str) -> String {
    subject
        .strip_prefix("ticket:")
        .map_or_else(|| subject.to_owned(), |number| format!("#{number}"))
}

fn failed(code: &str, text: impl Into<String>) -> Outcome {
    Outcome::Failed {
        code: code.to_owned(),
        text: text.into(),
    }
}

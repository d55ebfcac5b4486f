//! A terminal on the device: a shell behind a pty, whose every byte is written down and sent on.
//!
//! The session is a stream of records (`protocol::recording`): what was shown, what was typed (masked while the terminal
//! does not show it), sizes, the end. They are numbered by their bytes and the last of them are kept (`scrollback`), so
//! that a dropped link loses nothing: with the next link the server says from which byte on it needs them. Without a
//! server for [`PATIENCE`] the session ends. While nothing can be sent the shell is only read as far as the scrollback
//! has room; then it waits, as it would for a slow terminal.
//!
//! This runs in a session helper, as the user whose terminal it is: it starts a login shell plainly, in an environment
//! that holds nothing of ours (`shell`).

mod pty;
mod scrollback;
mod sending;
mod session;
mod shell;
#[cfg(test)]
mod tests;

use crate::executing::{Channel, Surroundings, Teller};
use protocol::message::Outcome;
use protocol::recording::SIDE_MOST;
use protocol::verb::Verb;
use std::time::Duration;

/// So long a session waits for a link.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Opens a terminal and serves it until it ends.
pub async fn perform(
    verb: Verb,
    teller: &Teller,
    channel: Option<Channel>,
    surroundings: &Surroundings,
) -> Outcome {
    let Verb::Terminal { columns, rows, .. } = verb else {
        return failed("verb", "this is no terminal");
    };
    let Some(channel) = channel else {
        return failed("channel", "the order named no channel");
    };
    let shell = match shell::Shell::of_this_user(surroundings) {
        Ok(shell) => shell,
        Err(text) => return failed("shell", text),
    };
    let size = bounded((columns, rows));
    let pty = match pty::Pty::open(&shell, size) {
        Ok(pty) => pty,
        Err(text) => return failed("pty", text),
    };
    session::run(
        pty,
        &shell,
        size,
        teller,
        channel,
        surroundings.floor.require_recording,
    )
    .await
}

/// A size that a terminal can have.
fn bounded((columns, rows): (u16, u16)) -> (u16, u16) {
    (columns.clamp(2, SIDE_MOST), rows.clamp(1, SIDE_MOST))
}

fn failed(code: &str, text: impl Into<String>) -> Outcome {
    Outcome::Failed {
        code: code.to_owned(),
        text: text.into(),
    }
}

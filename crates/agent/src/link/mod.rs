//! The one line to the server: out from here, a WebSocket over TLS, kept up for ever.
//!
//! It knows how to find the server, to prove both sides, to notice silence, and to come back; it does not know what is
//! said. That is the executor's, at the other end of a pair of queues or, when they are two processes, of a socket: this
//! half is the one that touches the network, and runs without root.
//!
//! Frames for a link that has gone must not reach the next one, so after [`FromLink::Up`] everything is thrown away until
//! [`ToLink::Ready`].

mod address;
pub mod backoff;
mod connect;
mod greeting;
mod pump;

use backoff::Backoff;
use protocol::enrolment::Document;
use protocol::frame::Frame;
use protocol::key::KeyPair;
use protocol::message::{FromServer, Identity};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

pub use address::Address;
pub use connect::{Roots, TryError, open as reach};

/// Frames on the way between link and executor.
pub const QUEUE: usize = 64;

/// Connecting, TLS, and both proofs together must not take longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the link must know.
#[derive(Debug)]
pub struct Settings {
    pub document: Document,
    pub key: KeyPair,
    pub boot: String,
    /// Sent with the token until the server knows this key.
    pub enrol: Option<Identity>,
}

/// What the link tells the executor.
#[derive(Clone, Debug, PartialEq)]
pub enum FromLink {
    /// The server welcomed us, with its `Welcome`.
    Up(Box<FromServer>),
    Frame(Frame),
    /// There is no link any more, or still none, and why.
    Down {
        code: String,
        text: String,
    },
}

/// What the executor tells the link.
#[derive(Clone, Debug, PartialEq)]
pub enum ToLink {
    /// It knows of the new link; frames from here on are meant for it.
    Ready,
    Frame(Frame),
    /// Leave this link and come back at a random moment within this time.
    Leave(Pause),
    /// The server knows the key now; the token is not sent any more.
    Enrolled,
}

/// How long to stay away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub within_seconds: u32,
}

/// Why an attempt or a link ended.
#[derive(Clone, Debug, PartialEq)]
enum End {
    /// It broke; come back soon.
    Broken(String),
    /// The server does not want us.
    Refused { code: String, text: String },
    /// The executor asked for it.
    Leave(Pause),
    /// The executor is gone.
    Over,
}

/// Keeps the link up until the executor is gone.
pub async fn keep(mut settings: Settings, to: mpsc::Sender<FromLink>, mut from: mpsc::Receiver<ToLink>) {
    let mut backoff = Backoff::default();
    let mut roots = Roots::default();
    // Every device begins elsewhere in the list, and goes on to the next when one does not answer.
    let mut turn = rand::random::<u16>() as usize;
    loop {
        let end = attempt(&mut settings, turn, &mut roots, &mut backoff, &to, &mut from).await;
        let (pause, down) = match end {
            End::Over => return,
            End::Broken(text) => {
                turn = turn.wrapping_add(1);
                (backoff.failed(), ("broken".to_owned(), text))
            }
            End::Refused { code, text } if is_passing(&code) => (backoff.failed(), (code, text)),
            End::Refused { code, text } => (backoff.unwanted(), (code, text)),
            End::Leave(Pause { within_seconds }) => {
                let most = Duration::from_secs(u64::from(within_seconds.min(3600)));
                let text = "the server asked us to come back later".to_owned();
                (backoff::between(Duration::ZERO, most), ("leave".to_owned(), text))
            }
        };
        let (code, text) = down;
        if to.send(FromLink::Down { code, text }).await.is_err()
            || !rest(pause, &mut settings, &mut from).await
        {
            return;
        }
    }
}

/// Refusals that say nothing about this device.
fn is_passing(code: &str) -> bool {
    matches!(code, "busy" | "greeting" | "gone")
}

/// Waits, while what the executor says to a link that is gone is thrown away. False when the executor is gone.
async fn rest(pause: Duration, settings: &mut Settings, from: &mut mpsc::Receiver<ToLink>) -> bool {
    let waking = sleep(pause);
    tokio::pin!(waking);
    loop {
        tokio::select! {
            () = &mut waking => return true,
            said = from.recv() => match said {
                None => return false,
                Some(ToLink::Enrolled) => settings.enrol = None,
                Some(_) => {}
            },
        }
    }
}

async fn attempt(
    settings: &mut Settings,
    turn: usize,
    roots: &mut Roots,
    backoff: &mut Backoff,
    to: &mpsc::Sender<FromLink>,
    from: &mut mpsc::Receiver<ToLink>,
) -> End {
    let servers = &settings.document.servers;
    let Some(server) = servers.get(turn % servers.len().max(1)) else {
        return End::Broken("the enrolment document names no server".to_owned());
    };
    let opening = async {
        let mut socket = connect::open(server, settings.document.authority.as_deref(), roots)
            .await
            .map_err(|error| End::Broken(format!("{server}: {error}")))?;
        let welcome = greeting::greet(&mut socket, settings).await?;
        Ok((socket, welcome))
    };
    let (socket, welcome) = match timeout(PATIENCE, opening).await {
        Ok(Ok(opened)) => opened,
        Ok(Err(end)) => return end,
        Err(_) => return End::Broken(format!("{server} did not answer in time")),
    };
    backoff.succeeded();
    pump::run(socket, welcome, settings, to, from).await
}

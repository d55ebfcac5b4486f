//! The network process: started by the executor, as a user without rights, at the other end of its standard input.
//!
//! It is handed what it must know and gives up the chance of ever gaining a right again. When the executor goes, it goes;
//! when it goes, the executor starts it anew, and acts run on meanwhile.

use super::wire::{Said, hear, say};
use crate::link::{self, FromLink, Pause, QUEUE, Settings, ToLink};
use crate::logging;
use data_encoding::BASE64;
use protocol::enrolment::Document;
use protocol::key::KeyPair;
use protocol::message::{FromServer, Identity};
use serde::{Deserialize, Serialize};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use tokio::net::UnixStream;
use tokio::sync::mpsc;

/// Whose rights it has: none. Made by the package.
const USER: &str = "mainstay-agent";

/// What the executor says beside frames.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Down {
    Begin {
        document: Box<Document>,
        /// The device's key, which this process cannot read by itself.
        key: String,
        boot: String,
        enrol: Option<Box<Identity>>,
    },
    Ready,
    Leave(Pause),
    Enrolled,
}

/// What the network process says beside frames.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Up {
    Linked(Box<FromServer>),
    Unlinked { code: String, text: String },
}

/// Starts the process and passes on what both say. The answer is its number and the two ends for the executor.
pub fn start(settings: &Settings) -> io::Result<(u32, mpsc::Sender<ToLink>, mpsc::Receiver<FromLink>)> {
    let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
    ours.set_nonblocking(true)?;
    let mut command = Command::new(super::reaching::for_child()?);
    command.arg("network").stdin(Stdio::from(OwnedFd::from(theirs)));
    let environment: Vec<_> = ["JOURNAL_STREAM", "SSL_CERT_FILE", "SSL_CERT_DIR"]
        .iter()
        .filter_map(|name| Some((*name, std::env::var_os(name)?)))
        .collect();
    command.env_clear().envs(environment).current_dir("/");
    if super::is_root() {
        let user = super::find(USER).or_else(|| super::find("nobody"));
        let user = user.ok_or_else(|| io::Error::other(format!("there is no user {USER}")))?;
        command.uid(user.id).gid(user.group);
    }
    let mut child = command.spawn()?;
    let number = child.id();
    let begin = Down::Begin {
        document: Box::new(settings.document.clone()),
        key: BASE64.encode(settings.key.to_pkcs8()),
        boot: settings.boot.clone(),
        enrol: settings.enrol.clone().map(Box::new),
    };
    let (to, mut orders) = mpsc::channel(QUEUE);
    let (news, from) = mpsc::channel(QUEUE);
    let (mut reading, mut writing) = UnixStream::from_std(ours)?.into_split();
    tokio::spawn(async move {
        let mut next = Some(Said::Word(begin));
        while let Some(said) = next {
            if say(&mut writing, &said).await.is_err() {
                break;
            }
            next = orders.recv().await.map(|order| match order {
                ToLink::Ready => Said::Word(Down::Ready),
                ToLink::Leave(pause) => Said::Word(Down::Leave(pause)),
                ToLink::Enrolled => Said::Word(Down::Enrolled),
                ToLink::Frame(frame) => Said::Frame(frame),
            });
        }
    });
    tokio::spawn(async move {
        while let Ok(Some(said)) = hear(&mut reading).await {
            let heard = match said {
                Said::Frame(frame) => FromLink::Frame(frame),
                Said::Word(Up::Linked(welcome)) => FromLink::Up(welcome),
                Said::Word(Up::Unlinked { code, text }) => FromLink::Down { code, text },
                Said::Output(..) => continue,
            };
            if news.send(heard).await.is_err() {
                break;
            }
        }
        child.kill().ok();
        child.wait().ok();
    });
    Ok((number, to, from))
}

/// The process itself.
pub async fn run() -> io::Result<()> {
    let socket = std::os::unix::net::UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    socket.set_nonblocking(true)?;
    // From here on no program that it might start can gain a right.
    #[cfg(target_os = "linux")]
    rustix::thread::set_no_new_privs(true)?;
    // Other programs of the same user cannot look into it: it knows the device's key.
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
    let (mut reading, mut writing) = UnixStream::from_std(socket)?.into_split();
    let Some(Said::Word(Down::Begin {
        document,
        key,
        boot,
        enrol,
    })) = hear(&mut reading).await?
    else {
        return Err(io::Error::other(
            "this is started by the agent itself, not by hand",
        ));
    };
    let key = BASE64.decode(key.as_bytes()).map_err(io::Error::other)?;
    let settings = Settings {
        document: *document,
        key: KeyPair::from_pkcs8(&key).map_err(io::Error::other)?,
        boot,
        enrol: enrol.map(|identity| *identity),
    };
    let (to, mut news) = mpsc::channel(QUEUE);
    let (orders, from) = mpsc::channel(QUEUE);
    tokio::spawn(async move {
        while let Some(heard) = news.recv().await {
            let said = match heard {
                FromLink::Frame(frame) => Said::Frame(frame),
                FromLink::Up(welcome) => Said::Word(Up::Linked(welcome)),
                FromLink::Down { code, text } => Said::Word(Up::Unlinked { code, text }),
            };
            if say(&mut writing, &said).await.is_err() {
                break;
            }
        }
    });
    tokio::spawn(async move {
        loop {
            let order = match hear(&mut reading).await {
                Ok(Some(Said::Frame(frame))) => ToLink::Frame(frame),
                Ok(Some(Said::Word(Down::Ready))) => ToLink::Ready,
                Ok(Some(Said::Word(Down::Leave(pause)))) => ToLink::Leave(pause),
                Ok(Some(Said::Word(Down::Enrolled))) => ToLink::Enrolled,
                Ok(Some(_)) => continue,
                Ok(None) => break,
                Err(error) => {
                    logging::warn(&format!("the executor is not understood: {error}"));
                    break;
                }
            };
            if orders.send(order).await.is_err() {
                break;
            }
        }
    });
    link::keep(settings, to, from).await;
    Ok(())
}

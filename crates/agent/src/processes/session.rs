//! A session helper: one command, script, or terminal, in a process that runs as the user whom the order names.
//!
//! Where systemd runs, the helper lies in a transient scope that carries the order's limits on memory, processors, and
//! time; elsewhere the verbs keep what limits they can. When the executor goes, the helper ends what it began and goes.

use super::wire::{Said, hear, say};
use crate::executing::{self, Asker, Channel, Passed, Surroundings, Switchboard, Teller, Telling};
use crate::logging;
use protocol::floor::Floor;
use protocol::frame::Frame;
use protocol::message::Outcome;
use protocol::verb::Verb;
use serde::{Deserialize, Serialize};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::net::UnixStream;
use tokio::process::Command;
use tokio::sync::{mpsc, watch};

/// What a helper is to do.
#[derive(Debug, Serialize, Deserialize)]
pub struct Errand {
    pub act: String,
    /// The JSON of the verb, verbatim.
    pub verb: String,
    pub channel: Option<u32>,
    pub floor: Floor,
    pub server: Option<(String, u16)>,
    pub asker: Asker,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Down {
    Begin(Box<Errand>),
    Cancel,
    Size { columns: u16, rows: u16 },
    Away,
    Back { before: u32, now: u32 },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Up {
    Opened { channel: u32 },
    Ended { reason: String },
    Finished(Outcome),
}

/// Lets a helper do it, and passes on what both say.
pub async fn perform(
    errand: Errand,
    run_as: &str,
    teller: &Teller,
    passed: mpsc::UnboundedReceiver<Passed>,
    frames: mpsc::Sender<Frame>,
) -> Outcome {
    let (ours, theirs) = match UnixStream::pair().and_then(|(ours, theirs)| Ok((ours, theirs.into_std()?))) {
        Ok(pair) => pair,
        Err(error) => return failed("helper", &error.to_string()),
    };
    if let Err(error) = theirs.set_nonblocking(false) {
        return failed("helper", &error.to_string());
    }
    // What is open stays so until the helper runs.
    let (mut command, _open) = match command(&errand, run_as) {
        Ok(command) => command,
        Err(text) => return failed("run_as", &text),
    };
    command
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .kill_on_drop(true);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return failed("helper", &error.to_string()),
    };
    // Only the helper may hold its end, or its going would never be seen.
    drop(command);
    let outcome = converse(ours, errand, teller, passed, frames).await;
    if tokio::time::timeout(Duration::from_secs(5), child.wait())
        .await
        .is_err()
    {
        child.kill().await.ok();
    }
    outcome
}

async fn converse(
    socket: UnixStream,
    errand: Errand,
    teller: &Teller,
    mut passed: mpsc::UnboundedReceiver<Passed>,
    frames: mpsc::Sender<Frame>,
) -> Outcome {
    let (mut reading, mut writing) = socket.into_split();
    // No channel has the number 0.
    let number = AtomicU32::new(errand.channel.unwrap_or_default());
    let own = || number.load(Ordering::Relaxed);
    let mut sizes = teller.size();
    let listening = async {
        while let Ok(Some(said)) = hear(&mut reading).await {
            match said {
                Said::Frame(frame) if is_of(&frame, own()) => {
                    frames.send(frame).await.ok();
                }
                Said::Frame(_) => logging::warn("a helper spoke for what is not its own, and was not heard"),
                Said::Output(stream, bytes) => teller.output(stream, bytes).await,
                Said::Word(Up::Opened { channel }) if channel == own() => teller.opened(channel).await,
                Said::Word(Up::Opened { .. }) => {}
                Said::Word(Up::Ended { reason }) => teller.ended(&reason).await,
                Said::Word(Up::Finished(outcome)) => return outcome,
            }
        }
        Outcome::Lost {
            text: "its process ended without a word; how far it came is not known".to_owned(),
        }
    };
    let speaking = async {
        let mut is_cancelled = false;
        let mut next = Said::Word(Down::Begin(Box::new(errand)));
        loop {
            if say(&mut writing, &next).await.is_err() {
                break;
            }
            next = tokio::select! {
                () = teller.cancelled(), if !is_cancelled => {
                    is_cancelled = true;
                    Said::Word(Down::Cancel)
                }
                Ok(()) = sizes.changed() => {
                    let (columns, rows) = *sizes.borrow_and_update();
                    Said::Word(Down::Size { columns, rows })
                }
                Some(word) = passed.recv() => match word {
                    Passed::Frame(frame) => Said::Frame(frame),
                    Passed::Away => Said::Word(Down::Away),
                    Passed::Back(now) => {
                        let before = number.swap(now, Ordering::Relaxed);
                        Said::Word(Down::Back { before, now })
                    }
                },
                else => break,
            };
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        outcome = listening => outcome,
        () = speaking => Outcome::Cancelled,
    }
}

/// Whether a frame is one of this channel. A helper runs as the user, and whatever else that user runs can take it over: it must
/// not speak to the server for other acts, nor put bytes into their files and recordings.
fn is_of(frame: &Frame, own: u32) -> bool {
    match frame {
        Frame::Control(_) => false,
        Frame::Data { channel, .. } | Frame::Credit { channel, .. } | Frame::Close { channel, .. } => {
            own != 0 && own == *channel
        }
    }
}

/// The helper as that user, in a scope with the order's limits where there can be one.
fn command(errand: &Errand, run_as: &str) -> Result<(Command, Option<std::fs::File>), String> {
    let (program, open) = super::reaching::for_chain().map_err(|error| error.to_string())?;
    let user = super::find(run_as).ok_or_else(|| format!("there is no user {run_as} on this device"))?;
    let is_self = super::ourselves().is_some_and(|us| us.id == user.id);
    if !is_self && !super::is_root() {
        return Err(format!(
            "the agent does not run as root, so nothing can run as {run_as}"
        ));
    }
    let mut words: Vec<String> = Vec::new();
    if Path::new("/run/systemd/system").exists() && super::is_root() {
        words.extend(scope(errand));
    }
    if !is_self {
        // With all groups of the user; what it does is not ours to limit further, `sudo` asks as it always does.
        words.extend(["setpriv".to_owned(), format!("--reuid={}", user.id)]);
        words.extend([format!("--regid={}", user.group), "--init-groups".to_owned()]);
        words.extend(["--inh-caps=-all".to_owned(), "--".to_owned()]);
    }
    words.push(program.display().to_string());
    words.push("session".to_owned());
    let (first, rest) = words.split_first().ok_or("no program")?;
    let mut command = Command::new(first);
    let home = if user.home.is_dir() {
        user.home.as_path()
    } else {
        Path::new("/")
    };
    command
        .args(rest)
        .env_clear()
        .env(
            "PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        )
        .env("LANG", "C.UTF-8")
        .env("HOME", home)
        .env("USER", &user.name)
        .env("LOGNAME", &user.name)
        .current_dir("/")
        .stdout(Stdio::null());
    if user.shell.is_absolute() {
        command.env("SHELL", &user.shell);
    }
    Ok((command, open))
}

fn scope(errand: &Errand) -> Vec<String> {
    let mut words: Vec<String> = ["systemd-run", "--scope", "--quiet", "--collect"]
        .map(str::to_owned)
        .into();
    words.push(format!("--unit=mainstay-act-{}", errand.act));
    if let Ok(
        Verb::CommandRun {
            timeout_seconds,
            memory_mb,
            cpu_percent,
            ..
        }
        | Verb::ScriptRun {
            timeout_seconds,
            memory_mb,
            cpu_percent,
            ..
        },
    ) = Verb::read(&errand.verb)
    {
        words.push(format!("--property=MemoryMax={memory_mb}M"));
        words.push("--property=MemorySwapMax=0".to_owned());
        words.push(format!("--property=CPUQuota={cpu_percent}%"));
        // The verb ends it in time and says so; this is for a helper that no longer can.
        words.push(format!(
            "--property=RuntimeMaxSec={}",
            u64::from(timeout_seconds) + 30
        ));
    }
    words.push("--".to_owned());
    words
}

fn failed(code: &str, text: &str) -> Outcome {
    Outcome::Failed {
        code: code.to_owned(),
        text: text.to_owned(),
    }
}

/// The helper itself.
pub async fn run() -> io::Result<()> {
    let socket = std::os::unix::net::UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    socket.set_nonblocking(true)?;
    let (mut reading, mut writing) = UnixStream::from_std(socket)?.into_split();
    let Some(Said::Word(Down::Begin(errand))) = hear(&mut reading).await? else {
        return Err(io::Error::other(
            "this is started by the agent itself, not by hand",
        ));
    };
    let (frames, mut outgoing) = mpsc::channel(16);
    let (tellings, mut said) = mpsc::channel(16);
    let (cancel, cancelled) = watch::channel(false);
    let (size, sizes) = watch::channel((80, 24));
    let mut board = Switchboard::new(frames);
    let channel = errand.channel.and_then(|number| board.open(number));
    let teller = Teller::new(&errand.act, tellings, cancelled, sizes);
    let mut work = tokio::spawn(work(*errand, teller, channel));
    let (words, mut heard) = mpsc::channel::<Said<Down>>(16);
    tokio::spawn(async move {
        while let Ok(Some(word)) = hear(&mut reading).await {
            if words.send(word).await.is_err() {
                break;
            }
        }
    });
    let mut is_alone = false;
    loop {
        tokio::select! {
            biased;
            Some(telling) = said.recv() => tell(&mut writing, telling).await?,
            Some(frame) = outgoing.recv() => say::<Up>(&mut writing, &Said::Frame(frame)).await?,
            word = heard.recv(), if !is_alone => match word {
                None => {
                    // The executor is gone: so is the reason to go on.
                    is_alone = true;
                    cancel.send_replace(true);
                }
                Some(Said::Frame(frame)) => board.heard(frame),
                Some(Said::Word(Down::Cancel)) => { cancel.send_replace(true); }
                Some(Said::Word(Down::Size { columns, rows })) => { size.send_replace((columns, rows)); }
                Some(Said::Word(Down::Away)) => board.away(),
                Some(Said::Word(Down::Back { before, now })) => { board.back(before, now); }
                Some(_) => {}
            },
            outcome = &mut work => {
                while let Ok(telling) = said.try_recv() {
                    tell(&mut writing, telling).await?;
                }
                while let Ok(frame) = outgoing.try_recv() {
                    say::<Up>(&mut writing, &Said::Frame(frame)).await?;
                }
                let outcome = outcome.unwrap_or_else(|_| Outcome::Lost {
                    text: "the agent made a mistake while this ran; how it ended is not known".to_owned(),
                });
                return say(&mut writing, &Said::Word(Up::Finished(outcome))).await;
            }
        }
    }
}

async fn work(errand: Errand, teller: Teller, channel: Option<Channel>) -> Outcome {
    let verb = match Verb::read(&errand.verb) {
        Ok(verb) => verb,
        Err(error) => return failed("verb", &error.to_string()),
    };
    let mut surroundings = Surroundings::new("/").with_floor(errand.floor);
    surroundings.server = errand.server;
    surroundings.asker = errand.asker;
    executing::perform(verb, &teller, channel, &surroundings).await
}

async fn tell(writing: &mut tokio::net::unix::OwnedWriteHalf, telling: Telling) -> io::Result<()> {
    let said = match telling {
        Telling::Output { stream, bytes, .. } => Said::Output(stream, bytes),
        Telling::Opened { channel, .. } => Said::Word(Up::Opened { channel }),
        Telling::Ended { reason, .. } => Said::Word(Up::Ended { reason }),
        Telling::Finished { outcome, .. } => Said::Word(Up::Finished(outcome)),
    };
    say(writing, &said).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_helper_that_was_taken_over_speaks_on_its_own_channel_only() {
        let data = |channel| Frame::Data {
            channel,
            bytes: vec![1],
        };
        assert!(is_of(&data(7), 7));
        assert!(is_of(&Frame::Credit { channel: 7, bytes: 1 }, 7));
        assert!(!is_of(&data(8), 7));
        assert!(!is_of(&data(0), 0));
        let close = Frame::Close {
            channel: 8,
            reason: String::new(),
        };
        assert!(!is_of(&close, 7));
        // A message of the device itself: an end of another act, an inventory.
        assert!(!is_of(&Frame::Control(b"{}".to_vec()), 7));
    }
}

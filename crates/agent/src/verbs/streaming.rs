//! Running a program and telling what it prints while it prints: in a process group of its own, with an end in time, a cap
//! on what is told, and an end for the whole family when somebody calls it off.
//!
//! A child may leave its group (`setsid`). So that it is found all the same, the act's id stands in the environment of
//! everything that is started here, and whatever carries it is ended too. A program that clears its environment and leaves
//! its group escapes, unless systemd runs: there the scope around the act ends with it.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use protocol::message::OUTPUT_MOST;
use rustix::process::{Pid, Signal};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use crate::executing::Teller;

/// The name under which the act's id stands in the environment.
pub const MARK: &str = "MAINSTAY_ACT";
/// Most bytes that one act tells; the rest is read and thrown away.
pub const TOLD_MOST: usize = 8 * 1024 * 1024;
/// How long a program has to go when it is asked.
const GRACE: Duration = Duration::from_secs(3);
/// How long the pipes are read after the program ended: a grandchild may hold them open for ever.
const LINGER: Duration = Duration::from_secs(2);

/// How it ended.
#[derive(Debug)]
pub enum Ended {
    /// By itself.
    Exited(ExitStatus),
    /// Its time was up.
    TooSlow,
    /// Somebody called it off.
    Cancelled,
}

/// What of the output is told.
pub enum Keep<'a> {
    /// All of it, as bytes.
    All,
    /// Only lines for which this is so.
    Lines(&'a (dyn Fn(&str) -> bool + Send + Sync)),
}

/// Starts the program, tells what it prints, and waits for its end, at most `within`. What it left in the background ends
/// with it: an act that is over does nothing any more.
pub async fn run(command: Command, teller: &Teller, keep: Keep<'_>, within: Duration) -> io::Result<Ended> {
    let ended = run_and_leave(command, teller, keep, within).await;
    end_marked(teller.act());
    ended
}

/// The same, but what a program that ended by itself left in the background lives on: a service it started.
pub async fn run_and_leave(
    mut command: Command,
    teller: &Teller,
    keep: Keep<'_>,
    within: Duration,
) -> io::Result<Ended> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env(MARK, teller.act())
        .process_group(0)
        .kill_on_drop(true);
    let mut child = command.spawn()?;
    let group = child.id();
    let mut out = Pipe::new(child.stdout.take(), matches!(keep, Keep::Lines(_)));
    let mut err = Pipe::new(child.stderr.take(), false);
    let mut told = 0;
    let until = Instant::now() + within;
    let mut ended: Option<(Ended, Instant)> = None;
    loop {
        let wake = ended.as_ref().map_or(until, |(_, at)| *at + LINGER);
        tokio::select! {
            piece = out.read() => tell(teller, false, &piece, &keep, &mut told).await,
            piece = err.read() => tell(teller, true, &piece, &Keep::All, &mut told).await,
            status = child.wait(), if ended.is_none() => ended = Some((Ended::Exited(status?), Instant::now())),
            () = teller.cancelled(), if ended.is_none() => {
                end_all(&mut child, group, teller.act()).await;
                ended = Some((Ended::Cancelled, Instant::now()));
            }
            () = tokio::time::sleep_until(wake) => {
                if ended.is_some() { break }
                end_all(&mut child, group, teller.act()).await;
                ended = Some((Ended::TooSlow, Instant::now()));
            }
        }
        if ended.is_some() && out.is_over && err.is_over {
            break;
        }
    }
    if told >= TOLD_MOST {
        teller
            .note(format!(
                "more than {} MiB of output: the rest was left out",
                TOLD_MOST >> 20
            ))
            .await;
    }
    Ok(ended.map_or(Ended::TooSlow, |(ended, _)| ended))
}

async fn tell(teller: &Teller, is_error: bool, piece: &[u8], keep: &Keep<'_>, told: &mut usize) {
    let kept: Vec<u8> = match keep {
        Keep::All => piece.to_vec(),
        Keep::Lines(wanted) => {
            let text = String::from_utf8_lossy(piece);
            text.split_inclusive('\n')
                .filter(|line| wanted(line.trim_end()))
                .collect::<String>()
                .into_bytes()
        }
    };
    let room = TOLD_MOST.saturating_sub(*told);
    for part in kept[..kept.len().min(room)].chunks(OUTPUT_MOST) {
        if is_error {
            teller.err(part).await;
        } else {
            teller.out(part).await;
        }
    }
    *told = told.saturating_add(kept.len());
}

/// One of the two outputs.
struct Pipe<R> {
    pipe: Option<R>,
    by_line: bool,
    held: Vec<u8>,
    buffer: Vec<u8>,
    is_over: bool,
}

impl<R: AsyncRead + Unpin> Pipe<R> {
    fn new(pipe: Option<R>, by_line: bool) -> Self {
        Self {
            is_over: pipe.is_none(),
            pipe,
            by_line,
            held: Vec::new(),
            buffer: vec![0; 16 * 1024],
        }
    }

    /// The next piece: whole lines where lines are judged. Never returns once it is over. Safe to drop half way.
    async fn read(&mut self) -> Vec<u8> {
        loop {
            let Some(pipe) = &mut self.pipe else {
                return std::future::pending().await;
            };
            let count = pipe.read(&mut self.buffer).await.unwrap_or(0);
            if count == 0 {
                self.pipe = None;
                self.is_over = true;
                return std::mem::take(&mut self.held);
            }
            self.held.extend_from_slice(&self.buffer[..count]);
            if !self.by_line || self.held.len() > 256 * 1024 {
                return std::mem::take(&mut self.held);
            }
            if let Some(end) = self.held.iter().rposition(|byte| *byte == b'\n') {
                let rest = self.held.split_off(end + 1);
                return std::mem::replace(&mut self.held, rest);
            }
        }
    }
}

/// Asks the group to go, and ends it when it does not.
async fn end_all(child: &mut Child, group: Option<u32>, act: &str) {
    signal_group(group, Signal::TERM);
    if timeout(GRACE, child.wait()).await.is_err() {
        signal_group(group, Signal::KILL);
        let _ = child.wait().await;
    } else {
        sleep(Duration::from_millis(50)).await;
    }
    // The leader may be gone while others of the group are not.
    signal_group(group, Signal::KILL);
    end_marked(act);
}

fn signal_group(group: Option<u32>, signal: Signal) {
    let group = group
        .and_then(|id| i32::try_from(id).ok())
        .and_then(Pid::from_raw);
    if let Some(group) = group {
        let _ = rustix::process::kill_process_group(group, signal);
    }
}

/// Ends every process that carries the act's mark. Twice, because one may have been starting another.
fn end_marked(act: &str) {
    for _ in 0..2 {
        for pid in marked(act) {
            let _ = rustix::process::kill_process(pid, Signal::KILL);
        }
    }
}

fn marked(act: &str) -> Vec<Pid> {
    let wanted = format!("{MARK}={act}");
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let own = i32::try_from(std::process::id()).unwrap_or_default();
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
        .filter(|pid| *pid != own)
        .filter(|pid| {
            let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            environment
                .split(|byte| *byte == 0)
                .any(|entry| entry == wanted.as_bytes())
        })
        .filter_map(Pid::from_raw)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::executing::Telling;
    use tokio::sync::{mpsc, watch};

    fn shell(line: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(line);
        command
    }

    async fn said(mut receiver: mpsc::Receiver<Telling>) -> String {
        let mut text = String::new();
        while let Some(telling) = receiver.recv().await {
            if let Telling::Output { bytes, .. } = telling {
                text.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
        text
    }

    #[tokio::test]
    async fn what_is_printed_is_told_and_the_code_kept() {
        let (teller, receiver) = Teller::aside("act-told");
        let ended = run(
            shell("echo one; echo two >&2; exit 7"),
            &teller,
            Keep::All,
            Duration::from_secs(10),
        )
        .await;
        drop(teller);
        assert!(matches!(ended.unwrap(), Ended::Exited(status) if status.code() == Some(7)));
        let text = said(receiver).await;
        assert!(text.contains("one\n") && text.contains("two\n"));
    }

    #[tokio::test]
    async fn calling_off_ends_children_even_those_that_left_the_group() {
        let (telling, _receiver) = mpsc::channel(1000);
        let (cancel, cancelled) = watch::channel(false);
        let (_, size) = watch::channel((80, 24));
        let act = format!("act-family-{}", std::process::id());
        let teller = Teller::new(&act, telling, cancelled, size);
        let running = {
            let teller = teller.clone();
            tokio::spawn(async move {
                let line = "trap '' TERM; sleep 300 & setsid sleep 300 & sleep 300";
                run(shell(line), &teller, Keep::All, Duration::from_secs(60)).await
            })
        };
        while marked(&act).len() < 4 {
            sleep(Duration::from_millis(10)).await;
        }
        cancel.send(true).unwrap();
        assert!(matches!(running.await.unwrap().unwrap(), Ended::Cancelled));
        for _ in 0..100 {
            if marked(&act).is_empty() {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("somebody of the family lives");
    }

    #[tokio::test]
    async fn time_runs_out_for_a_program_and_its_background() {
        let (teller, _receiver) = Teller::aside("act-slow");
        let began = Instant::now();
        let ended = run(
            shell("sleep 300 & sleep 300"),
            &teller,
            Keep::All,
            Duration::from_millis(200),
        )
        .await
        .unwrap();
        assert!(matches!(ended, Ended::TooSlow));
        assert!(began.elapsed() < Duration::from_secs(6));
    }

    #[tokio::test]
    async fn only_wanted_lines_are_told() {
        let (teller, receiver) = Teller::aside("act-lines");
        let wanted = |line: &str| line.contains("error");
        run(
            shell("printf 'an error\\nfine\\nerror again'"),
            &teller,
            Keep::Lines(&wanted),
            Duration::from_secs(10),
        )
        .await
        .unwrap();
        drop(teller);
        assert_eq!(said(receiver).await, "an error\nerror again");
    }
}

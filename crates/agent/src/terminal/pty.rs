//! A program behind a pty. Its reads and writes block, so each has a thread; the session sees channels.

use super::shell::Shell;
use portable_pty::{ChildKiller, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use tokio::sync::{mpsc, oneshot};

const READ: usize = 8 * 1024;

/// See the module's text. Dropping it hangs up: the program and what it began hear that their terminal is gone.
pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    killer: Box<dyn ChildKiller + Send + Sync>,
    input: mpsc::Sender<Vec<u8>>,
    /// What is shown; ends with the terminal.
    pub output: mpsc::Receiver<Vec<u8>>,
    /// The code of the program, once it ended.
    pub ended: oneshot::Receiver<i32>,
}

impl Pty {
    /// Starts the shell in a terminal of this size. The error says why not.
    pub fn open(shell: &Shell, size: (u16, u16)) -> Result<Self, String> {
        let told = |error: &dyn std::fmt::Display| format!("no terminal could be opened: {error}");
        let pair = native_pty_system()
            .openpty(sized(size))
            .map_err(|error| told(&error))?;
        let child = pair.slave.spawn_command(shell.command());
        let mut child = child.map_err(|error| format!("{} could not be started: {error}", shell.program))?;
        // As long as we hold the other side open, reading never ends.
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().map_err(|error| told(&error))?;
        let mut writer = pair.master.take_writer().map_err(|error| told(&error))?;
        let killer = child.clone_killer();
        // One waiting chunk: what is not read stays in the kernel, and the program waits.
        let (shown, output) = mpsc::channel(1);
        let (input, mut typed) = mpsc::channel::<Vec<u8>>(64);
        let (tell, ended) = oneshot::channel();
        thread("terminal-reads", move || {
            let mut buffer = vec![0; READ];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                let chunk = buffer.get(..length).unwrap_or_default().to_vec();
                if shown.blocking_send(chunk).is_err() {
                    return;
                }
            }
        })?;
        thread("terminal-writes", move || {
            while let Some(bytes) = typed.blocking_recv() {
                if writer.write_all(&bytes).and_then(|()| writer.flush()).is_err() {
                    return;
                }
            }
        })?;
        thread("terminal-waits", move || {
            let code = child.wait().map_or(-1, |status| match status.signal() {
                Some(_) => -1,
                None => i32::try_from(status.exit_code()).unwrap_or(-1),
            });
            tell.send(code).ok();
        })?;
        Ok(Self {
            master: pair.master,
            killer,
            input,
            output,
            ended,
        })
    }

    /// Types. What does not fit because the program reads nothing is lost, as at a real terminal; the answer says so.
    pub fn type_in(&mut self, bytes: Vec<u8>) -> bool {
        self.input.try_send(bytes).is_ok()
    }

    /// Whether the terminal shows what is typed: a question for a password turns that off, and so does every program that
    /// draws for itself.
    pub fn shows_typing(&mut self) -> bool {
        #[cfg(unix)]
        {
            // ECHO in termios.h of Linux and of macOS.
            const ECHO: u64 = 0o10;
            self.master
                .get_termios()
                .is_some_and(|termios| u64::from(termios.local_flags.bits()) & ECHO != 0)
        }
        // Windows does not tell: nothing typed is ever written down.
        #[cfg(not(unix))]
        false
    }

    /// Gives it another size.
    pub fn resize(&mut self, size: (u16, u16)) {
        // A terminal that is gone has no size.
        self.master.resize(sized(size)).ok();
    }

    /// Ends the program.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        self.killer.kill().ok();
    }
}

fn sized((cols, rows): (u16, u16)) -> PtySize {
    PtySize {
        rows,
        cols,
        ..PtySize::default()
    }
}

fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), String> {
    let started = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    started.map(drop).map_err(|error| format!("no thread: {error}"))
}

//! A server that never outlives the test that started it.
//!
//! `Drop` does not run when a test is killed, and a static value is never dropped, so a shell stands between: it holds
//! the reading end of a pipe, and when the pipe closes, however this process ended, it stops the server and clears away.
//! (The kernel's parent-death signal was tried first: it fires when the *thread* that started the child ends, and is
//! lost when the child changes its user.)

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Arguments: the signal that stops the server, the scratch folder, the log file, the command.
/// A line on standard input means "stop and keep the files"; its end without a line means "we are gone".
const KEEPER: &str = r#"
signal=$1 scratch=$2 log=$3
shift 3
exec 2>>"$log"
setsid "$@" </dev/null >>"$log" 2>&1 &
server=$!
echo $server
if read -r _; then keep=yes; else keep=no; fi
kill -s "$signal" $server 2>/dev/null
wait $server
if [ $keep = no ]; then rm -rf "$scratch"; fi
"#;

/// How long a server may take to answer before it is held to be broken.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running server and the shell that minds it.
#[derive(Debug)]
pub struct Process {
    keeper: Child,
    pid: u32,
}

impl Process {
    /// Starts `command`; `signal` is what makes it end at once and cleanly.
    pub fn start<S: AsRef<OsStr>>(
        command: &[S],
        signal: &str,
        scratch: &Path,
        log: &Path,
    ) -> io::Result<Self> {
        // In a group of its own, so that whoever kills the test's group leaves the keeper to clear up; and the server in
        // another, because Postfix ends its parts by signalling the group it leads.
        let mut keeper = Command::new("sh")
            .process_group(0)
            .args(["-c", KEEPER, "keeper", signal])
            .args([scratch, log])
            .args(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(output) = keeper.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let pid = line
            .trim()
            .parse()
            .map_err(|_| io::Error::other("the shell did not name the server's process"))?;
        Ok(Self { keeper, pid })
    }

    /// The server's process number.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Whether the server still runs; a dead one not yet collected by its shell does not count.
    pub fn is_running(&self) -> bool {
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{}/stat", self.pid)) else {
            return false;
        };
        stat.rsplit_once(") ")
            .is_some_and(|(_, state)| !state.starts_with('Z'))
    }

    /// Asks `ready` again and again until it is, the server dies, or patience ends.
    pub fn wait_until(&self, what: &str, log: &Path, mut ready: impl FnMut() -> bool) -> io::Result<()> {
        let began = Instant::now();
        while !ready() {
            if !self.is_running() || began.elapsed() > PATIENCE {
                let said = std::fs::read_to_string(log).unwrap_or_default();
                return Err(io::Error::other(format!(
                    "{what} did not come up; its log says:\n{said}"
                )));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The line tells the shell to leave the files; their owner in this process removes or reuses them.
        if let Some(mut input) = self.keeper.stdin.take() {
            input.write_all(b"stop\n").ok();
        }
        self.keeper.wait().ok();
    }
}

/// A port of the loopback interface that nobody uses at this moment.
///
/// Somebody else may take it before the server does, so whoever starts a server with it tries again with another.
pub fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// The address of a port of this machine.
pub fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Whether somebody accepts connections there.
pub fn accepts(address: SocketAddr) -> bool {
    TcpStream::connect_timeout(&address, Duration::from_millis(500)).is_ok()
}

/// Runs a program to its end and gives its standard output; what it complained about becomes the error.
pub fn run(command: &mut Command) -> io::Result<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| {
        io::Error::new(
            error.kind(),
            format!("{}: {error}", command.get_program().to_string_lossy()),
        )
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(io::Error::other(format!(
        "{} ended with {}: {}",
        command.get_program().to_string_lossy(),
        output.status,
        String::from_utf8_lossy(&output.stderr)
    )))
}

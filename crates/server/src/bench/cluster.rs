//! A PostgreSQL server for the time of a measurement: as durable as in production, on loopback, gone afterwards.
//!
//! It refuses to run as root; there it runs as the package's user `postgres`.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);
const OWNER: &str = "mainstay";

/// A running server; ends, with its data, with the value.
#[derive(Debug)]
pub struct Cluster {
    child: Child,
    programs: PathBuf,
    port: u16,
    folder: tempfile::TempDir,
}

impl Cluster {
    /// Makes and starts one below `scratch`; none when PostgreSQL is not installed.
    pub fn start(scratch: &Path) -> io::Result<Option<Self>> {
        let Some(programs) = programs() else {
            return Ok(None);
        };
        let folder = tempfile::Builder::new()
            .prefix("mainstay-bench-postgres-")
            .tempdir_in(scratch)?;
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
        let account = account();
        if let Some((user, group)) = account {
            chown(folder.path(), Some(user), Some(group))?;
        }
        let data = folder.path().join("data");
        let mut initialise = as_account(&programs.join("initdb"), account);
        initialise
            .args([
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "-U",
                OWNER,
                "-D",
            ])
            .arg(&data);
        finish(initialise.current_dir(folder.path()))?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut serve = as_account(&programs.join("postgres"), account);
        serve.arg("-D").arg(&data).current_dir(folder.path());
        for setting in settings(port, folder.path()) {
            serve.args(["-c", &setting]);
        }
        let log = std::fs::File::create(folder.path().join("server.log"))?;
        let child = serve
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut cluster = Self {
            child,
            programs,
            port,
            folder,
        };
        cluster.wait()?;
        Ok(Some(cluster))
    }

    fn wait(&mut self) -> io::Result<()> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            let accepts = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok();
            if accepts && finish(&mut self.program("pg_isready", &["-q"])).is_ok() {
                return Ok(());
            }
            if self.child.try_wait()?.is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default();
        Err(io::Error::other(format!("PostgreSQL did not start: {log}")))
    }

    /// The process that all others of the server descend from.
    pub fn postmaster(&self) -> u32 {
        self.child.id()
    }

    /// Makes an empty database and gives its address.
    pub fn create(&self, name: &str) -> io::Result<String> {
        finish(&mut self.program("createdb", &["-T", "template0", name]))?;
        Ok(format!(
            "postgres://{OWNER}@127.0.0.1:{}/{name}?sslmode=disable",
            self.port
        ))
    }

    /// Removes a database.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        finish(&mut self.program("dropdb", &["--force", name]))
    }

    /// What autovacuum would do within the next minutes, in the middle of the measurement.
    pub fn tidy(&self, name: &str) -> io::Result<()> {
        finish(&mut self.program("vacuumdb", &["--analyze", "-q", name]))
    }

    fn program(&self, program: &str, words: &[&str]) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command
            .args(["-h", "127.0.0.1", "-U", OWNER, "-p", &self.port.to_string()])
            .args(words);
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Ends its children with it; SIGKILL would leave them behind for a moment, with their shared memory.
        Command::new("kill")
            .args(["-INT", &self.child.id().to_string()])
            .status()
            .ok();
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(50));
        }
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Memory as one would give it on a machine of this size; everything that makes it durable is left at its default: on.
fn settings(port: u16, folder: &Path) -> Vec<String> {
    vec![
        "listen_addresses=127.0.0.1".to_owned(),
        format!("port={port}"),
        format!("unix_socket_directories={}", folder.display()),
        "shared_buffers=1GB".to_owned(),
        "max_wal_size=4GB".to_owned(),
        "random_page_cost=1.1".to_owned(),
    ]
}

/// Debian keeps the server's programs outside of the search path, by version.
fn programs() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(Result::ok);
    let versions =
        folders.filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path())));
    let newest = versions.max()?.1.join("bin");
    newest.join("initdb").exists().then_some(newest)
}

/// The account to run as, when this program runs as root.
fn account() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt as _;
    if std::fs::metadata("/proc/self").map_or(1, |own| own.uid()) != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let line = users.lines().find_map(|line| line.strip_prefix("postgres:"))?;
    let mut numbers = line.split(':').skip(1);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn as_account(program: &Path, account: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = account {
        command.uid(user).gid(group);
    }
    command
}

fn finish(command: &mut Command) -> io::Result<()> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!(
        "{}: {}",
        command.get_program().to_string_lossy(),
        said.trim()
    )))
}

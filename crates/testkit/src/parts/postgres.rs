//! A private PostgreSQL cluster, from Debian's package.
//!
//! PostgreSQL refuses to run as root; there it runs as the package's user `postgres`. Durability is on unless switched
//! off, because what tests of crashes prove depends on it. With `MAINSTAY_TEST_POSTGRES` set to the address of a
//! running server (and a user who may create databases) that one is used and none is started.

use super::process::{Process, accepts, free_port, loopback, run};
use super::scratch::{Scratch, User, unique};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Names a running server to use instead of starting one.
pub const REUSE: &str = "MAINSTAY_TEST_POSTGRES";

const SUPERUSER: &str = "mainstay";

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// As in production.
    Full,
    /// Fast, in memory where there is enough, and lost when the machine fails; right for tests that do not pull plugs.
    None,
}

/// A running PostgreSQL server.
#[derive(Debug)]
pub struct Postgres {
    base: String,
    programs: PathBuf,
    // Dropped in this order: the server first, its files after.
    own: Option<Own>,
}

#[derive(Debug)]
struct Own {
    process: Option<Process>,
    durability: Durability,
    port: u16,
    owner: User,
    scratch: Scratch,
}

impl Postgres {
    /// A server that keeps what it acknowledged.
    pub fn start() -> io::Result<Self> {
        Self::start_with(Durability::Full)
    }

    /// The server named by the environment, or a new one.
    pub fn start_with(durability: Durability) -> io::Result<Self> {
        match std::env::var(REUSE) {
            Ok(url) if !url.is_empty() => Self::reuse(&url),
            _ => Self::start_own(durability),
        }
    }

    /// One server for all tests of this process; it ends with the process.
    pub fn shared() -> io::Result<&'static Self> {
        static SHARED: OnceLock<Result<Postgres, String>> = OnceLock::new();
        let started =
            SHARED.get_or_init(|| Self::start_with(Durability::None).map_err(|error| error.to_string()));
        started.as_ref().map_err(|error| io::Error::other(error.clone()))
    }

    /// A server of our own, whatever the environment says: only such a one can be stopped.
    pub fn start_own(durability: Durability) -> io::Result<Self> {
        let programs = programs()?;
        let current = User::current()?;
        let owner = if current.is_root() {
            User::named("postgres")?
        } else {
            current
        };
        let scratch = match durability {
            Durability::Full => Scratch::new("postgres")?,
            Durability::None => Scratch::fleeting("postgres")?,
        };
        owner.own(scratch.path())?;
        let own = Own {
            process: None,
            durability,
            port: free_port()?,
            owner,
            scratch,
        };
        let mut server = Self {
            base: String::new(),
            programs,
            own: Some(own),
        };
        server.initialise()?;
        server.start_again()?;
        Ok(server)
    }

    fn reuse(url: &str) -> io::Result<Self> {
        let (base, _) = url
            .rsplit_once('/')
            .filter(|(base, _)| base.contains("://") && !base.ends_with('/'))
            .ok_or_else(|| {
                io::Error::other(format!(
                    "{REUSE} must look like postgres://user@host:port/postgres, not {url}"
                ))
            })?;
        Ok(Self {
            base: base.to_owned(),
            programs: programs()?,
            own: None,
        })
    }

    fn initialise(&self) -> io::Result<()> {
        let Some(own) = &self.own else { return Ok(()) };
        let mut words = own.as_owner(&self.programs.join("initdb"));
        words
            .extend(["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"].map(OsString::from));
        words.push(format!("--username={SUPERUSER}").into());
        words.push("-D".into());
        words.push(own.data().into());
        run(Command::new(&words[0])
            .args(&words[1..])
            .current_dir(own.scratch.path()))
        .map(drop)
    }

    /// Starts it after `stop`, with the same data at the same address. Does nothing when it runs.
    pub fn start_again(&mut self) -> io::Result<()> {
        for attempt in 0.. {
            match self.launch() {
                Ok(()) => break,
                // Somebody took the port first; a first start may move, a second one must not.
                Err(_) if attempt < 3 && self.base.is_empty() => {
                    if let Some(own) = &mut self.own {
                        own.port = free_port()?;
                    }
                }
                Err(error) => return Err(error),
            }
        }
        if let Some(own) = &self.own {
            self.base = format!("postgres://{SUPERUSER}@127.0.0.1:{}", own.port);
        }
        Ok(())
    }

    fn launch(&mut self) -> io::Result<()> {
        let psql = self.programs.join("psql");
        let postgres = self.programs.join("postgres");
        let own = self.own.as_mut().ok_or_else(not_ours)?;
        if own.process.as_ref().is_some_and(Process::is_running) {
            return Ok(());
        }
        let mut words = own.as_owner(&postgres);
        words.push("-D".into());
        words.push(own.data().into());
        for setting in own.settings() {
            words.push("-c".into());
            words.push(setting.into());
        }
        let log = own.scratch.path().join("server.log");
        let process = Process::start(&words, "QUIT", own.scratch.path(), &log)?;
        let url = format!("postgres://{SUPERUSER}@127.0.0.1:{}/postgres", own.port);
        process.wait_until("postgresql", &log, || {
            accepts(loopback(own.port)) && query(&psql, &url, "SELECT 1").is_ok()
        })?;
        own.process = Some(process);
        Ok(())
    }

    /// Takes it down at once, as a crash of the program would; the data stays.
    pub fn stop(&mut self) -> io::Result<()> {
        let own = self.own.as_mut().ok_or_else(not_ours)?;
        own.process = None;
        Ok(())
    }

    /// The superuser's address of the database `postgres`.
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// Makes an empty database with a name of its own and gives its address.
    pub fn create_database(&self) -> io::Result<String> {
        self.create_database_from("template0")
    }

    /// Makes a copy of another database, to whom nobody may be connected; far faster than migrating anew. File by file: the
    /// other way writes every page into the log, too, and takes five times as long.
    pub fn create_database_from(&self, template: &str) -> io::Result<String> {
        let name = format!("test_{}", unique());
        self.execute(&format!(
            "CREATE DATABASE \"{name}\" TEMPLATE \"{template}\" STRATEGY FILE_COPY"
        ))?;
        Ok(self.url_of(&name))
    }

    /// Gives a database made here another name; nobody may be connected to it.
    pub fn rename_database(&self, url: &str, name: &str) -> io::Result<()> {
        let before = url.rsplit('/').next().unwrap_or_default();
        self.execute(&format!("ALTER DATABASE \"{before}\" RENAME TO \"{name}\""))
    }

    /// Removes a database made here, even while somebody is connected.
    pub fn drop_database(&self, url: &str) -> io::Result<()> {
        let name = url.rsplit('/').next().unwrap_or_default();
        self.execute(&format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"))
    }

    fn execute(&self, statement: &str) -> io::Result<()> {
        query(&self.programs.join("psql"), &self.url(), statement).map(drop)
    }

    fn url_of(&self, database: &str) -> String {
        format!("{}/{database}", self.base)
    }
}

impl Own {
    fn data(&self) -> PathBuf {
        self.scratch.path().join("data")
    }

    /// The words that run a program as the cluster's owner, in the same process.
    fn as_owner(&self, program: &Path) -> Vec<OsString> {
        let mut words: Vec<OsString> = Vec::new();
        if User::current().is_ok_and(|current| current.is_root()) {
            words.push("setpriv".into());
            words.push(format!("--reuid={}", self.owner.uid).into());
            words.push(format!("--regid={}", self.owner.gid).into());
            words.push("--clear-groups".into());
        }
        words.push(program.into());
        words
    }

    fn settings(&self) -> Vec<String> {
        let mut settings = vec![
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={}", self.port),
            format!("unix_socket_directories={}", self.scratch.path().display()),
            "max_connections=300".to_owned(),
            "shared_buffers=128MB".to_owned(),
        ];
        if self.durability == Durability::None {
            let fleeting = [
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
                "max_wal_size=256MB",
            ];
            settings.extend(fleeting.map(str::to_owned));
        }
        settings
    }
}

fn query(psql: &Path, url: &str, statement: &str) -> io::Result<String> {
    run(Command::new(psql).args([
        "-X",
        "-q",
        "-A",
        "-t",
        "-v",
        "ON_ERROR_STOP=1",
        "-d",
        url,
        "-c",
        statement,
    ]))
}

fn not_ours() -> io::Error {
    io::Error::other(format!(
        "a server named by {REUSE} cannot be stopped or started here; use start_own"
    ))
}

/// The folder with the newest version's programs. Debian keeps the server's outside of the search path.
fn programs() -> io::Result<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter_map(|path| Some((path.file_name()?.to_str()?.parse().ok()?, path.join("bin"))))
        .filter(|(_, programs)| programs.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop().map(|(_, programs)| programs).ok_or_else(|| {
        io::Error::other("no PostgreSQL server under /usr/lib/postgresql; install the package `postgresql`")
    })
}

//! The real binary as a process: started, killed without mercy, started again on the same data.
//!
//! It dies with the test (see [`crate::parts::process`]), and listens on a port that the system chooses anew at each
//! start; clients ask [`Address`] for it each time.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::database::Database;
use crate::parts::Postgres;
use crate::parts::process::Process;
use crate::parts::scratch::Scratch;
use crate::visitor::Visitor;

/// Variables of the tests that the program would hold to be misspelt settings.
const NOT_FOR_THE_PROGRAM: [&str; 1] = ["MAINSTAY_KILLS"];
/// How long an orderly end may take.
const GRACE: Duration = Duration::from_secs(30);

/// Where the server listens now; follows it over restarts.
#[derive(Clone, Debug, Default)]
pub struct Address(Arc<Mutex<String>>);

impl Address {
    /// `http://127.0.0.1:40321`
    pub fn now(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, address: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = address.to_owned();
    }
}

/// What a command of the program said and how it ended.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Its exit code; -1 when a signal ended it.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// A server and its data.
pub struct ServerProcess {
    program: PathBuf,
    /// Words before the program, such as those that give it a small disk.
    before: Vec<OsString>,
    data: PathBuf,
    database: Option<String>,
    address: Address,
    process: Option<Process>,
    starts: usize,
    is_database_ours: bool,
    scratch: Arc<Scratch>,
}

impl ServerProcess {
    /// A server that has not been started, with fresh data. `program` is `env!("CARGO_BIN_EXE_mainstay")`.
    pub fn new(program: &str, database: Database) -> Self {
        let url = (database == Database::Postgres)
            .then(|| Postgres::shared().and_then(Postgres::create_database).unwrap());
        let mut server = Self::on(program, url.as_deref());
        server.is_database_ours = url.is_some();
        server
    }

    /// The same on a PostgreSQL database of the caller's; on a SQLite file with `None`.
    pub fn on(program: &str, database: Option<&str>) -> Self {
        let scratch = Arc::new(Scratch::new("server").unwrap());
        Self {
            program: program.into(),
            before: Vec::new(),
            data: scratch.path().join("data"),
            database: database.map(str::to_owned),
            address: Address::default(),
            process: None,
            starts: 0,
            is_database_ours: false,
            scratch,
        }
    }

    /// Another node on the same database, with the same files and a search index of its own.
    pub fn another_node(&self) -> Self {
        let node = Self::on(&self.program.to_string_lossy(), self.database.as_deref());
        std::fs::create_dir_all(self.data.join("files")).unwrap();
        std::fs::create_dir_all(&node.data).unwrap();
        std::os::unix::fs::symlink(self.data.join("files"), node.data.join("files")).unwrap();
        node
    }

    /// Puts words before the program from the next start on; they must end by becoming it (`exec`).
    pub fn run_inside<S: Into<OsString>>(&mut self, before: impl IntoIterator<Item = S>) {
        self.before = before.into_iter().map(Into::into).collect();
    }

    /// The folder of its data.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Its database when that is PostgreSQL.
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// Starts it and waits until it listens.
    pub fn start(&mut self) {
        assert!(self.process.is_none(), "the server runs already");
        std::fs::create_dir_all(&self.data).unwrap();
        self.starts += 1;
        let log = self.log_file();
        let mut words = self.before.clone();
        words.extend(self.words());
        words.extend(["serve", "--listen", "127.0.0.1:0"].map(OsString::from));
        let process = Process::start(&words, "TERM", self.scratch.path(), &log).unwrap();
        let listens = || {
            std::fs::read_to_string(&log)
                .unwrap_or_default()
                .lines()
                .find_map(listening)
        };
        process
            .wait_until("mainstay serve", &log, || listens().is_some())
            .unwrap();
        self.address.set(&listens().expect("it listens"));
        self.process = Some(process);
    }

    /// kill -9: no handler runs, nothing is flushed.
    pub fn kill(&mut self) {
        self.signal("KILL");
        self.process = None;
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Panics
    /// When it does not within [`GRACE`].
    pub fn stop(&mut self) {
        self.signal("TERM");
        let process = self.process.take().expect("the server runs");
        let began = Instant::now();
        while process.is_running() {
            assert!(began.elapsed() < GRACE, "the server does not end: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn signal(&self, signal: &str) {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").args(["-s", signal, &pid]).status().unwrap();
        assert!(sent.success(), "the server had ended by itself: {}", self.log());
    }

    /// Its process number.
    pub fn pid(&self) -> u32 {
        self.process.as_ref().expect("the server runs").pid()
    }

    /// Whether the process is there.
    pub fn is_running(&self) -> bool {
        self.process.as_ref().is_some_and(Process::is_running)
    }

    /// Where it listens.
    pub fn address(&self) -> Address {
        self.address.clone()
    }

    /// A client that nobody has signed in.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(self.address())
    }

    /// What it said since its last start.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.scratch.path().join(format!("server-{}.log", self.starts))
    }

    /// The program and what tells it where its data is.
    fn words(&self) -> Vec<OsString> {
        let mut words: Vec<OsString> = vec!["env".into()];
        for name in NOT_FOR_THE_PROGRAM {
            words.extend(["-u".into(), name.into()]);
        }
        words.push(self.program.clone().into());
        words.extend(["--data".into(), self.data.clone().into()]);
        if let Some(url) = &self.database {
            words.extend(["--database".into(), url.into()]);
        }
        words
    }

    /// Runs a command of the program on the same data, beside the server or without it.
    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut words: Vec<OsString> = Vec::new();
        if !self.before.is_empty() && self.is_running() {
            // Its data may lie on a disk that only its own processes see.
            let pid = self.pid().to_string();
            words.extend(["nsenter", "--mount", "--target", &pid].map(OsString::from));
        }
        words.extend(self.words());
        run(&words, arguments, input)
    }

    /// The same, to be handed to another thread.
    pub fn runner(&self) -> impl Fn(&[&str], &[u8]) -> Ran + Clone + Send + 'static {
        let words = self.words();
        move |arguments, input| run(&words, arguments, input)
    }

    /// Runs a command that must succeed, and gives what it printed.
    pub fn must(&self, arguments: &[&str], input: &str) -> String {
        let ran = self.run(arguments, input.as_bytes());
        assert_eq!(ran.code, 0, "{arguments:?}: {} {}", ran.out, ran.err);
        ran.out.trim().to_owned()
    }

    /// Adds somebody with a built-in role and a password.
    pub fn add_person(&self, email: &str, name: &str, role: &str, password: &str) {
        self.must(
            &[
                "user",
                "add",
                email,
                "--name",
                name,
                "--role",
                role,
                "--password-stdin",
            ],
            password,
        );
    }

    /// The secret of a new token.
    pub fn token(&self, email: &str, scope: &str) -> String {
        self.must(&["token", "create", "--user", email, "--scope", scope], "")
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        self.process = None;
        if let Some(url) = self.database.as_ref().filter(|_| self.is_database_ours) {
            Postgres::shared()
                .and_then(|server| server.drop_database(url))
                .ok();
        }
    }
}

fn listening(line: &str) -> Option<String> {
    line.strip_prefix("listening on ")
        .map(|address| address.trim().to_owned())
}

fn run(words: &[OsString], arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(&words[0])
        .args(&words[1..])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that ends before it has read everything is judged by how it ended.
    child.stdin.take().expect("it was piped").write_all(input).ok();
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

//! One signer at work: its key, its policy, and its log, all in a folder of its own.
//!
//! The log is written before the signature leaves: what is not in it was never signed. At its start the signer reads the last
//! lines again, so that ending it forgets no limit.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::policy::{Book, Line, Policy, Refusal};
use super::{Answer, Question, public_key_file};
use kernel::Clock;
use protocol::grant::{Grant, hash_of};
use protocol::key::{KeyPair, PublicKey};
use protocol::signed::Signed;
use protocol::verb::{Danger, Verb};

/// So much of the log's end is read at the start.
const READ_BACK: u64 = 4 * 1024 * 1024;

/// See the module's text.
pub struct Signer {
    folder: PathBuf,
    key: KeyPair,
    log: File,
    book: Book,
    clock: Clock,
}

impl Signer {
    /// Opens the folder; makes it and the key when there are none.
    ///
    /// # Errors
    /// When the folder cannot be used, or the key or the policy cannot be read.
    pub fn open(folder: &Path, clock: Clock) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let key = key_in(folder)?;
        let public = serde_json::to_string(&key.public())?;
        write_once(&public_key_file(folder), public.as_bytes(), 0o644)?;
        let path = folder.join("log.jsonl");
        let book = read_back(&path)?;
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(path)?;
        let signer = Self {
            folder: folder.to_owned(),
            key,
            log,
            book,
            clock,
        };
        signer.policy()?;
        Ok(signer)
    }

    /// The key that devices trust.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        self.key.public()
    }

    /// The file as it is now: a change counts from the next question on.
    ///
    /// # Errors
    /// When it cannot be read or says something unknown.
    pub fn policy(&self) -> io::Result<Policy> {
        match fs::read_to_string(self.folder.join("signer.toml")) {
            Ok(text) => toml::from_str(&text).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Policy::default()),
            Err(error) => Err(error),
        }
    }

    /// Answers one question.
    ///
    /// # Errors
    /// When the log cannot be written or the policy not be read: nothing is signed then.
    pub fn answer(&mut self, question: Question) -> io::Result<Answer> {
        match question {
            Question::Key => Ok(Answer::Key(self.public())),
            Question::Sign { grant, verb } => self.sign(*grant, &verb),
        }
    }

    fn sign(&mut self, grant: Grant, body: &str) -> io::Result<Answer> {
        let now = self.clock.now().millis();
        let policy = self.policy()?;
        let (name, views, verdict) = match Verb::read(body) {
            Ok(verb) => {
                let verdict = self.book.judge(&policy, &grant, &verb, &hash_of(body), now);
                (verb.name().to_owned(), verb.danger() == Danger::View, verdict)
            }
            Err(_) => (String::new(), false, Err(Refusal::NotThisAct)),
        };
        let line = Line {
            at: now,
            grant: grant.id.clone(),
            person: grant.person.clone(),
            device: grant.device.clone(),
            subject: grant.subject.clone(),
            verb: name,
            views,
            approved_by: grant.approved_by.clone(),
            verdict: verdict.err().map_or("signed", Refusal::as_str).to_owned(),
        };
        let mut text = serde_json::to_vec(&line)?;
        text.push(b'\n');
        self.log.write_all(&text)?;
        self.log.sync_data()?;
        self.book.note(line);
        match verdict {
            Ok(()) => Ok(Answer::Signed(Box::new(Signed::sign(&self.key, &grant)?))),
            Err(refusal) => Ok(Answer::Refused(refusal.as_str().to_owned())),
        }
    }
}

fn key_in(folder: &Path) -> io::Result<KeyPair> {
    let path = folder.join("private.key");
    match fs::read(&path) {
        Ok(bytes) => KeyPair::from_pkcs8(&bytes)
            .map_err(|_| io::Error::other(format!("{} holds no key", path.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = KeyPair::generate().map_err(io::Error::other)?;
            write_once(&path, key.to_pkcs8(), 0o600)?;
            Ok(key)
        }
        Err(error) => Err(error),
    }
}

/// Writes beside and moves, so that a power cut leaves the old file or the new one.
fn write_once(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    if fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    let beside = path.with_extension("new");
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(mode)
        .open(&beside)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(beside, path)
}

fn read_back(path: &Path) -> io::Result<Book> {
    let mut book = Book::default();
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(book),
        Err(error) => return Err(error),
    };
    let from = file.metadata()?.len().saturating_sub(READ_BACK);
    file.seek(SeekFrom::Start(from))?;
    for line in BufReader::new(file).split(b'\n') {
        // The first may be cut in two, and the last too when the machine died.
        if let Ok(line) = serde_json::from_slice::<Line>(&line?) {
            book.note(line);
        }
    }
    Ok(book)
}

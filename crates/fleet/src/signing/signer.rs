//! One signer at work: its key, its policy, and its log, all in a folder of its own.
//!
//! The log is written before the signature leaves: what is not in it was never signed. At its start the signer reads the last
//! lines again, so that ending it forgets no limit.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::approval::{Approvals, Wish};
use super::policy::{Book, Line, Policy, Refusal};
use super::{Answer, Question, public_key_file};
use kernel::Clock;
use protocol::grant::{Grant, hash_of};
use protocol::key::{KeyPair, PublicKey};
use protocol::message::is_id;
use protocol::signed::Signed;
use protocol::text;
use protocol::verb::{Danger, Verb};

/// So much of the log's end is read at the start.
/// It holds more than an hour at the greatest pace, so that a start forgets no limit.
const READ_BACK: u64 = 64 * 1024 * 1024;
/// Refusals that are written down within a minute: nobody may fill the disk with them.
const REFUSALS_MOST: usize = 600;
const MINUTE: i64 = 60_000;
const NAME_MOST: usize = 64;
const PERSON_NAME_MOST: usize = 800;
const SUBJECT_MOST: usize = 100;

/// See the module's text.
pub struct Signer {
    folder: PathBuf,
    key: KeyPair,
    log: File,
    book: Book,
    approvals: Approvals,
    /// When the last refusals were written down.
    refused: VecDeque<i64>,
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
            approvals: Approvals::default(),
            refused: VecDeque::new(),
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
            Question::Terms => Ok(Answer::Terms(!self.policy()?.approvers.is_empty())),
            Question::Approve(wish) => self.approve(wish),
        }
    }

    fn approve(&mut self, wish: Wish) -> io::Result<Answer> {
        let (now, policy) = (self.clock.now().millis(), self.policy()?);
        let line = Line {
            at: now,
            grant: String::new(),
            person: String::new(),
            device: format!("{} devices", wish.devices.len()),
            subject: text::line(&wish.subject, SUBJECT_MOST),
            verb: text::line(&wish.act, NAME_MOST),
            views: false,
            approved_by: Some(text::line(&wish.person, NAME_MOST)),
            verdict: "approved".to_owned(),
        };
        let verdict = self.approvals.give(&policy, wish, now);
        self.write_down(line, verdict)?;
        Ok(match verdict {
            Ok(()) => Answer::Approved,
            Err(refusal) => Answer::Refused(refusal.as_str().to_owned()),
        })
    }

    fn sign(&mut self, grant: Grant, body: &str) -> io::Result<Answer> {
        let now = self.clock.now().millis();
        let policy = self.policy()?;
        let (name, views, verdict) = match Verb::read(body) {
            _ if !is_fit(&grant) => (String::new(), false, Err(Refusal::Malformed)),
            Ok(verb) => {
                let verdict = self.judge(&policy, &grant, &verb, body, now);
                (verb.name().to_owned(), verb.danger() == Danger::View, verdict)
            }
            Err(_) => (String::new(), false, Err(Refusal::NotThisAct)),
        };
        let line = Line {
            at: now,
            grant: text::line(&grant.id, NAME_MOST),
            person: text::line(&grant.person, NAME_MOST),
            device: text::line(&grant.device, NAME_MOST),
            subject: text::line(&grant.subject, SUBJECT_MOST),
            verb: name,
            views,
            approved_by: grant
                .approved_by
                .as_deref()
                .map(|second| text::line(second, NAME_MOST)),
            verdict: "signed".to_owned(),
        };
        self.write_down(line, verdict)?;
        match verdict {
            Ok(()) => {
                self.approvals.spend(&grant, now);
                Ok(Answer::Signed(Box::new(Signed::sign(&self.key, &grant)?)))
            }
            Err(refusal) => Ok(Answer::Refused(refusal.as_str().to_owned())),
        }
    }

    fn judge(
        &self,
        policy: &Policy,
        grant: &Grant,
        verb: &Verb,
        body: &str,
        now: i64,
    ) -> Result<(), Refusal> {
        self.book.judge(policy, grant, verb, &hash_of(body), now)?;
        let is_named = grant.approved_by.is_some() && !policy.approvers.is_empty();
        if is_named && !self.approvals.hold(grant, now) {
            return Err(Refusal::Unproved);
        }
        Ok(())
    }

    /// Before anything leaves.
    fn write_down(&mut self, mut line: Line, verdict: Result<(), Refusal>) -> io::Result<()> {
        if let Err(refusal) = verdict {
            refusal.as_str().clone_into(&mut line.verdict);
            while self.refused.front().is_some_and(|at| line.at - at > MINUTE) {
                self.refused.pop_front();
            }
            if self.refused.len() >= REFUSALS_MOST {
                return Ok(());
            }
            self.refused.push_back(line.at);
        }
        let mut text = serde_json::to_vec(&line)?;
        text.push(b'\n');
        self.log.write_all(&text)?;
        self.log.sync_data()?;
        self.book.note(line);
        Ok(())
    }
}

/// Whether a grant holds only what an honest one can: what is signed is also what is written down.
fn is_fit(grant: &Grant) -> bool {
    let second = grant.approved_by.as_deref().unwrap_or_default();
    is_id(&grant.id)
        && is_id(&grant.device)
        && [grant.person.as_str(), second]
            .iter()
            .all(|name| name.len() <= NAME_MOST)
        && grant.person_name.len() <= PERSON_NAME_MOST
        && grant.subject.len() <= SUBJECT_MOST
        && grant.verbs.len() == 1
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

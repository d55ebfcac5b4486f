//! A guest: the same program, started once by somebody who wants help, without being installed.
//!
//! It comes with its enrolment document behind it ([`carried`]), runs as whoever started it, allows the screen and nothing else
//! (`floor::of_guest`), and keeps what it needs in a folder of its own that goes with it (`folder`). It ends when the one session
//! is over, when the server sends it away, when nobody asked for anything, and when it is told to.

mod folder;
mod words;

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::process::ExitCode;

use protocol::enrolment::Document;
use protocol::message::Identity;
use protocol::trailer;
use tokio::sync::mpsc;

use crate::command::{enrol, run};
use crate::executing::{Executor, Surroundings};
use crate::link::{self, Address, FromLink, QUEUE, Settings};
use crate::{enrolment, identity, logging, processes};
use folder::Folder;
use words::{Language, Word};

/// The document behind the program that runs; none behind one that is installed.
#[must_use]
pub fn carried() -> Option<Vec<u8>> {
    read(File::open(std::env::current_exe().ok()?).ok()?)
        .ok()
        .flatten()
}

fn read(mut file: File) -> io::Result<Option<Vec<u8>>> {
    let whole = file.metadata()?.len();
    let end_at = whole.checked_sub(trailer::END as u64);
    let Some(end_at) = end_at else {
        return Ok(None);
    };
    let mut end = [0; trailer::END];
    file.seek(SeekFrom::Start(end_at))?;
    file.read_exact(&mut end)?;
    let length = trailer::length(&end);
    let Some((from, length)) = length.and_then(|length| Some((end_at.checked_sub(length)?, length))) else {
        return Ok(None);
    };
    file.seek(SeekFrom::Start(from))?;
    let mut document = Vec::new();
    file.take(length).read_to_end(&mut document)?;
    Ok(Some(document))
}

/// Runs as a guest to the end.
#[must_use]
pub fn main(document: &[u8]) -> ExitCode {
    let language = Language::of_environment();
    match begin(document, language) {
        Ok(word) => {
            say(language.word(word));
            ExitCode::SUCCESS
        }
        Err(Trouble::Word(word)) => {
            say(language.word(word));
            ExitCode::FAILURE
        }
        Err(Trouble::Text(text)) => {
            say(&format!("{} {text}", language.word(Word::Failed)));
            ExitCode::FAILURE
        }
    }
}

/// Why it cannot be.
enum Trouble {
    Word(Word),
    /// What only the system can say.
    Text(String),
}

impl From<String> for Trouble {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

fn text(error: impl std::fmt::Display) -> Trouble {
    Trouble::Text(error.to_string())
}

/// Whoever started it may have closed the window it talks to, which is no reason to leave anything behind.
fn say(words: &str) {
    writeln!(io::stdout().lock(), "{words}").ok();
}

fn begin(document: &[u8], language: Language) -> Result<Word, Trouble> {
    logging::be_quiet();
    folder::sweep();
    let folder = Folder::new().map_err(text)?;
    let mut here = Surroundings::new(folder.path());
    here.is_guest = true;
    std::fs::create_dir_all(here.settings()).map_err(text)?;
    enrol::private_folder(&here.state())?;
    let given = folder.path().join("given.json");
    std::fs::write(&given, document).map_err(text)?;
    let document = enrolment::install(&given, &here.settings(), &here.state(), processes::now())
        .map_err(|_| Trouble::Word(Word::Stale))?;
    let server = document.servers.first().and_then(|server| Address::read(server));
    let host = server.as_ref().map(|server| server.host.clone());
    here.server = server.map(|server| (server.host, server.port));
    say(&language.greeting(&host.unwrap_or_default()));
    let key = identity::load_or_make(&here.state()).map_err(text)?;
    let settings = Settings {
        document: document.clone(),
        key,
        boot: protocol::handshake::nonce().map_err(text)?,
        enrol: None,
    };
    let mut end = Word::Over;
    run::on_one_thread(async {
        end = serve(here, document, settings, language).await?;
        Ok(())
    })?;
    // Its last use: the folder goes here, whatever came of it.
    drop(folder);
    Ok(end)
}

async fn serve(
    here: Surroundings,
    document: Document,
    mut settings: Settings,
    language: Language,
) -> Result<Word, String> {
    settings.enrol = Some(little(enrolment::of_this_machine().await));
    let mut executor = Executor::open(here, document).map_err(|error| error.to_string())?;
    let (to, from_executor) = mpsc::channel(QUEUE);
    let (to_relay, from_link) = mpsc::channel(QUEUE);
    let (to_executor, from) = mpsc::channel(QUEUE);
    let link = tokio::spawn(link::keep(settings, to_relay, from_executor));
    let listening = tokio::spawn(relay(from_link, to_executor, language));
    let ended = executor.run(to, from).await;
    // The queue is closed now; the link says goodbye to the server.
    tokio::time::timeout(std::time::Duration::from_secs(2), link)
        .await
        .ok();
    let sent_away = tokio::time::timeout(std::time::Duration::from_secs(1), listening).await;
    ended.map_err(|error| error.to_string())?;
    Ok(sent_away
        .ok()
        .and_then(Result::ok)
        .flatten()
        .unwrap_or(Word::Over))
}

/// Of a guest nobody has to know more than what to call it: nothing by which the machine could be known again.
fn little(identity: Identity) -> Identity {
    Identity {
        host: identity.host,
        os: identity.os,
        os_version: identity.os_version,
        arch: identity.arch,
        ..Identity::default()
    }
}

/// Passes on what the link says until the server sends this guest away for good; answers what to say of that.
async fn relay(
    mut from: mpsc::Receiver<FromLink>,
    to: mpsc::Sender<FromLink>,
    language: Language,
) -> Option<Word> {
    while let Some(heard) = from.recv().await {
        match &heard {
            FromLink::Up(_) => say(language.word(Word::Connected)),
            FromLink::Down { code, .. } if is_for_good(code) => return Some(word_of(code)),
            // Asked to come back in a moment, as when it is sent away.
            FromLink::Down { code, .. } if code == "leave" => {}
            FromLink::Down { .. } => say(language.word(Word::Away)),
            FromLink::Frame(_) => {}
        }
        if to.send(heard).await.is_err() {
            return None;
        }
    }
    None
}

/// A guest is refused once: there is nobody who would put it right later.
fn is_for_good(code: &str) -> bool {
    !matches!(code, "broken" | "leave" | "gone" | "busy" | "greeting")
}

fn word_of(code: &str) -> Word {
    match code {
        "retired" => Word::Over,
        "server_key" => Word::Stranger,
        _ => Word::Stale,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn a_document_behind_a_program_is_found_and_none_is_not() {
        let program = b"\x7fELF and so on".to_vec();
        assert_eq!(read(file(&program)).unwrap(), None);
        assert_eq!(read(file(b"short")).unwrap(), None);
        let whole = [program, trailer::written(b"{}")].concat();
        assert_eq!(read(file(&whole)).unwrap(), Some(b"{}".to_vec()));
    }

    #[test]
    fn a_length_beyond_the_file_is_no_document() {
        let end = [&9_000_u64.to_le_bytes()[..], &trailer::MAGIC].concat();
        assert_eq!(read(file(&[b"program".as_slice(), &end].concat())).unwrap(), None);
    }

    #[test]
    fn a_guest_says_nothing_by_which_it_could_be_known_again() {
        let said = little(Identity {
            host: "laptop".to_owned(),
            serial: "S-1".to_owned(),
            uuid: "u".to_owned(),
            machine_id: "m".to_owned(),
            macs: vec!["aa:bb:cc:00:11:22".to_owned()],
            ..Identity::default()
        });
        assert_eq!(said.host, "laptop");
        assert!(said.serial.is_empty() && said.uuid.is_empty() && said.machine_id.is_empty());
        assert!(said.macs.is_empty());
    }

    #[test]
    fn what_passes_is_waited_for_and_what_does_not_ends_it() {
        assert!(!is_for_good("broken") && !is_for_good("busy"));
        assert!(is_for_good("retired") && is_for_good("enrolment_used_up") && is_for_good("server_key"));
    }
}

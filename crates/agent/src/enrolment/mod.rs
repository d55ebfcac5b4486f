//! The enrolment document on this device, and what came of it: the device's id.
//!
//! The id is kept when the server admits the device, and from then on a server that gives it another is not believed:
//! otherwise whoever holds the web server could present the grants of one device to another.

mod device;

pub use device::of_this_machine;
use protocol::enrolment::{Document, Unfit, open, open_kept};
use protocol::signed::Signed;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The largest honest document.
const MOST: u64 = 128 * 1024;

/// Why there is no enrolment.
#[derive(Debug, thiserror::Error)]
pub enum NotEnrolled {
    #[error("there is no enrolment document in {0}; `mainstay-agent enrol DOCUMENT` takes one")]
    Absent(PathBuf),
    #[error("cannot read or write {0}: {1}")]
    File(PathBuf, io::Error),
    #[error("{0} is not an enrolment document")]
    NotOne(PathBuf),
    #[error("{0}")]
    Unfit(Unfit),
}

/// What the server made of this device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    pub device: String,
    pub at: i64,
}

/// Where the document lies.
pub fn path(settings: &Path) -> PathBuf {
    settings.join("enrolment.json")
}

/// The document of this device. Its token may be over; its keys and servers still count.
pub fn load(settings: &Path) -> Result<Document, NotEnrolled> {
    let (_, file) = read(&path(settings))?;
    open_kept(&file).map_err(NotEnrolled::Unfit)
}

/// Takes a document: checks it and keeps it. What was enrolled before with another one counts no more.
pub fn install(source: &Path, settings: &Path, state: &Path, now: i64) -> Result<Document, NotEnrolled> {
    let (text, file) = read(source)?;
    let document = open(&file, now).map_err(NotEnrolled::Unfit)?;
    let path = path(settings);
    if let Ok((before, _)) = read(&path)
        && before == text
    {
        return Ok(document);
    }
    replace(&path, text.as_bytes()).map_err(|error| NotEnrolled::File(path, error))?;
    forget(state)?;
    Ok(document)
}

/// What the server made of this device, if it ever admitted it.
pub fn enrolled(state: &Path) -> Option<Enrolled> {
    let text = std::fs::read_to_string(state.join("enrolled")).ok()?;
    serde_json::from_str(&text).ok()
}

/// Keeps the device's id.
pub fn keep(state: &Path, enrolled: &Enrolled) -> io::Result<()> {
    replace(&state.join("enrolled"), &serde_json::to_vec(enrolled)?)
}

fn forget(state: &Path) -> Result<(), NotEnrolled> {
    let path = state.join("enrolled");
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(NotEnrolled::File(path, error)),
        _ => Ok(()),
    }
}

fn read(path: &Path) -> Result<(String, Signed<Document>), NotEnrolled> {
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(NotEnrolled::Absent(path.to_owned()));
        }
        Err(error) => return Err(NotEnrolled::File(path.to_owned(), error)),
    };
    let mut text = String::new();
    let read = file.take(MOST).read_to_string(&mut text);
    read.map_err(|error| NotEnrolled::File(path.to_owned(), error))?;
    let signed = serde_json::from_str(&text).map_err(|_| NotEnrolled::NotOne(path.to_owned()))?;
    Ok((text, signed))
}

/// Writes a private file whole or not at all.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    std::fs::remove_file(&fresh).ok();
    let mut file = crate::identity::private_file(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::key::KeyPair;

    fn document(key: &KeyPair) -> Document {
        Document {
            version: protocol::VERSION,
            servers: vec!["wss://desk.example/".to_owned()],
            server_keys: vec![key.public()],
            signer_keys: vec![KeyPair::generate().unwrap().public()],
            authority: None,
            update_root: None,
            token: "token".to_owned(),
            expires_at: 1000,
        }
    }

    #[test]
    fn a_document_that_was_tampered_with_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyPair::generate().unwrap();
        let mut signed = Signed::sign(&key, &document(&key)).unwrap();
        let source = folder.path().join("given.json");
        std::fs::write(&source, serde_json::to_vec(&signed).unwrap()).unwrap();
        install(&source, folder.path(), folder.path(), 1).unwrap();
        signed.payload = signed.payload.replace("desk.example", "evil.example");
        std::fs::write(&source, serde_json::to_vec(&signed).unwrap()).unwrap();
        let refused = install(&source, folder.path(), folder.path(), 1);
        assert!(matches!(refused, Err(NotEnrolled::Unfit(Unfit::Signature(_)))));
        assert_eq!(load(folder.path()).unwrap().servers, ["wss://desk.example/"]);
    }

    #[test]
    fn another_document_begins_anew_and_the_same_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("given.json");
        let write = |token: &str| {
            let key = KeyPair::generate().unwrap();
            let mut document = document(&key);
            document.token = token.to_owned();
            std::fs::write(
                &source,
                serde_json::to_vec(&Signed::sign(&key, &document).unwrap()).unwrap(),
            )
            .unwrap();
        };
        write("one");
        install(&source, folder.path(), folder.path(), 1).unwrap();
        let is = Enrolled {
            device: "7".to_owned(),
            at: 1,
        };
        keep(folder.path(), &is).unwrap();
        install(&source, folder.path(), folder.path(), 1).unwrap();
        assert_eq!(enrolled(folder.path()), Some(is));
        write("two");
        install(&source, folder.path(), folder.path(), 1).unwrap();
        assert_eq!(enrolled(folder.path()), None);
    }
}

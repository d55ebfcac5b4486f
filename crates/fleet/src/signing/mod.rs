//! The signer: a process of its own that alone holds the key by which devices are told to do something.
//!
//! `policy` is what it lets pass, `approval` and `code` are how a second person proves that they agreed (all pure), `signer` is one at work (key, policy, log), `serving` answers on a socket, `client` is
//! how the web process asks. The web process never sees the key: whoever takes it over can ask for what the policy lets
//! pass, at the pace it lets pass, and every line of it stands in a log that the web process cannot write.
//! What it does not do: look into the database. It knows what it signed, and nothing that the web process could have made up.

pub mod approval;
pub mod client;
pub mod code;
pub mod policy;
pub mod serving;
pub mod signer;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use protocol::grant::Grant;
use protocol::key::PublicKey;
use protocol::signed::Signed;

use approval::Wish;

/// One question is one line, and so is its answer; longer ones are refused.
pub const LINE_MOST: usize = 2 * 1024 * 1024;

/// A question to the signer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Question {
    /// Which key devices shall trust.
    Key,
    /// A signature under a grant for one act.
    Sign {
        /// What shall be granted.
        grant: Box<Grant>,
        /// The verb as JSON, word for word: the grant holds for nothing else.
        verb: String,
    },
    /// Whether a second person must give a code.
    Terms,
    /// A second person agrees.
    Approve(Wish),
}

/// What the signer answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The key.
    Key(PublicKey),
    /// The grant, signed.
    Signed(Box<Signed<Grant>>),
    /// Whether second persons are asked for a code.
    Terms(bool),
    /// It was noted that they agreed.
    Approved,
    /// It does not sign this; the word says why.
    Refused(String),
}

/// The folder of the signer inside the folder of the data.
#[must_use]
pub fn folder(data: &Path) -> PathBuf {
    data.join("signer")
}

/// Where the signer listens.
#[must_use]
pub fn socket(folder: &Path) -> PathBuf {
    folder.join("socket")
}

/// Where the signer's public key lies, for whoever writes enrolment documents.
#[must_use]
pub fn public_key_file(folder: &Path) -> PathBuf {
    folder.join("public.key")
}

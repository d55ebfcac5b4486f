//! Why a verb did not succeed: a stable code for the server's words, and plain words for the log.

use std::io;

use protocol::message::Outcome;
use serde_json::Value;

/// A verb that came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Failure {
    /// Stable; words in both languages hang on it.
    pub code: &'static str,
    /// In plain words, with what and which.
    pub text: String,
}

impl Failure {
    /// A failure with this code and these words.
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
        }
    }

    /// Something of the system did not work; `what` names it.
    #[must_use]
    pub fn io(what: &str, error: &io::Error) -> Self {
        let code = match error.kind() {
            io::ErrorKind::NotFound => "not_found",
            io::ErrorKind::PermissionDenied => "not_permitted",
            io::ErrorKind::AlreadyExists => "exists",
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "disk_full",
            io::ErrorKind::TimedOut => "timeout",
            _ => "system",
        };
        Self::new(code, format!("{what}: {error}"))
    }
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        Self::Failed {
            code: failure.code.to_owned(),
            text: failure.text,
        }
    }
}

/// What a verb comes to before it is told to the server.
pub type Answer = Result<Outcome, Failure>;

/// It ran to its end, and this came of it.
pub fn done(summary: Value) -> Answer {
    Ok(Outcome::Done {
        code: None,
        summary,
        hash: None,
    })
}

//! Diagnosis: what the desk found out about a ticket, and how it knows.
//!
//! Six answers (who, what, when, where, why, how), evidence, causes that were tried, and risky steps with their way back.
//! All of it is the desk's own: a requester never reads it. The types and rules are here, the SQL in `store.rs`, reading in
//! `reading.rs`, and each thing that can be written in a file of its name. What must be there before a ticket may be
//! resolved is decided in `gate`.

use kernel::error::{Error, Errors, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use crate::article;
use crate::ticket::value::words;
use crate::verification::Resolution;

pub mod answering;
pub mod causes;
pub mod evidence;
pub mod reading;
pub mod risks;
pub mod store;

pub use answering::{Answering, answer};
pub use causes::{NewCause, add_cause, change_cause, remove_cause};
pub use evidence::{NewEvidence, add_evidence, evidence, evidence_of_attachment, remove_evidence};
pub use reading::load;
pub use risks::{NewRiskyStep, add_risky_step, change_risky_step, remove_risky_step};

words!(
    /// The six questions.
    Question, "question" {
        Who => "who", What => "what", When => "when", Where => "where", Why => "why", How => "how",
    }
);

words!(
    /// What a piece of evidence is.
    EvidenceKind, "evidence_kind" {
        Log => "log", Screenshot => "screenshot", Output => "output", Metric => "metric", Other => "other",
    }
);

words!(
    /// What trying a cause showed.
    Outcome, "cause_outcome" { Open => "open", Confirmed => "confirmed", Excluded => "excluded" }
);

/// An answer to one of the six questions; not yet given when its text is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub question: Question,
    pub text: String,
    /// 0 when nobody ever wrote one. Grows with each change.
    pub version: i64,
    pub by: Option<UserId>,
    pub at: Option<Timestamp>,
}

/// A file of a piece of evidence; its content is in the kernel's files under its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceFile {
    pub hash: String,
    pub name: String,
    pub media_type: String,
    pub size: i64,
}

impl EvidenceFile {
    /// Whether a browser may show it as a picture.
    #[must_use]
    pub fn is_picture(&self) -> bool {
        matches!(
            self.media_type.as_str(),
            "image/png" | "image/jpeg" | "image/gif" | "image/webp"
        )
    }
}

/// Something that shows what was the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub id: i64,
    pub ticket: i64,
    pub kind: EvidenceKind,
    pub title: String,
    /// Words of a log or a screen; a list carries only their beginning.
    pub text: String,
    /// How many characters the whole text has.
    pub text_length: i64,
    pub file: Option<EvidenceFile>,
    /// The attachment it was made of.
    pub attachment: Option<i64>,
    pub device: String,
    pub taken_at: Timestamp,
    /// Whoever took it, in words; empty: whoever added it.
    pub taken_by: String,
    pub added_at: Timestamp,
    pub added_by: Option<UserId>,
}

/// A cause that was thought of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    pub id: i64,
    pub ticket: i64,
    pub place: i64,
    pub cause: String,
    pub tested_how: String,
    pub outcome: Outcome,
    pub version: i64,
    pub by: Option<UserId>,
    pub at: Timestamp,
}

/// A step that can do harm, and how one gets back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskyStep {
    pub id: i64,
    pub ticket: i64,
    pub step: String,
    pub risk: String,
    /// What was saved before, and where it lies.
    pub backup: String,
    pub way_back: String,
    pub done_at: Option<Timestamp>,
    pub done_by: Option<UserId>,
    pub version: i64,
    pub by: Option<UserId>,
    pub at: Timestamp,
}

impl RiskyStep {
    /// Whether it names its backup and its way back.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        !self.backup.is_empty() && !self.way_back.is_empty()
    }
}

/// Everything that was found out about a ticket.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    pub ticket: i64,
    /// All six, in their order.
    pub answers: Vec<Answer>,
    pub evidence: Vec<Evidence>,
    pub causes: Vec<Cause>,
    pub risky_steps: Vec<RiskyStep>,
    /// The latest solution.
    pub resolution: Option<Resolution>,
    /// Whether the reader may write here.
    pub may_write: bool,
}

impl Diagnosis {
    /// The version of all answers together: it grows with each change of any.
    #[must_use]
    pub fn version(&self) -> i64 {
        version_of(&self.answers)
    }
}

/// See [`Diagnosis::version`].
#[must_use]
pub fn version_of(answers: &[Answer]) -> i64 {
    answers.iter().map(|answer| answer.version).sum()
}

/// Longest answer, title, cause, and other short text.
pub const LINE_MAX: usize = 500;
/// Longest text of a piece of evidence, in characters.
pub const TEXT_MAX: usize = 100_000;
/// As much of each text as a list carries.
pub const TEXT_SHOWN: i64 = 4_000;
/// As many pieces of evidence, causes, and risky steps as one ticket takes.
pub const PIECES_MAX: i64 = 100;

/// A short text that must be there.
pub(crate) fn needed(errors: &mut Errors, field: &str, text: &str) -> String {
    let text = article::line(errors, field, text, LINE_MAX);
    if text.is_empty() {
        errors.push(field, "desk.diagnosis.text_missing");
    }
    text
}

/// A short text that may be empty.
pub(crate) fn short(errors: &mut Errors, field: &str, text: &str) -> String {
    article::line(errors, field, text, LINE_MAX)
}

/// A text of a log or screen as it may be stored: lines stay, control characters that no terminal would show do not.
#[must_use]
pub fn plain(text: &str) -> String {
    let kept = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
    let text: String = text.replace("\r\n", "\n").chars().filter(kept).collect();
    text.trim_matches('\n').trim_end().to_owned()
}

/// One more of a kind than a ticket takes is refused.
pub(crate) fn room(have: i64) -> Result<()> {
    if have >= PIECES_MAX {
        return Err(Error::invalid("desk.diagnosis.too_many").arg("max", PIECES_MAX));
    }
    Ok(())
}

/// What somebody read is still what is there; a writer who says nothing of it takes what comes.
pub(crate) fn unchanged(field: &str, read: Option<i64>, now: i64) -> Result<()> {
    match read {
        Some(read) if read != now => {
            Err(Error::conflict("desk.diagnosis.changed_meanwhile").field(field.to_owned()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use kernel::error::Kind;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_was_read_long_ago_is_not_written_over_what_is_there_now() {
        assert!(unchanged("why", None, 3).is_ok());
        assert!(unchanged("why", Some(3), 3).is_ok());
        let error = unchanged("why", Some(2), 3).unwrap_err();
        assert_eq!(
            (error.kind(), error.fields()[0].field.as_str()),
            (Kind::Conflict, "why")
        );
    }

    #[test]
    fn a_step_is_covered_by_its_backup_and_its_way_back_together() {
        let step = |backup: &str, way_back: &str| RiskyStep {
            id: 1,
            ticket: 1,
            step: "drop the index".to_owned(),
            risk: "queries crawl".to_owned(),
            backup: backup.to_owned(),
            way_back: way_back.to_owned(),
            done_at: None,
            done_by: None,
            version: 1,
            by: None,
            at: Timestamp::from_millis(0),
        };
        assert!(step("dump on nas2", "create it again").is_covered());
        assert!(!step("", "create it again").is_covered());
        assert!(!step("dump on nas2", "").is_covered());
    }

    #[test]
    fn the_hundred_and_first_piece_is_refused() {
        assert!(room(PIECES_MAX - 1).is_ok());
        assert_eq!(room(PIECES_MAX).unwrap_err().kind(), Kind::Invalid);
    }

    proptest! {
        #[test]
        fn a_pasted_log_keeps_its_lines_and_loses_what_no_screen_shows(text in "[a-z\\t \\r\\n\\x00\\x1b界]{0,80}") {
            let kept = plain(&text);
            let hidden = kept.contains(['\0', '\u{1b}', '\r']);
            prop_assert!(!hidden);
            let letters = |text: &str| text.chars().filter(|letter| letter.is_alphabetic()).collect::<String>();
            prop_assert_eq!(letters(&kept), letters(&text));
            prop_assert_eq!(plain(&kept), kept.clone());
        }
    }
}

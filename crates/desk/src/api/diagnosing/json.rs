//! What was found out about a ticket, as the calls read and write it.

use kernel::Timestamp;
use kernel::id::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::diagnosis::{
    Answering, Cause, Diagnosis, Evidence, EvidenceKind, NewCause, NewEvidence, NewRiskyStep, Outcome,
    Question, RiskyStep,
};

/// What was found out about a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiagnosisJson {
    /// All six questions; the text is empty where nobody answered.
    answers: Vec<AnswerJson>,
    /// Grows with each changed answer; send it along to overwrite nothing unread.
    version: i64,
    /// What shows it.
    evidence: Vec<EvidenceJson>,
    /// Causes that were tried, in their order.
    causes: Vec<CauseJson>,
    /// Steps that can do harm.
    risky_steps: Vec<RiskyStepJson>,
    /// The latest solution.
    solution: Option<SolutionJson>,
}

/// An answer to one of the six questions.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerJson {
    question: Question,
    text: String,
    version: i64,
    #[schema(value_type = Option<String>)]
    by: Option<UserId>,
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
}

/// A solution and whether it was tested.
#[derive(Debug, Serialize, ToSchema)]
pub struct SolutionJson {
    text: String,
    tested: bool,
    untested_reason: Option<String>,
    /// The requester said that it does not work.
    failed: bool,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// A piece of evidence.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceJson {
    id: i64,
    kind: EvidenceKind,
    title: String,
    /// In the list no more than the first 4,000 characters.
    text: String,
    /// How many characters the whole text has.
    text_length: i64,
    file: Option<EvidenceFileJson>,
    device: String,
    #[schema(value_type = String, format = DateTime)]
    taken_at: Timestamp,
    /// Empty: whoever added it.
    taken_by: String,
    #[schema(value_type = Option<String>)]
    added_by: Option<UserId>,
}

/// A file of a piece of evidence.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceFileJson {
    name: String,
    media_type: String,
    size: i64,
    /// Where it is fetched.
    href: String,
}

/// A cause that was tried.
#[derive(Debug, Serialize, ToSchema)]
pub struct CauseJson {
    id: i64,
    place: i64,
    cause: String,
    tested_how: String,
    outcome: Outcome,
    version: i64,
}

/// A risky step.
#[derive(Debug, Serialize, ToSchema)]
pub struct RiskyStepJson {
    id: i64,
    step: String,
    risk: String,
    backup: String,
    way_back: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    done_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    done_by: Option<UserId>,
    version: i64,
}

impl DiagnosisJson {
    pub(super) fn of(found: Diagnosis) -> DiagnosisJson {
        DiagnosisJson {
            version: found.version(),
            answers: found
                .answers
                .into_iter()
                .map(|one| AnswerJson {
                    question: one.question,
                    text: one.text,
                    version: one.version,
                    by: one.by,
                    at: one.at,
                })
                .collect(),
            evidence: found.evidence.into_iter().map(EvidenceJson::of).collect(),
            causes: found.causes.into_iter().map(CauseJson::of).collect(),
            risky_steps: found.risky_steps.into_iter().map(RiskyStepJson::of).collect(),
            solution: found.resolution.map(|one| SolutionJson {
                text: one.solution,
                tested: one.tested,
                untested_reason: one.untested_reason,
                failed: one.failed,
                at: one.at,
            }),
        }
    }
}

impl EvidenceJson {
    pub(super) fn of(one: Evidence) -> EvidenceJson {
        let href = format!("/tickets/{}/evidence/{}/file", one.ticket, one.id);
        EvidenceJson {
            id: one.id,
            kind: one.kind,
            title: one.title,
            text: one.text,
            text_length: one.text_length,
            file: one.file.map(|file| EvidenceFileJson {
                name: file.name,
                media_type: file.media_type,
                size: file.size,
                href,
            }),
            device: one.device,
            taken_at: one.taken_at,
            taken_by: one.taken_by,
            added_by: one.added_by,
        }
    }
}

impl CauseJson {
    pub(super) fn of(one: Cause) -> CauseJson {
        CauseJson {
            id: one.id,
            place: one.place,
            cause: one.cause,
            tested_how: one.tested_how,
            outcome: one.outcome,
            version: one.version,
        }
    }
}

impl RiskyStepJson {
    pub(super) fn of(one: RiskyStep) -> RiskyStepJson {
        RiskyStepJson {
            id: one.id,
            step: one.step,
            risk: one.risk,
            backup: one.backup,
            way_back: one.way_back,
            done_at: one.done_at,
            done_by: one.done_by,
            version: one.version,
        }
    }
}

/// Answers to write; what is left out stays, an empty text takes an answer back.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AnsweringJson {
    /// Who is hit, who reported it.
    pub who: Option<String>,
    /// What happens.
    pub what: Option<String>,
    /// Since when, how often.
    pub when: Option<String>,
    /// On which place, device, or part.
    #[serde(rename = "where")]
    pub where_: Option<String>,
    /// The cause.
    pub why: Option<String>,
    /// How it comes about, how it is shown.
    pub how: Option<String>,
    /// The version of all answers that was read; 409 when somebody changed one since.
    pub version: Option<i64>,
}

impl AnsweringJson {
    pub(super) fn into_answering(self) -> Answering {
        let texts = [self.who, self.what, self.when, self.where_, self.why, self.how];
        let given = Question::ALL.iter().zip(texts);
        Answering {
            answers: given
                .filter_map(|(question, text)| Some((*question, text?, None)))
                .collect(),
            expected_version: self.version,
        }
    }
}

/// A piece of evidence to add: a text, or an attachment of the ticket. Files come with the page's form.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvidenceJson {
    /// `log`, `screenshot`, `output`, `metric`, or `other`.
    pub kind: EvidenceKind,
    /// Left out: the first line of the text, or the name of the file.
    #[serde(default)]
    pub title: String,
    /// Words of a log or a screen.
    #[serde(default)]
    pub text: String,
    /// An attachment of this ticket.
    #[serde(default)]
    pub attachment: Option<i64>,
    /// Where it was taken.
    #[serde(default)]
    pub device: String,
    /// Left out: now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub taken_at: Option<Timestamp>,
    /// Left out: the caller.
    #[serde(default)]
    pub taken_by: String,
}

impl NewEvidenceJson {
    pub(super) fn into_evidence(self) -> NewEvidence {
        NewEvidence {
            title: self.title,
            text: self.text,
            attachment: self.attachment,
            device: self.device,
            taken_at: self.taken_at,
            taken_by: self.taken_by,
            ..NewEvidence::new(self.kind)
        }
    }
}

/// A cause as it is to stand.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCauseJson {
    /// What may have caused it.
    pub cause: String,
    /// How it was tested; needed once it is confirmed or excluded.
    #[serde(default)]
    pub tested_how: String,
    /// `open`, `confirmed`, or `excluded`.
    pub outcome: Outcome,
    /// Where it stands in the list.
    #[serde(default)]
    pub place: Option<i64>,
    /// The version that was read; 409 when somebody changed it since.
    #[serde(default)]
    pub version: Option<i64>,
}

impl NewCauseJson {
    pub(super) fn into_cause(self) -> NewCause {
        NewCause {
            cause: self.cause,
            tested_how: self.tested_how,
            outcome: self.outcome,
            place: self.place,
            expected_version: self.version,
        }
    }
}

/// A risky step as it is to stand.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRiskyStepJson {
    /// What is done.
    pub step: String,
    /// What may go wrong.
    pub risk: String,
    /// What was saved before, and where it lies.
    #[serde(default)]
    pub backup: String,
    /// How one gets back.
    #[serde(default)]
    pub way_back: String,
    /// Whether it is done; takes a backup and a way back.
    #[serde(default)]
    pub done: bool,
    /// The version that was read; 409 when somebody changed it since.
    #[serde(default)]
    pub version: Option<i64>,
}

impl NewRiskyStepJson {
    pub(super) fn into_step(self) -> NewRiskyStep {
        NewRiskyStep {
            step: self.step,
            risk: self.risk,
            backup: self.backup,
            way_back: self.way_back,
            is_done: self.done,
            expected_version: self.version,
        }
    }
}

//! Close gates: what must be there before a ticket may be called resolved.
//!
//! A gate says for which tickets it stands, what it asks for, and what to say when that is not there. All gates that fit a
//! ticket hold together: each asks for something more, none excuses from another. The rules here are pure; `checking.rs`
//! holds them against a ticket, `settings.rs` keeps the gates, `preview.rs` tries one on the past. The gate is asked in
//! `ticket::resolve`, so that page, JSON, and whoever else resolves obey alike.

use std::collections::{BTreeMap, BTreeSet};

use kernel::error::{Error, Errors, FieldError, Result};
use kernel::i18n::Locale;
use serde::{Deserialize, Serialize};

use crate::diagnosis::Question;
use crate::ticket::value::{Category, Priority, TicketType, words};

pub mod checking;
pub mod preview;
pub mod settings;
pub mod store;

pub use checking::{Standing, standing};
pub use preview::{Preview, preview};
pub use settings::{gates, ready, remove_gate, save_gate};

words!(
    /// What a gate can ask for.
    Part, "gate_part" {
        Category => "category", Question => "question", Evidence => "evidence", Cause => "cause",
        Solution => "solution", Tested => "tested", RiskySteps => "risky_steps", Tag => "tag", Device => "device",
        Technical => "technical", Plain => "plain",
    }
);

/// What must be there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Needs {
    /// A category other than "other".
    pub category: bool,
    /// Answers of the diagnosis.
    pub questions: BTreeSet<Question>,
    /// At least so many pieces of evidence.
    pub evidence: i64,
    /// At least one confirmed cause.
    pub cause: bool,
    /// A solution of at least so many characters.
    pub solution: i64,
    /// The solution tested, or a reason why not.
    pub tested: bool,
    /// Each risky step with its backup and way back.
    pub risky_steps: bool,
    /// At least one tag.
    pub tag: bool,
    /// The device named.
    pub device: bool,
    /// The cause written down for the desk.
    pub technical: bool,
    /// The cause written down for the requester.
    pub plain: bool,
}

/// A gate as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Definition {
    /// The name per language (`en`, `zh-CN`); one of them is enough.
    pub name: BTreeMap<String, String>,
    /// Empty: any type.
    pub types: Vec<TicketType>,
    /// Empty: any priority.
    pub priorities: Vec<Priority>,
    /// What must be there.
    pub needs: Needs,
    /// What to say when it is not, per language; optional.
    pub words: BTreeMap<String, String>,
}

/// A gate in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    pub id: String,
    /// Gates are listed in this order.
    pub place: i64,
    pub version: i64,
    pub definition: Definition,
}

impl Gate {
    /// The name for the reader.
    #[must_use]
    pub fn name(&self, locale: Locale) -> &str {
        in_language(&self.definition.name, locale).unwrap_or(&self.id)
    }

    /// The words for who is stopped.
    #[must_use]
    pub fn words(&self, locale: Locale) -> Option<&str> {
        in_language(&self.definition.words, locale)
    }
}

/// The text of this language, else of another.
fn in_language(texts: &BTreeMap<String, String>, locale: Locale) -> Option<&str> {
    let own = texts.get(locale.tag()).filter(|text| !text.is_empty());
    own.or_else(|| texts.values().find(|text| !text.is_empty()))
        .map(String::as_str)
}

/// What stands on a ticket, as far as a gate may ask for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub number: i64,
    pub title: String,
    pub ticket_type: TicketType,
    pub priority: Priority,
    pub category: Category,
    pub has_device: bool,
    pub tags: i64,
    pub answered: BTreeSet<Question>,
    pub evidence: i64,
    pub causes: i64,
    pub confirmed: i64,
    /// Risky steps without backup or way back.
    pub bare_steps: i64,
    /// The finding's two texts, each 1 when it is written.
    pub technical: i64,
    pub plain: i64,
}

/// A solution about to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    pub solution_letters: i64,
    pub tested_or_reason: bool,
}

/// Something that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    pub part: Part,
    /// Which question, when it is an answer.
    pub question: Option<Question>,
    pub needed: i64,
    pub have: i64,
}

impl Definition {
    /// Whether the gate stands before this ticket.
    #[must_use]
    pub fn holds(&self, ticket_type: TicketType, priority: Priority) -> bool {
        (self.types.is_empty() || self.types.contains(&ticket_type))
            && (self.priorities.is_empty() || self.priorities.contains(&priority))
    }

    /// Refuses what asks for nothing or for what nobody can give: every wrong field at once.
    pub fn check(&self) -> Result<()> {
        let mut errors = Errors::new();
        if self.name.values().all(|name| name.trim().is_empty()) {
            errors.push("name", "desk.gate.name_missing");
        }
        for (field, texts) in [("name", &self.name), ("words", &self.words)] {
            for text in texts.values() {
                crate::article::line(&mut errors, field, text, WORDS_MAX);
            }
        }
        for (field, number, max) in [
            ("needs.evidence", self.needs.evidence, EVIDENCE_MAX),
            ("needs.solution", self.needs.solution, SOLUTION_MAX),
        ] {
            if !(0..=max).contains(&number) {
                let arguments = vec![("max".to_owned(), max.into())];
                errors.push_with(field, "desk.gate.number_range", arguments);
            }
        }
        if self.needs == Needs::default() {
            errors.push("needs", "desk.gate.nothing_needed");
        }
        errors.finish()
    }
}

const WORDS_MAX: usize = 300;
/// As much evidence as a gate may ask for.
pub const EVIDENCE_MAX: i64 = 20;
/// As long a solution as a gate may ask for.
pub const SOLUTION_MAX: i64 = 2_000;
/// As many gates as an installation keeps.
pub const GATES_MAX: i64 = 50;

/// What several gates ask for together.
#[must_use]
pub fn together<'a>(needs: impl IntoIterator<Item = &'a Needs>) -> Needs {
    needs.into_iter().fold(Needs::default(), |all, one| Needs {
        category: all.category || one.category,
        questions: all.questions.union(&one.questions).copied().collect(),
        evidence: all.evidence.max(one.evidence),
        cause: all.cause || one.cause,
        solution: all.solution.max(one.solution),
        tested: all.tested || one.tested,
        risky_steps: all.risky_steps || one.risky_steps,
        tag: all.tag || one.tag,
        device: all.device || one.device,
        technical: all.technical || one.technical,
        plain: all.plain || one.plain,
    })
}

/// What is asked for and not there, in the order of the form. Without an attempt the solution and the finding, which are
/// written on the same form, are not asked for yet.
#[must_use]
pub fn missing(needs: &Needs, facts: &Facts, attempt: Option<Attempt>) -> Vec<Missing> {
    let mut found = Vec::new();
    let mut ask = |part: Part, question: Option<Question>, needed: i64, have: i64| {
        if have < needed {
            found.push(Missing {
                part,
                question,
                needed,
                have,
            });
        }
    };
    let one = i64::from;
    ask(
        Part::Category,
        None,
        one(needs.category),
        one(facts.category != Category::Other),
    );
    ask(Part::Device, None, one(needs.device), one(facts.has_device));
    ask(Part::Tag, None, one(needs.tag), facts.tags);
    for question in &needs.questions {
        let have = one(facts.answered.contains(question));
        ask(Part::Question, Some(*question), 1, have);
    }
    ask(Part::Evidence, None, needs.evidence, facts.evidence);
    ask(Part::Cause, None, one(needs.cause), facts.confirmed);
    if let Some(attempt) = attempt {
        ask(Part::Technical, None, one(needs.technical), facts.technical);
        ask(Part::Plain, None, one(needs.plain), facts.plain);
        ask(Part::Solution, None, needs.solution, attempt.solution_letters);
        ask(
            Part::Tested,
            None,
            one(needs.tested),
            one(attempt.tested_or_reason),
        );
    }
    if needs.risky_steps && facts.bare_steps > 0 {
        found.push(Missing {
            part: Part::RiskySteps,
            question: None,
            needed: 0,
            have: facts.bare_steps,
        });
    }
    found
}

impl Missing {
    /// The field of the JSON interface and the form that it is about.
    #[must_use]
    pub fn field(&self) -> String {
        match self.part {
            Part::Category => "category".to_owned(),
            Part::Question => format!("diagnosis.{}", self.question.map_or("", Question::as_str)),
            Part::Evidence => "evidence".to_owned(),
            Part::Cause => "causes".to_owned(),
            Part::Solution => "solution".to_owned(),
            Part::Tested => "untested_reason".to_owned(),
            Part::RiskySteps => "risky_steps".to_owned(),
            Part::Tag => "tags".to_owned(),
            Part::Device => "environment.device".to_owned(),
            Part::Technical => "technical".to_owned(),
            Part::Plain => "plain".to_owned(),
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.part {
            Part::Category => "desk.gate.category_missing",
            Part::Question => "desk.gate.question_missing",
            Part::Evidence => "desk.gate.evidence_missing",
            Part::Cause => "desk.gate.cause_missing",
            Part::Solution => "desk.gate.solution_short",
            Part::Tested => "desk.gate.tested_missing",
            Part::RiskySteps => "desk.gate.risks_bare",
            Part::Tag => "desk.gate.tag_missing",
            Part::Device => "desk.gate.device_missing",
            Part::Technical => "desk.gate.technical_missing",
            Part::Plain => "desk.gate.plain_missing",
        }
    }

    /// Where it is filled.
    #[must_use]
    pub fn place(&self, number: i64) -> String {
        let at = |path: &str| format!("/tickets/{number}/{path}");
        match self.part {
            Part::Category => at("fields#category"),
            Part::Device => at("fields#environment.device"),
            Part::Question => at(&format!(
                "diagnosis#answer-{}",
                self.question.map_or("", Question::as_str)
            )),
            Part::Evidence => at("evidence/new"),
            Part::Cause => at("diagnosis#causes"),
            Part::Solution => at("resolution#solution"),
            Part::Tested => at("resolution#untested_reason"),
            Part::RiskySteps => at("diagnosis#risky-steps"),
            Part::Tag => at("tags"),
            Part::Technical => at("resolution#technical"),
            Part::Plain => at("resolution#plain"),
        }
    }

    /// As one entry of a refusal, with the link to its place.
    #[must_use]
    pub fn as_field_error(&self, number: i64, locale: Locale) -> FieldError {
        let mut args = vec![
            ("needed".to_owned(), self.needed.into()),
            ("have".to_owned(), self.have.into()),
            ("link".to_owned(), self.place(number).into()),
        ];
        if let Some(question) = self.question {
            args.push(("question".to_owned(), locale.t(question.text_key()).into()));
        }
        FieldError {
            field: self.field(),
            code: self.code().to_owned(),
            args,
        }
    }

    /// The words for the reader.
    #[must_use]
    pub fn message(&self, number: i64, locale: Locale) -> String {
        self.as_field_error(number, locale).message(locale)
    }
}

/// The refusal: one entry for each missing thing, and the gates' own words.
#[must_use]
pub fn refusal(number: i64, gates: &[Gate], missing: &[Missing], locale: Locale) -> Error {
    let words: Vec<&str> = gates.iter().filter_map(|gate| gate.words(locale)).collect();
    Error::invalid("desk.gate_closed")
        .arg("words", words.join(" "))
        .with_fields(
            missing
                .iter()
                .map(|one| one.as_field_error(number, locale))
                .collect(),
        )
}

#[cfg(test)]
mod tests;

//! Answering the six questions, one at a time or several together.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Errors, Result};

use super::reading::begin;
use super::{Answer, Question, short, store, unchanged, version_of};
use crate::events;
use crate::ticket::saving::Told;

/// What is to be written.
#[derive(Debug, Clone, Default)]
pub struct Answering {
    /// The question, its text (empty: taken back), and the version of this very answer that the writer had read.
    pub answers: Vec<(Question, String, Option<i64>)>,
    /// The version of all answers together that the writer had read.
    pub expected_version: Option<i64>,
}

impl Answering {
    /// One answer.
    #[must_use]
    pub fn one(question: Question, text: &str, read: Option<i64>) -> Answering {
        Answering {
            answers: vec![(question, text.to_owned(), read)],
            expected_version: None,
        }
    }
}

/// Writes answers; each that differs is told of by an event of its own.
pub fn answer(tx: &mut Tx, cx: &Cx, number: i64, answering: &Answering) -> Result<Vec<Answer>> {
    let ticket = begin(tx, cx, number)?;
    let mut answers = store::answers(tx, number)?;
    unchanged("version", answering.expected_version, version_of(&answers))?;
    let mut errors = Errors::new();
    let mut wanted = Vec::new();
    for (question, text, read) in &answering.answers {
        wanted.push((*question, short(&mut errors, question.as_str(), text), *read));
    }
    errors.finish()?;
    for (question, text, read) in wanted {
        let Some(answer) = answers.iter_mut().find(|answer| answer.question == question) else {
            continue;
        };
        if answer.text == text {
            continue;
        }
        unchanged(question.as_str(), read, answer.version)?;
        let told = Told::new(events::TICKET_DIAGNOSED)
            .with("question", question.as_str())
            .with_words("text", &text)
            .with_words("was", &answer.text);
        *answer = Answer {
            question,
            text,
            version: answer.version + 1,
            by: cx.user_id(),
            at: Some(cx.now()),
        };
        store::save_answer(tx, number, answer)?;
        told.append(tx, cx, ticket.subject())?;
    }
    Ok(answers)
}

//! Short tests: questions with several answers to choose from, and how they are marked. Pure, but for `taking` and `store`.
//!
//! `text` is how people write them, `taking` is an attempt. Right answers are sent to nobody who has not passed.

pub mod store;
pub mod taking;
pub mod text;

use kernel::Locale;
use kernel::error::Errors;
use serde::{Deserialize, Serialize};

use crate::in_language;

/// Questions of one test.
const QUESTIONS_MOST: usize = 50;
const CHOICES_MOST: usize = 10;
const LETTERS_MOST: usize = 600;

/// One answer to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
    /// Whether it is right.
    pub right: bool,
}

impl Choice {
    /// For the reader.
    #[must_use]
    pub fn text(&self, locale: Locale) -> &str {
        in_language(locale, &self.en, &self.zh)
    }
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
    /// What can be chosen.
    pub choices: Vec<Choice>,
}

impl Question {
    /// For the reader.
    #[must_use]
    pub fn text(&self, locale: Locale) -> &str {
        in_language(locale, &self.en, &self.zh)
    }

    /// Whether several answers are right. That many may be chosen is told, how many is not.
    #[must_use]
    pub fn is_many(&self) -> bool {
        self.choices.iter().filter(|choice| choice.right).count() > 1
    }

    /// Whether exactly the right ones were chosen.
    #[must_use]
    pub fn is_right(&self, chosen: &[usize]) -> bool {
        let matches = |(place, choice): (usize, &Choice)| choice.right == chosen.contains(&place);
        self.choices.iter().enumerate().all(matches)
    }
}

/// A test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quiz {
    /// So much of it must be right.
    pub pass_percent: i64,
    /// The questions.
    pub questions: Vec<Question>,
}

/// What an attempt came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Questions that were answered rightly.
    pub right: usize,
    /// All questions.
    pub questions: usize,
    /// Whether that is enough.
    pub passed: bool,
}

/// Marks an attempt; what is not answered is not right.
#[must_use]
pub fn mark(quiz: &Quiz, answers: &[Vec<usize>]) -> Mark {
    let is_right = |(place, question): &(usize, &Question)| {
        answers
            .get(*place)
            .is_some_and(|chosen| question.is_right(chosen))
    };
    let right = quiz.questions.iter().enumerate().filter(is_right).count();
    let questions = quiz.questions.len();
    let (have, all) = (count(right), count(questions));
    Mark {
        right,
        questions,
        passed: questions > 0 && have * 100 >= quiz.pass_percent * all,
    }
}

pub(crate) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX / 1_000)
}

/// Judges a test that somebody wrote.
pub(crate) fn check(quiz: &Quiz, errors: &mut Errors) {
    if !(1..=100).contains(&quiz.pass_percent) {
        errors.push("pass_percent", "training.percent_range");
    }
    if quiz.questions.is_empty() || quiz.questions.len() > QUESTIONS_MOST {
        let most = vec![("most".to_owned(), QUESTIONS_MOST.into())];
        return errors.push_with("questions_en", "training.questions_range", most);
    }
    for (number, question) in (1_usize..).zip(&quiz.questions) {
        if let Some(code) = wrong(question) {
            let args = vec![
                ("number".to_owned(), number.into()),
                ("most".to_owned(), CHOICES_MOST.into()),
                ("letters".to_owned(), LETTERS_MOST.into()),
            ];
            return errors.push_with("questions_en", code, args);
        }
    }
}

fn wrong(question: &Question) -> Option<&'static str> {
    let is_long = |text: &str| text.chars().count() > LETTERS_MOST;
    let texts = question.choices.iter().map(|choice| (&choice.en, &choice.zh));
    let all: Vec<_> = texts.chain([(&question.en, &question.zh)]).collect();
    if all.iter().any(|(en, zh)| is_long(en) || is_long(zh)) {
        return Some("training.question_long");
    }
    if all.iter().any(|(en, zh)| en.is_empty() && zh.is_empty()) {
        return Some("training.question_empty");
    }
    if !(2..=CHOICES_MOST).contains(&question.choices.len()) {
        return Some("training.choices_range");
    }
    if !question.choices.iter().any(|choice| choice.right) {
        return Some("training.none_right");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiz(pass_percent: i64, rights: &[&[bool]]) -> Quiz {
        let choice = |right: &bool| Choice {
            en: "a".to_owned(),
            zh: String::new(),
            right: *right,
        };
        let question = |rights: &&[bool]| Question {
            en: "q".to_owned(),
            zh: String::new(),
            choices: rights.iter().map(choice).collect(),
        };
        Quiz {
            pass_percent,
            questions: rights.iter().map(question).collect(),
        }
    }

    #[test]
    fn a_question_is_right_when_exactly_the_right_ones_are_chosen() {
        let quiz = quiz(100, &[&[true, false, true]]);
        assert!(quiz.questions[0].is_many());
        assert!(mark(&quiz, &[vec![0, 2]]).passed);
        for chosen in [vec![], vec![0], vec![0, 1, 2], vec![1], vec![2, 7]] {
            assert!(!mark(&quiz, &[chosen]).passed);
        }
    }

    #[test]
    fn what_is_not_answered_is_not_right_and_the_mark_is_met_to_the_point() {
        let three: &[&[bool]] = &[&[true, false], &[true, false], &[false, true]];
        let answers = [vec![0], vec![0]];
        assert_eq!(mark(&quiz(66, three), &answers).right, 2);
        assert!(mark(&quiz(66, three), &answers).passed);
        assert!(!mark(&quiz(67, three), &answers).passed);
        assert!(!mark(&quiz(1, &[]), &[]).passed, "nothing asked, nothing passed");
    }

    #[test]
    fn a_test_that_cannot_be_passed_is_refused() {
        let refused = |quiz: &Quiz| {
            let mut errors = Errors::new();
            check(quiz, &mut errors);
            errors.finish().is_err()
        };
        assert!(!refused(&quiz(80, &[&[true, false]])));
        assert!(refused(&quiz(80, &[&[false, false]])), "no right one");
        assert!(refused(&quiz(80, &[&[true]])), "nothing to choose from");
        assert!(refused(&quiz(0, &[&[true, false]])));
        assert!(refused(&quiz(80, &[])));
    }
}

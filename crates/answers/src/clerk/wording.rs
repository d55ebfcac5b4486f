//! What the clerk writes: the answer with its two links, and the note for whoever takes over. Pure but for the texts.

use desk::ticket::TITLE_MAX;
use kernel::Locale;
use knowledge::Words;

use super::{Answer, Outcome};
use crate::beside::words;

/// Where the signed links lead.
pub const SAID: &str = "/answers/said/";

/// The address of the page of an article that everybody reads.
pub fn address(base: &str, article: i64) -> String {
    format!("{}/help/{article}", base.trim_end_matches('/'))
}

/// The answer: the article's title and summary, the steps, where the rest is, and the two links.
pub fn answer(locale: Locale, base: &str, article: i64, found: &Words, token: &str) -> String {
    let base = base.trim_end_matches('/');
    let steps = words::steps(&found.body);
    let link = |answer: &str| format!("{base}{SAID}{token}?answer={answer}");
    let t = |key: &str| locale.t(key);
    let mut parts = vec![t("answers-clerk-answer-begin"), found.title.clone()];
    if !found.summary.trim().is_empty() {
        parts.push(found.summary.trim().to_owned());
    }
    if !steps.trim().is_empty() {
        parts.push(steps);
    }
    parts.push(locale.t_with(
        "answers-clerk-answer-more",
        &[("address", address(base, article).into())],
    ));
    parts.push(locale.t_with("answers-clerk-answer-solved", &[("address", link("yes").into())]));
    parts.push(locale.t_with("answers-clerk-answer-not", &[("address", link("no").into())]));
    parts.push(t("answers-clerk-answer-end"));
    parts.join("\n\n")
}

/// Why the ticket waits, for its head and for whoever looks at it.
pub fn waits(locale: Locale, article: i64) -> String {
    locale.t_with("answers-clerk-waits", &[("article", article.into())])
}

/// The note for whoever takes over: what was answered, how sure it was and why, and what came of it.
pub fn note(locale: Locale, title: &str, answer: &Answer, outcome: Outcome, reason: &str) -> String {
    let what = locale.t_with(
        &format!("answers-clerk-note-{}", outcome.as_str()),
        &[("article", answer.article.into()), ("title", title.into())],
    );
    let comma = if locale == Locale::ZhCn { "、" } else { ", " };
    let why = locale.t_with(
        "answers-clerk-note-why",
        &[
            ("confidence", (answer.confidence / 10).into()),
            ("threshold", (answer.threshold / 10).into()),
            ("words", answer.words.join(comma).into()),
        ],
    );
    let mut parts = vec![what, why];
    if !reason.trim().is_empty() {
        parts.push(locale.t_with("answers-clerk-note-reason", &[("reason", reason.trim().into())]));
    }
    parts.join("\n\n")
}

/// What stands in the record as the solution.
pub fn solution(locale: Locale, base: &str, article: i64, title: &str) -> String {
    let title: String = title.chars().take(TITLE_MAX).collect();
    locale.t_with(
        "answers-clerk-solution",
        &[
            ("article", article.into()),
            ("title", title.into()),
            ("address", address(base, article).into()),
        ],
    )
}

//! An article that stops solving: it is due, and its owner is told with the reasons people gave.
//!
//! It stops when most of its last ten voices say that it did not help. Voices from before it was last published do not count: a mended
//! article begins anew. While it is due for this reason, nobody is told again.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event;
use kernel::job::{self, Job, JobHandler};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::store;
use crate::{events, letters, voting};

const NAME: &str = "knowledge.fallen";
/// As many of the last voices are looked at.
pub const VOICES: i64 = 10;
/// So many of them against it are too many.
pub const AGAINST: usize = 6;
/// Reasons in a letter.
const REASONS: i64 = 10;

/// Writes the letters.
pub const HANDLER: JobHandler = JobHandler { kind: NAME, run };

#[derive(Serialize, Deserialize)]
struct Fallen {
    article: i64,
    /// The event that said so, which makes the letter one of its own.
    event: i64,
}

/// Looks whether it stopped solving, and if so says so.
pub(crate) fn look(tx: &mut Tx, cx: &Cx, number: i64) -> Result<()> {
    let Some(article) = store::find(tx, number)? else {
        return Ok(());
    };
    if article.state != "published" || article.review_reason.as_deref() == Some("unsolved") {
        return Ok(());
    }
    let since = article.published_at.unwrap_or_default();
    let voices = voting::store::last(tx, number, since, VOICES)?;
    if voices.len() < VOICES.unsigned_abs() as usize || !has_fallen(&voices) {
        return Ok(());
    }
    store::fell(tx, number, cx.now())?;
    let against = voices.iter().filter(|solved| !**solved).count();
    let new = event::New {
        kind: events::REVIEW_DUE,
        subject: format!("article:{number}"),
        data: json!({ "reason": "unsolved", "unsolved": against, "of": voices.len() }),
        personal: None,
    };
    let fallen = Fallen {
        article: number,
        event: event::append(tx, cx, new)?,
    };
    let wanted = job::New::now(NAME, serde_json::to_value(&fallen)?);
    job::enqueue(tx, cx, wanted).map(drop)
}

/// Pure.
fn has_fallen(voices: &[bool]) -> bool {
    voices.iter().filter(|solved| !**solved).count() >= AGAINST
}

fn run(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let fallen: Fallen = job.data_as()?;
        let (cx, base) = (kernel.cx_system(NAME), kernel.config.base_url.clone());
        kernel.db.write(move |tx| tell(tx, &cx, &base, &fallen)).await
    })
}

fn tell(tx: &mut Tx, cx: &Cx, base: &str, fallen: &Fallen) -> Result<()> {
    let number = fallen.article;
    let Some(owner) = store::find(tx, number)?.and_then(|article| article.owner) else {
        return Ok(());
    };
    let known = people::user::store::find(tx, owner)?;
    let locale = known.and_then(|person| person.locale).unwrap_or_default();
    let reasons: Vec<String> = voting::store::reasons(tx, number, REASONS)?
        .into_iter()
        .map(|reason| format!("- {}", reason.text.replace('\n', " ")))
        .collect();
    let words = letters::Words {
        subject: "knowledge-mail-fallen-subject",
        text: if reasons.is_empty() {
            "knowledge-mail-fallen-bare"
        } else {
            "knowledge-mail-fallen-text"
        },
        about: crate::article::subject(number),
        key: format!("knowledge.fallen:{number}:{}", fallen.event),
    };
    let arguments = [
        (
            "title",
            store::title(tx, number, locale.tag())?.unwrap_or_default(),
        ),
        ("key", crate::article::key(number)),
        ("reasons", reasons.join("\n")),
        ("link", letters::link(base, number)),
    ];
    letters::send(tx, cx, &[owner], &words, |_, _| arguments.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_against_it_is_not_most() {
        let mut voices = [true; 10];
        voices[..5].fill(false);
        assert!(!has_fallen(&voices));
        voices[..6].fill(false);
        assert!(has_fallen(&voices));
    }
}

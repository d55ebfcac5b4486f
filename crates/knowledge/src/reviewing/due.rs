//! What is due for a review: every night by its date, and at once when a software has another version. Its owner is told by mail
//! once, and it stands in the list of what is due until somebody looks it over or publishes it anew.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
use kernel::job::{Every, Job, JobHandler, Schedule};
use serde::Deserialize;
use serde_json::json;

use crate::article::{Article, Number, ReviewReason, store};
use crate::text::store as texts;
use crate::writing::tell;
use crate::{events, letters, software};

const NAME: &str = "knowledge.due";
/// The job that makes articles about a software due.
pub const OF_SOFTWARE: &str = "knowledge.software";
/// Handled in one transaction.
const PIECE: i64 = 50;

/// Finds what is due by its date.
pub const HANDLER: JobHandler = JobHandler { kind: NAME, run };

/// Finds what is due because its software has another version.
pub const SOFTWARE_HANDLER: JobHandler = JobHandler {
    kind: OF_SOFTWARE,
    run: of_software,
};

/// Every night, so that it is there in the morning.
pub const SCHEDULE: Schedule = Schedule {
    name: NAME,
    every: Every::DailyAt(4, 30, "UTC"),
    job: NAME,
};

fn run(kernel: Kernel, _job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        loop {
            let (cx, base) = (kernel.cx_system(NAME), kernel.config.base_url.clone());
            let found = kernel
                .db
                .write(move |tx| {
                    let due = store::due(tx, cx.now(), PIECE)?;
                    for article in &due {
                        fall(tx, &cx, &base, article.number, ReviewReason::Date)?;
                    }
                    Ok(due.len())
                })
                .await?;
            if i64::try_from(found).unwrap_or(0) < PIECE {
                return Ok(());
            }
        }
    })
}

#[derive(Deserialize)]
struct Changed {
    name: String,
}

fn of_software(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let Changed { name } = job.data_as()?;
        let mut after = 0;
        loop {
            let (cx, base, name) = (
                kernel.cx_system(OF_SOFTWARE),
                kernel.config.base_url.clone(),
                name.clone(),
            );
            let piece = move |tx: &mut Tx<'_>| {
                let Some(software) = software::store::find(tx, &name)? else {
                    return Ok(None);
                };
                let found = store::of_other_version(tx, &name, &software.version, after, PIECE)?;
                for article in &found {
                    fall(tx, &cx, &base, article.number, ReviewReason::Software)?;
                }
                Ok(found.last().map(|last| last.number))
            };
            let Some(last) = kernel.db.write(piece).await? else {
                return Ok(());
            };
            after = last;
        }
    })
}

/// Makes an article due and tells its owner; once for each reason until it is looked over.
pub(crate) fn fall(tx: &mut Tx<'_>, cx: &Cx, base: &str, number: Number, reason: ReviewReason) -> Result<()> {
    tx.lock("knowledge.article", number)?;
    let Some(mut article) = store::find(tx, number)? else {
        return Ok(());
    };
    if article.review_reason == Some(reason) || !article.state.is_read() {
        return Ok(());
    }
    article.review_reason = Some(reason);
    // When it changed last is the readers' business; that it is due is not a change of it.
    article.version += 1;
    store::update(tx, &article)?;
    tell(
        tx,
        cx,
        number,
        events::REVIEW_DUE,
        json!({ "reason": reason }),
        None,
    )?;
    tell_owner(tx, cx, base, &article, reason)
}

fn tell_owner(tx: &mut Tx<'_>, cx: &Cx, base: &str, article: &Article, reason: ReviewReason) -> Result<()> {
    let text = match reason {
        ReviewReason::Date => "knowledge-mail-due-date",
        ReviewReason::Software => "knowledge-mail-due-software",
        // Who finds out that it stopped solving has the reasons and says them; who asks by hand knows.
        ReviewReason::Unsolved | ReviewReason::ByHand => return Ok(()),
    };
    let Some(owner) = article.owner.or(article.created_by) else {
        return Ok(());
    };
    let words = letters::Words {
        subject: "knowledge-mail-due-subject",
        text,
        about: crate::article::subject(article.number),
        key: format!("knowledge.due:{}:{}", article.number, article.version),
    };
    let arguments = [
        ("title", title(tx, article)?),
        ("software", article.software.clone().unwrap_or_default()),
        ("link", letters::link(base, article.number)),
    ];
    letters::send(tx, cx, &[owner], &words, |_, _| arguments.to_vec())
}

/// Tells those who were asked to look an article over.
pub(super) fn tell_reviewers(
    tx: &mut Tx<'_>,
    cx: &Cx,
    base: &str,
    article: &Article,
    asked: &[UserId],
    note: &str,
) -> Result<()> {
    let others: Vec<UserId> = asked
        .iter()
        .copied()
        .filter(|person| Some(*person) != cx.user_id())
        .collect();
    let words = letters::Words {
        subject: "knowledge-mail-review-subject",
        text: "knowledge-mail-review-text",
        about: crate::article::subject(article.number),
        key: format!("knowledge.review:{}:{}", article.number, article.version),
    };
    let arguments = [
        ("title", title(tx, article)?),
        ("note", note.to_owned()),
        ("link", letters::link(base, article.number)),
    ];
    letters::send(tx, cx, &others, &words, |_, _| arguments.to_vec())
}

/// What an article is called, in the language it was written in.
pub(crate) fn title(tx: &mut Tx<'_>, article: &Article) -> Result<String> {
    let (words, _) = match texts::find(tx, article.number, article.original)? {
        Some(text) => (text.words, 0),
        None => crate::reading::current(tx, article.number, article.original)?,
    };
    Ok(words.title)
}

//! What the demo department did with its articles: it sent them where they fit, and people searched, mostly with success.

use answers::asked;
use answers::beside::using::{self, How};
use answers::outcome;
use desk::ticket::{self, Stage};
use kernel::db::Tx;
use kernel::error::Kind;
use kernel::{Locale, Result, Timestamp};
use knowledge::guide;
use web::Searched;

use super::problems::PROBLEMS;
use super::system_at;
use crate::house::House;

/// Tickets in one transaction.
const BATCH: usize = 100;

/// What was searched for: the text, how often, whether anything was found, and how many of a hundred opened a hit.
const SEARCHES: &[(Locale, &str, usize, usize, usize)] = &[
    (Locale::ZhCn, "VPN 断线", 40, 5, 80),
    (Locale::ZhCn, "打印机 白纸", 31, 4, 75),
    (Locale::ZhCn, "账号锁定", 52, 6, 85),
    (Locale::En, "share calendar", 26, 5, 80),
    (Locale::En, "second screen black", 18, 3, 70),
    (Locale::ZhCn, "出差报销系统打不开", 14, 0, 0),
    (Locale::ZhCn, "门禁卡补办", 11, 0, 0),
    (Locale::En, "parking permit", 6, 0, 0),
    (Locale::En, "order system slow", 9, 3, 10),
    (Locale::ZhCn, "会议室投屏码", 12, 4, 8),
    (Locale::En, "badge reader", 5, 0, 0),
];

/// Puts it into the record. `reported` are tickets with the places of their problems.
///
/// # Errors
/// The database's.
pub async fn make(
    house: &House,
    reported: &[(i64, usize)],
    (start, now): (Timestamp, Timestamp),
) -> Result<()> {
    let names: Vec<String> = PROBLEMS
        .iter()
        .filter_map(|problem| problem.article.map(str::to_owned))
        .collect();
    let articles = house
        .kernel
        .db
        .read(move |tx| guide::articles(tx, &names))
        .await?;
    for batch in reported.chunks(BATCH) {
        let (batch, articles) = (batch.to_vec(), articles.clone());
        house
            .kernel
            .db
            .write(move |tx| {
                for (number, problem) in &batch {
                    let article = PROBLEMS[*problem].article;
                    let article = articles
                        .iter()
                        .find(|(name, _)| Some(name.as_str()) == article)
                        .map(|(_, article)| *article);
                    answered(tx, *number, article, now)?;
                }
                Ok(())
            })
            .await?;
    }
    house.kernel.db.write(move |tx| search(tx, start, now)).await
}

/// The desk sent the article that fits, and it is counted what came of it.
fn answered(tx: &mut Tx<'_>, number: i64, article: Option<i64>, now: Timestamp) -> Result<()> {
    let Some(ticket) = ticket::store::load(tx, number)? else {
        return Ok(());
    };
    let at = ticket.resolved_at.unwrap_or(now).min(now);
    let cx = system_at(at);
    if let Some(article) = article.filter(|_| ticket.state.stage() != Stage::Open) {
        match using::record(tx, &cx, number, article, How::Link) {
            // An article that somebody withdrew is not sent.
            Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Conflict) => {}
            other => drop(other?),
        }
    }
    outcome::settle(tx, &cx, number)
}

fn search(tx: &mut Tx<'_>, start: Timestamp, now: Timestamp) -> Result<()> {
    let span = now.since(start);
    for (place, (locale, text, times, found, opened)) in SEARCHES.iter().enumerate() {
        for time in 0..*times {
            let part = i64::try_from(place * 7 + time * 13).unwrap_or(0) % 997;
            let mut cx = system_at(start.add_millis(span / 997 * part));
            cx.locale = *locale;
            let searched = Searched {
                id: format!("demo-{place}-{time}"),
                text: (*text).to_owned(),
                place: "console",
                found: *found,
            };
            asked::searched(tx, &cx, &searched)?;
            if *found > 0 && time * 100 < *times * *opened {
                asked::found(tx, &cx, &searched.id, "article_zh", "KB-1")?;
            }
        }
    }
    Ok(())
}

//! What the clerk did: answered, solved, refused, silent; by article, by month; and what it would have done.

use std::collections::BTreeMap;

use desk::ticket::{self, Filter};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Timestamp;
use knowledge::{article, reading};
use serde::Serialize;
use utoipa::ToSchema;

use super::learning_past::{self, DRY_DAYS, Dry};
use super::scoring::share;
use super::store::{self, Judged};
use super::{Answer, Outcome, Policy, deciding};
use crate::{CLERK, REPORT, asked, outcome};

const DAY: i64 = 86_400;
/// How far back the report goes.
pub const DAYS: i64 = 365;
const ANSWERS_AT_MOST: i64 = 200_000;
/// Answers of a page.
pub const PAGE: i64 = 30;
/// Judgements that the dry run looks at.
const JUDGED_AT_MOST: i64 = 20_000;
const SHOWN: usize = 50;

/// Answers, by what came of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ClerkSums)]
pub struct Sums {
    pub answered: i64,
    /// Nobody has said anything yet.
    pub waiting: i64,
    pub solved: i64,
    pub refused: i64,
    /// The requester wrote again instead of pressing.
    pub wrote: i64,
    pub silent: i64,
    /// Somebody of the desk spoke first.
    pub taken: i64,
}

impl Sums {
    fn add(&mut self, outcome: Option<Outcome>, times: i64) {
        self.answered += times;
        let field = match outcome {
            None => &mut self.waiting,
            Some(Outcome::Solved) => &mut self.solved,
            Some(Outcome::Refused) => &mut self.refused,
            Some(Outcome::Wrote) => &mut self.wrote,
            Some(Outcome::Silent) => &mut self.silent,
            Some(Outcome::Taken) => &mut self.taken,
        };
        *field += times;
    }

    /// Of those who said anything at all, how many were helped, in hundredths; none when nobody did. Whoever wrote again
    /// instead of pressing counts as not helped.
    #[must_use]
    pub fn helped(&self) -> Option<i64> {
        let said = self.solved + self.refused + self.wrote;
        (said > 0).then(|| (self.solved * 100 + said / 2) / said)
    }
}

/// The report.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub sums: Sums,
    /// The latest month first: 202603.
    pub months: Vec<(i64, Sums)>,
    /// The most answered with first: number, title as the reader may see it, sums.
    pub articles: Vec<(i64, Option<String>, Sums)>,
    /// Why it stayed silent, the commonest first.
    pub silences: Vec<(String, i64)>,
}

/// What it did in the last year.
///
/// # Errors
/// 403 for others.
pub fn report(tx: &mut Tx, cx: &Cx) -> Result<Report> {
    cx.require(REPORT)?;
    let since = cx.now().add_secs(-DAYS * DAY);
    let mut report = Report::default();
    let mut months: BTreeMap<i64, Sums> = BTreeMap::new();
    for (at, outcome) in store::over_time(tx, since, ANSWERS_AT_MOST)? {
        report.sums.add(outcome, 1);
        months.entry(asked::month(at)).or_default().add(outcome, 1);
    }
    report.months = months.into_iter().rev().collect();
    let mut articles: BTreeMap<i64, Sums> = BTreeMap::new();
    for (article, outcome, times) in store::sums(tx, since)? {
        articles.entry(article).or_default().add(outcome, times);
    }
    let mut articles: Vec<(i64, Sums)> = articles.into_iter().collect();
    articles.sort_by_key(|one| std::cmp::Reverse(one.1.answered));
    let numbers: Vec<i64> = articles.iter().map(|one| one.0).collect();
    let titles = titles(tx, cx, &numbers)?;
    report.articles = articles
        .into_iter()
        .map(|(number, sums)| (number, titles.get(&number).cloned(), sums))
        .collect();
    report.silences = store::silences(tx, outcome::day(since))?;
    Ok(report)
}

/// The titles of articles, as far as the reader may see them.
fn titles(tx: &mut Tx, cx: &Cx, numbers: &[i64]) -> Result<BTreeMap<i64, String>> {
    let lines = reading::lines(tx, cx, numbers)?;
    Ok(lines.into_iter().map(|line| (line.number, line.title)).collect())
}

/// The titles of tickets, as far as the reader may see them.
fn ticket_titles(tx: &mut Tx, cx: &Cx, numbers: &[i64]) -> Result<BTreeMap<i64, String>> {
    if numbers.is_empty() || cx.may(ticket::access::READ).is_none() {
        return Ok(BTreeMap::new());
    }
    let filter = Filter {
        numbers: Some(numbers.to_vec()),
        ..Filter::default()
    };
    let page = ticket::list(tx, cx, &filter, None, ticket::listing::LIMIT_MAX)?;
    Ok(page
        .items
        .into_iter()
        .map(|row| (row.number, row.title))
        .collect())
}

/// An answer with the titles that the reader may see.
#[derive(Debug, Clone)]
pub struct Line {
    pub answer: Answer,
    pub ticket_title: Option<String>,
    pub article_title: Option<String>,
}

/// The latest answers before a place.
///
/// # Errors
/// 403 for others.
pub fn answers(tx: &mut Tx, cx: &Cx, before: Option<(Timestamp, i64)>) -> Result<Vec<Line>> {
    cx.require(REPORT)?;
    let before = before.unwrap_or((Timestamp::from_millis(i64::MAX), i64::MAX));
    let answers = store::latest(tx, before, PAGE)?;
    let tickets: Vec<i64> = answers.iter().map(|answer| answer.ticket).collect();
    let mut articles: Vec<i64> = answers.iter().map(|answer| answer.article).collect();
    articles.sort_unstable();
    articles.dedup();
    let (tickets, articles) = (ticket_titles(tx, cx, &tickets)?, titles(tx, cx, &articles)?);
    Ok(answers
        .into_iter()
        .map(|answer| Line {
            ticket_title: tickets.get(&answer.ticket).cloned(),
            article_title: articles.get(&answer.article).cloned(),
            answer,
        })
        .collect())
}

/// What it would have answered in the last ninety days.
#[derive(Debug, Clone, Default)]
pub struct DryRun {
    /// Tickets judged; none before anything was learned.
    pub judged: Option<i64>,
    /// In thousandths; none when no threshold is precise enough.
    pub threshold: Option<i64>,
    pub answered: usize,
    pub right: usize,
    /// The latest of them.
    pub lines: Vec<DryLine>,
}

/// A ticket that it would have answered.
#[derive(Debug, Clone)]
pub struct DryLine {
    pub judged: Judged,
    pub ticket_title: Option<String>,
    pub article_title: Option<String>,
}

impl DryLine {
    /// Whether it would have been the article that solved it.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.judged.truth == Some(self.judged.article)
    }
}

impl DryRun {
    /// The share that was right, in hundredths.
    #[must_use]
    pub fn precision(&self) -> i64 {
        super::thousandths(share(self.right, self.answered)) / 10
    }

    /// The share of all tickets that it would have answered, in hundredths.
    #[must_use]
    pub fn coverage(&self) -> i64 {
        let all = usize::try_from(self.judged.unwrap_or(0)).unwrap_or(0);
        super::thousandths(share(self.answered, all)) / 10
    }
}

/// What this policy would have answered, judged by a model that had not seen these tickets. What only shows when a ticket
/// comes in (a machine's mail, a second report on one day, a major incident) is not reckoned with.
///
/// # Errors
/// 403 for others.
pub fn dry_run(tx: &mut Tx, cx: &Cx, policy: &Policy) -> Result<DryRun> {
    cx.require(CLERK)?;
    let known = learning_past::known(tx)?;
    let Some(known) = known.as_ref() else {
        return Ok(DryRun {
            threshold: policy.threshold(None),
            ..DryRun::default()
        });
    };
    let mut run = DryRun {
        judged: Some(store::count_judged(tx)?),
        threshold: policy.threshold(Some(known.threshold)),
        ..DryRun::default()
    };
    let Some(threshold) = run.threshold else {
        return Ok(run);
    };
    let judged = store::judged(tx, threshold, JUDGED_AT_MOST)?;
    let mut articles: Vec<i64> = judged.iter().map(|one| one.article).collect();
    articles.sort_unstable();
    articles.dedup();
    let proofs: BTreeMap<i64, (i64, i64)> = article::store::find_many(tx, &articles)?
        .into_iter()
        .map(|article| {
            let proof = (
                article.solved + article.tickets_solved,
                article.unsolved + article.tickets_unsolved,
            );
            (article.number, proof)
        })
        .collect();
    let mut answered = Vec::new();
    for one in judged {
        let Ok(dry) = serde_json::from_str::<Dry>(&one.facts) else {
            continue;
        };
        let proof = proofs.get(&one.article).copied().unwrap_or_default();
        let is_answered = deciding::silence(policy, &dry.facts()).is_none()
            && deciding::doubt(policy, one.confidence, run.threshold, proof).is_none();
        if is_answered {
            run.right += usize::from(one.truth == Some(one.article));
            answered.push(one);
        }
    }
    run.answered = answered.len();
    answered.truncate(SHOWN);
    let tickets: Vec<i64> = answered.iter().map(|one| one.ticket).collect();
    let (tickets, articles) = (ticket_titles(tx, cx, &tickets)?, titles(tx, cx, &articles)?);
    run.lines = answered
        .into_iter()
        .map(|judged| DryLine {
            ticket_title: tickets.get(&judged.ticket).cloned(),
            article_title: articles.get(&judged.article).cloned(),
            judged,
        })
        .collect();
    Ok(run)
}

/// How far back the dry run goes.
#[must_use]
pub const fn dry_days() -> i64 {
    DRY_DAYS
}

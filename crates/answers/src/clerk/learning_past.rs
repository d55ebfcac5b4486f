//! Learning from the installation's own past, each night: which article solved which ticket, and which tickets none did.
//!
//! Everything is measured on what the model had not seen. A ticket that was closed without an article counts against every
//! answer to it, although an article may have helped: what is measured errs on the side of silence. Tickets from before
//! the first article was ever used, and answers with an article that was not there yet, say nothing and are left out.

use std::collections::BTreeMap;

use desk::learned;
use desk::ticket::{self, Category, Channel, Priority, Stage, State, TicketType};
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::db::{Db, Tx};
use kernel::error::{Error, Kind, Result};
use kernel::id::TeamId;
use kernel::job::{Every, Job, JobHandler, Schedule};
use kernel::time::Timestamp;
use kernel::{Kernel, Locale};
use knowledge::reading;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::deciding::Facts;
use super::scoring::{self, Calibration, Curve, Judgement, Lesson, Scorer, TARGET, Words};
use super::store::{self, Judged, Learned};
use super::{hearing, judging, thousandths};

/// Learns, and sets the threshold.
pub const LEARN: &str = "answers.clerk_threshold";

pub const HANDLER: JobHandler = JobHandler { kind: LEARN, run };
pub const SCHEDULE: Schedule = Schedule {
    name: LEARN,
    every: Every::DailyAt(3, 20, "UTC"),
    job: LEARN,
};

/// So many of the latest tickets are learned from.
const TICKETS_AT_MOST: usize = 20_000;
const PAGE: i64 = 500;
/// Tickets looked at in one transaction.
const PIECE: usize = 200;
const DAY: i64 = 86_400;
/// How far back it learns, and how far back the dry run goes.
const PAST_DAYS: i64 = 365;
pub const DRY_DAYS: i64 = 90;

fn run(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let cx = kernel.cx_system(hearing::NAME);
        learn(&kernel.db, &cx).await
    })
}

/// What is kept of it besides the model.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Fitted {
    calibration: Calibration,
    taught: BTreeMap<i64, usize>,
    curve: Curve,
}

/// What was learned, as it is used.
#[derive(Debug, Clone)]
pub struct Known {
    pub scorer: Scorer,
    pub curve: Curve,
    /// In thousandths; none when no threshold is precise enough.
    pub threshold: Option<i64>,
    pub learned_at: Timestamp,
}

/// What was learned, held in memory while nobody learns anew; none before there is enough past.
///
/// # Errors
/// The database's.
pub fn known(tx: &mut Tx) -> Result<Arc<Option<Known>>> {
    tx.kept("answers.scorer", &["answers_scorer"], |tx| {
        let Some(learned) = store::learned(tx)? else {
            return Ok(None);
        };
        let fitted: Fitted = serde_json::from_str(&learned.fitted)?;
        // A model of an older version of the program is passed over until the next night replaces it.
        let Ok(scorer) = Scorer::read(&learned.model, fitted.calibration, fitted.taught) else {
            return Ok(None);
        };
        Ok(Some(Known {
            scorer,
            curve: fitted.curve,
            threshold: learned.threshold,
            learned_at: learned.learned_at,
        }))
    })
}

/// A ticket of the past.
#[derive(Debug, Clone)]
pub struct Past {
    pub ticket: i64,
    pub at: Timestamp,
    pub lesson: Lesson,
}

/// What is learned from: tickets, the earliest first, and the articles that solved any.
#[derive(Debug, Clone, Default)]
pub struct Material {
    pub past: Vec<Past>,
    pub words: Vec<Words>,
    /// When each article was published.
    pub published: BTreeMap<i64, Timestamp>,
}

impl Material {
    /// Whether a judgement can be held against it: who is right about a ticket from before the article was there?
    #[must_use]
    pub fn counts(&self, judgement: &Judgement) -> bool {
        let past = &self.past[judgement.lesson];
        past.lesson.article.is_some()
            || self
                .published
                .get(&judgement.article)
                .is_some_and(|published| *published <= past.at)
    }
}

/// Learns from everything, and sets the threshold by the precision that was measured.
///
/// # Errors
/// The database's.
pub async fn learn(db: &Db, cx: &Cx) -> Result<()> {
    let now = cx.now();
    let material = gather(db, cx).await?;
    let learned = tokio::task::spawn_blocking(move || work(&material, now))
        .await
        .map_err(Error::internal)??;
    let Some((learned, judged)) = learned else {
        // Too little past: what was known once is no longer true either.
        return db.write(store::forget_learned).await;
    };
    let judged = with_facts(db, judged).await?;
    db.write(move |tx| {
        store::save_learned(tx, &learned)?;
        store::save_judged(tx, &judged)
    })
    .await
}

/// Judgements with what the policy asks about each ticket; those of tickets that are gone are left out.
async fn with_facts(db: &Db, judged: Vec<Judged>) -> Result<Vec<Judged>> {
    let mut known = Vec::with_capacity(judged.len());
    for some in judged.chunks(PIECE) {
        let some = some.to_vec();
        known.extend(
            db.read(move |tx| {
                let mut known = Vec::with_capacity(some.len());
                for one in &some {
                    if let Some(dry) = Dry::of(tx, one.ticket)? {
                        let facts = serde_json::to_string(&dry)?;
                        known.push(Judged { facts, ..one.clone() });
                    }
                }
                Ok(known)
            })
            .await?,
        );
    }
    Ok(known)
}

/// What the policy asks about a ticket of the past.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Dry {
    pub channel: Channel,
    pub priority: Priority,
    #[serde(rename = "type")]
    pub ticket_type: TicketType,
    pub category: Category,
    pub team: Option<TeamId>,
    pub sender: String,
}

impl Dry {
    fn of(tx: &mut Tx, number: i64) -> Result<Option<Dry>> {
        let Some(ticket) = ticket::store::load(tx, number)? else {
            return Ok(None);
        };
        let requester = people::user::store::find(tx, ticket.requester)?;
        Ok(requester.map(|requester| Dry {
            channel: ticket.channel,
            priority: ticket.priority,
            ticket_type: ticket.ticket_type,
            category: ticket.category,
            team: ticket.team,
            sender: requester.email,
        }))
    }

    /// As it stood when it came in, as far as that is still known.
    #[must_use]
    pub fn facts(&self) -> Facts {
        Facts {
            channel: self.channel,
            state: State::New,
            priority: self.priority,
            ticket_type: self.ticket_type,
            category: self.category,
            team: self.team,
            sender: self.sender.clone(),
            looks_like_security: false,
            is_major: false,
            is_answered: false,
            is_spoken: false,
            was_answered_lately: false,
            is_watched: false,
            is_machine: false,
        }
    }
}

fn work(material: &Material, now: Timestamp) -> Result<Option<(Learned, Vec<Judged>)>> {
    let lessons: Vec<Lesson> = material.past.iter().map(|past| past.lesson.clone()).collect();
    let Ok((scorer, judgements)) = Scorer::learn(&material.words, &lessons) else {
        return Ok(None);
    };
    let counted: Vec<Judgement> = judgements
        .into_iter()
        .filter(|one| material.counts(one))
        .collect();
    let curve = Curve::of(&counted);
    let threshold = scoring::threshold(&curve, TARGET).map(thousandths);
    tracing::info!(requests = curve.requests, threshold, "the clerk learned");
    let since = now.add_secs(-DRY_DAYS * DAY);
    let judged = counted
        .iter()
        .filter(|one| !one.is_stranger && material.past[one.lesson].at >= since)
        .map(|one| {
            let past = &material.past[one.lesson];
            Judged {
                ticket: past.ticket,
                article: one.article,
                confidence: thousandths(one.confidence),
                truth: past.lesson.article,
                facts: String::new(),
                at: past.at,
            }
        })
        .collect();
    let (model, calibration, taught) = scorer.keep();
    let requests = i64::try_from(curve.requests).unwrap_or(i64::MAX);
    let fitted = Fitted {
        calibration,
        taught,
        curve,
    };
    let learned = Learned {
        model,
        fitted: serde_json::to_string(&fitted)?,
        threshold,
        requests,
        learned_at: now,
    };
    Ok(Some((learned, judged)))
}

/// Reads the past, page by page, each in a transaction of its own.
///
/// # Errors
/// The database's.
pub async fn gather(db: &Db, cx: &Cx) -> Result<Material> {
    let mut material = Material::default();
    let Some(first) = db.read(store::first_use).await? else {
        return Ok(material);
    };
    let since = first.max(cx.now().add_secs(-PAST_DAYS * DAY));
    for stage in [Stage::Closed, Stage::Resolved] {
        let mut place = (i64::MAX, i64::MAX);
        while material.past.len() < TICKETS_AT_MOST {
            let page = db
                .read(move |tx| {
                    let page = learned::store::before(tx, stage.rank(), place, PAGE)?;
                    let numbers: Vec<i64> = page.iter().map(|example| example.number).collect();
                    let solved = store::solved_among(tx, &numbers)?;
                    Ok((page, solved))
                })
                .await?;
            let (page, solved) = page;
            let Some(last) = page.last() else { break };
            place = (last.updated_at.millis(), last.number);
            let is_over = last.updated_at < since;
            for example in page.into_iter().filter(|example| example.updated_at >= since) {
                let article = match solved.get(&example.number).map(Vec::as_slice) {
                    None => None,
                    Some([article]) => Some(*article),
                    // Several were used and nobody knows which it was, or nobody knows yet whether it held.
                    Some(_) => continue,
                };
                material.past.push(Past {
                    ticket: example.number,
                    at: example.updated_at,
                    lesson: Lesson {
                        text: format!("{}\n{}", example.title, example.body),
                        article,
                    },
                });
            }
            if is_over {
                break;
            }
        }
    }
    material.past.sort_by_key(|past| (past.at, past.ticket));
    let mut articles: Vec<i64> = material
        .past
        .iter()
        .filter_map(|past| past.lesson.article)
        .collect();
    articles.sort_unstable();
    articles.dedup();
    let cx = cx.clone();
    let read = db
        .read(move |tx| {
            let mut read = Vec::with_capacity(articles.len());
            for article in &articles {
                read.extend(own_words(tx, &cx, *article)?);
            }
            Ok(read)
        })
        .await?;
    for (words, published) in read {
        // It was there when it was first used, whenever it was published anew.
        let first = material
            .past
            .iter()
            .find(|past| past.lesson.article == Some(words.article));
        let there = first.map_or(published, |first| first.at.min(published));
        material.published.insert(words.article, there);
        material.words.push(words);
    }
    // What is not to be answered with any more is no lesson either: its tickets had no article, as it were.
    for past in &mut material.past {
        past.lesson.article = past
            .lesson
            .article
            .filter(|article| material.published.contains_key(article));
    }
    Ok(material)
}

/// An article's own words in all its languages, when it may be answered with.
fn own_words(tx: &mut Tx, cx: &Cx, article: i64) -> Result<Option<(Words, Timestamp)>> {
    let mut texts = Vec::new();
    let mut published = None;
    for locale in Locale::ALL {
        let seen = match reading::see(tx, cx, article, Some(locale)) {
            Ok(seen) => seen,
            Err(error) if error.kind() == Kind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if !judging::is_answer(&seen.article) {
            return Ok(None);
        }
        published = seen.article.published_at;
        if seen.text.locale == locale {
            texts.extend(judging::texts_of(&seen.text.words));
        }
    }
    Ok(published.map(|published| (Words { article, texts }, published)))
}

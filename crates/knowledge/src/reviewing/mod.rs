//! How articles stay true: colleagues look a draft over before readers see it, and every article is due again after its months,
//! when its software has another version, or when it stops solving.
//!
//! `due` finds what is due and tells its owner.

pub mod due;
pub mod store;

use kernel::cx::{Credential, Cx};
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::article::{Article, Number, State};
use crate::reading::{self, Line};
use crate::text::checking;
use crate::writing::{begin, keep, tell};
use crate::{WRITE, events, software};

/// A month of the Gregorian calendar on average, in seconds: a review need not come on the same day of the month.
const MONTH: i64 = 2_629_746;
/// Reviewers of an article.
const REVIEWERS_MAX: usize = 20;

/// What a reviewer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = KnowledgeArticleVerdict)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It can be published.
    Approved,
    /// Something has to change first.
    Changes,
}

impl Verdict {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Approved, Self::Changes];

    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Changes => "changes",
        }
    }

    /// The verdict of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == word)
    }

    /// The text that names it.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Approved => "knowledge-verdict-approved",
            Self::Changes => "knowledge-verdict-changes",
        }
    }
}

/// Somebody who was asked to look an article over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewer {
    /// Who.
    pub person: UserId,
    /// When they were asked.
    pub asked_at: Timestamp,
    /// What they said.
    pub verdict: Option<Verdict>,
    /// In their words; before that, what they were asked.
    pub note: String,
    /// When they said it.
    pub decided_at: Option<Timestamp>,
}

/// When an article is due again that was looked over now.
#[must_use]
pub fn next(months: Option<i64>, now: Timestamp) -> Option<Timestamp> {
    months.map(|months| now.add_secs(months.saturating_mul(MONTH)))
}

/// Who was asked to look an article over, and what they said.
///
/// # Errors
/// As [`reading::writable`].
pub fn reviewers(tx: &mut Tx<'_>, cx: &Cx, number: Number) -> Result<Vec<Reviewer>> {
    reading::writable(tx, cx, number)?;
    store::of_article(tx, number)
}

/// Asks colleagues to look an article over; one that is being written goes into review. Whoever is asked again answers again.
///
/// # Errors
/// 404 and 403 as everywhere; 422 without anybody, or with somebody who is not there or does not write here.
pub fn ask(
    tx: &mut Tx<'_>,
    cx: &Cx,
    base: &str,
    number: Number,
    people: &[UserId],
    note: &str,
) -> Result<Article> {
    let mut article = begin(tx, cx, number)?;
    let note = checking::note(note)?;
    let mut asked = people.to_vec();
    asked.sort_unstable();
    asked.dedup();
    if asked.is_empty() || asked.len() > REVIEWERS_MAX {
        return Err(Error::invalid("knowledge.reviewer_missing").field("people"));
    }
    let found = people::user::store::find_many(tx, &asked)?;
    let mut errors = Errors::new();
    if found.iter().filter(|person| person.active).count() != asked.len() {
        errors.push("people", "knowledge.person_unknown");
    } else {
        for person in &found {
            if !writes(tx, person)? {
                errors.push("people", "knowledge.person_not_writing");
                break;
            }
        }
    }
    errors.finish()?;
    for person in &asked {
        store::put(tx, number, *person, &note, cx.now())?;
    }
    if article.state == State::Draft {
        article.state = State::Review;
    }
    let data = json!({ "people": asked, "state": article.state });
    let personal = (!note.is_empty()).then(|| json!({ "note": note }));
    keep(tx, cx, &mut article, events::REVIEW_ASKED, data, personal)?;
    due::tell_reviewers(tx, cx, base, &article, &asked, &note)?;
    Ok(article)
}

/// Whether a person has the right to write articles.
fn writes(tx: &mut Tx<'_>, person: &people::user::User) -> Result<bool> {
    let credential = Credential::Session {
        session: "review".to_owned(),
        elevated: false,
    };
    let identity = people::identity_of(tx, person, credential)?;
    Ok(identity.grants.contains_key(WRITE))
}

/// A reviewer says what they think of it. Asking for changes brings it back to being written.
///
/// # Errors
/// 404 as everywhere, and for whoever was not asked; 422 for changes without saying which.
pub fn decide(tx: &mut Tx<'_>, cx: &Cx, number: Number, verdict: Verdict, note: &str) -> Result<Article> {
    let mut article = begin(tx, cx, number)?;
    let note = checking::note(note)?;
    let person = cx.user_id().ok_or_else(Error::not_found)?;
    if !store::of_article(tx, number)?
        .iter()
        .any(|reviewer| reviewer.person == person)
    {
        return Err(Error::not_found());
    }
    if verdict == Verdict::Changes && note.is_empty() {
        return Err(Error::invalid("knowledge.changes_unsaid").field("note"));
    }
    store::decide(tx, number, person, verdict, &note, cx.now())?;
    if verdict == Verdict::Changes && article.state == State::Review {
        article.state = State::Draft;
    }
    let data = json!({ "verdict": verdict, "state": article.state });
    let personal = (!note.is_empty()).then(|| json!({ "note": note }));
    keep(tx, cx, &mut article, events::REVIEW_DECIDED, data, personal)?;
    Ok(article)
}

/// The articles that this person was asked to look over and did not yet.
pub fn waiting(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Line>> {
    const WAITING_MAX: i64 = 200;
    cx.require(WRITE)?;
    let Some(person) = cx.user_id() else {
        return Ok(Vec::new());
    };
    let numbers = store::waiting(tx, person, WAITING_MAX)?;
    reading::lines(tx, cx, &numbers)
}

/// Says that an article that is due was looked over and holds, for the version of its software that is in use.
///
/// # Errors
/// 404 and 403 as everywhere; 409 when readers do not see it.
pub fn hold(tx: &mut Tx<'_>, cx: &Cx, number: Number) -> Result<Article> {
    let mut article = begin(tx, cx, number)?;
    if !article.state.is_read() {
        return Err(Error::conflict("knowledge.no_such_step"));
    }
    if let Some(name) = article.software.clone()
        && let Some(software) = software::store::find(tx, &name)?
    {
        article.software_version = Some(software.version);
    }
    article.review_reason = None;
    article.review_at = next(article.review_months, cx.now());
    let data = json!({ "review_at": article.review_at });
    keep(tx, cx, &mut article, events::REVIEWED, data, None)?;
    Ok(article)
}

/// Asks for a review by hand: it stands in the list of what is due.
///
/// # Errors
/// 404 and 403 as everywhere.
pub fn make_due(tx: &mut Tx<'_>, cx: &Cx, number: Number) -> Result<Article> {
    let mut article = begin(tx, cx, number)?;
    article.review_reason = Some(crate::ReviewReason::ByHand);
    article.version += 1;
    crate::article::store::update(tx, &article)?;
    tell(
        tx,
        cx,
        number,
        events::REVIEW_DUE,
        json!({ "reason": article.review_reason }),
        None,
    )?;
    Ok(article)
}

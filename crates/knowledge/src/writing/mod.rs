//! Writing articles: beginning one, saving its words, translating, publishing, and saying what it is about.
//!
//! Words are saved into a working copy that all who write share; readers see them when they are published. `saving` takes in what
//! somebody wrote and merges it with what others saved meanwhile, `publishing` moves an article through its states, `taking_over`
//! brings in what was written elsewhere.

mod publishing;
mod saving;
mod taking_over;

use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use kernel::time::Timestamp;
use serde_json::{Value, json};

use crate::article::checking;
use crate::article::{self, Article, Facts, Number, State, store};
use crate::text::checking as wording;
use crate::text::{self, Draft, Version, Words};
use crate::{MANAGE, WRITE, events, reading, visibility};

pub use crate::reviewing::{ask as ask_review, decide};
pub use publishing::set_state;
pub use saving::{Save, Saved, discard, restore, save};
pub use taking_over::{Arriving, Language, Past, take_over};

/// Holds an article until the end of the transaction and loads it, for whoever may change it; a template is for who manages.
pub(crate) fn begin(tx: &mut Tx<'_>, cx: &Cx, number: Number) -> Result<Article> {
    tx.lock("knowledge.article", number)?;
    let article = reading::writable(tx, cx, number)?;
    if article.is_template {
        cx.require(MANAGE)?;
    }
    Ok(article)
}

/// Begins an article: a draft of one language, which is its original.
///
/// # Errors
/// 403 without the right to write; names each field that is wrong.
pub fn create(tx: &mut Tx<'_>, cx: &Cx, facts: &Facts, locale: Locale, words: &Words) -> Result<Article> {
    begin_new(tx, cx, facts, locale, words, false)
}

/// Begins a template: what articles are begun from.
///
/// # Errors
/// As [`create`], with the right to manage.
pub fn create_template(
    tx: &mut Tx<'_>,
    cx: &Cx,
    facts: &Facts,
    locale: Locale,
    words: &Words,
) -> Result<Article> {
    cx.require(MANAGE)?;
    begin_new(tx, cx, facts, locale, words, true)
}

fn begin_new(
    tx: &mut Tx<'_>,
    cx: &Cx,
    facts: &Facts,
    locale: Locale,
    words: &Words,
    is_template: bool,
) -> Result<Article> {
    cx.require(WRITE)?;
    let facts = checking::checked(tx, cx, None, facts)?;
    let words = wording::checked(words)?;
    let mut article = fresh(&facts, locale, cx.now());
    article.is_template = is_template;
    article.created_by = cx.user_id();
    // Somebody looks after every article; whoever begins it, until they say otherwise.
    article.owner = facts.owner.or(article.created_by);
    require_sight(cx, &article)?;
    article.number = store::insert(tx, &article)?;
    write_draft(tx, cx, &article, locale, &words, 1, None)?;
    add_version(tx, cx, article.number, locale, &words, "")?;
    let data = json!({ "kind": article.kind, "space": article.space, "locale": locale });
    tell(
        tx,
        cx,
        article.number,
        events::CREATED,
        data,
        Some(json!({ "title": words.title })),
    )?;
    Ok(article)
}

/// An article that nobody wrote yet.
pub(crate) fn fresh(facts: &Facts, original: Locale, now: Timestamp) -> Article {
    Article {
        number: 0,
        kind: facts.kind,
        space: facts.space.clone(),
        parent: facts.parent,
        place: 0,
        category: facts.category.clone(),
        state: State::Draft,
        audience: facts.audience.clone(),
        original,
        owner: facts.owner,
        is_template: false,
        software: facts.software.clone(),
        software_version: facts.software_version.clone(),
        review_months: facts.review_months,
        review_at: None,
        review_reason: None,
        source: None,
        foreign_id: None,
        created_by: None,
        created_at: now,
        updated_at: now,
        published_at: None,
        solved: 0,
        unsolved: 0,
        tickets_solved: 0,
        tickets_unsolved: 0,
        reads: 0,
        last_used_at: None,
        worth: crate::worth::worth(0, 0, 0, 0, 0.0),
        version: 1,
    }
}

/// Begins an article from a template, in a space, owned by whoever begins it.
///
/// # Errors
/// 404 when there is no such template for this person; as [`create`].
pub fn from_template(
    tx: &mut Tx<'_>,
    cx: &Cx,
    template: Number,
    locale: Locale,
    space: &str,
) -> Result<Article> {
    let found = reading::writable(tx, cx, template)?;
    if !found.is_template {
        return Err(Error::not_found());
    }
    let (mut words, _) = reading::current(tx, template, locale)?;
    if words == Words::default() {
        words = reading::current(tx, template, found.original)?.0;
    }
    let facts = Facts {
        space: space.to_owned(),
        parent: None,
        owner: cx.user_id(),
        ..found.facts()
    };
    create(tx, cx, &facts, locale, &words)
}

/// Begins another language of an article with the words of the original, to be written over.
///
/// # Errors
/// 404 as everywhere; 409 when the article has words in this language.
pub fn translate(tx: &mut Tx<'_>, cx: &Cx, number: Number, locale: Locale) -> Result<Draft> {
    let article = begin(tx, cx, number)?;
    let is_there = text::store::find(tx, number, locale)?.is_some()
        || text::store::find_draft(tx, number, locale)?.is_some();
    if is_there {
        return Err(Error::conflict("knowledge.language_known"));
    }
    let published = text::store::find(tx, number, article.original)?;
    let (version, words) = match published {
        Some(text) => (Some(text.version), text.words),
        None => (None, reading::current(tx, number, article.original)?.0),
    };
    write_draft(tx, cx, &article, locale, &words, 1, version)
}

/// Says that a translation is in step with the original as it is published now.
///
/// # Errors
/// 404 as everywhere; 409 for the original itself, and where one of the two is not published.
pub fn in_step(tx: &mut Tx<'_>, cx: &Cx, number: Number, locale: Locale) -> Result<()> {
    let article = begin(tx, cx, number)?;
    let original = text::store::find(tx, number, article.original)?;
    let draft = text::store::find_draft(tx, number, locale)?;
    let is_there = draft.is_some() || text::store::find(tx, number, locale)?.is_some();
    let (Some(original), true, false) = (original, is_there, locale == article.original) else {
        return Err(Error::conflict("knowledge.no_translation"));
    };
    text::store::put_in_step(tx, number, locale, original.version)?;
    if let Some(draft) = draft {
        let draft = Draft {
            original_version: Some(original.version),
            ..draft
        };
        text::store::put_draft(tx, &draft)?;
    }
    let data = json!({ "locale": locale, "version": original.version });
    tell(tx, cx, number, events::IN_STEP, data, None)
}

/// Says anew what an article is about, who looks after it, and who may read it.
///
/// # Errors
/// 404 as everywhere; 409 when somebody changed it since `version` was read; names each field that is wrong.
pub fn change(tx: &mut Tx<'_>, cx: &Cx, number: Number, version: i64, facts: &Facts) -> Result<Article> {
    let mut article = begin(tx, cx, number)?;
    if article.version != version {
        return Err(Error::conflict("knowledge.changed_meanwhile"));
    }
    let before = article.facts();
    let facts = checking::checked(tx, cx, Some(&article), facts)?;
    // Who reads what is published, and who looks after it, is decided by whoever publishes.
    let is_publishers = facts.audience != before.audience || facts.owner != before.owner;
    if article.state.is_read() && is_publishers {
        cx.require(crate::PUBLISH)?;
    }
    let fields = changed_fields(&before, &facts);
    if fields.is_empty() {
        return Ok(article);
    }
    if facts.space != before.space {
        keep_children(tx, cx, &article)?;
    }
    if facts.review_months != before.review_months && article.state.is_read() {
        article.review_at = crate::reviewing::next(facts.review_months, cx.now());
    }
    article.kind = facts.kind;
    article.space = facts.space;
    article.parent = facts.parent;
    article.category = facts.category;
    article.audience = facts.audience;
    article.owner = facts.owner;
    article.software = facts.software;
    article.software_version = facts.software_version;
    article.review_months = facts.review_months;
    require_sight(cx, &article)?;
    let data = json!({ "fields": fields });
    keep(tx, cx, &mut article, events::CHANGED, data, None)?;
    Ok(article)
}

/// Nobody shuts themselves out by choosing readers.
fn require_sight(cx: &Cx, article: &Article) -> Result<()> {
    if visibility::may_see(cx, article) {
        return Ok(());
    }
    Err(Error::invalid("knowledge.audience_without_you").field("audience"))
}

/// An article that moves to another space leaves those under it where they are, at the top.
fn keep_children(tx: &mut Tx<'_>, cx: &Cx, article: &Article) -> Result<()> {
    const UNDER_MAX: i64 = 1_000;
    for mut child in store::under(tx, article.number, UNDER_MAX)? {
        child.parent = article.parent;
        keep(
            tx,
            cx,
            &mut child,
            events::CHANGED,
            json!({ "fields": ["parent"] }),
            None,
        )?;
    }
    Ok(())
}

fn changed_fields(before: &Facts, after: &Facts) -> Vec<&'static str> {
    let fields = [
        ("kind", before.kind != after.kind),
        ("space", before.space != after.space),
        ("parent", before.parent != after.parent),
        ("category", before.category != after.category),
        ("audience", before.audience != after.audience),
        ("owner", before.owner != after.owner),
        ("software", before.software != after.software),
        (
            "software_version",
            before.software_version != after.software_version,
        ),
        ("review_months", before.review_months != after.review_months),
    ];
    let changed = fields.into_iter().filter(|(_, is_other)| *is_other);
    changed.map(|(name, _)| name).collect()
}

/// Writes a working copy.
fn write_draft(
    tx: &mut Tx<'_>,
    cx: &Cx,
    article: &Article,
    locale: Locale,
    words: &Words,
    step: i64,
    original_version: Option<i64>,
) -> Result<Draft> {
    let draft = Draft {
        article: article.number,
        locale,
        words: words.clone(),
        step,
        original_version,
        updated_by: cx.user_id(),
        updated_at: cx.now(),
    };
    text::store::put_draft(tx, &draft)?;
    Ok(draft)
}

/// Writes a version, unless the latest one has the same words; gives back its number.
pub(crate) fn add_version(
    tx: &mut Tx<'_>,
    cx: &Cx,
    number: Number,
    locale: Locale,
    words: &Words,
    note: &str,
) -> Result<i64> {
    let last = text::store::last_version(tx, number, locale)?;
    if let Some(last) = &last
        && last.words == *words
    {
        return Ok(last.version);
    }
    let version = Version {
        article: number,
        locale,
        version: last.map_or(1, |last| last.version + 1),
        words: words.clone(),
        note: note.to_owned(),
        author: cx.user_id(),
        author_name: None,
        published: false,
        at: cx.now(),
    };
    text::store::insert_version(tx, &version)?;
    Ok(version.version)
}

/// Saves an article that was changed and tells of it.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    cx: &Cx,
    article: &mut Article,
    kind: &'static str,
    data: Value,
    personal: Option<Value>,
) -> Result<()> {
    article.version += 1;
    article.updated_at = cx.now();
    store::update(tx, article)?;
    tell(tx, cx, article.number, kind, data, personal)
}

/// Writes an event about an article.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    cx: &Cx,
    number: Number,
    kind: &'static str,
    data: Value,
    personal: Option<Value>,
) -> Result<()> {
    let new = New {
        kind,
        subject: article::subject(number),
        data,
        personal,
    };
    event::append(tx, cx, new).map(drop)
}

//! From articles and events to what the conversation shows.
//!
//! A hand-off and a solution are words of people, so they stand among the words although they are kept as events. Other
//! events are one grey line each; what one person changed within two minutes is one line.

use std::collections::HashMap;

use kernel::cx::Cx;
use kernel::event::Event;
use kernel::i18n::{Locale, format_size};
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde_json::Value;

use super::names::{Names, Person};
use super::wording::paragraphs;
use crate::article::{Article, ArticleKind};
use crate::events;
use crate::ticket::timeline::Entry;
use crate::ticket::value::{State, Voice};
use crate::ticket::{Timeline, access};

mod foreign;
mod telling;

/// One entry of the conversation.
pub(super) enum Item {
    Said(Said),
    Change(Change),
}

/// Words of a person.
pub(super) struct Said {
    /// Its place in the page: `article-7`, `event-9`.
    pub id: String,
    /// `reply`, `requester`, `note`, `mail`, `call`.
    pub class: &'static str,
    pub label: String,
    pub author: Option<Person>,
    pub at: Timestamp,
    /// Safe HTML.
    pub html: String,
    /// What a mail quotes, safe.
    pub quoted: Option<String>,
    pub files: Vec<FileLink>,
    /// The ticket it was said on, when that one became part of this.
    pub from: Option<i64>,
    /// The article, when a ticket can be made of it.
    pub splits: Option<i64>,
}

/// A file on an article.
pub(super) struct FileLink {
    pub id: i64,
    pub name: String,
    pub size: String,
    pub is_picture: bool,
}

/// What was changed, in a line.
pub(super) struct Change {
    pub id: String,
    pub icon: &'static str,
    /// None when the house did it.
    pub who: Option<Person>,
    /// The rule that did it.
    pub rule: Option<RuleName>,
    pub at: Timestamp,
    pub texts: Vec<String>,
    /// Where the whole of it can be read; such a line stands by itself.
    pub href: Option<String>,
    pub state: Option<State>,
    /// Leads to "why this person?".
    pub explains_choice: bool,
    actor: String,
}

/// A rule by its name, and where its firing is told for who may read that.
pub(super) struct RuleName {
    pub name: String,
    pub href: Option<String>,
}

/// The right to read the log of rules.
const RULES: &str = "automate.rules";

/// Rules act by the way `rule`, as `system:rule NAME`; the request of their events names the firing. Which slice they are
/// of, the desk need not know.
fn rule_of(event: &Event, cx: &Cx) -> Option<RuleName> {
    let name = event
        .actor
        .strip_prefix("system:rule ")
        .filter(|_| event.via == "rule")?;
    let firing: Option<i64> = event
        .request
        .strip_prefix("rule-firing:")
        .and_then(|id| id.parse().ok());
    Some(RuleName {
        name: name.to_owned(),
        href: firing
            .filter(|_| cx.may(RULES).is_some())
            .map(|id| format!("/settings/rules/firings/{id}")),
    })
}

const MERGED_WITHIN_MILLIS: i64 = 120_000;

/// The entries of a conversation, oldest first.
pub(super) fn items(number: i64, timeline: &Timeline, names: &Names, cx: &Cx) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let may_split = cx.may(access::CHANGE).is_some();
    for entry in &timeline.entries {
        match entry {
            Entry::Article(article) => {
                let mut said = said(article, names, cx.locale);
                said.from = (article.ticket != number).then_some(article.ticket);
                said.splits = (may_split && article.public && article.ticket == number).then_some(article.id);
                items.push(Item::Said(said));
            }
            Entry::Event(event) => {
                if let Some(said) = written(event, entry.at(), names, cx.locale) {
                    items.push(Item::Said(said));
                }
                if let Some(change) = change(event, entry.at(), names, cx) {
                    push_merged(&mut items, change);
                }
            }
        }
    }
    items
}

fn push_merged(items: &mut Vec<Item>, change: Change) {
    if let Some(Item::Change(last)) = items.last_mut()
        && last.actor == change.actor
        && last.who.is_some()
        && change.who.is_some()
        && last.href.is_none()
        && change.href.is_none()
        && change.at.millis() - last.at.millis() <= MERGED_WITHIN_MILLIS
    {
        last.texts.extend(change.texts);
        last.state = change.state.or(last.state);
        last.explains_choice |= change.explains_choice;
        return;
    }
    items.push(Item::Change(change));
}

/// Everybody whom the entries name.
pub(super) fn named(timeline: &Timeline) -> Vec<UserId> {
    let mut people = Vec::new();
    for entry in &timeline.entries {
        match entry {
            Entry::Article(article) => people.extend(article.author),
            Entry::Event(event) => {
                people.extend(actor(event));
                people.extend(telling::people_of(event));
            }
        }
    }
    people
}

fn actor(event: &Event) -> Option<UserId> {
    event.actor.strip_prefix("user:").and_then(|id| id.parse().ok())
}

fn said(article: &Article, names: &Names, locale: Locale) -> Said {
    let (class, label) = match (article.kind, article.voice) {
        (ArticleKind::Note, _) => ("note", "desk-page-said-note"),
        (ArticleKind::Call, _) => ("call", "desk-page-said-call"),
        (ArticleKind::Report, _) => ("requester", "desk-page-said-report"),
        (ArticleKind::Mail, Voice::Requester) => ("requester", "desk-page-said-mail-in"),
        (ArticleKind::Mail, Voice::Staff) => ("mail", "desk-page-said-mail-out"),
        (ArticleKind::Reply | ArticleKind::System, Voice::Requester) => {
            ("requester", "desk-page-said-answer")
        }
        (ArticleKind::Reply | ArticleKind::System, Voice::Staff) => ("reply", "desk-page-said-reply"),
    };
    let mut label = locale.t(label);
    if let Some(minutes) = article.minutes {
        label.push_str(&locale.t_with("desk-page-said-minutes", &[("count", minutes.into())]));
    }
    Said {
        id: format!("article-{}", article.id),
        class,
        label,
        author: article.author.map(|person| names.person(person)),
        at: article.at,
        html: body(article),
        quoted: article
            .quoted
            .as_deref()
            .map(paragraphs)
            .filter(|html| !html.is_empty()),
        files: article
            .attachments
            .iter()
            .map(|file| file_link(file, locale))
            .collect(),
        from: None,
        splits: None,
    }
}

/// A mail as it was sent, its inline pictures by our own addresses; else the text.
fn body(article: &Article) -> String {
    let Some(html) = &article.body_html else {
        return paragraphs(&article.body);
    };
    let inline = article.attachments.iter().filter_map(|file| {
        let name = file.content_id.as_ref()?.trim_matches(['<', '>']).to_owned();
        Some((name, format!("/attachments/{}", file.id)))
    });
    let pictures: HashMap<String, String> = inline.collect();
    web::sanitize::html_mail(html, &pictures)
}

fn file_link(file: &crate::article::Attachment, locale: Locale) -> FileLink {
    FileLink {
        id: file.id,
        name: file.name.clone(),
        size: format_size(u64::try_from(file.size).unwrap_or(0), locale),
        is_picture: matches!(
            file.media_type.as_str(),
            "image/png" | "image/jpeg" | "image/gif" | "image/webp"
        ),
    }
}

/// Words that are kept in an event: a hand-off, a solution.
fn written(event: &Event, at: Timestamp, names: &Names, locale: Locale) -> Option<Said> {
    let words = event.personal.as_ref()?;
    let text = |name: &str| words[name].as_str().filter(|text| !text.trim().is_empty());
    let (class, label, html) = match event.kind.as_str() {
        events::TICKET_ESCALATED => {
            let mut html = String::new();
            for (name, key) in [
                ("tried", "desk-page-handoff-tried"),
                ("known", "desk-page-handoff-known"),
                ("boundary", "desk-page-handoff-boundary"),
            ] {
                if let Some(text) = text(name) {
                    html.push_str(&format!("<p><b>{}</b></p>{}", locale.t(key), paragraphs(text)));
                }
            }
            ("note", "desk-page-said-handoff", html)
        }
        events::TICKET_RESOLVED => {
            let mut html = paragraphs(text("solution")?);
            let tested = if event.data["tested"].as_bool() == Some(true) {
                locale.t("desk-page-tested")
            } else {
                let reason = text("untested_reason").unwrap_or_default().to_owned();
                locale.t_with("desk-page-untested", &[("reason", reason.into())])
            };
            html.push_str(&paragraphs(&tested));
            ("reply", "desk-page-said-solution", html)
        }
        _ => return None,
    };
    Some(Said {
        id: format!("event-{}-words", event.seq),
        class,
        label: locale.t(label),
        author: actor(event).map(|person| names.person(person)),
        at,
        html,
        quoted: None,
        files: Vec::new(),
        from: None,
        splits: None,
    })
}

fn change(event: &Event, at: Timestamp, names: &Names, cx: &Cx) -> Option<Change> {
    if let Some(line) = foreign::Line::of(event, cx.locale) {
        return Some(Change {
            id: format!("event-{}", event.seq),
            icon: line.icon,
            who: actor(event).map(|person| names.person(person)),
            rule: None,
            at,
            texts: vec![line.text],
            href: line.href,
            state: None,
            explains_choice: false,
            actor: event.actor.clone(),
        });
    }
    let texts = telling::tell(event, names, cx);
    let state = event.data["after"]["state"]
        .as_str()
        .and_then(|word| State::parse(word).ok());
    if texts.is_empty() && state.is_none() {
        return None;
    }
    Some(Change {
        id: format!("event-{}", event.seq),
        icon: telling::icon(&event.kind),
        who: actor(event)
            .filter(|_| !telling::is_chosen_by_rules(event))
            .map(|person| names.person(person)),
        rule: rule_of(event, cx),
        at,
        texts,
        href: None,
        state,
        explains_choice: event.kind == events::TICKET_ASSIGNED,
        actor: event.actor.clone(),
    })
}

/// A value of an event as text.
fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

//! What a ticket has that could go along: words, files, evidence of the diagnosis; and how the form is filled before anybody
//! writes. Nothing leaves from here, and nothing is looked into: that is for `looking`, outside of the transaction.

use desk::article::ArticleKind;
use desk::diagnosis::{self, Diagnosis, Outcome};
use desk::ticket::{self, Entry, Priority, Ticket, View};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::i18n::Locale;
use kernel::time::Timestamp;

use super::looking::Seen;
use super::privacy::Warning;
use super::{Fault, Severity};
use crate::tracker::signing;

/// Something that could go along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// `article:7`, `file:9`, `evidence:3`
    pub source: String,
    /// What it is called.
    pub name: String,
    /// The beginning of its words.
    pub excerpt: String,
    /// `text/plain`
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// Of a file: its hash.
    pub hash: Option<String>,
    /// Of words: all of them.
    pub words: Option<String>,
    /// What is to be thought of before it goes along: that it is internal, or cannot be looked into; after [`Offer::mark`] also
    /// what it seems to hold.
    pub warnings: Vec<Warning>,
    /// Whether it is chosen until somebody says otherwise.
    pub is_chosen: bool,
    /// When it was said or made.
    pub at: Timestamp,
}

impl Offer {
    /// Whether its content is text in a file that could be looked into.
    #[must_use]
    pub fn is_text_file(&self) -> bool {
        self.hash.is_some() && is_text(&self.media_type, &self.name)
    }

    /// By which its content is known again.
    #[must_use]
    pub fn content_key(&self) -> String {
        match (&self.hash, &self.words) {
            (Some(hash), _) => format!("file:{hash}"),
            (None, words) => {
                let words = words.as_deref().unwrap_or_default();
                format!("words:{}", signing::fingerprint(words.as_bytes()))
            }
        }
    }

    /// Adds what was seen in it. What is warned of goes along only when somebody says so, and so does what nobody looked into.
    pub fn mark(&mut self, seen: &Seen) {
        match seen.get(&self.content_key()) {
            Some(found) => self.warnings.extend(found),
            None if self.words.is_some() || self.is_text_file() => self.warnings.push(Warning::Unread),
            None => {}
        }
        self.warnings.sort_unstable();
        self.warnings.dedup();
        self.is_chosen &= self.warnings.is_empty();
    }
}

/// A ticket that is to be handed over, and what could go along.
#[derive(Debug)]
pub struct Basis {
    /// The ticket.
    pub ticket: Ticket,
    /// What could go along, oldest first.
    pub offers: Vec<Offer>,
    /// How the form begins.
    pub fault: Fault,
}

const EXCERPT: usize = 120;
/// Endings of files that hold text, whatever their sender said.
const TEXT_ENDINGS: [&str; 9] = ["log", "txt", "md", "csv", "json", "xml", "yaml", "yml", "ini"];

fn is_text(media_type: &str, name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    media_type.starts_with("text/")
        || matches!(media_type, "application/json" | "application/xml")
        || TEXT_ENDINGS.contains(&ending.as_str())
}

/// Reads the ticket with everything that could go along; for who reads the desk's own side of it.
///
/// # Errors
/// Not found, also when it is not for the reader's eyes.
pub fn basis(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<Basis> {
    cx.require(crate::access::CREATE)?;
    let view = ticket::load(tx, cx, number)?;
    if !view.internal {
        return Err(Error::not_found());
    }
    let diagnosis = diagnosis::load(tx, cx, number)?;
    let mut offers = Vec::new();
    for entry in ticket::timeline(tx, cx, number)?.entries {
        let Entry::Article(article) = entry else { continue };
        said(&article, cx.locale, &mut offers);
    }
    for evidence in &diagnosis.evidence {
        let offer = found(tx, cx, number, evidence)?;
        // An attachment that was made evidence is one thing.
        let is_same = |other: &Offer| other.hash.is_some() && other.hash == offer.hash;
        offers.retain(|other| !is_same(other));
        offers.push(offer);
    }
    Ok(Basis {
        fault: beginning(&view, &diagnosis, &offers, cx.locale),
        ticket: view.ticket,
        offers,
    })
}

fn said(article: &desk::article::Article, locale: Locale, offers: &mut Vec<Offer>) {
    let hidden: &[Warning] = if article.public { &[] } else { &[Warning::Internal] };
    if article.kind != ArticleKind::System {
        offers.push(Offer {
            source: format!("article:{}", article.id),
            name: locale.t(article.kind.text_key()),
            excerpt: excerpt(&article.body),
            media_type: "text/plain".to_owned(),
            size: length(&article.body),
            hash: None,
            words: Some(article.body.clone()),
            warnings: hidden.to_vec(),
            is_chosen: false,
            at: article.at,
        });
    }
    for file in &article.attachments {
        let warnings = [hidden, unread(&file.media_type, &file.name)].concat();
        offers.push(Offer {
            source: format!("file:{}", file.id),
            name: file.name.clone(),
            excerpt: String::new(),
            media_type: file.media_type.clone(),
            size: file.size,
            hash: Some(file.hash.clone()),
            words: None,
            is_chosen: article.public,
            warnings,
            at: article.at,
        });
    }
}

/// A picture or archive must be looked at by somebody.
fn unread(media_type: &str, name: &str) -> &'static [Warning] {
    if is_text(media_type, name) {
        &[]
    } else {
        &[Warning::Unread]
    }
}

fn found(tx: &mut Tx<'_>, cx: &Cx, number: i64, short: &diagnosis::Evidence) -> Result<Offer> {
    let is_cut = short.text_length > length_in_letters(&short.text);
    let whole = if is_cut {
        diagnosis::evidence(tx, cx, number, short.id)?
    } else {
        short.clone()
    };
    let title = if whole.title.is_empty() {
        cx.locale.t(whole.kind.text_key())
    } else {
        whole.title.clone()
    };
    let source = format!("evidence:{}", whole.id);
    Ok(match whole.file {
        Some(file) => Offer {
            source,
            excerpt: excerpt(&title),
            warnings: unread(&file.media_type, &file.name).to_vec(),
            name: file.name,
            media_type: file.media_type,
            size: file.size,
            hash: Some(file.hash),
            words: None,
            is_chosen: true,
            at: whole.taken_at,
        },
        None => Offer {
            source,
            name: title,
            excerpt: excerpt(&whole.text),
            media_type: "text/plain".to_owned(),
            size: length(&whole.text),
            warnings: Vec::new(),
            hash: None,
            words: Some(whole.text),
            is_chosen: true,
            at: whole.taken_at,
        },
    })
}

fn excerpt(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    let mut short: String = line.chars().take(EXCERPT).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}

fn length(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}

fn length_in_letters(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// How the form begins: what the ticket and its diagnosis say already.
fn beginning(view: &View, diagnosis: &Diagnosis, offers: &[Offer], locale: Locale) -> Fault {
    let ticket = &view.ticket;
    let report = offers.iter().find(|offer| offer.source.starts_with("article:"));
    let said = report.and_then(|offer| offer.words.clone()).unwrap_or_default();
    let environment = &ticket.environment;
    let parts = [
        ("handover-device", environment.device.as_deref()),
        ("handover-os", environment.os.as_deref()),
        ("handover-application", environment.application.as_deref()),
        ("handover-version", environment.version.as_deref()),
        ("handover-site", ticket.site.as_deref()),
    ];
    let known = parts
        .into_iter()
        .filter_map(|(key, value)| value.map(|value| (key, value)));
    Fault {
        title: ticket.title.clone(),
        severity: severity(ticket.priority),
        steps: ticket.steps.clone().unwrap_or_default(),
        expected: String::new(),
        actual: ticket.error_text.clone().unwrap_or(said),
        environment: lines(known.map(|(key, value)| pair(locale, key, value))),
        found: lines(
            diagnosis
                .answers
                .iter()
                .filter(|answer| !answer.text.is_empty())
                .map(|answer| pair(locale, answer.question.text_key(), &answer.text)),
        ),
        tried: lines(diagnosis.causes.iter().map(|cause| tried(locale, cause))),
        versions: environment.version.clone().unwrap_or_default(),
    }
}

const fn severity(priority: Priority) -> Severity {
    match priority {
        Priority::P0 => Severity::Critical,
        Priority::P1 => Severity::High,
        Priority::P2 => Severity::Medium,
        Priority::P3 => Severity::Low,
    }
}

fn tried(locale: Locale, cause: &diagnosis::Cause) -> String {
    let how = match (cause.outcome, cause.tested_how.is_empty()) {
        (Outcome::Open, true) => String::new(),
        (_, true) => locale.t(cause.outcome.text_key()),
        (_, false) => format!("{} ({})", locale.t(cause.outcome.text_key()), cause.tested_how),
    };
    let line = if how.is_empty() {
        cause.cause.clone()
    } else {
        format!("{} – {how}", cause.cause)
    };
    format!("- {line}")
}

fn pair(locale: Locale, key: &str, value: &str) -> String {
    let arguments = [("name", locale.t(key).into()), ("value", value.into())];
    locale.t_with("handover-pair", &arguments)
}

fn lines(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("\n")
}

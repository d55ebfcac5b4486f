//! What people do with a line: give it to somebody, begin an article, dismiss it with a reason, or open it again.

use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use kernel::id::UserId;
use knowledge::{Facts, Kind as ArticleKind, Words, space, writing};
use serde_json::json;

use super::{Gap, Kind, State, load, store};
use crate::USE;
use crate::clerk::events;
use crate::drafting::striking;

/// Longest reason.
pub const REASON_MAX: usize = 500;

fn begin(tx: &mut Tx<'_>, cx: &Cx, id: i64) -> Result<Gap> {
    cx.require(USE)?;
    tx.lock("answers.gap", id)?;
    load(tx, cx, id)
}

fn tell(tx: &mut Tx<'_>, cx: &Cx, gap: &Gap, did: &str, article: Option<i64>, reason: &str) -> Result<()> {
    let new = New {
        kind: events::GAP_CHANGED,
        subject: format!("answers.gap:{}", gap.id),
        data: json!({ "did": did, "kind": gap.kind, "article": article }),
        personal: (!reason.is_empty()).then(|| json!({ "reason": reason })),
    };
    event::append(tx, cx, new).map(drop)
}

/// Gives a line to somebody, or takes it from whoever has it.
///
/// # Errors
/// 403, 404; 422 for somebody who does not work on articles.
pub fn give(tx: &mut Tx<'_>, cx: &Cx, id: i64, owner: Option<UserId>) -> Result<Gap> {
    let gap = begin(tx, cx, id)?;
    if let Some(owner) = owner {
        let is_staff = people::user::store::staff(tx)?
            .iter()
            .any(|card| card.id == owner);
        if !is_staff && cx.user_id() != Some(owner) {
            return Err(Error::invalid("answers.gap.not_staff").field("owner"));
        }
    }
    store::set_owner(tx, id, owner)?;
    tell(
        tx,
        cx,
        &gap,
        if owner.is_some() { "given" } else { "taken" },
        None,
        "",
    )?;
    load(tx, cx, id)
}

/// Dismisses a line: nobody will do anything about it.
///
/// # Errors
/// 403, 404; 422 without a reason.
pub fn dismiss(tx: &mut Tx<'_>, cx: &Cx, id: i64, reason: &str) -> Result<Gap> {
    let gap = begin(tx, cx, id)?;
    let reason = reason
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('\0', "");
    if reason.is_empty() {
        return Err(Error::invalid("answers.gap.reason_missing").field("reason"));
    }
    if reason.chars().count() > REASON_MAX {
        return Err(Error::invalid("answers.gap.reason_too_long")
            .field("reason")
            .arg("max", REASON_MAX));
    }
    store::set_state(
        tx,
        id,
        (State::Dismissed, &reason, gap.article),
        cx.user_id(),
        cx.now(),
    )?;
    tell(tx, cx, &gap, "dismissed", gap.article, &reason)?;
    load(tx, cx, id)
}

/// Opens a line again that was dismissed or drafted.
///
/// # Errors
/// 403, 404.
pub fn reopen(tx: &mut Tx<'_>, cx: &Cx, id: i64) -> Result<Gap> {
    let gap = begin(tx, cx, id)?;
    store::set_state(tx, id, (State::Open, "", gap.article), None, cx.now())?;
    tell(tx, cx, &gap, "reopened", gap.article, "")?;
    load(tx, cx, id)
}

/// Begins an article for what is missing; its writer has the line from now on. A second time leads to the same article.
///
/// # Errors
/// 403 for who may not write, 404; 409 for a line that is about articles which are there, or about a flagged ticket.
pub fn draft(tx: &mut Tx<'_>, cx: &Cx, id: i64) -> Result<(Gap, i64)> {
    let gap = begin(tx, cx, id)?;
    if let Some(article) = gap.article {
        return Ok((gap, article));
    }
    if !gap.kind.wants_an_article() {
        return Err(Error::conflict("answers.gap.has_article"));
    }
    // A flagged ticket has a page of its own, on which somebody looks at what is private.
    if gap.kind == Kind::Flagged {
        return Err(Error::conflict("answers.gap.flagged"));
    }
    let space = space::all(tx)?.first().map(|space| space.id.clone());
    let facts = Facts {
        kind: if gap.kind == Kind::NothingFound || gap.kind == Kind::NotOpened {
            ArticleKind::HowTo
        } else {
            ArticleKind::Fault
        },
        space: space.ok_or_else(|| Error::conflict("answers.gap.no_space"))?,
        audience: vec!["everyone".to_owned()],
        owner: cx.user_id(),
        ..Facts::default()
    };
    let article = writing::create(tx, cx, &facts, gap.locale, &words(&gap))?;
    store::set_state(
        tx,
        id,
        (State::Drafted, "", Some(article.number)),
        cx.user_id(),
        cx.now(),
    )?;
    if gap.owner.is_none() {
        store::set_owner(tx, id, cx.user_id())?;
    }
    tell(tx, cx, &gap, "drafted", Some(article.number), "")?;
    Ok((load(tx, cx, id)?, article.number))
}

/// What a draft begins with.
fn words(gap: &Gap) -> Words {
    let locale = gap.locale;
    let mut body = locale.t("answers-gap-draft-body");
    if !gap.about.tickets.is_empty() {
        let tickets: Vec<String> = gap
            .about
            .tickets
            .iter()
            .map(|ticket| format!("#{ticket}"))
            .collect();
        let comma = if locale == Locale::ZhCn { "、" } else { ", " };
        let line = locale.t_with(
            "answers-gap-draft-tickets",
            &[("tickets", tickets.join(comma).into())],
        );
        body = format!("{line}\n\n{body}");
    }
    Words {
        title: without_private(&gap.title, locale).replace(" · ", " "),
        summary: String::new(),
        tags: Vec::new(),
        body,
    }
}

/// A text with a word instead of each piece that is private.
fn without_private(text: &str, locale: Locale) -> String {
    let (mut out, mut from) = (String::new(), 0);
    for piece in privacy::pieces(text, &privacy::Known::default()) {
        out.push_str(text.get(from..piece.start).unwrap_or_default());
        out.push_str(&format!("[{}]", striking::word(piece.kind, locale)));
        from = piece.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_private_in_a_title_is_struck_out() {
        kernel::i18n::register(crate::LOCALES);
        assert_eq!(
            without_private("mail of ann@example.com bounces", Locale::En),
            "mail of [mail address] bounces"
        );
        assert_eq!(without_private("Parking permit?", Locale::En), "Parking permit?");
    }
}

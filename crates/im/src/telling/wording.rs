//! The words in which somebody is told of a station: a title, what was said or solved, a link, and for a resolution the question.

use desk::article::Article;
use desk::ticket::Ticket;
use desk::verification;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Locale;

use super::stations::Station;
use crate::hearing::words;
use crate::service::{Link, Question, Told};

/// Letters of what somebody said.
const WORDS_MOST: usize = 500;

/// What is known of a matter.
pub(super) struct Matter<'a> {
    pub(super) ticket: &'a Ticket,
    pub(super) article: Option<&'a Article>,
    pub(super) base_url: &'a str,
}

/// The words for somebody; nothing when there is nothing left to say.
pub(super) fn told(
    tx: &mut Tx<'_>,
    cx: &Cx,
    matter: &Matter<'_>,
    station: Station,
    locale: Locale,
) -> Result<Option<Told>> {
    let (ticket, base) = (matter.ticket, matter.base_url.trim_end_matches('/'));
    let number = ticket.number;
    let path = if station.is_owners() {
        "tickets"
    } else {
        "portal/requests"
    };
    let key = format!("im-told-{}", station.as_str().replace('_', "-"));
    let owner = match ticket.assignee {
        Some(owner) => people::user::store::find(tx, owner)?.map(|owner| owner.name),
        None => None,
    };
    let args = [
        ("number", number.into()),
        ("owner", owner.unwrap_or_default().into()),
    ];
    let mut told = Told {
        title: format!("#{number} {}", words::beginning(&ticket.title, 80)),
        link: Some(Link {
            label: locale.t("im-told-open"),
            url: format!("{base}/{path}/{number}"),
        }),
        ..Told::words(locale.t_with(&key, &args))
    };
    match station {
        Station::Replied | Station::TheyReplied => {
            let Some(article) = matter.article.filter(|article| article.public) else {
                return Ok(None);
            };
            told.text = format!(
                "{}\n{}",
                told.text,
                words::beginning(article.body.trim(), WORDS_MOST)
            );
        }
        Station::Waiting => {
            if let Some(reason) = &ticket.waiting_reason {
                told.text = format!("{}\n{}", told.text, words::beginning(reason.trim(), WORDS_MOST));
            }
        }
        Station::Resolved => {
            let Some((question, solution)) = question(tx, cx, number, base, locale)? else {
                return Ok(None);
            };
            told.text = format!("{}\n{}", told.text, words::beginning(solution.trim(), WORDS_MOST));
            told.question = Some(question);
        }
        _ => {}
    }
    Ok(Some(told))
}

/// What of it may be said where others read along: to whom, the number, how it stands, and the page, which asks who reads it. Not the
/// title, nothing that anybody wrote, and no signed link.
pub(super) fn overheard(told: Told, number: i64, whom: &str, locale: Locale) -> Told {
    // The first line is the house's own; what it introduces follows on the next.
    let first = told.text.lines().next().unwrap_or_default();
    let mut text = first.trim_end_matches([':', '：']).to_owned();
    if told.question.is_some() {
        text = format!(
            "{text}\n{}",
            locale.t_with("im-told-answer-in-words", &[("number", number.into())])
        );
    }
    Told {
        title: format!("#{number}"),
        link: told.link,
        whom: Some(whom.to_owned()),
        ..Told::words(text)
    }
}

/// The open question of a ticket with its solution; nothing when it was answered or withdrawn meanwhile.
fn question(
    tx: &mut Tx<'_>,
    cx: &Cx,
    number: i64,
    base: &str,
    locale: Locale,
) -> Result<Option<(Question, String)>> {
    let Some(open) = verification::store::open_question(tx, number)? else {
        return Ok(None);
    };
    let Some(token) = verification::link_token(tx, cx, number)? else {
        return Ok(None);
    };
    let solution = verification::store::resolution(tx, open.resolution)?.map(|found| found.solution);
    let question = Question {
        id: format!("{number}-{}", open.id),
        yes: locale.t("im-told-yes"),
        no: locale.t("im-told-no"),
        yes_url: format!("{base}/confirm/{token}?answer=yes"),
        no_url: format!("{base}/confirm/{token}?answer=no"),
    };
    Ok(Some((question, solution.unwrap_or_default())))
}

//! Taking what somebody said: once, in one transaction with everything that follows from it.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::i18n::Locale;
use people::user::User;

use super::{commanding, introducing, store};
use crate::channel::Channel;
use crate::person::{self, connecting};
use crate::service::{Heard, Outcome, Said, Told};
use crate::telling::{Delivery, delivering};

/// A stranger is told how to become known once in so many seconds.
const HINT_SECONDS: i64 = 600;

/// Takes what was said. Nothing when it was taken before; inside, what came of it, unless that is yet to be found out.
pub fn take(
    tx: &mut Tx<'_>,
    cx: &Cx,
    channel: &Channel,
    heard: &Heard,
    base_url: &str,
) -> Result<Option<Option<Outcome>>> {
    for mark in &heard.marks {
        if !store::insert_mark(tx, channel.id, mark, cx.now())? {
            return Ok(None);
        }
    }
    heed(tx, cx, channel, heard, base_url, true).map(Some)
}

/// Heeds what was said by whoever it was. `may_ask`: whether the service may be asked who that is.
pub(crate) fn heed(
    tx: &mut Tx<'_>,
    cx: &Cx,
    channel: &Channel,
    heard: &Heard,
    base_url: &str,
    may_ask: bool,
) -> Result<Option<Outcome>> {
    if let Some(outcome) = by_code(tx, cx, channel, heard)? {
        say(tx, cx, channel, heard, &outcome)?;
        return Ok(Some(outcome));
    }
    if let Some(user) = known(tx, cx, channel, heard)? {
        let acting = person::acting(tx, cx, &user, channel.locale)?;
        let done = commanding::obey(tx, &acting, channel, heard, base_url);
        let outcome = obeyed(done, acting.locale)?;
        say(tx, cx, channel, heard, &outcome)?;
        return Ok(Some(outcome));
    }
    if may_ask && channel.service.ask_email(&channel.settings, &heard.who).is_some() {
        introducing::ask(tx, cx, channel.id, heard)?;
        return Ok(None);
    }
    let outcome = Outcome {
        words: hint(channel, base_url),
        is_good: false,
    };
    hint_once(tx, cx, channel, heard, &outcome)?;
    Ok(Some(outcome))
}

/// Takes a code, from strangers and from people who are known: who fetches another one may have changed their account.
fn by_code(tx: &mut Tx<'_>, cx: &Cx, channel: &Channel, heard: &Heard) -> Result<Option<Outcome>> {
    let Said::Text(text) = &heard.said else {
        return Ok(None);
    };
    let Some(code) = connecting::code_in(text) else {
        return Ok(None);
    };
    let Some(user) = connecting::by_code(tx, cx, channel.id, &heard.who, &code)? else {
        return Ok(None);
    };
    let locale = person::active(tx, user)?.and_then(|user| user.locale);
    welcome(tx, user, locale.unwrap_or(channel.locale)).map(|words| Some(good(words)))
}

/// Who it is, when they are known and may act.
fn known(tx: &mut Tx<'_>, cx: &Cx, channel: &Channel, heard: &Heard) -> Result<Option<User>> {
    if let Some(connection) = person::store::find(tx, channel.id, &heard.who)? {
        return person::active(tx, connection.person);
    }
    let Some(email) = &heard.email else {
        return Ok(None);
    };
    match connecting::by_email(tx, cx, channel.id, &heard.who, email)? {
        Some(user) => person::active(tx, user),
        None => Ok(None),
    }
}

/// What the desk refuses is told in words; what is broken is not.
fn obeyed(done: Result<Outcome>, locale: Locale) -> Result<Outcome> {
    match done {
        Err(error) if is_refusal(&error) => Ok(Outcome {
            words: error
                .fields()
                .first()
                .map_or_else(|| error.message(locale), |field| field.message(locale)),
            is_good: false,
        }),
        done => done,
    }
}

fn is_refusal(error: &Error) -> bool {
    matches!(
        error.kind(),
        Kind::Invalid | Kind::Conflict | Kind::Forbidden | Kind::NotFound
    )
}

pub(crate) const fn good(words: String) -> Outcome {
    Outcome { words, is_good: true }
}

fn welcome(tx: &mut Tx<'_>, user: kernel::UserId, locale: Locale) -> Result<String> {
    let name = person::active(tx, user)?
        .map(|user| user.name)
        .unwrap_or_default();
    let hello = locale.t_with("im-say-connected", &[("name", name.into())]);
    Ok(format!("{hello}\n\n{}", locale.t("im-say-help")))
}

fn hint(channel: &Channel, base_url: &str) -> String {
    let link = format!("{}/im/connect", base_url.trim_end_matches('/'));
    // Where others read along, a code that the house did not hear would be theirs to use.
    let key = match channel.service.is_overheard() {
        true => "im-say-stranger-overheard",
        false => "im-say-stranger",
    };
    channel.locale.t_with(key, &[("link", link.into())])
}

/// Sends the answer. Where the card itself was answered, only what replaces it goes out.
fn say(tx: &mut Tx<'_>, cx: &Cx, channel: &Channel, heard: &Heard, outcome: &Outcome) -> Result<()> {
    if matches!(heard.said, Said::Pressed { .. }) && channel.service.shows_outcome() {
        return Ok(());
    }
    let mark = heard.marks.first().map_or("", String::as_str);
    let told = Told {
        instead_of: heard.card.clone().filter(|_| outcome.is_good),
        ..Told::words(outcome.words.clone())
    };
    answer(tx, cx, channel, heard, format!("answer:{mark}"), &told)
}

fn hint_once(tx: &mut Tx<'_>, cx: &Cx, channel: &Channel, heard: &Heard, outcome: &Outcome) -> Result<()> {
    let occasion = format!("hint:{}", cx.now().secs().div_euclid(HINT_SECONDS));
    answer(
        tx,
        cx,
        channel,
        heard,
        occasion,
        &Told::words(outcome.words.clone()),
    )
}

fn answer(
    tx: &mut Tx<'_>,
    cx: &Cx,
    channel: &Channel,
    heard: &Heard,
    occasion: String,
    told: &Told,
) -> Result<()> {
    if channel.service.answers_at_once() {
        return Ok(());
    }
    let delivery = Delivery {
        occasion,
        ..delivering::fresh(cx, cx.new_id(), (channel.id, heard.who.clone()), "answer", told)?
    };
    delivering::enqueue(tx, cx, &delivery)
}

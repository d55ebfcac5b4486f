//! Taking what somebody said: once, in one transaction with everything that follows from it.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::i18n::Locale;
use people::user::User;

use super::{commanding, introducing, store};
use crate::channel::Channel;
use crate::person::{self, connecting};
use crate::service::{Heard, Outcome, Refusal, Said, Told};
use crate::telling::{Delivery, delivering};

/// A stranger is told how to become known once in so many seconds.
const HINT_SECONDS: i64 = 600;
/// What somebody is told who presses the button of a question that was answered before.
pub(super) const ANSWERED: &str = "im.answered";

/// What was made of what somebody said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It was heeded; inside, what came of it, unless that is yet to be found out.
    Done(Option<Outcome>),
    /// It had been taken: the service, which did not hear that, said it again. Nothing was done.
    Known,
    /// It is a copy.
    Refused(Refusal),
}

/// Takes what was said.
///
/// # Errors
/// [`is_refusal`]: the desk does not want it. Nothing of this transaction may stay then; [`refuse`] answers in another one.
pub fn take(tx: &mut Tx<'_>, cx: &Cx, channel: &Channel, heard: &Heard, base_url: &str) -> Result<Taken> {
    hold(tx, channel, heard)?;
    if let Some(before) = counted(tx, cx, channel, heard)? {
        return Ok(before);
    }
    heed(tx, cx, channel, heard, base_url, true).map(Taken::Done)
}

/// Answers what the desk refused, and does nothing else.
pub fn refuse(tx: &mut Tx<'_>, cx: &Cx, channel: &Channel, heard: &Heard, error: &Error) -> Result<Taken> {
    hold(tx, channel, heard)?;
    if let Some(before) = counted(tx, cx, channel, heard)? {
        return Ok(before);
    }
    answer_refusal(tx, cx, channel, heard, error).map(|outcome| Taken::Done(Some(outcome)))
}

/// One after another: of two lines that come at once the second must see what the first has begun.
pub(crate) fn hold(tx: &mut Tx<'_>, channel: &Channel, heard: &Heard) -> Result<()> {
    tx.lock("im.speaker", format_args!("{}:{}", channel.id, heard.who))
}

/// Counts what was said; gives back what is to become of it if it was counted before.
fn counted(tx: &mut Tx<'_>, cx: &Cx, channel: &Channel, heard: &Heard) -> Result<Option<Taken>> {
    let Some((proof, names)) = heard.marks.split_first() else {
        return Ok(None);
    };
    if !store::insert_mark(tx, channel.id, proof, cx.now())? {
        for name in names {
            if !store::is_marked(tx, channel.id, name)? {
                return Ok(Some(Taken::Refused(Refusal::Reused)));
            }
        }
        return Ok(Some(Taken::Refused(Refusal::Replayed)));
    }
    for name in names {
        if !store::insert_mark(tx, channel.id, name, cx.now())? {
            return Ok(Some(Taken::Known));
        }
    }
    Ok(None)
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
        let outcome = commanding::obey(tx, &acting, channel, heard, base_url)?;
        say(tx, cx, channel, heard, &outcome)?;
        return Ok(Some(outcome));
    }
    if may_ask && channel.service.ask_email(&channel.settings, &heard.who).is_some() {
        introducing::keep(tx, cx, channel.id, heard)?;
        return Ok(None);
    }
    let outcome = Outcome {
        words: hint(channel, base_url),
        is_good: false,
        is_settled: false,
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
    // A code that somebody was talked into sending must not make what they say another's.
    let owner = connecting::owner_of(tx, cx, &code)?;
    if let (Some(owner), Some(known)) = (owner, person::store::find(tx, channel.id, &heard.who)?)
        && owner != known.person
        && let Some(known) = person::active(tx, known.person)?
    {
        let locale = known.locale.unwrap_or(channel.locale);
        return Ok(Some(Outcome {
            words: locale.t_with("im-say-connected-already", &[("name", known.name.into())]),
            is_good: false,
            is_settled: false,
        }));
    }
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

/// Tells in words what the desk refused, to whoever it was.
pub(crate) fn answer_refusal(
    tx: &mut Tx<'_>,
    cx: &Cx,
    channel: &Channel,
    heard: &Heard,
    error: &Error,
) -> Result<Outcome> {
    let user = known(tx, cx, channel, heard)?;
    let locale = user.and_then(|user| user.locale).unwrap_or(channel.locale);
    let outcome = Outcome {
        words: error
            .fields()
            .first()
            .map_or_else(|| error.message(locale), |field| field.message(locale)),
        is_good: false,
        is_settled: error.code() == ANSWERED,
    };
    say(tx, cx, channel, heard, &outcome)?;
    Ok(outcome)
}

/// What the desk refuses is told in words; what is broken is not, whatever kind the database gives it.
pub(crate) fn is_refusal(error: &Error) -> bool {
    let is_refused = matches!(
        error.kind(),
        Kind::Invalid | Kind::Conflict | Kind::Forbidden | Kind::NotFound
    );
    is_refused && !error.code().starts_with("kernel.db.")
}

pub(crate) const fn good(words: String) -> Outcome {
    Outcome {
        words,
        is_good: true,
        is_settled: true,
    }
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
        instead_of: heard.card.clone().filter(|_| outcome.is_settled),
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
        ..delivering::fresh(cx, cx.new_id(), (channel.id, heard.who.clone()), "answer", told)
    };
    delivering::enqueue(tx, cx, &delivery).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_desks_no_is_told_in_words_and_what_the_database_says_is_not() {
        assert!(is_refusal(&Error::invalid("desk.ticket.title_length")));
        assert!(is_refusal(&Error::not_found()));
        for broken in ["kernel.db.unique", "kernel.db.serialization"] {
            assert!(!is_refusal(&Error::conflict(broken)), "{broken}");
        }
        assert!(!is_refusal(&Error::invalid("kernel.db.foreign_key")));
        assert!(!is_refusal(&Error::unavailable("kernel.db.down")));
    }
}

//! Making somebody known, and forgetting them again.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde_json::json;

use super::{Connection, active, store};
use crate::channel::ChannelId;
use crate::{crypto, events};

/// A code is good for so long.
pub const CODE_SECONDS: i64 = 15 * 60;
/// Letters of a code: no vowels and nothing that looks like something else, so that it is neither misread nor a word.
const ALPHABET: &[u8; 20] = b"BCDFGHJKMNPQRTVWXY34";
/// Twenty to the tenth are more than forty bits: nobody guesses one within its quarter of an hour.
const LETTERS: usize = 10;

/// A fresh code for whoever asks: what it is, and until when.
pub fn code(tx: &mut Tx<'_>, cx: &Cx, told: bool) -> Result<(String, Timestamp)> {
    let user = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let letters: Vec<u8> = cx
        .random_bytes::<64>()
        .into_iter()
        // 240 is a multiple of 20: every letter is as likely as the others.
        .filter(|byte| *byte < 240)
        .map(|byte| ALPHABET[usize::from(byte) % ALPHABET.len()])
        .take(LETTERS)
        .collect();
    let code = String::from_utf8(letters).map_err(Error::internal)?;
    let until = cx.now().add_secs(CODE_SECONDS);
    store::set_code(tx, user, &hash(&code), told, until)?;
    Ok((format!("{}-{}", &code[..5], &code[5..]), until))
}

/// Whether a text has the form of a code; gives it back as it is compared.
#[must_use]
pub fn code_in(text: &str) -> Option<String> {
    let plain: String = text
        .chars()
        .filter(|letter| !matches!(letter, '-' | ' ' | '－'))
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    let is_code = plain.len() == LETTERS && plain.bytes().all(|byte| ALPHABET.contains(&byte));
    is_code.then_some(plain)
}

/// Who fetched a code that is still good.
pub(crate) fn owner_of(tx: &mut Tx<'_>, cx: &Cx, code: &str) -> Result<Option<UserId>> {
    store::owner_of(tx, &hash(code), cx.now())
}

/// Takes a code that somebody said: from now on they are the person who fetched it.
pub fn by_code(
    tx: &mut Tx<'_>,
    cx: &Cx,
    channel: ChannelId,
    who: &str,
    code: &str,
) -> Result<Option<UserId>> {
    let Some((user, told)) = store::take_code(tx, &hash(code), cx.now())? else {
        return Ok(None);
    };
    hold(tx, user)?;
    store::let_again(tx, channel, user)?;
    connect(tx, cx, (channel, who), user, told, "code")
}

/// One after another: a person has one account on a channel, whichever two become known at once.
fn hold(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.lock("im.person", user)
}

/// Makes somebody known by a mail address for which the service vouches. They are told nothing until they ask to be.
pub fn by_email(
    tx: &mut Tx<'_>,
    cx: &Cx,
    channel: ChannelId,
    who: &str,
    email: &str,
) -> Result<Option<UserId>> {
    let Some(user) = people::user::store::find_by_email(tx, email)? else {
        return Ok(None);
    };
    hold(tx, user.id)?;
    // Who disconnected their account said that it is not theirs any more, and only a code says otherwise. Somebody else who is known
    // there by a code keeps their place. An address is the weaker word.
    if store::is_kept_apart(tx, channel, user.id)? || store::external_of(tx, channel, user.id)?.is_some() {
        return Ok(None);
    }
    connect(tx, cx, (channel, who), user.id, false, "email")
}

fn connect(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (channel, who): (ChannelId, &str),
    user: UserId,
    told: bool,
    by: &str,
) -> Result<Option<UserId>> {
    if active(tx, user)?.is_none() {
        return Ok(None);
    }
    let connection = Connection {
        channel,
        external: who.to_owned(),
        person: user,
        told,
        since: cx.now(),
    };
    for before in store::connect(tx, &connection)? {
        disconnected(tx, cx, channel, before.person)?;
    }
    let new = New {
        kind: events::PERSON_CONNECTED,
        subject: format!("user:{user}"),
        data: json!({ "channel": channel.to_string(), "by": by }),
        personal: Some(json!({ "external": who })),
    };
    event::append(tx, cx, new)?;
    Ok(Some(user))
}

/// Whoever asks is known on a channel no longer.
pub fn disconnect(tx: &mut Tx<'_>, cx: &Cx, channel: ChannelId) -> Result<()> {
    let user = cx.user_id().ok_or_else(Error::unauthenticated)?;
    hold(tx, user)?;
    if !store::disconnect(tx, channel, user)? {
        return Err(Error::not_found());
    }
    store::keep_apart(tx, channel, user)?;
    disconnected(tx, cx, channel, user)
}

fn disconnected(tx: &mut Tx<'_>, cx: &Cx, channel: ChannelId, user: UserId) -> Result<()> {
    let new = New {
        kind: events::PERSON_DISCONNECTED,
        subject: format!("user:{user}"),
        data: json!({ "channel": channel.to_string() }),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}

/// Whoever asks wants to be told on a channel, or not.
pub fn set_told(tx: &mut Tx<'_>, cx: &Cx, channel: ChannelId, told: bool) -> Result<()> {
    let user = cx.user_id().ok_or_else(Error::unauthenticated)?;
    match store::set_told(tx, channel, user, told)? {
        true => Ok(()),
        false => Err(Error::not_found()),
    }
}

fn hash(code: &str) -> String {
    crypto::sha256_hex(&[b"im-code:", code.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for typed in ["BCDFG-HJKMN", "bcdfghjkmn", " bcdfg hjkmn ", "BCDFG－HJKMN"] {
            assert_eq!(code_in(typed).as_deref(), Some("BCDFGHJKMN"), "{typed}");
        }
        for other in ["BCDFG-HJKM", "status", "BCDFG-HJKMA", "the printer", ""] {
            assert_eq!(code_in(other), None, "{other}");
        }
    }
}

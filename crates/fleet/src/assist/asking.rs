//! Offering help by a code, and taking it back.

use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::TeamId;
use kernel::secret;
use protocol::key::PublicKey;
use ring::hmac;

use super::{Assist, AssistId, State, ending, events, load, note, program, store};
use crate::CHANGE;
use crate::act::asking::open_ticket;
use crate::device::Kind;
use crate::enrolment::{NewEnrolment, Rule, making};
use crate::link::sealing;

/// A code counts so long.
pub const CODE_SECONDS: i64 = 10 * 60;
/// The program may be started so long after the code was made.
pub const START_SECONDS: i64 = 30 * 60;
/// Codes that count at a time.
pub(super) const WAITING_MOST: i64 = 1_000;
/// Of one ticket at a time.
const OF_TICKET_MOST: usize = 3;
const DIGITS: usize = 9;

/// Offers help for a ticket; the code is for whoever needs it.
///
/// # Errors
/// 403 without the right, 404 for a ticket one may not see, 409 when it is not open, when no program can be handed out, and when
/// too many are offered.
pub fn offer(tx: &mut Tx<'_>, cx: &Cx, base_url: &str, signer: PublicKey, subject: &str) -> Result<Assist> {
    let scope = cx.require(CHANGE)?;
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let ticket = open_ticket(tx, cx, subject)?;
    if program::program(tx, program::LINUX)?.is_none() {
        return Err(Error::conflict("fleet.assist.no_program"));
    }
    tx.lock("fleet.assist.offer", "all")?;
    let waiting = store::waiting(tx, cx.now(), WAITING_MOST)?;
    let is_full = waiting.len() >= usize::try_from(WAITING_MOST).unwrap_or(usize::MAX);
    if is_full || store::open_of_ticket(tx, ticket)?.len() >= OF_TICKET_MOST {
        return Err(Error::conflict("fleet.assist.too_many"));
    }
    let wanted = wanted(team(tx, cx, scope, ticket)?);
    let until = cx.now().add_secs(START_SECONDS);
    let made = making::make_for_guest(tx, cx, base_url, signer, &wanted, until)?;
    let id: AssistId = cx.new_id();
    let key = key(tx, cx)?;
    let (code, code_hash) = fresh(cx, &key, &waiting)?;
    let document = serde_json::to_vec(&made.document)?;
    let assist = Assist {
        id,
        ticket,
        person,
        state: State::Waiting,
        reason: String::new(),
        code_hash,
        code: Some(sealing::seal(tx, cx, &place("code", id), code.as_bytes())?),
        document: Some(sealing::seal(tx, cx, &place("document", id), &document)?),
        enrolment: made.enrolment.id,
        device: None,
        key_hash: None,
        made_at: cx.now(),
        code_until: cx.now().add_secs(CODE_SECONDS),
        fetched_at: None,
        connected_at: None,
        ended_at: None,
    };
    store::insert(tx, &assist)?;
    note(tx, cx, &assist, events::OFFERED, None)?;
    Ok(assist)
}

fn wanted(team: Option<TeamId>) -> NewEnrolment {
    NewEnrolment {
        name: "assist".to_owned(),
        rule: Rule::Admit,
        kind: Kind::Computer,
        team,
        uses: 1,
        hours: 1,
        servers: Vec::new(),
        authority: None,
    }
}

/// Whoever reaches only the devices of their teams must reach this one.
fn team(tx: &mut Tx<'_>, cx: &Cx, scope: Scope, ticket: i64) -> Result<Option<TeamId>> {
    let of_ticket = desk::ticket::store::load(tx, ticket)?.and_then(|ticket| ticket.team);
    match scope {
        Scope::All => Ok(of_ticket),
        Scope::Team => {
            let own = cx.team_ids();
            let team = of_ticket.filter(|team| own.contains(team));
            let team = team.or_else(|| own.iter().next().copied());
            team.map(Some)
                .ok_or_else(|| Error::forbidden().arg("permission", CHANGE))
        }
        Scope::Own => Err(Error::forbidden().arg("permission", CHANGE)),
    }
}

/// A code that no other has now, with what it is compared by.
fn fresh(cx: &Cx, key: &hmac::Key, waiting: &[Assist]) -> Result<(String, String)> {
    for _ in 0..8 {
        let number = u64::from_le_bytes(cx.random_bytes::<8>()) % 1_000_000_000;
        let code = format!("{number:0DIGITS$}");
        let hash = hash(key, &code);
        if waiting.iter().all(|one| one.code_hash != hash) {
            return Ok((code, hash));
        }
    }
    Err(Error::internal("no code was free"))
}

/// The key of the codes: whoever sees only the rows cannot try all codes on them.
pub(super) fn key(tx: &mut Tx<'_>, cx: &Cx) -> Result<hmac::Key> {
    let bytes = secret::get(tx, cx, "fleet.assist.code")?;
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}

fn hash(key: &hmac::Key, code: &str) -> String {
    data_encoding::HEXLOWER.encode(hmac::sign(key, code.as_bytes()).as_ref())
}

/// Whether this is its code, in a time that says nothing of how near it was.
pub(super) fn is_code(key: &hmac::Key, assist: &Assist, code: &str) -> bool {
    data_encoding::HEXLOWER
        .decode(assist.code_hash.as_bytes())
        .is_ok_and(|hash| hmac::verify(key, code.as_bytes(), &hash).is_ok())
}

/// What was typed as the nine digits of a code; none for what is no code.
pub(super) fn digits(typed: &str) -> Option<String> {
    let kept: String = typed
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .take(DIGITS + 1)
        .collect();
    (kept.len() == DIGITS && kept.bytes().all(|letter| letter.is_ascii_digit())).then_some(kept)
}

pub(super) fn place(what: &str, id: AssistId) -> String {
    format!("assist/{what}/{id}")
}

/// The code, as it is read out, for whoever offered it, while it counts.
pub(super) fn code_of(tx: &mut Tx<'_>, cx: &Cx, assist: &Assist) -> Result<Option<String>> {
    let is_theirs = cx.user_id() == Some(assist.person);
    let counts = assist.state == State::Waiting && assist.code_until > cx.now();
    let Some(sealed) = assist.code.as_ref().filter(|_| is_theirs && counts) else {
        return Ok(None);
    };
    let code = sealing::open(tx, cx, &place("code", assist.id), sealed)?;
    let code = String::from_utf8(code).map_err(Error::internal)?;
    Ok(Some(grouped(&code)))
}

/// `123 456 789`
fn grouped(code: &str) -> String {
    let mut text = String::with_capacity(code.len() + 2);
    for (place, letter) in code.chars().enumerate() {
        if place > 0 && place.is_multiple_of(3) {
            text.push(' ');
        }
        text.push(letter);
    }
    text
}

/// Takes an offer back, or ends the help: whoever offered it may, and whoever else could have.
///
/// # Errors
/// As [`load`]; 403 without the right.
pub fn end(tx: &mut Tx<'_>, cx: &Cx, id: AssistId) -> Result<()> {
    let assist = load(tx, cx, id)?;
    cx.require(CHANGE)?;
    let reason = if assist.state == State::Connected {
        "ended"
    } else {
        "withdrawn"
    };
    ending::begin(tx, cx, id, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        assert_eq!(digits(" 123 456-789 ").as_deref(), Some("123456789"));
        assert_eq!(grouped("123456789"), "123 456 789");
        for wrong in ["", "12345678", "1234567890", "12345678x", "１２３４５６７８９"] {
            assert_eq!(digits(wrong), None, "{wrong}");
        }
    }
}

//! Finding the ticket a mail belongs to, and giving our mail identifiers by which its answers are known.
//!
//! Our Message-IDs and reply addresses carry the ticket number and a keyed hash of it, so that nobody can write into
//! a ticket by guessing its number. A number in the subject is only a hint: whoever uses it must be a participant,
//! which the caller checks. Keys can be rotated; the first makes new tokens and all of them verify old ones.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Address, Message};

const ID_PREFIX: &str = "ms.";
/// 120 bits: 24 letters in base 32 without padding.
const ID_TAG_BYTES: usize = 15;
/// 80 bits keep a reply address within the 64 letters of a local part (RFC 5321 section 4.5.3.1.1).
const ADDRESS_TAG_BYTES: usize = 10;

/// The secrets that sign tokens: the current one first, then those that are still honoured.
#[derive(Clone)]
pub struct Keys(Vec<Vec<u8>>);

impl Keys {
    /// `current` signs; `former` only verify.
    pub fn new(current: impl Into<Vec<u8>>, former: impl IntoIterator<Item = Vec<u8>>) -> Keys {
        Keys(std::iter::once(current.into()).chain(former).collect())
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Keys({} secret)", self.0.len())
    }
}

/// The Message-ID (without brackets) of our mail about an article of a ticket.
pub fn message_id(ticket: u64, article: &str, domain: &str, keys: &Keys) -> String {
    let article: String = article
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
        .collect();
    let article = article.to_ascii_lowercase();
    let tag = sign(keys, &id_text(ticket, &article), ID_TAG_BYTES);
    format!("{ID_PREFIX}{ticket}.{article}.{tag}@{}", domain_of(domain))
}

/// The ticket number of a Message-ID that we made; `None` for others' and for forged ones.
pub fn verify(id: &str, keys: &Keys) -> Option<u64> {
    let id = id.trim().trim_start_matches('<').to_ascii_lowercase();
    let (local, _) = id.split_once('@')?;
    let mut pieces = local.strip_prefix(ID_PREFIX)?.split('.');
    let (ticket, article, tag) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let number = canonical_number(ticket)?;
    let is_ours = pieces.next().is_none() && is_signed(keys, &id_text(number, article), tag, ID_TAG_BYTES);
    is_ours.then_some(number)
}

/// `support@example.com` for one ticket: `support+t1042.<tag>@example.com`.
pub fn reply_address(mailbox: &str, ticket: u64, keys: &Keys) -> Option<String> {
    let (local, domain) = mailbox.rsplit_once('@')?;
    let tag = sign(keys, &address_text(ticket), ADDRESS_TAG_BYTES);
    Some(format!("{local}+t{ticket}.{tag}@{domain}"))
}

/// The ticket number of a reply address that we made.
pub fn verify_address(email: &str, keys: &Keys) -> Option<u64> {
    let email = email.to_ascii_lowercase();
    let (local, _) = email.rsplit_once('@')?;
    let (_, token) = local.rsplit_once("+t")?;
    let (ticket, tag) = token.split_once('.')?;
    let number = canonical_number(ticket)?;
    is_signed(keys, &address_text(number), tag, ADDRESS_TAG_BYTES).then_some(number)
}

fn canonical_number(text: &str) -> Option<u64> {
    text.parse()
        .ok()
        .filter(|number: &u64| number.to_string() == text)
}

fn id_text(ticket: u64, article: &str) -> String {
    format!("message-id\0{ticket}\0{article}")
}

fn address_text(ticket: u64) -> String {
    format!("reply-address\0{ticket}")
}

fn domain_of(domain: &str) -> String {
    let domain: String = domain
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-'))
        .collect();
    if domain.is_empty() {
        "localhost".to_owned()
    } else {
        domain.to_ascii_lowercase()
    }
}

fn mac(key: &[u8], text: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(text.as_bytes());
    Some(mac)
}

fn sign(keys: &Keys, text: &str, length: usize) -> String {
    let digest = keys
        .0
        .first()
        .and_then(|key| mac(key, text))
        .map(|mac| mac.finalize().into_bytes().to_vec());
    let tag = digest
        .unwrap_or_default()
        .into_iter()
        .take(length)
        .collect::<Vec<u8>>();
    data_encoding::BASE32_NOPAD.encode(&tag).to_ascii_lowercase()
}

/// Compares in constant time (the hash's own comparison) against every key.
fn is_signed(keys: &Keys, text: &str, tag: &str, length: usize) -> bool {
    let Ok(tag) = data_encoding::BASE32_NOPAD.decode(tag.to_ascii_uppercase().as_bytes()) else {
        return false;
    };
    tag.len() == length
        && keys
            .0
            .iter()
            .any(|key| mac(key, text).is_some_and(|mac| mac.verify_truncated_left(&tag).is_ok()))
}

/// By which sign a ticket was found, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundBy {
    InReplyTo,
    References,
    ReplyAddress,
}

/// What the message says about where it belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadHint {
    /// Proven by a token of ours.
    pub ticket: Option<(u64, FoundBy)>,
    /// Message-IDs of others, the nearest first: look them up among the messages already taken in.
    pub foreign_ids: Vec<String>,
    /// A number in the subject; believe it only when the sender takes part in that ticket.
    pub subject_number: Option<u64>,
    /// True when an identifier looks like ours and its token is wrong.
    pub forged: bool,
}

/// Reads the signs in the order of their strength.
pub fn find_ticket(message: &Message, keys: &Keys) -> ThreadHint {
    let mut hint = ThreadHint {
        subject_number: message.subject.as_deref().and_then(subject_number),
        ..ThreadHint::default()
    };
    let in_reply_to: Vec<String> = message
        .headers
        .all("in-reply-to")
        .flat_map(super::ids::all)
        .collect();
    let answered = in_reply_to.iter().map(|id| (id, FoundBy::InReplyTo));
    let referenced = message
        .references
        .iter()
        .rev()
        .map(|id| (id, FoundBy::References));
    for (id, found_by) in answered.chain(referenced) {
        match verify(id, keys) {
            Some(number) => hint.ticket = hint.ticket.or(Some((number, found_by))),
            None if looks_like_ours(id) => hint.forged = true,
            None if !hint.foreign_ids.contains(id) && hint.foreign_ids.len() < 100 => {
                hint.foreign_ids.push(id.clone())
            }
            None => {}
        }
    }
    if hint.ticket.is_none() {
        let delivered = message
            .headers
            .all("delivered-to")
            .chain(message.headers.all("x-original-to"));
        let delivered = delivered.flat_map(super::address::parse_list);
        let mut recipients = message.to.iter().chain(&message.cc).cloned().chain(delivered);
        let number = recipients.find_map(|Address { email, .. }| verify_address(&email, keys));
        hint.ticket = number.map(|number| (number, FoundBy::ReplyAddress));
    }
    hint
}

fn looks_like_ours(id: &str) -> bool {
    let local = id.split('@').next().unwrap_or_default().to_ascii_lowercase();
    local.strip_prefix(ID_PREFIX).is_some_and(|rest| {
        rest.split('.').count() == 3 && rest.starts_with(|letter: char| letter.is_ascii_digit())
    })
}

/// `[#1042]` anywhere, else the first `#1042` (or `＃1042`) that stands alone.
fn subject_number(subject: &str) -> Option<u64> {
    let mut first = None;
    for (at, sign) in subject
        .char_indices()
        .filter(|(_, letter)| matches!(letter, '#' | '＃'))
    {
        let before = subject[..at].chars().next_back();
        let rest = &subject[at + sign.len_utf8()..];
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        let after = rest[length..].chars().next();
        let Some(number) = rest[..length].parse::<u64>().ok().filter(|number| *number > 0) else {
            continue;
        };
        if after.is_some_and(|letter| letter.is_ascii_alphanumeric()) {
            continue;
        }
        if matches!(before, Some('[' | '【')) && matches!(after, Some(']' | '】')) {
            return Some(number);
        }
        if before.is_none_or(|letter| !letter.is_ascii_alphanumeric() && letter != '&' && letter != '/') {
            first = first.or(Some(number));
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::subject_number;

    #[test]
    fn numbers_are_found_in_subjects() {
        for (subject, number) in [
            ("Re: [#1042] Printer", Some(1042)),
            ("回复：【#1042】打印机", Some(1042)),
            ("工单#1042", Some(1042)),
            ("about #7 and [#1042]", Some(1042)),
            ("color #1042ff", None),
            ("#12345678901234567890123", None),
            ("C#10 is new", None),
            ("#0", None),
            ("no number", None),
        ] {
            assert_eq!(subject_number(subject), number, "{subject}");
        }
    }
}

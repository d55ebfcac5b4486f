//! The signed word in a link: which ticket, for what, until when, about which question. Pure.
//!
//! A link made for one thing never opens another, and none can be made without the key of the house. Whether it still opens
//! anything is the question's to say.

use hmac::{Hmac, KeyInit, Mac};
use kernel::id::Id;
use kernel::time::Timestamp;
use sha2::Sha256;

/// What a link was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Saying whether it works.
    Verify,
    /// Saying how satisfied one is.
    Rate,
    /// Deciding what one was asked to approve.
    Approve,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Purpose::Verify => "verify",
            Purpose::Rate => "rate",
            Purpose::Approve => "approve",
        }
    }
}

/// What a link says; `T` is what was asked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Claim<T> {
    pub(crate) purpose: Purpose,
    pub(crate) ticket: i64,
    pub(crate) expires_at: Timestamp,
    pub(crate) question: Id<T>,
}

/// The word that says this.
pub(crate) fn sign<T>(key: &[u8; 32], claim: &Claim<T>) -> String {
    let said = format!(
        "{}.{}.{}.{}",
        claim.purpose.word(),
        claim.ticket,
        claim.expires_at.millis(),
        claim.question
    );
    let signature = data_encoding::BASE64URL_NOPAD.encode(&mac(key, &said).finalize().into_bytes());
    format!("{said}.{signature}")
}

/// What a word says, if it was signed with this key for this purpose.
pub(crate) fn read<T>(key: &[u8; 32], purpose: Purpose, token: &str) -> Option<Claim<T>> {
    let (said, signature) = token.rsplit_once('.')?;
    let signature = data_encoding::BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
    // Compares in constant time.
    mac(key, said).verify_slice(&signature).ok()?;
    let mut parts = said.split('.');
    let (word, ticket, expires_at, question) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    (word == purpose.word() && parts.next().is_none()).then_some(())?;
    Some(Claim {
        purpose,
        ticket: ticket.parse().ok()?,
        expires_at: Timestamp::from_millis(expires_at.parse().ok()?),
        question: question.parse().ok()?,
    })
}

/// A text without the signed words in it: whoever quotes a letter does not pass on what it opens. They are known by their
/// form, for mail programs write the addresses around them in many ways.
pub(crate) fn without(text: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((start, end)) = first(rest) {
        left.push_str(&rest[..start]);
        left.push('…');
        rest = &rest[end..];
    }
    left.push_str(rest);
    left
}

/// Where the first signed word of a text stands.
fn first(text: &str) -> Option<(usize, usize)> {
    let words = [Purpose::Verify, Purpose::Rate, Purpose::Approve];
    words
        .iter()
        .flat_map(|purpose| text.match_indices(purpose.word()))
        .filter_map(|(start, word)| {
            let length = form(&text[start + word.len()..])?;
            Some((start, start + word.len() + length))
        })
        .min()
}

/// How long what follows the purpose is, when it has the form of a claim with its signature.
fn form(text: &str) -> Option<usize> {
    let mut length = 0;
    for fits in [
        (|byte: u8| byte.is_ascii_digit()) as fn(u8) -> bool,
        |byte| byte.is_ascii_digit(),
        |byte| byte.is_ascii_alphanumeric(),
        |byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_',
    ] {
        let part = text[length..].strip_prefix('.')?;
        let count = part.bytes().take_while(|byte| fits(*byte)).count();
        if count == 0 {
            return None;
        }
        length += 1 + count;
    }
    Some(length)
}

#[expect(
    clippy::expect_used,
    reason = "HMAC takes keys of any length; 32 bytes cannot be refused"
)]
fn mac(key: &[u8; 32], claim: &str) -> Hmac<Sha256> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("a key of any length is taken");
    mac.update(claim.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::super::Question;
    use super::*;

    fn claim() -> Claim<Question> {
        Claim {
            purpose: Purpose::Verify,
            ticket: 42,
            expires_at: Timestamp::from_millis(1_000),
            question: Id::from_parts(1, &[7; 10]),
        }
    }

    #[test]
    fn a_token_opens_what_it_was_made_for() {
        let token = sign(&[1; 32], &claim());
        assert_eq!(read(&[1; 32], Purpose::Verify, &token), Some(claim()));
        assert_eq!(read::<Question>(&[1; 32], Purpose::Rate, &token), None);
    }

    #[test]
    fn a_text_loses_every_signed_word_and_nothing_else() {
        let token = sign(&[1; 32], &claim());
        let text = format!(
            "Ja: <https://desk.test/confirm/{token}?answer=yes>, verify.this. https%3A%2F%2Fx%2F{token}&data=1 é {token}"
        );
        assert_eq!(
            without(&text),
            "Ja: <https://desk.test/confirm/…?answer=yes>, verify.this. https%3A%2F%2Fx%2F…&data=1 é …"
        );
        assert_eq!(
            without("approve. rate.1.2.x verify.1"),
            "approve. rate.1.2.x verify.1"
        );
    }

    #[test]
    fn a_token_signed_with_another_key_or_altered_by_a_letter_opens_nothing() {
        let token = sign(&[1; 32], &claim());
        let read = |key: u8, token: &str| read::<Question>(&[key; 32], Purpose::Verify, token);
        assert!(read(2, &token).is_none());
        assert!(read(1, &token.replacen(".42.", ".43.", 1)).is_none());
        for place in 0..token.len() {
            let mut altered = token.clone().into_bytes();
            altered[place] = if altered[place] == b'a' { b'b' } else { b'a' };
            let altered = String::from_utf8(altered).unwrap();
            if altered != token {
                assert!(read(1, &altered).is_none(), "{altered}");
            }
        }
        assert!(read(1, "").is_none());
    }
}

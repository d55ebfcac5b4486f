//! The signed word in the two links of an answer: which ticket, until when, about which answer. Pure.
//!
//! It has the form of the desk's own signed words, so that the desk strikes it out wherever it strikes out those: whoever
//! quotes the letter does not pass on what it opens. It is signed with a key of its own and opens nothing of the desk's.

use hmac::{Hmac, KeyInit, Mac};
use kernel::id::Id;
use kernel::time::Timestamp;
use sha2::Sha256;

use super::Answer;

/// What a link says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) ticket: i64,
    pub(super) expires_at: Timestamp,
    pub(super) question: Id<Answer>,
}

/// The word that says this.
pub(super) fn sign(key: &[u8; 32], claim: &Claim) -> String {
    let said = format!(
        "verify.{}.{}.{}",
        claim.ticket,
        claim.expires_at.millis(),
        claim.question
    );
    let signature = data_encoding::BASE64URL_NOPAD.encode(&mac(key, &said).finalize().into_bytes());
    format!("{said}.{signature}")
}

/// What a word says, if it was signed with this key.
pub(super) fn read(key: &[u8; 32], token: &str) -> Option<Claim> {
    let (said, signature) = token.rsplit_once('.')?;
    let signature = data_encoding::BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
    // Compares in constant time.
    mac(key, said).verify_slice(&signature).ok()?;
    let mut parts = said.split('.');
    let (word, ticket, expires_at, question) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    (word == "verify" && parts.next().is_none()).then_some(())?;
    Some(Claim {
        ticket: ticket.parse().ok()?,
        expires_at: Timestamp::from_millis(expires_at.parse().ok()?),
        question: question.parse().ok()?,
    })
}

#[expect(
    clippy::expect_used,
    reason = "HMAC takes keys of any length; 32 bytes cannot be refused"
)]
fn mac(key: &[u8; 32], said: &str) -> Hmac<Sha256> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("a key of any length is taken");
    mac.update(said.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_opens_what_it_was_made_for_and_an_altered_one_nothing() {
        let claim = Claim {
            ticket: 42,
            expires_at: Timestamp::from_millis(1_000),
            question: Id::from_parts(1, &[7; 10]),
        };
        let token = sign(&[1; 32], &claim);
        assert_eq!(read(&[1; 32], &token), Some(claim));
        assert_eq!(read(&[2; 32], &token), None);
        assert_eq!(read(&[1; 32], &token.replacen(".42.", ".43.", 1)), None);
        assert_eq!(read(&[1; 32], ""), None);
    }
}

//! What in a text looks like private data, so that somebody looks before it leaves the desk. Pure, and a hint only: it knows
//! shapes, not meaning, and misses what has none.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a text seems to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[schema(as = HandoverWarning)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// Words that the desk keeps to itself.
    Internal,
    /// A password, token, or key.
    Secret,
    /// A mail address.
    MailAddress,
    /// A telephone number.
    Phone,
    /// The number of an identity card.
    IdentityNumber,
    /// The number of a payment card.
    CardNumber,
    /// A file that cannot be looked into here.
    Unread,
}

impl Warning {
    /// The text that names it.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Internal => "handover-warning-internal",
            Self::Secret => "handover-warning-secret",
            Self::MailAddress => "handover-warning-mail",
            Self::Phone => "handover-warning-phone",
            Self::IdentityNumber => "handover-warning-identity",
            Self::CardNumber => "handover-warning-card",
            Self::Unread => "handover-warning-unread",
        }
    }

    /// Whether somebody must say that they looked.
    #[must_use]
    pub const fn is_grave(self) -> bool {
        !matches!(self, Self::Unread)
    }
}

/// Words before `=` or `:` behind which a secret stands.
const SECRETS: [&str; 9] = [
    "password", "passwd", "pwd", "secret", "token", "api_key", "apikey", "密码", "口令",
];

/// Everything that a text seems to hold.
#[must_use]
pub fn warnings(text: &str) -> Vec<Warning> {
    let mut found = Vec::new();
    if text.lines().any(names_a_secret) || text.contains("-----BEGIN ") {
        found.push(Warning::Secret);
    }
    if text.split(|letter: char| !is_of_address(letter)).any(is_address) {
        found.push(Warning::MailAddress);
    }
    for run in
        text.split(|letter: char| !(letter.is_ascii_digit() || matches!(letter, ' ' | '-' | '+' | 'X' | 'x')))
    {
        found.extend(number(run));
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn names_a_secret(line: &str) -> bool {
    let line = line.to_lowercase();
    let given = |word: &str| {
        line.split(word).skip(1).any(|rest| {
            let rest = rest.trim_start_matches(['"', '\'', ' ']);
            let value = rest.strip_prefix(['=', ':', '：']).unwrap_or_default().trim();
            value.chars().take_while(|letter| !letter.is_whitespace()).count() >= 3
        })
    };
    SECRETS.iter().any(|word| given(word)) || line.contains("authorization: bearer ")
}

fn is_of_address(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '@' | '.' | '_' | '-' | '+' | '%')
}

fn is_address(word: &str) -> bool {
    let word = word.trim_matches('.');
    match word.split_once('@') {
        Some((name, host)) => {
            !name.is_empty()
                && !host.contains('@')
                && host.split('.').count() > 1
                && host.split('.').all(|part| !part.is_empty())
        }
        None => false,
    }
}

/// What a run of digits with gaps seems to be.
fn number(run: &str) -> Option<Warning> {
    let run = run.trim_matches([' ', '-']);
    let compact: String = run
        .chars()
        .filter(|letter| !matches!(letter, ' ' | '-'))
        .collect();
    let digits = compact.bytes().filter(u8::is_ascii_digit).count();
    if compact.len() == 18 && digits >= 17 && is_identity(&compact) {
        return Some(Warning::IdentityNumber);
    }
    if (15..=19).contains(&digits) && digits == compact.len() && is_luhn(&compact) {
        return Some(Warning::CardNumber);
    }
    let is_mobile = compact.len() == 11
        && digits == 11
        && compact.starts_with('1')
        && matches!(compact.as_bytes().get(1), Some(b'3'..=b'9'));
    let is_foreign = compact.starts_with('+') && (9..=15).contains(&digits) && digits + 1 == compact.len();
    (is_mobile || is_foreign).then_some(Warning::Phone)
}

/// GB 11643: weights of the first seventeen digits, the eighteenth is the check.
fn is_identity(text: &str) -> bool {
    const CHECKS: &[u8; 11] = b"10X98765432";
    let bytes = text.to_ascii_uppercase().into_bytes();
    let mut weight = 1_usize;
    let mut sum = 0_usize;
    // 2^(17-i) modulo 11, from the last of the seventeen to the first.
    for byte in bytes.iter().take(17).rev() {
        weight = weight * 2 % 11;
        if !byte.is_ascii_digit() {
            return false;
        }
        sum += usize::from(byte - b'0') * weight;
    }
    bytes.get(17) == CHECKS.get(sum % 11)
}

/// ISO/IEC 7812: the check digit of payment cards.
fn is_luhn(text: &str) -> bool {
    let sum: u32 = text
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.saturating_sub(b'0'));
            match (place % 2, digit * 2) {
                (0, _) => digit,
                (_, double) if double > 9 => double - 9,
                (_, double) => double,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_private_is_named() {
        let of = |text: &str| warnings(text);
        assert_eq!(of("mail li.na@example.test, please"), [Warning::MailAddress]);
        assert_eq!(of("password = hunter2"), [Warning::Secret]);
        assert_eq!(of("密码：abc123"), [Warning::Secret]);
        assert_eq!(of("{\"token\": \"eyJhbGciOi\"}"), [Warning::Secret]);
        assert_eq!(of("call 138 1234 5678"), [Warning::Phone]);
        assert_eq!(of("call +49 30 1234567"), [Warning::Phone]);
        // The examples of GB 11643 and of ISO/IEC 7812 as they are widely printed.
        assert_eq!(of("11010519491231002X"), [Warning::IdentityNumber]);
        assert_eq!(of("4111 1111 1111 1111"), [Warning::CardNumber]);
    }

    #[test]
    fn what_a_log_is_full_of_is_not() {
        for text in [
            "2026-03-02 10:00:00 ERROR ORA-00942 at 0x7fff5694dc58",
            "10.20.30.40:8080 status=500 duration_ms=12034",
            "user clicked Save twice; version 4.2.1 (build 20260301)",
            "the password was wrong",
            "git@ is no address, nor is a @ b",
        ] {
            assert_eq!(warnings(text), [], "{text}");
        }
    }
}

//! Codes that a person and the signer can make, and the web process cannot: one-time codes by the clock (RFC 6238), with a secret
//! that stands in the signer's own folder and in the person's app. Pure.

use data_encoding::BASE32_NOPAD;
use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};

/// A code counts for so long, in milliseconds.
const STEP: i64 = 30_000;
/// The clock of a person may be off by so many steps each way.
const OFF: i64 = 1;
const SECRET_BYTES: usize = 20;

/// A new secret, as it is typed into an app and written into `signer.toml`.
#[must_use]
pub fn new_secret() -> Option<String> {
    let mut bytes = [0; SECRET_BYTES];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(BASE32_NOPAD.encode(&bytes))
}

/// The secret behind what stands in `signer.toml`; none for what is no secret or too short to be one.
#[must_use]
pub fn secret(text: &str) -> Option<Vec<u8>> {
    let plain: String = text
        .chars()
        .filter(|sign| !matches!(sign, ' ' | '-' | '='))
        .collect();
    let bytes = BASE32_NOPAD.decode(plain.to_ascii_uppercase().as_bytes()).ok()?;
    (bytes.len() >= 16).then_some(bytes)
}

/// The step whose code this is, when it is one of now and later than the last that was used.
#[must_use]
pub fn step_of(secret: &[u8], code: &str, now: i64, last: Option<i64>) -> Option<i64> {
    let code: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
    let present = now.div_euclid(STEP);
    (present - OFF..=present + OFF)
        .filter(|step| last.is_none_or(|last| *step > last))
        .find(|step| code_of(secret, *step) == code)
}

/// The six digits of a step.
#[must_use]
pub fn code_of(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let from = usize::from(bytes.last().copied().unwrap_or_default() & 15);
    let number = bytes
        .get(from..from + 4)
        .and_then(|four| four.try_into().ok())
        .map_or(0, u32::from_be_bytes);
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_of(SECRET, seconds / 30), code);
        }
    }

    #[test]
    fn a_code_counts_once_and_for_a_moment() {
        let now = 59_000;
        let step = step_of(SECRET, "287 082", now, None).unwrap();
        assert_eq!(step_of(SECRET, "287082", now, Some(step)), None);
        assert_eq!(step_of(SECRET, "287082", now + 90_000, None), None);
        assert_eq!(step_of(SECRET, "", now, None), None);
        assert_eq!(step_of(SECRET, "287083", now, None), None);
    }

    #[test]
    fn a_secret_reads_back_and_a_short_one_is_none() {
        let text = new_secret().unwrap();
        assert_eq!(secret(&text).unwrap().len(), SECRET_BYTES);
        assert_eq!(
            secret(&format!("{} {}", &text[..4], text[4..].to_lowercase())),
            secret(&text)
        );
        assert_eq!(secret("GEZDGNBV"), None);
        assert_eq!(secret("not base 32!"), None);
    }
}

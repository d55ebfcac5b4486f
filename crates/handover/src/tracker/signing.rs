//! Signatures of webhooks, ours and those of trackers. Pure; comparisons take the same time whatever is compared.
//!
//! Ours is Standard Webhooks 1.0 (https://www.standardwebhooks.com/): HMAC-SHA256 over `id.timestamp.body` in Base64. GitHub and
//! Jira send `sha256=` and the HMAC-SHA256 of the body in hexadecimal; GitLab sends the secret itself.

use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, KeyInit, Mac};
use kernel::error::{Error, Result};
use kernel::time::Timestamp;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const PREFIX: &str = "whsec_";

/// A secret from random bytes, as receivers' libraries expect it.
#[must_use]
pub fn secret(random: &[u8; 32]) -> String {
    format!("{PREFIX}{}", BASE64.encode(random))
}

/// `webhook-timestamp`: seconds of the Unix epoch.
#[must_use]
pub const fn seconds(at: Timestamp) -> i64 {
    at.millis().div_euclid(1_000)
}

/// `webhook-signature` of a message of ours.
///
/// # Errors
/// Internal, when the secret is not one.
pub fn signature(secret: &str, id: &str, seconds: i64, body: &[u8]) -> Result<String> {
    let mac = standard(secret, id, seconds, body)?;
    Ok(format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes())))
}

/// Whether one of the signatures is that of the message.
///
/// # Errors
/// Internal, when the secret is not one.
pub fn is_signed(secret: &str, id: &str, seconds: i64, body: &[u8], signatures: &str) -> Result<bool> {
    let mac = standard(secret, id, seconds, body)?;
    let fits = |given: &str| {
        let bytes = given
            .strip_prefix("v1,")
            .and_then(|text| BASE64.decode(text.as_bytes()).ok());
        bytes.is_some_and(|bytes| mac.clone().verify_slice(&bytes).is_ok())
    };
    Ok(signatures.split(' ').any(fits))
}

fn standard(secret: &str, id: &str, seconds: i64, body: &[u8]) -> Result<Hmac<Sha256>> {
    let key = secret
        .strip_prefix(PREFIX)
        .and_then(|rest| BASE64.decode(rest.as_bytes()).ok())
        .ok_or_else(|| Error::internal("a tracker's secret is damaged"))?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(Error::internal)?;
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    Ok(mac)
}

/// Whether `sha256=…` is the signature of the body under the secret, both as bytes.
#[must_use]
pub fn is_body_signed(secret: &str, body: &[u8], header: &str) -> bool {
    let given = header
        .strip_prefix("sha256=")
        .and_then(|text| HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok());
    let (Some(given), Ok(mut mac)) = (given, Hmac::<Sha256>::new_from_slice(secret.as_bytes())) else {
        return false;
    };
    mac.update(body);
    mac.verify_slice(&given).is_ok()
}

/// Whether two secrets are the same; neither their letters nor how many agree shows in the time it takes.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    let hash = |text: &str| Sha256::digest(text.as_bytes());
    hash(one).as_slice().ct_eq(hash(other).as_slice()).into()
}

/// By which a body is known again.
#[must_use]
pub fn fingerprint(body: &[u8]) -> String {
    HEXLOWER.encode(Sha256::digest(body).as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn a_message_is_signed_as_the_reference_libraries_do_it() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", b"{\"test\": 2432232314}");
        let signed = signature(secret, id, 1_614_265_330, body).unwrap();
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(is_signed(secret, id, 1_614_265_330, body, &format!("v1,AAAA {signed}")).unwrap());
        assert!(!is_signed(secret, id, 1_614_265_331, body, &signed).unwrap());
    }

    /// The example of GitHub's page "Validating webhook deliveries".
    #[test]
    fn a_body_is_checked_as_github_documents_it() {
        let header = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assert!(is_body_signed(
            "It's a Secret to Everybody",
            b"Hello, World!",
            header
        ));
        assert!(!is_body_signed(
            "It's a Secret to Everybody",
            b"Hello, World?",
            header
        ));
        assert!(!is_body_signed("another", b"Hello, World!", header));
        assert!(!is_body_signed(
            "It's a Secret to Everybody",
            b"Hello, World!",
            ""
        ));
        assert!(!is_body_signed(
            "It's a Secret to Everybody",
            b"Hello, World!",
            "sha256="
        ));
    }

    /// The example of Atlassian's page on webhooks.
    #[test]
    fn a_body_is_checked_as_atlassian_documents_it() {
        let header = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9";
        assert!(is_body_signed(
            "It's a Secret to Everybody",
            b"Hello World!",
            header
        ));
    }

    #[test]
    fn only_the_same_secret_is_the_same() {
        assert!(is_same("abc", "abc"));
        assert!(!is_same("abc", "abcd") && !is_same("abc", ""));
    }
}

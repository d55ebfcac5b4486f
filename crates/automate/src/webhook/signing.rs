//! The signature of a message: Standard Webhooks 1.0, symmetric (`v1`): HMAC-SHA256 over `id.timestamp.body`. Pure.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use kernel::error::{Error, Result};
use kernel::time::Timestamp;
use sha2::Sha256;

const PREFIX: &str = "whsec_";

/// A secret from random bytes, as receivers' libraries expect it.
#[must_use]
pub fn secret(random: &[u8; 32]) -> String {
    format!("{PREFIX}{}", BASE64.encode(random))
}

/// Whether a text is such a secret. None is left where a database was read back from an export without secrets.
#[must_use]
pub fn is_secret(text: &str) -> bool {
    key(text).is_some()
}

fn key(secret: &str) -> Option<Vec<u8>> {
    let encoded = secret.strip_prefix(PREFIX)?;
    BASE64
        .decode(encoded.as_bytes())
        .ok()
        .filter(|key| !key.is_empty())
}

/// `v1,` and the signature, one for each secret, with gaps between them.
///
/// # Errors
/// Internal, when a stored secret is not one.
pub fn signatures(secrets: &[&str], id: &str, at: Timestamp, body: &str) -> Result<String> {
    let signed = secrets.iter().map(|secret| signature(secret, id, at, body));
    Ok(signed.collect::<Result<Vec<_>>>()?.join(" "))
}

fn signature(secret: &str, id: &str, at: Timestamp, body: &str) -> Result<String> {
    let key = key(secret).ok_or_else(|| Error::internal("a webhook's secret is damaged"))?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(Error::internal)?;
    mac.update(format!("{id}.{}.{body}", seconds(at)).as_bytes());
    Ok(format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes())))
}

/// `webhook-timestamp`: seconds of the Unix epoch.
#[must_use]
pub const fn seconds(at: Timestamp) -> i64 {
    at.millis().div_euclid(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn a_message_is_signed_as_the_reference_libraries_do_it() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let at = Timestamp::from_millis(1_614_265_330_000);
        let signed = signatures(
            &[secret],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            at,
            "{\"test\": 2432232314}",
        )
        .unwrap();
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_is_no_secret_is_known_as_none() {
        assert!(is_secret(&secret(&[1; 32])));
        for none in ["", "whsec_", "whsec_%", "6a1d7f0e", &secret(&[1; 32])[1..]] {
            assert!(!is_secret(none), "{none}");
        }
    }

    #[test]
    fn while_a_secret_is_exchanged_both_sign() {
        let (old, new) = (secret(&[1; 32]), secret(&[2; 32]));
        let at = Timestamp::from_millis(1_700_000_000_000);
        let both = signatures(&[&new, &old], "msg_1", at, "{}").unwrap();
        let parts: Vec<&str> = both.split(' ').collect();
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[0], signatures(&[&new], "msg_1", at, "{}").unwrap());
        assert_eq!(parts[1], signatures(&[&old], "msg_1", at, "{}").unwrap());
        assert_ne!(parts[0], parts[1]);
    }

    #[test]
    fn each_part_of_a_message_changes_its_signature() {
        let secret = secret(&[7; 32]);
        let at = Timestamp::from_millis(1_700_000_000_000);
        let of = |id: &str, at, body: &str| signatures(&[&secret], id, at, body).unwrap();
        let signed = of("msg_1", at, "{}");
        assert_ne!(signed, of("msg_2", at, "{}"));
        assert_ne!(signed, of("msg_1", at.add_secs(1), "{}"));
        assert_ne!(signed, of("msg_1", at, "{ }"));
    }
}

//! The second factor: time-based one-time passwords (RFC 6238) and recovery codes.
//!
//! A code serves once: the step of the last accepted one is kept (RFC 6238, 5.2). A neighbouring step is accepted,
//! for clocks that are a little off.

use data_encoding::BASE32_NOPAD;
use kernel::db::Tx;
use kernel::event::{self, New};
use kernel::id::UserId;
use kernel::{Cx, Error, Result, Timestamp};
use serde_json::json;

use super::{secret_hash, store};
use crate::{events, role};

const CODES: usize = 10;

/// What a person needs to set up their authenticator.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The secret in base32, for typing in.
    pub secret: String,
    /// The `otpauth://` address, for the QR code.
    pub address: String,
}

/// Makes a new secret, not yet asked for at sign-in.
///
/// # Errors
/// `people.second_factor.already_on` when one is in use.
pub fn enrol(tx: &mut Tx<'_>, cx: &Cx) -> Result<Enrolment> {
    let identity = cx.identity().ok_or_else(Error::unauthenticated)?;
    let found = store::totp(tx, identity.user)?;
    if found.as_ref().is_some_and(|totp| totp.confirmed) {
        return Err(Error::conflict("people.second_factor.already_on"));
    }
    // A page shown again after a wrong code must show the same secret.
    let secret = match found {
        Some(totp) => totp.secret,
        None => {
            let secret = cx.random_bytes::<20>().to_vec();
            store::set_totp(tx, identity.user, Some(secret.clone()), false)?;
            secret
        }
    };
    let secret = BASE32_NOPAD.encode(&secret);
    let account: String = identity
        .email
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    let address =
        format!("otpauth://totp/Mainstay:{account}?secret={secret}&issuer=Mainstay&digits=6&period=30");
    Ok(Enrolment { secret, address })
}

/// Switches the second factor on when the first code is right; answers the recovery codes, shown once.
///
/// # Errors
/// `people.sign_in.code_wrong` on `code`.
pub fn confirm(tx: &mut Tx<'_>, cx: &Cx, code: &str) -> Result<Vec<String>> {
    let user = cx.user_id().ok_or_else(Error::unauthenticated)?;
    tx.lock("people.user", user)?;
    let wrong = || Error::invalid("people.sign_in.code_wrong").field("code");
    let totp = store::totp(tx, user)?
        .filter(|totp| !totp.confirmed)
        .ok_or_else(wrong)?;
    let step = step_of(&totp.secret, code, cx.now()).ok_or_else(wrong)?;
    store::set_totp(tx, user, Some(totp.secret), true)?;
    store::set_totp_step(tx, user, step)?;
    let codes: Vec<String> = (0..CODES).map(|_| recovery_code(cx)).collect();
    let hashes: Vec<String> = codes.iter().map(|code| secret_hash(&plain(code))).collect();
    store::replace_recovery_codes(tx, user, &hashes)?;
    note(tx, cx, user, events::SECOND_FACTOR_ON)?;
    Ok(codes)
}

/// Switches the second factor off: the person themselves with a code, or an administrator.
///
/// # Errors
/// `people.sign_in.code_wrong` on `code`.
pub fn switch_off(tx: &mut Tx<'_>, cx: &Cx, user: UserId, code: &str) -> Result<()> {
    tx.lock("people.user", user)?;
    if cx.user_id() == Some(user) {
        if !accept(tx, user, code, cx.now())? {
            return Err(Error::invalid("people.sign_in.code_wrong").field("code"));
        }
    } else {
        cx.require("people.user.manage")?;
        role::guard_not_above(tx, cx, user)?;
    }
    store::set_totp(tx, user, None, false)?;
    store::replace_recovery_codes(tx, user, &[])?;
    note(tx, cx, user, events::SECOND_FACTOR_OFF)
}

/// Whether a code is right, and not used before. Uses it up.
pub(super) fn accept(tx: &mut Tx<'_>, user: UserId, code: &str, now: Timestamp) -> Result<bool> {
    let Some(totp) = store::totp(tx, user)?.filter(|totp| totp.confirmed) else {
        return Ok(false);
    };
    if let Some(step) = step_of(&totp.secret, code, now) {
        if step <= totp.last_step {
            return Ok(false);
        }
        store::set_totp_step(tx, user, step)?;
        return Ok(true);
    }
    store::take_recovery_code(tx, user, &secret_hash(&plain(code)), now)
}

/// The time step whose code this is, if it is one of the present step or its neighbours.
fn step_of(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    if code.len() != 6 {
        return None;
    }
    let totp = totp_rs::Builder::new()
        .with_secret(secret.to_vec())
        .with_skew(0)
        .build()
        .ok()?;
    let present = now.secs().div_euclid(30);
    // Each step is tried by itself, because the caller must know which one it was.
    [present, present - 1, present + 1]
        .into_iter()
        .find(|step| u64::try_from(step * 30).is_ok_and(|seconds| totp.check(&code, seconds).is_some()))
}

fn recovery_code(cx: &Cx) -> String {
    let text = BASE32_NOPAD.encode(&cx.random_bytes::<10>()).to_lowercase();
    format!(
        "{}-{}-{}-{}",
        &text[0..4],
        &text[4..8],
        &text[8..12],
        &text[12..16]
    )
}

fn plain(code: &str) -> String {
    code.chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_lowercase()
}

fn note(tx: &mut Tx<'_>, cx: &Cx, user: UserId, kind: &'static str) -> Result<()> {
    event::append(
        tx,
        cx,
        New {
            kind,
            subject: format!("user:{user}"),
            data: json!({}),
            personal: None,
        },
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B (SHA-1), last six digits.
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(
                step_of(secret, code, Timestamp::from_secs(seconds)),
                Some(seconds / 30)
            );
        }
        assert_eq!(step_of(secret, "287083", Timestamp::from_secs(59)), None);
        assert_eq!(step_of(secret, "287 082", Timestamp::from_secs(59 + 30)), Some(1));
        assert_eq!(step_of(secret, "287082", Timestamp::from_secs(59 + 90)), None);
    }
}

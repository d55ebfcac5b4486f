//! What in a text, found by the crate `privacy`, somebody looks at before it leaves the desk. Pure, and a hint only.
//!
//! Whatever is warned of goes along only when somebody says that they looked.

use privacy::Kind;
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
}

/// Everything that a text seems to hold.
#[must_use]
pub fn warnings(text: &str) -> Vec<Warning> {
    let mut found: Vec<Warning> = privacy::kinds(text).into_iter().filter_map(warning).collect();
    found.sort_unstable();
    found
}

/// What is warned of. Names of people and machines stand in every log and are no reason to hold one back.
const fn warning(kind: Kind) -> Option<Warning> {
    match kind {
        Kind::Secret => Some(Warning::Secret),
        Kind::MailAddress => Some(Warning::MailAddress),
        Kind::Phone => Some(Warning::Phone),
        Kind::IdentityNumber => Some(Warning::IdentityNumber),
        Kind::CardNumber => Some(Warning::CardNumber),
        Kind::Name | Kind::Host | Kind::Address | Kind::Code => None,
    }
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
    fn what_stands_beside_other_numbers_is_named_all_the_same() {
        for text in [
            "2026-03-09 13812345678 login",
            "uid 5 13812345678",
            "13812345678 13912345678",
            "8613812345678",
            "tel 010-12345678",
            "（0755）1234567",
            "(555) 123-4567",
            "0049 30 1234567",
        ] {
            assert_eq!(warnings(text), [Warning::Phone], "{text}");
        }
        assert_eq!(warnings("id 7 110105 19491231 002X"), [Warning::IdentityNumber]);
        assert_eq!(warnings("paid 12 4111-1111-1111-1111"), [Warning::CardNumber]);
    }

    #[test]
    fn secrets_of_logs_and_command_lines_are_named() {
        for text in [
            "{\"authorization\":\"Bearer abcdef\"}",
            "Authorization: Basic bGk6bmE=",
            "Cookie: JSESSIONID=0A1B2C",
            "mysql --db-password hunter2",
            "passphrase: rock in midstream",
            "他的密码是abc123",
            "key AKIAIOSFODNN7EXAMPLE is used",
            "url?access=ghp_16C7e42F292c6912E7710c838347Ae178B4a",
            "-----BEGIN PRIVATE KEY-----",
        ] {
            assert_eq!(warnings(text), [Warning::Secret], "{text}");
        }
    }

    #[test]
    fn what_a_log_is_full_of_is_not() {
        for text in [
            "2026-03-02 10:00:00 ERROR ORA-00942 at 0x7fff5694dc58",
            "10.20.30.40:8080 status=500 duration_ms=12034",
            "user clicked Save twice; version 4.2.1 (build 20260301)",
            "the password was wrong",
            "git@ is no address, nor is a @ b",
            "密码是错误的，请重试",
            "GET /a 200 512 2048 17",
            "at 1772445600000 took 1234567 12345678 ns",
            "550e8400-e29b-41d4-a716-446655440000",
            "the sk-learn-based-classifier-of-tickets",
        ] {
            assert_eq!(warnings(text), [], "{text}");
        }
    }
}

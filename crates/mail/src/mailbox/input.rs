//! What a person or program says a mailbox should be, and whether that can be.
//!
//! Pure: no database, no network. Whether the servers agree is [`super::check`]'s.

use kernel::error::{Errors, Result};
use kernel::i18n::Locale;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Incoming, Mailbox, MailboxId, Outgoing, Security};

/// A mailbox as the form and the API write it. Passwords are only ever written: an empty one keeps what was there.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct MailboxInput {
    /// What people here call it.
    #[schema(example = "IT support")]
    pub name: String,
    /// Its address.
    #[schema(example = "support@example.com")]
    pub address: String,
    /// The name that readers see beside the address; the name when empty.
    pub display_name: String,
    /// Whether mail is fetched and sent.
    pub enabled: bool,
    /// `en` or `zh-CN`: the language of what is written to strangers.
    #[schema(example = "zh-CN")]
    pub locale: String,
    /// Whose mail it is.
    #[schema(example = "desk")]
    pub purpose: String,
    /// What the owner keeps with it, such as the team; missing keeps what was there.
    pub settings: Option<Value>,
    /// The IMAP server; empty when mail comes by `mail deliver` alone.
    pub imap_host: String,
    /// 993, 143.
    pub imap_port: Option<i64>,
    /// How the connection is protected.
    pub imap_security: Security,
    /// Who signs in.
    pub imap_user: String,
    /// The password; empty keeps the one there is.
    pub imap_password: Option<String>,
    /// The folder that is watched; INBOX when empty.
    pub imap_folder: String,
    /// Where taken mail goes; when empty it stays and is marked as seen.
    pub imap_move_to: String,
    /// How often to look when the server cannot tell by itself: 10 to 3600.
    pub poll_seconds: Option<i64>,
    /// The SMTP server; empty when nothing is sent by this mailbox.
    pub smtp_host: String,
    /// 465, 587, 25.
    pub smtp_port: Option<i64>,
    /// How the connection is protected.
    pub smtp_security: Security,
    /// Who signs in; empty when nobody need.
    pub smtp_user: String,
    /// The password; empty keeps the one there is.
    pub smtp_password: Option<String>,
    /// Certificates (PEM) of the authority that signed the servers' certificates; empty: the system's.
    pub authority: String,
}

const NAME_AT_MOST: usize = 100;
const POLL: std::ops::RangeInclusive<i64> = 10..=3600;

pub(super) fn given(password: &Option<String>) -> Option<&str> {
    password.as_deref().filter(|password| !password.is_empty())
}

impl MailboxInput {
    /// What a mailbox is now, without its passwords, for the form.
    pub fn of(mailbox: &Mailbox) -> Self {
        let (imap, smtp) = (mailbox.imap.as_ref(), mailbox.smtp.as_ref());
        Self {
            name: mailbox.name.clone(),
            address: mailbox.address.clone(),
            display_name: mailbox.display_name.clone(),
            enabled: mailbox.enabled,
            locale: mailbox.locale.tag().to_owned(),
            purpose: mailbox.purpose.clone(),
            settings: Some(mailbox.settings.clone()),
            imap_host: imap.map(|imap| imap.host.clone()).unwrap_or_default(),
            imap_port: imap.map(|imap| i64::from(imap.port)),
            imap_security: imap.map(|imap| imap.security).unwrap_or_default(),
            imap_user: imap.map(|imap| imap.user.clone()).unwrap_or_default(),
            imap_password: None,
            imap_folder: imap.map(|imap| imap.folder.clone()).unwrap_or_default(),
            imap_move_to: imap.and_then(|imap| imap.move_to.clone()).unwrap_or_default(),
            poll_seconds: imap.map(|imap| imap.poll_seconds),
            smtp_host: smtp.map(|smtp| smtp.host.clone()).unwrap_or_default(),
            smtp_port: smtp.map(|smtp| i64::from(smtp.port)),
            smtp_security: smtp.map(|smtp| smtp.security).unwrap_or_default(),
            smtp_user: smtp.map(|smtp| smtp.user.clone()).unwrap_or_default(),
            smtp_password: None,
            authority: mailbox.authority.clone().unwrap_or_default(),
        }
    }
}

/// The mailbox that the input describes, with the sealed passwords of the one before.
pub(super) fn validated(
    input: &MailboxInput,
    id: MailboxId,
    before: Option<&Mailbox>,
    now: Timestamp,
) -> Result<Mailbox> {
    let mut errors = Errors::new();
    let name = input.name.trim();
    if name.is_empty() {
        errors.push("name", "mail.mailbox.name_missing");
    } else if name.chars().count() > NAME_AT_MOST {
        errors.push_with(
            "name",
            "mail.mailbox.name_long",
            vec![("max".to_owned(), NAME_AT_MOST.into())],
        );
    }
    let address = input.address.trim().to_lowercase();
    if !is_address(&address) {
        errors.push("address", "mail.mailbox.address_malformed");
    }
    let locale = Locale::parse(&input.locale);
    if locale.is_none() {
        errors.push("locale", "mail.mailbox.locale_unknown");
    }
    if !is_purpose(&input.purpose) {
        errors.push("purpose", "mail.mailbox.purpose_unknown");
    }
    let imap = incoming(input, before.and_then(|before| before.imap.as_ref()), &mut errors);
    let smtp = outgoing(input, before.and_then(|before| before.smtp.as_ref()), &mut errors);
    let authority = input.authority.trim();
    if !authority.is_empty() && !crate::tls::is_authority(authority) {
        errors.push("authority", "mail.mailbox.authority_malformed");
    }
    errors.finish()?;
    let display_name = Some(input.display_name.trim())
        .filter(|text| !text.is_empty())
        .unwrap_or(name);
    let settings = input
        .settings
        .clone()
        .or_else(|| before.map(|before| before.settings.clone()));
    Ok(Mailbox {
        id,
        name: name.to_owned(),
        address,
        display_name: display_name.to_owned(),
        enabled: input.enabled,
        locale: locale.unwrap_or_default(),
        purpose: input.purpose.clone(),
        settings: settings.unwrap_or_else(|| json!({})),
        imap,
        smtp,
        authority: Some(authority.to_owned()).filter(|text| !text.is_empty()),
        revision: before.map_or(1, |before| before.revision + 1),
        created_at: before.map_or(now, |before| before.created_at),
        updated_at: now,
    })
}

fn incoming(input: &MailboxInput, before: Option<&Incoming>, errors: &mut Errors) -> Option<Incoming> {
    let host = host(&input.imap_host, "imap_host", errors)?;
    let security = input.imap_security;
    let usual = if security == Security::Implicit { 993 } else { 143 };
    let port = port(input.imap_port, usual, "imap_port", errors);
    let user = input.imap_user.trim();
    if user.is_empty() {
        errors.push("imap_user", "mail.mailbox.user_missing");
    }
    let poll_seconds = input.poll_seconds.unwrap_or(60);
    if !POLL.contains(&poll_seconds) {
        errors.push("poll_seconds", "mail.mailbox.poll_out_of_range");
    }
    let folder = or_default(&input.imap_folder, "INBOX");
    let move_to = Some(input.imap_move_to.trim().to_owned()).filter(|text| !text.is_empty());
    if move_to
        .as_deref()
        .is_some_and(|to| to.eq_ignore_ascii_case(&folder))
    {
        errors.push("imap_move_to", "mail.mailbox.moves_to_itself");
    }
    for (field, text) in [
        ("imap_folder", folder.as_str()),
        ("imap_move_to", input.imap_move_to.as_str()),
    ] {
        if text.chars().any(char::is_control) {
            errors.push(field, "mail.mailbox.folder_malformed");
        }
    }
    let kept = kept_password(&host, before.map(|imap| (&imap.host, &imap.password)));
    missing_password(
        kept.as_ref(),
        &input.imap_password,
        true,
        before.is_some(),
        "imap_password",
        errors,
    );
    let user = user.to_owned();
    Some(Incoming {
        host,
        port,
        security,
        user,
        password: kept,
        folder,
        move_to,
        poll_seconds,
    })
}

fn outgoing(input: &MailboxInput, before: Option<&Outgoing>, errors: &mut Errors) -> Option<Outgoing> {
    let host = host(&input.smtp_host, "smtp_host", errors)?;
    let security = input.smtp_security;
    let usual = match security {
        Security::Implicit => 465,
        Security::Starttls => 587,
        Security::None => 25,
    };
    let port = port(input.smtp_port, usual, "smtp_port", errors);
    let user = input.smtp_user.trim().to_owned();
    let kept = kept_password(&host, before.map(|smtp| (&smtp.host, &smtp.password)));
    let needed = !user.is_empty();
    missing_password(
        kept.as_ref(),
        &input.smtp_password,
        needed,
        before.is_some(),
        "smtp_password",
        errors,
    );
    Some(Outgoing {
        host,
        port,
        security,
        user,
        password: kept,
    })
}

/// A stored password is only ever sent to the server it was given for: whoever may change the server's name must not
/// be able to have the password sent to a server of their own.
fn kept_password(host: &str, before: Option<(&String, &Option<String>)>) -> Option<String> {
    before
        .filter(|(known, _)| known.as_str() == host)
        .and_then(|(_, password)| password.clone())
}

fn missing_password(
    kept: Option<&String>,
    typed: &Option<String>,
    needed: bool,
    existed: bool,
    field: &str,
    errors: &mut Errors,
) {
    if needed && kept.is_none() && given(typed).is_none() {
        let code = if existed {
            "mail.mailbox.password_again"
        } else {
            "mail.mailbox.password_missing"
        };
        errors.push(field, code);
    }
    if given(typed).is_some_and(|password| password.contains(['\r', '\n'])) {
        errors.push(field, "mail.mailbox.password_malformed");
    }
}

fn host(text: &str, field: &str, errors: &mut Errors) -> Option<String> {
    let host = text.trim().to_lowercase();
    if host.is_empty() {
        return None;
    }
    // A name, an IPv4 address, or an IPv6 address; no scheme, no port, no path.
    let good = host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte))
        && (!host.contains(':') || host.parse::<std::net::Ipv6Addr>().is_ok());
    if !good {
        errors.push(field, "mail.mailbox.host_malformed");
    }
    Some(host)
}

fn port(typed: Option<i64>, usual: u16, field: &str, errors: &mut Errors) -> u16 {
    let port = typed.map_or(Some(usual), |port| {
        u16::try_from(port).ok().filter(|port| *port > 0)
    });
    if port.is_none() {
        errors.push(field, "mail.mailbox.port_out_of_range");
    }
    port.unwrap_or(usual)
}

fn or_default(text: &str, default: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        default.to_owned()
    } else {
        text.to_owned()
    }
}

fn is_purpose(text: &str) -> bool {
    let known = crate::receiver::purposes();
    let word = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    word && (known.is_empty() || known.contains(&text))
}

fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let clean = |part: &str| !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control());
    clean(local)
        && clean(domain)
        && !local.contains(['<', '>', ',', ';', '"', '@'])
        && !domain.contains(['<', '>', ','])
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::error::Error;

    fn good() -> MailboxInput {
        MailboxInput {
            name: "IT".to_owned(),
            address: "Support@Example.com".to_owned(),
            enabled: true,
            locale: "zh-CN".to_owned(),
            purpose: "desk".to_owned(),
            imap_host: "imap.example.com".to_owned(),
            imap_user: "support".to_owned(),
            imap_password: Some("secret".to_owned()),
            smtp_host: "smtp.example.com".to_owned(),
            smtp_security: Security::Starttls,
            ..MailboxInput::default()
        }
    }

    fn validate(input: &MailboxInput, before: Option<&Mailbox>) -> Result<Mailbox> {
        validated(
            input,
            MailboxId::from_parts(1, &[1; 10]),
            before,
            Timestamp::from_millis(5),
        )
    }

    fn wrong(error: &Error) -> Vec<(&str, &str)> {
        error
            .fields()
            .iter()
            .map(|field| (field.field.as_str(), field.code.as_str()))
            .collect()
    }

    #[test]
    fn what_is_left_empty_gets_its_usual_value() {
        let mailbox = validate(&good(), None).unwrap();
        let imap = mailbox.imap.unwrap();
        assert_eq!(
            (imap.port, imap.folder.as_str(), imap.poll_seconds),
            (993, "INBOX", 60)
        );
        assert_eq!(mailbox.smtp.unwrap().port, 587);
        assert_eq!(
            (mailbox.display_name.as_str(), mailbox.address.as_str()),
            ("IT", "support@example.com")
        );
    }

    #[test]
    fn each_wrong_field_is_named() {
        let input = MailboxInput {
            name: " ".to_owned(),
            address: "support".to_owned(),
            locale: "xx".to_owned(),
            imap_host: "https://imap.example.com".to_owned(),
            imap_port: Some(70_000),
            imap_user: String::new(),
            imap_password: None,
            poll_seconds: Some(1),
            authority: "no certificate".to_owned(),
            ..good()
        };
        let error = validate(&input, None).unwrap_err();
        let fields: Vec<&str> = wrong(&error).iter().map(|(field, _)| *field).collect();
        let all = [
            "name",
            "address",
            "locale",
            "imap_host",
            "imap_port",
            "imap_user",
            "poll_seconds",
            "imap_password",
            "authority",
        ];
        assert_eq!(fields, all);
    }

    #[test]
    fn a_stored_password_is_not_kept_for_another_server() {
        let mut before = validate(&good(), None).unwrap();
        before.imap.as_mut().unwrap().password = Some("sealed".to_owned());
        let same = MailboxInput {
            imap_password: None,
            ..good()
        };
        assert_eq!(
            validate(&same, Some(&before))
                .unwrap()
                .imap
                .unwrap()
                .password
                .as_deref(),
            Some("sealed")
        );
        let other = MailboxInput {
            imap_host: "imap.evil.example".to_owned(),
            ..same
        };
        let error = validate(&other, Some(&before)).unwrap_err();
        assert_eq!(wrong(&error), [("imap_password", "mail.mailbox.password_again")]);
    }
}

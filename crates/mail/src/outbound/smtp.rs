//! Handing a finished message to a mailbox's SMTP server.
//!
//! One recipient at a time: a wrong address among several must not keep the letter from the others, and what was
//! accepted for one must not be sent to them again.

use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransport, Error};
use lettre::{AsyncTransport, Tokio1Executor};

use crate::mailbox::{Mailbox, Security};
use crate::trouble::{Outcome, Trouble};

const PATIENCE: Duration = Duration::from_secs(60);

/// A mailbox's SMTP server.
pub(crate) struct Server {
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

/// What became of a message for one recipient.
#[derive(Debug)]
pub(crate) enum Handed {
    /// The server answers for it now.
    Accepted,
    /// The server will never take it for this recipient.
    Refused(String),
    /// It may take it later; others need not be tried now.
    Later(Trouble),
}

impl Server {
    /// The server of a mailbox; does not connect yet.
    pub(crate) fn of(mailbox: &Mailbox, password: &str) -> Outcome<Self> {
        let Some(smtp) = &mailbox.smtp else {
            return Err(Trouble::new("smtp_missing", "the mailbox has no SMTP server"));
        };
        let tls = match smtp.security {
            Security::Implicit => Tls::Wrapper(parameters(&smtp.host, mailbox.authority.as_deref())?),
            Security::Starttls => Tls::Required(parameters(&smtp.host, mailbox.authority.as_deref())?),
            Security::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host)
            .port(smtp.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if !smtp.user.is_empty() {
            builder = builder
                .credentials(Credentials::new(smtp.user.clone(), password.to_owned()))
                .authentication(vec![Mechanism::Plain, Mechanism::Login]);
        }
        Ok(Self {
            transport: builder.build(),
        })
    }

    /// Connects, signs in, and leaves.
    pub(crate) async fn check(&self) -> Outcome<()> {
        match tokio::time::timeout(PATIENCE, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(Trouble::new("smtp_connect", "the server does not answer")),
            Ok(Err(error)) => Err(trouble(&error)),
            Err(_) => Err(Trouble::new("smtp_timeout", "no answer within a minute")),
        }
    }

    /// Hands a message over for one recipient.
    pub(crate) async fn hand_over(&self, envelope: &Envelope, recipient: &str, raw: &[u8]) -> Handed {
        let Ok(to) = recipient.parse() else {
            return Handed::Refused("not a mail address".to_owned());
        };
        let Ok(envelope) = Envelope::new(envelope.from().cloned(), vec![to]) else {
            return Handed::Refused("not a mail address".to_owned());
        };
        let sent = tokio::time::timeout(PATIENCE * 5, self.transport.send_raw(&envelope, raw)).await;
        match sent {
            Ok(Ok(_)) => Handed::Accepted,
            Ok(Err(error)) if is_final(&error) => Handed::Refused(said(&error)),
            Ok(Err(error)) => Handed::Later(trouble(&error)),
            Err(_) => Handed::Later(Trouble::new("smtp_timeout", "no answer within five minutes")),
        }
    }
}

fn parameters(host: &str, authority: Option<&str>) -> Outcome<TlsParameters> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = authority {
        builder = builder.certificate_store(CertificateStore::None);
        let blocks =
            Certificate::from_pem(pem.as_bytes()).map_err(|error| Trouble::new("tls_authority", error))?;
        builder = builder.add_root_certificate(blocks);
    }
    builder.build().map_err(|error| Trouble::new("tls_setup", error))
}

/// Codes of 5xx that speak of us and our settings, not of the letter: mending the mailbox mends the letter.
const ABOUT_US: [u16; 5] = [530, 534, 535, 538, 523];

fn code(error: &Error) -> Option<u16> {
    error.status().map(u16::from)
}

fn is_final(error: &Error) -> bool {
    error.is_client() || (error.is_permanent() && !code(error).is_some_and(|code| ABOUT_US.contains(&code)))
}

fn trouble(error: &Error) -> Trouble {
    let kind = match code(error) {
        Some(code) if ABOUT_US.contains(&code) => "smtp_login_refused",
        Some(_) => "smtp_refused_for_now",
        None if error.is_tls() || speaks_of_tls(error) => "smtp_tls",
        None if error.is_timeout() => "smtp_timeout",
        None if error.is_client() => "smtp_protocol",
        None => "smtp_connect",
    };
    Trouble::new(kind, said(error))
}

/// A handshake that fails comes as a broken connection; what broke it is further down.
fn speaks_of_tls(error: &Error) -> bool {
    use tokio_rustls::rustls;
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        let inner = cause
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        if cause.is::<rustls::Error>() || inner.is_some_and(|inner| inner.is::<rustls::Error>()) {
            return true;
        }
        next = cause.source();
    }
    false
}

fn said(error: &Error) -> String {
    use std::error::Error as _;
    error
        .source()
        .map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

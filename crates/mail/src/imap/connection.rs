//! Opening a connection to a mailbox's IMAP server, as its settings say and never less protected than that.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use async_imap::error::Error;
use async_imap::{Client, Session};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::mailbox::{Incoming, Mailbox, Security};
use crate::tls;
use crate::trouble::{Outcome, Trouble};

/// A stream of bytes, protected or not.
pub(super) trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Debug> Wire for T {}

/// A signed-in session.
pub(super) type Open = Session<Box<dyn Wire>>;

/// How long a server may take for an answer that is not a whole mail.
const PATIENCE: Duration = Duration::from_secs(60);
const PATIENCE_TO_CONNECT: Duration = Duration::from_secs(20);

/// Waits for a server, but not for ever.
pub(super) async fn within<T>(
    patience: Duration,
    answer: impl Future<Output = Result<T, Error>>,
) -> Outcome<T> {
    match tokio::time::timeout(patience, answer).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(trouble(&error)),
        Err(_) => Err(Trouble::new(
            "imap_timeout",
            format!("no answer within {} s", patience.as_secs()),
        )),
    }
}

/// [`within`] a minute.
pub(super) async fn soon<T>(answer: impl Future<Output = Result<T, Error>>) -> Outcome<T> {
    within(PATIENCE, answer).await
}

fn trouble(error: &Error) -> Trouble {
    match error {
        Error::Io(_) | Error::ConnectionLost => Trouble::new("imap_lost", error),
        Error::No(_) | Error::Bad(_) => Trouble::new("imap_refused", error),
        _ => Trouble::new("imap_protocol", error),
    }
}

/// Connects and signs in.
pub(super) async fn open(mailbox: &Mailbox, imap: &Incoming, password: &str) -> Outcome<Open> {
    let tcp = tcp(imap).await?;
    let client = match imap.security {
        Security::Implicit => greeted(protected(tcp, mailbox, imap).await?).await?,
        Security::Starttls => {
            let mut plain = greeted(tcp).await?;
            let upgraded =
                tokio::time::timeout(PATIENCE, plain.run_command_and_check_ok("STARTTLS", None)).await;
            match upgraded {
                Ok(Ok(())) => Client::new(protected(plain.into_inner(), mailbox, imap).await?),
                Ok(Err(error)) => return Err(Trouble::new("imap_starttls_missing", error)),
                Err(_) => return Err(Trouble::new("imap_timeout", "no answer to STARTTLS")),
            }
        }
        Security::None => greeted(tcp).await?,
    };
    match tokio::time::timeout(PATIENCE, client.login(&imap.user, password)).await {
        Ok(Ok(session)) => Ok(session),
        Ok(Err((Error::No(said) | Error::Bad(said), _))) => Err(Trouble::new("imap_login_refused", said)),
        Ok(Err((error, _))) => Err(trouble(&error)),
        Err(_) => Err(Trouble::new("imap_timeout", "no answer to LOGIN")),
    }
}

async fn tcp(imap: &Incoming) -> Outcome<Box<dyn Wire>> {
    let connecting = TcpStream::connect((imap.host.as_str(), imap.port));
    let stream = match tokio::time::timeout(PATIENCE_TO_CONNECT, connecting).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Err(Trouble::new("imap_connect", error)),
        Err(_) => return Err(Trouble::new("imap_connect", "no answer within 20 s")),
    };
    // Commands are small and each waits for its answer.
    stream
        .set_nodelay(true)
        .map_err(|error| Trouble::new("imap_connect", error))?;
    Ok(Box::new(stream))
}

async fn protected(wire: Box<dyn Wire>, mailbox: &Mailbox, imap: &Incoming) -> Outcome<Box<dyn Wire>> {
    let config = tls::client_config(mailbox.authority.as_deref())?;
    let name = ServerName::try_from(imap.host.clone()).map_err(|error| Trouble::new("imap_tls", error))?;
    let shaking = TlsConnector::from(config).connect(name, wire);
    match tokio::time::timeout(PATIENCE_TO_CONNECT, shaking).await {
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        Ok(Err(error)) => Err(Trouble::new("imap_tls", error)),
        Err(_) => Err(Trouble::new("imap_tls", "no handshake within 20 s")),
    }
}

async fn greeted(wire: Box<dyn Wire>) -> Outcome<Client<Box<dyn Wire>>> {
    let mut client = Client::new(wire);
    match tokio::time::timeout(PATIENCE, client.read_response()).await {
        Ok(Ok(Some(_))) => Ok(client),
        Ok(Ok(None)) => Err(Trouble::new(
            "imap_lost",
            "the server closed the connection without a word",
        )),
        Ok(Err(error)) => Err(Trouble::new("imap_protocol", error)),
        Err(_) => Err(Trouble::new("imap_timeout", "no greeting")),
    }
}

/// Connects, signs in, opens the folder, and leaves: what the settings page tries.
pub(crate) async fn check(mailbox: &Mailbox, password: &str) -> Outcome<()> {
    let Some(imap) = &mailbox.imap else {
        return Err(Trouble::new("imap_missing", "no server is named"));
    };
    let mut session = open(mailbox, imap, password).await?;
    let folder = soon(session.examine(&imap.folder)).await;
    // Whether the server says good-bye is of no interest.
    let _farewell = soon(session.logout()).await;
    match folder {
        Ok(_) => Ok(()),
        Err(trouble) if trouble.code == "imap_refused" => {
            Err(Trouble::new("imap_folder_missing", trouble.detail))
        }
        Err(trouble) => Err(trouble),
    }
}

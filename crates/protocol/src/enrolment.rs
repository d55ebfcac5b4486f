//! The enrolment document: what a device needs to find its server and to trust it.
//!
//! The file is a [`Signed`] document, signed by one of the server keys that it names. That protects against a careless
//! or partial change, not against a forger who signs with a key of his own: who hands out the file vouches for it, which is
//! why the agent shows the fingerprint of the keys and the installer compares it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::key::PublicKey;
use crate::signed::{Broken, Signable, Signed};

/// How many servers or keys a document may name.
const LISTED_MOST: usize = 16;
/// How long an address may be.
const ADDRESS_MOST: usize = 512;
/// How long a token may be.
const TOKEN_MOST: usize = 256;
/// How long the certificate of a private authority may be.
const AUTHORITY_MOST: usize = 32 * 1024;

/// How long the root of trust for updates may be.
const UPDATE_ROOT_MOST: usize = 64 * 1024;

/// What a device is given so that it can enrol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The version of the protocol that wrote it.
    pub version: u16,
    /// Where servers answer: `wss://host/…`; `ws://` only on the machine itself.
    pub servers: Vec<String>,
    /// The keys by which servers prove themselves.
    pub server_keys: Vec<PublicKey>,
    /// The keys whose grants the device obeys.
    pub signer_keys: Vec<PublicKey>,
    /// The certificate of a private authority as PEM, where the server's certificate comes from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// The root of trust for updates of the agent itself, as TUF writes it (`root.json`); absent where the server has no releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_root: Option<String>,
    /// What admits the device, once or a few times.
    pub token: String,
    /// Until when the token counts, in milliseconds.
    pub expires_at: i64,
}

impl Signable for Document {
    const CONTEXT: &'static str = "mainstay-enrolment";
}

/// Why an enrolment document is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is not signed by a key that it names itself.
    Signature(Broken),
    /// It was written for a newer agent.
    Version,
    /// It names no server, or too many.
    Servers,
    /// A server's address is neither `wss://` nor `ws://` on the machine itself.
    Address,
    /// It names no key of a server or signer, too many, or one key for both.
    Keys,
    /// The certificate is not PEM or too long.
    Authority,
    /// The root of trust for updates is no JSON object or too long.
    UpdateRoot,
    /// The token is empty or too long.
    Token,
    /// Its time is over.
    Expired,
}

impl fmt::Display for Unfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature(why) => write!(out, "the enrolment document is not genuine: {why}"),
            Self::Version => out.write_str("the enrolment document was written for a newer agent"),
            Self::Servers => out.write_str("the enrolment document names no server, or too many"),
            Self::Address => {
                out.write_str("a server's address must begin with wss://; ws:// only on this machine")
            }
            Self::Keys => out.write_str(
                "the enrolment document needs keys of servers and of a signer, and no key for both",
            ),
            Self::Authority => out.write_str("the certificate in the enrolment document is not PEM"),
            Self::UpdateRoot => out
                .write_str("the root of trust for updates in the enrolment document is not one, or too long"),
            Self::Token => out.write_str("the token in the enrolment document is empty or too long"),
            Self::Expired => out.write_str("the enrolment document has expired; fetch a new one"),
        }
    }
}

impl std::error::Error for Unfit {}

/// Opens a document and sees whether it may be followed now.
pub fn open(file: &Signed<Document>, now: i64) -> Result<Document, Unfit> {
    let document = open_kept(file)?;
    if document.expires_at <= now {
        return Err(Unfit::Expired);
    }
    Ok(document)
}

/// Opens the document of a device that has enrolled: its token may be long over, its keys and servers still count.
pub fn open_kept(file: &Signed<Document>) -> Result<Document, Unfit> {
    let document = file.open(&[file.key]).map_err(Unfit::Signature)?;
    if !document.server_keys.contains(&file.key) {
        return Err(Unfit::Signature(Broken::Untrusted));
    }
    fits(&document)?;
    Ok(document)
}

/// Whether everything in a document is as it must be, its time aside. Servers ask this before they sign one.
pub fn fits(document: &Document) -> Result<(), Unfit> {
    if document.version > crate::VERSION {
        return Err(Unfit::Version);
    }
    if document.servers.is_empty() || document.servers.len() > LISTED_MOST {
        return Err(Unfit::Servers);
    }
    if !document.servers.iter().all(|server| address_fits(server)) {
        return Err(Unfit::Address);
    }
    let listed = 1..=LISTED_MOST;
    let apart = document
        .server_keys
        .iter()
        .all(|key| !document.signer_keys.contains(key));
    if !listed.contains(&document.server_keys.len())
        || !listed.contains(&document.signer_keys.len())
        || !apart
    {
        return Err(Unfit::Keys);
    }
    if let Some(pem) = &document.authority
        && (pem.len() > AUTHORITY_MOST || !pem.trim_start().starts_with("-----BEGIN CERTIFICATE-----"))
    {
        return Err(Unfit::Authority);
    }
    if let Some(root) = &document.update_root
        && !(root.len() <= UPDATE_ROOT_MOST && is_object(root))
    {
        return Err(Unfit::UpdateRoot);
    }
    if document.token.is_empty() || document.token.len() > TOKEN_MOST {
        return Err(Unfit::Token);
    }
    Ok(())
}

/// Whether a text is an object of JSON. Whether it is a root of trust is seen by whoever follows it.
fn is_object(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| value.is_object())
}

/// Whether an agent may knock at this address.
pub fn address_fits(address: &str) -> bool {
    // A backslash ends the host for some readers and not for others; signs beyond ASCII can look like others.
    if address.len() > ADDRESS_MOST
        || !address
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    {
        return false;
    }
    let Some((scheme, rest)) = address.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // A name before an @ would make the true host look like another one.
    if authority.is_empty() || authority.contains('@') {
        return false;
    }
    match scheme {
        "wss" => true,
        "ws" => on_this_machine(authority),
        _ => false,
    }
}

/// Whether host and port name the machine itself.
fn on_this_machine(authority: &str) -> bool {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').unwrap_or_default(),
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let port_fits = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|port| port.parse::<u16>().is_ok());
    port_fits && is_loopback(host)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

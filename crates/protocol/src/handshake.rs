//! How agent and server prove themselves: who signs what.
//!
//! Hello carries the agent's nonce and key. The server answers with its own nonce, key, and time, all signed together with
//! what the agent said. The agent sees that the key is pinned, and signs both nonces and the server's key. So each signature
//! is bound to this one greeting and to the other side: none can be used again elsewhere.

use data_encoding::BASE64URL_NOPAD;
use ring::rand::{SecureRandom, SystemRandom};

use crate::key::{KeyError, KeyPair, PublicKey, Signature};

/// The purpose of a server's signature.
pub const SERVER: &str = "mainstay-link-server";
/// The purpose of an agent's signature.
pub const AGENT: &str = "mainstay-link-agent";

/// A new nonce: 32 random bytes as base64url.
pub fn nonce() -> Result<String, KeyError> {
    let mut bytes = [0; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| KeyError::Random)?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

/// Whether a nonce of the other side is one: 32 bytes as base64url.
pub fn is_nonce(text: &str) -> bool {
    text.len() == 43 && BASE64URL_NOPAD.decode(text.as_bytes()).is_ok()
}

/// What both sides know after the Challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// The nonce of the Hello.
    pub agent_nonce: String,
    /// The key of the Hello.
    pub agent: PublicKey,
    /// The nonce of the Challenge.
    pub server_nonce: String,
    /// The key of the Challenge.
    pub server: PublicKey,
    /// The time in the Challenge, in milliseconds.
    pub at: i64,
}

impl Greeting {
    /// The signature for the Challenge.
    pub fn sign_as_server(&self, key: &KeyPair) -> Signature {
        key.sign(SERVER, &self.words())
    }

    /// The signature for the Proof.
    pub fn sign_as_agent(&self, key: &KeyPair) -> Signature {
        key.sign(AGENT, &self.words())
    }

    /// Whether the server holds the key that it named, and the key is pinned.
    pub fn server_is_proved(&self, pinned: &[PublicKey], signature: &Signature) -> bool {
        self.is_whole()
            && pinned.contains(&self.server)
            && self.server.verify(SERVER, &self.words(), signature)
    }

    /// Whether the agent holds the key that it named.
    pub fn agent_is_proved(&self, signature: &Signature) -> bool {
        self.is_whole() && self.agent.verify(AGENT, &self.words(), signature)
    }

    /// Whether both nonces are nonces, and the two sides are not one.
    fn is_whole(&self) -> bool {
        is_nonce(&self.agent_nonce) && is_nonce(&self.server_nonce) && self.agent != self.server
    }

    /// Everything said so far, each part of fixed length (see [`is_nonce`]).
    fn words(&self) -> Vec<u8> {
        let mut words = Vec::with_capacity(160);
        words.extend_from_slice(self.agent_nonce.as_bytes());
        words.extend_from_slice(self.agent.as_bytes());
        words.extend_from_slice(self.server_nonce.as_bytes());
        words.extend_from_slice(self.server.as_bytes());
        words.extend_from_slice(&self.at.to_be_bytes());
        words
    }
}

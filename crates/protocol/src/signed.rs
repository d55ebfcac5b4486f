//! Something signed: the JSON exactly as it was signed, the key, and the signature.
//!
//! The payload travels as text and is never written anew, so there is no question which of several spellings was signed.
//! It is read only after the signature was found good.

use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::key::{KeyPair, PublicKey, Signature};

/// How many bytes a signed payload may have.
pub const PAYLOAD_MOST: usize = 64 * 1024;

/// What may be signed, and the purpose that its signatures carry.
pub trait Signable: Serialize + DeserializeOwned {
    /// The purpose: unlike that of anything else that is signed.
    const CONTEXT: &'static str;
}

/// A payload, who signed it, and the signature.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Signed<T> {
    /// The JSON that was signed, verbatim.
    pub payload: String,
    /// The key that signed it.
    pub key: PublicKey,
    /// The signature over purpose and payload.
    pub signature: Signature,
    #[serde(skip)]
    of: PhantomData<fn() -> T>,
}

/// Why something signed was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// It is signed by a key that is not trusted here.
    Untrusted,
    /// The signature does not fit.
    Signature,
    /// It is larger than anything honest.
    Large,
    /// The signature is good, but the payload cannot be read.
    Payload,
}

impl fmt::Display for Broken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Untrusted => "signed by a key that is not trusted here",
            Self::Signature => "the signature does not fit",
            Self::Large => "larger than allowed",
            Self::Payload => "signed, but not readable by this version",
        })
    }
}

impl std::error::Error for Broken {}

impl<T: Signable> Signed<T> {
    /// Signs a value.
    pub fn sign(key: &KeyPair, value: &T) -> Result<Self, serde_json::Error> {
        let payload = serde_json::to_string(value)?;
        let signature = key.sign(T::CONTEXT, payload.as_bytes());
        Ok(Self {
            payload,
            key: key.public(),
            signature,
            of: PhantomData,
        })
    }

    /// The value, if one of the trusted keys signed it.
    pub fn open(&self, trusted: &[PublicKey]) -> Result<T, Broken> {
        if self.payload.len() > PAYLOAD_MOST {
            return Err(Broken::Large);
        }
        if !trusted.contains(&self.key) {
            return Err(Broken::Untrusted);
        }
        if !self
            .key
            .verify(T::CONTEXT, self.payload.as_bytes(), &self.signature)
        {
            return Err(Broken::Signature);
        }
        // Serde would also take the fields as a list, by their order alone.
        if !self.payload.starts_with('{') {
            return Err(Broken::Payload);
        }
        serde_json::from_str(&self.payload).map_err(|_| Broken::Payload)
    }
}

impl<T> Clone for Signed<T> {
    fn clone(&self) -> Self {
        Self {
            payload: self.payload.clone(),
            key: self.key,
            signature: self.signature,
            of: PhantomData,
        }
    }
}

impl<T> PartialEq for Signed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.payload == other.payload && self.key == other.key && self.signature == other.signature
    }
}

impl<T> fmt::Debug for Signed<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Signed")
            .field("payload", &self.payload)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

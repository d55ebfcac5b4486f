//! Typed identifiers: UUIDv7 (RFC 9562), shown as 26 characters of Crockford base32.
//!
//! `Id<User>` and `Id<Team>` are different types, so a person cannot be passed where a team is meant. Ids sort by the
//! time they were made. Tickets and their articles are not named by these: their numbers are their keys.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::error::Error;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 26;

/// The identifier of a `T`.
pub struct Id<T> {
    uuid: Uuid,
    of: PhantomData<fn() -> T>,
}

/// A person; `people` owns the record, every slice may name one.
#[derive(Debug)]
pub enum User {}
/// A team; `people` owns the record.
#[derive(Debug)]
pub enum Team {}
/// A person's identifier.
pub type UserId = Id<User>;
/// A team's identifier.
pub type TeamId = Id<Team>;

impl<T> Id<T> {
    /// Takes over a UUID.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self {
            uuid,
            of: PhantomData,
        }
    }

    /// An id from its time (milliseconds of the Unix epoch) and ten random bytes, as UUIDv7 lays it out.
    pub fn from_parts(millis: u64, random: &[u8; 10]) -> Self {
        Self::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, random).into_uuid())
    }

    /// The bare UUID.
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut number = self.uuid.as_u128();
        let mut text = [0_u8; LENGTH];
        for place in text.iter_mut().rev() {
            *place = ALPHABET[(number & 31) as usize];
            number >>= 5;
        }
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<T> FromStr for Id<T> {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = || Error::invalid("kernel.id.malformed");
        if text.len() != LENGTH {
            return Err(bad());
        }
        let mut number: u128 = 0;
        for (place, byte) in text.bytes().enumerate() {
            let byte = byte.to_ascii_lowercase();
            let digit = ALPHABET
                .iter()
                .position(|letter| *letter == byte)
                .ok_or_else(bad)?;
            // 26 letters hold 130 bits: the first may only carry three.
            if place == 0 && digit > 7 {
                return Err(bad());
            }
            number = (number << 5) | digit as u128;
        }
        Ok(Self::from_uuid(Uuid::from_u128(number)))
    }
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_shows() {
        for seed in 0..200_u8 {
            let id: Id<User> = Id::from_parts(1_700_000_000_000 + u64::from(seed), &[seed; 10]);
            assert_eq!(id.to_string().len(), LENGTH);
            assert_eq!(id.to_string().parse::<Id<User>>().unwrap(), id);
            assert_eq!(id.to_string().to_uppercase().parse::<Id<User>>().unwrap(), id);
        }
    }

    #[test]
    fn text_that_is_no_id_is_refused() {
        for text in [
            "",
            "abc",
            "zzzzzzzzzzzzzzzzzzzzzzzzzz",
            "0000000000000000000000000u",
            "00000000000000000000000000é",
        ] {
            assert!(text.parse::<Id<User>>().is_err(), "{text}");
        }
    }

    #[test]
    fn later_ids_sort_after_earlier_ones_as_text_too() {
        let early: Id<User> = Id::from_parts(1_700_000_000_000, &[255; 10]);
        let late: Id<User> = Id::from_parts(1_700_000_000_001, &[0; 10]);
        assert!(early < late && early.to_string() < late.to_string());
    }
}

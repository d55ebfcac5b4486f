//! How events are hashed into a seal: SHA-256 over an encoding that can be read in one way only.
//!
//! Each text goes in with its length before it, each number as eight bytes, so that no two different logs have the
//! same encoding. The transaction id is left out: it changes when a database is moved. This format is a contract; a
//! changed one would make all older seals look broken.

use sha2::{Digest as _, Sha256};

use super::Seal;
use super::store::Sealable;

/// The hash before the first block.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// The hash of a personal part, kept in the event; the salt goes with the part when it is erased.
pub fn personal(salt: &str, data: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(salt.as_bytes());
    hasher.update(data.as_bytes());
    hex(&hasher.finalize())
}

/// The hash of a block: its place in the chain, the range it covers, and every event in it.
pub struct Block {
    hasher: Sha256,
}

impl Block {
    /// Begins with what the block says of itself; its `hash` is not looked at.
    pub fn begin(seal: &Seal) -> Self {
        let mut block = Self {
            hasher: Sha256::new(),
        };
        block.text(&seal.previous);
        for number in [
            seal.block,
            seal.from_seq,
            seal.to_seq,
            seal.count,
            seal.at.millis(),
        ] {
            block.number(number);
        }
        block
    }

    /// Takes in the next event of the range.
    pub fn event(&mut self, event: &Sealable) {
        self.number(event.seq);
        self.number(event.at);
        for text in [
            &event.actor,
            &event.via,
            &event.request,
            &event.subject,
            &event.kind,
            &event.data,
        ] {
            self.text(text);
        }
        match &event.personal_hash {
            None => self.number(0),
            Some(hash) => {
                self.number(1);
                self.text(hash);
            }
        }
    }

    /// The hash as hexadecimal digits.
    pub fn finish(self) -> String {
        hex(&self.hasher.finalize())
    }

    fn number(&mut self, number: i64) {
        self.hasher.update(number.to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        self.hasher.update((text.len() as u64).to_be_bytes());
        self.hasher.update(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn hash_of(subject: &str, kind: &str) -> String {
        let seal = Seal {
            block: 1,
            from_seq: 1,
            to_seq: 1,
            count: 1,
            previous: GENESIS.to_owned(),
            hash: String::new(),
            at: Timestamp::from_millis(0),
        };
        let mut block = Block::begin(&seal);
        block.event(&Sealable {
            seq: 1,
            at: 1_700_000_000_000,
            actor: "user:a".to_owned(),
            via: "page".to_owned(),
            request: "r".to_owned(),
            subject: subject.to_owned(),
            kind: kind.to_owned(),
            data: "{}".to_owned(),
            personal_hash: None,
            personal: None,
        });
        block.finish()
    }

    #[test]
    fn text_moved_from_one_field_to_the_next_changes_the_hash() {
        assert_ne!(hash_of("ticket:1", "opened"), hash_of("ticket:", "1opened"));
    }

    #[test]
    fn the_format_of_the_seal_stays_as_it_was() {
        // Computed by a program of its own from the description above.
        let expected = "4275196238a4adf18c381a63c779adb07a9edf379759988b7c70ea3927818753";
        assert_eq!(hash_of("ticket:1", "desk.ticket.opened"), expected);
    }
}

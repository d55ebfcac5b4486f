//! The few pieces of cryptography that the services ask for, each by its plain name. Pure.
//!
//! SHA-1 is here because WeCom signs with it; nothing of ours does. Signatures are compared in constant time.

use aes::Aes256;
use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use kernel::error::{Error, Result};
use ring::digest;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const BLOCK: usize = 16;

/// Whether two signatures are the same; takes as long whether they are or not.
#[must_use]
pub fn same(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

/// HMAC-SHA256.
///
/// # Errors
/// Never in practice: a key of any length is taken.
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> Result<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(Error::internal)?;
    mac.update(message);
    Ok(mac.finalize().into_bytes().to_vec())
}

/// SHA-256 of pieces one after another, in lower-case hexadecimal.
#[must_use]
pub fn sha256_hex(pieces: &[&[u8]]) -> String {
    HEXLOWER.encode(&sha256(pieces))
}

/// SHA-256 of pieces one after another.
#[must_use]
pub fn sha256(pieces: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for piece in pieces {
        hash.update(piece);
    }
    hash.finalize().into()
}

/// SHA-1 in lower-case hexadecimal.
#[must_use]
pub fn sha1_hex(message: &[u8]) -> String {
    HEXLOWER.encode(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, message).as_ref())
}

/// Base64, or nothing when it is none.
#[must_use]
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text.trim().as_bytes()).ok()
}

/// Opens AES-256-CBC whose padding says its length in each of its bytes, up to `most`. Nothing when it does not fit.
///
/// PKCS#7 for the cipher's own block is `most` 16; WeCom pads to 32.
#[must_use]
pub fn open_cbc(key: &[u8; 32], iv: &[u8; BLOCK], sealed: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut plain = cbc::Decryptor::<Aes256>::new(key.into(), iv.into())
        .decrypt_padded_vec::<NoPadding>(sealed)
        .ok()?;
    let padding = usize::from(*plain.last()?);
    let rest = plain.len().checked_sub(padding)?;
    let is_whole =
        (1..=most).contains(&padding) && plain[rest..].iter().all(|byte| usize::from(*byte) == padding);
    plain.truncate(rest);
    is_whole.then_some(plain)
}

/// Seals with AES-256-CBC, padded to whole pieces of `most` bytes (a multiple of the cipher's block, up to 240).
#[must_use]
pub fn seal_cbc(key: &[u8; 32], iv: &[u8; BLOCK], plain: &[u8], most: usize) -> Vec<u8> {
    let padding = most - plain.len() % most;
    let mut padded = plain.to_vec();
    padded.resize(plain.len() + padding, u8::try_from(padding).unwrap_or(0));
    cbc::Encryptor::<Aes256>::new(key.into(), iv.into()).encrypt_padded_vec::<NoPadding>(&padded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_and_with_no_other() {
        let (key, iv) = ([7; 32], [9; 16]);
        for length in [0, 1, 15, 16, 31, 32, 33, 200] {
            let plain = vec![b'x'; length];
            for most in [16, 32] {
                let sealed = seal_cbc(&key, &iv, &plain, most);
                assert_eq!(sealed.len() % most, 0);
                assert_eq!(open_cbc(&key, &iv, &sealed, most).as_deref(), Some(&plain[..]));
                assert_ne!(
                    open_cbc(&[8; 32], &iv, &sealed, most).as_deref(),
                    Some(&plain[..])
                );
            }
        }
    }

    #[test]
    fn padding_is_checked_byte_by_byte() {
        let (key, iv) = ([7; 32], [9; 16]);
        let block = |last: [u8; 5]| {
            let mut plain = b"hello world".to_vec();
            plain.extend(last);
            cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into()).encrypt_padded_vec::<NoPadding>(&plain)
        };
        assert!(open_cbc(&key, &iv, &block([5; 5]), 16).is_some());
        assert!(open_cbc(&key, &iv, &block([5, 5, 5, 4, 5]), 16).is_none());
        assert!(open_cbc(&key, &iv, &block([0; 5]), 16).is_none());
        assert!(open_cbc(&key, &iv, b"short", 16).is_none());
        assert!(open_cbc(&key, &iv, b"", 16).is_none());
    }

    /// The vectors of FIPS 180 and RFC 4231 (case 2).
    #[test]
    fn the_sums_are_those_of_the_standards() {
        assert_eq!(sha1_hex(b"abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(
            sha256_hex(&[b"a", b"bc"]),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        let mac = hmac_sha256(b"Jefe", b"what do ya want for nothing?").unwrap();
        assert_eq!(
            HEXLOWER.encode(&mac),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}

//! The hash of a section: SHA-256 over its items as canonical JSON.
//!
//! Canonical means: items in the order of their keys, values in the order of their names, no blanks, whole numbers without
//! a point. The items must be clean.

use data_encoding::HEXLOWER;
use ring::digest::{Context, SHA256};

use super::Item;

/// The hash of clean items, in hexadecimal.
pub fn hash(items: &[Item]) -> String {
    let mut order: Vec<&Item> = items.iter().collect();
    order.sort_by(|one, two| one.key.cmp(&two.key));
    let mut sum = Context::new(&SHA256);
    for item in order {
        // An item of texts, numbers, and truths can always be written; the newline keeps items apart.
        sum.update(&serde_json::to_vec(item).unwrap_or_default());
        sum.update(b"\n");
    }
    HEXLOWER.encode(sum.finish().as_ref())
}

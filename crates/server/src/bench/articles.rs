//! Articles in the measured index: fifty thousand beside the tickets, as a department has after years.
//!
//! They are put into the index itself, not into tables: what is measured is finding them among tickets, and the server that is
//! asked takes the index as it lies in the folder. They look as the articles of `knowledge` look there.

use kernel::Result;
use kernel::search::Document;
use kernel::time::Timestamp;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::words::{self, Tongue};
use crate::house::House;

/// English and Chinese, as `knowledge::searching` names them.
const KINDS: [&str; 2] = ["article_en", "article_zh"];
/// Published for everybody who signs in.
const RIGHT: &str = "knowledge:everyone";
const AT_ONCE: usize = 1_000;
const FIRST: usize = 1_000;

/// Puts so many articles into the index, half of them Chinese.
pub fn add(house: &House, count: usize) -> Result<()> {
    let search = &house.kernel.search;
    let mut random = StdRng::seed_from_u64(5);
    let mut documents = Vec::with_capacity(AT_ONCE);
    for number in 1..=count {
        let is_chinese = number.is_multiple_of(2);
        let tongue = if is_chinese {
            Tongue::Chinese
        } else {
            Tongue::English
        };
        // No article holds the rare word: the first of very many does not.
        let title = words::title(&mut random, tongue, 1, usize::MAX);
        let parts: Vec<String> = (0..4).map(|_| words::body(&mut random, tongue)).collect();
        documents.push(Document {
            kind: KINDS[usize::from(is_chinese)].to_owned(),
            // Beyond those that come with the house.
            key: format!("KB-{}", FIRST + number),
            title,
            body: parts.join("\n\n"),
            rights: vec![RIGHT.to_owned()],
            time: Timestamp::from_millis(0),
            weight: 1.2,
            ..Document::default()
        });
        if documents.len() == AT_ONCE || number == count {
            search.upsert(std::mem::take(&mut documents))?;
        }
    }
    search.commit()
}

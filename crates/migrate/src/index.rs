//! Rows of one file found by a key of another: the articles of a ticket, the files of an article.
//!
//! One walk over the files keeps for each key where its rows stand, a few bytes a row; the rows themselves are read again when
//! they are asked for. So an export that is larger than the memory can be put together.

use std::collections::HashMap;

use kernel::error::Result;
use serde_json::Value;

use crate::folder::{Folder, Listed};
use crate::objects::{self, Objects};
use crate::record::Place;
use crate::refusal::Refusal;

/// Where rows stand.
pub struct Index {
    files: Vec<Listed>,
    spots: HashMap<String, Vec<Spot>>,
    key: fn(&Value) -> Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spot {
    file: usize,
    row: u64,
    spot: (u64, u64),
}

impl Index {
    /// Walks over the files of this name; what cannot be read in them goes to `refuse`.
    pub fn of(
        folder: &Folder,
        name: &str,
        key: fn(&Value) -> Option<String>,
        refuse: &mut dyn FnMut(Refusal),
    ) -> Result<Index> {
        let files = folder.files(name)?;
        let mut spots: HashMap<String, Vec<Spot>> = HashMap::new();
        for (file, listed) in files.iter().enumerate() {
            for object in Objects::open(listed)? {
                match object.value {
                    Ok(value) => {
                        if let Some(key) = key(&value) {
                            spots.entry(key).or_default().push(Spot {
                                file,
                                row: object.place.row,
                                spot: object.spot,
                            });
                        }
                    }
                    Err(wrong) => refuse(wrong.at(&object.place, "")),
                }
            }
        }
        Ok(Index { files, spots, key })
    }

    /// The rows of a key, in the order of the files.
    pub fn rows(&self, key: &str) -> Result<Vec<(Place, Value)>> {
        let mut rows = Vec::new();
        let spots = self.spots.get(key).map_or(&[][..], Vec::as_slice);
        // Rows of one page stand behind each other; the page is read once.
        for page in spots.chunk_by(|one, next| (one.file, one.spot) == (next.file, next.spot)) {
            let listed = &self.files[page[0].file];
            let mine = objects::again(listed, page[0].spot)?
                .into_iter()
                .filter(|value| (self.key)(value).as_deref() == Some(key));
            for (spot, value) in page.iter().zip(mine) {
                let (file, row) = (listed.name.clone(), spot.row);
                rows.push((Place { file, row }, value));
            }
        }
        Ok(rows)
    }
}

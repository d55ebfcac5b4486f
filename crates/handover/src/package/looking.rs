//! Looks into text files for private data before they go along. Only the beginning of short ones is read, and not many: what is
//! not looked into is said to be unread.

use std::collections::BTreeMap;

use kernel::Kernel;
use kernel::cx::Cx;
use kernel::error::Result;
use kernel::file::Files;

use super::picking::{self, Offer};
use super::privacy::{self, Warning};

/// Bytes of a file that is looked into.
const BYTES_MOST: i64 = 1024 * 1024;
/// Files of one ticket that are looked into.
const FILES_MOST: usize = 30;

/// What the text files among some offers seem to hold, by hash.
pub async fn warnings(files: &Files, offers: &[Offer]) -> BTreeMap<String, Vec<Warning>> {
    let mut seen = BTreeMap::new();
    let text_files = offers.iter().filter(|offer| offer.is_text_file());
    for (place, offer) in text_files.enumerate() {
        let Some(hash) = offer.hash.clone() else { continue };
        if place >= FILES_MOST || offer.size > BYTES_MOST {
            seen.insert(hash, vec![Warning::Unread]);
            continue;
        }
        let found = match files.get(&hash).await {
            Ok(content) => privacy::warnings(&String::from_utf8_lossy(&content)),
            // A file that cannot be read now cannot be judged either.
            Err(_) => vec![Warning::Unread],
        };
        seen.insert(hash, found);
    }
    seen
}

/// The same for what was chosen of a ticket.
///
/// # Errors
/// Not found, also when it is not for the reader's eyes.
pub async fn at_ticket(
    kernel: &Kernel,
    cx: &Cx,
    number: i64,
    chosen: &[String],
) -> Result<BTreeMap<String, Vec<Warning>>> {
    let (cx, chosen) = (cx.clone(), chosen.to_vec());
    let basis = kernel.db.read(move |tx| picking::basis(tx, &cx, number)).await?;
    let wanted: Vec<Offer> = basis
        .offers
        .into_iter()
        .filter(|offer| chosen.contains(&offer.source))
        .collect();
    Ok(warnings(&kernel.files, &wanted).await)
}

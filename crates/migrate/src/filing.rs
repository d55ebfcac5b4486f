//! The bytes of attachments into the store of files, before the ticket is written that names them.

use desk::ticket::NewAttachment;
use futures::stream;
use kernel::error::{Error, Result};
use kernel::{Kernel, error};
use tokio::io::AsyncReadExt as _;

use crate::map::MissingFiles;
use crate::record::{Content, File, Ticket};
use crate::refusal::{Read, wrong};
use crate::writing::Stored;

/// As for attachments of mail: what the other desk took is taken.
const FILE_MAX: u64 = 1 << 30;
const PIECE: usize = 1 << 16;

/// Whether every file is there, or may be missing.
pub fn check(ticket: &Ticket, missing: MissingFiles) -> Read<()> {
    let lost = crate::note::lost(ticket).next();
    match (lost, missing) {
        (Some(file), MissingFiles::Refuse) => Err(lost_file(file)),
        _ => Ok(()),
    }
}

fn lost_file(file: &File) -> crate::refusal::Wrong {
    let path = match &file.content {
        Content::Lost(path) => path.as_str(),
        _ => "",
    };
    wrong("attachment", &file.name, "migrate.attachment_missing").arg("path", path)
}

/// Stores the files of a ticket: those of the report, then those of each article by its time.
pub async fn store(kernel: &Kernel, ticket: &Ticket) -> Result<Stored> {
    let mut articles: Vec<&crate::record::Article> = ticket.articles.iter().collect();
    articles.sort_by_key(|article| article.at);
    let mut stored = Vec::with_capacity(articles.len() + 1);
    stored.push(all(kernel, &ticket.body_files).await?);
    for article in articles {
        stored.push(all(kernel, &article.files).await?);
    }
    Ok(stored)
}

async fn all(kernel: &Kernel, files: &[File]) -> Result<Vec<NewAttachment>> {
    let mut stored = Vec::new();
    for file in files {
        let put = match &file.content {
            Content::Lost(_) => continue,
            Content::Held(bytes) => kernel.files.put(bytes.clone(), FILE_MAX).await?,
            Content::At(path) => {
                let opened = tokio::fs::File::open(path).await.map_err(Error::internal)?;
                kernel.files.put_stream(pieces(opened), FILE_MAX).await?
            }
        };
        stored.push(NewAttachment {
            hash: put.hash,
            name: name(&file.name),
            media_type: media_type(&file.media_type),
            size: put.size,
            content_id: file.content_id.clone(),
        });
    }
    Ok(stored)
}

fn pieces(
    file: tokio::fs::File,
) -> impl futures::Stream<Item = error::Result<bytes::Bytes, std::io::Error>> + Send {
    stream::try_unfold(file, |mut file| async move {
        let mut piece = bytes::BytesMut::with_capacity(PIECE);
        let read = file.read_buf(&mut piece).await?;
        Ok((read > 0).then(|| (piece.freeze(), file)))
    })
}

/// A name without a path or control characters: it comes from outside and ends in somebody's downloads.
fn name(given: &str) -> String {
    let base = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = base
        .chars()
        .filter(|letter| !letter.is_control())
        .take(255)
        .collect();
    let name = name.trim().trim_start_matches('.');
    if name.is_empty() {
        "file".to_owned()
    } else {
        name.to_owned()
    }
}

/// Types are shown and sent on; what does not look like one is bytes.
fn media_type(given: &str) -> String {
    let plain = given.split(';').next().unwrap_or_default().trim().to_lowercase();
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "/+-._".contains(letter);
    if plain.len() <= 100 && plain.contains('/') && plain.chars().all(fits) {
        plain
    } else {
        "application/octet-stream".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_types_from_outside_are_made_harmless() {
        assert_eq!(name("..\\..\\a/.htaccess"), "htaccess");
        assert_eq!(name("\u{7}"), "file");
        assert_eq!(media_type("Text/HTML; charset=x"), "text/html");
        assert_eq!(media_type("<script>"), "application/octet-stream");
    }
}

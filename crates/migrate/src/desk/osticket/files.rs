//! The files of an entry: in the database piece by piece, or on the disk under their key.

use bytes::Bytes;
use data_encoding::BASE64;

use super::super::{Failed, elsewhere};
use super::Reader;
use crate::field::{flag, needed, text};
use crate::record::{Content, File};
use crate::refusal::wrong;

impl Reader<'_> {
    pub(super) fn files(&self, entry: &str, reference: &str) -> std::result::Result<Vec<File>, Failed> {
        let mut files = Vec::new();
        for (hung_at, hung) in self.hung.rows(entry)? {
            let own = elsewhere(needed(&hung, "file_id"), &hung_at, reference)?;
            let found = self.files.rows(&own)?;
            let unknown = || wrong("file_id", &own, "migrate.row_unknown").arg("file", "ost_file");
            let (_, file) = elsewhere(found.first().ok_or_else(unknown), &hung_at, reference)?;
            let key = text(file, "key").unwrap_or_default();
            let name = text(&hung, "name").or_else(|| text(file, "name"));
            files.push(File {
                name: name.unwrap_or_default(),
                media_type: text(file, "type").unwrap_or_default(),
                content_id: flag(&hung, "inline").then(|| key.clone()),
                content: self.content(&own, &key, reference)?,
            });
        }
        Ok(files)
    }

    /// In the database piece by piece, or on the disk.
    fn content(&self, own: &str, key: &str, reference: &str) -> std::result::Result<Content, Failed> {
        let mut pieces = self.chunks.rows(own)?;
        if pieces.is_empty() {
            let first: String = key.chars().take(1).collect();
            let way = ["attachments", first.as_str(), key];
            return Ok(match self.folder.find(&way) {
                Some(found) => Content::At(found.path),
                None => Content::Lost(format!("ost_file_chunk, {}", way.join("/"))),
            });
        }
        pieces.sort_by_key(|(_, piece)| text(piece, "chunk_id").and_then(|place| place.parse::<u64>().ok()));
        let mut bytes = Vec::new();
        for (at, piece) in pieces {
            let coded: Vec<u8> = needed(&piece, "filedata")
                .map(|text| text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect())
                .map_err(|wrong| Failed::Elsewhere(wrong.at(&at, reference)))?;
            let decoded = BASE64.decode(&coded);
            let damaged = || wrong("filedata", "", "migrate.base64_broken");
            bytes.extend(elsewhere(decoded.map_err(|_| damaged()), &at, reference)?);
        }
        Ok(Content::Held(Bytes::from(bytes)))
    }
}

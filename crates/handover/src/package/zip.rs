//! A ZIP archive of a few files in memory (APPNOTE.TXT 6.3.10, without ZIP64): deflated, names in UTF-8, all of one fixed day, so
//! that the same content gives the same bytes. Pure.

use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use kernel::error::{Error, Result};

/// 1 January 1980, the first day the format knows.
const DAY: u16 = 0x0021;
const VERSION: u16 = 20;
/// Names are UTF-8.
const FLAGS: u16 = 0x0800;
const DEFLATED: u16 = 8;

/// A file to be packed.
#[derive(Debug)]
pub struct Entry {
    /// Its path inside.
    pub name: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// What both headers of a file say of it.
struct Common {
    crc: u32,
    packed: u32,
    size: u32,
    name: u16,
}

impl Common {
    fn write(&self, to: &mut Vec<u8>) {
        for word in [FLAGS, DEFLATED, 0, DAY] {
            to.extend(word.to_le_bytes());
        }
        for number in [self.crc, self.packed, self.size] {
            to.extend(number.to_le_bytes());
        }
        to.extend(self.name.to_le_bytes());
    }
}

/// Packs files; names are taken as they are.
///
/// # Errors
/// Too large when the format cannot hold it.
pub fn pack(entries: &[Entry]) -> Result<Vec<u8>> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let mut crc = Crc::new();
        crc.update(&entry.content);
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&entry.content).map_err(Error::internal)?;
        let packed = encoder.finish().map_err(Error::internal)?;
        let offset = fits(archive.len())?;
        let common = Common {
            crc: crc.sum(),
            packed: fits(packed.len())?,
            size: fits(entry.content.len())?,
            name: u16::try_from(entry.name.len()).map_err(|_| too_large())?,
        };
        archive.extend(b"PK\x03\x04");
        archive.extend(VERSION.to_le_bytes());
        common.write(&mut archive);
        archive.extend(0_u16.to_le_bytes());
        archive.extend(entry.name.as_bytes());
        archive.extend(&packed);
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(VERSION.to_le_bytes());
        common.write(&mut directory);
        // Extra field, comment, disk, and both kinds of attributes: none.
        directory.extend([0; 12]);
        directory.extend(offset.to_le_bytes());
        directory.extend(entry.name.as_bytes());
    }
    let (start, length) = (fits(archive.len())?, fits(directory.len())?);
    let count = u16::try_from(entries.len()).map_err(|_| too_large())?;
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend(count.to_le_bytes());
    archive.extend(count.to_le_bytes());
    archive.extend(length.to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend(0_u16.to_le_bytes());
    Ok(archive)
}

fn fits(length: usize) -> Result<u32> {
    u32::try_from(length).map_err(|_| too_large())
}

fn too_large() -> Error {
    Error::too_large("handover.package.too_large")
}

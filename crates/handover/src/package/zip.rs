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

/// An archive that is being made, one file after the other.
#[derive(Debug, Default)]
pub struct Archive {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
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

impl Archive {
    /// Packs a file; its name is taken as it is. The quick way: evidence is mostly pictures and archives, which get no smaller.
    ///
    /// # Errors
    /// Too large when the format cannot hold it.
    pub fn add(&mut self, name: &str, content: &[u8]) -> Result<()> {
        let mut crc = Crc::new();
        crc.update(content);
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).map_err(Error::internal)?;
        let packed = encoder.finish().map_err(Error::internal)?;
        let offset = fits(self.bytes.len())?;
        let common = Common {
            crc: crc.sum(),
            packed: fits(packed.len())?,
            size: fits(content.len())?,
            name: u16::try_from(name.len()).map_err(|_| too_large())?,
        };
        self.count = self.count.checked_add(1).ok_or_else(too_large)?;
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(VERSION.to_le_bytes());
        common.write(&mut self.bytes);
        self.bytes.extend(0_u16.to_le_bytes());
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(&packed);
        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(VERSION.to_le_bytes());
        common.write(&mut self.directory);
        // Extra field, comment, disk, and both kinds of attributes: none.
        self.directory.extend([0; 12]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        Ok(())
    }

    /// The whole archive.
    ///
    /// # Errors
    /// Too large when the format cannot hold it.
    pub fn finish(self) -> Result<Vec<u8>> {
        let (start, length) = (fits(self.bytes.len())?, fits(self.directory.len())?);
        let mut archive = self.bytes;
        archive.extend(self.directory);
        archive.extend(b"PK\x05\x06\0\0\0\0");
        archive.extend(self.count.to_le_bytes());
        archive.extend(self.count.to_le_bytes());
        archive.extend(length.to_le_bytes());
        archive.extend(start.to_le_bytes());
        archive.extend(0_u16.to_le_bytes());
        Ok(archive)
    }
}

fn fits(length: usize) -> Result<u32> {
    u32::try_from(length).map_err(|_| too_large())
}

fn too_large() -> Error {
    Error::too_large("handover.package.too_large")
}

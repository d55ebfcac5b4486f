//! Reading an export through, before anything is touched.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use data_encoding::HEXLOWER;
use kernel::error::{Error, Kind, Result};
use kernel::keeping::{FileSum, Program};
use sha2::{Digest as _, Sha256};

use super::layout::{self, FileAt};
use super::{Checked, fitting, lines};
use crate::format::{MANIFEST, Manifest};
use crate::row;

/// A manifest is a few hundred lines; more than this is none.
const LARGEST_MANIFEST: u64 = 16 << 20;

/// See the module's text.
pub fn check(folder: &Path, program: &Program) -> Result<Checked> {
    let manifest = manifest(folder)?;
    let tables = fitting::check(program, &manifest)?;
    layout::check(folder, &manifest)?;
    let mut row_bytes = 0;
    for part in &manifest.tables {
        let columns = tables
            .iter()
            .find(|table| table.name == part.name)
            .map(|table| table.columns.as_slice());
        let columns = columns.unwrap_or_default();
        row_bytes += lines::each_line(folder, &part.part, |number, line| {
            let read = row::read(columns, line);
            read.map(drop)
                .map_err(|broken| lines::refused(&part.part.file, number, broken))
        })?;
    }
    for part in &manifest.nested {
        lines::each_line(folder, part, |number, line| {
            let object: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_slice(line);
            let why = |error: serde_json::Error| row::Broken::NotAnObject(error.to_string());
            object
                .map(drop)
                .map_err(|error| lines::refused(&part.file, number, why(error)))
        })?;
    }
    files(folder, &manifest)?;
    Ok(Checked {
        manifest,
        row_bytes,
        folder: folder.to_owned(),
    })
}

fn manifest(folder: &Path) -> Result<Manifest> {
    let not_one = |error: std::io::Error| {
        Error::new(Kind::NotFound, "exchange.not_one")
            .arg("folder", folder.display().to_string())
            .caused_by(error)
    };
    fs::symlink_metadata(folder.join(MANIFEST)).map_err(not_one)?;
    let path = layout::require(folder, MANIFEST, false)?;
    let mut content = Vec::new();
    let file = File::open(path).map_err(|error| layout::unreadable(MANIFEST, error))?;
    let read = file.take(LARGEST_MANIFEST + 1).read_to_end(&mut content);
    read.map_err(|error| layout::unreadable(MANIFEST, error))?;
    let broken = |why: String| {
        Error::invalid("exchange.manifest_broken")
            .arg("file", MANIFEST)
            .arg("why", layout::shown(&why))
    };
    if content.len() as u64 > LARGEST_MANIFEST {
        return Err(broken("> 16 MiB".to_owned()));
    }
    serde_json::from_slice(&content).map_err(|error| broken(error.to_string()))
}

/// Every stored file against its name, and all of them together against the manifest.
fn files(folder: &Path, manifest: &Manifest) -> Result<()> {
    let mut found = FileSum::default();
    layout::each_file(folder, |file| {
        if hash_of(&file)? != file.hash {
            return Err(Error::invalid("exchange.file_differs").arg("file", file.hash.as_str()));
        }
        found.count += 1;
        found.bytes += file.size;
        Ok(())
    })?;
    if found == manifest.files {
        Ok(())
    } else {
        Err(Error::invalid("exchange.files_differ")
            .arg("wanted", manifest.files.count)
            .arg("found", found.count))
    }
}

fn hash_of(file: &FileAt) -> Result<String> {
    let unreadable = |error: std::io::Error| layout::unreadable(&file.hash, error);
    let mut input = File::open(&file.path).map_err(unreadable)?;
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0_u8; 1 << 18]);
    loop {
        let read = input.read(&mut buffer).map_err(unreadable)?;
        if read == 0 {
            return Ok(HEXLOWER.encode(&hasher.finalize()));
        }
        hasher.update(&buffer[..read]);
    }
}

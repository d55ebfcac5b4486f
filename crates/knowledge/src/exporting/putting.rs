//! Where an export goes: a folder, or a ZIP.

use std::collections::HashSet;
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use kernel::error::{Error, Result};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Takes the files of an export. Paths are ours: relative, without `..`.
pub trait Put: Send {
    /// Writes one.
    fn put(&mut self, path: &str, content: &[u8]) -> Result<()>;
}

/// A folder.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// A folder that does not exist yet, or is empty.
    ///
    /// # Errors
    /// When something lies in it, or it cannot be made.
    pub fn new(path: PathBuf) -> Result<Self> {
        std::fs::create_dir_all(&path).map_err(|error| unwritable(&path, &error))?;
        let is_empty = std::fs::read_dir(&path)
            .map_err(|error| unwritable(&path, &error))?
            .next()
            .is_none();
        if !is_empty {
            return Err(
                Error::conflict("knowledge.export_folder_full").arg("folder", path.display().to_string())
            );
        }
        Ok(Self(path))
    }
}

fn unwritable(path: &std::path::Path, error: &std::io::Error) -> Error {
    Error::invalid("knowledge.export_unwritable")
        .arg("file", path.display().to_string())
        .arg("why", error.to_string())
}

impl Put for Folder {
    fn put(&mut self, path: &str, content: &[u8]) -> Result<()> {
        let whole = self.0.join(path);
        if let Some(folder) = whole.parent() {
            std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        }
        std::fs::write(&whole, content).map_err(|error| unwritable(&whole, &error))
    }
}

/// A ZIP in a temporary file.
pub struct Zip {
    writer: ZipWriter<File>,
    names: HashSet<String>,
}

impl Zip {
    /// An empty one in a file.
    pub fn new(file: File) -> Self {
        Self {
            writer: ZipWriter::new(file),
            names: HashSet::new(),
        }
    }

    /// Ends it; the file is read from its start.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> Result<File> {
        use std::io::Seek as _;
        let mut file = self.writer.finish().map_err(Error::internal)?;
        file.rewind().map_err(Error::internal)?;
        Ok(file)
    }
}

impl std::fmt::Debug for Zip {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Zip({} files)", self.names.len())
    }
}

impl Put for Zip {
    fn put(&mut self, path: &str, content: &[u8]) -> Result<()> {
        if !self.names.insert(path.to_owned()) {
            return Ok(());
        }
        let options = SimpleFileOptions::default().large_file(content.len() > 1 << 30);
        self.writer.start_file(path, options).map_err(Error::internal)?;
        self.writer.write_all(content).map_err(Error::internal)
    }
}

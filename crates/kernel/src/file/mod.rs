//! Files people hand in and raw mail, kept under the SHA-256 of their content.
//!
//! The same content is stored once. A file is on the disk for good (written beside its place, flushed, moved,
//! the folder flushed) before `put` answers, so that what was acknowledged survives a power cut. Nothing here
//! knows who may read a file or what it is called: the rows that refer to a hash do.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Location;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};

use crate::error::Kind;
use crate::i18n::{Locale, format_size};
use crate::{Error, Result, Timestamp};

mod storing;

/// Content that is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256 in 64 lower-case hexadecimal digits; the name of the file.
    pub hash: String,
    pub size: i64,
}

/// A stored file as the clean-up sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub hash: String,
    pub size: i64,
    pub modified: Timestamp,
}

/// The content of a file, piece by piece.
pub struct Content {
    pub size: i64,
    pub stream: BoxStream<'static, Result<Bytes>>,
}

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
}

impl std::fmt::Debug for Files {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Files({})", self.store)
    }
}

impl Files {
    /// Opens the store in a local folder, creating it when needed.
    pub fn local(folder: impl AsRef<Path>) -> Result<Files> {
        let folder = folder.as_ref();
        crate::private::make_folder(folder).map_err(unavailable)?;
        // Without this object_store answers before the content is on the disk.
        let store = LocalFileSystem::new_with_prefix(folder)
            .map_err(unavailable)?
            .with_fsync(true);
        Ok(Files::over(Arc::new(store)))
    }

    /// Opens the store over any object store that is durable when it answers, such as S3.
    pub fn over(store: Arc<dyn ObjectStore>) -> Files {
        Files { store }
    }

    /// Stores content that is in memory. More than `limit` bytes is `kernel.file.too_large`.
    pub async fn put(&self, content: impl Into<Bytes>, limit: u64) -> Result<Stored> {
        let content = content.into();
        storing::check_size(content.len() as u64, limit)?;
        storing::store_whole(&self.store, content).await
    }

    /// Stores what a stream brings, holding a few megabytes of it at a time. Stops reading at the limit.
    pub async fn put_stream<S, E>(&self, content: S, limit: u64) -> Result<Stored>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        storing::store_stream(&self.store, content, limit).await
    }

    /// The whole content, checked against its hash.
    pub async fn get(&self, hash: &str) -> Result<Bytes> {
        let location = location_of(hash)?;
        let found = self.store.get(&location).await.map_err(store_error)?;
        let content = found.bytes().await.map_err(store_error)?;
        if hash_of(content.clone()).await? != hash {
            tracing::error!(hash, "a stored file does not match its hash");
            return Err(Error::unavailable("kernel.file.damaged"));
        }
        Ok(content)
    }

    /// The content piece by piece, for sending it on; not checked against its hash.
    pub async fn get_stream(&self, hash: &str) -> Result<Content> {
        let location = location_of(hash)?;
        let found = self.store.get(&location).await.map_err(store_error)?;
        let size = signed(found.meta.size);
        Ok(Content {
            size,
            stream: found.into_stream().map_err(store_error).boxed(),
        })
    }

    /// Some bytes of the content piece by piece, for players that begin in the middle. The size is that of the part.
    pub async fn get_part(&self, hash: &str, part: std::ops::Range<u64>) -> Result<Content> {
        let location = location_of(hash)?;
        let options = GetOptions {
            range: Some(GetRange::Bounded(part)),
            ..GetOptions::default()
        };
        let found = self
            .store
            .get_opts(&location, options)
            .await
            .map_err(store_error)?;
        let size = signed(found.range.end.saturating_sub(found.range.start));
        Ok(Content {
            size,
            stream: found.into_stream().map_err(store_error).boxed(),
        })
    }

    /// Whether the content is stored.
    pub async fn exists(&self, hash: &str) -> Result<bool> {
        match self.store.head(&location_of(hash)?).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Removes content; fine when it is gone already. Only for the clean-up, which knows that no row refers to it.
    pub async fn delete(&self, hash: &str) -> Result<()> {
        match self.store.delete(&location_of(hash)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Every stored file, in no order.
    pub fn list(&self) -> BoxStream<'static, Result<Listed>> {
        self.store
            .list(None)
            .try_filter_map(|entry| async move {
                let name = entry.location.filename().unwrap_or_default();
                let listed = is_hash(name).then(|| Listed {
                    hash: name.to_owned(),
                    size: signed(entry.size),
                    modified: Timestamp::from_millis(entry.last_modified.timestamp_millis()),
                });
                Ok(listed)
            })
            .map_err(unavailable)
            .boxed()
    }

    /// Removes what uploads left behind that were cut off before `before`; returns how many there were.
    pub async fn remove_abandoned(&self, before: Timestamp) -> Result<usize> {
        storing::remove_abandoned(&self.store, before).await
    }
}

/// Two folder levels of 256 keep each folder small with millions of files.
fn location_of(hash: &str) -> Result<Location> {
    if !is_hash(hash) {
        return Err(Error::invalid("kernel.file.hash_malformed"));
    }
    Ok(Location::from_iter([&hash[..2], &hash[2..4], hash]))
}

/// Only such names ever become a path, which is why no name can lead out of the folder.
pub(crate) fn is_hash(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Hashing megabytes takes tens of milliseconds, too long for a thread that serves many requests.
async fn hash_of(content: Bytes) -> Result<String> {
    const SHORT: usize = 256 * 1024;
    let hash = |content: &Bytes| hexadecimal(Sha256::digest(content).as_slice());
    if content.len() <= SHORT {
        return Ok(hash(&content));
    }
    tokio::task::spawn_blocking(move || hash(&content))
        .await
        .map_err(Error::internal)
}

fn hexadecimal(digest: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(digest)
}

fn signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

fn too_large(limit: u64) -> Error {
    Error::too_large("kernel.file.too_large").arg("max", format_size(limit, Locale::En))
}

fn store_error(error: object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { .. } => Error::new(Kind::NotFound, "kernel.file.not_found"),
        error => unavailable(error),
    }
}

/// A full disk, a missing folder, no permission: nothing was stored and trying again may help.
fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::unavailable("kernel.file.unavailable").caused_by(source)
}

#[cfg(test)]
mod tests;

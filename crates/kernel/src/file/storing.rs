//! Writing content: small things at once, large ones in pieces to a place of their own that becomes the file
//! only when all of it is there and its hash is known.

use std::pin::pin;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt, TryStreamExt};
use object_store::path::Path as Location;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};

use super::{Stored, hash_of, hexadecimal, location_of, signed, too_large, unavailable};
use crate::{Error, Result, Timestamp};

/// What is not larger is kept in memory until its hash is known. S3 wants pieces of at least this size.
const PIECE: usize = 5 * 1024 * 1024;
const INCOMING: &str = "incoming";

pub(super) fn check_size(size: u64, limit: u64) -> Result<()> {
    if size > limit {
        Err(too_large(limit))
    } else {
        Ok(())
    }
}

pub(super) async fn store_whole(store: &Arc<dyn ObjectStore>, content: Bytes) -> Result<Stored> {
    let hash = hash_of(content.clone()).await?;
    let size = content.len() as u64;
    let location = location_of(&hash)?;
    if !is_stored(store, &location, size).await? {
        store.put(&location, content.into()).await.map_err(unavailable)?;
    }
    Ok(Stored {
        hash,
        size: signed(size),
    })
}

pub(super) async fn store_stream<S, E>(store: &Arc<dyn ObjectStore>, content: S, limit: u64) -> Result<Stored>
where
    S: Stream<Item = Result<Bytes, E>> + Send,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut content = pin!(content);
    let mut piece = BytesMut::new();
    let mut size = 0;
    let mut upload: Option<Upload> = None;
    while let Some(part) = content.next().await {
        let step = match part {
            Ok(part) => take(store, &mut upload, &mut piece, &mut size, part, limit).await,
            Err(source) => Err(Error::invalid("kernel.file.interrupted").caused_by(source)),
        };
        if let Err(error) = step {
            abandon(upload).await;
            return Err(error);
        }
    }
    match upload {
        None => store_whole(store, piece.freeze()).await,
        Some(upload) => upload.finish(store, piece.freeze(), size).await,
    }
}

pub(super) async fn remove_abandoned(store: &Arc<dyn ObjectStore>, before: Timestamp) -> Result<usize> {
    let mut removed = 0;
    let mut entries = store.list(Some(&Location::from(INCOMING)));
    while let Some(entry) = entries.try_next().await.map_err(unavailable)? {
        if entry.last_modified.timestamp_millis() < before.millis() {
            store.delete(&entry.location).await.map_err(unavailable)?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// A large upload on its way.
struct Upload {
    parts: Box<dyn MultipartUpload>,
    place: Location,
    hasher: Sha256,
}

async fn take(
    store: &Arc<dyn ObjectStore>,
    upload: &mut Option<Upload>,
    piece: &mut BytesMut,
    size: &mut u64,
    part: Bytes,
    limit: u64,
) -> Result<()> {
    *size += part.len() as u64;
    check_size(*size, limit)?;
    piece.extend_from_slice(&part);
    if piece.len() >= PIECE {
        let under_way = match upload.take() {
            Some(under_way) => under_way,
            None => Upload::begin(store).await?,
        };
        upload.insert(under_way).write(piece.split().freeze()).await?;
    }
    Ok(())
}

async fn abandon(upload: Option<Upload>) {
    if let Some(mut upload) = upload
        && let Err(error) = upload.parts.abort().await
    {
        tracing::warn!(%error, "an interrupted upload could not be removed; the clean-up will");
    }
}

impl Upload {
    async fn begin(store: &Arc<dyn ObjectStore>) -> Result<Upload> {
        // A name nobody else has, seen by nobody: not one of the identities that `Cx` gives out.
        let place = Location::from_iter([INCOMING, &uuid::Uuid::now_v7().simple().to_string()]);
        let parts = store.put_multipart(&place).await.map_err(unavailable)?;
        Ok(Upload {
            parts,
            place,
            hasher: Sha256::new(),
        })
    }

    async fn write(&mut self, piece: Bytes) -> Result<()> {
        let mut hasher = std::mem::take(&mut self.hasher);
        let hashed = piece.clone();
        let hashing = tokio::task::spawn_blocking(move || {
            hasher.update(&hashed);
            hasher
        });
        self.parts.put_part(piece.into()).await.map_err(unavailable)?;
        self.hasher = hashing.await.map_err(Error::internal)?;
        Ok(())
    }

    async fn finish(mut self, store: &Arc<dyn ObjectStore>, rest: Bytes, size: u64) -> Result<Stored> {
        let written = if rest.is_empty() {
            Ok(())
        } else {
            self.write(rest).await
        };
        if let Err(error) = written {
            abandon(Some(self)).await;
            return Err(error);
        }
        self.parts.complete().await.map_err(unavailable)?;
        let hash = hexadecimal(self.hasher.finalize().as_slice());
        let location = location_of(&hash)?;
        if is_stored(store, &location, size).await? {
            store.delete(&self.place).await.map_err(unavailable)?;
        } else {
            store.rename(&self.place, &location).await.map_err(unavailable)?;
        }
        Ok(Stored {
            hash,
            size: signed(size),
        })
    }
}

/// A file of another size under this name was damaged by the disk, and is written anew.
async fn is_stored(store: &Arc<dyn ObjectStore>, location: &Location, size: u64) -> Result<bool> {
    match store.head(location).await {
        Ok(found) => Ok(found.size == size),
        Err(object_store::Error::NotFound { .. }) => Ok(false),
        Err(error) => Err(unavailable(error)),
    }
}

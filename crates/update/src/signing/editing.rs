//! Making a repository, adding programs to it, and signing it anew.

use super::keys::{ROLES, SigningKey, sources};
use super::{Lifetime, Trouble, make_folder, roots, write_whole};
use crate::bundle::BUNDLE_MOST;
use crate::platform::Platform;
use crate::release::{Version, target};
use crate::repository::{self, Expired, Loaded, Metadata, metadata_folder, root_name};
use crate::verifying::Fault;
use std::collections::HashMap;
use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use tough::editor::RepositoryEditor;
use tough::editor::signed::SignedRepository;
use tough::schema::{RoleType, Root, Target};
use tough::{Repository, TargetName};

/// What a bundle needs beside its program.
const ROOM: u64 = 1024 * 1024;

/// A program that is to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// For which platform.
    pub platform: Platform,
    /// Where it lies.
    pub file: PathBuf,
}

/// Makes the keys and an empty repository.
///
/// # Errors
/// When there is one already, or a file cannot be written.
pub async fn init(folder: &Path, keys: &Path, lifetime: Lifetime) -> Result<(), Trouble> {
    let metadata = metadata_folder(folder);
    if metadata.join(root_name(1)).exists() {
        return Err(Trouble::Exists(metadata.join(root_name(1))));
    }
    make_folder(&metadata)?;
    let mut made = HashMap::new();
    for role in ROLES {
        made.insert(role, SigningKey::make(keys, role)?);
    }
    roots::write(folder, NonZeroU64::MIN, &made, None, lifetime)?;
    let editor = RepositoryEditor::new(metadata.join(root_name(1)))
        .await
        .map_err(signing)?;
    publish(folder, keys, editor, NonZeroU64::MIN, lifetime).await
}

/// Adds the programs of a version, and signs the list.
///
/// # Errors
/// When the repository is not in order, a file cannot be read, or the version is there with other content.
pub async fn add(
    folder: &Path,
    keys: &Path,
    version: &Version,
    wanted: &[Wanted],
    lifetime: Lifetime,
) -> Result<(), Trouble> {
    let (mut editor, number, known) = begin(folder).await?;
    for one in wanted {
        let name = target(version, one.platform);
        let length = fs::metadata(&one.file)
            .map_err(|error| Trouble::File(one.file.clone(), error))?
            .len();
        if !(1..=BUNDLE_MOST - ROOM).contains(&length) {
            return Err(Trouble::Size(one.file.clone(), length));
        }
        let listed = Target::from_path(&one.file)
            .await
            .map_err(|error| Trouble::Signing(error.to_string()))?;
        let sha256 = data_encoding::HEXLOWER.encode(&listed.hashes.sha256);
        let before = known.programs.iter().find(|program| program.target() == name);
        if before.is_some_and(|before| before.sha256 != sha256) {
            return Err(Trouble::Other(name));
        }
        copy_program(&one.file, &repository::program_path(folder, &name, &sha256))?;
        let name = TargetName::new(name).map_err(signing)?;
        editor.add_target(name, listed).map_err(signing)?;
    }
    publish(folder, keys, editor, number, lifetime).await
}

/// Signs everything but the root anew, with new times.
///
/// # Errors
/// When the repository is not in order or a key is missing.
pub async fn renew(folder: &Path, keys: &Path, lifetime: Lifetime) -> Result<(), Trouble> {
    let (editor, number, _) = begin(folder).await?;
    publish(folder, keys, editor, number, lifetime).await
}

/// Writes a new root with new times: with the same keys, or with new ones for some roles. The one before signs it, too.
///
/// # Errors
/// When the repository is not in order or a key is missing.
pub async fn rotate(
    folder: &Path,
    keys: &Path,
    roles: &[RoleType],
    lifetime: Lifetime,
) -> Result<(), Trouble> {
    let found = read(folder)?;
    load(folder, &found).await?;
    let (before, text) = repository::newest_root(&found).ok_or_else(nothing)?;
    let signed = repository::parse::<Root>(text)?.signed;
    let number = signed.version.checked_add(1).ok_or_else(nothing)?;
    let old = SigningKey::read(keys, RoleType::Root)?;
    for role in ROLES {
        // Before anything is put aside: what is not this repository's is not replaced.
        let key = SigningKey::read(keys, role)?;
        let named = signed
            .roles
            .get(&role)
            .map(|own| own.keyids.as_slice())
            .unwrap_or_default();
        if !named.contains(&key.id()?) {
            return Err(Trouble::Foreign(key.path().to_owned()));
        }
    }
    let mut named = HashMap::new();
    for role in ROLES {
        let key = if roles.contains(&role) {
            SigningKey::put_aside(keys, role, before)?;
            SigningKey::make(keys, role)?
        } else {
            SigningKey::read(keys, role)?
        };
        named.insert(role, key);
    }
    roots::write(folder, number, &named, Some(&old), lifetime)?;
    // What the other keys sign must be signed by the new ones; the list itself is the one that was good.
    let (editor, number) = begin_anew(folder, &found).await?;
    publish(folder, keys, editor, number, lifetime).await
}

/// What is in a repository, and until when it counts.
///
/// # Errors
/// When the repository is not in order.
pub async fn list(folder: &Path) -> Result<Loaded, Trouble> {
    load(folder, &read(folder)?).await
}

fn nothing() -> Trouble {
    Trouble::Repository(Fault::Unreadable("there is no root of trust".to_owned()))
}

fn signing(error: tough::error::Error) -> Trouble {
    // The cause says which key or file it is.
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        words = format!("{words}: {inner}");
        cause = inner.source();
    }
    Trouble::Signing(words)
}

fn read(folder: &Path) -> Result<Metadata, Trouble> {
    let metadata = metadata_folder(folder);
    repository::read_metadata(folder).map_err(|error| Trouble::File(metadata, error))
}

/// A repository seen from its own newest root: whoever signs trusts their own folder, devices do not.
async fn load(folder: &Path, found: &Metadata) -> Result<Loaded, Trouble> {
    let (_, root) = repository::newest_root(found).ok_or_else(nothing)?;
    Ok(repository::load(root, folder, &Metadata::new(), Expired::Taken).await?)
}

/// An editor of a repository, the number of what is signed next, and what is in it.
async fn begin(folder: &Path) -> Result<(RepositoryEditor, NonZeroU64, Loaded), Trouble> {
    let found = read(folder)?;
    let loaded = load(folder, &found).await?;
    let (editor, number) = begin_anew(folder, &found).await?;
    Ok((editor, number, loaded))
}

/// An editor under the newest root in the folder, with the list of some metadata that was good.
async fn begin_anew(folder: &Path, found: &Metadata) -> Result<(RepositoryEditor, NonZeroU64), Trouble> {
    let (_, trusted) = repository::newest_root(found).ok_or_else(nothing)?;
    let repository = repository::client(trusted, found, &Metadata::new(), Expired::Taken).await?;
    let number = next_number(&repository).ok_or_else(nothing)?;
    let now = read(folder)?;
    let (newest, _) = repository::newest_root(&now).ok_or_else(nothing)?;
    let path = metadata_folder(folder).join(root_name(newest));
    let editor = RepositoryEditor::from_repo(path, repository)
        .await
        .map_err(signing)?;
    Ok((editor, number))
}

/// All three parts go by one number, which grows with each signing.
fn next_number(repository: &Repository) -> Option<NonZeroU64> {
    [
        repository.targets().signed.version,
        repository.snapshot().signed.version,
        repository.timestamp().signed.version,
    ]
    .into_iter()
    .max()?
    .checked_add(1)
}

async fn publish(
    folder: &Path,
    keys: &Path,
    mut editor: RepositoryEditor,
    number: NonZeroU64,
    lifetime: Lifetime,
) -> Result<(), Trouble> {
    let expires = lifetime.expires();
    editor.targets_version(number).map_err(signing)?;
    editor
        .targets_expires(expires)
        .map_err(signing)?
        .snapshot_version(number)
        .snapshot_expires(expires)
        .timestamp_version(number)
        .timestamp_expires(expires);
    let signed = editor.sign(&sources(keys)).await.map_err(signing)?;
    write(folder, &signed).await
}

/// Writes what was signed: the one file that names the others last, so that the folder is whole at any time.
async fn write(folder: &Path, signed: &SignedRepository) -> Result<(), Trouble> {
    let metadata = metadata_folder(folder);
    let failed = |error| Trouble::File(metadata.clone(), error);
    let beside = tempfile::tempdir_in(folder).map_err(failed)?;
    signed.write(beside.path()).await.map_err(signing)?;
    let mut names: Vec<String> = fs::read_dir(beside.path())
        .map_err(failed)?
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_, _>>()
        .map_err(failed)?;
    names.retain(|name| !name.ends_with(".root.json"));
    names.sort_by_key(|name| name == "timestamp.json");
    for name in names {
        let content = fs::read(beside.path().join(&name)).map_err(failed)?;
        write_whole(&metadata.join(name), &content)?;
    }
    Ok(())
}

fn copy_program(from: &Path, to: &Path) -> Result<(), Trouble> {
    make_folder(to.parent().unwrap_or(to))?;
    let fresh = to.with_extension("new");
    fs::copy(from, &fresh)
        .and_then(|_| fs::File::open(&fresh)?.sync_all())
        .and_then(|()| fs::rename(&fresh, to))
        .map_err(|error| Trouble::File(to.to_owned(), error))
}

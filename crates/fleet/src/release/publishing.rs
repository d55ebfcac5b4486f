//! Publishing: takes a repository in, when it is good seen from the root of trust that was published before.
//!
//! It is looked at as a device does: the metadata by a client of TUF, and then each bundle by the very function that devices ask.

use std::collections::BTreeSet;
use std::path::Path;

use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use kernel::time::Timestamp;
use serde_json::json;
use update::repository::{self, Expired, Loaded, Metadata};
use update::verifying::{self, Fault};
use update::{bundle, trust};

use super::{Program, Release, Trust, bundling, events, store};
use crate::MANAGE;

/// Releases of a repository.
const PROGRAMS_MOST: usize = 500;

/// What came of publishing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// What is trusted from now on.
    pub trust: Trust,
    /// Versions that were not there before.
    pub added: Vec<String>,
    /// Versions that are there no more.
    pub withdrawn: Vec<String>,
}

/// Publishes the repository in a folder. `first` is the root of trust to begin with; `name` is who does it.
///
/// # Errors
/// 403; 409 `fleet.release_root_missing` the first time without a root, `fleet.release_root_other` later with another one,
/// `fleet.release_refused` for a repository that a device would not take, `fleet.release_changed` when somebody else published
/// meanwhile.
pub async fn publish(
    kernel: &Kernel,
    cx: &Cx,
    folder: &Path,
    first: Option<String>,
    name: &str,
) -> Result<Published> {
    cx.require(MANAGE)?;
    let read = |tx: &mut Tx<'_>| Ok((store::trust(tx)?, store::metadata(tx)?));
    let (before, metadata) = kernel.db.read(read).await?;
    let root = root(before.as_ref(), first, &metadata)?;
    let loaded = repository::load(&root, folder, &metadata, Expired::Refused)
        .await
        .map_err(|fault| refused(&fault))?;
    if loaded.programs.len() > PROGRAMS_MOST {
        return Err(Error::conflict("fleet.release_many").arg("most", PROGRAMS_MOST));
    }
    let mut programs = Vec::with_capacity(loaded.programs.len());
    for one in &loaded.programs {
        programs.push(take(kernel, &root, folder, &loaded, one).await?);
    }
    let (cx, name) = (cx.clone(), name.to_owned());
    let write = move |tx: &mut Tx<'_>| keep(tx, &cx, &loaded, &programs, (&before, &metadata), &name);
    kernel.db.write(write).await
}

/// The root that the repository is looked at from.
fn root(before: Option<&Trust>, first: Option<String>, metadata: &Metadata) -> Result<String> {
    match (before, first) {
        (None, None) => Err(Error::conflict("fleet.release_root_missing")),
        (None, Some(first)) => {
            trust::read(first.as_bytes()).map_err(|fault| refused(&fault))?;
            Ok(first)
        }
        (Some(before), None) => Ok(before.root.clone()),
        (Some(before), Some(first)) => {
            // The same again, or one on the way to it, changes nothing.
            if first == before.root || metadata.values().any(|text| *text == first) {
                Ok(before.root.clone())
            } else {
                Err(Error::conflict("fleet.release_root_other"))
            }
        }
    }
}

fn refused(fault: &Fault) -> Error {
    Error::conflict("fleet.release_refused")
        .arg("code", fault.code())
        .arg("why", fault.to_string())
}

/// Makes the bundle of a program, looks at it as a device does, and stores both.
async fn take(
    kernel: &Kernel,
    root: &str,
    folder: &Path,
    loaded: &Loaded,
    one: &repository::Program,
) -> Result<Program> {
    let path = one.path(folder);
    let unreadable =
        |error: std::io::Error| refused(&Fault::Unreadable(format!("{}: {error}", path.display())));
    let length = tokio::fs::metadata(&path).await.map_err(unreadable)?.len();
    if length != one.length {
        return Err(refused(&Fault::Tampered(one.target())));
    }
    let folder = &kernel.config.data;
    let made = bundling::write(folder, &path, loaded.metadata.clone(), one.target(), one.length).await?;
    let opened = bundle::open(made.path()).map_err(|error| refused(&Fault::Unreadable(error.to_string())))?;
    // What was seen before was compared with the metadata already.
    let nothing_seen = tempfile::tempdir_in(folder).map_err(bundling::unavailable)?;
    let verified = verifying::verify(
        root.as_bytes(),
        &opened,
        nothing_seen.path(),
        &one.version,
        one.platform,
    )
    .await
    .map_err(|fault| refused(&fault))?;
    let bundle = bundling::keep(&kernel.files, made.path()).await?;
    let program = bundling::keep(&kernel.files, &path).await?;
    if program.hash != verified.sha256 {
        return Err(refused(&Fault::Tampered(one.target())));
    }
    Ok(Program {
        version: one.version.to_string(),
        platform: one.platform.to_string(),
        size: program.size,
        raw_hash: program.hash,
        bundle_size: bundle.size,
        hash: bundle.hash,
    })
}

fn keep(
    tx: &mut Tx<'_>,
    cx: &Cx,
    loaded: &Loaded,
    programs: &[Program],
    (before, metadata): (&Option<Trust>, &Metadata),
    name: &str,
) -> Result<Published> {
    tx.lock("fleet.release", "all")?;
    if store::trust(tx)? != *before || store::metadata(tx)? != *metadata {
        return Err(Error::conflict("fleet.release_changed"));
    }
    let now = cx.now();
    let trust = Trust {
        root: loaded.root.clone(),
        root_version: i64::try_from(loaded.root_version).map_err(Error::internal)?,
        expires_at: Timestamp::from_millis(loaded.expires.as_millisecond()),
        published_at: now,
    };
    let known: BTreeSet<String> = store::releases(tx, i64::MAX)?
        .into_iter()
        .map(|one| one.version)
        .collect();
    let present: BTreeSet<String> = programs.iter().map(|one| one.version.clone()).collect();
    let published = Published {
        added: present.difference(&known).cloned().collect(),
        withdrawn: known.difference(&present).cloned().collect(),
        trust,
    };
    store::set_trust(tx, &published.trust)?;
    store::set_metadata(tx, &loaded.metadata)?;
    store::set_programs(tx, &[])?;
    for version in &published.withdrawn {
        store::delete_release(tx, version)?;
    }
    for version in &published.added {
        let release = Release {
            version: version.clone(),
            published_at: now,
            published_name: name.to_owned(),
        };
        store::insert_release(tx, &release)?;
    }
    store::set_programs(tx, programs)?;
    tell(tx, cx, &published, name)?;
    Ok(published)
}

fn tell(tx: &mut Tx<'_>, cx: &Cx, published: &Published, name: &str) -> Result<()> {
    let new = New {
        kind: events::PUBLISHED,
        subject: "agent_releases:1".to_owned(),
        data: json!({
            "root_version": published.trust.root_version,
            "expires_at": published.trust.expires_at,
            "added": published.added,
            "withdrawn": published.withdrawn,
        }),
        personal: Some(json!({ "name": name })),
    };
    event::append(tx, cx, new).map(drop)
}

//! What was published, and how many devices run it.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use update::release::Version;

use super::{Program, Release, Trust, store};
use crate::READ;

/// Releases in one list.
const MOST: i64 = 200;

/// A release as lists show it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The release.
    pub release: Release,
    /// Its programs, by platform.
    pub programs: Vec<Program>,
    /// How many devices run it, within the reader's reach or not.
    pub devices: i64,
}

/// Everything there is.
#[derive(Debug, Clone)]
pub struct Releases {
    /// What is trusted; none while nothing was published.
    pub trust: Option<Trust>,
    /// The newest version first.
    pub items: Vec<Listed>,
}

/// The releases, the newest version first.
///
/// # Errors
/// 403 without the right to see devices.
pub fn list(tx: &mut Tx<'_>, cx: &Cx) -> Result<Releases> {
    cx.require(READ)?;
    let releases = store::releases(tx, MOST)?;
    let versions: Vec<String> = releases.iter().map(|one| one.version.clone()).collect();
    let mut programs = store::programs_of(tx, &versions)?;
    let running = store::running(tx, &versions)?;
    let mut items: Vec<Listed> = releases
        .into_iter()
        .map(|release| Listed {
            programs: programs.remove(&release.version).unwrap_or_default(),
            devices: running.get(&release.version).copied().unwrap_or(0),
            release,
        })
        .collect();
    items.sort_by_cached_key(|one| std::cmp::Reverse(Version::parse(&one.release.version)));
    Ok(Releases {
        trust: store::trust(tx)?,
        items,
    })
}

/// The versions that can be rolled out, the newest first.
///
/// # Errors
/// The database's.
pub fn versions(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let mut versions: Vec<String> = store::releases(tx, MOST)?
        .into_iter()
        .map(|one| one.version)
        .collect();
    versions.sort_by_cached_key(|one| std::cmp::Reverse(Version::parse(one)));
    Ok(versions)
}

/// The published root of trust.
///
/// # Errors
/// 404 while nothing was published.
pub fn root(tx: &mut Tx<'_>) -> Result<String> {
    let trust = store::trust(tx)?.ok_or_else(Error::not_found)?;
    Ok(trust.root)
}

//! The programs that are handed out, one for each platform.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use kernel::file::Stored;
use kernel::time::Timestamp;
use serde_json::json;

use super::{events, store};

/// The platforms for which there can be one.
pub const PLATFORMS: [&str; 1] = [LINUX];
/// Linux on the processors of most computers.
pub const LINUX: &str = "linux-x86_64";
/// The largest program.
pub const SIZE_MOST: u64 = 512 * 1024 * 1024;

/// A program to hand out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// For what it is.
    pub platform: String,
    /// The stored file, by its SHA-256.
    pub hash: String,
    /// Its bytes.
    pub size: i64,
    /// When it was put.
    pub put_at: Timestamp,
    /// By whom, as people say it.
    pub put_by: String,
}

/// The program for a platform.
///
/// # Errors
/// The database's.
pub fn program(tx: &mut Tx<'_>, platform: &str) -> Result<Option<Program>> {
    store::program(tx, platform)
}

/// All of them.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Program>> {
    store::programs(tx)
}

/// Puts a stored file in the place of what was handed out before. Whether one may is the command line's to know.
///
/// # Errors
/// `fleet.assist.platform` for one that is not known.
pub fn put(tx: &mut Tx<'_>, cx: &Cx, platform: &str, stored: &Stored, by: &str) -> Result<Program> {
    if !PLATFORMS.contains(&platform) {
        return Err(Error::invalid("fleet.assist.platform").field("platform"));
    }
    let program = Program {
        platform: platform.to_owned(),
        hash: stored.hash.clone(),
        size: stored.size,
        put_at: cx.now(),
        put_by: crate::device::clean(by, 120),
    };
    store::put_program(tx, &program)?;
    let new = New {
        kind: events::PROGRAM_PUT,
        subject: format!("assist_program:{platform}"),
        data: json!({ "platform": platform, "hash": program.hash, "size": program.size }),
        personal: None,
    };
    event::append(tx, cx, new)?;
    Ok(program)
}

/// Whether a file begins as a program for this platform does.
#[must_use]
pub fn fits(platform: &str, head: &[u8]) -> bool {
    const MACHINE: std::ops::Range<usize> = 18..20;
    const X86_64: [u8; 2] = [0x3e, 0];
    platform == LINUX && head.starts_with(b"\x7fELF") && head.get(MACHINE) == Some(X86_64.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_programs_for_the_platform_fit() {
        let mut head = [0_u8; 64];
        head[..4].copy_from_slice(b"\x7fELF");
        assert!(!fits(LINUX, &head));
        head[18] = 0x3e;
        assert!(fits(LINUX, &head) && !fits("windows", &head));
        assert!(!fits(LINUX, b"#!/bin/sh") && !fits(LINUX, b""));
    }
}

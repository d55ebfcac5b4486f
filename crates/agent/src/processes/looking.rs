//! Taking inventory in a process of its own: it needs ten times the memory that the agent has at rest, and only a process
//! that ends gives it all back. It also keeps a collector that hangs away from everything else.

use protocol::inventory::Report;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// Longer than all collectors together may take.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

#[derive(Debug, Serialize, Deserialize)]
struct Wish {
    root: PathBuf,
    known: BTreeMap<String, String>,
    is_full: bool,
}

/// Looks at what the device is made of.
pub async fn look(root: PathBuf, known: BTreeMap<String, String>, is_full: bool) -> io::Result<Vec<Report>> {
    let wish = serde_json::to_vec(&Wish { root, known, is_full })?;
    let mut child = Command::new(std::env::current_exe()?)
        .arg("look")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(&wish).await?;
    }
    let looked = tokio::time::timeout(PATIENCE, child.wait_with_output()).await;
    let looked = looked.map_err(|_| io::Error::other("it takes too long"))??;
    if !looked.status.success() {
        return Err(io::Error::other(format!("it ended with {}", looked.status)));
    }
    Ok(serde_json::from_slice(&looked.stdout)?)
}

/// The process itself.
pub fn run() -> io::Result<()> {
    let wish: Wish = serde_json::from_reader(io::stdin().lock())?;
    let reports = crate::inventory::reports(&wish.root, super::now(), &wish.known, wish.is_full);
    Ok(serde_json::to_writer(io::stdout().lock(), &reports)?)
}

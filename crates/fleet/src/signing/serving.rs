//! The signer on its socket: a line in, a line out, one connection after the other.

use std::fs;
use std::future::Future;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kernel::Clock;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Mutex, Semaphore};

use super::signer::Signer;
use super::{Answer, LINE_MOST, Question, socket};

/// Whoever connects and says nothing is sent away.
const PATIENCE: Duration = Duration::from_secs(30);
const CONNECTIONS_MOST: usize = 64;

/// Answers until `stopped` is over.
///
/// # Errors
/// When the folder cannot be used, or another signer listens already.
pub async fn serve(folder: &Path, clock: Clock, stopped: impl Future<Output = ()>) -> io::Result<()> {
    let listener = bind(folder, &clock).await?;
    let signer = Arc::new(Mutex::new(listener.1));
    let seats = Arc::new(Semaphore::new(CONNECTIONS_MOST));
    tokio::pin!(stopped);
    loop {
        let (stream, _) = tokio::select! {
            accepted = listener.0.accept() => accepted?,
            () = &mut stopped => break,
        };
        let (signer, seats) = (Arc::clone(&signer), Arc::clone(&seats));
        tokio::spawn(async move {
            let Ok(_seat) = seats.try_acquire() else { return };
            if let Err(error) = converse(stream, &signer).await {
                tracing::warn!(%error, "the signer lost a caller");
            }
        });
    }
    fs::remove_file(socket(folder)).ok();
    Ok(())
}

async fn bind(folder: &Path, clock: &Clock) -> io::Result<(UnixListener, Signer)> {
    let path = socket(folder);
    if UnixStream::connect(&path).await.is_ok() {
        return Err(io::Error::new(
            io::ErrorKind::AddrInUse,
            "a signer listens there already",
        ));
    }
    let signer = Signer::open(folder, clock.clone())?;
    // What a killed signer left behind.
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mode = u32::from_str_radix(&signer.policy()?.socket_mode, 8).map_err(io::Error::other)?;
    let listener = UnixListener::bind(&path)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(mode & 0o660))?;
    Ok((listener, signer))
}

async fn converse(stream: UnixStream, signer: &Mutex<Signer>) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    loop {
        let mut line = Vec::new();
        let most = u64::try_from(LINE_MOST).unwrap_or(u64::MAX);
        let taken = tokio::time::timeout(PATIENCE, (&mut read).take(most).read_until(b'\n', &mut line)).await;
        if taken.map_err(io::Error::other)?? == 0 {
            return Ok(());
        }
        let answer = match serde_json::from_slice::<Question>(&line) {
            Ok(question) => signer.lock().await.answer(question)?,
            Err(_) => Answer::Refused("signer_malformed".to_owned()),
        };
        let mut text = serde_json::to_vec(&answer)?;
        text.push(b'\n');
        write.write_all(&text).await?;
    }
}

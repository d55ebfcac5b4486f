//! The server's end of a measurement of the way to a device: takes what comes, then sends as much.
//!
//! Nothing is kept and nothing is judged here: the device holds the watch and says what it saw.

use std::time::Duration;

use crate::link::channel::Channel;

/// The device gave up sending when nothing came for so long; it waits longer than this for the first byte down.
const SILENCE: Duration = Duration::from_secs(2);
/// What is sent at a time.
const PIECE: usize = 32 * 1024;

/// Takes the server's end of the channel.
pub(super) fn begin(channel: Channel, bytes: u64) {
    tokio::spawn(async move {
        let mut came: u64 = 0;
        while came < bytes {
            match tokio::time::timeout(SILENCE, channel.recv()).await {
                Ok(Some(piece)) => came = came.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX)),
                // The channel is over: nobody is there to send to.
                Ok(None) => return,
                Err(_) => break,
            }
        }
        let piece = piece();
        let mut left = bytes;
        while left > 0 {
            let now = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            if channel.send(&piece[..now]).await.is_err() {
                return;
            }
            left -= u64::try_from(now).unwrap_or(left);
        }
        // The device ends the channel when it has them; closing it here would cut off what is under way.
        while channel.recv().await.is_some() {}
    });
}

/// Bytes that no compression on the way makes fewer: a sequence that spreads over all values.
fn piece() -> Vec<u8> {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    (0..PIECE)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_be_bytes()[0]
        })
        .collect()
}

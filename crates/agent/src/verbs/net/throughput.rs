//! How fast the way to the server is: bytes up the order's channel, and what the server sends down it.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::timeout;

use crate::executing::{Channel, Heard, Teller};
use crate::verbs::failure::{Answer, Failure, done};

/// How long the test may take in one direction.
const MOST: Duration = Duration::from_secs(60);
/// How long the server may keep silent before we take it that nothing comes down.
const SILENCE: Duration = Duration::from_secs(5);
/// What is sent at a time.
const PIECE: usize = 32 * 1024;

/// Sends so many bytes and counts as many that come.
pub async fn measure(bytes: u64, transfer: Option<Channel>, teller: &Teller) -> Answer {
    let channel =
        transfer.ok_or_else(|| Failure::new("no_channel", "the order named no channel for the bytes"))?;
    let Channel {
        mut sending,
        mut receiving,
    } = channel;
    // Bytes that no compression on the way makes fewer.
    let piece: Vec<u8> = (0..PIECE).map(|_| rand::random()).collect();
    let began = Instant::now();
    let mut up: u64 = 0;
    while up < bytes && began.elapsed() < MOST {
        let now = usize::try_from(bytes - up).unwrap_or(PIECE).min(PIECE);
        tokio::select! {
            sent = sending.send(&piece[..now]) => sent.map_err(|gone| Failure::new("link_lost", gone.to_string()))?,
            () = teller.cancelled() => return Ok(protocol::message::Outcome::Cancelled),
        }
        up += now as u64;
    }
    let up_took = began.elapsed();
    let (mut down, mut first, mut last) = (0, None, Instant::now());
    while down < bytes && first.is_none_or(|first: Instant| first.elapsed() < MOST) {
        let Ok(Heard::Bytes(bytes)) = timeout(SILENCE, receiving.receive()).await else {
            break;
        };
        last = Instant::now();
        first.get_or_insert(last);
        down += bytes.len() as u64;
    }
    sending.close("done").await;
    let down_took = first.map(|first| last.duration_since(first));
    let speed_up = megabits(up, up_took);
    let speed_down = down_took.map(|took| megabits(down, took));
    teller.out(format!("up {speed_up} Mbit/s\n")).await;
    if let Some(speed) = speed_down {
        teller.out(format!("down {speed} Mbit/s\n")).await;
    }
    done(json!({ "up_bytes": up, "up_megabits": speed_up, "down_bytes": down, "down_megabits": speed_down }))
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred megabytes")]
fn megabits(bytes: u64, time: Duration) -> f64 {
    let seconds = time.as_secs_f64().max(0.000_1);
    (bytes as f64 * 8.0 / seconds / 100_000.0).round() / 10.0
}

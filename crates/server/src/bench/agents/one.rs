//! One made-up agent: it speaks the true protocol over a true socket and does nothing, which it does at once.

use std::sync::Arc;
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use protocol::frame::Frame;
use protocol::handshake::{self, Greeting};
use protocol::key::KeyPair;
use protocol::message::{self, Beat, Enrol, FromAgent, FromServer, Identity, Outcome};
use rand::RngExt as _;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::tally::Tally;

type Line = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A socket's buffers; twenty thousand of them are in one process.
const BUFFER: usize = 2 * 1024;
/// The shortest and the longest wait before knocking again, in seconds (full jitter).
const WAITS: (f64, f64) = (1.0, 60.0);

/// What all of them share.
pub struct Crowd {
    /// Where to knock: `ws://127.0.0.1:8080/agent/v1/link`. It changes when the server is started anew.
    pub address: std::sync::RwLock<String>,
    /// Admits them.
    pub token: String,
    /// What happens to them.
    pub tally: Tally,
}

/// Lives until the task is ended.
pub async fn live(crowd: Arc<Crowd>, number: usize, key: Arc<KeyPair>) {
    let mut is_known = false;
    let mut failures = 0_i32;
    loop {
        let mut wait = None;
        match knock(&crowd, number, &key, &mut is_known).await {
            Ok(line) => {
                failures = 0;
                crowd.tally.came();
                wait = stay(&crowd, line).await;
                crowd.tally.went();
            }
            Err(why) => {
                failures = (failures + 1).min(6);
                crowd.tally.failed(&why);
            }
        }
        let most = wait.unwrap_or_else(|| (WAITS.0 * 2_f64.powi(failures)).min(WAITS.1));
        let pause = rand::rng().random_range(0.0..=most);
        sleep(Duration::from_secs_f64(pause)).await;
    }
}

/// A line on which both sides have proved themselves, and how often to beat.
struct Standing {
    line: Line,
    beat: Duration,
}

async fn knock(crowd: &Crowd, number: usize, key: &KeyPair, is_known: &mut bool) -> Result<Standing, String> {
    let address = crowd.address.read().map_err(|_| "the address is lost")?.clone();
    let config = WebSocketConfig::default()
        .read_buffer_size(BUFFER)
        .write_buffer_size(0);
    let connecting = connect_async_with_config(address, Some(config), true);
    let (mut line, _) = connecting.await.map_err(|error| format!("connecting: {error}"))?;
    let nonce = handshake::nonce().map_err(|error| error.to_string())?;
    say(&mut line, &FromAgent::Hello {
        version: protocol::VERSION,
        key: key.public(),
        nonce: nonce.clone(),
        agent_version: env!("CARGO_PKG_VERSION").to_owned(),
        boot: format!("simulated-{number}"),
    })
    .await?;
    let (server_nonce, server, at) = match hear(&mut line).await? {
        FromServer::Challenge { nonce, key, at, .. } => (nonce, key, at),
        other => return Err(format!("instead of a challenge: {other:?}")),
    };
    let greeting = Greeting {
        agent_nonce: nonce,
        agent: key.public(),
        server_nonce,
        server,
        at,
    };
    let enrol = (!*is_known).then(|| Enrol {
        token: crowd.token.clone(),
        identity: identity(number),
    });
    let signature = greeting.sign_as_agent(key);
    say(&mut line, &FromAgent::Proof { signature, enrol }).await?;
    match hear(&mut line).await? {
        FromServer::Welcome { beat_seconds, .. } => {
            *is_known = true;
            let running = FromAgent::Acts { running: Vec::new(), known: Vec::new() };
            say(&mut line, &running).await?;
            Ok(Standing { line, beat: Duration::from_secs(u64::from(beat_seconds.max(1))) })
        }
        FromServer::Refused { code, .. } => Err(format!("refused: {code}")),
        other => Err(format!("instead of a welcome: {other:?}")),
    }
}

/// Beats and answers until the line ends; says within how many seconds to come back when the server asked for that.
async fn stay(crowd: &Crowd, standing: Standing) -> Option<f64> {
    let Standing { mut line, beat } = standing;
    // 20 % more or less each time, so that they do not beat together.
    let next = || Instant::now() + beat.mul_f64(rand::rng().random_range(0.8..=1.2));
    let mut due = Instant::now() + beat.mul_f64(rand::rng().random_range(0.0..=1.0));
    let mut drained = None;
    loop {
        tokio::select! {
            () = sleep_until(due) => {
                say(&mut line, &FromAgent::Beat(beat_of_nothing())).await.ok()?;
                crowd.tally.beat();
                due = next();
            }
            heard = hear(&mut line) => match heard {
                Ok(FromServer::Act(order)) => {
                    let outcome = Outcome::Done { code: Some(0), summary: serde_json::Value::Null, hash: None };
                    say(&mut line, &FromAgent::Done { act: order.act, outcome }).await.ok()?;
                    crowd.tally.acted();
                }
                Ok(FromServer::Drain { within_seconds }) => drained = Some(f64::from(within_seconds)),
                Ok(_) => {}
                Err(_) => return drained,
            },
        }
    }
}

async fn say(line: &mut Line, message: &FromAgent) -> Result<(), String> {
    let bytes = message::write(message).map_err(|error| error.to_string())?;
    let frame = Frame::Control(bytes).encode();
    let sent = line.send(Message::Binary(frame.into())).await;
    sent.map_err(|error| format!("sending: {error}"))
}

async fn hear(line: &mut Line) -> Result<FromServer, String> {
    loop {
        let heard = line.next().await.ok_or("the line ended")?;
        let Message::Binary(bytes) = heard.map_err(|error| format!("hearing: {error}"))? else {
            continue;
        };
        if let Ok(Frame::Control(bytes)) = Frame::decode(&bytes) {
            return message::read(&bytes).map_err(|error| error.to_string());
        }
    }
}

fn identity(number: usize) -> Identity {
    Identity {
        host: format!("simulated-{number:05}"),
        machine_id: format!("{number:032x}"),
        serial: format!("SIM{number:07}"),
        vendor: "Mainstay".to_owned(),
        model: "Simulated".to_owned(),
        os: "linux".to_owned(),
        os_version: "1".to_owned(),
        arch: "x86_64".to_owned(),
        ..Identity::default()
    }
}

fn beat_of_nothing() -> Beat {
    Beat {
        uptime: 3_600,
        load: 0.1,
        cpu: 2.0,
        memory_used: 1 << 31,
        memory_total: 1 << 33,
        ..Beat::default()
    }
}

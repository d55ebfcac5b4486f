//! One made-up agent: it speaks the true protocol over a true socket and does nothing, which it does at once.
//!
//! It proves itself and has the server prove itself, sends an inventory when the server holds none, beats, looks at each order's
//! grant as a device does, answers it, and comes back when its link ends, after the pauses of a device.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use data_encoding::BASE64;
use futures::{SinkExt as _, StreamExt as _};
use kernel::Clock;
use protocol::enrolment::Document;
use protocol::floor::Floor;
use protocol::frame::{FRAME_MOST, Frame};
use protocol::grant::{self, Now, Order};
use protocol::handshake::{self, Greeting};
use protocol::hours::WeekMinute;
use protocol::key::KeyPair;
use protocol::message::{self, Admission, Beat, Enrol, FromAgent, FromServer, Identity, Outcome, Stream};
use protocol::websocket::fragments;
use rand::RngExt as _;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::contents::Contents;
use super::tally::Tally;

type Line = WebSocketStream<TcpStream>;

/// A socket's buffers; twenty thousand of them are in one process.
const BUFFER: usize = 2 * 1024;
/// Connecting and both proofs together, as a device has it.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest wait before knocking again, in seconds; a device that is not wanted waits up to [`UNWANTED`].
const LONGEST: f64 = 60.0;
const UNWANTED: f64 = 300.0;
/// So many stand behind one address, as if a site had one.
const SITE: usize = 200;
/// What an act writes.
const OUTPUT: &str = "USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n";

/// What all of them share.
#[derive(Debug)]
pub struct Crowd {
    /// Where to knock. It changes when the server is started anew.
    pub address: RwLock<SocketAddr>,
    /// What admits them, and whom they trust.
    pub document: Document,
    /// What they say is in them.
    pub contents: Contents,
    /// Tells this crowd from others that knocked at the same house.
    pub name: String,
    /// By what the server calls them.
    pub devices: Mutex<Vec<String>>,
    /// What happens to them.
    pub tally: Tally,
}

/// Lives until the task is ended.
pub async fn live(crowd: Arc<Crowd>, number: usize, key: KeyPair) {
    let mut is_known = false;
    let mut failures = 0_i32;
    // Nobody switches on a whole department within one millisecond.
    sleep(within(0.0, 1.0)).await;
    loop {
        let opening = timeout(PATIENCE, knock(&crowd, number, &key, &mut is_known)).await;
        let pause = match opening.unwrap_or_else(|_| Err(Closed::Broken("no answer in time".to_owned()))) {
            Ok(standing) => {
                failures = 0;
                crowd.tally.came();
                let drained = stay(&crowd, number, standing).await;
                crowd.tally.went();
                drained.map(|most| (0.0, most))
            }
            Err(Closed::Broken(why)) => {
                crowd.tally.failed(&why);
                None
            }
            Err(Closed::Unwanted(code)) => {
                crowd.tally.failed(&format!("refused: {code}"));
                Some((LONGEST / 2.0, UNWANTED))
            }
        };
        let (least, most) = pause.unwrap_or_else(|| (0.25, 2_f64.powi(failures).min(LONGEST)));
        failures = (failures + 1).min(6);
        sleep(within(least, most)).await;
    }
}

/// A random time between so many seconds.
fn within(least: f64, most: f64) -> Duration {
    Duration::from_secs_f64(rand::rng().random_range(least..=most.max(least)))
}

/// Why a link did not come about.
enum Closed {
    /// It may go better soon.
    Broken(String),
    /// The server does not want this device.
    Unwanted(String),
}

/// A line on which both sides have proved themselves.
struct Standing {
    line: Line,
    device: String,
    beat: Duration,
    /// Whether the server holds no inventory yet.
    is_new: bool,
}

async fn connect(crowd: &Crowd, number: usize) -> Result<Line, String> {
    let address = *crowd.address.read().unwrap_or_else(PoisonError::into_inner);
    let socket = TcpSocket::new_v4().map_err(|error| format!("a socket: {error}"))?;
    socket
        .bind(site(number).into())
        .map_err(|error| format!("binding: {error}"))?;
    let stream = socket.connect(address).await;
    let stream = stream.map_err(|error| format!("connecting: {}", error.kind()))?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let config = WebSocketConfig::default()
        .read_buffer_size(BUFFER)
        .write_buffer_size(0)
        .max_message_size(Some(FRAME_MOST))
        .max_frame_size(Some(FRAME_MOST));
    let request = format!("ws://{address}{}", protocol::PATH);
    let (line, _) = client_async_with_config(request, stream, Some(config))
        .await
        .map_err(|error| format!("opening: {error}"))?;
    Ok(line)
}

/// All of 127.0.0.0/8 is this machine, so there are more ports than one address has, and sites to tell apart.
fn site(number: usize) -> (Ipv4Addr, u16) {
    let site = number / SITE;
    let part = |value: usize| u8::try_from(value % 250).unwrap_or(0) + 1;
    (Ipv4Addr::new(127, 1, part(site / 250), part(site)), 0)
}

async fn knock(crowd: &Crowd, number: usize, key: &KeyPair, is_known: &mut bool) -> Result<Standing, Closed> {
    let mut line = connect(crowd, number).await.map_err(Closed::Broken)?;
    let nonce = handshake::nonce().map_err(|error| Closed::Broken(error.to_string()))?;
    let hello = FromAgent::Hello {
        version: protocol::VERSION,
        key: key.public(),
        nonce: nonce.clone(),
        agent_version: env!("CARGO_PKG_VERSION").to_owned(),
        boot: format!("simulated-{number}"),
    };
    say(&mut line, &hello).await.map_err(Closed::Broken)?;
    let (server_nonce, server, proof, at) = match hear(&mut line).await.map_err(Closed::Broken)? {
        FromServer::Challenge {
            nonce,
            key,
            signature,
            at,
        } => (nonce, key, signature, at),
        other => return Err(away(other)),
    };
    let greeting = Greeting {
        agent_nonce: nonce,
        agent: key.public(),
        server_nonce,
        server,
        at,
    };
    if !greeting.server_is_proved(&crowd.document.server_keys, &proof) {
        return Err(Closed::Unwanted("server_key".to_owned()));
    }
    let enrol = (!*is_known).then(|| {
        Box::new(Enrol {
            token: crowd.document.token.clone(),
            identity: identity(&crowd.name, number),
        })
    });
    let signature = greeting.sign_as_agent(key);
    let proof = FromAgent::Proof { signature, enrol };
    say(&mut line, &proof).await.map_err(Closed::Broken)?;
    match hear(&mut line).await.map_err(Closed::Broken)? {
        FromServer::Welcome {
            device,
            state,
            beat_seconds,
            hashes,
            ..
        } => {
            if state == Admission::Pending {
                crowd.tally.is_pending();
            }
            if !*is_known {
                let mut devices = crowd.devices.lock().unwrap_or_else(PoisonError::into_inner);
                devices.push(device.clone());
            }
            *is_known = true;
            Ok(Standing {
                line,
                device,
                beat: Duration::from_secs(u64::from(beat_seconds.max(1))),
                is_new: hashes.is_empty() && state == Admission::Admitted,
            })
        }
        other => Err(away(other)),
    }
}

fn away(said: FromServer) -> Closed {
    match said {
        FromServer::Refused { code, .. } if matches!(code.as_str(), "busy" | "greeting" | "gone") => {
            Closed::Broken(format!("refused: {code}"))
        }
        FromServer::Refused { code, .. } => Closed::Unwanted(code),
        _ => Closed::Broken("the server does not greet".to_owned()),
    }
}

/// Beats and answers until the line ends; says within how many seconds to come back when the server asked for that.
async fn stay(crowd: &Crowd, number: usize, standing: Standing) -> Option<f64> {
    let Standing {
        mut line,
        device,
        beat,
        is_new,
    } = standing;
    let mut drained = None;
    let account = FromAgent::Acts {
        running: Vec::new(),
        known: Vec::new(),
    };
    say(&mut line, &account).await.ok()?;
    if is_new {
        let report = crowd.contents.of(&crowd.name, number);
        say(&mut line, &FromAgent::Inventory(report)).await.ok()?;
    }
    // 20 % more or less each time, so that they do not beat together.
    let mut due = Instant::now() + within(0.0, beat.as_secs_f64());
    loop {
        tokio::select! {
            () = sleep_until(due) => {
                if say(&mut line, &FromAgent::Beat(beat_of_nothing())).await.is_err() {
                    return drained;
                }
                crowd.tally.beat();
                due = Instant::now() + within(beat.as_secs_f64() * 0.8, beat.as_secs_f64() * 1.2);
            }
            heard = hear(&mut line) => match heard {
                Ok(FromServer::Act(order)) => {
                    crowd.tally.ordered(&order.act);
                    if obey(crowd, &mut line, &device, order).await.is_err() {
                        return drained;
                    }
                }
                Ok(FromServer::TookDone { act }) => crowd.tally.kept(&act),
                Ok(FromServer::TookInventory { .. }) => crowd.tally.took_inventory(),
                Ok(FromServer::Drain { within_seconds }) => drained = Some(f64::from(within_seconds)),
                Ok(_) => {}
                Err(_) => return drained,
            },
        }
    }
}

/// Looks at the grant as a device does, and answers with a page of output.
async fn obey(crowd: &Crowd, line: &mut Line, device: &str, order: Order) -> Result<(), String> {
    let now = Now {
        ms: Clock::System.now().millis(),
        local: WeekMinute::new(3, 12, 0).ok_or("there is no such hour")?,
    };
    let signers = &crowd.document.signer_keys;
    let checked = grant::check(&order, device, signers, &Floor::open(), now, &|_| false, &|_| {
        false
    });
    let outcome = match checked {
        Ok(_) => {
            let output = FromAgent::Output {
                act: order.act.clone(),
                seq: 0,
                stream: Stream::Out,
                text_b64: BASE64.encode(OUTPUT.repeat(20).as_bytes()),
            };
            say(line, &output).await?;
            Outcome::Done {
                code: Some(0),
                summary: serde_json::Value::Null,
                hash: None,
            }
        }
        Err(refusal) => {
            crowd.tally.failed(&format!("an order: {refusal}"));
            Outcome::Refused {
                code: refusal.code().to_owned(),
            }
        }
    };
    let done = FromAgent::Done {
        act: order.act,
        outcome,
    };
    say(line, &done).await
}

async fn say(line: &mut Line, message: &FromAgent) -> Result<(), String> {
    let bytes = message::write(message).map_err(|error| error.to_string())?;
    let frame = Frame::Control(bytes).encode();
    for piece in fragments(frame) {
        let sent = line.send(piece).await;
        sent.map_err(|error| format!("sending: {error}"))?;
    }
    Ok(())
}

async fn hear(line: &mut Line) -> Result<FromServer, String> {
    loop {
        let heard = line.next().await.ok_or("the line ended while greeting")?;
        let Message::Binary(bytes) = heard.map_err(|error| format!("hearing: {error}"))? else {
            continue;
        };
        if let Ok(Frame::Control(bytes)) = Frame::decode(&bytes) {
            return message::read(&bytes).map_err(|error| error.to_string());
        }
    }
}

fn identity(crowd: &str, number: usize) -> Identity {
    Identity {
        host: format!("simulated-{crowd}-{number:05}"),
        machine_id: format!("51{crowd:0>14}{number:016}"),
        serial: format!("SIM{crowd}{number:05}"),
        vendor: "Mainstay".to_owned(),
        model: "Simulated".to_owned(),
        os: "linux".to_owned(),
        os_version: "1".to_owned(),
        arch: "x86_64".to_owned(),
        ..Identity::default()
    }
}

fn beat_of_nothing() -> Beat {
    let mut random = rand::rng();
    Beat {
        at: Clock::System.now().millis(),
        uptime: 3_600,
        load: random.random_range(0.0..2.0),
        cpu: random.random_range(0.0..30.0),
        memory_used: random.random_range(1 << 30..1 << 32),
        memory_total: 1 << 33,
        rss: 12 << 20,
        ..Beat::default()
    }
}

//! The house that the crowd knocks at: a fresh one of our own, or one that runs already; and what is asked of it by its interface.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use kernel::{Clock, Error, Result, Timestamp};
use protocol::enrolment::{self, Document};
use protocol::signed::Signed;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use crate::bench::http::{Client, Request};
use crate::bench::process::Spot;
use crate::demo::department;

/// For the signer that starts with the server.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many hours the document holds.
const HOURS: i64 = 48;
/// In this installation one person asks more of devices within a minute than any policy should allow.
const POLICY: &str = "per_minute = 100000\nall_per_minute = 100000\n";

/// Makes an installation with people in it; gives back the header by which an engineer asks.
///
/// # Errors
/// The database's, and the folder's.
pub async fn make(spot: &Spot) -> Result<String> {
    let house = crate::bench::open(spot).await?;
    let kernel = &house.kernel;
    let mut random = StdRng::seed_from_u64(11);
    department::make(&house, &mut random, kernel.clock.now()).await?;
    let cx = kernel.cx_command();
    let write = move |tx: &mut kernel::db::Tx<'_>| {
        let found = people::user::store::find_by_email(tx, "l2@example.test")?;
        let person = found.ok_or_else(Error::not_found)?.id;
        people::token::create(tx, &cx, person, "bench", &["*".to_owned()], None)
    };
    let token = kernel.db.write(write).await?.1;
    kernel.stop.stop();
    let signer = fleet::signing::folder(&spot.folder);
    std::fs::create_dir_all(&signer).map_err(Error::internal)?;
    std::fs::write(signer.join("signer.toml"), POLICY).map_err(Error::internal)?;
    Ok(header(&token))
}

/// The header line of a token.
pub fn header(token: &str) -> String {
    format!("Authorization: Bearer {token}")
}

/// A running house, asked over HTTP.
#[derive(Clone, Debug)]
pub struct Desk {
    pub address: SocketAddr,
    /// The header line of who asks.
    pub who: String,
}

/// What the server knows of a crowd.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    /// Devices of the crowd that it has.
    pub devices: usize,
    /// Those not heard of for longer than two beats may take.
    pub silent: usize,
}

/// A beat comes after 72 s at the latest and is written within 5 s.
const SILENT_AFTER: i64 = 2 * 72 + 5;

impl Desk {
    fn client(&self) -> Client {
        Client::new(self.address, &self.who)
    }

    fn call(client: &mut Client, request: &Request) -> io::Result<Value> {
        let answer = client.ask(request)?;
        if answer.status != request.wanted {
            let words = answer.beginning();
            return Err(io::Error::other(format!(
                "{} was answered with {}: {words}",
                request.path, answer.status
            )));
        }
        serde_json::from_slice(&answer.body).map_err(io::Error::other)
    }

    /// Makes a document that admits so many.
    pub fn document(&self, name: &str, count: usize) -> io::Result<Document> {
        let wanted = json!({
            "name": format!("bench {name}"), "rule": "admit", "kind": "computer", "uses": count.max(1), "hours": HOURS,
            "servers": [format!("ws://{}", self.address)],
        });
        let request = Request::post("/api/v1/device-enrolments", wanted.to_string());
        let begun = Instant::now();
        let made = loop {
            match Self::call(&mut self.client(), &request) {
                Ok(made) => break made,
                Err(error) if begun.elapsed() > PATIENCE => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(500)),
            }
        };
        let signed: Signed<Document> =
            serde_json::from_value(made["document"].clone()).map_err(io::Error::other)?;
        enrolment::open(&signed, Clock::System.now().millis()).map_err(io::Error::other)
    }

    /// Opens the ticket for which things are asked.
    pub fn ticket(&self) -> io::Result<i64> {
        let body = json!({
            "title": "Measuring how many devices one server carries",
            "body": "Opened by a measurement; it may be closed.",
        });
        let request = Request::post("/api/v1/tickets", body.to_string());
        let made = Self::call(&mut self.client(), &request)?;
        made["number"]
            .as_i64()
            .ok_or_else(|| io::Error::other(format!("a ticket without a number: {made}")))
    }

    /// Asks something small of a device; gives back the act.
    pub fn ask(&self, client: &mut Client, ticket: i64, device: &str) -> io::Result<String> {
        let body = json!({ "ticket": ticket, "verb": { "verb": "process_list" } });
        let request = Request::post(format!("/api/v1/devices/{device}/acts"), body.to_string());
        let act = Self::call(client, &request)?;
        act["id"]
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| io::Error::other(format!("an act without an id: {act}")))
    }

    /// A client for [`Desk::ask`].
    pub fn asker(&self) -> Client {
        self.client()
    }

    /// Walks the list of the crowd's devices as anybody would.
    pub fn known(&self, crowd: &str) -> io::Result<Known> {
        let mut client = self.client();
        let (mut known, mut cursor) = (Known::default(), String::new());
        let oldest = Clock::System.now().add_secs(-SILENT_AFTER);
        let prefix = format!("simulated-{crowd}-");
        loop {
            let page = Self::call(
                &mut client,
                &Request::get(format!("/api/v1/devices?cursor={cursor}")),
            )?;
            for device in page["items"].as_array().into_iter().flatten() {
                if !device["host"]
                    .as_str()
                    .is_some_and(|host| host.starts_with(&prefix))
                {
                    continue;
                }
                known.devices += 1;
                let seen: Option<Timestamp> =
                    serde_json::from_value(device["seen_at"].clone()).unwrap_or(None);
                if seen.is_none_or(|seen| seen < oldest) {
                    known.silent += 1;
                }
            }
            match page["cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => return Ok(known),
            }
        }
    }
}

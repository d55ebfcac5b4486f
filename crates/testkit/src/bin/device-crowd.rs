//! Many simulated devices that each have one program in one version, for journeys:
//! `device-crowd ADDRESS DOCUMENT COUNT FOLDER`.
//!
//! It says `linked` when all are in. What device N is like stands in `FOLDER/N.json`; while there is a file `FOLDER/N.away`, it is away.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on must end"
)]

use std::env;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use protocol::enrolment::{self, Document};
use protocol::key::KeyPair;

#[expect(dead_code, reason = "the crowd uses some of the parts")]
#[path = "../../../fleet/tests/link/agent.rs"]
mod agent;
#[expect(dead_code, reason = "the crowd uses some of the parts")]
#[path = "../../../fleet/tests/rollout/simulated.rs"]
mod simulated;

use agent::Agent;
use simulated::Disk;

/// Their numbers begin here, beside those of any other devices.
const FIRST: u32 = 40_000;
const PAUSE: Duration = Duration::from_millis(200);

#[tokio::main]
async fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let [address, document, count, folder] = words.as_slice() else {
        panic!("device-crowd ADDRESS DOCUMENT COUNT FOLDER");
    };
    let address: SocketAddr = address.parse().unwrap();
    let text = std::fs::read_to_string(document).unwrap();
    let signed = serde_json::from_str(&text).unwrap();
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let document = enrolment::open(&signed, i64::try_from(now.as_millis()).unwrap()).unwrap();
    let folder = PathBuf::from(folder);
    let mut lives = Vec::new();
    for number in 1..=count.parse::<u32>().unwrap() {
        let key = KeyPair::generate().unwrap();
        let agent = Agent::enrol(address, &key, &document, agent::laptop(FIRST + number))
            .await
            .unwrap();
        let disk = Arc::new(Mutex::new(Disk {
            version: "1.0".to_owned(),
            path: Some(folder.join(format!("{number}.json"))),
            ..Disk::default()
        }));
        let away = folder.join(format!("{number}.away"));
        lives.push(tokio::spawn(exist(
            agent,
            address,
            key,
            document.clone(),
            disk,
            away,
        )));
    }
    println!("linked");
    for life in lives {
        life.await.unwrap();
    }
}

/// Links again and again, as an agent does.
async fn exist(
    agent: Agent,
    address: SocketAddr,
    key: KeyPair,
    document: Document,
    disk: Arc<Mutex<Disk>>,
    away: PathBuf,
) {
    let mut agent = Some(agent);
    loop {
        if let Some(agent) = agent.take() {
            tokio::select! {
                () = simulated::live(agent, Arc::clone(&disk)) => {}
                () = until_away(&away) => {}
            }
        }
        tokio::time::sleep(PAUSE).await;
        if !away.exists() {
            agent = link(address, &key, &document).await;
        }
    }
}

/// A server that is not there yet is knocked at again.
async fn link(address: SocketAddr, key: &KeyPair, document: &Document) -> Option<Agent> {
    let (key, document) = (KeyPair::from_pkcs8(key.to_pkcs8()).unwrap(), document.clone());
    let knocking = tokio::spawn(async move { Agent::link(address, &key, &document).await });
    knocking.await.ok()?.ok()
}

async fn until_away(away: &Path) {
    while !away.exists() {
        tokio::time::sleep(PAUSE).await;
    }
}

//! A device that has one program in one version, and an agent that keeps a log as a real one does: it runs no act twice, and says
//! after a death that what ran is lost.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use protocol::enrolment::Document;
use protocol::frame::Frame;
use protocol::key::KeyPair;
use protocol::message::{self, FromAgent, FromServer, Outcome};
use protocol::verb::Verb;
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::agent::{Agent, hear_frame};

/// What a device is like, which outlives its agent.
#[derive(Debug, Default)]
pub struct Disk {
    /// The version of the program.
    pub version: String,
    /// What it was before this change.
    pub before: Option<String>,
    /// A change was cut short.
    pub is_half: bool,
    /// How each act ended; none while it runs.
    pub log: BTreeMap<String, Option<Outcome>>,
    /// What was really done, in its order: act and step.
    pub done: Vec<(String, String)>,
    /// The agent dies in the middle of its next apply.
    pub dies_at_apply: bool,
    /// Where what it is like can be looked at.
    pub path: Option<PathBuf>,
    /// The agent does its next step and dies before it can say so.
    pub dies_after: Option<String>,
}

/// A simulated device.
pub struct Device {
    pub number: u32,
    pub id: fleet::device::DeviceId,
    pub disk: Arc<Mutex<Disk>>,
    key: KeyPair,
    document: Document,
    life: Option<JoinHandle<()>>,
}

impl Device {
    /// Enrols, and lives.
    pub async fn enrol(address: SocketAddr, document: &Document, number: u32) -> Self {
        let key = KeyPair::generate().unwrap();
        let agent = Agent::enrol(address, &key, document, crate::agent::laptop(number))
            .await
            .unwrap();
        let disk = Arc::new(Mutex::new(Disk {
            version: "1".to_owned(),
            ..Disk::default()
        }));
        let mut device = Self {
            number,
            id: agent.id(),
            disk,
            key,
            document: document.clone(),
            life: None,
        };
        device.live(agent);
        device
    }

    fn live(&mut self, agent: Agent) {
        let disk = Arc::clone(&self.disk);
        self.life = Some(tokio::spawn(live(agent, disk)));
    }

    /// The link ends, as when a lid is shut.
    pub async fn go(&mut self) {
        if let Some(life) = self.life.take() {
            life.abort();
            let _over = life.await;
        }
    }

    /// Comes back, with its own account of what it did.
    pub async fn back(&mut self, address: SocketAddr) {
        self.go().await;
        // What ran when the agent died is lost.
        for outcome in self.disk.lock().unwrap().log.values_mut() {
            outcome.get_or_insert_with(|| Outcome::Lost {
                text: "the agent ended".to_owned(),
            });
        }
        let agent = Agent::link(address, &self.key, &self.document).await.unwrap();
        self.live(agent);
    }

    pub fn version(&self) -> String {
        self.disk.lock().unwrap().version.clone()
    }

    /// How often a step was really done here.
    pub fn count(&self, step: &str) -> usize {
        let disk = self.disk.lock().unwrap();
        disk.done.iter().filter(|(_, done)| done == step).count()
    }
}

/// Speaks for a device until the link is over or it dies.
pub async fn live(mut agent: Agent, disk: Arc<Mutex<Disk>>) {
    let known = {
        let disk = disk.lock().unwrap();
        let over = disk.log.iter();
        over.filter_map(|(act, outcome)| Some((act.clone(), outcome.clone()?)))
            .collect()
    };
    agent
        .say(&FromAgent::Acts {
            running: Vec::new(),
            known,
        })
        .await;
    loop {
        // A department may have nothing to do for a while.
        let Ok(said) = tokio::time::timeout(Duration::from_secs(5), next_message(&mut agent)).await else {
            continue;
        };
        let Some(said) = said else {
            return;
        };
        match said {
            FromServer::Act(order) => {
                let told = obey(&disk, &order.act, &order.verb);
                match told {
                    Some(outcome) => {
                        let act = order.act;
                        agent.say(&FromAgent::Done { act, outcome }).await;
                    }
                    // It died.
                    None => return,
                }
            }
            FromServer::TookDone { act } => {
                // A real agent keeps the id, so that no act runs twice; what came of it it need not tell again.
                disk.lock().unwrap().log.entry(act).or_insert(None);
            }
            _ => {}
        }
    }
}

/// Does an order. Nothing when the agent dies of it.
fn obey(disk: &Mutex<Disk>, act: &str, verb: &str) -> Option<Outcome> {
    let mut disk = disk.lock().unwrap();
    if disk.log.contains_key(act) {
        return Some(Outcome::Refused {
            code: protocol::grant::Refusal::Replayed.code().to_owned(),
        });
    }
    disk.log.insert(act.to_owned(), None);
    let (step, wanted) = read(verb);
    disk.done.push((act.to_owned(), step.clone()));
    let Some(code) = disk.run(&step, &wanted) else {
        disk.keep();
        return None;
    };
    let outcome = Outcome::Done {
        code: Some(code),
        summary: Value::Null,
        hash: None,
    };
    disk.log.insert(act.to_owned(), Some(outcome.clone()));
    disk.keep();
    if disk.dies_after.take_if(|after| *after == step).is_some() {
        return None;
    }
    Some(outcome)
}

/// The step and the version of an order: of a script with these parameters, or of a package.
fn read(verb: &str) -> (String, String) {
    match Verb::read(verb) {
        Ok(Verb::ScriptRun { parameters, .. }) => {
            let of = |name: &str| match &parameters[name] {
                protocol::inventory::Value::Text(text) => text.clone(),
                other => panic!("{other:?}"),
            };
            (of("step"), of("version"))
        }
        Ok(Verb::Package { step, packages, .. }) => {
            let step = serde_json::to_value(step).unwrap();
            let step = step.as_str().unwrap().to_owned();
            (step, packages[0].version.clone())
        }
        Ok(Verb::AgentUpdate { step, version, .. }) => {
            let step = serde_json::to_value(step).unwrap();
            (step.as_str().unwrap().to_owned(), version)
        }
        _ => panic!("no step: {verb}"),
    }
}

impl Disk {
    /// Writes what can be looked at from outside, whole or not at all.
    fn keep(&self) {
        if let Some(path) = &self.path {
            let told =
                serde_json::json!({ "version": self.version, "half": self.is_half, "done": self.done });
            let beside = path.with_extension("new");
            std::fs::write(&beside, told.to_string()).unwrap();
            std::fs::rename(&beside, path).unwrap();
        }
    }

    fn run(&mut self, step: &str, wanted: &str) -> Option<i32> {
        Some(match step {
            "dry_run" => i32::from(wanted == "missing"),
            "check" if self.is_half => 81,
            "check" if self.version == wanted => 0,
            "check" => 80,
            "apply" => {
                self.before.get_or_insert(self.version.clone());
                self.is_half = true;
                if std::mem::take(&mut self.dies_at_apply) {
                    return None;
                }
                if wanted.ends_with("broken") {
                    return Some(1);
                }
                self.version = wanted.to_owned();
                self.is_half = false;
                0
            }
            "verify" => i32::from(self.is_half || self.version != wanted || wanted == "sick"),
            "roll_back" => {
                if let Some(before) = self.before.clone() {
                    self.version = before;
                }
                self.is_half = false;
                0
            }
            other => panic!("no step: {other}"),
        })
    }
}

/// The next message; the bytes of channels are passed over.
async fn next_message(agent: &mut Agent) -> Option<FromServer> {
    loop {
        if let Frame::Control(json) = hear_frame(&mut agent.socket).await? {
            return Some(message::read(&json).unwrap());
        }
    }
}

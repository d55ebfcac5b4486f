//! What the tests share: devices, a signer beside the house, and an agent that keeps what it is told.

use fleet::act::{self, Act, ActId};
use fleet::device::{self, DeviceId, NewDevice, Source, State};
use fleet::enrolment::Rule;
use fleet::signing;
use kernel::id::TeamId;
use protocol::enrolment::Document;
use protocol::grant::{Grant, Order};
use protocol::key::{KeyPair, PublicKey};
use protocol::message::{FromAgent, FromServer, Outcome, Stream};
use serde_json::{Value, json};
use testkit::{Person, TestApp};

use crate::agent::{Agent, laptop};
use crate::linked::{House, until};

/// The path of a device's acts.
pub fn acts(device: DeviceId) -> String {
    format!("/api/v1/devices/{device}/acts")
}

/// What is asked for a ticket.
pub fn health(ticket: i64) -> Value {
    json!({ "ticket": ticket, "verb": { "verb": "health_check" } })
}

/// The restart of a service.
pub fn restart(ticket: i64) -> Value {
    json!({ "ticket": ticket, "verb": { "verb": "service", "name": "cups", "action": "restart" } })
}

/// A device that is admitted and has an agent, without a link.
pub async fn device(app: &TestApp, number: u32, team: Option<TeamId>) -> DeviceId {
    let cx = app.cx();
    let made = app.write(move |tx| {
        let mut new = NewDevice::told(laptop(number), Source::Agent, State::Admitted);
        (new.key, new.team) = (Some(KeyPair::generate().unwrap().public()), team);
        device::create(tx, &cx, new)
    });
    made.await.unwrap().id
}

/// An act as it stands.
pub async fn now(app: &TestApp, id: ActId) -> Act {
    app.read(move |tx| act::store::find(tx, id))
        .await
        .unwrap()
        .unwrap()
}

/// What somebody asked, by the JSON interface.
pub async fn ask(app: &TestApp, who: &Person, device: DeviceId, what: &Value) -> ActId {
    let client = app.token_of(who, &["*"]).await;
    let answer = client.post(&acts(device), what).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["id"].as_str().unwrap().parse().unwrap()
}

/// A house that serves, with a signer, and one device whose link is open.
pub struct Scene {
    pub house: House,
    pub agent: Agent,
    pub key: KeyPair,
    pub document: Document,
    pub ticket: i64,
}

impl Scene {
    pub async fn open() -> Self {
        let app = TestApp::open().await;
        sign_beside(&app).await;
        let address = crate::linked::serve(&app.house).await;
        let house = House { app, address };
        let ticket = house.app.li_na_cannot_print().await.number;
        let (document, key) = (house.document(Rule::Admit, 1).await, KeyPair::generate().unwrap());
        let mut agent = Agent::enrol(address, &key, &document, laptop(1)).await.unwrap();
        agent
            .say(&FromAgent::Acts {
                running: Vec::new(),
                known: Vec::new(),
            })
            .await;
        Self {
            house,
            agent,
            key,
            document,
            ticket,
        }
    }

    pub fn app(&self) -> &TestApp {
        &self.house.app
    }

    /// Somebody asks, and the device hears the order.
    pub async fn ordered(&mut self, what: &Value) -> Order {
        let amy = self.app().cast.amy.clone();
        ask(self.app(), &amy, self.agent.id(), what).await;
        self.app().settle().await;
        self.order().await
    }

    /// The next order that the device hears.
    pub async fn order(&mut self) -> Order {
        loop {
            match self.agent.hear().await.expect("the link is open") {
                FromServer::Act(order) => return order,
                FromServer::Took { .. } | FromServer::TookDone { .. } => {}
                other => panic!("no order: {other:?}"),
            }
        }
    }

    /// The device comes back, with its own account of what ran.
    pub async fn back(&mut self, running: &[&str], known: &[(&str, Outcome)]) {
        self.agent = Agent::link(self.house.address, &self.key, &self.document)
            .await
            .unwrap();
        let running = running.iter().map(|act| (*act).to_owned()).collect();
        let known = known
            .iter()
            .map(|(act, outcome)| ((*act).to_owned(), outcome.clone()))
            .collect();
        self.agent.say(&FromAgent::Acts { running, known }).await;
    }

    pub async fn says(&mut self, act: &str, seq: u64, text: &str) {
        let text_b64 = data_encoding::BASE64.encode(text.as_bytes());
        let output = FromAgent::Output {
            act: act.to_owned(),
            seq,
            stream: Stream::Out,
            text_b64,
        };
        self.agent.say(&output).await;
    }

    pub async fn ends(&mut self, act: &str, outcome: Outcome) {
        self.agent
            .say(&FromAgent::Done {
                act: act.to_owned(),
                outcome,
            })
            .await;
    }

    pub async fn until_state(&self, act: &str, state: act::State) -> Act {
        let id: ActId = act.parse().unwrap();
        until(state.as_str(), async || now(self.app(), id).await.state == state).await;
        now(self.app(), id).await
    }

    /// The key that the device was told to trust.
    pub fn signer(&self) -> PublicKey {
        self.document.signer_keys[0]
    }

    pub fn grant(&self, order: &Order) -> Grant {
        order.grant.open(&[self.signer()]).unwrap()
    }
}

/// Runs a signer for the house, by the house's clock.
pub async fn sign_beside(app: &TestApp) {
    let kernel = &app.house.kernel;
    let (folder, clock) = (signing::folder(&kernel.config.data), kernel.clock.clone());
    tokio::spawn(async move { signing::serving::serve(&folder, clock, std::future::pending()).await });
    let data = kernel.config.data.clone();
    until("the signer listens", async || {
        signing::client::is_there(&data).await
    })
    .await;
}

/// How an act ends well.
pub fn well() -> Outcome {
    Outcome::Done {
        code: Some(0),
        summary: Value::Null,
        hash: None,
    }
}

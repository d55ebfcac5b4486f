//! Help for a device without the agent: the code, the file, the guest, its end, and those who want more than that.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on must end"
)]

#[expect(dead_code, reason = "the tests use some of the parts")]
#[path = "../link/agent.rs"]
mod agent;
mod attacks;
#[expect(dead_code, reason = "the tests use some of the parts")]
#[path = "../acts/house.rs"]
mod house;
#[path = "../link/house.rs"]
mod linked;
mod whole;

use fleet::assist::program::{self, LINUX};
use fleet::device::{Device, DeviceId, Filter};
use protocol::enrolment::Document;
use protocol::key::KeyPair;
use protocol::message::{FromAgent, Identity};
use protocol::signed::Signed;
use protocol::trailer;
use testkit::{Database, TestApp};
use web::testing::{Answer, Browser};

use crate::agent::Agent;
use crate::linked::House;

/// What is handed out: the beginning of a program.
pub const PROGRAM: &[u8] = b"\x7fELF, as far as anybody looks";

/// A house that serves, with a signer, a program to hand out, and a ticket.
pub struct Scene {
    pub house: House,
    pub ticket: i64,
    pub cheng: Browser,
}

impl Scene {
    pub async fn open() -> Self {
        let scene = Self::without_program().await;
        let app = scene.app();
        let stored = app.house.kernel.files.put(PROGRAM.to_vec(), 1_000).await.unwrap();
        let cx = app.cx();
        let put = app.write(move |tx| program::put(tx, &cx, LINUX, &stored, "test"));
        put.await.unwrap();
        scene
    }

    pub async fn without_program() -> Self {
        let app = TestApp::with(Database::of_this_run(), |config| {
            // Agents may knock without TLS at this machine only.
            "http://127.0.0.1:1".clone_into(&mut config.base_url);
        })
        .await;
        house::sign_beside(&app).await;
        let address = linked::serve(&app.house).await;
        let ticket = app.li_na_cannot_print().await.number;
        let cheng = app.engineer().await;
        let house = House { app, address };
        Self { house, ticket, cheng }
    }

    pub fn app(&self) -> &TestApp {
        &self.house.app
    }

    /// Cheng Li offers help; the page of it.
    pub async fn offered(&mut self) -> String {
        let path = format!("/tickets/{}/assists", self.ticket);
        let answer = self.cheng.post(&path, &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        answer.header("location").to_owned()
    }

    /// The code on that page.
    pub async fn code(&mut self, page: &str) -> String {
        let text = self.cheng.get(page).await.text;
        code_in(&text).unwrap_or_else(|| panic!("no code: {text}"))
    }

    /// Somebody enters a code.
    pub async fn entered(&self, code: &str) -> Answer {
        let mut anybody = self.app().anonymous().with("accept-language", "en");
        anybody.get("/assist").await;
        anybody.post("/assist", &[("code", code)]).await
    }

    /// What somebody fetched with a code of Cheng Li's, as the program reads it; and the page of it.
    pub async fn fetched(&mut self) -> (Document, String) {
        let page = self.offered().await;
        let code = self.code(&page).await;
        let answer = self.entered(&code).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        (self.read(&answer), page)
    }

    pub fn read(&self, answer: &Answer) -> Document {
        let bytes = &answer.bytes;
        let end: &[u8; trailer::END] = bytes.last_chunk().unwrap();
        let length = usize::try_from(trailer::length(end).unwrap()).unwrap();
        let from = bytes.len() - trailer::END - length;
        assert_eq!(&bytes[..from], PROGRAM);
        let signed: Signed<Document> = serde_json::from_slice(&bytes[from..from + length]).unwrap();
        let mut document = protocol::enrolment::open(&signed, self.app().clock.now().millis()).unwrap();
        document.servers = vec![format!("ws://{}", self.house.address)];
        document
    }

    /// The program comes forward as it would on this machine.
    pub async fn guest(&self, document: &Document, key: &KeyPair, identity: Identity) -> Agent {
        let mut agent = Agent::enrol(self.house.address, key, document, identity)
            .await
            .unwrap();
        agent
            .say(&FromAgent::Acts {
                running: Vec::new(),
                known: Vec::new(),
            })
            .await;
        self.app().settle().await;
        agent
    }

    pub async fn device(&self, id: DeviceId) -> Device {
        self.house.device(&id.to_string()).await
    }

    /// The names on the list of devices.
    pub async fn listed(&self) -> Vec<String> {
        let filter = Filter::default();
        let noor = self.app().cast.noor.clone();
        let list = self
            .app()
            .act(&noor, move |tx, cx| {
                fleet::device::list(tx, cx, &filter, None, 100)
            })
            .await;
        list.into_iter().map(|device| device.name).collect()
    }

    /// How an assist stands, by its page.
    pub async fn says(&mut self, page: &str, words: &str) -> bool {
        self.cheng.get(page).await.text.contains(words)
    }
}

pub fn code_in(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("id=\"assist-code\"><code>")?;
    Some(rest.split_once('<')?.0.to_owned())
}

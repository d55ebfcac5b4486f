//! What the tests share: Li Na's ticket, her browser, and the desk's windows.

use std::net::SocketAddr;

use fleet::share::ShareId;
use serde_json::{Value, json};
use testkit::{Person, TestApp};

use crate::linked::{House, until};
use crate::sharer::Sharer;
use crate::viewer::Window;

/// A house that serves, and a ticket of Li Na's.
pub struct Scene {
    pub house: House,
    pub ticket: i64,
}

impl Scene {
    pub async fn open() -> Self {
        let house = House::open().await;
        let ticket = house.app.li_na_cannot_print().await.number;
        Self { house, ticket }
    }

    pub fn app(&self) -> &TestApp {
        &self.house.app
    }

    pub fn address(&self) -> SocketAddr {
        self.house.address
    }

    /// The stream of Li Na's browser on her ticket.
    pub async fn li_na_shares(&self) -> Sharer {
        self.shares(self.address(), self.ticket).await
    }

    pub async fn shares(&self, address: SocketAddr, ticket: i64) -> Sharer {
        let token = self.app().session_of(&self.app().cast.li_na).await;
        Sharer::open(address, ticket, &token)
            .await
            .expect("she may share")
    }

    pub async fn watched_by(&self, person: &Person, id: ShareId) -> Window {
        self.watched_at(self.address(), person, id).await
    }

    pub async fn watched_at(&self, address: SocketAddr, person: &Person, id: ShareId) -> Window {
        let token = self.app().session_of(person).await;
        Window::open(address, &format!("/shares/{id}/stream"), &token).await
    }

    /// How a share stands in the database.
    pub async fn stands(&self, id: ShareId) -> Value {
        let found = self.app().read(move |tx| {
            let sql = "SELECT state, reason, generation, pieces, bytes FROM fleet_share WHERE id = $1";
            tx.query_one(sql, &[id.into()], |row| {
                let (state, reason): (String, String) = (row.get("state")?, row.get("reason")?);
                let (generation, pieces, bytes): (i64, i64, i64) =
                    (row.get("generation")?, row.get("pieces")?, row.get("bytes")?);
                Ok(json!({ "state": state, "reason": reason, "generation": generation, "pieces": pieces, "bytes": bytes }))
            })
        });
        found.await.unwrap()
    }

    pub async fn until_state(&self, id: ShareId, wanted: &str) {
        until(wanted, async || self.stands(id).await["state"] == wanted).await;
    }

    /// What was told, as the recording has it: a desk's person fetches it.
    pub async fn recorded(&self, id: ShareId) -> Vec<Vec<u8>> {
        let mut amy = self.app().technician().await;
        let file = amy.get(&format!("/shares/{id}/recording")).await;
        assert_eq!(file.status, 200, "{}", file.text);
        let blocks = rfb::recording::read(&file.bytes).unwrap();
        blocks.iter().map(|(bytes, _)| bytes.to_vec()).collect()
    }
}

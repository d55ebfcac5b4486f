//! Who may knock, and how far strangers come.

use std::time::Duration;

use fleet::enrolment::Rule;
use futures::SinkExt as _;
use protocol::handshake;
use protocol::key::KeyPair;
use protocol::message::{Enrol, FromAgent, FromServer};
use tokio_tungstenite::tungstenite::Message;

use crate::agent::{self, Agent, hear, hello, laptop, open, say, status};
use crate::house::House;

#[tokio::test]
async fn a_browser_of_any_page_is_sent_away() {
    let house = House::open().await;
    let own = format!("http://{}", house.address);
    for origin in ["https://evil.example", "null", &own] {
        assert_eq!(
            status(house.address, protocol::PATH, &[("origin", origin)]).await,
            403,
            "{origin}"
        );
        assert_eq!(
            status(house.address, fleet::link::between::PATH, &[("origin", origin)]).await,
            403,
            "{origin}"
        );
    }
    let cookie = [("cookie", "session=1")];
    assert_eq!(status(house.address, protocol::PATH, &cookie).await, 403);
    assert_eq!(status(house.address, protocol::PATH, &[]).await, 101);
}

#[tokio::test]
async fn who_asks_without_a_websocket_is_told_so() {
    let house = House::open().await;
    let answer = house.app.anonymous().get(protocol::PATH).await;
    assert_eq!(answer.status, 426);
}

#[tokio::test]
async fn a_stranger_comes_no_further_than_the_door() {
    let house = House::open().await;
    let document = house.document(Rule::Admit, 1).await;
    let key = KeyPair::generate().unwrap();
    let refused = Agent::link(house.address, &key, &document).await.err();
    assert_eq!(refused.as_deref(), Some("unknown"));
    assert_eq!(house.devices().await, 0);
}

#[tokio::test]
async fn a_key_that_somebody_only_names_proves_nothing() {
    let house = House::open().await;
    let document = house.document(Rule::Admit, 1).await;
    let (owner, thief) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let mut owned = Agent::enrol(house.address, &owner, &document, laptop(1))
        .await
        .unwrap();
    let mut socket = open(house.address).await;
    say(&mut socket, &hello(&owner, &handshake::nonce().unwrap())).await;
    let Some(FromServer::Challenge { nonce, .. }) = hear(&mut socket).await else {
        panic!("no challenge");
    };
    let proof = FromAgent::Proof {
        signature: thief.sign(handshake::AGENT, nonce.as_bytes()),
        enrol: None,
    };
    say(&mut socket, &proof).await;
    assert!(matches!(hear(&mut socket).await, Some(FromServer::Refused { code, .. }) if code == "proof"));
    // The true one did not notice.
    owned
        .say(&FromAgent::Beat(protocol::message::Beat::default()))
        .await;
    assert!(fleet::link::of(&house.app.house.kernel).is_here(&owned.id()));
}

#[tokio::test]
async fn what_is_no_greeting_ends_it() {
    let house = House::open().await;
    let _document = house.document(Rule::Admit, 1).await;
    for message in [
        FromAgent::Beat(protocol::message::Beat::default()),
        hello(&KeyPair::generate().unwrap(), "short"),
    ] {
        let mut socket = open(house.address).await;
        say(&mut socket, &message).await;
        let answer = hear(&mut socket).await;
        assert!(matches!(answer, Some(FromServer::Refused { code, .. }) if code == "greeting"));
    }
    let mut socket = open(house.address).await;
    let mut newer = hello(&KeyPair::generate().unwrap(), &handshake::nonce().unwrap());
    if let FromAgent::Hello { version, .. } = &mut newer {
        *version += 1;
    }
    say(&mut socket, &newer).await;
    assert!(matches!(hear(&mut socket).await, Some(FromServer::Refused { code, .. }) if code == "version"));
}

#[tokio::test]
async fn a_stranger_cannot_fill_the_memory() {
    let house = House::open().await;
    let document = house.document(Rule::Admit, 1).await;
    let key = KeyPair::generate().unwrap();
    let mut identity = laptop(1);
    identity.host = "x".repeat(300 * 1024);
    let mut socket = open(house.address).await;
    let enrol = Enrol {
        token: document.token.clone(),
        identity,
    };
    let greeted = agent::greet(&mut socket, &key, &document, Some(enrol));
    let answer = tokio::time::timeout(Duration::from_secs(20), greeted)
        .await
        .unwrap();
    assert!(!matches!(answer, Some(FromServer::Welcome { .. })), "{answer:?}");
    assert_eq!(house.devices().await, 0);
}

#[tokio::test]
async fn what_is_no_frame_ends_a_link_and_a_message_of_tomorrow_does_not() {
    let house = House::open().await;
    let document = house.document(Rule::Admit, 1).await;
    let key = KeyPair::generate().unwrap();
    let mut agent = Agent::enrol(house.address, &key, &document, laptop(1))
        .await
        .unwrap();
    let tomorrow = protocol::frame::Frame::Control(br#"{"type":"sing","song":"la"}"#.to_vec());
    agent::frame(&mut agent.socket, &tomorrow).await;
    agent
        .say(&FromAgent::Inventory(protocol::inventory::Report::default()))
        .await;
    assert!(matches!(
        agent.hear().await,
        Some(FromServer::TookInventory { .. })
    ));
    agent
        .socket
        .send(Message::Binary(vec![9, 9, 9].into()))
        .await
        .unwrap();
    assert!(agent.hear().await.is_none());
}

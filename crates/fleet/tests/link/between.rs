//! Two nodes on one database: the agent on one, whoever streams on the other.

use fleet::enrolment::Rule;
use fleet::link::{self, between};
use protocol::frame::Frame;
use protocol::key::KeyPair;
use server::house::House as Program;

use crate::agent::{self, Agent, hear_frame, laptop};
use crate::house::{House, serve, until};

/// Another node on the database of the first.
async fn another(house: &House) -> (Program, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut config = (*house.app.house.kernel.config).clone();
    config.data = folder.path().to_owned();
    let node = Program::open_at(config, house.app.clock.clone()).await.unwrap();
    (node, folder)
}

#[tokio::test]
async fn a_stream_reaches_a_device_through_the_node_that_has_its_link() {
    let house = House::open().await;
    let (document, key) = (house.document(Rule::Admit, 1).await, KeyPair::generate().unwrap());
    let mut agent = Agent::enrol(house.address, &key, &document, laptop(1))
        .await
        .unwrap();
    let id = agent.id();
    house.flush().await;
    let (other, _folder) = another(&house).await;
    assert!(!link::of(&other.kernel).is_here(&id));
    let mut pipe = between::open(&other.kernel, id, "channel").await.unwrap();
    let number = pipe.rx.recv().await.unwrap();
    pipe.tx.send(b"who are you"[..].into()).await.unwrap();
    let Some(Frame::Data { channel, bytes }) = hear_frame(&mut agent.socket).await else {
        panic!("no data");
    };
    assert_eq!(number.as_ref(), channel.to_be_bytes());
    assert_eq!(bytes, b"who are you");
    let answer = Frame::Data {
        channel,
        bytes: b"laptop-1".to_vec(),
    };
    agent::frame(&mut agent.socket, &answer).await;
    assert_eq!(pipe.rx.recv().await.unwrap().as_ref(), b"laptop-1");
    // The end of the link is the end of the stream.
    drop(agent);
    assert_eq!(pipe.rx.recv().await, None);
}

#[tokio::test]
async fn a_device_changes_nodes_and_the_one_it_left_can_write_nothing() {
    let house = House::open().await;
    let (document, key) = (house.document(Rule::Admit, 1).await, KeyPair::generate().unwrap());
    let mut first = Agent::enrol(house.address, &key, &document, laptop(1))
        .await
        .unwrap();
    let id = first.id();
    let (other, _folder) = another(&house).await;
    let address = serve(&other).await;
    let _second = Agent::link(address, &key, &document).await.unwrap();
    link::keeping::flush(&other.kernel).await.unwrap();
    let cx = house.app.cx();
    let holder = other
        .kernel
        .db
        .read(move |tx| link::lease::holder(tx, &cx, id))
        .await
        .unwrap();
    assert_eq!(holder.unwrap().0, *other.kernel.node);
    // The first node learns of it with the next thing it wants to write.
    first
        .say(&protocol::message::FromAgent::Beat(
            protocol::message::Beat::default(),
        ))
        .await;
    until("the first node lets go", async || {
        house.flush().await;
        !link::of(&house.app.house.kernel).is_here(&id)
    })
    .await;
    assert!(first.hear().await.is_none());
}

#[tokio::test]
async fn nobody_but_a_node_of_the_house_opens_a_stream() {
    let house = House::open().await;
    let (document, key) = (house.document(Rule::Admit, 1).await, KeyPair::generate().unwrap());
    let agent = Agent::enrol(house.address, &key, &document, laptop(1))
        .await
        .unwrap();
    let node = house.app.house.kernel.node.to_string();
    let at = house.app.clock.now().millis().to_string();
    let headers = [
        ("x-mainstay-from", "node-evil"),
        ("x-mainstay-to", node.as_str()),
        ("x-mainstay-device", agent.device.as_str()),
        ("x-mainstay-purpose", "channel"),
        ("x-mainstay-at", at.as_str()),
        ("x-mainstay-nonce", "n"),
        ("x-mainstay-signature", "AAAA"),
    ];
    assert_eq!(agent::status(house.address, between::PATH, &headers).await, 403);
    assert_eq!(
        agent::status(house.address, between::PATH, &headers[..6]).await,
        403
    );
}

#[tokio::test]
async fn a_device_without_a_link_is_said_to_be_away() {
    let house = House::open().await;
    let nobody = house.app.cx().new_id();
    let error = between::open(&house.app.house.kernel, nobody, "channel")
        .await
        .unwrap_err();
    assert_eq!(error.code(), "fleet.device.offline");
}

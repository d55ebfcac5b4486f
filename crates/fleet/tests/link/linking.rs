//! Open links: beats, inventories, channels, who speaks for a device, and a good end.

use std::collections::BTreeMap;

use fleet::device::DeviceId;
use fleet::enrolment::Rule;
use fleet::link::{self, Epoch, lease};
use protocol::frame::{Frame, WINDOW};
use protocol::inventory::{self, Content, Item, Report, Section, Value};
use protocol::key::KeyPair;
use protocol::message::{Beat, FromAgent, FromServer};

use crate::agent::{self, Agent, hear_frame, laptop};
use crate::house::{House, until};

async fn one(house: &House) -> (Agent, KeyPair, protocol::enrolment::Document) {
    let (document, key) = (house.document(Rule::Admit, 1).await, KeyPair::generate().unwrap());
    let agent = Agent::enrol(house.address, &key, &document, laptop(1))
        .await
        .unwrap();
    (agent, key, document)
}

fn packages(version: &str) -> Report {
    let mut item = Item::new("openssl amd64");
    item.values
        .insert("version".to_owned(), Value::Text(version.to_owned()));
    let items = vec![item];
    let content = Content {
        hash: inventory::hash(&items),
        items: Some(items),
    };
    Report {
        at: 0,
        full: false,
        sections: BTreeMap::from([(Section::Packages, content)]),
    }
}

async fn is_online(house: &House, device: DeviceId) -> bool {
    let cx = house.app.cx();
    let online = house
        .app
        .read(move |tx| link::online(tx, &cx, &[device]))
        .await
        .unwrap();
    online.contains(&device)
}

async fn epoch_of(house: &House, device: DeviceId) -> Epoch {
    let cx = house.app.cx();
    let holder = house
        .app
        .read(move |tx| lease::holder(tx, &cx, device))
        .await
        .unwrap();
    holder.unwrap().1
}

#[tokio::test]
async fn a_beat_is_kept_and_the_device_is_there_until_its_link_ends() {
    let house = House::open().await;
    let (mut agent, ..) = one(&house).await;
    let id = agent.id();
    let beat = Beat {
        cpu: 12.5,
        memory_total: 8,
        memory_used: 3,
        ..Beat::default()
    };
    agent.say(&FromAgent::Beat(beat)).await;
    until("the beat is kept", async || {
        house.flush().await;
        house.device(&id.to_string()).await.seen_at.is_some()
    })
    .await;
    assert!(is_online(&house, id).await);
    assert_eq!(house.device(&id.to_string()).await.address, "127.0.0.1");
    drop(agent);
    until("the link is over", async || {
        house.flush().await;
        !is_online(&house, id).await
    })
    .await;
}

#[tokio::test]
async fn a_node_that_is_not_heard_of_has_nobody() {
    let house = House::open().await;
    let (agent, ..) = one(&house).await;
    house.flush().await;
    assert!(is_online(&house, agent.id()).await);
    house.app.clock.advance_millis(31_000);
    assert!(!is_online(&house, agent.id()).await);
}

#[tokio::test]
async fn an_inventory_is_taken_in_and_need_not_be_sent_again() {
    let house = House::open().await;
    let (mut agent, key, document) = one(&house).await;
    agent.say(&FromAgent::Inventory(packages("3.0.1"))).await;
    let Some(FromServer::TookInventory { hashes }) = agent.hear().await else {
        panic!("the inventory was not taken");
    };
    assert_eq!(hashes.len(), 1);
    let again = Agent::link(house.address, &key, &document).await.unwrap();
    assert!(matches!(again.welcome, FromServer::Welcome { hashes: known, .. } if known == hashes));
}

#[tokio::test]
async fn who_waits_to_be_admitted_can_put_nothing_into_the_house() {
    let house = House::open().await;
    let (document, key) = (house.document(Rule::Wait, 1).await, KeyPair::generate().unwrap());
    let mut agent = Agent::enrol(house.address, &key, &document, laptop(1))
        .await
        .unwrap();
    agent.say(&FromAgent::Inventory(packages("3.0.1"))).await;
    agent.say(&FromAgent::Beat(Beat::default())).await;
    until("the beat is kept", async || {
        house.flush().await;
        house.device(&agent.device).await.seen_at.is_some()
    })
    .await;
    assert_eq!(house.device(&agent.device).await.inventory_at, None);
}

#[tokio::test]
async fn a_later_link_takes_over_and_the_earlier_can_write_nothing_more() {
    let house = House::open().await;
    let (mut first, key, document) = one(&house).await;
    let id = first.id();
    house.flush().await;
    let early = epoch_of(&house, id).await;
    let mut second = Agent::link(house.address, &key, &document).await.unwrap();
    assert!(first.until_over().await.is_empty());
    let late = epoch_of(&house, id).await;
    assert!(late.0 > early.0);
    let stale = house.app.write(move |tx| lease::guard(tx, id, early)).await;
    assert_eq!(stale.unwrap_err().code(), "fleet.lease.lost");
    house
        .app
        .write(move |tx| lease::guard(tx, id, late))
        .await
        .unwrap();
    // Giving back what one has not got takes nothing away.
    house
        .app
        .write(move |tx| lease::release(tx, id, early))
        .await
        .unwrap();
    second.say(&FromAgent::Inventory(packages("3.0.1"))).await;
    assert!(matches!(
        second.hear().await,
        Some(FromServer::TookInventory { .. })
    ));
}

#[tokio::test]
async fn a_node_whose_lease_was_taken_writes_nothing_and_ends_the_link() {
    let house = House::open().await;
    let (mut agent, ..) = one(&house).await;
    let id = agent.id();
    // Another node takes the device, and this one has not noticed.
    let cx = house.app.cx();
    house
        .app
        .write(move |tx| lease::take(tx, &cx, id, "node-elsewhere"))
        .await
        .unwrap();
    agent.say(&FromAgent::Inventory(packages("3.0.1"))).await;
    assert!(agent.until_over().await.is_empty());
    assert_eq!(house.device(&id.to_string()).await.inventory_at, None);
}

#[tokio::test]
async fn bytes_go_both_ways_over_a_channel_with_credit() {
    let house = House::open().await;
    let (mut agent, ..) = one(&house).await;
    let hub = link::of(&house.app.house.kernel);
    let id = agent.id();
    until("the link is in the hub", async || hub.is_here(&id)).await;
    let channel = hub.open_channel(&id).unwrap();
    channel.send(b"ls\n").await.unwrap();
    let Some(Frame::Data {
        channel: number,
        bytes,
    }) = hear_frame(&mut agent.socket).await
    else {
        panic!("no data");
    };
    assert_eq!((number, bytes.as_slice()), (channel.id(), b"ls\n".as_slice()));
    let many = vec![7_u8; WINDOW as usize];
    for piece in many.chunks(protocol::frame::CHUNK) {
        let frame = Frame::Data {
            channel: number,
            bytes: piece.to_vec(),
        };
        agent::frame(&mut agent.socket, &frame).await;
    }
    let mut came = 0;
    while came < many.len() {
        came += channel.recv().await.unwrap().len();
    }
    assert!(
        matches!(hear_frame(&mut agent.socket).await, Some(Frame::Credit { channel, .. }) if channel == number)
    );
    channel.close("enough");
    loop {
        match hear_frame(&mut agent.socket).await {
            Some(Frame::Credit { .. }) => {}
            Some(Frame::Close { reason, .. }) => {
                assert_eq!(reason, "enough");
                break;
            }
            other => panic!("no end of the channel: {other:?}"),
        }
    }
}

#[tokio::test]
async fn the_end_of_a_link_ends_its_channels_with_a_reason() {
    let house = House::open().await;
    let (agent, ..) = one(&house).await;
    let hub = link::of(&house.app.house.kernel);
    let id = agent.id();
    until("the link is in the hub", async || hub.is_here(&id)).await;
    let channel = hub.open_channel(&id).unwrap();
    drop(agent);
    assert_eq!(channel.recv().await, None);
    assert_eq!(channel.reason().as_deref(), Some("link_lost"));
}

#[tokio::test]
async fn a_house_that_closes_sends_everybody_away_and_gives_their_leases_back() {
    let house = House::open().await;
    let (mut agent, key, document) = one(&house).await;
    house.flush().await;
    assert!(is_online(&house, agent.id()).await);
    house.app.house.kernel.stop.stop();
    let said = agent.until_over().await;
    assert!(matches!(said.as_slice(), [FromServer::Drain { .. }]), "{said:?}");
    until("the lease is back", async || !is_online(&house, agent.id()).await).await;
    // Whoever comes back too early finds the door closed.
    let status = agent::status(house.address, protocol::PATH, &[]).await;
    assert_eq!(status, 503);
    drop((key, document));
}

//! Bytes beside the orders: files that break off and go on, and the speed test.

use fleet::act::asking::{self, Moving};
use fleet::act::{ActId, State, store};
use protocol::frame::{CHUNK, Frame, WINDOW};
use protocol::grant::Order;
use protocol::message::Outcome;
use protocol::verb::Verb;
use serde_json::json;

use crate::agent::{frame, hear_frame};
use crate::house::Scene;
use crate::linked::until;

fn offset(order: &Order) -> u64 {
    match Verb::read(&order.verb).unwrap() {
        Verb::FileGet { offset, .. } | Verb::FilePut { offset, .. } => offset,
        other => panic!("moves no file: {other:?}"),
    }
}

/// Sends so many bytes as an agent may: never more than the credit.
async fn send(scene: &mut Scene, channel: u32, bytes: usize) {
    let (mut left, mut credit) = (bytes, WINDOW as usize);
    while left > 0 {
        let now = left.min(credit).min(CHUNK);
        if now == 0 {
            if let Some(Frame::Credit { bytes, .. }) = hear_frame(&mut scene.agent.socket).await {
                credit += bytes as usize;
            }
            continue;
        }
        let bytes = vec![7; now];
        frame(&mut scene.agent.socket, &Frame::Data { channel, bytes }).await;
        (left, credit) = (left - now, credit - now);
    }
}

#[tokio::test]
async fn how_far_a_file_came_is_known_while_it_comes() {
    let mut scene = Scene::open().await;
    let wanted = json!({ "ticket": scene.ticket, "verb": { "verb": "file_get", "path": "/var/log/syslog" } });
    let first = scene.ordered(&wanted).await;
    let id: ActId = first.act.parse().unwrap();
    send(&mut scene, first.channel.unwrap(), 9 * 1024 * 1024).await;
    // The link stands still: a server that is killed now has this in its database and the bytes on its disk.
    let moved = async || {
        let found = scene.app().read(move |tx| store::transfer(tx, id)).await;
        found.unwrap().unwrap().moved
    };
    until("it is noted", async || moved().await >= 8 * 1024 * 1024).await;
    let part = scene
        .app()
        .house
        .kernel
        .config
        .data
        .join(format!("transfers/{id}.part"));
    assert!(std::fs::metadata(&part).unwrap().len() >= 8 * 1024 * 1024);
    // What never goes on is not kept either, and its end is not waited for: a device that refuses opens no channel.
    let code = "floor".to_owned();
    scene.ends(&first.act, Outcome::Refused { code }).await;
    scene.until_state(&first.act, State::Refused).await;
    assert!(!part.exists());
}

#[tokio::test]
async fn a_device_that_died_is_asked_how_much_of_a_file_it_has() {
    let mut scene = Scene::open().await;
    let stored = scene
        .app()
        .house
        .kernel
        .files
        .put(vec![7; 100], 1_000)
        .await
        .unwrap();
    let (device, subject) = (scene.agent.id(), format!("ticket:{}", scene.ticket));
    let verb = Verb::FilePut {
        path: "/srv/driver.bin".to_owned(),
        size: 100,
        sha256: stored.hash.clone(),
        offset: 0,
        overwrite: false,
    };
    let file = Moving {
        name: "driver.bin".to_owned(),
        hash: Some(stored.hash),
        continues: None,
    };
    let ask = move |tx: &mut kernel::db::Tx<'_>, cx: &kernel::Cx| {
        asking::ask_with(tx, cx, &[device], &subject, verb.clone(), Some(file.clone()))
    };
    let noor = scene.app().cast.noor.clone();
    scene.app().act(&noor, ask).await;
    scene.app().settle().await;
    let first = scene.order().await;
    assert_eq!(offset(&first), 0);
    let text = "the agent was stopped while this ran".to_owned();
    scene.back(&[], &[(&first.act, Outcome::Lost { text })]).await;
    scene.until_state(&first.act, State::Lost).await;
    scene.app().settle().await;
    let second = scene.order().await;
    assert_eq!(offset(&second), 100, "it is done when it has all of it");
    let has = Outcome::Failed {
        code: "offset".to_owned(),
        text: "42 bytes are kept".to_owned(),
    };
    let (channel, reason) = (second.channel.unwrap(), String::new());
    frame(&mut scene.agent.socket, &Frame::Close { channel, reason }).await;
    scene.ends(&second.act, has).await;
    scene.until_state(&second.act, State::Failed).await;
    scene.app().settle().await;
    assert_eq!(offset(&scene.order().await), 42);
}

#[tokio::test]
async fn a_speed_test_has_another_end() {
    let mut scene = Scene::open().await;
    let wanted = json!({ "ticket": scene.ticket, "verb": { "verb": "net_throughput", "bytes": 100_000 } });
    let order = scene.ordered(&wanted).await;
    let channel = order.channel.expect("bytes need a channel");
    send(&mut scene, channel, 100_000).await;
    let mut came = 0;
    while came < 100_000 {
        match hear_frame(&mut scene.agent.socket).await.unwrap() {
            Frame::Data { channel: at, bytes } if at == channel => came += bytes.len(),
            Frame::Close { reason, .. } => panic!("closed: {reason}"),
            _ => {}
        }
    }
    assert_eq!(came, 100_000);
}

//! Screens end to end on the server: a device at one end of the stream, viewers at the other, the recording between.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on must end"
)]

#[expect(dead_code, reason = "the tests use some of the parts")]
#[path = "../link/agent.rs"]
mod agent;
#[expect(dead_code, reason = "the tests use some of the parts")]
#[path = "../acts/house.rs"]
mod house;
#[expect(dead_code, reason = "the tests use some of the parts")]
#[path = "../link/house.rs"]
mod linked;
mod viewer;

use protocol::frame::Frame;
use protocol::grant::Order;
use protocol::message::{FromAgent, Outcome};
use protocol::recording::{Kind, Record, Records};
use protocol::screen::{Hello, Monitor, Word};
use protocol::verb::Verb;
use rfb::area::Area;
use rfb::saying::{self, Said};
use serde_json::{Value, json};
use testkit::Person;

use crate::agent::{frame, hear_frame};
use crate::house::Scene;
use crate::linked::until;
use crate::viewer::Window;

const COMES_BACK_AS: u32 = 1 << 31;

/// A device whose screen was asked for.
struct Session {
    scene: Scene,
    act: String,
    verb: Verb,
    channel: u32,
    said: Records,
    at: u64,
}

fn key(sign: u32) -> Said {
    Said::Key { down: true, sign }
}

impl Session {
    /// Somebody of the second line asks by the page, and the device takes the order up.
    async fn open(mode: &str, hello: &Hello) -> Self {
        let mut scene = Scene::open().await;
        let mut cheng = scene.app().engineer().await;
        let (device, ticket) = (scene.agent.id(), scene.ticket.to_string());
        let new = cheng
            .get(&format!("/devices/{device}/screens/new?ticket={ticket}"))
            .await;
        assert_eq!(new.status, 200, "{}", new.text);
        let form = [("ticket", ticket.as_str()), ("mode", mode), ("clipboard", "true")];
        let asked = cheng.post(&format!("/devices/{device}/screens"), &form).await;
        assert_eq!(asked.status, 303, "{}", asked.text);
        scene.app().settle().await;
        let Order {
            act, channel, verb, ..
        } = scene.order().await;
        let mut session = Self {
            scene,
            act,
            verb: Verb::read(&verb).unwrap(),
            channel: channel.unwrap(),
            said: Records::default(),
            at: 0,
        };
        let asked = session.heard().await;
        session.send(asked.kind, &asked.bytes).await;
        session
            .send(Kind::Hello, &serde_json::to_vec(hello).unwrap())
            .await;
        session
    }

    async fn send(&mut self, kind: Kind, bytes: &[u8]) {
        self.at += 10;
        let record = Record {
            at: self.at,
            kind,
            bytes: bytes.to_vec(),
        };
        let data = Frame::Data {
            channel: self.channel,
            bytes: record.encode(),
        };
        frame(&mut self.scene.agent.socket, &data).await;
    }

    async fn word(&mut self, word: &Word) {
        self.send(Kind::Word, &word.write()).await;
    }

    /// The whole picture, of this size: its bytes are told viewers as they are.
    async fn picture(&mut self, size: &str, bytes: &[u8]) {
        self.send(Kind::Resize, size.as_bytes()).await;
        self.told(bytes).await;
    }

    async fn told(&mut self, bytes: &[u8]) {
        self.send(Kind::Output, bytes).await;
        self.send(Kind::Marker, b"").await;
    }

    /// The next record of the server.
    async fn heard(&mut self) -> Record {
        loop {
            match hear_frame(&mut self.scene.agent.socket).await.unwrap() {
                Frame::Data { channel, bytes } if channel == self.channel => {
                    if let Some((record, _)) = self.said.take(&bytes).unwrap().into_iter().next() {
                        return record;
                    }
                }
                _ => {}
            }
        }
    }

    /// The next thing that a viewer's person did.
    async fn pressed(&mut self) -> Said {
        loop {
            let record = self.heard().await;
            assert_eq!(record.kind, Kind::Input);
            let (said, _) = saying::read(&record.bytes).unwrap().unwrap();
            if !matches!(said, Said::Update { .. }) {
                return said;
            }
        }
    }

    async fn wanted_whole(&mut self) {
        let record = self.heard().await;
        let (said, _) = saying::read(&record.bytes).unwrap().unwrap();
        assert!(matches!(said, Said::Update { changes: false, .. }), "{said:?}");
    }

    async fn watched_by(&self, person: &Person, join: bool) -> Window {
        let token = self.scene.app().session_of(person).await;
        let query = if join { "?join=1" } else { "" };
        let path = format!("/screens/{}/stream{query}", self.act);
        Window::open(self.scene.house.address, &path, &token).await
    }

    async fn state(&self) -> Value {
        let act = self.act.clone();
        let found = self.scene.app().read(move |tx| {
            let sql = "SELECT state, reason, agreed_at, bytes FROM fleet_screen WHERE act = $1";
            tx.query_one(sql, &[act.as_str().into()], |row| {
                let (state, reason, agreed, bytes): (String, String, Option<i64>, i64) = (
                    row.get("state")?,
                    row.get("reason")?,
                    row.get("agreed_at")?,
                    row.get("bytes")?,
                );
                Ok(json!({ "state": state, "reason": reason, "agreed": agreed.is_some(), "bytes": bytes }))
            })
        });
        found.await.unwrap()
    }

    async fn until_state(&self, wanted: &str) {
        until(wanted, async || self.state().await["state"] == wanted).await;
    }

    async fn agreed(&mut self) {
        self.word(&Word::Asking).await;
        self.until_state("asking").await;
        self.word(&Word::Agreed).await;
        self.until_state("open").await;
    }
}

#[tokio::test]
async fn the_picture_reaches_everybody_and_the_recording_and_only_who_takes_part_presses() {
    let mut session = Session::open("control", &Hello::default()).await;
    let expected = Verb::Screen {
        control: true,
        clipboard: true,
        ask: true,
    };
    assert_eq!(session.verb, expected);
    session.agreed().await;
    session.picture("640x480", b"first").await;
    let cast = &session.scene.app().cast;
    let (cheng, amy) = (cast.cheng_li.clone(), cast.amy.clone());
    let mut driver = session.watched_by(&cheng, true).await;
    driver.greeted().await;
    assert_eq!(driver.size, (640, 480));
    session.wanted_whole().await;
    let mut watcher = session.watched_by(&amy, true).await;
    watcher.greeted().await;
    session.wanted_whole().await;
    session.picture("640x480", b"whole").await;
    session.told(b"more").await;
    driver.sees(b"wholemore").await;
    watcher.sees(b"wholemore").await;
    // First line has no right to run anything: it watches, whatever it presses.
    watcher.says(&key(0x61)).await;
    watcher
        .says(&Said::Pointer {
            buttons: 1,
            x: 1,
            y: 1,
        })
        .await;
    driver.says(&key(0x0100_4E2D)).await;
    assert_eq!(session.pressed().await, key(0x0100_4E2D));
    session.send(Kind::Exit, b"stopped_by_user").await;
    driver.until("it is over", |window| window.state == "ended").await;
    session.until_state("ended").await;
    let over = session.state().await;
    assert_eq!(over["reason"], "stopped_by_user");
    assert_eq!(over["agreed"], true);
    let mut browser = session.scene.app().engineer().await;
    let page = browser.get(&format!("/screens/{}", session.act)).await;
    assert!(page.text.contains("data-screen-player"), "{}", page.text);
    let file = browser.get(&format!("/screens/{}/recording", session.act)).await;
    assert_eq!(file.status, 200);
    let blocks = rfb::recording::read(&file.bytes).unwrap();
    let told: Vec<&[u8]> = blocks.iter().map(|(bytes, _)| *bytes).collect();
    assert_eq!(told[0], rfb::viewer::greeting(640, 480, &session.act));
    assert_eq!(told[1..], [&b"first"[..], b"whole", b"more"]);
}

#[tokio::test]
async fn in_a_session_of_viewing_nobody_presses_and_nothing_is_copied() {
    let mut session = Session::open("view", &Hello::default()).await;
    let expected = Verb::Screen {
        control: false,
        clipboard: false,
        ask: true,
    };
    assert_eq!(session.verb, expected);
    session.agreed().await;
    session.picture("640x480", b"first").await;
    let cheng = session.scene.app().cast.cheng_li.clone();
    let mut window = session.watched_by(&cheng, true).await;
    window.greeted().await;
    session.wanted_whole().await;
    window.says(&key(0x61)).await;
    window
        .says(&Said::Pointer {
            buttons: 1,
            x: 5,
            y: 5,
        })
        .await;
    window
        .word(&json!({ "kind": "clipboard", "text": "rm -rf /" }))
        .await;
    let fence = Said::Fence {
        flags: 1,
        payload: vec![7; 8],
    };
    window.says(&fence).await;
    assert_eq!(
        session.pressed().await,
        fence,
        "that a frame was shown is all that is said"
    );
    // What the device copies is not shown where that was not agreed.
    let text = "secret".to_owned();
    session.word(&Word::Clipboard { text }).await;
    session
        .word(&Word::Monitors {
            monitors: vec![Monitor {
                name: "HDMI-1\u{202e}".to_owned(),
                width: 640,
                height: 480,
            }],
            chosen: 0,
        })
        .await;
    window
        .until("the monitors are known", |window| !window.monitors.is_empty())
        .await;
    assert_eq!(window.monitors[0]["name"], "HDMI-1");
    assert_eq!(window.copied, "");
}

#[tokio::test]
async fn a_dropped_link_begins_the_picture_anew_and_the_recording_holds_whole_messages_only() {
    let mut session = Session::open("control", &Hello::default()).await;
    session.agreed().await;
    session.picture("640x480", b"before").await;
    let cheng = session.scene.app().cast.cheng_li.clone();
    let mut window = session.watched_by(&cheng, true).await;
    window.greeted().await;
    session.wanted_whole().await;
    session.picture("640x480", b"whole").await;
    // Half a message, and the link is gone.
    session.send(Kind::Output, b"half").await;
    window.sees(b"wholehalf").await;
    let act = session.act.clone();
    session.scene.back(&[&act], &[]).await;
    (session.channel, session.said) = (COMES_BACK_AS, Records::default());
    let opened = FromAgent::Opened {
        session: act.clone(),
        channel: COMES_BACK_AS,
    };
    session.scene.agent.say(&opened).await;
    let asked = session.heard().await;
    assert!(asked.place().is_some());
    session.send(Kind::From, &asked.bytes).await;
    session.word(&Word::Agreed).await;
    // The viewer dropped what it had, is greeted again, and asks for the whole picture.
    window.greeted().await;
    session.wanted_whole().await;
    session.picture("800x600", b"after").await;
    window.greeted().await;
    assert_eq!(window.size, (800, 600));
    session.wanted_whole().await;
    session.picture("800x600", b"again").await;
    window.sees(b"again").await;
    session.send(Kind::Exit, b"closed").await;
    let outcome = Outcome::Done {
        code: None,
        summary: Value::Null,
        hash: None,
    };
    session.scene.ends(&act, outcome).await;
    session.until_state("ended").await;
    let mut browser = session.scene.app().engineer().await;
    let file = browser.get(&format!("/screens/{act}/recording")).await;
    let blocks = rfb::recording::read(&file.bytes).unwrap();
    let told: Vec<&[u8]> = blocks.iter().map(|(bytes, _)| *bytes).collect();
    let mut resized = rfb::telling::Update::new();
    resized.resize(800, 600);
    assert_eq!(
        told[1..],
        [&b"before"[..], b"whole", &resized.finish(), b"after", b"again"]
    );
}

#[tokio::test]
async fn a_refusal_is_said_and_nothing_was_recorded() {
    let mut session = Session::open("control", &Hello::default()).await;
    session.word(&Word::Asking).await;
    let cheng = session.scene.app().cast.cheng_li.clone();
    let mut window = session.watched_by(&cheng, true).await;
    window
        .until("the person is asked", |window| window.state == "asking")
        .await;
    session.send(Kind::Exit, b"refused").await;
    window.until("it is over", |window| window.state == "ended").await;
    session.until_state("ended").await;
    let over = session.state().await;
    assert_eq!((&over["reason"], &over["bytes"]), (&json!("refused"), &json!(0)));
    let mut browser = session.scene.app().engineer().await;
    let file = browser.get(&format!("/screens/{}/recording", session.act)).await;
    assert_eq!(file.status, 404);
}

#[tokio::test]
async fn a_screen_is_asked_for_by_its_page_only_and_one_at_a_time() {
    let session = Session::open("view", &Hello::default()).await;
    let app = session.scene.app();
    let client = app.token_of(&app.cast.cheng_li.clone(), &["*"]).await;
    let what = json!({
        "ticket": session.scene.ticket,
        "verb": { "verb": "screen", "control": true, "clipboard": false, "ask": false },
    });
    let device = session.scene.agent.id();
    let answer = client.post(&house::acts(device), &what).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    let mut cheng = app.engineer().await;
    let ticket = session.scene.ticket.to_string();
    let form = [("ticket", ticket.as_str()), ("mode", "control")];
    let asked = cheng.post(&format!("/devices/{device}/screens"), &form).await;
    assert_eq!(asked.status, 422, "{}", asked.text);
}

#[tokio::test]
async fn a_viewer_that_says_what_none_may_say_is_sent_away() {
    let mut session = Session::open("control", &Hello::default()).await;
    session.agreed().await;
    session.picture("640x480", b"first").await;
    let cheng = session.scene.app().cast.cheng_li.clone();
    let mut window = session.watched_by(&cheng, true).await;
    window.greeted().await;
    session.wanted_whole().await;
    window.bytes(&[99]).await;
    window.sent_away().await;
    let area = Area::sized(640, 480);
    let mut next = session.watched_by(&cheng, true).await;
    next.greeted().await;
    next.says(&Said::Update { changes: true, area }).await;
    session.wanted_whole().await;
}

#[tokio::test]
async fn a_screen_that_nobody_watches_any_more_is_ended() {
    let mut session = Session::open("control", &Hello::default()).await;
    session.agreed().await;
    session.picture("640x480", b"first").await;
    let cheng = session.scene.app().cast.cheng_li.clone();
    let mut window = session.watched_by(&cheng, true).await;
    window.greeted().await;
    drop(window);
    let act = session.act.clone();
    until("the device is told to end it", async || {
        let app = session.scene.app();
        app.clock.advance_millis(10_000);
        let act = act.clone();
        let asked = app.read(move |tx| {
            let sql = "SELECT cancel_at FROM fleet_act WHERE id = $1";
            tx.query_one(sql, &[act.as_str().into()], |row| {
                row.get::<Option<i64>>("cancel_at")
            })
        });
        asked.await.unwrap().is_some()
    })
    .await;
    session.send(Kind::Exit, b"cancelled").await;
    session.until_state("ended").await;
    assert_eq!(session.state().await["reason"], "unwatched");
}

//! Terminals end to end on the server: a device at one end of the stream, people at the other, the recording between.
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

use futures::{SinkExt as _, StreamExt as _};
use protocol::frame::Frame;
use protocol::grant::Order;
use protocol::message::{FromAgent, FromServer, Outcome};
use protocol::recording::{Hello, Kind, Record, Records, read};
use serde_json::{Value, json};
use testkit::Person;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::agent::{frame, hear_frame, status};
use crate::house::{Scene, health};
use crate::linked::until;

const COMES_BACK_AS: u32 = 1 << 31;

/// A device in the middle of a session.
struct Session {
    scene: Scene,
    act: String,
    channel: u32,
    typed: Records,
}

fn record(at: u64, kind: Kind, text: &str) -> Record {
    let bytes = text.as_bytes().to_vec();
    Record { at, kind, bytes }
}

impl Session {
    /// Somebody of the second line opens a terminal by the page, and the device takes the order up.
    async fn open(hello: &Hello) -> Self {
        let mut scene = Scene::open().await;
        let mut cheng = scene.app().engineer().await;
        let device = scene.agent.id();
        let ticket = scene.ticket.to_string();
        let form = [("ticket", ticket.as_str()), ("run_as", "root")];
        let new = cheng
            .get(&format!("/devices/{device}/terminals/new?ticket={ticket}"))
            .await;
        assert_eq!(new.status, 200, "{}", new.text);
        let asked = cheng.post(&format!("/devices/{device}/terminals"), &form).await;
        assert_eq!(asked.status, 303, "{}", asked.text);
        scene.app().settle().await;
        let Order { act, channel, .. } = scene.order().await;
        let mut session = Self {
            scene,
            act,
            channel: channel.unwrap(),
            typed: Records::default(),
        };
        assert_eq!(session.asked_from().await, 0);
        session.send(&Record::from(0)).await;
        let hello = serde_json::to_string(hello).unwrap();
        session.send(&record(0, Kind::Hello, &hello)).await;
        session
    }

    async fn send(&mut self, record: &Record) {
        let data = Frame::Data {
            channel: self.channel,
            bytes: record.encode(),
        };
        frame(&mut self.scene.agent.socket, &data).await;
    }

    /// The next record of the server.
    async fn heard(&mut self) -> Record {
        loop {
            match hear_frame(&mut self.scene.agent.socket).await.unwrap() {
                Frame::Data { channel, bytes } if channel == self.channel => {
                    if let Some((record, _)) = self.typed.take(&bytes).unwrap().into_iter().next() {
                        return record;
                    }
                }
                _ => {}
            }
        }
    }

    async fn asked_from(&mut self) -> u64 {
        self.heard().await.place().unwrap()
    }

    fn path(&self) -> String {
        format!("/terminals/{}", self.act)
    }

    /// Somebody opens the stream in a browser.
    async fn watched_by(&self, person: &Person, join: bool) -> Window {
        let token = self.scene.app().session_of(person).await;
        let address = self.scene.house.address;
        let query = if join { "?join=1" } else { "" };
        let mut request = format!("ws://{address}{}/stream{query}", self.path())
            .into_client_request()
            .unwrap();
        let headers = request.headers_mut();
        headers.insert("origin", format!("http://{address}").parse().unwrap());
        headers.insert(
            "cookie",
            format!("{}={token}", web::SESSION_COOKIE).parse().unwrap(),
        );
        let (socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        Window {
            socket,
            shown: String::new(),
            people: Vec::new(),
            state: String::new(),
        }
    }

    async fn state(&self) -> Value {
        let act = self.act.clone();
        let found = self
            .scene
            .app()
            .read(move |tx| {
                let sql = "SELECT state, reason, place, hash FROM fleet_terminal WHERE act = $1";
                tx.query_one(sql, &[act.as_str().into()], |row| {
                    let (state, reason, place, hash): (String, String, i64, Option<String>) = (
                        row.get("state")?,
                        row.get("reason")?,
                        row.get("place")?,
                        row.get("hash")?,
                    );
                    Ok(json!({ "state": state, "reason": reason, "place": place, "hash": hash }))
                })
            })
            .await;
        found.unwrap()
    }
}

/// A browser in a session, and what it knows by now.
struct Window {
    socket: tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>,
    shown: String,
    people: Vec<Value>,
    state: String,
}

impl Window {
    /// Listens until it knows what is wanted. Words come in any order, so what came before counts as well.
    async fn until(&mut self, what: &str, is_it: impl Fn(&Self) -> bool) {
        while !is_it(self) {
            let next = tokio::time::timeout(std::time::Duration::from_secs(20), self.socket.next()).await;
            match next.unwrap_or_else(|_| panic!("never: {what}; shown: {}", self.shown)) {
                Some(Ok(Message::Binary(bytes))) => self.shown.push_str(&String::from_utf8_lossy(&bytes)),
                Some(Ok(Message::Text(text))) => self.learn(&serde_json::from_str(&text).unwrap()),
                Some(Ok(_)) => {}
                other => panic!("over: {what}: {other:?}"),
            }
        }
    }

    fn learn(&mut self, word: &Value) {
        match word["kind"].as_str().unwrap() {
            "people" => self.people.clone_from(word["people"].as_array().unwrap()),
            "state" => word["state"].as_str().unwrap().clone_into(&mut self.state),
            _ => {}
        }
    }

    async fn sees(&mut self, words: &str) {
        self.until(words, |window| window.shown.contains(words)).await;
    }

    async fn types(&mut self, text: &str) {
        let bytes = text.as_bytes().to_vec();
        self.socket.send(Message::Binary(bytes.into())).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_shown_reaches_everybody_and_the_recording_and_only_who_takes_part_types() {
    let mut session = Session::open(&Hello::default()).await;
    let cast = &session.scene.app().cast;
    let (cheng, amy) = (cast.cheng_li.clone(), cast.amy.clone());
    let mut driver = session.watched_by(&cheng, true).await;
    let mut watcher = session.watched_by(&amy, true).await;
    session.send(&record(40, Kind::Output, "root@db# 设备\r\n")).await;
    driver.sees("设备").await;
    watcher.sees("设备").await;
    // First line has no right to run anything: it watches, whatever it asks for.
    watcher.types("rm -rf /\r").await;
    driver.types("uptime\r").await;
    let typed = session.heard().await;
    assert_eq!(
        (typed.kind, typed.bytes.as_slice()),
        (Kind::Input, &b"uptime\r"[..])
    );
    driver
        .until("both are here", |window| window.people.len() == 2)
        .await;
    let taking: Vec<&Value> = driver.people.iter().map(|one| &one["takes_part"]).collect();
    assert_eq!(taking, [true, false]);
    session.send(&record(900, Kind::Exit, "0")).await;
    driver.until("it is over", |window| window.state == "ended").await;
    until("the recording is a file", async || {
        session.state().await["hash"].is_string()
    })
    .await;
    let mut browser = session.scene.app().technician().await;
    let file = browser.get(&format!("{}/recording", session.path())).await;
    let (header, events) = read(&file.text).unwrap();
    assert!(header.title.unwrap().contains("laptop-1"));
    assert_eq!(events[0].text, "root@db# 设备\r\n");
    let page = browser.get(&session.path()).await;
    assert!(
        page.text.contains("设备") && page.text.contains("data-player"),
        "{}",
        page.text
    );
    let found = browser.get("/terminals?q=DB%23").await;
    assert!(found.text.contains(&session.path()), "{}", found.text);
}

#[tokio::test]
async fn a_page_of_another_site_and_a_stranger_are_refused() {
    let session = Session::open(&Hello::default()).await;
    let (address, path) = (session.scene.house.address, format!("{}/stream", session.path()));
    let token = session
        .scene
        .app()
        .session_of(&session.scene.app().cast.cheng_li)
        .await;
    let cookie = format!("{}={token}", web::SESSION_COOKIE);
    let own = format!("http://{address}");
    let foreign = [("origin", "https://evil.example"), ("cookie", cookie.as_str())];
    assert_eq!(status(address, &path, &foreign).await, 403);
    assert_eq!(status(address, &path, &[("cookie", cookie.as_str())]).await, 403);
    assert_ne!(status(address, &path, &[("origin", own.as_str())]).await, 101);
    let requester = session
        .scene
        .app()
        .session_of(&session.scene.app().cast.li_na)
        .await;
    let cookie = format!("{}={requester}", web::SESSION_COOKIE);
    let employee = [("origin", own.as_str()), ("cookie", cookie.as_str())];
    assert_eq!(status(address, &path, &employee).await, 403);
}

#[tokio::test]
async fn a_dropped_link_goes_on_where_the_recording_ends() {
    let mut session = Session::open(&Hello::default()).await;
    session.send(&record(10, Kind::Output, "before\r\n")).await;
    let cheng = session.scene.app().cast.cheng_li.clone();
    let mut window = session.watched_by(&cheng, true).await;
    window.sees("before").await;
    let act = session.act.clone();
    session.scene.back(&[&act], &[]).await;
    session.channel = COMES_BACK_AS;
    session.typed = Records::default();
    let opened = FromAgent::Opened {
        session: act.clone(),
        channel: COMES_BACK_AS,
    };
    session.scene.agent.say(&opened).await;
    let place = session.asked_from().await;
    let hello = record(0, Kind::Hello, &serde_json::to_string(&Hello::default()).unwrap());
    let sent = hello.encode().len() + record(10, Kind::Output, "before\r\n").encode().len();
    assert_eq!(usize::try_from(place).unwrap(), sent);
    session.send(&Record::from(place)).await;
    session.send(&record(5_000, Kind::Output, "after\r\n")).await;
    window.sees("after").await;
    session.send(&record(5_100, Kind::Exit, "0")).await;
    let outcome = Outcome::Done {
        code: Some(0),
        summary: Value::Null,
        hash: None,
    };
    session.scene.ends(&act, outcome).await;
    until("the recording is a file", async || {
        session.state().await["hash"].is_string()
    })
    .await;
    assert_eq!(session.state().await["reason"], "exit");
}

#[tokio::test]
async fn ending_it_reaches_the_device() {
    let mut session = Session::open(&Hello::default()).await;
    let mut cheng = session.scene.app().engineer().await;
    let ended = cheng.post(&format!("{}/end", session.path()), &[]).await;
    assert_eq!(ended.status, 303, "{}", ended.text);
    session.scene.app().settle().await;
    loop {
        if let Frame::Control(json) = hear_frame(&mut session.scene.agent.socket).await.unwrap()
            && let Ok(FromServer::Cancel { act }) = protocol::message::read(&json)
        {
            assert_eq!(act, session.act);
            return;
        }
    }
}

#[tokio::test]
async fn where_the_floor_asks_for_a_recording_a_failing_one_ends_the_session() {
    let hello = Hello {
        require_recording: true,
        ..Hello::default()
    };
    let mut session = Session::open(&hello).await;
    until("it is open", async || session.state().await["state"] == "open").await;
    // Whatever is written next cannot be: its place is taken.
    let act = session.act.clone();
    let spoil = session.scene.app().write(move |tx| {
        let sql = "INSERT INTO fleet_terminal_piece (act, number, body) VALUES ($1, $2, '')";
        for number in 0..5_i64 {
            tx.execute(sql, &[act.as_str().into(), number.into()])?;
        }
        Ok(())
    });
    spoil.await.unwrap();
    session.send(&record(10, Kind::Output, "unseen\r\n")).await;
    until("it is over", async || session.state().await["state"] == "ended").await;
    assert_eq!(session.state().await["reason"], "recording_failed");
    // The device did not hear of it, holds the session open, and comes back: it is not taken up again.
    let act = session.act.clone();
    session.scene.back(&[&act], &[]).await;
    let what = health(session.scene.ticket);
    let amy = session.scene.app().cast.amy.clone();
    house::ask(session.scene.app(), &amy, session.scene.agent.id(), &what).await;
    session.scene.app().settle().await;
    let next = loop {
        let said = hear_frame(&mut session.scene.agent.socket).await.unwrap();
        if let Frame::Control(json) = said
            && let Ok(FromServer::Act(order)) = protocol::message::read(&json)
        {
            break order;
        }
    };
    assert!(next.verb.contains("health_check"), "{}", next.verb);
}

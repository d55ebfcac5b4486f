//! A real shell behind a real pty; the server is played by the test, at the other end of the channel.

use super::PATIENCE;
use crate::executing::{Channel, Surroundings, Switchboard, Teller, perform};
use protocol::frame::Frame;
use protocol::message::Outcome;
use protocol::recording::{Kind, Record, Records};
use protocol::verb::Verb;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

struct Server {
    board: Switchboard,
    frames: mpsc::Receiver<Frame>,
    records: Records,
    channel: u32,
    place: u64,
    came: Vec<Record>,
    cancel: watch::Sender<bool>,
    size: watch::Sender<(u16, u16)>,
    session: tokio::task::JoinHandle<Outcome>,
}

impl Server {
    fn begin() -> Self {
        let (sender, frames) = mpsc::channel(1024);
        let mut board = Switchboard::new(sender);
        let channel: Channel = board.open(7).unwrap();
        let (telling, mut said) = mpsc::channel(64);
        let (cancel, cancelled) = watch::channel(false);
        let (size, sizes) = watch::channel((80, 24));
        tokio::spawn(async move { while said.recv().await.is_some() {} });
        let session = tokio::spawn(async move {
            let teller = Teller::new("act", telling, cancelled, sizes);
            let verb: Verb = serde_json::from_value(serde_json::json!({
                "verb": "terminal", "columns": 80, "rows": 24, "run_as": "root"
            }))
            .unwrap();
            perform(verb, &teller, Some(channel), &Surroundings::new("/")).await
        });
        let mut server = Self {
            board,
            frames,
            records: Records::default(),
            channel: 7,
            place: 0,
            came: Vec::new(),
            cancel,
            size,
            session,
        };
        server.send(&Record::from(0));
        server
    }

    fn send(&mut self, record: &Record) {
        let bytes = record.encode();
        self.board.heard(Frame::Data {
            channel: self.channel,
            bytes,
        });
    }

    fn type_in(&mut self, text: &str) {
        self.send(&Record {
            at: 0,
            kind: Kind::Input,
            bytes: text.as_bytes().to_vec(),
        });
    }

    async fn read(&mut self) -> bool {
        let waiting = tokio::time::timeout(Duration::from_secs(60), self.frames.recv());
        let Ok(frame) = waiting.await else {
            panic!("nothing came; so far: {:?}", self.came);
        };
        match frame {
            Some(Frame::Data { channel, bytes }) if channel == self.channel => {
                let size = u32::try_from(bytes.len()).unwrap();
                for (record, length) in self.records.take(&bytes).unwrap() {
                    match record.place() {
                        Some(place) => self.place = place,
                        None => {
                            self.place += length as u64;
                            self.came.push(record);
                        }
                    }
                }
                self.board.heard(Frame::Credit { channel, bytes: size });
                true
            }
            Some(Frame::Close { channel, .. }) if channel == self.channel => false,
            None => false,
            Some(_) => true,
        }
    }

    fn shown(&self, kind: Kind) -> String {
        let of = self.came.iter().filter(|record| record.kind == kind);
        let bytes: Vec<u8> = of.flat_map(|record| record.bytes.clone()).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    async fn until(&mut self, words: &str) {
        while !self.shown(Kind::Output).contains(words) {
            assert!(self.read().await, "ended: {}", self.shown(Kind::Output));
        }
    }
}

#[tokio::test]
async fn a_shell_is_shown_typed_into_sized_and_ends_with_its_code() {
    let mut server = Server::begin();
    server.type_in("echo $((40 + 2)) $TERM\r");
    server.until("42 xterm-256color").await;
    server.size.send((132, 50)).unwrap();
    server.type_in("sleep 0.3; stty size; exit 3\r");
    server.until("50 132").await;
    while server.read().await {}
    let outcome = server.session.await.unwrap();
    assert!(
        matches!(outcome, Outcome::Done { code: Some(3), .. }),
        "{outcome:?}"
    );
    assert_eq!(server.came.first().unwrap().kind, Kind::Hello);
    assert_eq!(server.came.last().unwrap().kind, Kind::Exit);
}

#[tokio::test]
async fn a_password_never_leaves_the_device() {
    let mut server = Server::begin();
    server.type_in(
        "stty -echo; printf 'Pass''word: '; IFS= read -r secret; stty echo; echo; echo ${#secret} letters\r",
    );
    server.until("Password: ").await;
    server.type_in("hunter2\r");
    server.until("7 letters").await;
    let typed = server.shown(Kind::Input);
    assert!(!typed.contains("hunter2"), "{typed}");
    assert!(!server.shown(Kind::Output).contains("hunter2"));
    server.cancel.send(true).unwrap();
    while server.read().await {}
    assert_eq!(server.session.await.unwrap(), Outcome::Cancelled);
}

#[tokio::test]
async fn a_dropped_link_loses_nothing_and_repeats_nothing() {
    let mut server = Server::begin();
    server.type_in("PS1=; stty -echo; echo be''gin\r");
    server.until("begin").await;
    server.board.away();
    server.records = Records::default();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(server.board.back(server.channel, 9));
    server.channel = 9;
    let place = server.place;
    server.send(&Record::from(place));
    server.type_in("for n in $(seq 1 20000); do echo line $n; done; echo the''end; exit\r");
    server.until("theend").await;
    while server.read().await {}
    let shown = server.shown(Kind::Output);
    let lines = shown.lines().filter_map(|line| line.trim().strip_prefix("line "));
    let lines: Vec<u32> = lines.filter_map(|number| number.parse().ok()).collect();
    assert_eq!(lines, (1..=20_000).collect::<Vec<u32>>());
}

#[tokio::test(start_paused = true)]
async fn whom_nobody_comes_back_for_ends() {
    let mut server = Server::begin();
    server.board.away();
    let before = tokio::time::Instant::now();
    let outcome = server.session.await.unwrap();
    assert!(before.elapsed() >= PATIENCE);
    assert!(matches!(outcome, Outcome::Failed { code, .. } if code == "link_lost"));
}

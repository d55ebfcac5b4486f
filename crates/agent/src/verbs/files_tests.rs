//! Transfers over channels without a link: the test plays the other end.

use super::*;
use crate::executing::Switchboard;
use protocol::floor::Floor;
use protocol::frame::Frame;
use std::fs;
use std::path::Path;
use tokio::sync::mpsc;

struct Other {
    board: Switchboard,
    sent: mpsc::Receiver<Frame>,
}

impl Other {
    fn new() -> (Self, Channel) {
        let (frames, sent) = mpsc::channel(4096);
        let mut board = Switchboard::new(frames);
        let channel = board.open(7).unwrap();
        (Self { board, sent }, channel)
    }

    fn give(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(32 * 1024) {
            self.board.heard(Frame::Data {
                channel: 7,
                bytes: piece.to_vec(),
            });
        }
    }

    /// Reads everything until the channel is closed, giving credit as it comes.
    async fn take(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        while let Some(frame) = self.sent.recv().await {
            match frame {
                Frame::Data { bytes, .. } => {
                    all.extend_from_slice(&bytes);
                    let bytes = u32::try_from(bytes.len()).unwrap();
                    self.board.heard(Frame::Credit { channel: 7, bytes });
                }
                Frame::Close { .. } => break,
                _ => {}
            }
        }
        all
    }
}

fn place() -> (tempfile::TempDir, Surroundings) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("srv")).unwrap();
    let floor = Floor {
        folders: Some(vec!["/srv".to_owned()]),
        ..Floor::default()
    };
    let here = Surroundings::new("/")
        .with_device(folder.path())
        .with_floor(floor);
    (folder, here)
}

fn order<'a>(path: &'a str, whole: &[u8], sha256: &'a str, offset: u64) -> Putting<'a> {
    Putting {
        path,
        size: whole.len() as u64,
        sha256,
        offset,
        overwrite: false,
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder.join("srv"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn whole() -> Vec<u8> {
    (0..1_000_003_u32)
        .map(|at| u8::try_from(at * 7 % 251).unwrap())
        .collect()
}

#[tokio::test]
async fn a_file_is_fetched_whole_and_from_an_offset() {
    let (folder, here) = place();
    fs::write(folder.path().join("srv/big"), whole()).unwrap();
    for offset in [0, 1, 700_000, 1_000_003] {
        let (mut other, channel) = Other::new();
        let (teller, _told) = Teller::aside("get");
        let (outcome, bytes) = tokio::join!(
            get("/srv/big", offset, Some(channel), &teller, &here),
            other.take()
        );
        let Outcome::Done { hash, .. } = outcome.unwrap() else {
            panic!("not done")
        };
        assert_eq!(bytes, &whole()[usize::try_from(offset).unwrap()..]);
        assert_eq!(hash.unwrap(), hash_of(&whole()));
    }
}

#[tokio::test]
async fn a_put_that_broke_off_goes_on_where_it_stopped() {
    let (folder, here) = place();
    let (whole, hash) = (whole(), hash_of(&whole()));
    let (teller, _told) = Teller::aside("put");
    let (mut other, channel) = Other::new();
    other.give(&whole[..200_000]);
    other.board.away();
    let broken = put(order("/srv/new", &whole, &hash, 0), Some(channel), &teller, &here)
        .await
        .unwrap_err();
    assert_eq!(
        (broken.code, broken.text.as_str()),
        ("link_lost", "200000 bytes are kept")
    );
    assert!(!folder.path().join("srv/new").exists());

    let (_other, channel) = Other::new();
    let ahead = put(
        order("/srv/new", &whole, &hash, 300_000),
        Some(channel),
        &teller,
        &here,
    )
    .await
    .unwrap_err();
    assert_eq!(
        (ahead.code, ahead.text.as_str()),
        ("offset", "200000 bytes are kept")
    );

    let (mut other, channel) = Other::new();
    let rest = &whole[200_000..];
    let order = order("/srv/new", &whole, &hash, 200_000);
    let putting = put(order, Some(channel), &teller, &here);
    tokio::pin!(putting);
    let mut at = 0;
    let outcome = loop {
        let end = (at + 100_000).min(rest.len());
        other.give(&rest[at..end]);
        at = end;
        tokio::select! {
            outcome = &mut putting => break outcome.unwrap(),
            () = tokio::time::sleep(std::time::Duration::from_millis(20)) => {}
        }
    };
    assert!(matches!(outcome, Outcome::Done { hash: Some(told), .. } if told == hash));
    assert_eq!(fs::read(folder.path().join("srv/new")).unwrap(), whole);
    assert_eq!(names(folder.path()), ["new"]);
}

#[tokio::test]
async fn what_is_not_what_was_announced_is_thrown_away() {
    let (folder, here) = place();
    let (teller, _told) = Teller::aside("put");
    let hash = hash_of(b"hello");
    let (mut other, channel) = Other::new();
    other.give(b"hullo");
    let refused = put(
        order("/srv/new", b"hello", &hash, 0),
        Some(channel),
        &teller,
        &here,
    )
    .await;
    assert_eq!(refused.unwrap_err().code, "hash");
    let (mut other, channel) = Other::new();
    other.give(b"hello and more");
    let refused = put(
        order("/srv/new", b"hello", &hash, 0),
        Some(channel),
        &teller,
        &here,
    )
    .await;
    assert_eq!(refused.unwrap_err().code, "too_large");
    assert!(names(folder.path()).is_empty());
}

#[tokio::test]
async fn nothing_is_replaced_unless_it_is_allowed_and_a_link_never_is() {
    let (folder, here) = place();
    let (teller, _told) = Teller::aside("put");
    let hash = hash_of(b"new");
    let outside = folder.path().join("outside");
    fs::write(&outside, "safe").unwrap();
    fs::write(folder.path().join("srv/file"), "old").unwrap();
    std::os::unix::fs::symlink(&outside, folder.path().join("srv/link")).unwrap();
    let mut codes = Vec::new();
    for (path, overwrite) in [
        ("/srv/file", false),
        ("/srv/link", true),
        ("/srv", true),
        ("/etc/new", true),
    ] {
        let (mut other, channel) = Other::new();
        other.give(b"new");
        let order = Putting {
            overwrite,
            ..order(path, b"new", &hash, 0)
        };
        codes.push(put(order, Some(channel), &teller, &here).await.unwrap_err().code);
    }
    assert_eq!(codes, ["exists", "special", "outside", "outside"]);
    assert_eq!(fs::read_to_string(&outside).unwrap(), "safe");
    let (mut other, channel) = Other::new();
    other.give(b"new");
    let order = Putting {
        overwrite: true,
        ..order("/srv/file", b"new", &hash, 0)
    };
    put(order, Some(channel), &teller, &here).await.unwrap();
    assert_eq!(fs::read_to_string(folder.path().join("srv/file")).unwrap(), "new");
}

#[test]
fn a_folder_lists_what_it_holds_without_following_links() {
    let (folder, here) = place();
    fs::create_dir(folder.path().join("srv/sub")).unwrap();
    fs::write(folder.path().join("srv/a file"), "12345").unwrap();
    std::os::unix::fs::symlink("/etc/shadow", folder.path().join("srv/link")).unwrap();
    let Ok(Outcome::Done { summary, .. }) = list("/srv", &here) else {
        panic!("not listed")
    };
    let told: Vec<(&str, &str)> = summary["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["name"].as_str().unwrap(), entry["kind"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("sub", "folder"), ("a file", "file"), ("link", "link")]);
    assert_eq!(summary["entries"][2]["target"], "/etc/shadow");
    assert!(list("/etc", &here).is_err());
}

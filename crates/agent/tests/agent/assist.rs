//! The program as a guest: with its document behind it, allowed the screen and nothing else, and gone without a trace.

use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::house::{House, command, hear, say};
use protocol::message::{FromAgent, FromServer, Outcome};
use protocol::trailer;
use protocol::verb::Verb;
use tempfile::TempDir;

const SCREEN: Verb = Verb::Screen {
    control: true,
    clipboard: false,
    ask: false,
};

/// One file as somebody fetched it, and the folder in which it may keep something.
struct Fetched {
    file: PathBuf,
    folder: TempDir,
}

impl Fetched {
    fn new(house: &House) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mainstay-help");
        let mut content = std::fs::read(env!("CARGO_BIN_EXE_mainstay-agent")).unwrap();
        content.extend(trailer::written(&serde_json::to_vec(&house.document()).unwrap()));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true).mode(0o700);
        std::io::Write::write_all(&mut options.open(&file).unwrap(), &content).unwrap();
        std::fs::create_dir(folder.path().join("run")).unwrap();
        Self { file, folder }
    }

    fn start(&self, language: &str) -> Child {
        Command::new(&self.file)
            .env("XDG_RUNTIME_DIR", self.folder.path().join("run"))
            .env("LC_ALL", language)
            .env_remove("DISPLAY")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// What lies there of guests.
    fn left(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.path().join("run")).unwrap();
        entries.flatten().map(|entry| entry.path()).collect()
    }
}

/// Whether it ended well, and what it said.
async fn ended(child: Child) -> (bool, String) {
    let waiting = tokio::task::spawn_blocking(|| child.wait_with_output().unwrap());
    let output = tokio::time::timeout(std::time::Duration::from_secs(60), waiting).await;
    let output = output.expect("the guest does not end").unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

#[tokio::test]
async fn a_guest_does_nothing_but_show_its_screen_and_goes_without_a_trace() {
    let house = House::new().await;
    let fetched = Fetched::new(&house);
    let child = fetched.start("en");
    let mut line = house.welcome().await;
    let said = line.enrol.take().unwrap().identity;
    assert!(!said.host.is_empty());
    let known_by = [&said.serial, &said.uuid, &said.machine_id];
    assert!(
        known_by.iter().all(|one| one.is_empty()) && said.macs.is_empty(),
        "{said:?}"
    );
    let left = fetched.left();
    assert_eq!(left.len(), 1, "{left:?}");
    let mode = std::fs::metadata(&left[0]).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let asked = [
        ("run", command("true")),
        ("look", Verb::HealthCheck),
        ("list", Verb::ProcessList),
    ];
    for (act, verb) in &asked {
        line.act(house.order(act, verb)).await;
        let (outcome, text) = line.outcome(act).await;
        assert_eq!(
            outcome,
            Outcome::Refused {
                code: "floor".to_owned()
            },
            "{act}"
        );
        assert!(text.is_empty(), "{act}: {text}");
    }
    // Somebody who wants all of it is told that it is here, and nothing else.
    line.say(&FromServer::Collect).await;
    let mut beats = 0;
    while beats < 3 {
        line.wait(|said| match said {
            FromAgent::Beat(beat) => {
                assert_eq!((beat.memory_total, beat.uptime, beat.rss), (0, 0, 0));
                Some(())
            }
            FromAgent::Inventory(_) => panic!("a guest told what is in it"),
            _ => None,
        })
        .await;
        beats += 1;
    }
    signal(&child, "-TERM");
    let (is_well, said) = ended(child).await;
    assert!(is_well && said.contains("Nothing is installed"), "{said}");
    assert_eq!(fetched.left(), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn after_its_one_session_it_ends_by_itself() {
    let house = House::new().await;
    let fetched = Fetched::new(&house);
    let child = fetched.start("zh_CN.UTF-8");
    let mut line = house.welcome().await;
    let mut order = house.order("s1", &SCREEN);
    order.channel = Some(7);
    line.act(order).await;
    let (outcome, _) = line.outcome("s1").await;
    // Nobody sits at a desktop here, which is the shortest of sessions.
    assert!(matches!(outcome, Outcome::Failed { .. }), "{outcome:?}");
    let (is_well, said) = ended(child).await;
    assert!(
        is_well && said.contains("已连接") && said.contains("协助已结束"),
        "{said}"
    );
    assert_eq!(fetched.left(), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_server_that_sends_it_away_ends_it() {
    for (code, word) in [
        ("retired", "It is over"),
        ("enrolment_used_up", "no longer be used"),
    ] {
        let house = House::new().await;
        let fetched = Fetched::new(&house);
        let child = fetched.start("en");
        let (mut socket, _) = house.knock(&house.server).await;
        assert!(matches!(hear(&mut socket).await, Some(FromAgent::Proof { .. })));
        let refused = FromServer::Refused {
            code: code.to_owned(),
            text: String::new(),
        };
        say(&mut socket, &refused).await;
        let (_, said) = ended(child).await;
        assert!(said.contains(word), "{code}: {said}");
        assert_eq!(fetched.left(), Vec::<PathBuf>::new());
    }
}

#[tokio::test]
async fn what_a_killed_one_left_goes_with_the_next() {
    let house = House::new().await;
    let fetched = Fetched::new(&house);
    let child = fetched.start("en");
    house.welcome().await;
    signal(&child, "-KILL");
    ended(child).await;
    let left = fetched.left();
    assert_eq!(left.len(), 1);
    let child = fetched.start("en");
    house.welcome().await;
    assert!(!left[0].exists());
    for name in ["-INT", "-HUP"] {
        // The first of them is enough; the second may come too late.
        Command::new("kill")
            .args([name, &child.id().to_string()])
            .status()
            .ok();
    }
    ended(child).await;
    assert_eq!(fetched.left(), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn whatever_it_is_told_a_program_with_a_document_is_a_guest() {
    let house = House::new().await;
    let fetched = Fetched::new(&house);
    let child = Command::new(&fetched.file)
        .args(["run", "--one-process"])
        .env("XDG_RUNTIME_DIR", fetched.folder.path().join("run"))
        .env_remove("DISPLAY")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = house.welcome().await;
    line.act(house.order("run", &command("true"))).await;
    let (outcome, _) = line.outcome("run").await;
    assert_eq!(
        outcome,
        Outcome::Refused {
            code: "floor".to_owned()
        }
    );
    signal(&child, "-TERM");
    ended(child).await;
    assert_eq!(fetched.left(), Vec::<PathBuf>::new());
}

//! The link of the real program, against a server played by the test: who is believed, and who is not.

use crate::house::{DEVICE, House, command, hear};
use protocol::key::KeyPair;
use protocol::message::{Admission, FromAgent, FromServer};
use protocol::verb::Verb;

#[tokio::test]
async fn a_device_proves_itself_enrols_once_and_beats() {
    let mut house = House::new().await;
    house.start(&["run", "--one-process"]);
    let mut line = house.welcome().await;
    let enrol = line.enrol.take().unwrap();
    assert_eq!(enrol.token, "a token");
    assert!(!enrol.identity.host.is_empty());
    assert_eq!(line.acts().await, (vec![], vec![]));
    let beat = line.wait(|said| {
        if let FromAgent::Beat(beat) = said {
            Some(beat)
        } else {
            None
        }
    });
    assert!(beat.await.memory_total > 0);
    drop(line);
    assert!(house.welcome().await.enrol.is_none());
    house.kill();
    house.start(&["run", "--one-process"]);
    assert!(house.welcome().await.enrol.is_none());
}

#[tokio::test]
async fn an_admitted_device_tells_its_inventory_and_a_pending_one_does_not() {
    let mut house = House::new().await;
    house.start(&["run", "--one-process"]);
    let mut line = house.welcome_as(DEVICE, Admission::Pending).await;
    for _ in 0..3 {
        let said = line.wait(Some).await;
        assert!(
            matches!(said, FromAgent::Acts { .. } | FromAgent::Beat(_)),
            "{said:?}"
        );
    }
    drop(line);
    let mut line = house.welcome().await;
    let report = line.wait(|said| {
        if let FromAgent::Inventory(report) = said {
            Some(report)
        } else {
            None
        }
    });
    assert!(!report.await.sections.is_empty());
}

#[tokio::test]
async fn what_may_have_changed_a_device_is_followed_by_an_inventory() {
    let mut house = House::new().await;
    house.start(&["run", "--one-process"]);
    let mut line = house.welcome().await;
    let is_inventory = |said| matches!(said, FromAgent::Inventory(_)).then_some(());
    line.wait(is_inventory).await;
    line.act(house.order("changes", &command("true"))).await;
    line.outcome("changes").await;
    line.wait(is_inventory).await;
}

#[tokio::test]
async fn a_server_with_another_key_hears_no_proof() {
    let mut house = House::new().await;
    house.start(&["run", "--one-process"]);
    let (mut socket, _) = house.knock(&KeyPair::generate().unwrap()).await;
    assert_eq!(hear(&mut socket).await, None);
}

#[tokio::test]
async fn an_admitted_device_is_not_given_another_name() {
    let mut house = House::new().await;
    house.start(&["run", "--one-process"]);
    let mut line = house.welcome().await;
    line.acts().await;
    drop(line);
    assert!(
        house
            .welcome_as("device-2", Admission::Admitted)
            .await
            .ends()
            .await
    );
    assert!(
        house.log().contains("was admitted as device-1"),
        "{}",
        house.log()
    );
}

#[tokio::test]
async fn a_document_that_was_changed_is_refused() {
    let house = House::new().await;
    let mut document = house.document();
    document.payload = document.payload.replace("a token", "another");
    let path = house.path("changed.json");
    std::fs::write(&path, serde_json::to_vec(&document).unwrap()).unwrap();
    assert!(
        !house
            .command(&["enrol", path.to_str().unwrap()])
            .status()
            .unwrap()
            .success()
    );
    // Nor is one that was changed where it lies.
    std::fs::write(
        house.path("etc/mainstay-agent/enrolment.json"),
        serde_json::to_vec(&document).unwrap(),
    )
    .unwrap();
    assert!(
        !house
            .command(&["run", "--one-process"])
            .status()
            .unwrap()
            .success()
    );
}

#[tokio::test]
async fn a_drained_agent_leaves_and_comes_back() {
    let mut house = House::new().await;
    house.start(&["run", "--one-process"]);
    let mut line = house.welcome().await;
    line.acts().await;
    line.say(&FromServer::Drain { within_seconds: 1 }).await;
    assert!(line.ends().await);
    house.welcome().await.acts().await;
}

#[tokio::test]
async fn two_agents_do_not_share_a_home() {
    let mut house = House::new().await;
    house.start(&["run", "--one-process"]);
    house.welcome().await.acts().await;
    assert!(
        !house
            .command(&["run", "--one-process"])
            .status()
            .unwrap()
            .success()
    );
}

/// The child of this process that holds the connection.
fn network_process(parent: u32) -> u32 {
    let read =
        |id: u32, name: &str| std::fs::read_to_string(format!("/proc/{id}/{name}")).unwrap_or_default();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_child = |id: &u32| read(*id, "status").contains(&format!("PPid:\t{parent}\n"));
    let mut children = ids.filter(is_child);
    children
        .find(|id| read(*id, "cmdline").contains("network"))
        .unwrap()
}

/// Only where tests run as root: the other processes change to users without rights.
#[tokio::test]
async fn three_processes_do_the_same_and_only_one_is_root() {
    if !agent::processes::is_root() {
        return;
    }
    let mut house = House::new().await;
    house.start(&["run"]);
    let mut line = house.welcome().await;
    line.acts().await;
    line.act(house.order("list", &Verb::ProcessList)).await;
    assert!(matches!(
        line.outcome("list").await.0,
        protocol::message::Outcome::Done { .. }
    ));
    let child = network_process(house.process());
    let status = std::fs::read_to_string(format!("/proc/{child}/status")).unwrap();
    let field = |name: &str| {
        status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap()
            .trim()
            .to_owned()
    };
    assert!(!field("Uid:").split_whitespace().any(|id| id == "0"), "{status}");
    assert_eq!(field("NoNewPrivs:"), "1");
    assert_eq!(field("CapEff:").trim_start_matches('0'), "");
    let nobody = Verb::CommandRun {
        line: "id -un; cat /etc/shadow".to_owned(),
        run_as: "nobody".to_owned(),
        timeout_seconds: 10,
        memory_mb: 256,
        cpu_percent: 100,
    };
    line.act(house.order("nobody", &nobody)).await;
    let (outcome, output) = line.outcome("nobody").await;
    assert!(
        output.contains("nobody") && !output.contains("root:"),
        "{outcome:?} {output}"
    );
    // The network process dies: acts run on, and another takes its place.
    line.act(house.order("long", &command("echo begun; sleep 2; echo still here")))
        .await;
    line.wait(|said| matches!(said, FromAgent::Output { .. }).then_some(()))
        .await;
    std::process::Command::new("kill")
        .args(["-9", &child.to_string()])
        .status()
        .unwrap();
    let mut line = house.welcome().await;
    assert!(line.outcome("long").await.1.contains("still here"));
}

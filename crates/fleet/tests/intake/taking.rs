//! Where inventories go, and that the examples of the format become devices with all they tell.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fleet::device::{DeviceId, Kind, Source, State};
use fleet::inventory;
use protocol::inventory::{Item, Section};
use testkit::app::TestApp;

use crate::house::{computer, devices, packed, post, token};

async fn items(app: &TestApp, id: DeviceId, section: Section) -> Vec<Item> {
    app.read(move |tx| inventory::items(tx, id, section))
        .await
        .unwrap()
}

async fn changed(app: &TestApp, id: DeviceId, section: Section) -> Vec<(String, String)> {
    let cx = app.cx();
    let asked = inventory::Asked {
        section: Some(section),
        ..inventory::Asked::default()
    };
    let changes = app
        .read(move |tx| inventory::changes(tx, &cx, id, &asked))
        .await
        .unwrap();
    changes
        .into_iter()
        .map(|change| (inventory::kind_word(change.kind).to_owned(), change.item))
        .collect()
}

#[tokio::test]
async fn the_same_machine_comes_again_and_only_what_changed_is_history() {
    let app = TestApp::open().await;
    let token = token(&app).await;
    let first = computer("pc", "ABC1234", &[("bash", "5.2"), ("zsh", "5.9")]);
    post(&app, "/inventory", Some(&token), packed(&first)).await;
    app.clock.advance_millis(86_400_000);
    let second = computer("pc", "ABC1234", &[("bash", "5.3"), ("fish", "3.6")]);
    post(&app, "/inventory", Some(&token), packed(&second)).await;

    let mut all = devices(&app).await;
    assert_eq!(all.len(), 1);
    let device = all.remove(0);
    assert_eq!(
        (device.kind, device.state, device.source),
        (Kind::Computer, State::Admitted, Source::FusionInventory)
    );
    assert_eq!(device.system(), "Debian GNU/Linux 12");
    let changes: BTreeSet<_> = changed(&app, device.id, Section::Packages)
        .await
        .into_iter()
        .collect();
    let expected = [
        ("changed", "bash:amd64"),
        ("added", "fish:amd64"),
        ("removed", "zsh:amd64"),
    ];
    assert_eq!(
        changes,
        expected
            .iter()
            .map(|(kind, key)| ((*kind).to_owned(), (*key).to_owned()))
            .collect()
    );
}

#[tokio::test]
async fn machines_without_any_number_are_known_by_their_agent() {
    let app = TestApp::open().await;
    let token = token(&app).await;
    for _ in 0..2 {
        for name in ["box-one", "box-two"] {
            post(
                &app,
                "/inventory",
                Some(&token),
                packed(&computer(name, "0", &[])),
            )
            .await;
        }
    }
    assert_eq!(devices(&app).await.len(), 2);
}

fn examples() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/inventory/glpi-inventory_format/examples");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the shared examples are missing"
    );
    println!("skipped: {} is not there", folder.display());
    None
}

#[tokio::test]
async fn all_examples_become_devices_and_partial_ones_erase_nothing() {
    let Some(folder) = examples() else { return };
    let app = TestApp::open().await;
    let token = token(&app).await;
    let bring = async |name: &str| {
        let body = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        let answer = post(&app, "/front/inventory.php", Some(&token), packed(&body)).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        app.clock.advance_millis(60_000);
    };
    let whole = [
        "computer_1",
        "computer_2",
        "computer_3",
        "phone_1",
        "printer_1",
        "printer_2",
        "printer_3",
    ];
    for name in whole {
        bring(name).await;
    }
    for number in 1..=5 {
        bring(&format!("networkequipment_{number}")).await;
    }
    let before = devices(&app).await;
    let held = async |id: DeviceId| {
        let mut held = BTreeSet::new();
        for section in Section::ALL {
            held.extend(
                items(&app, id, section)
                    .await
                    .into_iter()
                    .map(|item| (section, item.key)),
            );
        }
        held
    };
    let first = before.iter().find(|device| device.name == "glpixps").unwrap().id;
    let (was, count) = (held(first).await, before.len());
    for part in ["batteries", "cpu", "memory", "softs", "volumes"] {
        bring(&format!("computer_1_partial_{part}")).await;
    }
    for part in ["dbs", "vms"] {
        bring(&format!("computer_2_partial_{part}")).await;
    }
    assert_eq!(
        devices(&app).await.len(),
        count,
        "a partial inventory made a device"
    );
    let gone: Vec<_> = was.difference(&held(first).await).cloned().collect();
    assert!(gone.is_empty(), "{gone:?}");

    let third = before.iter().find(|device| device.name == "LF014").unwrap().id;
    assert_eq!(items(&app, third, Section::Packages).await.len(), 3_033);
    bring("computer_3_updated").await;
    assert_eq!(items(&app, third, Section::Packages).await.len(), 3_184);
    let kinds = |kind| before.iter().filter(|device| device.kind == kind).count();
    assert_eq!((kinds(Kind::NetworkEquipment), kinds(Kind::Phone)), (5, 1));
    assert!(kinds(Kind::Printer) >= 2);
}

#[tokio::test]
async fn the_json_interface_says_what_became_of_it() {
    let app = TestApp::open().await;
    let client = app.token(&["fleet.intake"]).await;
    let told = serde_json::json!({"action": "inventory", "deviceid": "pc-1", "itemtype": "Computer",
        "content": {"hardware": {"name": "pc", "uuid": "4c4c4544-0034"}, "bios": {"ssn": "QWERT12"}}});
    let first = client.post("/api/v1/devices/inventory", &told).await;
    assert_eq!(first.status, 200, "{}", first.text);
    assert_eq!(first.json()["items"][0]["is_new"], true);
    let again = client.post("/api/v1/devices/inventory", &told).await;
    assert_eq!(again.json()["items"][0]["is_new"], false);
    assert_eq!(again.json()["items"][0]["changes"], 0);
    assert_eq!(
        first.json()["items"][0]["device"],
        again.json()["items"][0]["device"]
    );
    let nonsense = client
        .post("/api/v1/devices/inventory", &serde_json::json!([1]))
        .await;
    assert_eq!(nonsense.status, 422);
}

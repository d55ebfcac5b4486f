//! Inventories: sections, differences, history, what people entered over them.

use fleet::device::seeing;
use fleet::inventory::{self, Asked};
use protocol::inventory::{Content, Item, Section};
use protocol::message::{Beat, DiskUse};
use testkit::TestApp;

use crate::house::{li_nas, packages, report, takes};

#[tokio::test]
async fn the_first_report_is_no_change_and_the_second_says_what_changed() {
    let app = TestApp::open().await;
    let device = li_nas(&app).await;
    let before = packages(&[("openssl", "3.0.1"), ("bash", "5.2"), ("telnet", "0.17")]);
    assert_eq!(takes(&app, &device, report(vec![before])).await.changes, 0);
    app.clock.advance_millis(3_600_000);
    let after = packages(&[("openssl", "3.0.2"), ("bash", "5.2"), ("curl", "8.5")]);
    assert_eq!(takes(&app, &device, report(vec![after])).await.changes, 3);
    let mut amy = app.technician().await;
    let page = amy.get(&format!("/devices/{}/changes", device.id)).await.text;
    assert!(page.contains("<del>3.0.1</del> → <ins>3.0.2</ins>"), "{page}");
    assert!(
        page.contains("telnet") && page.contains("curl") && page.contains("3 changes"),
        "{page}"
    );
    let none = amy
        .get(&format!("/devices/{}/changes?section=hardware", device.id))
        .await
        .text;
    assert!(none.contains("No changes"), "{none}");
    let software = amy
        .get(&format!("/devices/{}/software?q=open", device.id))
        .await
        .text;
    assert!(
        software.contains("3.0.2") && !software.contains("8.5"),
        "{software}"
    );
    assert!(software.contains("1 / 3"), "{software}");
}

#[tokio::test]
async fn a_partial_report_erases_nothing_outside_its_sections() {
    let app = TestApp::open().await;
    let device = li_nas(&app).await;
    let users = (Section::Users, vec![Item::new("li.na").with("uid", 1000)]);
    takes(&app, &device, report(vec![packages(&[("bash", "5.2")]), users])).await;
    let taken = takes(&app, &device, report(vec![packages(&[("bash", "5.3")])])).await;
    assert_eq!(taken.hashes.len(), 2);
    let id = device.id;
    let kept = app
        .read(move |tx| inventory::items(tx, id, Section::Users))
        .await
        .unwrap();
    assert_eq!(kept.len(), 1);
}

#[tokio::test]
async fn what_is_said_to_be_unchanged_is_asked_for_when_it_is_not_held() {
    let app = TestApp::open().await;
    let device = li_nas(&app).await;
    let first = takes(&app, &device, report(vec![packages(&[("bash", "5.2")])])).await;
    let mut unchanged = report(vec![]);
    let hash = first.hashes["packages"].clone();
    unchanged
        .sections
        .insert(Section::Packages, Content::unchanged(hash));
    unchanged
        .sections
        .insert(Section::Users, Content::unchanged("0".repeat(64)));
    let taken = takes(&app, &device, unchanged).await;
    assert_eq!((taken.changes, taken.missing), (0, vec![Section::Users]));
}

#[tokio::test]
async fn equal_contents_are_kept_once_and_free_room_is_no_history() {
    let app = TestApp::open().await;
    let device = li_nas(&app).await;
    let volume = |free: i64| {
        let item = Item::new("/").with("bytes", 1_000).with("free_bytes", free);
        report(vec![(Section::Volumes, vec![item])])
    };
    takes(&app, &device, volume(500)).await;
    assert_eq!(takes(&app, &device, volume(400)).await.changes, 0);
    let id = device.id;
    let items = app
        .read(move |tx| inventory::items(tx, id, Section::Volumes))
        .await
        .unwrap();
    assert_eq!(items[0].values["free_bytes"].number(), Some(400.0));
}

#[tokio::test]
async fn a_person_enters_a_value_that_a_report_does_not_take_away() {
    let app = TestApp::open().await;
    let device = li_nas(&app).await;
    let hardware = || {
        let item = Item::new("machine").with("model", "T14");
        report(vec![(Section::Hardware, vec![item])])
    };
    takes(&app, &device, hardware()).await;
    let mut cheng = app.admin().await;
    let place = format!("/devices/{}/value", device.id);
    let asked = cheng
        .get(&format!("{place}?section=hardware&item=machine&field=model"))
        .await;
    assert!(
        asked.status == 200 && asked.text.contains("The device says: T14"),
        "{}",
        asked.text
    );
    for (field, value) in [("model", "T14s"), ("inventory number", "IT-0042")] {
        let form = [
            ("section", "hardware"),
            ("item", "machine"),
            ("field", field),
            ("value", value),
        ];
        assert_eq!(cheng.post(&place, &form).await.status, 303);
    }
    takes(&app, &device, hardware()).await;
    let path = format!("/devices/{}/inventory?section=hardware", device.id);
    let page = cheng.get(&path).await.text;
    assert!(
        page.contains("T14s") && page.contains("The device says: T14"),
        "{page}"
    );
    assert!(page.contains("IT-0042"), "{page}");
    let form = [
        ("section", "hardware"),
        ("item", "machine"),
        ("field", "model"),
        ("value", ""),
    ];
    cheng.post(&place, &form).await;
    assert!(!cheng.get(&path).await.text.contains("T14s"));
    let mut amy = app.technician().await;
    assert_eq!(amy.post(&place, &form).await.status, 403);
}

#[tokio::test]
async fn the_last_day_is_drawn_and_the_page_says_what_is_now() {
    let app = TestApp::open().await;
    let device = li_nas(&app).await;
    let (id, now) = (device.id, app.cx().now());
    app.write(move |tx| {
        for minute in [60, 30, 5, 0] {
            let beat = Beat {
                cpu: 37.0,
                load: f32::NAN,
                memory_used: 4_000_000_000,
                memory_total: 16_000_000_000,
                disks: vec![DiskUse {
                    mount: "/<script>".to_owned(),
                    used: 90,
                    total: 100,
                }],
                uptime: 90_000,
                ..Beat::default()
            };
            seeing::seen(tx, id, now.add_secs(-minute * 60), &beat, "10.1.2.3")?;
        }
        Ok(())
    })
    .await
    .unwrap();
    let mut amy = app.technician().await;
    let page = amy.get(&format!("/devices/{id}")).await.text;
    assert!(page.contains("37 %") || page.contains("37.0 %"), "{page}");
    assert!(page.contains("<path class=\"fill-run\" d=\"M"), "{page}");
    assert!(page.contains("10.1.2.3") && page.contains("Online"), "{page}");
    assert!(!page.contains("<script>"), "{page}");
    let history = app
        .read(move |tx| inventory::store::changes(tx, id, now, now, None, None, 5))
        .await
        .unwrap();
    assert!(history.is_empty());
    assert_eq!(Asked::default().section, None);
}

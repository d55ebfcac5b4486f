//! A device may say anything: it is only ever text, and never more of it than there may be.

use fleet::device::Source;
use protocol::inventory::{ITEMS_MOST, Item, Section};
use protocol::message::Identity;
use testkit::TestApp;

use crate::house::{report, takes, told};

const EVIL: &str = "\"><script>alert(1)</script><img src=x onerror=alert(2)>' onmouseover='x";

#[tokio::test]
async fn script_in_every_field_is_text_on_every_page() {
    let app = TestApp::open().await;
    let text = || EVIL.to_owned();
    let identity = Identity {
        host: text(),
        machine_id: text(),
        serial: text(),
        uuid: text(),
        macs: vec![text()],
        vendor: text(),
        model: text(),
        os: text(),
        os_version: text(),
        arch: text(),
    };
    let device = told(&app, identity, Source::Agent).await;
    let all = |version: &str| {
        let sections = Section::ALL.into_iter().map(|section| {
            let item = Item::new(format!("{EVIL}{version}"))
                .with("name", EVIL)
                .with("version", format!("{EVIL}{version}"))
                .with(EVIL, EVIL)
                .with("security", true);
            (section, vec![item])
        });
        report(sections.collect())
    };
    takes(&app, &device, all("1")).await;
    app.clock.advance_millis(1_000);
    takes(&app, &device, all("2")).await;
    let ticket = app.li_na_cannot_print().await.number;
    let id = device.id.to_string();
    let mut noor = app.admin().await;
    noor.post(&format!("/tickets/{ticket}/devices"), &[("device", &id)])
        .await;
    let mut paths = vec![
        "/devices".to_owned(),
        format!("/devices?q={}", web::urlencoded::encode(EVIL)),
        format!("/devices/{id}"),
        format!("/devices/{id}/edit"),
        format!("/devices/{id}/software"),
        format!("/devices/{id}/software?q={}", web::urlencoded::encode(EVIL)),
        format!("/devices/{id}/changes"),
        format!("/tickets/{ticket}/devices"),
        format!(
            "/tickets/{ticket}/devices?q={}",
            web::urlencoded::encode("script")
        ),
    ];
    for section in Section::ALL {
        paths.push(format!("/devices/{id}/inventory?section={}", section.name()));
    }
    for path in paths {
        let page = noor.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.text.contains("<script>alert"), "{path}");
        assert!(!page.text.contains("<img src=x"), "{path}");
        assert!(!page.text.contains("' onmouseover='"), "{path}");
    }
}

#[tokio::test]
async fn more_than_there_may_be_is_cut() {
    let app = TestApp::open().await;
    let long = "x".repeat(100_000);
    let identity = Identity {
        host: long.clone(),
        macs: vec![long.clone(); 500],
        ..Identity::default()
    };
    let device = told(&app, identity, Source::Agent).await;
    assert!(device.name.len() <= 200 && device.identity.macs.len() <= 64);
    let items =
        (0..ITEMS_MOST + 50).map(|number| Item::new(format!("p{number}")).with("version", long.as_str()));
    let mut hostile = report(vec![]);
    hostile.sections.insert(
        Section::Users,
        protocol::inventory::Content {
            hash: long.clone(),
            items: Some(items.take(200).collect()),
        },
    );
    takes(&app, &device, hostile).await;
    let id = device.id;
    let kept = app
        .read(move |tx| fleet::inventory::items(tx, id, Section::Users))
        .await
        .unwrap();
    assert_eq!(kept.len(), 200);
    assert!(
        kept.iter()
            .all(|item| item.values["version"].text().unwrap().len() <= 4096)
    );
}

//! What devices report becomes patches with counts, goes again, and can be looked at and filtered by.

use fleet::device;
use fleet::matching::{Why, merging};
use fleet::patch::noticing::{self, UPDATES_MOST};
use fleet::patch::{State, seeing, store};
use kernel::cx::{Actor, Scope};
use protocol::inventory::Item;
use testkit::TestApp;

use crate::house::{NEW, OLD, decide, device, patch, patches, reports, security, told, update};

#[tokio::test]
async fn updates_come_and_go_with_inventories_and_are_counted() {
    let app = TestApp::open().await;
    let (one, two) = (device(&app, 1, None).await, device(&app, 2, None).await);
    reports(
        &app,
        one,
        &[update("openssl", OLD, NEW), update("curl", "8.4", "8.5")],
    )
    .await;
    reports(&app, two, &[update("openssl", "3.0.15-1", NEW)]).await;
    let openssl = patch(&app, "openssl").await;
    assert_eq!((openssl.version.as_str(), openssl.devices), (NEW, 2));
    assert_eq!((openssl.state, openssl.gone_at), (State::Waiting, None));
    assert_eq!(patch(&app, "curl").await.devices, 1);
    let installed = app
        .read(move |tx| store::installed_on(tx, openssl.id, &[one, two]))
        .await
        .unwrap();
    assert_eq!(
        (installed[&one].as_str(), installed[&two].as_str()),
        (OLD, "3.0.15-1")
    );
    // One was updated, and the other is offered a later version by now.
    reports(&app, one, &[update("curl", "8.4", "8.5")]).await;
    reports(&app, two, &[update("openssl", "3.0.15-1", "3.0.18-1")]).await;
    let versions: Vec<(String, i64, bool)> = patches(&app, "openssl")
        .await
        .into_iter()
        .map(|one| (one.version, one.devices, one.gone_at.is_some()))
        .collect();
    assert_eq!(
        versions,
        [(NEW.to_owned(), 0, true), ("3.0.18-1".to_owned(), 1, false)]
    );
}

#[tokio::test]
async fn looking_again_changes_nothing() {
    let app = TestApp::open().await;
    let one = device(&app, 1, None).await;
    reports(&app, one, &[update("openssl", OLD, NEW)]).await;
    let before = patch(&app, "openssl").await;
    for _ in 0..2 {
        let cx = app.cx();
        app.write(move |tx| noticing::sync(tx, &cx, one)).await.unwrap();
    }
    assert_eq!(patch(&app, "openssl").await, before);
}

#[tokio::test]
async fn one_device_that_knows_of_a_hole_is_enough() {
    let app = TestApp::open().await;
    let (one, two) = (device(&app, 1, None).await, device(&app, 2, None).await);
    reports(&app, one, &[update("openssl", OLD, NEW)]).await;
    assert!(!patch(&app, "openssl").await.is_security);
    reports(&app, two, &[security("openssl", OLD, NEW)]).await;
    let known = patch(&app, "openssl").await;
    assert!(known.is_security && known.devices == 2);
}

#[tokio::test]
async fn only_packages_that_can_be_rolled_out_count_and_no_more_than_there_may_be() {
    let app = TestApp::open().await;
    let one = device(&app, 1, None).await;
    let mut items: Vec<Item> = (0..UPDATES_MOST + 7)
        .map(|number| update(&format!("pack-{number:05}"), "1", "2"))
        .collect();
    items.push(update("kernel", "5.14-1", "5.14-2").with("source", "dnf"));
    items.push(update("curl state:retired", "1", "2"));
    reports(&app, one, &items).await;
    let held = app.read(move |tx| store::of_device(tx, one)).await.unwrap();
    assert_eq!(held.len(), UPDATES_MOST);
    assert!(patches(&app, "kernel").await.is_empty());
    // Most of them are gone again.
    reports(&app, one, &items[..3]).await;
    let held = app.read(move |tx| store::of_device(tx, one)).await.unwrap();
    assert_eq!(held.len(), 3);
}

#[tokio::test]
async fn a_device_that_waits_or_is_out_of_use_reports_nothing() {
    let app = TestApp::open().await;
    let waiting = told(&app, 1, None, device::State::Pending).await;
    reports(&app, waiting, &[update("openssl", OLD, NEW)]).await;
    assert!(patches(&app, "openssl").await.is_empty());
    app.act(&app.cast.noor, move |tx, cx| {
        device::admit(tx, cx, waiting).map(drop)
    })
    .await;
    app.settle().await;
    assert_eq!(patch(&app, "openssl").await.devices, 1);
    app.act(&app.cast.noor, move |tx, cx| {
        device::retire(tx, cx, waiting).map(drop)
    })
    .await;
    app.settle().await;
    assert_eq!(patch(&app, "openssl").await.devices, 0);
    // Back in use it waits again, for it has an agent.
    app.act(&app.cast.noor, move |tx, cx| {
        device::restore(tx, cx, waiting).map(drop)
    })
    .await;
    app.settle().await;
    assert_eq!(patch(&app, "openssl").await.devices, 0);
    app.act(&app.cast.noor, move |tx, cx| {
        device::admit(tx, cx, waiting).map(drop)
    })
    .await;
    app.settle().await;
    assert_eq!(patch(&app, "openssl").await.devices, 1);
}

#[tokio::test]
async fn two_records_that_are_one_device_report_once() {
    let app = TestApp::open().await;
    let (known, newcomer) = (device(&app, 1, None).await, device(&app, 2, None).await);
    reports(&app, known, &[update("openssl", OLD, NEW)]).await;
    // Of two reports of a section the later one counts.
    app.clock.advance_millis(60_000);
    reports(
        &app,
        newcomer,
        &[update("openssl", OLD, NEW), update("curl", "8.4", "8.5")],
    )
    .await;
    assert_eq!(patch(&app, "openssl").await.devices, 2);
    app.act(&app.cast.noor, move |tx, cx| {
        merging::ask(tx, cx, newcomer, known, Why::Serial)?;
        let doubts = merging::waiting(tx, cx)?;
        merging::merge(tx, cx, doubts[0].doubt.id).map(drop)
    })
    .await;
    app.settle().await;
    assert_eq!(patch(&app, "openssl").await.devices, 1);
    assert_eq!(patch(&app, "curl").await.devices, 1);
    let (gone, kept) = app
        .read(move |tx| Ok((store::of_device(tx, newcomer)?, store::of_device(tx, known)?)))
        .await
        .unwrap();
    assert_eq!((gone.len(), kept.len()), (0, 2));
}

#[tokio::test]
async fn what_nobody_reports_and_nobody_spoke_of_is_forgotten_after_a_week() {
    let app = TestApp::open().await;
    let one = device(&app, 1, None).await;
    reports(
        &app,
        one,
        &[update("openssl", OLD, NEW), update("curl", "8.4", "8.5")],
    )
    .await;
    let curl = patch(&app, "curl").await.id;
    decide(&app, &app.cast.shen, &[curl], State::Declined, "Not here.").await;
    reports(&app, one, &[]).await;
    app.pass_hours(24 * 6).await;
    assert_eq!(patch(&app, "openssl").await.devices, 0);
    app.pass_hours(24 * 2).await;
    assert!(patches(&app, "openssl").await.is_empty());
    assert_eq!(patch(&app, "curl").await.note, "Not here.");
}

#[tokio::test]
async fn the_list_of_devices_is_filtered_by_update_in_both_languages() {
    let app = TestApp::open().await;
    let (one, two, three) = (
        device(&app, 1, None).await,
        device(&app, 2, None).await,
        device(&app, 3, None).await,
    );
    reports(&app, one, &[update("openssl", OLD, NEW)]).await;
    reports(&app, two, &[update("openssl", OLD, "3.0.18-1")]).await;
    reports(&app, three, &[update("curl", "8.4", "8.5")]).await;
    let mut amy = app.technician().await;
    let every = ["server-1", "server-2", "server-3"];
    for (query, finds) in [
        ("update:openssl".to_owned(), vec!["server-1", "server-2"]),
        (format!("update:openssl={NEW}"), vec!["server-1"]),
        (
            format!("更新：openssl={NEW},curl=8.5"),
            vec!["server-1", "server-3"],
        ),
        (
            "update:curl update:openssl=3.0.18-1".to_owned(),
            vec!["server-2", "server-3"],
        ),
        ("update:nothing".to_owned(), vec![]),
    ] {
        let path = format!("/devices?q={}", web::urlencoded::encode(&query));
        let page = amy.get(&path).await.text;
        for name in every {
            assert_eq!(
                page.contains(&format!(">{name}</a>")),
                finds.contains(&name),
                "{query}: {name}"
            );
        }
    }
    let page = amy.get("/devices?q=update:%3D1").await.text;
    assert!(page.contains("means nothing here"), "{page}");
    // A line that is cut short would find other devices.
    let long = format!("/devices?q=update:{}", "openssl,".repeat(600));
    let page = amy.get(&long).await.text;
    assert!(
        page.contains("means nothing here") && !page.contains(">server-1</a>"),
        "{page}"
    );
}

#[tokio::test]
async fn the_list_shows_holes_first_and_goes_on_where_it_ended() {
    let app = TestApp::open().await;
    let one = device(&app, 1, None).await;
    let mut items: Vec<Item> = (0..55)
        .map(|number| update(&format!("pack-{number:02}"), "1", "2"))
        .collect();
    items.push(security("zlib1g", "1.2", "1.3"));
    reports(&app, one, &items).await;
    let mut amy = app.technician().await;
    let first = amy.get("/patches").await;
    assert_eq!(first.status, 200, "{}", first.text);
    let (zlib, pack) = (first.text.find(">zlib1g</a>"), first.text.find(">pack-00</a>"));
    assert!(zlib.is_some() && zlib < pack, "{}", first.text);
    assert!(!first.text.contains(">pack-54</a>"));
    let href = first.text.split("class=\"load-more\" href=\"").nth(1).unwrap();
    let href = href
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    let next = amy.get(&href).await.text;
    assert!(
        next.contains(">pack-54</a>") && !next.contains(">pack-00</a>"),
        "{next}"
    );
    let holes = amy.get("/patches?q=security:yes").await.text;
    assert!(holes.contains(">zlib1g</a>") && !holes.contains(">pack-00</a>"));
    let words = amy.get("/patches?q=PACK-07").await.text;
    assert!(words.contains(">pack-07</a>") && !words.contains(">pack-08</a>"));
    assert_eq!(amy.get("/patches?state=nonsense").await.status, 422);
    assert_eq!(amy.get("/patches?after=nonsense").await.status, 422);
    // A technician looks, and decides nothing.
    assert!(!first.text.contains("value=\"approved\""), "{}", first.text);
}

#[tokio::test]
async fn the_pages_of_a_patch_and_of_a_device_say_how_it_stands() {
    let app = TestApp::open().await;
    let one = device(&app, 1, None).await;
    reports(
        &app,
        one,
        &[
            security("openssl", OLD, NEW),
            update("linux-image-6.1.0-40-amd64", "", "6.1.153-1"),
        ],
    )
    .await;
    let openssl = patch(&app, "openssl").await;
    decide(&app, &app.cast.shen, &[openssl.id], State::Approved, "Urgent.").await;
    let mut amy = app.technician().await;
    let page = amy.get(&openssl.href()).await.text;
    for words in [
        ">server-1</a>",
        OLD,
        "Urgent.",
        app.cast.shen.name.as_str(),
        "Approved",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let kernel = patch(&app, "linux-image-6.1.0-40-amd64").await;
    let page = amy.get(&kernel.href()).await.text;
    assert!(page.contains("would come anew"), "{page}");
    let card = amy.get(&format!("/devices/{one}")).await.text;
    assert!(
        card.contains(&format!("card-patches-{one}")) && card.contains("one for security"),
        "{card}"
    );
    assert_eq!(amy.get("/patches/00000000000000000000000000").await.status, 404);
    let mut li_na = app.requester().await;
    assert_eq!(li_na.get("/patches").await.status, 403);
    assert_eq!(li_na.get(&openssl.href()).await.status, 403);
}

#[tokio::test]
async fn devices_out_of_reach_are_counted_and_not_named() {
    let app = TestApp::open().await;
    let own = device(&app, 1, Some(app.cast.service_desk)).await;
    let theirs = device(&app, 2, Some(app.cast.systems)).await;
    for id in [own, theirs] {
        reports(&app, id, &[update("openssl", OLD, NEW)]).await;
    }
    let patch = patch(&app, "openssl").await;
    let mut cx = app.act(&app.cast.amy, |_, cx| Ok(cx.clone())).await;
    if let Actor::User(person) = &mut cx.actor {
        let person = std::sync::Arc::make_mut(person);
        person.grants.insert(fleet::READ.to_owned(), Scope::Team);
    }
    let (named, hidden) = app
        .read(move |tx| {
            let named = seeing::reporters(tx, &cx, &patch, None, 10)?;
            Ok((named, seeing::out_of_reach(tx, &cx, &patch)?))
        })
        .await
        .unwrap();
    let named: Vec<_> = named.into_iter().map(|one| one.device.id).collect();
    assert_eq!((named, hidden), (vec![own], 1));
}

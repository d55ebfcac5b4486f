//! The record of a device: lists, filters, editing, rights.

use fleet::device::{self, Edit, Source};
use protocol::message::Identity;
use testkit::TestApp;

use crate::house::{laptop, li_nas, told};

#[tokio::test]
async fn a_list_is_found_by_words_and_by_filters_in_both_languages() {
    let app = TestApp::open().await;
    li_nas(&app).await;
    let other = Identity {
        host: "files-01".to_owned(),
        serial: "SRV0001".to_owned(),
        ..Identity::default()
    };
    told(&app, other, Source::Glpi).await;
    let mut amy = app.technician().await;
    let all = amy.get("/devices").await;
    assert_eq!(all.status, 200, "{}", all.text);
    assert!(all.text.contains("li-na-t14") && all.text.contains("files-01"));
    for (query, finds, misses) in [
        ("thinkpad", "li-na-t14", "files-01"),
        ("srv0001", "files-01", "li-na-t14"),
        ("3c:22:fb", "li-na-t14", "files-01"),
        ("来源:glpi", "files-01", "li-na-t14"),
        ("source:agent", "li-na-t14", "files-01"),
        ("owner:none", "files-01", "li-na-t14"),
        ("owner:li.na@example.test", "li-na-t14", "files-01"),
        ("os:ubuntu", "li-na-t14", "files-01"),
    ] {
        let path = format!("/devices?q={}", web::urlencoded::encode(query));
        let found = amy.get(&path).await.text;
        assert!(found.contains(&format!(">{finds}</a>")), "{query}: {found}");
        assert!(!found.contains(&format!(">{misses}</a>")), "{query}");
    }
    let unknown = amy.get("/devices?q=kind:%3Cscript%3E").await.text;
    assert!(
        !unknown.contains("<script>") && unknown.contains("means nothing here"),
        "{unknown}"
    );
    assert_eq!(amy.get("/devices?after=nonsense").await.status, 422);
}

#[tokio::test]
async fn a_long_list_goes_on_where_it_ended() {
    let app = TestApp::open().await;
    for number in 0..60 {
        let identity = Identity {
            host: format!("pc-{number:03}"),
            ..Identity::default()
        };
        told(&app, identity, Source::Glpi).await;
    }
    let mut amy = app.technician().await;
    let first = amy.get("/devices").await.text;
    assert!(first.contains("pc-049") && !first.contains("pc-050"));
    let href = first.split("class=\"load-more\" href=\"").nth(1).unwrap();
    let href = href
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    let next = amy.get(&href).await.text;
    assert!(
        next.contains("pc-050") && next.contains("pc-059") && !next.contains("pc-049"),
        "{next}"
    );
}

#[tokio::test]
async fn what_a_person_entered_stays_whatever_the_device_says() {
    let app = TestApp::open().await;
    let device = li_nas(&app).await;
    let path = format!("/devices/{}/edit", device.id);
    let mut cheng = app.engineer().await;
    let version = device.version.to_string();
    let form = [
        ("name", "Li Na's laptop"),
        ("kind", "computer"),
        ("owner", "bruno@example.test"),
        ("location", "Berlin 3.14"),
        ("note", "two\nlines"),
        ("version", version.as_str()),
    ];
    let saved = cheng.post(&path, &form).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let again = cheng.post(&path, &form).await;
    assert_eq!(again.status, 422, "a version that is past is not written over");
    let (cx, id) = (app.cx(), device.id);
    let after = app
        .write(move |tx| {
            let before = device::store::find(tx, id)?.unwrap();
            let identity = Identity {
                host: "renamed".to_owned(),
                ..laptop()
            };
            device::describe(
                tx,
                &cx,
                &before,
                &identity,
                Source::Agent,
                Some(device::Kind::Server),
                "1.2",
            )
        })
        .await
        .unwrap();
    assert_eq!(after.name, "Li Na's laptop");
    assert_eq!(after.kind, device::Kind::Computer);
    assert_eq!(
        (after.location.as_str(), after.note.as_str()),
        ("Berlin 3.14", "two\nlines")
    );
    assert_eq!(after.owner, Some(app.cast.bruno.id));
    assert_eq!(
        (after.identity.host.as_str(), after.agent_version.as_str()),
        ("renamed", "1.2")
    );
    let page = cheng.get(&format!("/devices/{}", device.id)).await.text;
    assert!(
        page.contains("Li Na&#39;s laptop") || page.contains("Li Na&#x27;s laptop"),
        "{page}"
    );
}

#[tokio::test]
async fn a_device_is_entered_by_hand_and_goes_out_of_use_and_comes_back() {
    let app = TestApp::open().await;
    let mut cheng = app.engineer().await;
    assert_eq!(cheng.post("/devices", &[("name", " ")]).await.status, 422);
    assert_eq!(
        cheng
            .post(
                "/devices",
                &[
                    ("name", "Beamer"),
                    ("kind", "other"),
                    ("owner", "nobody@example.test")
                ]
            )
            .await
            .status,
        422
    );
    let added = cheng
        .post(
            "/devices",
            &[
                ("name", "Beamer <b>2</b>"),
                ("kind", "other"),
                ("location", "Room 4"),
            ],
        )
        .await;
    assert_eq!(added.status, 303, "{}", added.text);
    let path = added.header("location").to_owned();
    assert!(
        cheng
            .get(&path)
            .await
            .text
            .contains("Beamer &#60;b&#62;2&#60;/b&#62;")
    );
    assert_eq!(cheng.post(&format!("{path}/retirement"), &[]).await.status, 303);
    assert!(!cheng.get("/devices").await.text.contains("Beamer"));
    assert!(
        cheng
            .get("/devices?q=state:retired")
            .await
            .text
            .contains("Beamer")
    );
    assert_eq!(cheng.post(&format!("{path}/retirement"), &[]).await.status, 409);
    assert_eq!(cheng.post(&format!("{path}/restoration"), &[]).await.status, 303);
    assert!(cheng.get("/devices").await.text.contains("Beamer"));
}

#[tokio::test]
async fn who_has_a_right_for_the_own_teams_sees_their_devices_only() {
    let app = TestApp::open().await;
    let mine = li_nas(&app).await;
    let other = Identity {
        host: "theirs".to_owned(),
        ..Identity::default()
    };
    let theirs = told(&app, other, Source::Glpi).await;
    let (cx, team, id) = (app.cx(), app.cast.service_desk, mine.id);
    app.write(move |tx| {
        let mut edit = Edit::of(&device::store::find(tx, id)?.unwrap());
        edit.team = Some(team);
        device::edit(tx, &cx, id, &edit)
    })
    .await
    .unwrap();
    let mut identity = app.act(&app.cast.amy, |_, cx| Ok(cx.clone())).await;
    if let kernel::cx::Actor::User(person) = &mut identity.actor {
        let person = std::sync::Arc::make_mut(person);
        person
            .grants
            .insert(fleet::READ.to_owned(), kernel::cx::Scope::Team);
    }
    let cx = identity;
    let (seen, unseen) = (mine.id, theirs.id);
    app.read(move |tx| {
        assert!(device::find(tx, &cx, seen).is_ok());
        let missing = device::find(tx, &cx, unseen).unwrap_err();
        assert_eq!(missing.kind(), kernel::error::Kind::NotFound);
        let listed = device::list(tx, &cx, &device::Filter::default(), None, 10)?;
        assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [seen]);
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn employees_see_no_devices_and_technicians_edit_none() {
    let app = TestApp::open().await;
    let device = li_nas(&app).await;
    let path = format!("/devices/{}", device.id);
    let mut li_na = app.requester().await;
    for path in ["/devices", path.as_str(), "/devices/merging"] {
        assert_eq!(li_na.get(path).await.status, 403, "{path}");
    }
    let mut amy = app.technician().await;
    assert_eq!(amy.get(&path).await.status, 200);
    assert_eq!(amy.get(&format!("{path}/edit")).await.status, 403);
    assert_eq!(amy.post(&format!("{path}/retirement"), &[]).await.status, 403);
    assert_eq!(amy.get("/devices/00000000000000000000000000").await.status, 404);
    let mut ottilie = app.auditor().await;
    assert_eq!(ottilie.get(&path).await.status, 200);
}

#[tokio::test]
async fn a_kept_list_is_ones_own_until_it_is_shared() {
    let app = TestApp::open().await;
    li_nas(&app).await;
    let mut amy = app.technician().await;
    let kept = amy
        .post(
            "/devices/views",
            &[
                ("name", "Ubuntus"),
                ("q", "os:ubuntu"),
                ("columns", "serial,owner"),
            ],
        )
        .await;
    assert_eq!(kept.status, 303);
    assert!(amy.get("/devices").await.text.contains("Ubuntus"));
    let shown = amy.get(kept.header("location")).await.text;
    assert!(shown.contains("PF3A77Q1"), "{shown}");
    let mut cheng = app.engineer().await;
    assert!(!cheng.get("/devices").await.text.contains("Ubuntus"));
}

#[tokio::test]
async fn a_list_costs_the_same_for_one_device_and_for_forty() {
    let app = TestApp::open().await;
    li_nas(&app).await;
    let mut amy = app.technician().await;
    amy.get("/devices").await;
    let (_, one) = app.queries(amy.get("/devices")).await;
    for number in 0..39 {
        let identity = Identity {
            host: format!("pc-{number:03}"),
            ..Identity::default()
        };
        told(&app, identity, Source::Glpi).await;
    }
    amy.get("/devices").await;
    let (_, forty) = app.queries(amy.get("/devices")).await;
    assert!(
        forty <= one + 1 && forty <= 24,
        "{one} statements for one, {forty} for forty"
    );
}

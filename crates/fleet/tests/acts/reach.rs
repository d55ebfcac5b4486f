//! A device of another team, and everything that was done on it, is like one that does not exist: on every route that names one.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use fleet::act::{self, ActId, store::Piece};
use fleet::device::DeviceId;
use fleet::enrolment::{self, NewEnrolment, Rule};
use fleet::matching::{Why, merging};
use fleet::rollout::content::{Limits, Scripts};
use fleet::rollout::drafting::{self, Manner, Wish};
use fleet::rollout::{Content, RolloutId};
use fleet::script::{self, Draft};
use kernel::cx::Scope;
use people::role;
use people::user::{self, Profile};
use protocol::inventory::{self, Item, Report, Section};
use protocol::verb::Shell;
use serde_json::json;
use testkit::{Person, TestApp};
use web::testing::{Answer, ApiClient, Browser};
use web::{RouteEntry, Surface};

use crate::house::{ask, device, health};

/// Words that only the other team's device has: its name, what was written on it, what was fetched from it.
const WORDS: [&str; 3] = ["laptop-77", "their-output", "their-file"];

/// Somebody with every right of an engineer, over the devices of the systems team only.
async fn hands(app: &TestApp) -> Person {
    let mut grants = role::built_in_grants("engineer");
    for name in [
        fleet::READ,
        fleet::MANAGE,
        fleet::DIAGNOSE,
        fleet::CHANGE,
        fleet::RUN,
    ] {
        grants.insert(name.to_owned(), Scope::Team);
    }
    let team = app.cast.systems;
    let added = app
        .act(&app.cast.noor, move |tx, cx| {
            role::add(tx, cx, "hands", "Hands of a team", &grants)?;
            let profile = Profile {
                email: "hands@example.test".to_owned(),
                name: "Hands".to_owned(),
                locale: "en".to_owned(),
                tier: Some(2),
                roles: vec!["hands".to_owned()],
                teams: vec![team],
                ..Profile::default()
            };
            user::adding::add(tx, cx, &profile)
        })
        .await;
    Person {
        id: added.id,
        email: added.email,
        name: added.name,
        role: "engineer",
    }
}

/// What stands in the places of paths.
type Places = BTreeMap<&'static str, String>;

/// A device with something of each kind that a path can name.
async fn places(
    app: &TestApp,
    id: DeviceId,
    twin: DeviceId,
    team: kernel::id::TeamId,
    ticket: i64,
) -> Places {
    let noor = app.cast.noor.clone();
    let asked = ask(app, &noor, id, &health(ticket)).await;
    let get = json!({ "ticket": ticket, "verb": { "verb": "file_get", "path": "/etc/their-file" } });
    let fetched = ask(app, &noor, id, &get).await;
    let stored = app
        .house
        .kernel
        .files
        .put(b"their-file".to_vec(), 100)
        .await
        .unwrap();
    let subject = desk::ticket::subject(ticket);
    let new = NewEnrolment {
        name: "laptop-77".to_owned(),
        rule: Rule::Wait,
        kind: fleet::device::Kind::Computer,
        team: Some(team),
        uses: 1,
        hours: 1,
        servers: Vec::new(),
        authority: None,
    };
    let signer = protocol::key::KeyPair::generate().unwrap().public();
    let draft = Draft {
        name: format!("Script {asked}"),
        purpose: String::new(),
        shell: Shell::Sh,
        body: "true".to_owned(),
        parameters: String::new(),
    };
    let (terminal, screen, doubt, document, script) = app
        .act(&noor, move |tx, cx| {
            let piece = Piece {
                seq: 0,
                stream: "out".to_owned(),
                at: cx.now(),
                body: b"their-output".to_vec(),
            };
            act::store::keep_piece(tx, asked, &piece)?;
            act::store::moved(tx, fetched, 10, Some(&stored.hash))?;
            let terminal = fleet::terminal::open(tx, cx, id, &subject, "root")?;
            let wish = fleet::screen::Wish {
                control: true,
                clipboard: true,
                ask: true,
            };
            let screen = fleet::screen::open(tx, cx, id, &subject, wish)?;
            merging::ask(tx, cx, id, twin, Why::Serial)?;
            let doubts = merging::waiting(tx, cx)?;
            let doubt = doubts.into_iter().find(|one| one.doubt.device == id).unwrap();
            let document = enrolment::make(tx, cx, "https://desk.example.test", signer, &new)?;
            let script = script::add(tx, cx, &draft)?;
            Ok((terminal, screen, doubt.doubt.id, document.enrolment.id, script.id))
        })
        .await;
    BTreeMap::from([
        ("device", id.to_string()),
        ("act", asked.to_string()),
        ("fetched", fetched.to_string()),
        ("terminal", terminal.to_string()),
        ("screen", screen.to_string()),
        ("doubt", doubt.to_string()),
        ("document", document.to_string()),
        ("script", script.to_string()),
    ])
}

/// A rollout on every device that there is, by a script that a second person has read.
async fn rollout(app: &TestApp, ticket: i64) -> RolloutId {
    let draft = Draft {
        name: "Set the greeting".to_owned(),
        purpose: String::new(),
        shell: Shell::Sh,
        body: "true".to_owned(),
        parameters: "step: text".to_owned(),
    };
    let script = app
        .act(&app.cast.noor, move |tx, cx| script::add(tx, cx, &draft))
        .await
        .id;
    app.act(&app.cast.shen, move |tx, cx| script::review(tx, cx, script, 1))
        .await;
    let wish = Wish {
        ticket,
        title: "Greeting".to_owned(),
        query: String::new(),
        first: String::new(),
        content: Content::Script(Scripts {
            dry_run: script,
            check: script,
            apply: script,
            verify: None,
            roll_back: Some(script),
            values: BTreeMap::new(),
            limits: Limits {
                run_as: "root".to_owned(),
                timeout_seconds: 10,
                memory_mb: 64,
                cpu_percent: 50,
            },
        }),
        manner: Manner::default(),
        patches: Vec::new(),
    };
    app.act(&app.cast.noor, move |tx, cx| drafting::draft(tx, cx, &wish))
        .await
}

/// What the name in a path names, when it is of a device.
fn named(path: &str) -> Option<&'static str> {
    let begins = [
        ("/devices/merging/{", "doubt"),
        ("/devices/enrolment/{", "document"),
        ("/api/v1/device-enrolments/{", "document"),
        ("/devices/{", "device"),
        ("/api/v1/devices/{", "device"),
        ("/acts/{", "act"),
        ("/terminals/{", "terminal"),
        ("/screens/{", "screen"),
    ];
    let found = begins.iter().find(|(begin, _)| path.starts_with(begin))?;
    // Files are fetched by an act of their own.
    Some(if path == "/acts/{id}/file" {
        "fetched"
    } else {
        found.1
    })
}

fn filled(path: &str, places: &Places) -> String {
    let own = named(path).unwrap();
    path.replace("{id}", &places[own])
        .replace("{act}", &places["act"])
        .replace("{script}", &places["script"])
}

async fn call(
    browser: &mut Browser,
    token: &ApiClient,
    route: &RouteEntry,
    places: &Places,
    ticket: i64,
) -> Answer {
    let path = filled(&route.path, places);
    if route.surface == Surface::Page {
        let csrf = browser.csrf.clone();
        let headers = [
            ("x-csrf-token", csrf.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let form = format!(
            "ticket={ticket}&verb=health.check&name=x&kind=computer&run_as=root&answer=merge&do=merge&section=system&item=os&field=name&value=x&version=1"
        );
        let body = if route.method == Method::GET {
            ""
        } else {
            form.as_str()
        };
        browser.send(route.method.clone(), &path, body, &headers).await
    } else {
        let body = json!({ "ticket": ticket, "verb": { "verb": "health_check" }, "name": "x", "version": 1, "kind": "computer" });
        let body = (route.method != Method::GET).then_some(&body);
        token.send(route.method.clone(), &path, body, &[]).await
    }
}

#[tokio::test]
async fn a_device_of_another_team_is_like_one_that_does_not_exist_on_every_route() {
    let app = TestApp::open().await;
    let (own_team, other_team) = (app.cast.systems, app.cast.service_desk);
    let ticket = app.li_na_misses_her_mail().await.number;
    let theirs = device(&app, 77, Some(other_team)).await;
    let twin = device(&app, 78, Some(other_team)).await;
    let theirs = places(&app, theirs, twin, other_team, ticket).await;
    let person = hands(&app).await;
    let mut browser = app.browser_of(&person).await;
    browser.get("/devices").await;
    let token = app.token_of(&person, &["*"]).await;
    let nothing: Places = theirs
        .keys()
        .map(|name| (*name, app.cx().new_id::<ActId>().to_string()))
        .chain([("script", theirs["script"].clone())])
        .collect();
    let routes: Vec<RouteEntry> = app.house.app.route_table().to_vec();
    let (mut wrong, mut hidden) = (Vec::new(), 0);
    for route in routes.iter().filter(|route| named(&route.path).is_some()) {
        let to_theirs = call(&mut browser, &token, route, &theirs, ticket).await;
        let to_nothing = call(&mut browser, &token, route, &nothing, ticket).await;
        hidden += usize::from(to_theirs.status == StatusCode::NOT_FOUND);
        let tells = WORDS.iter().any(|word| to_theirs.text.contains(word));
        let does = to_theirs.status.is_success() || to_theirs.status.is_redirection();
        if tells || does || to_theirs.status != to_nothing.status {
            wrong.push(format!(
                "{} {}: theirs {}, nothing {}, tells: {tells}",
                route.method, route.path, to_theirs.status, to_nothing.status
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(hidden > 20, "only {hidden} routes were found");
    for path in [
        "/devices",
        "/terminals",
        "/terminals?q=their",
        "/screens",
        "/rollouts",
        "/devices/merging",
        "/devices/enrolment",
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(
            !WORDS.iter().any(|word| page.text.contains(word)),
            "{path}: {}",
            page.text
        );
    }
    for path in ["/api/v1/devices", "/api/v1/device-enrolments"] {
        let answer = token.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.text.contains("laptop-77"), "{path}: {}", answer.text);
    }
    // A rollout of their ticket they see, and of the devices in it that they are there.
    let greeting = rollout(&app, ticket).await;
    for part in ["", "/targets/0", "/targets/1"] {
        let page = browser.get(&format!("/rollouts/{greeting}{part}")).await;
        assert_eq!(page.status, 200, "{part}");
        assert!(page.text.contains("Out of your reach"), "{part}: {}", page.text);
        assert!(
            !WORDS.iter().any(|word| page.text.contains(word)),
            "{part}: {}",
            page.text
        );
    }
    let targets = token.get(&format!("/api/v1/rollouts/{greeting}/targets")).await;
    assert_eq!(
        targets.json()["items"].as_array().map(Vec::len),
        Some(2),
        "{}",
        targets.text
    );
    assert!(targets.json()["items"][0]["device"].is_null(), "{}", targets.text);
    // The same person reaches what is their team's, so that the proof is worth something.
    let own = device(&app, 79, Some(own_team)).await;
    let twin = device(&app, 80, Some(own_team)).await;
    let own = places(&app, own, twin, own_team, ticket).await;
    let mut seen = 0;
    for route in routes.iter().filter(|route| named(&route.path).is_some()) {
        if route.method == Method::GET {
            let answer = call(&mut browser, &token, route, &own, ticket).await;
            seen += usize::from(answer.status == StatusCode::OK);
        }
    }
    assert!(seen > 10, "only {seen} routes show the own device");
}

#[tokio::test]
async fn a_patch_that_another_teams_device_reports_tells_how_many_and_not_which() {
    let app = TestApp::open().await;
    let theirs = device(&app, 77, Some(app.cast.service_desk)).await;
    let own = device(&app, 79, Some(app.cast.systems)).await;
    for id in [theirs, own] {
        let item = Item::new("openssl:amd64")
            .with("name", "openssl")
            .with("version", "3.0.17-1")
            .with("source", "apt");
        let report = Report {
            at: 0,
            full: false,
            sections: [(Section::Updates, inventory::Content::of(vec![item]))].into(),
        };
        let cx = app.cx();
        app.write(move |tx| fleet::inventory::take(tx, &cx, id, &report))
            .await
            .unwrap();
    }
    app.settle().await;
    let person = hands(&app).await;
    let mut browser = app.browser_of(&person).await;
    let token = app.token_of(&person, &["*"]).await;
    let list = token.get("/api/v1/patches").await.json();
    assert_eq!(list["items"][0]["devices"], 2, "{list}");
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let page = browser.get(&format!("/patches/{id}")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(
        page.text.contains("laptop-79") && page.text.contains("One more device is out of your reach"),
        "{}",
        page.text
    );
    let found = browser.get("/devices?q=update:openssl").await;
    let one = token.get(&format!("/api/v1/patches/{id}")).await;
    let listed = browser.get("/patches").await;
    for answer in [&page, &found, &one, &listed] {
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(
            !WORDS.iter().any(|word| answer.text.contains(word)),
            "{}",
            answer.text
        );
    }
    assert_eq!(browser.get(&format!("/devices/{theirs}")).await.status, 404);
}

#[tokio::test]
async fn who_manages_one_team_does_not_touch_the_keys_of_all() {
    let app = TestApp::open().await;
    let person = hands(&app).await;
    let refused = app
        .act(&person, |tx, cx| Ok(fleet::link::keys::make(tx, cx).map(drop)))
        .await;
    assert_eq!(refused.unwrap_err().kind(), kernel::error::Kind::Forbidden);
    app.act(&app.cast.noor, |tx, cx| fleet::link::keys::make(tx, cx).map(drop))
        .await;
}

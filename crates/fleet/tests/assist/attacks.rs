//! Those who want more than they were given.

use fleet::device::{NewDevice, Source, State};
use protocol::key::KeyPair;

use crate::agent::{Agent, laptop};
use crate::house::{acts, health, restart};
use crate::{PROGRAM, Scene};

#[tokio::test]
async fn every_code_that_does_not_count_is_answered_alike() {
    let mut scene = Scene::open().await;
    let page = scene.offered().await;
    let code = scene.code(&page).await;
    let wrong = if code.starts_with('1') { "2" } else { "1" };
    let guessed = scene.entered(&format!("{wrong}{}", &code[1..])).await;
    assert_eq!(scene.entered(&code).await.status, 200);
    let used = scene.entered(&code).await;
    let page = scene.offered().await;
    let late = scene.code(&page).await;
    scene.app().clock.advance_millis(10 * 60 * 1000);
    let expired = scene.entered(&late).await;
    let page = scene.offered().await;
    let closed = scene.code(&page).await;
    let ticket = scene.ticket;
    // The news of it has not been heard yet.
    scene.app().amy_solves(ticket).await;
    let closed = scene.entered(&closed).await;
    for answer in [&guessed, &used, &expired, &closed] {
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert!(answer.text.contains("This code does not work"), "{}", answer.text);
        assert!(!answer.text.contains("ELF"));
    }
}

#[tokio::test]
async fn a_guesser_is_stopped() {
    let mut scene = Scene::open().await;
    let page = scene.offered().await;
    let code = scene.code(&page).await;
    for _ in 0..10 {
        let refused = scene.entered("000 000 000").await;
        assert!(
            refused.text.contains("This code does not work"),
            "{}",
            refused.text
        );
    }
    let stopped = scene.entered(&code).await;
    assert_eq!(stopped.status, 422);
    assert!(!stopped.text.contains("This code does not work"));
}

#[tokio::test]
async fn a_stranger_fetches_nothing() {
    let scene = Scene::open().await;
    for typed in ["", "' OR 1=1", "123456789", "１２３４５６７８９"] {
        let answer = scene.entered(typed).await;
        assert_eq!(answer.status, 422, "{typed}");
        assert!(!answer.bytes.starts_with(&PROGRAM[..4]));
    }
    let mut forger = scene.app().anonymous();
    let unsigned = forger.post_raw("/assist", &[("code", "123456789")]).await;
    assert_eq!(unsigned.status, 403);
}

#[tokio::test]
async fn a_browser_of_another_system_does_not_spend_the_code() {
    let mut scene = Scene::open().await;
    let page = scene.offered().await;
    let code = scene.code(&page).await;
    let agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
    let mut windows = scene.app().anonymous().with("accept-language", "en");
    windows = windows.with("user-agent", agent);
    let shown = windows.get("/assist").await;
    assert!(shown.text.contains("Linux on x86_64 only") && !shown.text.contains("name=\"code\""));
    assert_eq!(windows.post("/assist", &[("code", &code)]).await.status, 422);
    assert_eq!(scene.entered(&code).await.status, 200);
}

#[tokio::test]
async fn the_code_is_shown_to_whoever_offered_it_and_lies_nowhere_as_it_is() {
    let mut scene = Scene::open().await;
    let page = scene.offered().await;
    let code = scene.code(&page).await.replace(' ', "");
    let mut amy = scene.app().technician().await;
    let seen = amy.get(&page).await;
    assert_eq!(seen.status, 200);
    assert_eq!(crate::code_in(&seen.text), None);
    let lies = scene.app().read(|tx| {
        tx.query_one("SELECT code_hash, code, document FROM fleet_assist", &[], |row| {
            let (hash, code, document): (String, String, String) =
                (row.get("code_hash")?, row.get("code")?, row.get("document")?);
            Ok(format!("{hash} {code} {document}"))
        })
    });
    let lies = lies.await.unwrap();
    assert!(!lies.contains(&code) && !lies.contains("token"), "{lies}");
    let mut li_na = scene.app().requester().await;
    assert_ne!(li_na.get(&page).await.status, 200);
}

#[tokio::test]
async fn hardware_that_is_known_gives_a_guest_nothing() {
    let mut scene = Scene::open().await;
    let cx = scene.app().cx();
    let known = scene
        .app()
        .write(move |tx| {
            let new = NewDevice::told(laptop(1), Source::Agent, State::Admitted);
            fleet::device::create(tx, &cx, new)
        })
        .await
        .unwrap();
    let (document, _) = scene.fetched().await;
    let key = KeyPair::generate().unwrap();
    let agent = scene.guest(&document, &key, laptop(1)).await;
    assert_ne!(agent.id(), known.id);
    let before = scene.device(known.id).await;
    assert_eq!((before.agent_key, before.version), (None, known.version));
    let noor = scene.app().cast.noor.clone();
    let doubts = scene.app().act(&noor, fleet::matching::merging::waiting).await;
    assert_eq!(doubts.len(), 0);
}

#[tokio::test]
async fn of_a_guest_nothing_is_asked_but_its_screen_for_its_ticket() {
    let mut scene = Scene::open().await;
    let (document, _) = scene.fetched().await;
    let key = KeyPair::generate().unwrap();
    // A full agent with a guest's document: the record says what it is.
    let agent = scene.guest(&document, &key, laptop(1)).await;
    let (id, ticket) = (agent.id(), scene.ticket);
    let client = scene
        .app()
        .token_of(&scene.app().cast.cheng_li.clone(), &["*"])
        .await;
    for wanted in [health(ticket), restart(ticket)] {
        let refused = client.post(&acts(id), &wanted).await;
        assert_eq!(refused.status, 409, "{}", refused.text);
        assert!(refused.text.contains("screen_only"), "{}", refused.text);
    }
    let other = scene.app().li_na_misses_her_mail().await.number;
    let other = other.to_string();
    let form = [("ticket", other.as_str()), ("mode", "view")];
    let refused = scene.cheng.post(&format!("/devices/{id}/screens"), &form).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    // Coming back as a newer version, it is a guest all the same.
    drop(agent);
    Agent::link(scene.house.address, &key, &document).await.unwrap();
    let device = scene.device(id).await;
    assert_eq!(
        (device.source, device.name.as_str()),
        (Source::Guest, "laptop-1 (guest)")
    );
    // Its document lets nobody else in.
    let second = KeyPair::generate().unwrap();
    let refused = Agent::enrol(scene.house.address, &second, &document, laptop(2)).await;
    assert_eq!(refused.err().as_deref(), Some("enrolment_used_up"));
}

#[tokio::test]
async fn a_host_name_is_text_wherever_it_is_shown() {
    let mut scene = Scene::open().await;
    let (document, page) = scene.fetched().await;
    let key = KeyPair::generate().unwrap();
    let mut identity = laptop(1);
    identity.host = "<img src=x onerror=alert(1)>".to_owned();
    let agent = scene.guest(&document, &key, identity).await;
    let card = format!("/tickets/{}/devices", scene.ticket);
    for path in [
        page,
        card,
        format!("/devices/{}", agent.id()),
        "/devices".to_owned(),
    ] {
        let text = scene.cheng.get(&path).await.text;
        assert!(!text.contains("<img src=x"), "{path}");
        assert!(
            text.contains("&#60;img") || text.contains("&lt;img"),
            "{path}: {text}"
        );
    }
}

//! Devices that come again: known by their marks, or a question to a person, never a silent merge.

use fleet::device::{self, Source, State};
use fleet::matching::{self, Placed, Why, merging};
use protocol::key::KeyPair;
use protocol::message::Identity;
use testkit::TestApp;

use crate::house::{laptop, li_nas, packages, report, takes, told};

async fn placed(app: &TestApp, identity: Identity, source: Source) -> Placed {
    let cx = app.cx();
    app.read(move |tx| matching::place(tx, &cx, &identity, source))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_device_is_known_again_by_its_serial_number_but_not_by_a_filling_word() {
    let app = TestApp::open().await;
    let device = li_nas(&app).await;
    let again = Identity {
        host: "other-name".to_owned(),
        machine_id: String::new(),
        macs: Vec::new(),
        ..laptop()
    };
    let Placed::Known(found) = placed(&app, again, Source::Glpi).await else {
        panic!("it is known");
    };
    assert_eq!(found.id, device.id);
    let junk = Identity {
        serial: "To be filled by O.E.M.".to_owned(),
        vendor: "LENOVO".to_owned(),
        uuid: "00000000-0000-0000-0000-000000000000".to_owned(),
        ..Identity::default()
    };
    told(
        &app,
        Identity {
            host: "one".to_owned(),
            ..junk.clone()
        },
        Source::Glpi,
    )
    .await;
    assert_eq!(placed(&app, junk, Source::Glpi).await, Placed::New);
}

#[tokio::test]
async fn an_agent_with_another_key_is_a_question_and_never_the_device() {
    let app = TestApp::open().await;
    let device = li_nas(&app).await;
    let (cx, id) = (app.cx(), device.id);
    let key = KeyPair::generate().unwrap().public();
    app.write(move |tx| device::set_key(tx, &cx, id, &key))
        .await
        .unwrap();
    let doubt = placed(&app, laptop(), Source::Agent).await;
    assert!(
        matches!(doubt, Placed::Doubt { with, .. } if with == id),
        "{doubt:?}"
    );
}

#[tokio::test]
async fn merging_keeps_the_known_record_and_gives_it_agent_inventory_and_history() {
    let app = TestApp::open().await;
    let known = li_nas(&app).await;
    takes(&app, &known, report(vec![packages(&[("bash", "5.1")])])).await;
    let newcomer = told(
        &app,
        Identity {
            host: "reinstalled".to_owned(),
            ..laptop()
        },
        Source::Agent,
    )
    .await;
    app.clock.advance_millis(1_000);
    takes(&app, &newcomer, report(vec![packages(&[("bash", "5.2")])])).await;
    let (cx, one, other) = (app.cx(), newcomer.id, known.id);
    let key = KeyPair::generate().unwrap().public();
    let text = key.to_string();
    app.write(move |tx| {
        device::set_key(tx, &cx, one, &key)?;
        merging::ask(tx, &cx, one, other, Why::Serial)?;
        merging::ask(tx, &cx, other, one, Why::Mac)
    })
    .await
    .unwrap();
    let mut cheng = app.admin().await;
    let page = cheng.get("/devices/merging").await.text;
    assert_eq!(page.matches("action=\"/devices/merging/").count(), 1, "{page}");
    let action = page.split("action=\"/devices/merging/").nth(1).unwrap();
    let action = format!("/devices/merging/{}", action.split('"').next().unwrap());
    let mut amy = app.technician().await;
    assert_eq!(amy.post(&action, &[("decision", "merge")]).await.status, 403);
    let merged = cheng.post(&action, &[("decision", "merge")]).await;
    assert_eq!(
        merged.header("location"),
        format!("/devices/{other}"),
        "{}",
        merged.text
    );
    assert_eq!(cheng.post(&action, &[("decision", "apart")]).await.status, 409);
    let (kept, gone) = app
        .read(move |tx| {
            Ok((
                device::store::find(tx, other)?.unwrap(),
                device::store::find(tx, one)?.unwrap(),
            ))
        })
        .await
        .unwrap();
    assert_eq!(kept.agent_key.as_deref(), Some(text.as_str()));
    assert_eq!(kept.owner, known.owner);
    assert_eq!(
        (gone.state, gone.merged_into, gone.agent_key),
        (State::Retired, Some(other), None)
    );
    let software = cheng.get(&format!("/devices/{other}/software")).await.text;
    assert!(software.contains("5.2"), "{software}");
    assert!(
        cheng
            .get(&format!("/devices/{one}"))
            .await
            .text
            .contains("was merged into")
    );
}

#[tokio::test]
async fn two_that_are_kept_apart_are_not_asked_about_again() {
    let app = TestApp::open().await;
    let one = li_nas(&app).await;
    let other = told(
        &app,
        Identity {
            host: "other".to_owned(),
            ..Identity::default()
        },
        Source::Glpi,
    )
    .await;
    let (cx, a, b) = (app.cx(), one.id, other.id);
    let left = app
        .write(move |tx| {
            merging::ask(tx, &cx, a, b, Why::Mac)?;
            let asked = merging::waiting(tx, &cx)?;
            merging::keep_apart(tx, &cx, asked[0].doubt.id)?;
            merging::ask(tx, &cx, a, b, Why::Mac)?;
            merging::waiting(tx, &cx)
        })
        .await
        .unwrap();
    assert!(left.is_empty());
}

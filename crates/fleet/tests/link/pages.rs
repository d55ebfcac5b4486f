//! The page and the JSON interface of enrolment.

use fleet::enrolment::Rule;
use protocol::enrolment::Document;
use protocol::key::KeyPair;
use protocol::signed::Signed;

use crate::agent::{Agent, laptop};
use crate::house::House;

const PATH: &str = "/devices/enrolment";

fn wanted() -> [(&'static str, &'static str); 6] {
    [
        ("name", "Sales <b>laptops</b>"),
        ("rule", "admit"),
        ("kind", "computer"),
        ("uses", "2"),
        ("hours", "24"),
        ("servers", "wss://desk.example.org"),
    ]
}

/// The id in the first form that fetches a document.
fn first_document(page: &str) -> String {
    let (before, _) = page.split_once("/document\"").expect("a document to fetch");
    before.rsplit_once('/').unwrap().1.to_owned()
}

#[tokio::test]
async fn a_document_is_made_on_the_page_and_fetched_once() {
    let house = House::open().await;
    let mut browser = house.app.browser_of(&house.app.cast.cheng_li).await;
    browser.get(PATH).await;
    assert_eq!(browser.post(PATH, &wanted()).await.status, 303);
    let page = browser.get(PATH).await;
    assert!(page.text.contains("Sales &#60;b&#62;laptops") || page.text.contains("Sales &lt;b&gt;laptops"));
    let id = first_document(&page.text);
    let path = format!("{PATH}/{id}/document");
    let answer = browser.post(&path, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.header("content-disposition").contains("enrolment.json"));
    let signed: Signed<Document> = serde_json::from_str(&answer.text).unwrap();
    let document = protocol::enrolment::open(&signed, house.app.clock.now().millis()).unwrap();
    assert_eq!(document.servers, ["wss://desk.example.org"]);
    assert!(!page.text.contains(&document.token));
    browser.get(PATH).await;
    assert_eq!(browser.post(&path, &[]).await.status, 409);
    assert!(
        Agent::enrol(house.address, &KeyPair::generate().unwrap(), &document, laptop(1))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_tampered_document_is_not_followed() {
    let house = House::open().await;
    let made = house.made(Rule::Admit, 1).await;
    let now = house.app.clock.now().millis();
    let mut forged = made.document.clone();
    forged.payload = forged.payload.replace("ws://127.0.0.1", "wss://evil.example");
    assert!(protocol::enrolment::open(&forged, now).is_err());
    assert!(protocol::enrolment::open(&made.document, now).is_ok());
}

#[tokio::test]
async fn what_is_wrong_with_a_document_stands_beside_its_field() {
    let house = House::open().await;
    let mut browser = house.app.browser_of(&house.app.cast.noor).await;
    browser.get(PATH).await;
    for (field, value) in [
        ("uses", "0"),
        ("hours", "99999"),
        ("servers", "ws://desk.example.org"),
        ("servers", "https://desk.example.org"),
        ("authority", "no certificate"),
    ] {
        let mut fields = wanted().to_vec();
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let answer = browser.post(PATH, &fields).await;
        assert_eq!(answer.status, 422, "{field}={value}");
        assert!(answer.text.contains("Sales"), "what was typed is kept");
    }
}

#[tokio::test]
async fn who_may_not_manage_devices_has_no_part_in_it() {
    let house = House::open().await;
    for person in [
        &house.app.cast.li_na,
        &house.app.cast.amy,
        &house.app.cast.ottilie,
    ] {
        let mut browser = house.app.browser_of(person).await;
        assert_eq!(browser.get(PATH).await.status, 403, "{}", person.name);
    }
    assert_eq!(house.app.anonymous().get(PATH).await.status, 303);
}

#[tokio::test]
async fn programs_make_documents_and_decide_about_many() {
    let house = House::open().await;
    let client = house.app.token(&["fleet.manage", "fleet.read"]).await;
    let new = serde_json::json!({
        "name": "Lab", "rule": "wait", "kind": "computer", "uses": 3, "hours": 1, "servers": ["wss://desk.example.org"],
    });
    let answer = client.post("/api/v1/device-enrolments", &new).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let signed: Signed<Document> = serde_json::from_value(answer.json()["document"].clone()).unwrap();
    let document = protocol::enrolment::open(&signed, house.app.clock.now().millis()).unwrap();
    let mut devices = Vec::new();
    for number in 1..=3 {
        let key = KeyPair::generate().unwrap();
        devices.push(
            Agent::enrol(house.address, &key, &document, laptop(number))
                .await
                .unwrap()
                .device,
        );
    }
    let wanted = serde_json::json!({ "admit": devices[..2], "refuse": devices[2..] });
    let answer = client.post("/api/v1/device-enrolments/decisions", &wanted).await;
    assert_eq!(answer.json(), serde_json::json!({ "admitted": 2, "refused": 1 }));
    // A second time there is nothing left to decide.
    let answer = client.post("/api/v1/device-enrolments/decisions", &wanted).await;
    assert_eq!(answer.json(), serde_json::json!({ "admitted": 0, "refused": 0 }));
    let listed = client.get("/api/v1/device-enrolments").await.json();
    assert_eq!(listed["items"][0]["standing"], "used_up");
    assert!(!listed.to_string().contains(&document.token));
}

//! The glossary and the cause in two texts through the router: pages and JSON.

use axum::http::StatusCode;
use desk::ticket;
use desk::{finding, glossary};

use crate::house::{House, part};

async fn begun(house: &House) -> i64 {
    let number = house.reported(house.ann, "The printer jams").await.number;
    house
        .act(house.tim, move |tx, cx| ticket::start(tx, cx, number))
        .await;
    number
}

const TECHNICAL: &str = "print spooler hung after a failed update";

#[tokio::test]
async fn the_glossary_is_searched_added_to_changed_and_shortened_on_its_page() {
    let house = House::open().await;
    let mut max = house.browser(house.max).await;
    let all = max.get("/settings/desk/glossary").await.text;
    assert!(
        all.contains("Glossary") && all.contains("access control list"),
        "{all}"
    );
    assert!(all.contains("load-more"), "more than a page");
    let found = max
        .get("/settings/desk/glossary?q=SPOOLER&language=en")
        .await
        .text;
    assert!(
        found.contains("print spooler") && !found.contains("deadlock"),
        "{found}"
    );
    let fields = [
        ("language", "en"),
        ("term", "flux capacitor"),
        ("plain", "The part that makes time travel possible was broken."),
    ];
    let added = max.post("/settings/desk/glossary", &fields).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    let again = max.post("/settings/desk/glossary", &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.text.contains("in the glossary already") && again.text.contains("time travel"),
        "{}",
        again.text
    );
    let id = house
        .act(house.max, |tx, cx| {
            let asked = glossary::Asked {
                q: "flux".to_owned(),
                ..glossary::Asked::default()
            };
            Ok(glossary::list(tx, cx, &asked)?.items[0].id)
        })
        .await;
    let path = format!("/settings/desk/glossary/{id}");
    assert!(max.get(&path).await.text.contains("flux capacitor"));
    let removed = max.post(&format!("{path}/removal"), &[]).await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    assert_eq!(max.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_technician_reads_offers_but_does_not_edit_the_glossary() {
    let house = House::open().await;
    let mut tim = house.browser(house.tim).await;
    assert_eq!(
        tim.get("/settings/desk/glossary").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn the_plain_text_is_offered_on_the_resolution_and_taken_by_one_button() {
    let house = House::open().await;
    let number = begun(&house).await;
    let mut tim = house.browser(house.tim).await;
    let form = tim.get(&format!("/tickets/{number}/resolution")).await.text;
    assert!(
        form.contains("name=\"technical\"") && form.contains("name=\"plain\""),
        "{form}"
    );
    let look = tim
        .post(
            &format!("/tickets/{number}/finding/offer/resolution"),
            &[("technical", TECHNICAL)],
        )
        .await;
    assert_eq!(look.status, StatusCode::OK);
    assert!(
        look.text.contains("print spooler") && look.text.contains("failed update"),
        "{}",
        look.text
    );
    let taken = tim
        .post(
            &format!("/tickets/{number}/finding/taken/resolution"),
            &[
                ("technical", TECHNICAL),
                ("solution", "Restarted the service."),
                ("tested", "true"),
            ],
        )
        .await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    for words in [
        "The service that hands documents to the printers had stopped. An update stopped halfway",
        "Restarted the service.",
        TECHNICAL,
    ] {
        assert!(taken.text.contains(words), "{words}: {}", taken.text);
    }
    let written = house
        .act(house.tim, move |tx, cx| finding::load(tx, cx, number))
        .await;
    assert_eq!(written, finding::Finding::default(), "an offer writes nothing");
    let sent = tim
        .post(
            &format!("/tickets/{number}/resolution"),
            &[
                ("technical", TECHNICAL),
                ("plain", "The printing service had stopped."),
                ("solution", "Restarted the service."),
                ("tested", "true"),
            ],
        )
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let side = part(&mut tim, &format!("/tickets/{number}/side")).await.text;
    assert!(
        side.contains(TECHNICAL) && side.contains("The printing service had stopped."),
        "{side}"
    );
}

#[tokio::test]
async fn a_closed_gate_names_the_texts_at_their_fields() {
    let house = House::open().await;
    let number = begun(&house).await;
    house
        .act(house.max, |tx, cx| {
            let mut definition = desk::gate::Definition {
                needs: desk::gate::Needs {
                    technical: true,
                    plain: true,
                    ..desk::gate::Needs::default()
                },
                ..desk::gate::Definition::default()
            };
            definition.name.insert("en".to_owned(), "Both".to_owned());
            desk::gate::save_gate(tx, cx, None, None, definition)
        })
        .await;
    let mut tim = house.browser(house.tim).await;
    let path = format!("/tickets/{number}/resolution");
    assert!(
        tim.get(&path)
            .await
            .text
            .contains("A close gate asks for both texts.")
    );
    let refused = tim
        .post(
            &path,
            &[
                ("technical", TECHNICAL),
                ("plain", ""),
                ("solution", "Restarted."),
                ("tested", "true"),
            ],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in [
        "Say the cause in plain words",
        "id=\"plain-error\"",
        TECHNICAL,
        "Restarted.",
    ] {
        assert!(refused.text.contains(words), "{words}: {}", refused.text);
    }
}

#[tokio::test]
async fn the_cause_has_a_form_of_its_own() {
    let house = House::open().await;
    let number = begun(&house).await;
    let mut tim = house.browser(house.tim).await;
    let path = format!("/tickets/{number}/finding");
    let written = tim.post(&path, &[("technical", TECHNICAL), ("plain", "")]).await;
    assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.text);
    let form = tim.get(&path).await.text;
    assert!(
        form.contains(TECHNICAL) && form.contains("The glossary offers"),
        "{form}"
    );
    let long = "x".repeat(finding::PLAIN_MAX + 1);
    let refused = tim.post(&path, &[("technical", ""), ("plain", &long)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("id=\"plain-error\""), "{}", refused.text);
}

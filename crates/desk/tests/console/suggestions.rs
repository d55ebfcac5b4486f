//! What is suggested beside a ticket, for whom, and what its buttons do; the settings of learned triage.

use axum::http::StatusCode;
use desk::ticket::{self, Assign, Resolve};
use kernel::id::UserId;
use people::team::{self, NewTeam};

use crate::house::{House, part};

async fn solved(house: &House, title: &str, solution: &'static str) -> i64 {
    let number = house.reported(house.ann, title).await.number;
    house
        .act(house.tim, move |tx, cx| {
            let resolve = Resolve {
                solution: solution.to_owned(),
                tested: true,
                untested_reason: None,
            };
            ticket::take(tx, cx, number)?;
            ticket::resolve(tx, cx, number, resolve)
        })
        .await;
    number
}

async fn indexed(house: &House) {
    web::indexing::catch_up(&house.app).await.unwrap();
}

async fn seen(house: &House, person: UserId, number: i64) -> String {
    part(
        &mut house.browser(person).await,
        &format!("/tickets/{number}/suggestions"),
    )
    .await
    .text
}

#[tokio::test]
async fn like_tickets_stand_beside_a_ticket_and_a_solution_goes_into_the_form() {
    let house = House::open().await;
    let old = solved(
        &house,
        "VPN token expired on the laptop",
        "Renewed the token in the portal",
    )
    .await;
    let open = house.reported(house.bea, "VPN token expired again").await.number;
    house.reported(house.bea, "Coffee machine leaks").await;
    let number = house.reported(house.ann, "My VPN token is expired").await.number;
    indexed(&house).await;
    let text = seen(&house, house.tim, number).await;
    assert!(
        text.contains(&format!("#{old} ")) && text.contains("Renewed the token"),
        "{text}"
    );
    assert!(text.contains(&format!("#{open} ")), "{text}");
    assert!(!text.contains("Coffee"), "{text}");
    let mut tim = house.browser(house.tim).await;
    let form = tim.get(&format!("/tickets/{number}/resolution/from/{old}")).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(
        form.text.contains("Renewed the token in the portal"),
        "{}",
        form.text
    );
    let without = tim
        .get(&format!("/tickets/{number}/resolution/from/{open}"))
        .await;
    assert_eq!(without.status, StatusCode::NOT_FOUND);
    let typed = tim
        .post(
            "/tickets/new/hints",
            &[("title", "VPN token"), ("body", "it is \"expired\"")],
        )
        .await;
    assert!(typed.text.contains(&format!("#{open} ")), "{}", typed.text);
    assert!(typed.text.contains("Renewed the token"), "{}", typed.text);
}

#[tokio::test]
async fn the_same_trouble_is_linked_with_one_click_and_unlinked_with_another() {
    let house = House::open().await;
    let (one, other) = (
        house.reported(house.ann, "VPN token expired").await.number,
        house.reported(house.bea, "VPN token expired too").await.number,
    );
    let mut tim = house.browser(house.tim).await;
    tim.get(&format!("/tickets/{one}")).await;
    let linked = tim
        .post(
            &format!("/tickets/{one}/related"),
            &[("other", &other.to_string())],
        )
        .await;
    assert_eq!(linked.status, StatusCode::SEE_OTHER, "{}", linked.text);
    let page = tim.get(&format!("/tickets/{other}")).await;
    assert!(page.text.contains(&format!("#{one} VPN")), "{}", page.text);
    indexed(&house).await;
    let text = seen(&house, house.tim, one).await;
    assert!(
        !text.contains(&format!("#{other} ")),
        "what is linked is not suggested: {text}"
    );
    let removed = tim
        .post(
            &format!("/tickets/{other}/links/removal"),
            &[("relation", "related"), ("other", &one.to_string())],
        )
        .await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER, "{}", removed.text);
    assert!(seen(&house, house.tim, one).await.contains(&format!("#{other} ")));
    let itself = tim
        .post(&format!("/tickets/{one}/related"), &[("other", &one.to_string())])
        .await;
    assert_eq!(itself.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_duplicate_is_merged_from_where_it_is_suggested() {
    let house = House::open().await;
    let (first, second) = (
        house.reported(house.bea, "VPN token expired").await.number,
        house.reported(house.ann, "VPN token expired too").await.number,
    );
    indexed(&house).await;
    let text = seen(&house, house.tim, second).await;
    assert!(
        text.contains(&format!("action=\"/tickets/{second}/merge"))
            && text.contains(&format!("name=\"into\" value=\"{first}\"")),
        "{text}"
    );
    let mut tim = house.browser(house.tim).await;
    tim.get(&format!("/tickets/{second}")).await;
    let merged = tim
        .post(
            &format!("/tickets/{second}/merge"),
            &[("into", &first.to_string())],
        )
        .await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", merged.text);
    assert_eq!(house.ticket(second).await.state, desk::ticket::State::Closed);
}

#[tokio::test]
async fn likeness_shows_nobody_a_ticket_of_another_team() {
    let house = House::open().await;
    let hidden = house
        .reported(house.bea, "VPN token expired zinnober")
        .await
        .number;
    let number = house.reported(house.ann, "VPN token expired").await.number;
    let cx = house.app.cx_command();
    let moved = house.app.db.write(move |tx| {
        let vault = NewTeam {
            name: "Vault".to_owned(),
            tier: 1,
            ..NewTeam::default()
        };
        let vault = team::add(tx, &cx, &vault)?;
        ticket::assign(tx, &cx, hidden, Assign::Team(vault.id))
    });
    moved.await.unwrap();
    indexed(&house).await;
    let text = seen(&house, house.tim, number).await;
    assert!(
        !text.contains("zinnober") && !text.contains(&format!("#{hidden} ")),
        "{text}"
    );
    assert!(seen(&house, house.max, number).await.contains("zinnober"));
    let mut tim = house.browser(house.tim).await;
    for path in [
        format!("/tickets/{hidden}/suggestions"),
        format!("/tickets/{number}/resolution/from/{hidden}"),
    ] {
        assert_eq!(tim.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let linked = tim
        .post(
            &format!("/tickets/{number}/related"),
            &[("other", &hidden.to_string())],
        )
        .await;
    assert_eq!(linked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!linked.text.contains("zinnober"), "{}", linked.text);
    let typed = tim
        .post(
            "/tickets/new/hints",
            &[("title", "VPN token zinnober"), ("body", "")],
        )
        .await;
    assert!(
        typed.status == StatusCode::OK && !typed.text.contains(&format!("#{hidden} ")),
        "{}",
        typed.text
    );
}

#[tokio::test]
async fn thresholds_are_set_on_their_page_and_a_wrong_one_is_refused_beside_its_field() {
    let house = House::open().await;
    let mut max = house.browser(house.max).await;
    let path = "/settings/desk/triage";
    let empty = max.get(path).await;
    assert!(empty.text.contains("Not enough closed tickets"), "{}", empty.text);
    let refused = max.post(path, &[("category", "20"), ("type", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("category-error") && refused.text.contains("value=\"20\""),
        "{}",
        refused.text
    );
    let saved = max.post(path, &[("category", "95")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert!(max.get(path).await.text.contains("value=\"95\""));
    let mut tim = house.browser(house.tim).await;
    assert_eq!(tim.get(path).await.status, StatusCode::FORBIDDEN);
}

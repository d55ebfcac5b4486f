//! The board and the figures: true, linked to their tickets, as files, for whoever may see them, at a bounded price.

use axum::http::StatusCode;
use desk::figures::{keeping, overview, rebuild};
use desk::ticket::{self, Resolve, Verify};

use crate::house::House;

/// Brings the facts up to what happened, as the subscriber does.
async fn follow(house: &House, numbers: &[i64]) {
    let numbers = numbers.to_vec();
    house
        .app
        .db
        .write(move |tx| keeping::refresh_all(tx, &numbers))
        .await
        .unwrap();
}

async fn solved(house: &House, number: i64) {
    house
        .act(house.tim, move |tx, cx| {
            ticket::take(tx, cx, number)?;
            let how = Resolve {
                solution: "Fuser replaced".to_owned(),
                tested: true,
                untested_reason: None,
            };
            ticket::resolve(tx, cx, number, how)
        })
        .await;
}

#[tokio::test]
async fn each_figure_opens_its_tickets() {
    let house = House::open().await;
    let (one, two) = (
        house.reported(house.ann, "The printer jams").await.number,
        house.reported(house.bea, "The beamer hums").await.number,
    );
    solved(&house, one).await;
    follow(&house, &[one, two]).await;
    let mut max = house.browser(house.max).await;
    let page = max.get("/figures").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("/figures/opened/tickets"));
    let opened = max.get("/figures/opened/tickets").await.text;
    assert!(opened.contains("The printer jams") && opened.contains("The beamer hums"));
    for name in ["solved", "met", "first_contact"] {
        let behind = max.get(&format!("/figures/{name}/tickets")).await.text;
        assert!(
            behind.contains("The printer jams") && !behind.contains("The beamer hums"),
            "{name}"
        );
    }
    let none = max.get("/figures/reopened/tickets").await.text;
    assert!(!none.contains("The printer jams"));
    assert_eq!(
        max.get("/figures/nothing/tickets").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_refused_fix_takes_back_what_it_counted_and_a_rebuild_finds_the_same() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    solved(&house, number).await;
    follow(&house, &[number]).await;
    let before = read(&house).await;
    assert_eq!(
        (before.opened, before.solved, before.met, before.first_contact),
        (1, 1, 1, 1)
    );
    house
        .act(house.ann, move |tx, cx| {
            let no = Verify {
                accepted: false,
                comment: Some("It jams again".to_owned()),
            };
            ticket::verify(tx, cx, number, no)
        })
        .await;
    follow(&house, &[number, number]).await;
    let after = read(&house).await;
    assert_eq!((after.opened, after.solved, after.met), (1, 0, 0));
    solved_again(&house, number).await;
    let again = read(&house).await;
    assert_eq!((again.solved, again.reopened, again.first_contact), (1, 1, 0));
    assert_eq!(rebuild(&house.app.db).await.unwrap(), 1);
    assert_eq!(read(&house).await, again);
}

async fn read(house: &House) -> overview::Overview {
    let cx = house.app.cx_system("test");
    let asked = overview::Asked::default();
    let read = house.app.db.read(move |tx| overview::read(tx, &cx, &asked));
    read.await.unwrap()
}

async fn solved_again(house: &House, number: i64) {
    house
        .act(house.tim, move |tx, cx| {
            let how = Resolve {
                solution: "Printer replaced".to_owned(),
                tested: true,
                untested_reason: None,
            };
            ticket::resolve(tx, cx, number, how)
        })
        .await;
    follow(house, &[number]).await;
}

#[tokio::test]
async fn figures_come_as_csv_and_as_a_spreadsheet() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    follow(&house, &[number]).await;
    let mut max = house.browser(house.max).await;
    let csv = max.get("/figures/file/csv").await;
    assert_eq!(csv.status, StatusCode::OK);
    assert!(csv.text.contains("Reported,1"), "{}", csv.text);
    let sheet = max.get("/figures/file/xlsx").await;
    assert_eq!(sheet.status, StatusCode::OK);
    assert!(sheet.text.starts_with("PK"));
}

#[tokio::test]
async fn a_day_that_is_none_is_refused_beside_its_field_and_stays_as_typed() {
    let house = House::open().await;
    let mut max = house.browser(house.max).await;
    let answer = max.get("/figures?from=2026-02-31&to=2026-03-02").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("2026-02-31"));
    let swapped = max.get("/figures?from=2026-03-02&to=2026-03-01").await;
    assert_eq!(swapped.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_board_shows_who_has_what_to_managers_alone() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    house
        .act(house.tim, move |tx, cx| ticket::take(tx, cx, number))
        .await;
    let mut max = house.browser(house.max).await;
    let board = max.get("/board").await;
    assert_eq!(board.status, StatusCode::OK, "{}", board.text);
    assert!(
        board
            .text
            .contains(&format!("/queues/open?assignee={}", house.tim))
    );
    let mut tim = house.browser(house.tim).await;
    for path in [
        "/board",
        "/figures",
        "/figures/opened/tickets",
        "/figures/file/csv",
    ] {
        assert_eq!(tim.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn board_and_figures_cost_the_same_for_one_ticket_and_for_thirty() {
    let house = House::open().await;
    let mut numbers = vec![house.reported(house.ann, "The printer jams").await.number];
    let mut max = house.browser(house.max).await;
    let mut costs = Vec::new();
    for _ in 0..2 {
        follow(&house, &numbers).await;
        for path in ["/board", "/figures"] {
            max.get(path).await;
            let before = house.app.db.query_count();
            max.get(path).await;
            costs.push(house.app.db.query_count() - before);
        }
        for index in 0..29 {
            numbers.push(
                house
                    .reported(house.ann, &format!("Printer {index}"))
                    .await
                    .number,
            );
        }
    }
    assert_eq!(costs[..2], costs[2..]);
    assert!(costs.iter().all(|cost| *cost <= 24), "{costs:?}");
}

//! What a page costs: a bounded number of statements, whatever stands in the database.

use desk::ticket::{self, Reply};

use crate::house::{House, part};

/// Statements for one request, the second time it is made: the first prepares what is prepared once.
async fn cost(house: &House, path: &str) -> u64 {
    let mut tim = house.browser(house.tim).await;
    let first = tim.get(path).await;
    assert_eq!(first.status, 200, "{path}");
    let before = house.app.db.query_count();
    tim.get(path).await;
    house.app.db.query_count() - before
}

#[tokio::test]
async fn a_queue_costs_the_same_for_one_ticket_and_for_forty() {
    let house = House::open().await;
    house.reported(house.ann, "The printer jams").await;
    let one = cost(&house, "/queues/open").await;
    for index in 0..39 {
        house.reported(house.ann, &format!("Printer {index} jams")).await;
    }
    let forty = cost(&house, "/queues/open").await;
    assert_eq!(one, forty);
    assert!(forty <= 24, "a queue page took {forty} statements");
}

#[tokio::test]
async fn a_ticket_page_costs_the_same_with_twenty_articles() {
    let house = House::open().await;
    let number = house.reported(house.ann, "The printer jams").await.number;
    house.noted(number).await;
    let path = format!("/tickets/{number}?from=open");
    let few = cost(&house, &path).await;
    for index in 0..20 {
        house
            .act(house.tim, move |tx, cx| {
                ticket::reply(
                    tx,
                    cx,
                    number,
                    Reply {
                        body: format!("Step {index}"),
                        ..Reply::default()
                    },
                )
            })
            .await;
    }
    let many = cost(&house, &path).await;
    assert_eq!(few, many);
    assert!(many <= 48, "a whole ticket page took {many} statements");
    let mut tim = house.browser(house.tim).await;
    part(&mut tim, &path).await;
    let before = house.app.db.query_count();
    part(&mut tim, &path).await;
    let detail = house.app.db.query_count() - before;
    assert!(
        detail < many && detail <= 32,
        "the detail alone took {detail} statements"
    );
}

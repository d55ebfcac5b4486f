//! Lists: pages without gaps or repeats, and every walk over an index.

use kernel::db::params;

use crate::fixture::{Desk, HOUR, MONDAY, Who, team};
use crate::ticket::listing::store::Question;
use crate::ticket::listing::{self, Held, Place, order, walks};
use crate::ticket::value::{Priority, Stage, State};
use crate::ticket::{Filter, Order, count_up_to, forgotten, list};

/// Tickets written past the operations, as many as a test of lists wants.
async fn fill(desk: &Desk, tickets: i64) {
    let (people, mine, other) = (desk.ann.user, team(1), team(2));
    let bob = desk.bob.user;
    desk.write(move |tx| {
        for index in 0..tickets {
            let state = State::ALL[usize::try_from(index % 7).unwrap_or(0)];
            let priority = Priority::ALL[usize::try_from(index % 4).unwrap_or(0)];
            let mut ticket = crate::fixture::ticket(0);
            ticket.state = state;
            ticket.priority = priority;
            ticket.requester = people;
            ticket.team = [Some(mine), Some(other), None][usize::try_from(index % 3).unwrap_or(0)];
            ticket.assignee = (index % 5 == 0).then_some(bob);
            ticket.created_at = MONDAY.add_millis(index / 3);
            ticket.updated_at = MONDAY.add_millis((index * 7919) % 1000);
            ticket.next_due_at = (index % 2 == 0).then(|| MONDAY.add_millis((index * 31) % 50));
            crate::ticket::store::insert(tx, &ticket)?;
        }
        Ok(())
    })
    .await
    .unwrap();
}

fn filters(desk: &Desk) -> Vec<Filter> {
    let open = Filter {
        stage: Some(Stage::Open),
        ..Filter::default()
    };
    let closed = Filter {
        stage: Some(Stage::Closed),
        ..Filter::default()
    };
    let mut filters = vec![
        open.clone(),
        Filter {
            order: Some(Order::Updated),
            ..open.clone()
        },
        Filter {
            order: Some(Order::Created),
            ..open.clone()
        },
        Filter {
            my_teams: true,
            ..open.clone()
        },
        Filter {
            assignee: Some(Held::By(desk.bob.user)),
            ..open.clone()
        },
        Filter {
            assignee: Some(Held::Nobody),
            ..open.clone()
        },
        Filter {
            team: Some(Held::By(team(1))),
            ..open.clone()
        },
        Filter {
            team: Some(Held::Nobody),
            ..open.clone()
        },
        Filter {
            states: vec![State::WaitingSupplier],
            ..Filter::default()
        },
        Filter {
            priorities: vec![Priority::P1, Priority::P0],
            ..open
        },
        closed.clone(),
        Filter {
            team: Some(Held::By(team(1))),
            ..closed.clone()
        },
        Filter {
            assignee: Some(Held::By(desk.bob.user)),
            ..closed
        },
        Filter {
            assignee: Some(Held::By(desk.bob.user)),
            ..Filter::default()
        },
        Filter {
            requester: Some(desk.ann.user),
            ..Filter::default()
        },
        Filter {
            order: Some(Order::Created),
            ..Filter::default()
        },
        Filter::default(),
    ];
    filters.push(Filter {
        tag: Some("vip".to_owned()),
        ..Filter::default()
    });
    filters
}

#[tokio::test]
async fn turning_pages_shows_every_ticket_once_and_in_order() {
    let desk = Desk::open().await;
    fill(&desk, 240).await;
    for who in [&desk.manager, &desk.bob, &desk.ann] {
        for filter in filters(&desk) {
            let (cx, all) = (who.cx(), filter.clone());
            let (whole, counted) = desk
                .read(move |tx| Ok((list(tx, &cx, &all, None, 200)?, count_up_to(tx, &cx, &all, 1000)?)))
                .await
                .unwrap();
            let mut turned = Vec::new();
            let mut cursor: Option<String> = None;
            loop {
                let (cx, part, from) = (who.cx(), filter.clone(), cursor.clone());
                let page = desk
                    .read(move |tx| list(tx, &cx, &part, from.as_deref(), 17))
                    .await
                    .unwrap();
                turned.extend(page.items.iter().map(|row| row.number));
                match page.next {
                    Some(next) => cursor = Some(next),
                    None => break,
                }
            }
            let expected: Vec<i64> = whole.items.iter().map(|row| row.number).collect();
            assert_eq!(turned[..expected.len()], expected[..], "{filter:?}");
            let mut once = turned.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(
                (once.len(), i64::try_from(turned.len()).unwrap()),
                (turned.len(), counted),
                "{filter:?}"
            );
        }
    }
}

/// How the two databases begin the line of a plan that reads the table.
const READS: [&str; 3] = ["SEARCH desk_ticket", "SCAN desk_ticket", " on desk_ticket"];

#[tokio::test]
async fn every_list_walks_over_an_index() {
    let desk = Desk::open().await;
    fill(&desk, 60).await;
    for who in [desk.manager.clone(), desk.bob.clone(), desk.ann.clone()] {
        for filter in filters(&desk) {
            let (cx, asked) = (who.cx(), filter.clone());
            let plan = desk
                .write(move |tx| {
                    // With few rows PostgreSQL rightly reads them all; here it is asked what it can do.
                    if tx.backend() == kernel::db::Backend::Postgres {
                        tx.execute("SET LOCAL enable_seqscan = off", params![])?;
                        tx.execute("SET LOCAL enable_bitmapscan = off", params![])?;
                    }
                    let after = match order(&asked) {
                        Order::Urgent => Place::Urgent(Priority::P1, MONDAY.millis(), 5),
                        _ => Place::At(MONDAY.add_millis(HOUR).millis(), 5),
                    };
                    let walks = walks(&cx, &asked)?;
                    if walks.is_empty() {
                        return Ok(vec!["nothing on desk_ticket, which needs no Index".to_owned()]);
                    }
                    let question = Question {
                        walks: &walks,
                        filter: &asked,
                        order: order(&asked),
                        after: Some(&after),
                        look: None,
                    };
                    let mut plan = listing::store::plan(tx, &question)?;
                    let look = Some(1_000);
                    plan.extend(listing::store::plan(tx, &Question { look, ..question })?);
                    Ok(plan)
                })
                .await
                .unwrap();
            let reads: Vec<&String> = plan
                .iter()
                .filter(|line| READS.iter().any(|read| line.contains(read)))
                .collect();
            assert!(!reads.is_empty(), "{plan:?}");
            for line in reads {
                assert!(
                    line.contains("USING INDEX")
                        || line.contains("USING COVERING INDEX")
                        || line.contains("Index"),
                    "{filter:?}: {plan:#?}"
                );
                assert!(!line.contains("Seq Scan"), "{filter:?}: {plan:#?}");
            }
        }
    }
}

#[tokio::test]
async fn a_ticket_without_a_next_step_and_a_date_is_shown_as_forgotten() {
    let desk = Desk::open().await;
    let (kept, lost) = (desk.printer().await.number, desk.printer().await.number);
    let bob = desk.bob.cx();
    let next = crate::ticket::changing::NextStep {
        what: "Fetch a fuser".to_owned(),
        at: Some(desk.clock.now().add_millis(HOUR)),
    };
    desk.write(move |tx| {
        let change = crate::ticket::Change {
            next_step: Some(next.clone()),
            ..crate::ticket::Change::default()
        };
        crate::ticket::change(tx, &bob, kept, change)
    })
    .await
    .unwrap();
    let manager = desk.manager.cx();
    let found = desk.read(move |tx| forgotten(tx, &manager, 50)).await.unwrap();
    assert_eq!(found.iter().map(|row| row.number).collect::<Vec<_>>(), [lost]);
    let eve = Who::requester(9).at(&desk.clock).cx();
    assert!(
        desk.read(move |tx| forgotten(tx, &eve, 50))
            .await
            .unwrap()
            .is_empty()
    );
}

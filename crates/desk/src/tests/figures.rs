//! Figures equal what a scan of the tickets finds, whatever was done.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Kind, Result};
use kernel::id::UserId;

use crate::assignment;
use crate::fixture::{self, Desk, HOUR};
use crate::ticket::changing::Pin;
use crate::ticket::escalating::Handoff;
use crate::ticket::value::{Priority, Stage, WaitingFor};
use crate::ticket::{
    Assign, Change, Escalate, Filter, Order, Reply, Resolve, Verify, Wait, assign, change, count_up_to,
    escalate, list, open, reopen, reply, resolve, resume, take, verify, wait,
};
use crate::{jobs, service_level, view};

/// Does one thing to one ticket; what the state forbids is refused and changes nothing.
fn act(
    tx: &mut Tx<'_>,
    what: u8,
    number: i64,
    bob: &Cx,
    carol: UserId,
    ann: &Cx,
    manager: &Cx,
) -> Result<()> {
    let done = match what {
        0 => take(tx, bob, number).map(drop),
        1 => assign(tx, manager, number, Assign::Person(carol)).map(drop),
        2 => assign(tx, manager, number, Assign::Team(fixture::team(2))).map(drop),
        3 => {
            let wait_for = Wait {
                whom: WaitingFor::Supplier,
                reason: "Parts".to_owned(),
                until: None,
            };
            wait(tx, manager, number, wait_for).map(drop)
        }
        4 => resume(tx, manager, number).map(drop),
        5 => {
            let how = Resolve {
                solution: "Done".to_owned(),
                tested: true,
                untested_reason: None,
            };
            resolve(tx, manager, number, how).map(drop)
        }
        6 => verify(
            tx,
            ann,
            number,
            Verify {
                accepted: true,
                comment: None,
            },
        )
        .map(drop),
        7 => verify(
            tx,
            ann,
            number,
            Verify {
                accepted: false,
                comment: None,
            },
        )
        .map(drop),
        8 => reopen(tx, ann, number, "Again").map(drop),
        9 => {
            let pin = Change {
                priority: Some(Pin::To(Priority::P0)),
                ..Change::default()
            };
            change(tx, manager, number, pin).map(drop)
        }
        10 => {
            let loose = Change {
                priority: Some(Pin::Loose),
                complexity: Some(3),
                ..Change::default()
            };
            change(tx, manager, number, loose).map(drop)
        }
        11 => reply(
            tx,
            manager,
            number,
            Reply {
                body: "Word".to_owned(),
                ..Reply::default()
            },
        )
        .map(drop),
        12 => reply(
            tx,
            ann,
            number,
            Reply {
                body: "Word".to_owned(),
                ..Reply::default()
            },
        )
        .map(drop),
        _ => {
            let part = || "x".to_owned();
            let handoff = Handoff {
                tried: part(),
                known: part(),
                boundary: part(),
            };
            let up = Escalate {
                tier: crate::ticket::Tier::LAST,
                handoff,
                team: None,
                assignee: None,
            };
            escalate(tx, manager, number, up).map(drop)
        }
    };
    match done {
        Err(error)
            if matches!(
                error.kind(),
                Kind::Conflict | Kind::NotFound | Kind::Forbidden | Kind::Invalid
            ) =>
        {
            Ok(())
        }
        other => other,
    }
}

/// Opens four tickets and does these things to them, with time passing and the jobs running in between.
pub async fn run(desk: &Desk, acts: &[(u8, usize, i64)]) {
    let mut numbers = Vec::new();
    for title in ["One", "Two", "Three", "Four"] {
        numbers.push(desk.report(desk.ann_reports(title)).await.number);
    }
    for (what, which, later) in acts.iter().copied() {
        desk.clock.advance_millis(later);
        let number = numbers[which];
        let (ann, bob, manager, carol) = (desk.ann.cx(), desk.bob.cx(), desk.manager.cx(), desk.carol.user);
        desk.write(move |tx| act(tx, what, number, &bob, carol, &ann, &manager))
            .await
            .unwrap();
        if later > 6 * HOUR {
            service_level::sweep(&desk.db, &desk.system()).await.unwrap();
            jobs::close_all_silent(&desk.db, &desk.system()).await.unwrap();
        }
    }
}

pub async fn assert_equal_to_a_scan(desk: &Desk) {
    let (stored, scanned, loads, open) = desk
        .read(|tx| {
            let open = tx.query(
                "SELECT assignee, priority, complexity, state FROM desk_ticket WHERE stage = 0 AND assignee IS NOT NULL",
                kernel::db::params![],
                |row| {
                    let state = crate::ticket::State::stored(&row.get::<String>("state")?)?;
                    let priority = Priority::stored(&row.get::<String>("priority")?)?;
                    let weight = assignment::weight(priority, row.get("complexity")?, state);
                    Ok((row.get::<UserId>("assignee")?, weight))
                },
            )?;
            Ok((view::store::stored(tx)?, view::store::scan(tx)?, assignment::store::all_loads(tx)?, open))
        })
        .await
        .unwrap();
    assert_eq!(stored, scanned);
    let mut expected: BTreeMap<UserId, (i64, i64)> = BTreeMap::new();
    for (person, weight) in open {
        let load = expected.entry(person).or_default();
        *load = (load.0 + weight, load.1 + 1);
    }
    let busy: BTreeMap<_, _> = loads.into_iter().filter(|(_, load)| *load != (0, 0)).collect();
    assert_eq!(busy, expected);
}

#[tokio::test]
async fn rebuilding_the_figures_gives_the_figures_that_were_kept() {
    let desk = Desk::open().await;
    let acts: Vec<(u8, usize, i64)> = (0..40)
        .map(|step| (step % 14, usize::from(step) % 4, HOUR))
        .collect();
    run(&desk, &acts).await;
    let kept = desk
        .read(|tx| Ok((view::store::stored(tx)?, assignment::store::all_loads(tx)?)))
        .await
        .unwrap();
    let rebuilt = desk
        .write(|tx| {
            view::store::rebuild(tx)?;
            Ok((view::store::stored(tx)?, assignment::store::all_loads(tx)?))
        })
        .await
        .unwrap();
    assert_eq!(kept.0, rebuilt.0);
    let busy = |loads: BTreeMap<UserId, (i64, i64)>| -> BTreeMap<_, _> {
        loads.into_iter().filter(|(_, load)| *load != (0, 0)).collect()
    };
    assert_eq!(busy(kept.1), busy(rebuilt.1));
}

#[tokio::test]
async fn the_figures_of_the_queues_are_the_lengths_of_their_lists() {
    let desk = Desk::open().await;
    let acts: Vec<(u8, usize, i64)> = [(0, 0, 0), (3, 1, 0), (5, 2, 0), (9, 3, 0)].to_vec();
    run(&desk, &acts).await;
    let cx = desk.manager.cx();
    let me = desk.bob.cx();
    let (counts, mine, listed, counted) = desk
        .read(move |tx| {
            let open = Filter {
                stage: Some(Stage::Open),
                order: Some(Order::Urgent),
                ..Filter::default()
            };
            Ok((
                view::counts(tx, &cx)?,
                view::counts(tx, &me)?,
                list(tx, &cx, &open, None, 50)?.items.len(),
                count_up_to(tx, &cx, &open, 1000)?,
            ))
        })
        .await
        .unwrap();
    assert_eq!((counts.open, listed, counted), (3, 3, 3));
    assert_eq!((counts.resolved, counts.waiting, counts.unassigned), (1, 1, 2));
    assert_eq!((mine.mine, mine.my_teams), (1, 3));
}

#[tokio::test]
async fn opening_costs_a_bounded_number_of_statements() {
    let desk = Desk::open().await;
    desk.printer().await;
    let before = desk.db.query_count();
    let (cx, opening) = (desk.ann.cx(), desk.ann_reports("Again"));
    desk.write(move |tx| open(tx, &cx, opening.clone()))
        .await
        .unwrap();
    let cost = desk.db.query_count() - before;
    assert!(cost <= 22, "{cost} statements");
}

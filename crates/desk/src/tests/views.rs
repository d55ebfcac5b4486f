//! Saved views: who may use and change them, what they count, and that no filter walks without end.

use kernel::db::{Backend, params};
use kernel::error::Kind;

use crate::fixture::{Desk, MONDAY, Who, team};
use crate::saved_view::{self, Audience, Criteria, Definition, SavedView, Shift, Wish, counting};
use crate::ticket::listing::store::{self, Question};
use crate::ticket::listing::{Place, count_within, order, walks};
use crate::ticket::value::{Category, Priority, Stage, State};
use crate::ticket::{Filter, Order, list};

fn wish(name: &str, audience: Audience, pairs: &[(&str, &str)]) -> Wish {
    Wish {
        name: name.to_owned(),
        audience,
        definition: Definition {
            filter: Criteria::read(pairs.iter().copied()).unwrap(),
            ..Definition::default()
        },
    }
}

async fn made(desk: &Desk, who: &Who, wish: Wish) -> SavedView {
    let cx = who.cx();
    desk.write(move |tx| saved_view::add(tx, &cx, wish.clone()))
        .await
        .unwrap()
}

async fn names(desk: &Desk, who: &Who) -> Vec<String> {
    let cx = who.cx();
    let views = desk.read(move |tx| saved_view::list(tx, &cx)).await.unwrap();
    views.into_iter().map(|view| view.name).collect()
}

#[tokio::test]
async fn a_view_is_its_owners_its_teams_or_everybodys() {
    let desk = Desk::open().await;
    let mate = Who::technician(7, 1).at(&desk.clock);
    let open = [("state", "open")];
    let own = made(&desk, &desk.bob, wish("own", Audience::Mine, &open)).await;
    made(&desk, &desk.bob, wish("team", Audience::Teams, &open)).await;
    let all = made(&desk, &desk.bob, wish("all", Audience::All, &open)).await;
    assert_eq!(names(&desk, &desk.bob).await, ["all", "own", "team"]);
    assert_eq!(names(&desk, &mate).await, ["all", "team"]);
    assert_eq!(names(&desk, &desk.carol).await, ["all"]);

    let carol = desk.carol.cx();
    let seen = desk.read(move |tx| saved_view::load(tx, &carol, own.id)).await;
    assert_eq!(seen.unwrap_err().kind(), Kind::NotFound);
    let carol = desk.carol.cx();
    let changed = desk
        .write(move |tx| saved_view::save(tx, &carol, all.id, wish("mine now", Audience::Mine, &[])))
        .await;
    assert_eq!(changed.unwrap_err().kind(), Kind::Forbidden);
    let manager = desk.manager.cx();
    desk.write(move |tx| saved_view::save(tx, &manager, all.id, wish("mended", Audience::All, &[])))
        .await
        .unwrap();
    assert_eq!(names(&desk, &desk.carol).await, ["mended"]);
    let ann = desk.ann.cx();
    let refused = desk.read(move |tx| saved_view::list(tx, &ann)).await;
    assert_eq!(refused.unwrap_err().kind(), Kind::Forbidden);
}

#[tokio::test]
async fn favourites_keep_their_order_and_leave_with_the_view() {
    let desk = Desk::open().await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(made(&desk, &desk.bob, wish(name, Audience::Mine, &[])).await.id);
    }
    let (bob, (first, last)) = (desk.bob.cx(), (ids[0], ids[2]));
    let favourites = desk
        .write(move |tx| {
            saved_view::shift(tx, &bob, last, Shift::Up)?;
            saved_view::unfavour(tx, &bob, first)?;
            saved_view::favourites(tx, &bob)
        })
        .await
        .unwrap();
    let order: Vec<&str> = favourites.iter().map(|view| view.name.as_str()).collect();
    assert_eq!(order, ["c", "b"]);
    let bob = desk.bob.cx();
    let left = desk
        .write(move |tx| {
            saved_view::remove(tx, &bob, last)?;
            saved_view::favourites(tx, &bob)
        })
        .await
        .unwrap();
    assert_eq!(left.len(), 1);
}

/// Tickets written past the operations, with the figures made anew.
async fn fill(desk: &Desk, tickets: i64) {
    let (ann, bob) = (desk.ann.user, desk.bob.user);
    desk.write(move |tx| {
        for index in 0..tickets {
            let pick = |from: i64| usize::try_from(index % from).unwrap_or(0);
            let mut ticket = crate::fixture::ticket(0);
            ticket.state = State::ALL[pick(7)];
            ticket.priority = Priority::ALL[pick(4)];
            ticket.category = Category::ALL[pick(6)];
            ticket.requester = ann;
            ticket.team = [Some(team(1)), Some(team(2)), None][pick(3)];
            ticket.assignee = (index % 5 == 0).then_some(bob);
            ticket.overdue = index % 11 == 0 && ticket.state.stage() == Stage::Open;
            ticket.created_at = MONDAY.add_millis(index);
            ticket.updated_at = MONDAY.add_millis((index * 7919) % 1000);
            ticket.next_due_at = (index % 2 == 0).then(|| MONDAY.add_millis((index * 31) % 50));
            let number = crate::ticket::store::insert(tx, &ticket)?;
            if index % 10 == 0 {
                crate::ticket::store::add_tag(tx, number, "vip")?;
            }
        }
        crate::view::store::rebuild(tx)
    })
    .await
    .unwrap();
}

const VIEWS: [&[(&str, &str)]; 10] = [
    &[("state", "open"), ("priority", "P0,P1")],
    &[("state", "open"), ("only", "overdue")],
    &[("state", "waiting"), ("team", "me")],
    &[("state", "open"), ("assignee", "me")],
    &[("state", "resolved")],
    &[("state", "open"), ("team", "none")],
    &[("state", "open"), ("category", "network")],
    &[("tag", "vip")],
    &[("created_after", "2026-03-02"), ("state", "open")],
    &[("changed_before", "0d")],
];

#[tokio::test]
async fn the_figure_of_a_view_is_the_number_of_tickets_that_its_list_shows() {
    let desk = Desk::open().await;
    fill(&desk, 150).await;
    for who in [&desk.manager, &desk.bob] {
        for pairs in VIEWS {
            let view = made(&desk, who, wish("counted", Audience::Mine, pairs)).await;
            let (cx, criteria) = (who.cx(), view.definition.filter.clone());
            let (counted, listed) = desk
                .read(move |tx| {
                    let counted = counting::counts(tx, &cx, std::slice::from_ref(&view))?;
                    let filter = criteria.narrow(&cx, Filter::default())?;
                    Ok((counted[0].1, list(tx, &cx, &filter, None, 200)?.items.len()))
                })
                .await
                .unwrap();
            assert_eq!(counted.unwrap().n, i64::try_from(listed).unwrap(), "{pairs:?}");
        }
    }
}

#[tokio::test]
async fn a_filter_that_no_index_serves_looks_at_a_bounded_number_of_rows_and_goes_on() {
    let desk = Desk::open().await;
    fill(&desk, 40).await;
    let cx = desk.manager.cx();
    desk.read(move |tx| {
        let filter = Filter {
            stage: Some(Stage::Open),
            categories: vec![Category::Other],
            order: Some(Order::Created),
            ..Filter::default()
        };
        let walks = walks(&cx, &filter)?;
        let whole = list(tx, &cx, &filter, None, 200)?.items;
        // Five rows at a time, as a large desk meets it with twenty thousand.
        let (mut after, mut turned): (Option<Place>, Vec<i64>) = (None, Vec::new());
        loop {
            let question = Question {
                walks: &walks,
                filter: &filter,
                order: order(&filter),
                after: after.as_ref(),
                look: Some(5),
            };
            turned.extend(store::page(tx, &question, 200)?.iter().map(|row| row.number));
            match store::end(tx, &question)? {
                Some(end) => after = Some(Place::of(Order::Created, &end)),
                None => break,
            }
        }
        let expected: Vec<i64> = whole.iter().map(|row| row.number).collect();
        assert!(!expected.is_empty());
        assert_eq!(turned, expected);
        let counted = count_within(tx, &cx, &filter, 1_000, 5)?;
        assert!(counted.is_least && counted.n <= 5, "{counted:?}");
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn every_order_of_every_stage_walks_over_an_index_without_sorting() {
    let desk = Desk::open().await;
    fill(&desk, 60).await;
    for stage in Stage::ALL {
        for wanted in Order::ALL {
            for pairs in [
                &[][..],
                &[("assignee", "me")],
                &[("category", "network")],
                &[("created_after", "7d")],
            ] {
                let (cx, pairs) = (desk.manager.cx(), pairs.to_vec());
                let plan = desk
                    .write(move |tx| {
                        if tx.backend() == Backend::Postgres {
                            tx.execute("SET LOCAL enable_seqscan = off", params![])?;
                            tx.execute("SET LOCAL enable_bitmapscan = off", params![])?;
                            tx.execute("SET LOCAL enable_sort = off", params![])?;
                        }
                        let filter = Filter {
                            stage: Some(*stage),
                            order: Some(*wanted),
                            ..Criteria::read(pairs.iter().copied())?.narrow(&cx, Filter::default())?
                        };
                        let order = order(&filter);
                        let question = Question {
                            walks: &walks(&cx, &filter)?,
                            filter: &filter,
                            order,
                            after: None,
                            look: None,
                        };
                        let look = (!pairs.is_empty() && pairs[0].0 != "assignee").then_some(1_000);
                        store::plan(tx, &Question { look, ..question })
                    })
                    .await
                    .unwrap();
                let text = plan.join("\n");
                let reads_index = text.contains("USING INDEX") || text.contains("Index Scan");
                assert!(
                    reads_index && !text.contains("Seq Scan"),
                    "{stage} {wanted}: {text}"
                );
                // The rows that were looked at are sorted again; the table is not.
                let sorts = text.matches("USE TEMP B-TREE").count();
                assert!(
                    sorts <= usize::from(text.contains("walk_0")),
                    "{stage} {wanted}: {text}"
                );
            }
        }
    }
}

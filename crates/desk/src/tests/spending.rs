//! Time spent and checklists.

use kernel::error::Kind;

use crate::fixture::{Desk, team};
use crate::ticket::checklist::{self, Way};
use crate::ticket::timing;
use crate::ticket::value::Channel;
use crate::ticket::{self, Assign, Opening};

#[tokio::test]
async fn time_is_summed_and_taken_back_by_its_writer_alone() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let (bob, manager) = (desk.bob.cx(), desk.manager.cx());
    let (sum, foreign, left) = desk
        .write(move |tx| {
            timing::log_time(tx, &bob, number, 15, "Cable")?;
            timing::log_time(tx, &manager, number, 30, "")?;
            let (entries, sum) = timing::spent(tx, &bob, number)?;
            let foreign = timing::take_back(tx, &bob, number, entries[1].id).unwrap_err();
            timing::take_back(tx, &bob, number, entries[0].id)?;
            Ok((sum, foreign.kind(), timing::spent(tx, &bob, number)?.1))
        })
        .await
        .unwrap();
    assert_eq!((sum, foreign, left), (45, Kind::NotFound, 30));
}

#[tokio::test]
async fn no_time_and_more_than_a_day_are_refused() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    for minutes in [0, -5, timing::MINUTES_MAX + 1] {
        let bob = desk.bob.cx();
        let error = desk
            .write(move |tx| timing::log_time(tx, &bob, number, minutes, ""))
            .await
            .unwrap_err();
        assert_eq!(error.fields()[0].field, "minutes");
    }
    let ann = desk.ann.cx();
    let error = desk
        .write(move |tx| timing::log_time(tx, &ann, number, 5, ""))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Forbidden);
}

#[tokio::test]
async fn steps_are_ticked_moved_and_removed() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let (bob, person) = (desk.bob.cx(), desk.bob.user);
    let items = desk
        .write(move |tx| {
            let texts = ["Power", "Cable", "Driver"].map(str::to_owned);
            checklist::add(tx, &bob, number, &texts)?;
            let items = checklist::items(tx, &bob, number)?;
            checklist::tick(tx, &bob, number, items[1].id, true)?;
            checklist::move_item(tx, &bob, number, items[2].id, Way::Up)?;
            checklist::remove(tx, &bob, number, items[0].id)?;
            checklist::items(tx, &bob, number)
        })
        .await
        .unwrap();
    let texts: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
    assert_eq!(texts, ["Driver", "Cable"]);
    assert_eq!((items[1].done_by, items[0].done_at), (Some(person), None));
}

#[tokio::test]
async fn steps_of_another_team_are_not_changed_by_a_technician_who_reported_the_ticket() {
    let desk = Desk::open().await;
    let opening = Opening::new(
        desk.bob.user,
        "My own screen flickers",
        "Since today.",
        Channel::Portal,
    );
    let (bob, manager) = (desk.bob.cx(), desk.manager.cx());
    let kinds = desk
        .write(move |tx| {
            let number = ticket::open(tx, &manager, opening.clone())?.number;
            ticket::assign(tx, &manager, number, Assign::Team(team(2)))?;
            checklist::add(tx, &manager, number, &["Look at the cable".to_owned()])?;
            let item = checklist::items(tx, &manager, number)?[0].id;
            let refusals = [
                checklist::add(tx, &bob, number, &["Mine".to_owned()]).map(drop),
                checklist::tick(tx, &bob, number, item, true).map(drop),
                checklist::remove(tx, &bob, number, item).map(drop),
            ];
            Ok(refusals.map(|refusal| refusal.unwrap_err().kind()))
        })
        .await
        .unwrap();
    assert_eq!(kinds, [Kind::Forbidden; 3]);
}

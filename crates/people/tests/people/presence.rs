//! Who is there: usual hours, shifts, absences, and the roster made of them.

use kernel::db::Tx;
use kernel::error::Kind;
use kernel::id::TeamId;
use people::shift::{self, SpanOf};
use people::skill;
use people::team::{self, NewTeam};
use people::user::Profile;
use worktime::Definition;

use crate::house::{House, at, wrong};

/// A team of two: Lina works office hours in Shanghai, Otto whenever he is on shift or always without a calendar.
async fn team_of_two(house: &House) -> TeamId {
    let cx = house.system();
    let office = Definition::weekdays("Asia/Shanghai", &["09:00-12:00", "13:30-18:00"]);
    let calendar = house
        .write(move |tx| people::calendar::add(tx, &cx, "Office", &office))
        .await
        .unwrap();
    let staff = |email: &str, name: &str, tier, calendar: String| Profile {
        email: email.to_owned(),
        name: name.to_owned(),
        roles: vec!["technician".to_owned()],
        tier: Some(tier),
        calendar,
        ..Profile::default()
    };
    let lina = house
        .add_with(staff("lina@example.com", "李娜", 1, calendar.to_string()))
        .await;
    let otto = house
        .add_with(staff("otto@example.com", "Otto", 2, String::new()))
        .await;
    let nobody = house
        .add("requester@example.com", "Requester", &["requester"])
        .await;
    let cx = house.system();
    let new = NewTeam {
        name: "Desk".to_owned(),
        tier: 1,
        members: vec![lina.id, otto.id, nobody.id],
        ..NewTeam::default()
    };
    house.write(move |tx| team::add(tx, &cx, &new)).await.unwrap().id
}

#[tokio::test]
async fn the_roster_says_who_is_there_and_when_the_others_come() {
    let house = House::open().await;
    let team = team_of_two(&house).await;
    let house = &house;
    let roster = move |text: &str| {
        let instant = at(text);
        house.read(move |tx| people::roster(tx, team, instant))
    };
    let names = |found: &[people::Candidate]| found.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    let noon = roster("2026-11-23T02:00:00Z").await;
    assert_eq!(
        names(&noon).len(),
        2,
        "whoever does not work on tickets is no candidate"
    );
    let lina = noon.iter().find(|one| one.name == "李娜").unwrap();
    assert!(lina.on_shift && !lina.absent && lina.next_shift.is_none());
    let night = roster("2026-11-23T14:00:00Z").await;
    let (lina, otto) = (
        night.iter().find(|one| one.tier == 1).unwrap(),
        night.iter().find(|one| one.tier == 2).unwrap(),
    );
    assert!(!lina.on_shift && otto.on_shift);
    assert_eq!(lina.next_shift, Some(at("2026-11-24T01:00:00Z")));
}

#[tokio::test]
async fn an_absence_takes_somebody_off_the_roster_and_a_shift_puts_them_on() {
    let house = House::open().await;
    let team = team_of_two(&house).await;
    let lina = house.user("lina@example.com").await.id;
    let own = house.cx("lina@example.com").await;
    let away = (at("2026-11-24T00:00:00Z"), at("2026-11-26T00:00:00Z"));
    house
        .write(move |tx| shift::add(tx, &own, SpanOf::Absence, lina, away, "leave").map(drop))
        .await
        .unwrap();
    let planner = house.cx("ada@example.com").await;
    let late = (at("2026-11-23T12:00:00Z"), at("2026-11-23T16:00:00Z"));
    house
        .write(move |tx| shift::add(tx, &planner, SpanOf::Shift, lina, late, "").map(drop))
        .await
        .unwrap();
    let seen = |text: &str| {
        let instant = at(text);
        let house = &house;
        async move {
            let roster = house.read(move |tx| people::roster(tx, team, instant)).await;
            let lina = roster.into_iter().find(|one| one.user == lina).unwrap();
            (lina.on_shift, lina.absent, lina.next_shift)
        }
    };
    assert_eq!(seen("2026-11-23T14:00:00Z").await, (true, false, None));
    let back = Some(at("2026-11-26T00:00:00Z"));
    assert_eq!(seen("2026-11-24T02:00:00Z").await, (true, true, back));
}

#[tokio::test]
async fn the_roster_costs_the_same_number_of_statements_however_large_the_team() {
    let house = House::open().await;
    let team = team_of_two(&house).await;
    let now = house.app.clock.now();
    let before = house.app.db.query_count();
    house.read(move |tx| people::roster(tx, team, now)).await;
    let small = house.app.db.query_count() - before;
    for number in 0..10 {
        let profile = Profile {
            email: format!("t{number}@example.com"),
            name: format!("T{number}"),
            tier: Some(1),
            teams: vec![team],
            ..Profile::default()
        };
        let cx = house.system();
        house
            .write(move |tx| people::user::adding::add(tx, &cx, &profile).map(drop))
            .await
            .unwrap();
    }
    let before = house.app.db.query_count();
    let roster = house.read(move |tx| people::roster(tx, team, now)).await;
    assert_eq!(roster.len(), 12);
    assert_eq!(house.app.db.query_count() - before, small);
}

#[tokio::test]
async fn people_enter_their_own_absence_and_nobody_elses_and_no_shifts() {
    let house = House::open().await;
    team_of_two(&house).await;
    let (lina, otto) = (
        house.user("lina@example.com").await.id,
        house.user("otto@example.com").await.id,
    );
    let cx = house.cx("lina@example.com").await;
    let span = (at("2026-11-24T00:00:00Z"), at("2026-11-25T00:00:00Z"));
    let own = cx.clone();
    let absence = house
        .write(move |tx| shift::add(tx, &own, SpanOf::Absence, lina, span, ""))
        .await
        .unwrap();
    let own = cx.clone();
    let other = house
        .write(move |tx| shift::add(tx, &own, SpanOf::Absence, otto, span, ""))
        .await
        .unwrap_err();
    let shifted = house
        .write(move |tx| shift::add(tx, &cx, SpanOf::Shift, lina, span, ""))
        .await
        .unwrap_err();
    assert_eq!((other.kind(), shifted.kind()), (Kind::Forbidden, Kind::Forbidden));
    let colleague = house.cx("otto@example.com").await;
    let hidden = house
        .write(move |tx| shift::remove(tx, &colleague, SpanOf::Absence, absence))
        .await
        .unwrap_err();
    assert_eq!(hidden.kind(), Kind::NotFound);
}

#[tokio::test]
async fn a_span_that_ends_before_it_begins_or_lasts_for_ever_is_refused() {
    let house = House::open().await;
    let ada = house.user("ada@example.com").await.id;
    for (to, code) in [
        ("2026-11-23T00:00:00Z", "people.shift.ends_before_it_starts"),
        ("2036-11-24T00:00:00Z", "people.shift.too_long"),
    ] {
        let (cx, span) = (
            house.cx("ada@example.com").await,
            (at("2026-11-24T00:00:00Z"), at(to)),
        );
        let refused = house
            .write(move |tx| shift::add(tx, &cx, SpanOf::Shift, ada, span, ""))
            .await
            .unwrap_err();
        assert_eq!(wrong(&refused)["ends_at"], code);
    }
}

#[tokio::test]
async fn skills_are_in_the_roster_and_unknown_ones_are_refused() {
    let house = House::open().await;
    let team = team_of_two(&house).await;
    let lina = house.user("lina@example.com").await.id;
    let cx = house.cx("ada@example.com").await;
    let write = move |tx: &mut Tx<'_>| {
        skill::save(tx, &cx, "network", "Networks")?;
        skill::set_of_user(tx, &cx, lina, &[("network".to_owned(), 3)].into())
    };
    house.write(write).await.unwrap();
    let now = house.app.clock.now();
    let roster = house.read(move |tx| people::roster(tx, team, now)).await;
    let found = roster.iter().find(|one| one.user == lina).unwrap();
    assert_eq!(found.skills, [("network".to_owned(), 3)].into());
    let cx = house.cx("ada@example.com").await;
    let unknown =
        move |tx: &mut Tx<'_>| skill::set_of_user(tx, &cx, lina, &[("juggling".to_owned(), 1)].into());
    assert_eq!(
        wrong(&house.write(unknown).await.unwrap_err())["skill"],
        "people.skill.unknown"
    );
}

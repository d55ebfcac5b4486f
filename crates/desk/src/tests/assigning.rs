//! Automatic assignment over people's real roster: who gets a request, why, and who gets it when it goes up.

use std::collections::BTreeMap;

use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::{TeamId, UserId};
use people::shift::SpanOf;
use people::team::NewTeam;
use people::user::Profile;

use crate::assignment::{LeftOut, Outcome};
use crate::fixture::{DAY, Desk, HOUR};
use crate::ticket::assigning::why;
use crate::ticket::escalating::Handoff;
use crate::ticket::value::{Category, Tier};
use crate::ticket::{Assign, Escalate, Ticket, assign, escalate};
use crate::triage::{self, Route};

struct Staff {
    desk: Desk,
    first: TeamId,
    second: TeamId,
    mia: UserId,
    max: UserId,
    zoe: UserId,
}

fn person(tx: &mut Tx<'_>, cx: &kernel::Cx, name: &str, tier: i64, level: i64) -> Result<UserId> {
    let profile = Profile {
        email: format!("{name}@example.org"),
        name: name.to_owned(),
        tier: Some(tier),
        roles: vec!["technician".to_owned()],
        ..Profile::default()
    };
    let user = people::user::adding::add(tx, cx, &profile)?.id;
    people::skill::set_of_user(tx, cx, user, &BTreeMap::from([("network".to_owned(), level)]))?;
    Ok(user)
}

/// Mia (network, middle) and Max (junior) on the first tier, Zoe (senior) on the second; all are always there.
async fn staff() -> Staff {
    people::role::register(crate::PERMISSIONS.to_vec());
    let desk = Desk::open().await;
    let cx = desk.system();
    let (first, second, mia, max, zoe) = desk
        .write(move |tx| {
            people::skill::save(tx, &cx, "network", "Network")?;
            let mia = person(tx, &cx, "mia", 1, 2)?;
            let max = person(tx, &cx, "max", 1, 1)?;
            let zoe = person(tx, &cx, "zoe", 2, 3)?;
            let mut team = |name: &str, tier, members: Vec<UserId>| -> Result<TeamId> {
                let new = NewTeam {
                    name: name.to_owned(),
                    tier,
                    members,
                    ..NewTeam::default()
                };
                Ok(people::team::add(tx, &cx, &new)?.id)
            };
            let first = team("First line", 1, vec![mia, max])?;
            let second = team("Network", 2, vec![zoe])?;
            let route = Route {
                category: Category::Network,
                team: Some(first),
                skill: Some("network".to_owned()),
                level: 2,
                complexity: 1,
                automatic: true,
            };
            triage::save_route(tx, &cx, &route)?;
            Ok((first, second, mia, max, zoe))
        })
        .await
        .unwrap();
    Staff {
        desk,
        first,
        second,
        mia,
        max,
        zoe,
    }
}

impl Staff {
    async fn vpn(&self) -> Ticket {
        let mut opening = self.desk.ann_reports("VPN drops");
        (opening.category, opening.team) = (Category::Network, None);
        self.desk.report(opening).await
    }
}

#[tokio::test]
async fn a_request_goes_to_the_fitting_skill_until_that_person_has_too_much() {
    let staff = staff().await;
    let first = staff.vpn().await;
    assert_eq!((first.team, first.assignee), (Some(staff.first), Some(staff.mia)));
    let mut owners = Vec::new();
    for _ in 0..12 {
        owners.push(staff.vpn().await.assignee);
    }
    assert!(owners.contains(&Some(staff.max)), "work spreads: {owners:?}");
    let manager = staff.desk.manager.cx();
    let number = first.number;
    let reasons = staff
        .desk
        .read(move |tx| why(tx, &manager, number))
        .await
        .unwrap();
    let reason = &reasons[0].reason;
    assert_eq!((reason.outcome, reasons[0].by_hand), (Outcome::Chosen, false));
    let names: Vec<UserId> = reason.candidates.iter().map(|one| one.user).collect();
    assert_eq!(names, [staff.mia, staff.max]);
    assert!(reason.candidates[0].points.skill > reason.candidates[1].points.skill);
}

#[tokio::test]
async fn nobody_absent_is_given_work_and_the_queue_takes_it_when_all_are() {
    let staff = staff().await;
    let system = staff.desk.system();
    let (from, to) = (
        staff.desk.clock.now().add_millis(-HOUR),
        staff.desk.clock.now().add_millis(DAY),
    );
    let mia = staff.mia;
    let away = system.clone();
    staff
        .desk
        .write(move |tx| people::shift::add(tx, &away, SpanOf::Absence, mia, (from, to), "Holiday"))
        .await
        .unwrap();
    assert_eq!(staff.vpn().await.assignee, Some(staff.max));
    let max = staff.max;
    staff
        .desk
        .write(move |tx| people::shift::add(tx, &system, SpanOf::Absence, max, (from, to), "Ill"))
        .await
        .unwrap();
    let queued = staff.vpn().await;
    assert_eq!((queued.team, queued.assignee), (Some(staff.first), None));
    let manager = staff.desk.manager.cx();
    let reasons = staff
        .desk
        .read(move |tx| why(tx, &manager, queued.number))
        .await
        .unwrap();
    assert_eq!(reasons[0].reason.outcome, Outcome::NobodyFree);
    assert!(
        reasons[0]
            .reason
            .candidates
            .iter()
            .all(|one| one.left_out == Some(LeftOut::Absent))
    );
}

#[tokio::test]
async fn an_escalation_finds_the_team_of_the_next_tier_and_says_who_owns_it_now() {
    let staff = staff().await;
    let number = staff.vpn().await.number;
    let manager = staff.desk.manager.cx();
    let raised = staff
        .desk
        .write(move |tx| {
            let handoff = Handoff {
                tried: "Another cable".to_owned(),
                known: "Only on floor 3".to_owned(),
                boundary: "No right to the switch".to_owned(),
            };
            escalate(
                tx,
                &manager,
                number,
                Escalate {
                    tier: Tier::new(2)?,
                    handoff,
                    team: None,
                    assignee: None,
                },
            )
        })
        .await
        .unwrap();
    assert_eq!(
        (raised.team, raised.assignee),
        (Some(staff.second), Some(staff.zoe))
    );
    let manager = staff.desk.manager.cx();
    let view = staff
        .desk
        .read(move |tx| crate::ticket::load(tx, &manager, number))
        .await
        .unwrap();
    assert_eq!(view.escalations[0].owner, Some(staff.zoe));
}

#[tokio::test]
async fn reckoning_anew_by_hand_keeps_the_whole_history_of_owners() {
    let staff = staff().await;
    let number = staff.vpn().await.number;
    let (manager, max) = (staff.desk.manager.cx(), staff.max);
    let reasons = staff
        .desk
        .write(move |tx| {
            assign(tx, &manager, number, Assign::Person(max))?;
            assign(tx, &manager, number, Assign::Automatically)?;
            why(tx, &manager, number)
        })
        .await
        .unwrap();
    let owners: Vec<Option<UserId>> = reasons.iter().map(|assignment| assignment.assignee).collect();
    assert_eq!(owners, [Some(staff.mia), Some(staff.max), Some(staff.mia)]);
}

//! Deaths in the middle of a rollout: of agents, and of the server. Every target ends in a true state, and nothing runs twice.

use ::rollout::{Phase, Status};
use fleet::rollout::store;

use crate::house::Department;

#[tokio::test]
async fn agents_that_die_in_the_middle_are_asked_and_never_blindly_applied_to_again() {
    let mut department = Department::open(9).await;
    let mut wish = department.wish("2");
    // Deaths are harm; here they are let pass, to see what becomes of each device.
    for ring in &mut wish.manner.rings {
        ring.budget.count = 9;
    }
    wish.manner.budget.count = 9;
    wish.manner.tries.apply = 3;
    let id = department.draft(wish).await;
    let order: Vec<_> = department
        .targets(id)
        .await
        .into_iter()
        .map(|one| one.device)
        .collect();
    let at = |department: &Department, position: usize| {
        department
            .devices
            .iter()
            .position(|device| device.id == order[position])
            .unwrap()
    };
    // One dies in the middle of its apply, one after it, before it could say so.
    let (middle, after) = (at(&department, 6), at(&department, 7));
    department.devices[middle].disk.lock().unwrap().dies_at_apply = true;
    department.devices[after].disk.lock().unwrap().dies_after = Some("apply".to_owned());
    department.start(id).await;
    department
        .until(id, "seven are well", |now| {
            now.head.counts.iter().map(::rollout::Counts::good).sum::<u32>() == 7
        })
        .await;
    let address = department.address();
    for dead in [middle, after] {
        department.devices[dead].back(address).await;
    }
    department.until_done(id).await;
    for device in &department.devices {
        let disk = device.disk.lock().unwrap();
        assert_eq!(
            (disk.version.as_str(), disk.is_half),
            ("2", false),
            "{}",
            device.number
        );
    }
    // What was done and not told of was found by a check, not done again.
    assert_eq!(department.devices[after].count("apply"), 1);
    assert_eq!(department.devices[middle].count("apply"), 2);
    department.nothing_ran_twice();
}

#[tokio::test]
async fn a_step_that_dies_before_its_commit_leaves_nothing() {
    let department = Department::open(6).await;
    let id = department.draft(department.wish("2")).await;
    // The transaction that starts it is lost with its process.
    let lost: kernel::Result<()> = department
        .app()
        .write({
            let cx = department.app().cx();
            move |tx| {
                let noor = store::find(tx, id)?.unwrap().person;
                let theirs = people::user::store::find(tx, noor)?.unwrap();
                let identity = people::identity_of(
                    tx,
                    &theirs,
                    kernel::cx::Credential::Session {
                        session: String::new(),
                        elevated: false,
                    },
                )?;
                let cx = cx.acting_as(identity, kernel::cx::Via::Page);
                fleet::rollout::ordering::start(tx, &cx, id, 0)?;
                Err(kernel::Error::internal("the process died"))
            }
        })
        .await;
    assert!(lost.is_err());
    department.app().settle().await;
    let now = department.now(id).await;
    assert_eq!(now.head.phase, Phase::Draft);
    assert!(
        department
            .devices
            .iter()
            .all(|device| device.count("dry_run") == 0)
    );
    department.start(id).await;
    department.until_done(id).await;
    department.nothing_ran_twice();
}

#[tokio::test]
async fn wakes_that_come_late_or_twice_change_nothing() {
    let department = Department::open(6).await;
    let id = department.begun(department.wish("2")).await;
    department.until_done(id).await;
    let before = department.targets(id).await;
    department.minutes(5).await;
    let after = department.targets(id).await;
    assert!(
        before
            .iter()
            .zip(&after)
            .all(|(one, other)| one.target == other.target)
    );
    assert!(after.iter().all(|one| one.target.status == Status::Succeeded));
    // Each command has one act, and each act was taken in once.
    let open = department
        .app()
        .read(move |tx| store::unheard(tx, id))
        .await
        .unwrap();
    assert!(open.is_empty(), "{open:?}");
    department.nothing_ran_twice();
}

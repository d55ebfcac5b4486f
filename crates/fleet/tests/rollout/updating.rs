//! The agent itself as what is rolled out, on devices that speak the protocol: each gets what belongs to its platform, or says why not.

use ::rollout::{Course, Phase, Reason};
use fleet::act::{self, Act, ActId};
use fleet::release::store as releases;
use fleet::rollout::content::Agent;
use fleet::rollout::drafting::{self, Wish};
use fleet::rollout::{Content, RolloutId, seeing, store};
use kernel::error::Result;
use protocol::message::Outcome;
use protocol::verb::{UpdateStep, Verb};

use crate::house::Department;
use crate::releases::Machine;

fn wish(department: &Department, version: &str) -> Wish {
    Wish {
        content: Content::Agent(Agent {
            version: version.to_owned(),
            timeout_seconds: 60,
        }),
        query: format!("agent:<{version}"),
        ..department.wish(version)
    }
}

/// A department and a release machine that published a version for some platforms.
async fn published(devices: u32, version: &str, platforms: &[&str]) -> (Department, Machine) {
    let department = Department::open(devices).await;
    let machine = Machine::made().await;
    machine.add(version, platforms).await;
    machine.publish(department.app()).await.unwrap();
    (department, machine)
}

/// What was asked of the devices.
async fn asked(department: &Department, id: RolloutId) -> Vec<Verb> {
    let acts = acts(department, id).await;
    acts.iter().filter_map(Act::read_verb).collect()
}

/// What came of it.
async fn outcomes(department: &Department, id: RolloutId) -> Vec<Outcome> {
    let acts = acts(department, id).await;
    acts.into_iter().filter_map(|act| act.outcome).collect()
}

async fn acts(department: &Department, id: RolloutId) -> Vec<Act> {
    let mut all = Vec::new();
    for one in department.targets(id).await {
        let acts = department
            .app()
            .act(department.cheng_li(), move |tx, cx| {
                seeing::acts(tx, cx, id, one.position)
            })
            .await;
        all.extend(acts.into_iter().map(|(_, act)| act));
    }
    all
}

#[tokio::test]
async fn every_device_gets_the_bundle_of_its_platform() {
    let (department, _machine) = published(5, "1.0.1", &["linux-x86_64", "macos-aarch64"]).await;
    let id = department.begun(wish(&department, "1.0.1")).await;
    department.until_done(id).await;
    assert!(
        department
            .devices
            .iter()
            .all(|device| device.version() == "1.0.1")
    );
    department.nothing_ran_twice();
    let programs = department
        .app()
        .read(|tx| releases::programs(tx, "1.0.1"))
        .await
        .unwrap();
    let linux = programs
        .iter()
        .find(|one| one.platform == "linux-x86_64")
        .unwrap();
    let mut carried = 0;
    for verb in asked(&department, id).await {
        let Verb::AgentUpdate { step, bundle, .. } = verb else {
            panic!("{verb:?}");
        };
        assert_eq!(bundle.is_some(), step.has_bundle());
        if let Some(bundle) = bundle {
            carried += 1;
            assert_eq!(bundle.sha256, linux.hash);
            assert_eq!(bundle.size, u64::try_from(linux.bundle_size).unwrap());
        }
    }
    assert!(carried >= 6, "a dry run and five applies carry it: {carried}");
}

#[tokio::test]
async fn a_device_without_a_program_for_it_fails_at_once_and_says_why() {
    let (department, _machine) = published(4, "1.0.1", &["windows-x86_64"]).await;
    let id = department.begun(wish(&department, "1.0.1")).await;
    let halted = department.until_halted(id).await;
    assert!(matches!(
        &halted.head.course,
        Course::Halted(halt) if matches!(halt.reason, Reason::DryRun { .. })
    ));
    let refused = Outcome::Refused {
        code: "no_program".to_owned(),
    };
    assert_eq!(outcomes(&department, id).await, [refused]);
    assert!(department.devices.iter().all(|device| device.count("apply") == 0));
}

#[tokio::test]
async fn a_bundle_that_is_missing_is_made_anew_and_without_its_program_it_is_said() {
    let (department, machine) = published(4, "1.0.1", &["linux-x86_64"]).await;
    let program = |version: &'static str| {
        let app = department.app();
        async move {
            app.read(move |tx| releases::programs(tx, version))
                .await
                .unwrap()
                .remove(0)
        }
    };
    let files = &department.app().house.kernel.files;
    let one = program("1.0.1").await;
    files.delete(&one.hash).await.unwrap();
    let id = department.begun(wish(&department, "1.0.1")).await;
    department.until_done(id).await;
    assert!(
        files.exists(&one.hash).await.unwrap(),
        "the same file is there again"
    );
    assert_eq!(files.get(&one.hash).await.unwrap().len() as i64, one.bundle_size);
    machine.add("1.0.2", &["linux-x86_64"]).await;
    machine.publish(department.app()).await.unwrap();
    let two = program("1.0.2").await;
    files.delete(&two.hash).await.unwrap();
    files.delete(&two.raw_hash).await.unwrap();
    let id = department.begun(wish(&department, "1.0.2")).await;
    department.until_halted(id).await;
    let missing = Outcome::Failed {
        code: "bundle_missing".to_owned(),
        text: String::new(),
    };
    assert_eq!(outcomes(&department, id).await, [missing]);
}

#[tokio::test]
async fn a_release_is_published_has_not_run_out_and_finds_older_agents() {
    let (department, _machine) = published(3, "1.0.1", &["linux-x86_64"]).await;
    let app = department.app();
    let plan = |wish: Wish| async move {
        app.act(department_planner(app), move |tx, cx| {
            Ok(drafting::plan(tx, cx, &wish).map(|planned| planned.devices.len()))
        })
        .await
    };
    let code = |planned: Result<usize>| planned.unwrap_err().code().to_owned();
    assert_eq!(plan(wish(&department, "1.0.1")).await.unwrap(), 3);
    assert_eq!(
        code(plan(wish(&department, "9.9.9")).await),
        "fleet.release_unknown"
    );
    // The simulated agents say 1.0.0.
    let mut none = wish(&department, "1.0.1");
    none.query = "agent:<1.0.0".to_owned();
    assert_eq!(code(plan(none).await), "fleet.rollout_no_devices");
    let mut odd = wish(&department, "1.0.1");
    odd.query = "agent:<old".to_owned();
    assert_eq!(code(plan(odd).await), "fleet.filter_unknown");
    app.clock.advance_millis(2 * 365 * 86_400_000);
    assert_eq!(
        code(plan(wish(&department, "1.0.1")).await),
        "fleet.release_expired"
    );
}

/// Who plans.
fn department_planner(app: &testkit::TestApp) -> &testkit::Person {
    &app.cast.cheng_li
}

#[tokio::test]
async fn nobody_names_a_bundle_but_the_rollout() {
    let (department, _machine) = published(1, "1.0.1", &["linux-x86_64"]).await;
    let device = department.devices[0].id;
    let subject = desk::ticket::subject(department.ticket);
    let verb = Verb::AgentUpdate {
        step: UpdateStep::Check,
        rollout: "01".to_owned(),
        version: "1.0.1".to_owned(),
        bundle: None,
        timeout_seconds: 60,
    };
    let asked = department
        .app()
        .act(department.cheng_li(), move |tx, cx| {
            Ok(act::ask(tx, cx, device, &subject, verb.clone()).map(drop))
        })
        .await;
    assert_eq!(asked.unwrap_err().code(), "fleet.agent_by_rollout");
}

#[tokio::test]
async fn a_new_device_is_given_the_published_root() {
    let (department, machine) = published(1, "1.0.1", &["linux-x86_64"]).await;
    let document = department.house.document(fleet::enrolment::Rule::Wait, 1).await;
    assert_eq!(document.update_root, Some(machine.root()));
}

#[tokio::test]
async fn a_release_that_is_published_anew_while_an_act_waits_is_asked_for_again() {
    let (mut department, machine) = published(3, "1.0.1", &["linux-x86_64"]).await;
    let id = department.draft(wish(&department, "1.0.1")).await;
    department.leave(&[0, 1, 2]).await;
    department.start(id).await;
    department.app().settle().await;
    let before: Vec<ActId> = open(&department, id).await;
    machine.renew().await;
    machine.publish(department.app()).await.unwrap();
    let address = department.address();
    for device in &mut department.devices {
        device.back(address).await;
    }
    department.house.flush().await;
    for _ in 0..40 {
        department.minutes(1).await;
        if department.now(id).await.head.phase == Phase::Done {
            break;
        }
    }
    department.until_done(id).await;
    assert!(
        department
            .devices
            .iter()
            .all(|device| device.version() == "1.0.1"),
        "{before:?}"
    );
}

/// The acts of a rollout that are not over.
async fn open(department: &Department, id: RolloutId) -> Vec<ActId> {
    let kept = department
        .app()
        .read(move |tx| store::unheard(tx, id))
        .await
        .unwrap();
    kept.into_iter().map(|kept| kept.act).collect()
}

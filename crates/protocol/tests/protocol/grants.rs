//! The door before every act, as honest people and thieves knock at it.

use proptest::prelude::*;
use protocol::floor::Floor;
use protocol::grant::{CLOCK_SKEW, Grant, LIFETIME_MOST, Now, Order, Refusal, check, hash_of};
use protocol::hours::{Hours, WeekMinute};
use protocol::key::KeyPair;
use protocol::signed::Signed;
use protocol::verb::Verb;

const NOW: i64 = 1_795_000_000_000;
const DEVICE: &str = "device-1";

/// A grant to look, one hour long.
pub fn grant() -> Grant {
    Grant {
        id: "grant-1".to_owned(),
        device: DEVICE.to_owned(),
        person: "person-7".to_owned(),
        person_name: "王芳".to_owned(),
        subject: "ticket:1042".to_owned(),
        verbs: vec!["health.check".to_owned(), "journal".to_owned()],
        act: None,
        issued_at: NOW,
        expires_at: NOW + 3_600_000,
        approved_by: None,
        fan_out: 1,
    }
}

/// A grant for this one verb as the act `act-1`.
fn bound_to(verb: &str, name: &str) -> Grant {
    Grant {
        id: "act-1".to_owned(),
        verbs: vec![name.to_owned()],
        act: Some(hash_of(verb)),
        ..grant()
    }
}

struct House {
    signer: KeyPair,
    floor: Floor,
    now: i64,
    seen: Vec<&'static str>,
    revoked: Vec<&'static str>,
}

impl House {
    fn new() -> Self {
        let signer = KeyPair::generate().unwrap();
        Self {
            signer,
            floor: Floor::open(),
            now: NOW + 1000,
            seen: Vec::new(),
            revoked: Vec::new(),
        }
    }

    fn order(&self, grant: &Grant, verb: &str) -> Order {
        Order {
            act: "act-1".to_owned(),
            grant: Signed::sign(&self.signer, grant).unwrap(),
            verb: verb.to_owned(),
            channel: None,
        }
    }

    fn ask(&self, grant: &Grant, verb: &str) -> Result<(Grant, Verb), Refusal> {
        self.judge(&self.order(grant, verb))
    }

    fn judge(&self, order: &Order) -> Result<(Grant, Verb), Refusal> {
        let now = Now {
            ms: self.now,
            local: WeekMinute::new(3, 10, 0).unwrap(),
        };
        let seen = |act: &str| self.seen.contains(&act);
        let revoked = |grant: &str| self.revoked.contains(&grant);
        check(
            order,
            DEVICE,
            &[self.signer.public()],
            &self.floor,
            now,
            &seen,
            &revoked,
        )
    }
}

const LOOK: &str = r#"{"verb":"health_check"}"#;
const RESTART: &str = r#"{"verb":"service","name":"nginx.service","action":"restart"}"#;
const STOP: &str = r#"{"verb":"service","name":"nginx.service","action":"stop"}"#;

#[test]
fn an_order_within_its_grant_is_obeyed() {
    let house = House::new();
    assert_eq!(house.ask(&grant(), LOOK).unwrap().1, Verb::HealthCheck);
    let (opened, verb) = house.ask(&bound_to(RESTART, "service.restart"), RESTART).unwrap();
    assert_eq!(
        (opened.person_name.as_str(), verb.name()),
        ("王芳", "service.restart")
    );
}

#[test]
fn a_grant_signed_by_anybody_else_is_worth_nothing() {
    let house = House::new();
    let thief = KeyPair::generate().unwrap();
    let mut order = house.order(&grant(), LOOK);
    order.grant = Signed::sign(&thief, &grant()).unwrap();
    assert_eq!(house.judge(&order), Err(Refusal::Signature));
    order.grant.key = house.signer.public();
    assert_eq!(house.judge(&order), Err(Refusal::Signature));
    let mut order = house.order(&grant(), LOOK);
    order.grant.payload = order.grant.payload.replace("health.check", "terminal");
    assert_eq!(house.judge(&order), Err(Refusal::Signature));
}

#[test]
fn a_grant_for_another_device_is_refused() {
    let house = House::new();
    assert_eq!(
        house.ask(
            &Grant {
                device: "device-2".to_owned(),
                ..grant()
            },
            LOOK
        ),
        Err(Refusal::Device)
    );
    let order = house.order(
        &Grant {
            device: String::new(),
            ..grant()
        },
        LOOK,
    );
    let now = Now {
        ms: house.now,
        local: WeekMinute::new(1, 0, 0).unwrap(),
    };
    let nobody = check(
        &order,
        "",
        &[house.signer.public()],
        &house.floor,
        now,
        &|_| false,
        &|_| false,
    );
    assert_eq!(
        nobody,
        Err(Refusal::Device),
        "a device without an id obeys nobody"
    );
}

#[test]
fn a_grant_counts_from_its_beginning_until_its_end() {
    let mut house = House::new();
    for (now, answer) in [
        (NOW - CLOCK_SKEW - 1, Some(Refusal::NotYet)),
        (NOW - CLOCK_SKEW, None),
        (NOW + 3_599_999, None),
        (NOW + 3_600_000, Some(Refusal::Expired)),
        (i64::MAX, Some(Refusal::Expired)),
        (i64::MIN, Some(Refusal::NotYet)),
    ] {
        house.now = now;
        assert_eq!(house.ask(&grant(), LOOK).err(), answer, "{now}");
    }
}

#[test]
fn a_grant_that_lives_too_long_is_refused_whatever_its_numbers() {
    let house = House::new();
    let lives = |issued_at, expires_at| {
        house
            .ask(
                &Grant {
                    issued_at,
                    expires_at,
                    ..grant()
                },
                LOOK,
            )
            .err()
    };
    assert_eq!(lives(NOW, NOW + LIFETIME_MOST), None);
    assert_eq!(lives(NOW, NOW + LIFETIME_MOST + 1), Some(Refusal::Expired));
    assert_eq!(lives(i64::MIN, i64::MAX), Some(Refusal::Expired));
    assert_eq!(lives(NOW, i64::MAX), Some(Refusal::Expired));
    assert_eq!(lives(i64::MAX, i64::MIN), Some(Refusal::NotYet));
    assert_eq!(lives(NOW, NOW - 1), Some(Refusal::Expired));
}

#[test]
fn a_grant_is_good_for_the_verbs_it_names_and_no_others() {
    let house = House::new();
    assert_eq!(
        house.ask(&grant(), r#"{"verb":"process_list"}"#).err(),
        Some(Refusal::Verb)
    );
    assert_eq!(
        house.ask(&bound_to(STOP, "service.restart"), STOP).err(),
        Some(Refusal::Verb)
    );
    let all = Grant {
        verbs: vec!["*".to_owned(), "service.*".to_owned(), String::new()],
        ..bound_to(STOP, "")
    };
    assert_eq!(
        house.ask(&all, STOP).err(),
        Some(Refusal::Verb),
        "there are no wildcards"
    );
    assert_eq!(
        house.ask(&grant(), r#"{"verb":"format_disk"}"#).err(),
        Some(Refusal::Verb)
    );
}

#[test]
fn what_changes_a_device_is_bound_to_the_bytes_of_its_verb() {
    let house = House::new();
    let grant = bound_to(RESTART, "service.restart");
    for other in [
        RESTART.replace("nginx", "sshd"),
        RESTART.replace(':', ": "),
        format!("{RESTART} "),
    ] {
        assert_eq!(house.ask(&grant, &other).err(), Some(Refusal::Act), "{other}");
    }
    let unbound = Grant {
        act: None,
        ..grant.clone()
    };
    assert_eq!(
        house.ask(&unbound, RESTART).err(),
        Some(Refusal::Act),
        "a change needs a grant of its own"
    );
    let upper = Grant {
        act: grant.act.as_deref().map(str::to_uppercase),
        ..grant
    };
    assert_eq!(house.ask(&upper, RESTART).err(), Some(Refusal::Act));
}

#[test]
fn nothing_runs_twice_under_one_grant() {
    let mut house = House::new();
    let grant = bound_to(RESTART, "service.restart");
    let mut again = house.order(&grant, RESTART);
    again.act = "act-2".to_owned();
    assert_eq!(
        house.judge(&again),
        Err(Refusal::Act),
        "the same grant under a new id"
    );
    house.seen.push("act-1");
    assert_eq!(house.ask(&grant, RESTART), Err(Refusal::Replayed));
    let mut look = house.order(&self::grant(), LOOK);
    assert_eq!(house.judge(&look), Err(Refusal::Replayed));
    for act in ["", "../../etc/shadow", "a b", "a\0"] {
        look.act = act.to_owned();
        assert_eq!(
            house.judge(&look),
            Err(Refusal::Act),
            "an id is also a name in a log and in folders"
        );
    }
}

#[test]
fn a_revoked_grant_is_refused() {
    let mut house = House::new();
    house.revoked.push("grant-1");
    assert_eq!(house.ask(&grant(), LOOK), Err(Refusal::Revoked));
}

#[test]
fn the_floor_stands_above_every_grant() {
    let mut house = House::new();
    house.floor.view_only = true;
    assert_eq!(
        house.ask(&bound_to(RESTART, "service.restart"), RESTART).err(),
        Some(Refusal::Floor)
    );
    assert!(house.ask(&grant(), LOOK).is_ok());
    house.floor.hours = Some(Hours::read(&["wed 11:00-12:00"]).unwrap());
    assert_eq!(house.ask(&grant(), LOOK).err(), Some(Refusal::Hours));
    house.floor = Floor::closed();
    assert_eq!(house.ask(&grant(), LOOK).err(), Some(Refusal::Hours));
}

#[test]
fn every_refusal_has_a_code_of_its_own() {
    let codes: std::collections::BTreeSet<&str> = Refusal::ALL.into_iter().map(Refusal::code).collect();
    assert_eq!(codes.len(), Refusal::ALL.len());
}

proptest! {
    #[test]
    fn no_numbers_make_the_check_panic(issued_at: i64, expires_at: i64, now: i64, fan_out: u32) {
        let mut house = House::new();
        house.now = now;
        let answer = house.ask(&Grant { issued_at, expires_at, fan_out, ..grant() }, LOOK);
        if answer.is_ok() {
            prop_assert!(now < expires_at);
            prop_assert!(i128::from(expires_at) - i128::from(issued_at) <= i128::from(LIFETIME_MOST));
        }
    }

    #[test]
    fn no_text_as_a_verb_gets_through_a_bound_grant(text in any::<String>()) {
        let house = House::new();
        prop_assert!(house.ask(&bound_to(RESTART, "service.restart"), &text).is_err());
    }
}

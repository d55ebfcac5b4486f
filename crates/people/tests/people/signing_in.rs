//! Passwords, sessions, and one-time links.

use kernel::db::params;
use kernel::error::Kind;
use people::sign_in::{self, password};
use people::user::changing;

use crate::house::{House, PASSWORD, wrong};

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_are_answered_alike() {
    let house = House::open().await;
    let unknown = house
        .try_password("nobody@example.com", PASSWORD)
        .await
        .unwrap_err();
    let mistyped = house
        .try_password("ada@example.com", "correct horse batterz")
        .await
        .unwrap_err();
    assert_eq!(
        (unknown.code(), unknown.kind()),
        (mistyped.code(), mistyped.kind())
    );
    assert_eq!(wrong(&unknown), wrong(&mistyped));
}

#[tokio::test]
async fn guessing_is_slowed_down_for_known_and_unknown_addresses_and_ends_by_itself() {
    let house = House::open().await;
    for email in ["ada@example.com", "nobody@example.com"] {
        let mut answers = Vec::new();
        for _ in 0..10 {
            answers.push(
                house
                    .try_password(email, "wrong wrong wrong")
                    .await
                    .unwrap_err()
                    .kind(),
            );
        }
        assert!(
            answers[..8].iter().all(|kind| *kind == Kind::Invalid),
            "{email}: {answers:?}"
        );
        assert_eq!(answers[9], Kind::TooMany, "{email}");
    }
    house.later(15 * 60);
    assert!(house.try_password("ada@example.com", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_guesser_elsewhere_does_not_lock_the_owner_out_and_a_colleague_who_mistypes_does_not_lock_the_office_out()
 {
    let house = House::open().await;
    house.add("lina@example.com", "李娜", &["technician"]).await;
    for _ in 0..12 {
        let _ = house
            .try_password_from("203.0.113.9", "ada@example.com", "wrong wrong wrong")
            .await;
    }
    let guesser = house
        .try_password_from("203.0.113.9", "ada@example.com", PASSWORD)
        .await
        .unwrap_err();
    assert_eq!(guesser.kind(), Kind::TooMany);
    assert!(
        house
            .try_password_from("10.0.0.7", "ada@example.com", PASSWORD)
            .await
            .is_ok()
    );
    assert!(
        house
            .try_password_from("203.0.113.9", "lina@example.com", PASSWORD)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_session_is_worth_something_until_it_is_ended() {
    let house = House::open().await;
    let session = house.session("ada@example.com").await;
    assert_eq!(
        house.who_is(&session).await.unwrap().identity.email,
        "ada@example.com"
    );
    let secret = session.clone();
    house
        .write(move |tx| sign_in::sign_out(tx, &secret))
        .await
        .unwrap();
    assert!(house.who_is(&session).await.is_none());
}

#[tokio::test]
async fn a_session_ends_with_its_time() {
    let house = House::open().await;
    let session = house.session("ada@example.com").await;
    house.later(sign_in::LIFETIME - 1);
    assert!(house.who_is(&session).await.is_some());
    house.later(2);
    assert!(house.who_is(&session).await.is_none());
}

#[tokio::test]
async fn the_secret_of_a_session_is_nowhere_in_the_database() {
    let house = House::open().await;
    let session = house.session("ada@example.com").await;
    let stored: Vec<String> = house
        .read(|tx| {
            tx.query("SELECT secret_hash FROM people_session", &[], |row| {
                row.get("secret_hash")
            })
        })
        .await;
    assert_eq!(stored.len(), 1);
    assert!(!stored[0].contains(&session));
}

#[tokio::test]
async fn whoever_is_deactivated_is_out_at_once_with_session_and_token() {
    let house = House::open().await;
    let lina = house.add("lina@example.com", "李娜", &["technician"]).await;
    let session = house.session("lina@example.com").await;
    let token = house.token("lina@example.com", &["*"]).await;
    let ada = house.cx("ada@example.com").await;
    house
        .write(move |tx| changing::deactivate(tx, &ada, lina.id))
        .await
        .unwrap();
    assert!(house.who_is(&session).await.is_none());
    assert!(house.whose_token(&token).await.is_none());
    assert_eq!(
        house
            .try_password("lina@example.com", PASSWORD)
            .await
            .unwrap_err()
            .code(),
        "people.sign_in.wrong"
    );
}

#[tokio::test]
async fn changing_the_password_ends_every_other_session() {
    let house = House::open().await;
    let (here, there) = (
        house.session("ada@example.com").await,
        house.session("ada@example.com").await,
    );
    let identity = house.who_is(&here).await.unwrap().identity;
    let mut cx = house.system();
    let kernel::cx::Credential::Session { session, .. } = identity.credential.clone() else {
        panic!()
    };
    cx.actor = kernel::Actor::User(identity);
    let db = &house.app.db;
    let refused = password::change_own(db, &cx, "not my password", "another long phrase", &session).await;
    assert!(wrong(&refused.unwrap_err()).contains_key("current"));
    password::change_own(db, &cx, PASSWORD, "another long phrase", &session)
        .await
        .unwrap();
    assert!(house.who_is(&here).await.is_some());
    assert!(house.who_is(&there).await.is_none());
    assert!(
        house
            .try_password("ada@example.com", "another long phrase")
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_link_sets_the_password_once() {
    let house = House::open().await;
    let lina = house.add("lina@example.com", "李娜", &["requester"]).await;
    let ada = house.cx("ada@example.com").await;
    let secret = house
        .write(move |tx| password::new_reset_for(tx, &ada, lina.id))
        .await
        .unwrap();
    let (db, cx) = (&house.app.db, house.system());
    let short = password::set_by_link(db, &cx, &secret, "short")
        .await
        .unwrap_err();
    assert_eq!(short.code(), "people.password.too_short");
    password::set_by_link(db, &cx, &secret, "a new long phrase")
        .await
        .unwrap();
    let again = password::set_by_link(db, &cx, &secret, "yet another phrase")
        .await
        .unwrap_err();
    assert_eq!(again.code(), "people.password.link_spent");
    assert!(
        house
            .try_password("lina@example.com", "a new long phrase")
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_link_serves_for_two_hours_and_the_newest_only() {
    let house = House::open().await;
    let lina = house.add("lina@example.com", "李娜", &["requester"]).await;
    let make = || {
        let cx = house.system();
        house.write(move |tx| password::new_reset(tx, &cx, lina.id))
    };
    let (first, second) = (make().await.unwrap(), make().await.unwrap());
    let (db, cx) = (&house.app.db, house.system());
    assert!(password::link_serves(db, &cx, &first).await.unwrap().is_none());
    assert_eq!(
        password::link_serves(db, &cx, &second).await.unwrap().as_deref(),
        Some("lina@example.com")
    );
    house.later(2 * 3600 + 1);
    let late = password::set_by_link(db, &cx, &second, "a new long phrase")
        .await
        .unwrap_err();
    assert_eq!(late.code(), "people.password.link_spent");
}

#[tokio::test]
async fn the_hourly_purge_removes_what_has_expired_and_nothing_else() {
    let house = House::open().await;
    let old = house.session("ada@example.com").await;
    house.later(sign_in::LIFETIME - 60);
    let young = house.session("ada@example.com").await;
    house.later(120);
    let now = house.app.clock.now();
    let removed = house
        .write(move |tx| sign_in::store::purge(tx, now))
        .await
        .unwrap();
    assert_eq!(removed, 1);
    assert!(house.who_is(&old).await.is_none());
    assert!(house.who_is(&young).await.is_some());
}

#[tokio::test]
async fn a_letter_is_written_to_a_known_address_and_to_no_other() {
    let house = House::open().await;
    let outgoing = || {
        house.read(|tx| {
            tx.query_one("SELECT COUNT(*) AS n FROM mail_outbound", &[], |row| {
                row.get::<i64>("n")
            })
        })
    };
    let runner = kernel::job::Runner::new(&house.app, house.app.jobs(), Vec::new())
        .await
        .unwrap();
    for (email, letters) in [("nobody@example.com", 0), ("ada@example.com", 1)] {
        let cx = house.system();
        house
            .write(move |tx| people::sign_in::ask_for_letter(tx, &cx, email))
            .await
            .unwrap();
        runner.drain(&house.app).await.unwrap();
        assert_eq!(outgoing().await, letters, "{email}");
    }
}

#[tokio::test]
async fn a_new_password_ends_the_links_that_could_set_another() {
    let house = House::open().await;
    let lina = house.add("lina@example.com", "李娜", &["requester"]).await;
    let cx = house.system();
    let secret = house
        .write(move |tx| {
            let secret = password::new_reset(tx, &cx, lina.id)?;
            password::store_new(tx, &cx, lina.id, "hash", None)?;
            Ok(secret)
        })
        .await
        .unwrap();
    let served = password::link_serves(&house.app.db, &house.system(), &secret).await;
    assert_eq!(served.unwrap(), None);
}

#[tokio::test]
async fn what_cannot_be_an_address_is_not_written_down() {
    let house = House::open().await;
    let long = format!("{}@example.com", "a".repeat(100_000));
    let refused = house.try_password(&long, "whatever it was").await.unwrap_err();
    assert_eq!(refused.code(), "people.sign_in.wrong");
    let sql = "SELECT (SELECT COUNT(*) FROM people_attempt) + (SELECT COUNT(*) FROM kernel_event WHERE kind = $1) AS n";
    let kept = house
        .read(move |tx| {
            tx.query_one(sql, params![people::events::SIGN_IN_FAILED], |row| {
                row.get::<i64>("n")
            })
        })
        .await;
    assert_eq!(kept, 0);
}

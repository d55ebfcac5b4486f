//! Codes from a phone, and recovery codes.

use kernel::error::Kind;
use people::sign_in::{Step, second_factor};

use crate::house::{House, PASSWORD};

/// The code that a phone with this secret (base32) shows at an instant.
fn code(secret: &str, seconds: i64) -> String {
    let bytes = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(bytes).build().unwrap();
    totp.generate(u64::try_from(seconds).unwrap()).to_string()
}

/// Switches Ada's second factor on; her secret and recovery codes.
async fn switched_on(house: &House) -> (String, Vec<String>) {
    let cx = house.cx("ada@example.com").await;
    let enrolling = cx.clone();
    let enrolment = house
        .write(move |tx| second_factor::enrol(tx, &enrolling))
        .await
        .unwrap();
    let first = code(&enrolment.secret, cx.now().secs());
    let codes = house
        .write(move |tx| second_factor::confirm(tx, &cx, &first))
        .await
        .unwrap();
    house.later(60);
    (enrolment.secret, codes)
}

async fn half_done(house: &House) -> String {
    match house.try_password("ada@example.com", PASSWORD).await.unwrap() {
        Step::SecondFactor(pending) => pending,
        Step::SignedIn(_) => panic!("no second factor was asked for"),
    }
}

#[tokio::test]
async fn half_a_sign_in_opens_nothing_and_its_secret_changes_when_it_is_whole() {
    let house = House::open().await;
    let (secret, _) = switched_on(&house).await;
    let pending = half_done(&house).await;
    assert!(house.who_is(&pending).await.is_none());
    let session = house
        .try_code(&pending, &code(&secret, house.app.clock.now().secs()))
        .await
        .unwrap();
    assert_ne!(session, pending);
    assert!(house.who_is(&session).await.is_some());
    assert!(house.who_is(&pending).await.is_none());
}

#[tokio::test]
async fn a_code_serves_once() {
    let house = House::open().await;
    let (secret, _) = switched_on(&house).await;
    let now = code(&secret, house.app.clock.now().secs());
    let (first, second) = (half_done(&house).await, half_done(&house).await);
    house.try_code(&first, &now).await.unwrap();
    assert_eq!(
        house.try_code(&second, &now).await.unwrap_err().code(),
        "people.sign_in.code_wrong"
    );
    house.later(30);
    house
        .try_code(&second, &code(&secret, house.app.clock.now().secs()))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_recovery_code_serves_once_however_it_is_typed() {
    let house = House::open().await;
    let (_, codes) = switched_on(&house).await;
    assert_eq!(codes.len(), 10);
    let typed = codes[0].to_uppercase().replace('-', " ");
    house.try_code(&half_done(&house).await, &typed).await.unwrap();
    let again = house
        .try_code(&half_done(&house).await, &codes[0])
        .await
        .unwrap_err();
    assert_eq!(again.code(), "people.sign_in.code_wrong");
    house.try_code(&half_done(&house).await, &codes[1]).await.unwrap();
}

#[tokio::test]
async fn whoever_knows_the_password_cannot_try_codes_without_end() {
    let house = House::open().await;
    switched_on(&house).await;
    let mut kinds = Vec::new();
    for _ in 0..6 {
        let pending = half_done(&house).await;
        for _ in 0..3 {
            kinds.push(house.try_code(&pending, "000000").await.unwrap_err().kind());
        }
    }
    assert!(kinds.contains(&Kind::TooMany), "{kinds:?}");
    assert_eq!(kinds.last(), Some(&Kind::TooMany));
}

#[tokio::test]
async fn a_half_done_sign_in_ends_after_five_wrong_codes() {
    let house = House::open().await;
    let (secret, _) = switched_on(&house).await;
    let pending = half_done(&house).await;
    for _ in 0..5 {
        assert_eq!(
            house.try_code(&pending, "000000").await.unwrap_err().kind(),
            Kind::Invalid
        );
    }
    let late = house
        .try_code(&pending, &code(&secret, house.app.clock.now().secs()))
        .await
        .unwrap_err();
    assert_eq!(late.kind(), Kind::Unauthenticated);
}

#[tokio::test]
async fn a_colleague_without_the_right_cannot_switch_it_off_and_an_administrator_can() {
    let house = House::open().await;
    house.add("boss@example.com", "Boss", &["admin"]).await;
    house.add("lina@example.com", "李娜", &["technician"]).await;
    switched_on(&house).await;
    let ada = house.user("ada@example.com").await.id;
    let (lina, boss) = (
        house.cx("lina@example.com").await,
        house.cx("boss@example.com").await,
    );
    let refused = house
        .write(move |tx| second_factor::switch_off(tx, &lina, ada, ""))
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), Kind::Forbidden);
    house
        .write(move |tx| second_factor::switch_off(tx, &boss, ada, ""))
        .await
        .unwrap();
    assert!(matches!(
        house.try_password("ada@example.com", PASSWORD).await.unwrap(),
        Step::SignedIn(_)
    ));
}

//! API tokens: never more than their scopes, never more than their person.

use kernel::Scope;
use kernel::db::Tx;
use kernel::error::Kind;
use people::token;
use people::user::{Profile, changing};

use crate::house::{House, wrong};

#[tokio::test]
async fn a_token_has_the_rights_of_its_scopes_and_no_others() {
    let house = House::open().await;
    let token = house
        .token("ada@example.com", &["people.user.read", "people.role.*"])
        .await;
    let grants = house.whose_token(&token).await.unwrap().identity.grants.clone();
    let names: Vec<&str> = grants.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["people.role.manage", "people.role.read", "people.user.read"]
    );
}

#[tokio::test]
async fn a_token_loses_what_its_person_loses() {
    let house = House::open().await;
    let mara = house.add("mara@example.com", "Mara", &["manager"]).await;
    let token = house.token("mara@example.com", &["*"]).await;
    assert!(
        house
            .whose_token(&token)
            .await
            .unwrap()
            .identity
            .grants
            .contains_key("people.team.manage")
    );
    let ada = house.cx("ada@example.com").await;
    let profile = Profile {
        email: mara.email.clone(),
        name: mara.name.clone(),
        roles: vec!["technician".to_owned()],
        ..Profile::default()
    };
    house
        .write(move |tx| changing::change(tx, &ada, mara.id, &profile))
        .await
        .unwrap();
    let grants = house.whose_token(&token).await.unwrap().identity.grants.clone();
    assert!(!grants.contains_key("people.team.manage"));
    assert_eq!(grants.get("people.user.read"), Some(&Scope::All));
}

#[tokio::test]
async fn a_token_cannot_make_tokens() {
    let house = House::open().await;
    let token = house.token("ada@example.com", &["people.user.read"]).await;
    let mut cx = house.system();
    let identity = house.whose_token(&token).await.unwrap().identity;
    let user = identity.user;
    cx.actor = kernel::Actor::User(identity);
    let make = move |tx: &mut Tx<'_>| token::create(tx, &cx, user, "more", &["*".to_owned()], None);
    assert_eq!(
        house.write(make).await.unwrap_err().code(),
        "people.token.not_by_token"
    );
}

#[tokio::test]
async fn a_token_needs_a_name_known_scopes_and_an_end_that_is_not_over() {
    let house = House::open().await;
    let (cx, id) = (
        house.cx("ada@example.com").await,
        house.user("ada@example.com").await.id,
    );
    let (now, asking) = (cx.now(), cx.clone());
    let make = move |tx: &mut Tx<'_>| token::create(tx, &asking, id, " ", &["moon.*".to_owned()], Some(now));
    let fields = wrong(&house.write(make).await.unwrap_err());
    let names: Vec<&str> = fields.keys().map(String::as_str).collect();
    assert_eq!(names, ["expires_at", "name", "scopes"]);
    let none = move |tx: &mut Tx<'_>| token::create(tx, &cx, id, "x", &[], None);
    assert_eq!(
        wrong(&house.write(none).await.unwrap_err())["scopes"],
        "people.token.scopes_missing"
    );
}

#[tokio::test]
async fn a_token_ends_with_its_time_and_when_it_is_revoked() {
    let house = House::open().await;
    let (cx, id) = (
        house.cx("ada@example.com").await,
        house.user("ada@example.com").await.id,
    );
    let until = Some(cx.now().add_secs(3600));
    let making = cx.clone();
    let make = move |tx: &mut Tx<'_>| token::create(tx, &making, id, "x", &["*".to_owned()], until);
    let (_, short) = house.write(make).await.unwrap();
    house.later(3600);
    assert!(house.whose_token(&short).await.is_none());
    let making = cx.clone();
    let make = move |tx: &mut Tx<'_>| token::create(tx, &making, id, "y", &["*".to_owned()], None);
    let (which, long) = house.write(make).await.unwrap();
    assert!(house.whose_token(&long).await.is_some());
    house
        .write(move |tx| token::revoke(tx, &cx, which))
        .await
        .unwrap();
    assert!(house.whose_token(&long).await.is_none());
}

#[tokio::test]
async fn nobody_learns_of_or_ends_a_colleagues_token() {
    let house = House::open().await;
    house.add("lina@example.com", "李娜", &["technician"]).await;
    let (ada, id) = (
        house.cx("ada@example.com").await,
        house.user("ada@example.com").await.id,
    );
    let make = move |tx: &mut Tx<'_>| token::create(tx, &ada, id, "x", &["*".to_owned()], None);
    let (which, secret) = house.write(make).await.unwrap();
    let lina = house.cx("lina@example.com").await;
    let refused = house
        .write(move |tx| token::revoke(tx, &lina, which))
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), Kind::NotFound);
    assert!(house.whose_token(&secret).await.is_some());
}

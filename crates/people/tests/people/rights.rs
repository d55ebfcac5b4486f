//! Who may give which rights to whom.

use std::collections::BTreeMap;

use kernel::Scope;
use kernel::db::Tx;
use kernel::error::Kind;
use people::sign_in::password;
use people::user::{Profile, adding, changing};
use people::{role, team};

use crate::house::{House, wrong};

fn profile(email: &str, name: &str, roles: &[&str]) -> Profile {
    Profile {
        email: email.to_owned(),
        name: name.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        ..Profile::default()
    }
}

/// Somebody who keeps people, and is no administrator.
async fn with_clerk(house: &House) {
    let ada = house.cx("ada@example.com").await;
    let grants: BTreeMap<String, Scope> = ["people.user.read", "people.user.manage", "people.role.manage"]
        .map(|name| (name.to_owned(), Scope::All))
        .into();
    house
        .write(move |tx| role::add(tx, &ada, "clerk", "Clerk", &grants))
        .await
        .unwrap();
    house.add("cleo@example.com", "Cleo", &["clerk"]).await;
}

#[tokio::test]
async fn nobody_can_give_rights_they_lack() {
    let house = House::open().await;
    with_clerk(&house).await;
    let cleo = house.cx("cleo@example.com").await;
    let (adding_cx, new) = (cleo.clone(), profile("new@example.com", "New", &["admin"]));
    let refused = house
        .write(move |tx| adding::add(tx, &adding_cx, &new))
        .await
        .unwrap_err();
    assert_eq!(wrong(&refused)["roles"], "people.role.more_than_own");
    let unknown = house
        .read(|tx| people::user::store::find_by_email(tx, "new@example.com"))
        .await;
    assert!(unknown.is_none(), "a refused person must not be left behind");
    let grants: BTreeMap<String, Scope> = [("people.team.manage".to_owned(), Scope::All)].into();
    let refused = house
        .write(move |tx| role::add(tx, &cleo, "chief", "Chief", &grants))
        .await
        .unwrap_err();
    assert_eq!(wrong(&refused)["grants"], "people.role.more_than_own");
}

#[tokio::test]
async fn nobody_can_take_over_the_account_of_somebody_with_more_rights() {
    let house = House::open().await;
    with_clerk(&house).await;
    let (ada, cleo) = (
        house.user("ada@example.com").await.id,
        house.cx("cleo@example.com").await,
    );
    let taken = profile("cleo+ada@example.com", "Ada", &["admin"]);
    let cx = cleo.clone();
    let by_address = house
        .write(move |tx| changing::change(tx, &cx, ada, &taken).map(drop))
        .await
        .unwrap_err();
    let cx = cleo.clone();
    let by_link = house
        .write(move |tx| password::new_reset_for(tx, &cx, ada))
        .await
        .unwrap_err();
    let cx = cleo.clone();
    let by_token = move |tx: &mut Tx<'_>| people::token::create(tx, &cx, ada, "x", &["*".to_owned()], None);
    let by_token = house.write(by_token).await.unwrap_err();
    let by_absence = house
        .write(move |tx| changing::deactivate(tx, &cleo, ada))
        .await
        .unwrap_err();
    for refused in [by_address, by_link, by_token, by_absence] {
        assert_eq!(
            (refused.kind(), refused.code()),
            (Kind::Forbidden, "people.user.more_rights_than_you")
        );
    }
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let house = House::open().await;
    let ada = house.cx("ada@example.com").await;
    let id = ada.user_id().unwrap();
    let (cx, without) = (ada.clone(), profile("ada@example.com", "Ada", &["manager"]));
    let refused = house
        .write(move |tx| changing::change(tx, &cx, id, &without))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "people.user.last_admin");
    let cx = ada.clone();
    assert_eq!(
        house
            .write(move |tx| changing::deactivate(tx, &cx, id))
            .await
            .unwrap_err()
            .code(),
        "people.user.not_yourself"
    );
    // The house itself (a command) must not empty the chair either.
    let system = house.system();
    let refused = house
        .write(move |tx| changing::deactivate(tx, &system, id))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "people.user.last_admin");
    let second = house.add("boss@example.com", "Boss", &["admin"]).await;
    let boss = house.cx("boss@example.com").await;
    house
        .write(move |tx| changing::deactivate(tx, &boss, id))
        .await
        .unwrap();
    assert!(house.user("boss@example.com").await.active && second.active);
}

#[tokio::test]
async fn the_widest_scope_of_all_roles_counts() {
    let house = House::open().await;
    let ada = house.cx("ada@example.com").await;
    let grants: BTreeMap<String, Scope> = [("people.shift.manage".to_owned(), Scope::All)].into();
    house
        .write(move |tx| role::add(tx, &ada, "planner", "Planner", &grants))
        .await
        .unwrap();
    house
        .add("lina@example.com", "李娜", &["technician", "planner"])
        .await;
    let cx = house.cx("lina@example.com").await;
    assert_eq!(cx.may("people.shift.manage"), Some(Scope::All));
    assert_eq!(cx.may("people.user.read"), Some(Scope::All));
    assert_eq!(cx.may("people.user.manage"), None);
}

#[tokio::test]
async fn whoever_has_a_removed_role_loses_its_rights() {
    let house = House::open().await;
    with_clerk(&house).await;
    assert!(
        house
            .cx("cleo@example.com")
            .await
            .may("people.user.manage")
            .is_some()
    );
    let ada = house.cx("ada@example.com").await;
    house
        .write(move |tx| role::remove(tx, &ada, "clerk"))
        .await
        .unwrap();
    assert!(
        house
            .cx("cleo@example.com")
            .await
            .may("people.user.manage")
            .is_none()
    );
}

#[tokio::test]
async fn built_in_roles_cannot_be_changed_or_removed() {
    let house = House::open().await;
    let ada = house.cx("ada@example.com").await;
    let cx = ada.clone();
    let saved = house
        .write(move |tx| role::save(tx, &cx, "requester", "x", &BTreeMap::new()))
        .await
        .unwrap_err();
    let cx = ada.clone();
    let removed = house
        .write(move |tx| role::remove(tx, &cx, "admin"))
        .await
        .unwrap_err();
    let added = house
        .write(move |tx| role::add(tx, &ada, "admin", "x", &BTreeMap::new()))
        .await
        .unwrap_err();
    assert_eq!((saved.kind(), removed.kind()), (Kind::NotFound, Kind::NotFound));
    assert_eq!(wrong(&added)["name"], "people.role.name_malformed");
}

#[tokio::test]
async fn the_same_address_is_one_person_however_it_is_written() {
    let house = House::open().await;
    let ada = house.cx("ada@example.com").await;
    let twin = profile(" ADA@Example.com", "Other", &[]);
    let refused = house
        .write(move |tx| adding::add(tx, &ada, &twin))
        .await
        .unwrap_err();
    assert_eq!(wrong(&refused)["email"], "people.user.email_taken");
    let cx = house.system();
    let write = move |tx: &mut Tx<'_>| {
        let first = adding::find_or_add_requester(tx, &cx, "Wang.Fang@example.com", "王芳")?;
        let second = adding::find_or_add_requester(tx, &cx, "wang.fang@EXAMPLE.com", "Somebody")?;
        Ok((first.id == second.id, second.name))
    };
    assert_eq!(house.write(write).await.unwrap(), (true, "王芳".to_owned()));
}

#[tokio::test]
async fn changes_of_roles_and_teams_are_in_the_log_and_names_only_in_its_personal_part() {
    let house = House::open().await;
    let cx = house.system();
    let new = team::NewTeam {
        name: "Service desk".to_owned(),
        tier: 1,
        ..team::NewTeam::default()
    };
    let team = house.write(move |tx| team::add(tx, &cx, &new)).await.unwrap();
    let lina = house.add("lina@example.com", "李娜", &["requester"]).await;
    let ada = house.cx("ada@example.com").await;
    let mut changed = profile("lina@example.com", "李娜", &["technician"]);
    changed.teams = vec![team.id];
    house
        .write(move |tx| changing::change(tx, &ada, lina.id, &changed))
        .await
        .unwrap();
    let kinds = house.log_of(lina.id).await;
    let after = &kinds[kinds.len() - 3..];
    assert_eq!(
        after,
        ["people.user.roles", "people.user.teams", "people.user.changed"]
    );
    let subject = format!("user:{}", lina.id);
    let events = house
        .read(move |tx| kernel::event::of_subject(tx, &subject, 0, 100))
        .await;
    let added = events
        .iter()
        .find(|event| event.kind == people::events::USER_ADDED)
        .unwrap();
    assert!(added.data["name"].is_null() && added.data["email"].is_null());
}

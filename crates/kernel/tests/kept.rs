//! Links, keys, and settings.

mod house;

use house::House;
use kernel::{event, link, secret, setting};

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_read_from_both_ends_and_made_once() {
    let house = House::open().await;
    let cx = house.cx.clone();
    let outcomes = house
        .db()
        .write(move |tx| {
            let first = link::add(tx, &cx, "ticket:1", "ticket:2", "duplicate_of")?;
            let again = link::add(tx, &cx, "ticket:1", "ticket:2", "duplicate_of")?;
            Ok((first, again))
        })
        .await
        .unwrap();
    assert_eq!(outcomes, (true, false));
    let (from, to) = house
        .db()
        .read(|tx| Ok((link::of(tx, "ticket:1", 10)?, link::of(tx, "ticket:2", 10)?)))
        .await
        .unwrap();
    assert_eq!(from, to);
    assert_eq!(
        (from.len(), from[0].to.as_str(), from[0].kind.as_str()),
        (1, "ticket:2", "duplicate_of")
    );
    let cx = house.cx.clone();
    let removed = house
        .db()
        .write(move |tx| link::remove(tx, &cx, "ticket:1", "ticket:2", "duplicate_of"))
        .await;
    assert!(removed.unwrap());
    let history = house
        .db()
        .read(|tx| event::of_subject(tx, "ticket:1", 0, 10))
        .await
        .unwrap();
    let kinds: Vec<&str> = history.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["kernel.link.added", "kernel.link.removed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_made_once_and_is_the_same_on_every_node() {
    let house = House::open().await;
    let other = house.second_node().await;
    let (one, two) = (house.cx.clone(), house.cx.clone());
    let (here, there) = tokio::join!(
        house.db().write(move |tx| secret::get(tx, &one, "test.key")),
        other.db.write(move |tx| secret::get(tx, &two, "test.key"))
    );
    let here = here.unwrap();
    assert_eq!(here, there.unwrap());
    assert_ne!(here, [0; 32]);
    let cx = house.cx.clone();
    let different = house
        .db()
        .write(move |tx| secret::get(tx, &cx, "test.other"))
        .await
        .unwrap();
    assert_ne!(here, different);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_keeps_its_value_and_its_change_is_an_event() {
    let house = House::open().await;
    let unset = house
        .db()
        .read(|tx| setting::get::<i64>(tx, "test.days"))
        .await
        .unwrap();
    assert_eq!(unset, None);
    let cx = house.cx.clone();
    let change = move |tx: &mut kernel::db::Tx<'_>| {
        setting::put(tx, &cx, "test.days", &7)?;
        setting::put(tx, &cx, "test.days", &7)?;
        setting::put(tx, &cx, "test.days", &9)
    };
    house.db().write(change).await.unwrap();
    let days = house
        .db()
        .read(|tx| setting::get::<i64>(tx, "test.days"))
        .await
        .unwrap();
    assert_eq!(days, Some(9));
    let history = house
        .db()
        .read(|tx| event::of_subject(tx, "setting:test.days", 0, 10))
        .await
        .unwrap();
    assert_eq!(history.len(), 2, "setting the same value again changes nothing");
    let wrong = house.db().read(|tx| setting::get::<bool>(tx, "test.days")).await;
    assert!(
        wrong.is_err(),
        "a value that does not fit its type is not passed over"
    );
    let cx = house.cx.clone();
    house
        .db()
        .write(move |tx| setting::clear(tx, &cx, "test.days"))
        .await
        .unwrap();
    assert_eq!(
        house
            .db()
            .read(|tx| setting::get::<i64>(tx, "test.days"))
            .await
            .unwrap(),
        None
    );
}

//! The event log: what is written is read back, in order, and nothing is stepped over.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod house;

use std::sync::{Mutex, mpsc};

use house::{House, new_event, support::on_postgres};
use kernel::Cx;
use kernel::db::{Db, Tx};
use kernel::event::{self, Cursor, Event};

/// A transaction that has written an event and stays open until it is told to end.
struct OpenTransaction {
    go_on: mpsc::Sender<()>,
    ended: tokio::task::JoinHandle<kernel::Result<()>>,
}

impl OpenTransaction {
    async fn begin(db: &Db, cx: &Cx, text: &'static str) -> Self {
        let (began, has_begun) = mpsc::channel();
        let (go_on, may_go_on) = mpsc::channel::<()>();
        let may_go_on = Mutex::new(may_go_on);
        let (db, cx) = (db.clone(), cx.clone());
        let write = move |tx: &mut Tx<'_>| {
            event::append(tx, &cx, new_event(text))?;
            began.send(()).unwrap();
            may_go_on.lock().unwrap().recv().unwrap();
            Ok(())
        };
        let ended = tokio::spawn(async move { db.write(write).await });
        tokio::task::spawn_blocking(move || has_begun.recv().unwrap())
            .await
            .unwrap();
        Self { go_on, ended }
    }

    async fn end(self) {
        self.go_on.send(()).unwrap();
        self.ended.await.unwrap().unwrap();
    }
}

fn texts(events: &[Event]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event.data["text"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_read_back_with_who_when_and_how() {
    let house = House::open().await;
    let seq = house.append("a").await;
    house.append("b").await;
    let events = house
        .db()
        .read(|tx| event::of_subject(tx, "thing:a", 0, 10))
        .await
        .unwrap();
    let [event] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(
        (event.seq, event.at, event.actor.as_str()),
        (seq, house.cx.now(), "system:test")
    );
    assert_eq!(
        (event.via.as_str(), event.kind.as_str()),
        ("job", "test.happened")
    );
    assert_eq!(event.personal.as_ref().unwrap()["words"], "words of a");
    let none = house
        .db()
        .read(move |tx| event::of_subject(tx, "thing:a", seq, 10))
        .await
        .unwrap();
    assert!(none.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_a_failed_transaction_never_happened() {
    let house = House::open().await;
    let cx = house.cx.clone();
    let failed = house
        .db()
        .write(move |tx| {
            event::append(tx, &cx, new_event("lost"))?;
            Err::<(), _>(kernel::Error::conflict("test.changed_my_mind"))
        })
        .await;
    assert!(failed.is_err());
    house.append("kept").await;
    let events = house.read_after(Cursor::START, 10).await;
    assert_eq!(texts(&events), ["kept"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_goes_on_where_its_cursor_stands() {
    let house = House::open().await;
    for text in ["a", "b", "c"] {
        house.append(text).await;
    }
    let first = house.read_after(Cursor::START, 2).await;
    assert_eq!(texts(&first), ["a", "b"]);
    let cursor: Cursor = first[1].cursor().to_string().parse().unwrap();
    let rest = house.read_after(cursor, 2).await;
    assert_eq!(texts(&rest), ["c"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_after_the_tail_is_what_happens_from_now_on() {
    let house = House::open().await;
    house.append("before").await;
    let tail = house.read_all(event::tail).await;
    house.append("after").await;
    let events = house.read_after(tail, 10).await;
    assert_eq!(texts(&events), ["after"]);
}

/// On SQLite the one writer makes this impossible to build; there is nothing to see.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_still_open_is_never_stepped_over() {
    if !on_postgres() {
        return;
    }
    let house = House::open().await;
    let slow = OpenTransaction::begin(house.db(), &house.cx, "slow").await;
    house.append("quick").await;

    let early = house
        .db()
        .read(|tx| event::read_after(tx, Cursor::START, 10))
        .await
        .unwrap();
    assert!(house.db().read(event::is_held_back).await.unwrap());
    assert!(
        early.is_empty(),
        "a reader went past the open transaction: {early:?}"
    );
    let cursor = early.last().map_or(Cursor::START, Event::cursor);
    // The sealer must not go past it either.
    assert_eq!(event::seal::seal(house.db(), &house.cx).await.unwrap(), 0);

    slow.end().await;
    let both = house.read_after(cursor, 10).await;
    assert_eq!(texts(&both), ["slow", "quick"]);
    assert_eq!(event::seal::seal(house.db(), &house.cx).await.unwrap(), 1);
    let report = event::seal::verify(house.db()).await.unwrap();
    assert_eq!((report.events, report.unsealed), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_transaction_of_another_database_on_the_server_holds_nobody_back() {
    if !on_postgres() {
        return;
    }
    let (house, elsewhere) = (House::open().await, House::open().await);
    let long = OpenTransaction::begin(elsewhere.db(), &house.cx, "long").await;
    house.append("quick").await;
    assert_eq!(texts(&house.read_after(Cursor::START, 10).await), ["quick"]);
    assert_eq!(event::seal::seal(house.db(), &house.cx).await.unwrap(), 1);
    long.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_which_some_transaction_is_always_open_is_sealed_by_and_by() {
    if !on_postgres() {
        return;
    }
    let house = House::open().await;
    let first = OpenTransaction::begin(house.db(), &house.cx, "first").await;
    house.append("a").await;
    assert_eq!(event::seal::seal(house.db(), &house.cx).await.unwrap(), 0);
    let second = OpenTransaction::begin(house.db(), &house.cx, "second").await;
    first.end().await;
    assert_eq!(event::seal::seal(house.db(), &house.cx).await.unwrap(), 1);
    let report = event::seal::verify(house.db()).await.unwrap();
    assert_eq!(
        (report.events, report.unsealed),
        (2, 0),
        "first and a, not the open second"
    );
    second.end().await;
    event::seal::seal(house.db(), &house.cx).await.unwrap();
    let report = event::seal::verify(house.db()).await.unwrap();
    assert!(report.is_sound() && report.events == 3, "{report:?}");
}

//! The index follows the database: by events, by a rebuild, and after the database went back in time.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod house;

use house::House;
use kernel::db::{Tx, params};
use kernel::event::Event;
use kernel::search::{Document, Feeder, SearchQuery, Source};
use kernel::{Kernel, Result, Timestamp};

/// Notes are documents named by their text; an event touches the note it tells of.
fn feeder() -> Feeder {
    Feeder::new(vec![Source {
        kind: "note",
        touched,
        load,
        list,
    }])
}

fn touched(event: &Event) -> Vec<String> {
    event.data["text"]
        .as_str()
        .map(str::to_owned)
        .into_iter()
        .collect()
}

fn load(tx: &mut Tx<'_>, keys: &[String]) -> Result<Vec<Document>> {
    let mut documents = Vec::new();
    for key in keys {
        let sql = "SELECT text FROM t_note WHERE text = $1";
        if let Some(text) = tx.query_opt(sql, params![key], |row| row.get::<String>("text"))? {
            documents.push(Document {
                kind: "note".to_owned(),
                key: text.clone(),
                title: format!("note {text}"),
                rights: vec!["all".to_owned()],
                time: Timestamp::from_millis(0),
                ..Document::default()
            });
        }
    }
    Ok(documents)
}

fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<String>> {
    let sql = "SELECT text FROM t_note WHERE text > $1 ORDER BY text LIMIT $2";
    tx.query(sql, params![after, limit], |row| row.get("text"))
}

async fn found(kernel: &Kernel) -> Vec<String> {
    let query = SearchQuery {
        text: "note".to_owned(),
        kinds: Vec::new(),
        rights: vec!["all".to_owned()],
        limit: 10,
    };
    let mut keys: Vec<String> = kernel
        .search
        .query(query)
        .await
        .unwrap()
        .into_iter()
        .map(|hit| hit.key)
        .collect();
    keys.sort();
    keys
}

/// Takes in all that was written; on PostgreSQL another test's transaction may hold the log back for a moment.
async fn catch_up(house: &House) {
    house.read_all(|_| Ok(())).await;
    feeder().catch_up(&house.kernel).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_was_never_fed_begins_with_everything_there_is() {
    let house = House::open().await;
    house
        .execute("INSERT INTO t_note (text) VALUES ('apple'), ('pear')")
        .await;
    catch_up(&house).await;
    assert_eq!(found(&house.kernel).await, ["apple", "pear"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_event_touches_appears_changes_and_goes() {
    let house = House::open().await;
    catch_up(&house).await;
    house.execute("INSERT INTO t_note (text) VALUES ('apple')").await;
    house.append("apple").await;
    catch_up(&house).await;
    assert_eq!(found(&house.kernel).await, ["apple"]);
    house.execute("DELETE FROM t_note").await;
    house.append("apple").await;
    catch_up(&house).await;
    assert!(found(&house.kernel).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_shows_what_no_event_told_of() {
    let house = House::open().await;
    catch_up(&house).await;
    house
        .execute("INSERT INTO t_note (text) VALUES ('apple'), ('pear')")
        .await;
    catch_up(&house).await;
    assert!(found(&house.kernel).await.is_empty(), "no event, no document");
    assert_eq!(feeder().rebuild(&house.kernel).await.unwrap(), 2);
    assert_eq!(found(&house.kernel).await, ["apple", "pear"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_node_has_an_index_of_its_own() {
    let house = House::open().await;
    let second = house.second_node().await;
    house.execute("INSERT INTO t_note (text) VALUES ('apple')").await;
    house.append("apple").await;
    catch_up(&house).await;
    assert!(found(&second).await.is_empty());
    feeder().catch_up(&second).await.unwrap();
    assert_eq!(found(&second).await, ["apple"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_running_feeder_hears_of_a_change_and_ends_when_asked() {
    let house = House::open().await;
    let (kernel, running) = (house.kernel.clone(), feeder());
    let task = tokio::spawn(async move { running.run(&kernel).await });
    house.execute("INSERT INTO t_note (text) VALUES ('apple')").await;
    house.append("apple").await;
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
    while found(&house.kernel).await.is_empty() {
        assert!(
            tokio::time::Instant::now() < deadline,
            "the change never became visible"
        );
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    house.kernel.stop.stop();
    tokio::time::timeout(std::time::Duration::from_secs(5), task)
        .await
        .unwrap()
        .unwrap();
}

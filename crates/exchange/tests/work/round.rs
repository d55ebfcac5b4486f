//! Out and in again: nothing differs, whichever database it comes from and goes to, also while it is written to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use exchange::Secrets;
use kernel::event::seal;
use kernel::search::SearchQuery;
use server::house::{Purpose, program};
use testkit::{Database, TestApp};

use crate::house::{NOW, Place, department, every_file, manifest};

/// The record is untouched, every clock is what its history says, and words are found.
async fn is_sound(place: &Place) {
    let house = place.house().await;
    let record = seal::verify(&house.kernel.db).await.unwrap();
    assert!(record.is_sound() && record.blocks > 0, "{:?}", record.problems);
    let clocks = desk::service_level::replay_all(&house.kernel.db).await.unwrap();
    assert!(clocks.tickets > 0 && clocks.differing == 0, "{clocks:?}");
    assert!(web::indexing::rebuild(&house.app).await.unwrap() > 0);
    let title: String = house
        .kernel
        .db
        .read(|tx| {
            tx.query_one(
                "SELECT title FROM desk_ticket ORDER BY number LIMIT 1",
                &[],
                |row| row.get("title"),
            )
        })
        .await
        .unwrap();
    let query = SearchQuery {
        text: title.clone(),
        kinds: vec!["ticket".to_owned()],
        rights: house.app.search_rights(&house.kernel.cx_command()),
        limit: 10,
        ..SearchQuery::default()
    };
    assert!(
        !house.kernel.search.query(query).await.unwrap().is_empty(),
        "nothing is found by {title}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn round_the_databases_and_back_nothing_differs() {
    let first = department(Database::Sqlite, 30).await;
    let (second, third) = (Place::on(Database::Postgres), Place::on(Database::Sqlite));
    let made = first.export("one", Secrets::Included).await;
    assert_eq!(made.manifest, manifest(&first.path("one")));
    assert_eq!(made.manifest.missing_count, 0);
    assert!(made.manifest.tables.iter().all(|table| table.checksum.is_some()));
    let sums = first.sums().await;

    let into_postgres = second.read_back(&first.path("one")).await;
    assert_eq!(into_postgres.tables, sums);
    assert_eq!(into_postgres.files, made.manifest.files);
    assert_eq!(second.sums().await, sums);

    let again = second.export("two", Secrets::Included).await;
    assert_eq!(
        (
            again.manifest.database.as_str(),
            again.manifest.files,
            &again.manifest.seal
        ),
        ("postgres", made.manifest.files, &made.manifest.seal)
    );
    third.read_back(&second.path("two")).await;
    assert_eq!(third.sums().await, sums);
    let stored = |place: &Place| every_file(&place.path("data/files"));
    assert_eq!(stored(&third), stored(&second));
    // What nobody names stays where it was.
    assert_eq!(stored(&third).len() + 1, stored(&first).len());
    for place in [&second, &third] {
        assert!(!place.path("work").exists(), "the copy is gone");
        is_sound(place).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_without_secrets_is_read_back_and_everybody_needs_a_new_password() {
    let first = department(Database::Sqlite, 10).await;
    let made = first.export("one", Secrets::LeftOut).await;
    for place in [Place::on(Database::Postgres), Place::on(Database::Sqlite)] {
        place.read_back(&first.path("one")).await;
        is_sound(&place).await;
        let house = place.house().await;
        let people: (i64, i64) = house
            .kernel
            .db
            .read(|tx| {
                tx.query_one(
                    "SELECT COUNT(*) AS n, COUNT(password_hash) AS m FROM people_user",
                    &[],
                    |row| Ok((row.get("n")?, row.get("m")?)),
                )
            })
            .await
            .unwrap();
        assert!(people.0 > 10 && people.1 == 0, "{people:?}");
        let left: Vec<&str> = made
            .manifest
            .left_out
            .iter()
            .map(|left| left.table.as_str())
            .collect();
        let sums = place.sums().await;
        for sum in first
            .sums()
            .await
            .iter()
            .filter(|sum| !left.contains(&sum.name.as_str()))
        {
            // Opening the house made its keys and woke nobody.
            assert!(
                sums.contains(sum) || sum.name.starts_with("kernel_"),
                "{}",
                sum.name
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_export_while_it_is_written_to_is_one_moment_of_it() {
    let app = Arc::new(TestApp::open().await);
    let before = app.li_na_cannot_print().await;
    app.amy_notes_a_secret(before.number).await;
    let over = Arc::new(AtomicBool::new(false));
    let writing = {
        let (app, over) = (Arc::clone(&app), Arc::clone(&over));
        tokio::spawn(async move {
            let mut count = 0;
            while !over.load(Ordering::SeqCst) {
                app.reported(&app.cast.bruno.clone(), &format!("jam {count}"))
                    .await;
                count += 1;
            }
            count
        })
    };
    let (place, mut last) = (Place::on(Database::Sqlite), 0);
    for round in 0..2 {
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        let known = app.reported(&app.cast.amy.clone(), "seen before").await;
        let kernel = &app.house.kernel;
        let export = place.path(&format!("export-{round}"));
        let program = program();
        let made = exchange::export(
            &kernel.db,
            &kernel.files,
            &program,
            NOW,
            &export,
            Secrets::Included,
        );
        let made = made.await.unwrap();
        let tickets = made
            .manifest
            .nested
            .iter()
            .find(|part| part.file == "tickets.jsonl")
            .unwrap()
            .rows;
        assert!(
            tickets > last,
            "{tickets} tickets after {last}: nothing was written meanwhile"
        );
        last = tickets;
        let copy = Place::on(Database::Sqlite);
        copy.read_back(&export).await;
        let house = copy.house().await;
        let cx = house.kernel.cx_command();
        let seen = house
            .kernel
            .db
            .read(move |tx| desk::ticket::load(tx, &cx, known.number));
        assert_eq!(seen.await.unwrap().ticket.title, "seen before");
        let clocks = desk::service_level::replay_all(&house.kernel.db).await.unwrap();
        assert_eq!(clocks.differing, 0);
    }
    over.store(true, Ordering::SeqCst);
    assert!(writing.await.unwrap() > 2, "nothing was written meanwhile");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_an_empty_place_is_read_into_or_written_to() {
    let first = department(Database::Sqlite, 3).await;
    first.export("one", Secrets::Included).await;
    let before = first.sums().await;
    let checked = exchange::check(&first.path("one"), &program()).await.unwrap();
    let refused = first.load(&checked).await.unwrap_err();
    assert_eq!(refused.code(), "kernel.backup.target_not_empty");
    assert_eq!(first.sums().await, before);

    let db = first.open(Purpose::Using).await;
    let (files, place) = (first.files(), first.path("one"));
    let refused = exchange::export(&db, &files, &program(), NOW, &place, Secrets::Included)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "exchange.place_taken");
    exchange::check(&place, &program()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_are_gone_or_damaged_are_named_and_the_rest_is_there() {
    let first = department(Database::Sqlite, 3).await;
    let stored = every_file(&first.path("data/files"));
    let jam = stored
        .iter()
        .find(|(_, content)| content == b"PAPER JAM 49.4C02")
        .unwrap();
    std::fs::write(first.path("data/files").join(&jam.0), "something else").unwrap();
    let made = first.export("damaged", Secrets::Included).await;
    let hash = jam.0.rsplit('/').next().unwrap().to_owned();
    assert_eq!(
        (made.manifest.missing.clone(), made.manifest.missing_count),
        (vec![hash.clone()], 1)
    );
    std::fs::remove_file(first.path("data/files").join(&jam.0)).unwrap();
    let made = first.export("gone", Secrets::Included).await;
    assert_eq!(made.manifest.missing, [hash]);
    let second = Place::on(Database::Sqlite);
    second.read_back(&first.path("gone")).await;
    assert_eq!(second.sums().await, first.sums().await);
}

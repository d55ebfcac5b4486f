//! The seals: whatever is changed in the past is found, and erasing a person is not a change.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod house;

use house::House;
use kernel::event;
use kernel::event::seal::{self, Problem, Report};

async fn sealed_house() -> House {
    let house = House::open().await;
    for text in ["a", "b", "c"] {
        house.append(text).await;
    }
    assert_eq!(seal::seal(house.db(), &house.cx).await.unwrap(), 1);
    for text in ["d", "e"] {
        house.append(text).await;
    }
    assert_eq!(seal::seal(house.db(), &house.cx).await.unwrap(), 1);
    house
}

async fn problems(house: &House) -> Vec<Problem> {
    seal::verify(house.db()).await.unwrap().problems
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untouched_log_is_sound() {
    let house = sealed_house().await;
    house.append("f").await;
    let report: Report = seal::verify(house.db()).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.problems);
    assert_eq!((report.blocks, report.events, report.unsealed), (2, 5, 1));
    let head = house.db().read(seal::head).await.unwrap().unwrap();
    assert_eq!(report.head, Some((head.block, head.hash)));
}

#[tokio::test(flavor = "multi_thread")]
async fn sealing_twice_seals_nothing_new() {
    let house = sealed_house().await;
    assert_eq!(seal::seal(house.db(), &house.cx).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_log_is_sealed_in_several_blocks() {
    let house = House::open().await;
    let cx = house.cx.clone();
    let many = move |tx: &mut kernel::db::Tx<'_>| {
        for number in 0..2_500 {
            event::append(tx, &cx, house::new_event(&number.to_string()))?;
        }
        Ok(())
    };
    house.db().write(many).await.unwrap();
    assert_eq!(seal::seal(house.db(), &house.cx).await.unwrap(), 3);
    let report = seal::verify(house.db()).await.unwrap();
    assert!(report.is_sound() && report.events == 2_500, "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_event_is_found_whichever_field_it_is() {
    for sql in [
        "UPDATE kernel_event SET data = '{\"text\":\"z\"}' WHERE subject = 'thing:b'",
        "UPDATE kernel_event SET at = at + 1 WHERE subject = 'thing:b'",
        "UPDATE kernel_event SET actor = 'user:somebody' WHERE subject = 'thing:b'",
        "UPDATE kernel_event SET personal_hash = NULL WHERE subject = 'thing:b'",
        "UPDATE kernel_event SET subject = 'thing:y' WHERE subject = 'thing:b'",
    ] {
        let house = sealed_house().await;
        assert_eq!(house.execute(sql).await, 1);
        let found = problems(&house).await;
        assert!(
            matches!(found[0], Problem::ContentDiffers { block: 1, .. }),
            "{sql}: {found:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_event_is_found() {
    let house = sealed_house().await;
    house.execute("DELETE FROM kernel_event_personal").await;
    house
        .execute("DELETE FROM kernel_event WHERE subject = 'thing:d'")
        .await;
    let found = problems(&house).await;
    assert!(
        matches!(
            found[..],
            [Problem::CountDiffers {
                block: 2,
                sealed: 2,
                found: 1,
                ..
            }]
        ),
        "{found:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inserted_event_is_found() {
    let house = sealed_house().await;
    house.execute("DELETE FROM kernel_event_personal").await;
    house
        .execute("DELETE FROM kernel_event WHERE subject = 'thing:b'")
        .await;
    house
        .execute(
            "INSERT INTO kernel_event (seq, at, actor, via, request, subject, kind, data)
             SELECT seq + 1, at, actor, via, request, 'thing:forged', kind, data FROM kernel_event WHERE subject = 'thing:a'",
        )
        .await;
    let found = problems(&house).await;
    assert!(
        matches!(found[..], [Problem::ContentDiffers { block: 1, .. }]),
        "{found:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_or_rewritten_block_is_found() {
    let house = sealed_house().await;
    house.execute("DELETE FROM kernel_seal WHERE block = 1").await;
    assert_eq!(problems(&house).await[0], Problem::BlockMissing { block: 1 });

    let house = sealed_house().await;
    house
        .execute("UPDATE kernel_seal SET hash = previous WHERE block = 1")
        .await;
    let found = problems(&house).await;
    assert!(found.contains(&Problem::ChainBroken { block: 2 }), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_tail_is_found() {
    let house = sealed_house().await;
    house.execute("DELETE FROM kernel_seal WHERE block = 2").await;
    let found = problems(&house).await;
    assert!(matches!(found[0], Problem::SealsCut { .. }), "{found:?}");
    house.execute("DELETE FROM kernel_event_personal").await;
    house
        .execute("DELETE FROM kernel_event WHERE subject IN ('thing:d', 'thing:e')")
        .await;
    let found = problems(&house).await;
    assert!(
        found
            .iter()
            .any(|problem| matches!(problem, Problem::EventsCut { .. })),
        "{found:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_sealed_anew_does_not_match_the_seal_kept_outside() {
    let house = sealed_house().await;
    let kept = house
        .db()
        .read(seal::head)
        .await
        .unwrap()
        .map(|seal| (seal.block, seal.hash));
    assert!(
        seal::verify_against(house.db(), kept.clone())
            .await
            .unwrap()
            .is_sound()
    );

    house
        .execute("UPDATE kernel_event SET actor = 'user:scapegoat' WHERE subject = 'thing:b'")
        .await;
    house.execute("DELETE FROM kernel_seal").await;
    seal::seal(house.db(), &house.cx).await.unwrap();
    assert!(
        seal::verify(house.db()).await.unwrap().is_sound(),
        "without the kept seal it cannot be seen"
    );
    let block = kept.as_ref().unwrap().0;
    let found = seal::verify_against(house.db(), kept).await.unwrap().problems;
    assert_eq!(found, [Problem::NotTheSameHistory { block }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn erased_personal_data_leaves_the_seals_valid() {
    let house = sealed_house().await;
    let cx = house.cx.clone();
    let erased = house
        .db()
        .write(move |tx| event::erase_personal(tx, &cx, "thing:b"))
        .await
        .unwrap();
    assert_eq!(erased, 1);
    let events = house
        .db()
        .read(|tx| event::of_subject(tx, "thing:b", 0, 10))
        .await
        .unwrap();
    assert_eq!(events[0].personal, None);
    assert_eq!(events[1].kind, "kernel.event.personal_erased");
    let kept = house
        .db()
        .read(|tx| event::of_subject(tx, "thing:a", 0, 10))
        .await
        .unwrap();
    assert!(kept[0].personal.is_some(), "another's personal part went too");
    assert_eq!(problems(&house).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_actor_said_is_erased_with_the_actor() {
    let house = sealed_house().await;
    let cx = house.cx.clone();
    let erased = house
        .db()
        .write(move |tx| event::erase_personal(tx, &cx, "system:test"))
        .await
        .unwrap();
    assert_eq!(erased, 5);
    assert_eq!(problems(&house).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn altered_personal_data_is_found() {
    let house = sealed_house().await;
    house
        .execute("UPDATE kernel_event_personal SET data = '{\"words\":\"other\"}' WHERE seq = 3")
        .await;
    assert_eq!(problems(&house).await, [Problem::PersonalDiffers { seq: 3 }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_that_seal_at_once_make_one_chain() {
    let house = House::open().await;
    let other = house.second_node().await;
    for round in 0..5 {
        house.append(&round.to_string()).await;
        let (one, two) = tokio::join!(
            seal::seal(house.db(), &house.cx),
            seal::seal(&other.db, &house.cx)
        );
        assert!(one.unwrap() + two.unwrap() <= 1);
    }
    seal::seal(house.db(), &house.cx).await.unwrap();
    let report = seal::verify(house.db()).await.unwrap();
    assert!(report.is_sound() && report.unsealed == 0, "{report:?}");
}

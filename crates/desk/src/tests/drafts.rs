//! Drafts: one's own, kept until they are sent, whatever others do.

use crate::fixture::Desk;
use crate::ticket::drafting::{Fields, Window, save_draft_from};
use crate::ticket::{Note, draft, form_draft, note, save_form_draft, store};

fn window(name: &str, read_at: Option<i64>) -> Window {
    Window {
        name: name.to_owned(),
        read_at: read_at.map(kernel::time::Timestamp::from_millis),
    }
}

#[tokio::test]
async fn a_draft_is_its_writers_alone_and_outlives_what_others_do() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let (bob, manager) = (desk.bob.cx(), desk.manager.cx());
    let (bobs, managers, marked) = desk
        .write(move |tx| {
            save_draft_from(tx, &bob, number, ("Half a sent", false), &window("a", Some(0)))?;
            let words = Note {
                body: "Somebody else was here".to_owned(),
                ..Note::default()
            };
            note(tx, &manager, number, words)?;
            let marked = store::drafted(tx, bob.user_id().unwrap(), &[number, number + 1])?;
            Ok((draft(tx, &bob, number)?, draft(tx, &manager, number)?, marked))
        })
        .await
        .unwrap();
    assert_eq!(bobs.unwrap().body, "Half a sent");
    assert!(managers.is_none());
    assert_eq!(marked, [number]);
}

#[tokio::test]
async fn the_window_that_replaces_anothers_text_is_told_and_no_other() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let bob = desk.bob.cx();
    let clock = desk.clock.clone();
    let replaced = desk
        .write(move |tx| {
            let mut told = Vec::new();
            let type_in = |tx: &mut kernel::db::Tx<'_>, text: &str, from: Window| {
                clock.advance_millis(1_000);
                save_draft_from(tx, &bob, number, (text, false), &from).map(|kept| kept.replaced)
            };
            told.push(type_in(tx, "one", window("a", Some(0)))?);
            // The answer to the first was lost on the way: still the same window.
            told.push(type_in(tx, "one two", window("a", Some(0)))?);
            told.push(type_in(tx, "something else", window("b", Some(0)))?);
            // A window that was opened on that draft goes on with it.
            let at = store::draft(tx, bob.user_id().unwrap(), number)?
                .unwrap()
                .at
                .millis();
            told.push(type_in(tx, "something else again", window("c", Some(at)))?);
            Ok(told)
        })
        .await
        .unwrap();
    assert_eq!(replaced, [false, false, true, false]);
}

#[tokio::test]
async fn a_form_that_was_begun_is_found_again_by_its_writer_alone() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let (bob, manager) = (desk.bob.cx(), desk.manager.cx());
    let fields = Fields::from([("solution".to_owned(), "New rol".to_owned())]);
    let kept = fields.clone();
    let (bobs, managers) = desk
        .write(move |tx| {
            save_form_draft(tx, &bob, number, "resolution", &kept)?;
            let own = form_draft(tx, &bob, number, "resolution")?;
            Ok((own, form_draft(tx, &manager, number, "resolution")?))
        })
        .await
        .unwrap();
    assert_eq!((bobs, managers), (Some(fields), None));
}

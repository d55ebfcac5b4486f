//! Learning from the installation's own past.

use answers::clerk::{learning_past, reporting};
use desk::ticket::{self, Channel, Opening, Resolve, Verify};
use kernel::db::Tx;
use kernel::{Cx, Result};
use knowledge::Number;
use testkit::TestApp;

use crate::house::{article, proved, usual};

/// A ticket that was solved, with an article or without.
fn solved(
    tx: &mut Tx<'_>,
    cx: &Cx,
    requester: kernel::id::UserId,
    text: &str,
    with: Option<Number>,
) -> Result<()> {
    let number = ticket::open(tx, cx, Opening::new(requester, text, text, Channel::Portal))?.number;
    if let Some(article) = with {
        answers::beside::using::record(tx, cx, number, article, answers::beside::using::How::Link)?;
    }
    let resolve = Resolve {
        solution: "As the article says.".to_owned(),
        tested: true,
        untested_reason: None,
    };
    ticket::resolve(tx, cx, number, resolve)?;
    let verify = Verify {
        accepted: true,
        comment: None,
    };
    ticket::verify(tx, cx, number, verify)?;
    answers::outcome::settle(tx, cx, number)
}

#[tokio::test]
async fn a_past_of_solved_tickets_sets_the_threshold_and_the_dry_run_shows_what_it_would_have_said() {
    let app = TestApp::open().await;
    let (first, second) = (article(&app).await, article(&app).await);
    proved(&app, first).await;
    proved(&app, second).await;
    let (cx, requester) = (app.cx(), app.cast.bruno.id);
    app.write(move |tx| {
        for place in 0..90 {
            let floor = place % 9;
            solved(
                tx,
                &cx,
                requester,
                &format!("badge terminal beeps with error 49 on floor {floor}"),
                Some(first),
            )?;
            solved(
                tx,
                &cx,
                requester,
                &format!("projector in room {floor} shows no picture"),
                Some(second),
            )?;
            solved(
                tx,
                &cx,
                requester,
                &format!("please order {floor} chairs for the office"),
                None,
            )?;
        }
        Ok(())
    })
    .await
    .unwrap();
    let house = app.cx();
    learning_past::learn(&app.house.kernel.db, &house).await.unwrap();
    let run = app
        .act(&app.cast.shen, |tx, cx| {
            let known = learning_past::known(tx)?;
            assert!(known.as_ref().as_ref().unwrap().threshold.is_some());
            let mut policy = usual();
            policy.threshold = None;
            reporting::dry_run(tx, cx, &policy)
        })
        .await;
    assert_eq!(run.judged, Some(270));
    assert!(run.answered >= 150 && run.precision() >= 95, "{run:?}");
    let said = app
        .read(|tx| {
            let known = learning_past::known(tx)?;
            let known = known.as_ref().as_ref().unwrap();
            Ok((
                known.scorer.judge("the badge terminal beeps, error 49").unwrap(),
                known.scorer.judge("please order chairs").unwrap(),
                known.threshold.unwrap(),
            ))
        })
        .await
        .unwrap();
    assert_eq!(said.0.article, first);
    #[expect(clippy::cast_precision_loss, reason = "at most 1000")]
    let threshold = said.2 as f64 / 1000.0;
    assert!(
        said.0.confidence >= threshold && said.1.confidence < threshold,
        "{said:?}"
    );
}

#[tokio::test]
async fn with_too_little_past_nothing_is_learned() {
    let app = TestApp::open().await;
    learning_past::learn(&app.house.kernel.db, &app.cx())
        .await
        .unwrap();
    assert!(
        app.read(|tx| Ok(learning_past::known(tx)?.is_none()))
            .await
            .unwrap()
    );
}

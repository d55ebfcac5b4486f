//! What the real program does and does not do: grants, replay, crashes, and a server that is away.

use crate::house::{House, command};
use protocol::key::KeyPair;
use protocol::message::{FromAgent, FromServer, Outcome};
use protocol::signed::Signed;
use protocol::verb::Verb;
use std::path::Path;
use std::time::Duration;

fn refused(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Refused { code } => code,
        other => panic!("not refused: {other:?}"),
    }
}

fn lines(path: &Path) -> usize {
    std::fs::read_to_string(path).unwrap_or_default().lines().count()
}

/// A command that leaves a line in a file each time it runs.
fn marking(path: &Path, then: &str) -> Verb {
    command(&format!("echo ran >> {}; {then}", path.display()))
}

#[tokio::test]
async fn grants_that_are_forged_foreign_expired_or_early_do_nothing() {
    let mut house = House::new().await;
    house.start(&["run", "--one-process"]);
    let mut line = house.welcome().await;
    let mark = house.path("mark");
    let verb = marking(&mark, "true");
    let mut forged = house.order("forged", &verb);
    let text = forged.verb.clone();
    forged.grant = Signed::sign(
        &KeyPair::generate().unwrap(),
        &house.grant("forged", &verb, &text),
    )
    .unwrap();
    let by_server = {
        let mut order = house.order("by-server", &verb);
        order.grant = Signed::sign(&house.server, &house.grant("by-server", &verb, &text)).unwrap();
        order
    };
    let mut swapped = house.order("swapped", &marking(&house.path("other"), "true"));
    swapped.verb = text;
    let orders = [
        (forged, "signature"),
        (by_server, "signature"),
        (
            house.order_with("foreign", &verb, |grant| grant.device = "device-2".to_owned()),
            "device",
        ),
        (
            house.order_with("expired", &verb, |grant| grant.expires_at = grant.issued_at - 1),
            "expired",
        ),
        (
            house.order_with("early", &verb, |grant| {
                grant.issued_at += 3_600_000;
                grant.expires_at += 3_600_000;
            }),
            "not_yet",
        ),
        (
            house.order_with("verb", &verb, |grant| {
                grant.verbs = vec!["process.list".to_owned()]
            }),
            "verb",
        ),
        (swapped, "act"),
    ];
    for (order, code) in orders {
        let act = order.act.clone();
        line.act(order).await;
        assert_eq!(refused(&line.outcome(&act).await.0), code, "{act}");
    }
    assert_eq!(lines(&mark), 0);
    line.act(house.order("good", &verb)).await;
    assert!(matches!(
        line.outcome("good").await.0,
        Outcome::Done { code: Some(0), .. }
    ));
    assert_eq!(lines(&mark), 1);
    // The same again, and the same grant for another act.
    line.act(house.order("good", &verb)).await;
    assert_eq!(refused(&line.outcome("good").await.0), "replayed");
    let mut again = house.order("good", &verb);
    again.act = "another".to_owned();
    line.act(again).await;
    assert_eq!(refused(&line.outcome("another").await.0), "act");
    assert_eq!(lines(&mark), 1);
}

#[tokio::test]
async fn an_act_that_a_crash_interrupts_is_lost_and_never_runs_again() {
    let mut house = House::new().await;
    house.start(&["run", "--one-process"]);
    let mut line = house.welcome().await;
    let mark = house.path("mark");
    let verb = marking(&mark, "echo half; sleep 5");
    let order = house.order("one", &verb);
    line.act(order.clone()).await;
    line.wait(|said| matches!(said, FromAgent::Output { .. }).then_some(()))
        .await;
    house.kill();
    house.start(&["run", "--one-process"]);
    let mut line = house.welcome().await;
    // What it wrote before was not taken, so it is told first, and then how it ended.
    assert_eq!(line.acts().await.0, ["one"]);
    line.act(order.clone()).await;
    let (outcome, output) = line.outcome("one").await;
    assert!(matches!(outcome, Outcome::Lost { .. }), "{outcome:?}");
    assert!(output.contains("half"));
    line.act(order).await;
    // The order that came again may have been answered with the same truth once more.
    let last = loop {
        match line.outcome("one").await.0 {
            Outcome::Lost { .. } => {}
            other => break other,
        }
    };
    assert_eq!(refused(&last), "replayed");
    assert_eq!(lines(&mark), 1);
}

#[tokio::test]
async fn what_was_done_while_the_server_was_away_is_told_when_it_is_back() {
    let mut house = House::new().await;
    house.start(&["run", "--one-process"]);
    let mut line = house.welcome().await;
    let order = house.order("one", &command("echo first; sleep 2; echo second"));
    line.act(order).await;
    line.wait(|said| matches!(said, FromAgent::Output { .. }).then_some(()))
        .await;
    drop(line);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mut line = house.welcome().await;
    let (outcome, output) = line.outcome("one").await;
    assert!(
        matches!(outcome, Outcome::Done { code: Some(0), .. }),
        "{outcome:?}"
    );
    assert!(output.contains("first") && output.contains("second"), "{output}");
    drop(line);
    assert_eq!(house.welcome().await.acts().await, (vec![], vec![]));
}

#[tokio::test]
async fn an_outcome_is_told_until_the_server_has_it() {
    let mut house = House::new().await;
    house.start(&["run", "--one-process"]);
    let mut line = house.welcome().await;
    line.act(house.order("one", &command("exit 3"))).await;
    line.wait(|said| matches!(said, FromAgent::Done { .. }).then_some(()))
        .await;
    house.kill();
    house.start(&["run", "--one-process"]);
    let mut line = house.welcome().await;
    let (running, known) = line.acts().await;
    assert_eq!(running, Vec::<String>::new());
    assert!(
        matches!(&known[..], [(act, Outcome::Done { code: Some(3), .. })] if act == "one"),
        "{known:?}"
    );
}

#[tokio::test]
async fn long_output_comes_whole_and_in_order() {
    let mut house = House::new().await;
    house.start(&["run", "--one-process"]);
    let mut line = house.welcome().await;
    line.act(house.order("one", &command("seq 1 200000"))).await;
    let (_, output) = line.outcome("one").await;
    let expected: String = (1..=200_000).map(|number| format!("{number}\n")).collect();
    assert!(output == expected, "{} of {} bytes", output.len(), expected.len());
}

#[tokio::test]
async fn what_is_called_off_taken_back_or_stopped_ends() {
    let mut house = House::new().await;
    house.start(&["run", "--one-process"]);
    let mut line = house.welcome().await;
    let sleep = command("sleep 50");
    for act in ["cancel", "revoke", "stop"] {
        line.act(house.order(act, &sleep)).await;
        let words = match act {
            "cancel" => FromServer::Cancel { act: act.to_owned() },
            "revoke" => FromServer::Revoke {
                grants: vec![act.to_owned()],
            },
            _ => FromServer::Stop { all: true },
        };
        line.say(&words).await;
        assert_eq!(line.outcome(act).await.0, Outcome::Cancelled, "{act}");
    }
    line.act(house.order("while-stopped", &sleep)).await;
    assert_eq!(refused(&line.outcome("while-stopped").await.0), "stopped");
    line.say(&FromServer::Stop { all: false }).await;
    // A grant that was taken back stays so, also over a start.
    line.say(&FromServer::Revoke {
        grants: vec!["later".to_owned()],
    })
    .await;
    line.act(house.order("after", &command("true"))).await;
    assert!(matches!(line.outcome("after").await.0, Outcome::Done { .. }));
    house.kill();
    house.start(&["run", "--one-process"]);
    let mut line = house.welcome().await;
    line.act(house.order("later", &command("true"))).await;
    assert_eq!(refused(&line.outcome("later").await.0), "revoked");
}

#[tokio::test]
async fn the_floor_counts_whatever_a_grant_says() {
    let mut house = House::new().await;
    let floor = house.path("etc/mainstay-agent/floor.toml");
    std::fs::write(&floor, "commands = false\n").unwrap();
    house.start(&["run", "--one-process"]);
    let mut line = house.welcome().await;
    let attempts = [
        ("commands = false\n", "floor"),
        ("view_only = true\n", "floor"),
        ("hours = []\n", "hours"),
        ("sessions_most = 0\n", "sessions"),
        ("always_ask = true\n", "unasked"),
        ("veiw_only = true\n", "floor_file"),
    ];
    for (number, (text, code)) in attempts.into_iter().enumerate() {
        std::fs::write(&floor, text).unwrap();
        let act = format!("act-{number}");
        line.act(house.order(&act, &command("true"))).await;
        assert_eq!(refused(&line.outcome(&act).await.0), code, "{text}");
    }
    std::fs::remove_file(&floor).unwrap();
    line.act(house.order("good", &command("true"))).await;
    assert!(matches!(line.outcome("good").await.0, Outcome::Done { .. }));
}

//! A web process that was taken over: it speaks to the signer as it likes, knows every key but one, and still a device does nothing that
//! the signer's policy does not let pass.

use std::collections::BTreeSet;

use fleet::act::State;
use fleet::signing::approval::Wish;
use fleet::signing::{self, Answer, Question, client, code};
use protocol::floor::Floor;
use protocol::grant::{self, Grant, Now, Order, hash_of};
use protocol::hours::WeekMinute;
use protocol::message::Outcome;
use protocol::verb::Verb;
use serde_json::json;

use crate::house::{Scene, ask, health, now};

const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn command() -> Verb {
    Verb::CommandRun {
        line: "touch /tmp/owned".to_owned(),
        run_as: "root".to_owned(),
        timeout_seconds: 10,
        memory_mb: 64,
        cpu_percent: 50,
    }
}

/// What the thief asks the signer for, in whatever name.
fn wanted(scene: &Scene, body: &str, name: &str) -> Grant {
    let at = scene.app().clock.now();
    Grant {
        id: "stolen-1".to_owned(),
        device: scene.agent.device.clone(),
        person: scene.app().cast.amy.id.to_string(),
        person_name: "Amy".to_owned(),
        subject: format!("ticket:{}", scene.ticket),
        verbs: vec![name.to_owned()],
        act: Some(hash_of(body)),
        issued_at: at.millis(),
        expires_at: at.add_secs(60).millis(),
        approved_by: None,
        fan_out: 1,
    }
}

async fn sign(scene: &Scene, grant: Grant, body: &str) -> Answer {
    let question = Question::Sign {
        grant: Box::new(grant),
        verb: body.to_owned(),
    };
    client::ask(&signing::folder(&scene.app().house.kernel.config.data), &question)
        .await
        .unwrap()
}

fn refused(answer: Answer) -> String {
    match answer {
        Answer::Refused(word) => word,
        other => panic!("not refused: {other:?}"),
    }
}

fn policy(scene: &Scene, approver: &str) {
    let folder = signing::folder(&scene.app().house.kernel.config.data);
    let text = format!("second_person = [\"command.run\"]\n[approvers]\n\"{approver}\" = \"{SECRET}\"\n");
    std::fs::write(folder.join("signer.toml"), text).unwrap();
}

/// The code that the second person's app shows now.
fn shown(scene: &Scene) -> String {
    let secret = code::secret(SECRET).unwrap();
    code::code_of(&secret, scene.app().clock.now().millis() / 30_000)
}

#[tokio::test]
async fn a_stolen_web_process_runs_nothing_without_a_person_who_agrees() {
    let scene = Scene::open().await;
    let shen = scene.app().cast.shen.id.to_string();
    policy(&scene, &shen);
    let body = command().write().unwrap();
    let plain = wanted(&scene, &body, "command.run");
    let named = Grant {
        approved_by: Some(shen.clone()),
        ..plain.clone()
    };
    let invented = Grant {
        approved_by: Some("nobody-at-all".to_owned()),
        ..plain.clone()
    };
    assert_eq!(
        refused(sign(&scene, plain.clone(), &body).await),
        "signer_second_person"
    );
    assert_eq!(
        refused(sign(&scene, named.clone(), &body).await),
        "signer_unproved"
    );
    assert_eq!(refused(sign(&scene, invented, &body).await), "signer_unproved");
    // It guesses the code.
    let wish = |code: &str| Wish {
        person: shen.clone(),
        code: code.to_owned(),
        act: hash_of(&body),
        subject: plain.subject.clone(),
        devices: BTreeSet::from([plain.device.clone()]),
    };
    let config = scene.app().house.kernel.config.clone();
    let guess = client::approve(&config, wish("000000x")).await.unwrap();
    assert_eq!(guess.as_deref(), Some("signer_unproved"));
    assert_eq!(
        refused(sign(&scene, named.clone(), &body).await),
        "signer_unproved"
    );
    // A code that was given for something else is no help either.
    let other = Wish {
        act: hash_of("something else"),
        ..wish(&shown(&scene))
    };
    assert_eq!(client::approve(&config, other).await.unwrap(), None);
    assert_eq!(refused(sign(&scene, named, &body).await), "signer_unproved");
    // A grant for looking is no grant for anything else.
    let look = Verb::HealthCheck.write().unwrap();
    let Answer::Signed(signed) = sign(&scene, wanted(&scene, &look, "health.check"), &look).await else {
        panic!("looking is signed for");
    };
    let order = Order {
        act: "stolen-1".to_owned(),
        grant: *signed,
        verb: body,
        channel: None,
    };
    let at = Now {
        ms: scene.app().clock.now().millis(),
        local: WeekMinute::new(1, 10, 0).unwrap(),
    };
    let judged = grant::check(
        &order,
        &scene.agent.device,
        &[scene.signer()],
        &Floor::open(),
        at,
        &|_| false,
        &|_| false,
    );
    assert_eq!(judged.unwrap_err(), grant::Refusal::Verb);
    let folder = signing::folder(&config.data);
    let log = std::fs::read_to_string(folder.join("log.jsonl")).unwrap();
    assert!(
        !log.lines()
            .any(|line| line.contains("command.run") && line.contains("\"signed\"")),
        "{log}"
    );
}

#[tokio::test]
async fn what_the_signer_wants_a_second_person_for_waits_for_their_code() {
    let mut scene = Scene::open().await;
    let cast = scene.app().cast.clone();
    policy(&scene, &cast.shen.id.to_string());
    let what = json!({
        "ticket": scene.ticket,
        "verb": { "verb": "command_run", "line": "id", "run_as": "root", "timeout_seconds": 10, "memory_mb": 64, "cpu_percent": 50 },
    });
    let id = ask(scene.app(), &cast.noor, scene.agent.id(), &what).await;
    scene.app().settle().await;
    let held = scene.until_state(&id.to_string(), State::Held).await;
    let mut shen = scene.app().manager().await;
    let page = shen.get("/devices/safety").await;
    assert!(page.text.contains("name=\"code\""), "{}", page.text);
    let path = format!("/devices/safety/batches/{}", held.batch);
    let wrong = shen.post(&path, &[("say", "yes"), ("code", "12345")]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    assert_eq!(now(scene.app(), id).await.state, State::Held);
    let code = shown(&scene);
    let agreed = shen.post(&path, &[("say", "yes"), ("code", code.as_str())]).await;
    assert_eq!(agreed.status, 303, "{}", agreed.text);
    scene.app().settle().await;
    let order = scene.order().await;
    assert_eq!(order.act, id.to_string());
    let grant = scene.grant(&order);
    assert_eq!(grant.approved_by, Some(cast.shen.id.to_string()));
    // Looking needs nobody.
    let what = health(scene.ticket);
    assert!(scene.ordered(&what).await.verb.contains("health_check"));
}

#[tokio::test]
async fn who_lost_the_right_while_it_waited_gets_nothing_done() {
    let scene = Scene::open().await;
    let cast = scene.app().cast.clone();
    policy(&scene, &cast.shen.id.to_string());
    let what = json!({
        "ticket": scene.ticket,
        "verb": { "verb": "command_run", "line": "id", "run_as": "root", "timeout_seconds": 10, "memory_mb": 64, "cpu_percent": 50 },
    });
    let id = ask(scene.app(), &cast.cheng_li, scene.agent.id(), &what).await;
    scene.app().settle().await;
    let held = scene.until_state(&id.to_string(), State::Held).await;
    let gone = cast.cheng_li.id;
    scene
        .app()
        .act(&cast.noor, move |tx, cx| {
            people::user::changing::deactivate(tx, cx, gone)
        })
        .await;
    let (mut shen, code) = (scene.app().manager().await, shown(&scene));
    let path = format!("/devices/safety/batches/{}", held.batch);
    let agreed = shen.post(&path, &[("say", "yes"), ("code", code.as_str())]).await;
    assert_eq!(agreed.status, 303, "{}", agreed.text);
    scene.app().settle().await;
    let over = scene.until_state(&id.to_string(), State::Refused).await;
    let code = "person".to_owned();
    assert_eq!(over.outcome, Some(Outcome::Refused { code }));
}

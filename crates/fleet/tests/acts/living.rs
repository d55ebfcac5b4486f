//! The life of an act on an open link: granted, told, heard once, ended once, and taken back when its ticket closes.

use fleet::act::State;
use protocol::floor::Floor;
use protocol::grant::{self, Now, Order, Refusal};
use protocol::hours::WeekMinute;
use protocol::key::KeyPair;
use protocol::message::{FromAgent, FromServer, Outcome};
use protocol::signed::Signed;
use serde_json::json;

use crate::house::{Scene, acts, health, restart, well};
use crate::linked::until;

fn judge(scene: &Scene, order: &Order) -> Result<(), Refusal> {
    let now = Now {
        ms: scene.app().clock.now().millis(),
        local: WeekMinute::new(1, 10, 0).unwrap(),
    };
    let device = scene.agent.device.clone();
    let keys = [scene.signer()];
    grant::check(order, &device, &keys, &Floor::open(), now, &|_| false, &|_| false).map(drop)
}

#[tokio::test]
async fn an_order_carries_a_grant_that_the_device_accepts_and_no_other() {
    let mut scene = Scene::open().await;
    let order = scene.ordered(&restart(scene.ticket)).await;
    assert_eq!(judge(&scene, &order), Ok(()));
    let signed = scene.grant(&order);
    assert_eq!(signed.subject, format!("ticket:{}", scene.ticket));
    assert_eq!(signed.verbs, ["service.restart"]);
    // Whoever has taken the web process over has keys, but not this one.
    let mut own = order.clone();
    own.grant = Signed::sign(&KeyPair::generate().unwrap(), &signed).unwrap();
    assert_eq!(judge(&scene, &own), Err(Refusal::Signature));
    let mut other = order.clone();
    other.verb = order.verb.replace("cups", "sshd");
    assert_eq!(judge(&scene, &other), Err(Refusal::Act));
    let mut again = order;
    again.act = "01j00000000000000000000000".to_owned();
    assert_eq!(judge(&scene, &again), Err(Refusal::Act));
}

#[tokio::test]
async fn output_is_kept_once_and_the_end_stands_on_the_ticket() {
    let mut scene = Scene::open().await;
    let act = scene.ordered(&health(scene.ticket)).await.act;
    for seq in [0, 1, 1, 0] {
        scene.says(&act, seq, &format!("line {seq}\n")).await;
    }
    scene.until_state(&act, State::Running).await;
    let findings = json!([{ "point": "disk_space", "verdict": "fault", "value": "99 %", "detail": "<script>alert(1)</script>" }]);
    let outcome = Outcome::Done {
        code: None,
        summary: json!({ "findings": findings }),
        hash: None,
    };
    scene.ends(&act, outcome.clone()).await;
    scene.until_state(&act, State::Done).await;
    scene.ends(&act, Outcome::Cancelled).await;
    let mut took = 0;
    while took < 6 {
        match scene.agent.hear().await.unwrap() {
            FromServer::Took { .. } | FromServer::TookDone { .. } => took += 1,
            other => panic!("{other:?}"),
        }
    }
    scene.app().settle().await;
    let kept = scene.until_state(&act, State::Done).await;
    assert_eq!(kept.outcome, Some(outcome));
    let bytes = scene
        .app()
        .house
        .kernel
        .files
        .get(&kept.hash.unwrap())
        .await
        .unwrap();
    assert_eq!(&bytes[..], b"line 0\nline 1\n");
    let mut amy = scene.app().technician().await;
    let page = amy.get(&format!("/acts/{act}")).await;
    assert!(
        page.text.contains("99 %") && !page.text.contains("<script>alert"),
        "{}",
        page.text
    );
    let ticket = amy.get(&format!("/tickets/{}", scene.ticket)).await;
    assert!(
        ticket.text.contains(&format!("href=\"/acts/{act}\"")),
        "{}",
        ticket.text
    );
    assert!(ticket.text.contains("one fault, 0 warnings"), "{}", ticket.text);
    let mut li_na = scene.app().requester().await;
    let portal = li_na.get(&format!("/portal/tickets/{}", scene.ticket)).await;
    assert!(!portal.text.contains("/acts/"));
    let client = scene.app().token_of(&scene.app().cast.amy.clone(), &["*"]).await;
    let output = client
        .get(&format!("{}/{act}/output", acts(scene.agent.id())))
        .await
        .json();
    assert_eq!(
        (&output["is_over"], &output["pieces"][0]["text"]),
        (&json!(true), &json!("line 0\nline 1\n"))
    );
}

#[tokio::test]
async fn closing_the_ticket_takes_its_grants_back() {
    let mut scene = Scene::open().await;
    let act = scene.ordered(&restart(scene.ticket)).await.act;
    scene.says(&act, 0, "begins").await;
    scene.until_state(&act, State::Running).await;
    scene.app().amy_solves(scene.ticket).await;
    scene.app().settle().await;
    let (mut is_cancelled, mut is_revoked) = (false, false);
    while !(is_cancelled && is_revoked) {
        match scene.agent.hear().await.unwrap() {
            FromServer::Cancel { act: which } => is_cancelled = which == act,
            FromServer::Revoke { grants } => is_revoked = grants == [act.clone()],
            _ => {}
        }
    }
    scene.ends(&act, Outcome::Cancelled).await;
    scene.until_state(&act, State::Cancelled).await;
}

#[tokio::test]
async fn what_the_device_never_saw_is_sent_again_and_what_it_forgot_is_lost() {
    let mut scene = Scene::open().await;
    let unseen = scene.ordered(&restart(scene.ticket)).await;
    let forgotten = scene.ordered(&health(scene.ticket)).await.act;
    scene.says(&forgotten, 0, "begins").await;
    scene.until_state(&forgotten, State::Running).await;
    scene.back(&[], &[]).await;
    let again = scene.order().await;
    assert_eq!((&again.act, &again.grant), (&unseen.act, &unseen.grant));
    scene.until_state(&forgotten, State::Lost).await;
    // It has run it after all, and says so twice.
    scene.back(&[], &[(&unseen.act, well())]).await;
    scene.until_state(&unseen.act, State::Done).await;
    scene
        .ends(
            &unseen.act,
            Outcome::Refused {
                code: "replayed".to_owned(),
            },
        )
        .await;
    scene
        .agent
        .say(&FromAgent::Acts {
            running: Vec::new(),
            known: Vec::new(),
        })
        .await;
    scene.app().settle().await;
    scene.until_state(&unseen.act, State::Done).await;
}

#[tokio::test]
async fn a_device_cannot_speak_for_acts_of_another() {
    let mut scene = Scene::open().await;
    let act = scene.ordered(&health(scene.ticket)).await.act;
    let key = KeyPair::generate().unwrap();
    let document = scene.house.document(fleet::enrolment::Rule::Admit, 1).await;
    let mut other = crate::agent::Agent::enrol(scene.house.address, &key, &document, crate::agent::laptop(2))
        .await
        .unwrap();
    other
        .say(&FromAgent::Done {
            act: act.clone(),
            outcome: well(),
        })
        .await;
    until("it is confirmed and forgotten", async || {
        matches!(other.hear().await, Some(FromServer::TookDone { .. }))
    })
    .await;
    scene.until_state(&act, State::Sent).await;
}

#[tokio::test]
async fn without_a_signer_nothing_leaves_and_its_refusal_is_told() {
    let scene = Scene::open().await;
    let folder = fleet::signing::folder(&scene.app().house.kernel.config.data);
    std::fs::write(folder.join("signer.toml"), "verbs = [\"health.check\"]\n").unwrap();
    let amy = scene.app().cast.amy.clone();
    let refused = crate::house::ask(scene.app(), &amy, scene.agent.id(), &restart(scene.ticket)).await;
    scene.app().settle().await;
    let act = scene.until_state(&refused.to_string(), State::Refused).await;
    assert_eq!(
        act.outcome,
        Some(Outcome::Refused {
            code: "signer_verb".to_owned()
        })
    );
    let log = std::fs::read_to_string(folder.join("log.jsonl")).unwrap();
    assert!(log.contains("signer_verb") && log.contains(&refused.to_string()));
    std::fs::remove_file(folder.join("socket")).unwrap();
    let away = crate::house::ask(scene.app(), &amy, scene.agent.id(), &health(scene.ticket)).await;
    scene.app().settle().await;
    let act = scene.until_state(&away.to_string(), State::Failed).await;
    assert_eq!(
        act.outcome,
        Some(Outcome::Failed {
            code: "signer_away".to_owned(),
            text: String::new()
        })
    );
}

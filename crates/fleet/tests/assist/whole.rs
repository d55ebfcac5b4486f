//! The whole way, from the key on the ticket to a device that nobody knows any more.

use fleet::device::{Source, State};
use protocol::grant::Order;
use protocol::key::KeyPair;
use protocol::message::{FromServer, Outcome};
use protocol::verb::Verb;

use crate::Scene;
use crate::agent::{Agent, laptop};
use crate::linked::until;

async fn order(agent: &mut Agent) -> Order {
    loop {
        match agent.hear().await.expect("the link is open") {
            FromServer::Act(order) => return order,
            FromServer::Took { .. } | FromServer::TookDone { .. } => {}
            other => panic!("no order: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_guest_comes_by_a_code_shows_its_screen_and_is_forgotten() {
    let mut scene = Scene::open().await;
    let ticket = scene.ticket;
    let card = format!("/tickets/{ticket}/devices");
    assert!(scene.cheng.get(&card).await.text.contains("/assists"));
    let (document, page) = scene.fetched().await;
    let (key, identity) = (KeyPair::generate().unwrap(), laptop(1));
    let mut agent = scene.guest(&document, &key, identity).await;
    let device = scene.device(agent.id()).await;
    assert_eq!((device.source, device.state), (Source::Guest, State::Admitted));
    assert_eq!(device.name, "laptop-1 (guest)");
    let known = &device.identity;
    assert!(known.serial.is_empty() && known.uuid.is_empty() && known.machine_id.is_empty());
    assert!(known.macs.is_empty());
    assert_eq!(scene.listed().await, ["laptop-1 (guest)"]);
    let noor = scene.app().cast.noor.clone();
    let ansible = scene
        .app()
        .act(&noor, |tx, cx| fleet::inventory::ansible::list(tx, cx, ""))
        .await;
    assert!(!ansible.to_string().contains("laptop-1"), "{ansible}");
    let text = scene.cheng.get(&page).await.text;
    let screen = format!("/devices/{}/screens/new?ticket={ticket}", agent.id());
    assert!(text.contains(&screen), "{text}");
    // The form that all devices have.
    let form = [("ticket", ticket.to_string()), ("mode", "control".to_owned())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let asked = scene
        .cheng
        .post(&format!("/devices/{}/screens", agent.id()), &form)
        .await;
    assert_eq!(asked.status, 303, "{}", asked.text);
    scene.app().settle().await;
    let order = order(&mut agent).await;
    assert!(matches!(Verb::read(&order.verb), Ok(Verb::Screen { .. })));
    agent
        .say(&protocol::message::FromAgent::Done {
            act: order.act.clone(),
            outcome: Outcome::Failed {
                code: "refused".to_owned(),
                text: String::new(),
            },
        })
        .await;
    let id = agent.id();
    let act = order.act.parse().unwrap();
    until("the act is over", async || {
        crate::house::now(scene.app(), act).await.state.is_over()
    })
    .await;
    scene.app().clock.advance_millis(120_000);
    until("the guest is gone", async || {
        scene.app().settle().await;
        scene.device(id).await.state == State::Retired
    })
    .await;
    let gone = scene.device(id).await;
    assert_eq!(gone.agent_key, None);
    assert_eq!(scene.listed().await, [""; 0]);
    assert!(!scene.cheng.get(&card).await.text.contains("laptop-1"));
    let again = Agent::link(scene.house.address, &key, &document).await;
    assert_eq!(again.err().as_deref(), Some("retired"));
    let anew = Agent::enrol(scene.house.address, &key, &document, laptop(1)).await;
    assert_eq!(anew.err().as_deref(), Some("retired"));
}

#[tokio::test]
async fn without_a_program_only_who_can_put_one_is_told_how() {
    let mut scene = Scene::without_program().await;
    let card = format!("/tickets/{}/devices", scene.ticket);
    let amy = scene.app().technician().await.get(&card).await.text;
    assert!(!amy.contains("/assists") && !amy.contains("assist-program"));
    let noor = scene.app().admin().await.get(&card).await.text;
    assert!(noor.contains("assist-program put") && !noor.contains("/assists"));
    let path = format!("/tickets/{}/assists", scene.ticket);
    assert_eq!(scene.cheng.post(&path, &[]).await.status, 409);
}

#[tokio::test]
async fn what_is_withdrawn_or_closed_ends_and_the_guest_with_it() {
    let mut scene = Scene::open().await;
    let page = scene.offered().await;
    let code = scene.code(&page).await;
    scene.cheng.post(&format!("{page}/end"), &[]).await;
    assert_eq!(scene.entered(&code).await.status, 422);
    let (document, _) = scene.fetched().await;
    let key = KeyPair::generate().unwrap();
    let agent = scene.guest(&document, &key, laptop(2)).await;
    let ticket = scene.ticket;
    scene.app().amy_solves(ticket).await;
    scene.app().settle().await;
    assert_eq!(scene.device(agent.id()).await.state, State::Retired);
    let back = Agent::link(scene.house.address, &key, &document).await;
    assert_eq!(back.err().as_deref(), Some("retired"));
}

#[tokio::test]
async fn who_was_away_too_long_is_forgotten() {
    let mut scene = Scene::open().await;
    let (document, _) = scene.fetched().await;
    let key = KeyPair::generate().unwrap();
    let agent = scene.guest(&document, &key, laptop(3)).await;
    let id = agent.id();
    drop(agent);
    scene.app().pass_hours(1).await;
    assert_eq!(scene.device(id).await.state, State::Retired);
}

//! Coming in by a document: once, late, twice, and as somebody who is known already.

use fleet::device::{self, Kind, NewDevice, Source, State};
use fleet::enrolment::{self, NewEnrolment, Rule};
use fleet::matching::merging;
use protocol::key::KeyPair;
use protocol::message::{Admission, FromServer, Identity};

use crate::agent::{Agent, laptop};
use crate::house::House;

fn key() -> KeyPair {
    KeyPair::generate().unwrap()
}

fn admission(agent: &Agent) -> Admission {
    match agent.welcome {
        FromServer::Welcome { state, .. } => state,
        _ => unreachable!(),
    }
}

#[tokio::test]
async fn a_device_comes_in_by_a_document_and_is_known_from_then_on() {
    let house = House::open().await;
    let (document, key) = (house.document(Rule::Admit, 1).await, key());
    let agent = Agent::enrol(house.address, &key, &document, laptop(1))
        .await
        .unwrap();
    assert_eq!(admission(&agent), Admission::Admitted);
    let device = house.device(&agent.device).await;
    assert_eq!(
        (device.name.as_str(), device.state),
        ("laptop-1", State::Admitted)
    );
    assert_eq!(device.agent_key, Some(key.public().to_string()));
    let again = Agent::link(house.address, &key, &document).await.unwrap();
    assert_eq!(again.device, agent.device);
    assert_eq!(house.devices().await, 1);
}

#[tokio::test]
async fn a_document_counts_as_often_as_it_says() {
    let house = House::open().await;
    let document = house.document(Rule::Admit, 1).await;
    let first = key();
    Agent::enrol(house.address, &first, &document, laptop(1))
        .await
        .unwrap();
    let second = Agent::enrol(house.address, &key(), &document, laptop(2)).await;
    assert_eq!(second.err().as_deref(), Some("enrolment_used_up"));
    // Who is known and brings the document again uses nothing up.
    assert!(
        Agent::enrol(house.address, &first, &document, laptop(1))
            .await
            .is_ok()
    );
    assert_eq!(house.devices().await, 1);
}

#[tokio::test]
async fn a_document_counts_no_more_when_it_is_over_or_taken_back_or_made_up() {
    let house = House::open().await;
    let made = house.made(Rule::Admit, 5).await;
    let mut document = house.document(Rule::Admit, 5).await;
    let now = house.app.clock.now().millis();
    let revoked = protocol::enrolment::open(&made.document, now).unwrap();
    house
        .app
        .act(&house.app.cast.noor, move |tx, cx| {
            enrolment::revoke(tx, cx, made.enrolment.id)
        })
        .await;
    let refused = Agent::enrol(house.address, &key(), &revoked, laptop(1))
        .await
        .err();
    assert_eq!(refused.as_deref(), Some("enrolment_revoked"));
    house.app.clock.advance_millis(25 * 3_600_000);
    let refused = Agent::enrol(house.address, &key(), &document, laptop(1))
        .await
        .err();
    assert_eq!(refused.as_deref(), Some("enrolment_expired"));
    document.token.push('x');
    let refused = Agent::enrol(house.address, &key(), &document, laptop(1))
        .await
        .err();
    assert_eq!(refused.as_deref(), Some("enrolment_unknown"));
    assert_eq!(house.devices().await, 0);
}

#[tokio::test]
async fn two_at_once_cannot_both_use_the_last_use() {
    let house = House::open().await;
    let document = house.document(Rule::Admit, 1).await;
    let (one, other) = (key(), key());
    let (one, other) = tokio::join!(
        Agent::enrol(house.address, &one, &document, laptop(1)),
        Agent::enrol(house.address, &other, &document, laptop(2)),
    );
    assert!(one.is_ok() != other.is_ok());
    assert_eq!(house.devices().await, 1);
}

#[tokio::test]
async fn who_waits_is_let_in_by_a_person_and_told_at_once() {
    let house = House::open().await;
    let (document, key) = (house.document(Rule::Wait, 1).await, key());
    let mut agent = Agent::enrol(house.address, &key, &document, laptop(1))
        .await
        .unwrap();
    assert_eq!(admission(&agent), Admission::Pending);
    let mut browser = house.app.browser_of(&house.app.cast.noor).await;
    let page = browser.get("/devices/enrolment").await;
    assert!(page.text.contains("laptop-1"), "{}", page.text);
    let fields = [("device", agent.device.as_str()), ("decision", "admit")];
    assert_eq!(
        browser.post("/devices/enrolment/decision", &fields).await.status,
        303
    );
    house.app.settle().await;
    let said = agent.until_over().await;
    assert!(
        matches!(said.as_slice(), [FromServer::Drain { within_seconds: 1 }]),
        "{said:?}"
    );
    let back = Agent::link(house.address, &key, &document).await.unwrap();
    assert_eq!(admission(&back), Admission::Admitted);
}

#[tokio::test]
async fn who_is_refused_is_sent_away_for_good() {
    let house = House::open().await;
    let (document, key) = (house.document(Rule::Wait, 1).await, key());
    let mut agent = Agent::enrol(house.address, &key, &document, laptop(1))
        .await
        .unwrap();
    let mut browser = house.app.browser_of(&house.app.cast.noor).await;
    browser.get("/devices/enrolment").await;
    let fields = [("device", agent.device.as_str()), ("decision", "refuse")];
    assert_eq!(
        browser.post("/devices/enrolment/decision", &fields).await.status,
        303
    );
    house.app.settle().await;
    agent.until_over().await;
    let refused = Agent::link(house.address, &key, &document).await.err();
    assert_eq!(refused.as_deref(), Some("retired"));
}

#[tokio::test]
async fn known_hardware_with_another_key_waits_for_a_person_and_takes_nothing_over() {
    let house = House::open().await;
    let (document, first, second) = (house.document(Rule::Admit, 2).await, key(), key());
    let mut known = Agent::enrol(house.address, &first, &document, laptop(1))
        .await
        .unwrap();
    let mut newcomer = Agent::enrol(house.address, &second, &document, laptop(1))
        .await
        .unwrap();
    assert_ne!(newcomer.device, known.device);
    assert_eq!(admission(&newcomer), Admission::Pending);
    let questions = house.app.act(&house.app.cast.noor, merging::waiting).await;
    assert_eq!(questions.len(), 1);
    assert_eq!(
        (questions[0].device.id, questions[0].other.id),
        (newcomer.id(), known.id())
    );
    let doubt = questions[0].doubt.id;
    house
        .app
        .act(&house.app.cast.noor, move |tx, cx| merging::merge(tx, cx, doubt))
        .await;
    house.app.settle().await;
    known.until_over().await;
    newcomer.until_over().await;
    // The new key speaks for the old device now, and the old key for nobody.
    let back = Agent::link(house.address, &second, &document).await.unwrap();
    assert_eq!(
        (back.device.as_str(), admission(&back)),
        (known.device.as_str(), Admission::Admitted)
    );
    let refused = Agent::link(house.address, &first, &document).await.err();
    assert_eq!(refused.as_deref(), Some("unknown"));
}

#[tokio::test]
async fn a_document_for_one_team_lets_nobody_in_as_a_device_of_another() {
    let house = House::open().await;
    let (cast, cx) = (house.app.cast.clone(), house.app.cx());
    let known = house
        .app
        .write(move |tx| {
            let told = NewDevice::told(laptop(1), Source::Glpi, State::Admitted);
            let new = NewDevice {
                team: Some(cast.service_desk),
                ..told
            };
            device::create(tx, &cx, new)
        })
        .await
        .unwrap();
    let mut document = house.document(Rule::Admit, 2).await;
    let (all, team) = (document.clone(), house.app.cast.systems);
    let (base, signer) = (format!("http://{}", house.address), document.signer_keys[0]);
    let new = NewEnrolment {
        name: String::new(),
        rule: Rule::Admit,
        kind: Kind::Computer,
        team: Some(team),
        uses: 1,
        hours: 1,
        servers: Vec::new(),
        authority: None,
    };
    let made = house
        .app
        .act(&house.app.cast.noor, move |tx, cx| {
            enrolment::make(tx, cx, &base, signer, &new)
        })
        .await;
    document = protocol::enrolment::open(&made.document, house.app.clock.now().millis()).unwrap();
    let newcomer = Agent::enrol(house.address, &key(), &document, laptop(1))
        .await
        .unwrap();
    assert_ne!(newcomer.device, known.id.to_string());
    assert_eq!(admission(&newcomer), Admission::Pending);
    assert_eq!(house.device(&known.id.to_string()).await.agent_key, None);
    // Whoever manages all devices may have meant it: another machine, a document for any team.
    let cx = house.app.cx();
    let other = house
        .app
        .write(move |tx| device::create(tx, &cx, NewDevice::told(laptop(2), Source::Glpi, State::Admitted)))
        .await
        .unwrap();
    let agent = Agent::enrol(house.address, &key(), &all, laptop(2))
        .await
        .unwrap();
    assert_eq!(agent.device, other.id.to_string());
}

#[tokio::test]
async fn who_says_nothing_of_itself_cannot_be_named() {
    let house = House::open().await;
    let document = house.document(Rule::Admit, 1).await;
    let refused = Agent::enrol(house.address, &key(), &document, Identity::default())
        .await
        .err();
    assert_eq!(refused.as_deref(), Some("enrolment_identity"));
    // The document was not used up by it.
    assert!(
        Agent::enrol(house.address, &key(), &document, laptop(1))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_key_of_the_server_can_be_changed_while_agents_live() {
    let house = House::open().await;
    let (old_document, old_agent) = (house.document(Rule::Admit, 1).await, key());
    Agent::enrol(house.address, &old_agent, &old_document, laptop(1))
        .await
        .unwrap();
    house.app.act(&house.app.cast.noor, fleet::link::keys::make).await;
    let (both, new_agent) = (house.document(Rule::Admit, 1).await, key());
    assert_eq!(both.server_keys.len(), 2);
    Agent::enrol(house.address, &new_agent, &both, laptop(2))
        .await
        .unwrap();
    Agent::link(house.address, &old_agent, &old_document)
        .await
        .unwrap();
    house
        .app
        .act(&house.app.cast.noor, |tx, cx| {
            let oldest = fleet::link::keys::list(tx)?[0].id.clone();
            fleet::link::keys::withdraw(tx, cx, &oldest)
        })
        .await;
    Agent::link(house.address, &new_agent, &both).await.unwrap();
    let mut socket = crate::agent::open(house.address).await;
    crate::agent::say(
        &mut socket,
        &crate::agent::hello(&old_agent, &protocol::handshake::nonce().unwrap()),
    )
    .await;
    let Some(FromServer::Challenge { key, .. }) = crate::agent::hear(&mut socket).await else {
        panic!("no challenge");
    };
    assert!(!old_document.server_keys.contains(&key));
}

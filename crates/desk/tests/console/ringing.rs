//! A telephone rings: the telephone system says so, and the pages of whoever is called show it, theirs alone and for a minute.

use axum::http::{Method, StatusCode};
use desk::ringing::{self, RING, store, sweeping};
use serde_json::{Value, json};
use web::testing::{Answer, ApiClient, Browser};

use crate::house::{House, part};

const ANN: &str = "+86 138-0000-1234";
const RINGING: &str = "/api/v1/calls/ringing";

/// The telephone system: a token of the manager's that can do nothing else.
async fn telephones(house: &House) -> ApiClient {
    house.program(house.max, &[RING]).await
}

async fn rings(telephones: &ApiClient, from: &str, to: &str, call: &str) -> Answer {
    let said = json!({ "from": from, "to": to, "call": call });
    telephones.post(RINGING, &said).await
}

/// What somebody's queue page, loaded anew, says of calls.
async fn notices(browser: &mut Browser) -> Vec<String> {
    let page = browser.get("/queues/open").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let pieces = page.text.split("class=\"notice\"").skip(1);
    pieces
        .map(|piece| piece.split("</form>").next().unwrap_or_default().to_owned())
        .collect()
}

/// The fields of a refusal with their codes.
fn wrong(answer: &Answer) -> Vec<(String, String)> {
    let body = answer.json();
    let fields = body["errors"].as_array().cloned().unwrap_or_default();
    let word = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    fields
        .iter()
        .map(|one| (word(one, "field"), word(one, "code")))
        .collect()
}

/// The kinds of what the log says of somebody's telephone, oldest first, and all of it as text.
async fn log(house: &House) -> (Vec<String>, String) {
    let subject = ringing::topic(house.tim);
    let events = house
        .act(house.max, move |tx, _| {
            kernel::event::of_subject(tx, &subject, 0, 100)
        })
        .await;
    let text = format!("{events:?}");
    (events.into_iter().map(|event| event.kind).collect(), text)
}

#[tokio::test]
async fn the_pages_of_whoever_is_called_show_who_calls_and_no_others_do() {
    let house = House::open_on_either().await;
    house.reported(house.ann, "The printer jams").await;
    let told = rings(&telephones(&house).await, ANN, "204", "1").await;
    assert_eq!(told.status, StatusCode::ACCEPTED, "{}", told.text);
    let answer = told.json();
    assert_eq!(
        (&answer["call"], &answer["to"]["email"]),
        (&json!("1"), &json!("tim@example.test"))
    );
    assert!(
        !told.text.to_lowercase().contains("ann"),
        "the token reads no people: {}",
        told.text
    );

    let mut tim = house.browser(house.tim).await;
    let shown = notices(&mut tim).await;
    assert_eq!(shown.len(), 1);
    for words in [ANN, "Ann", "1 open ticket", "Take the call", "Dismiss"] {
        assert!(shown[0].contains(words), "{words}: {}", shown[0]);
    }
    let take = "/calls/new?from=%2B86%20138-0000-1234";
    assert!(shown[0].contains(take), "{}", shown[0]);
    let live = part(&mut tim, "/calls/ringing?at=/queues/open").await;
    assert!(live.text.contains(ANN) && live.text.contains("id=\"ringing\""));
    let page = tim.get(take).await;
    assert!(page.text.contains("ann@example.test"), "{}", page.text);
    assert!(
        !page.text.contains("class=\"notice\""),
        "where the call is taken down nothing announces it"
    );

    for other in [house.eve, house.max] {
        let mut browser = house.browser(other).await;
        assert!(notices(&mut browser).await.is_empty());
        assert!(!part(&mut browser, "/calls/ringing").await.text.contains(ANN));
    }
    let mut ann = house.browser(house.ann).await;
    assert_eq!(ann.get("/calls/ringing").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_number_of_nobody_of_several_or_hidden_says_so() {
    let house = House::open_on_either().await;
    let telephones = telephones(&house).await;
    rings(&telephones, "0999 4711", "tim@example.test", "1").await;
    rings(&telephones, "anonymous", "tim@example.test", "2").await;
    let shown = notices(&mut house.browser(house.tim).await).await;
    assert_eq!(shown.len(), 2);
    assert!(
        shown.iter().all(|notice| notice.contains("unknown number")),
        "{shown:?}"
    );
    // Two that began in the same instant stand in any order.
    for number in ["0999 4711", "anonymous"] {
        assert!(shown.iter().any(|notice| notice.contains(number)), "{shown:?}");
    }
}

#[tokio::test]
async fn a_call_announced_again_is_one_notice_and_a_dismissed_one_does_not_come_back() {
    let house = House::open_on_either().await;
    let telephones = telephones(&house).await;
    let first = rings(&telephones, ANN, "204", "7").await;
    let again = rings(&telephones, ANN, "204", "7").await;
    assert_eq!(again.status, StatusCode::ACCEPTED);
    assert_eq!(first.json()["until"], again.json()["until"]);
    let mut tim = house.browser(house.tim).await;
    let shown = notices(&mut tim).await;
    assert_eq!(shown.len(), 1);
    let dismissal = shown[0]
        .split("formaction=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap()
        .to_owned();

    // Somebody else's hand does nothing to it.
    let mut eve = house.browser(house.eve).await;
    eve.post(&dismissal, &[]).await;
    assert_eq!(notices(&mut tim).await.len(), 1);
    let back = tim.post(&dismissal, &[]).await;
    assert_eq!(
        (back.status, back.header("location")),
        (StatusCode::SEE_OTHER, "/queues/open")
    );
    assert!(notices(&mut tim).await.is_empty());
    rings(&telephones, ANN, "204", "7").await;
    assert!(notices(&mut tim).await.is_empty());
    assert_eq!(log(&house).await.0, ["desk.call.rang", "desk.call.over"]);

    // A script gets the notice itself, for the page stays where it is.
    rings(&telephones, ANN, "204", "8").await;
    let shown = notices(&mut tim).await;
    let second = shown[0].split("hx-post=\"").nth(1).unwrap();
    let second = second.split('"').next().unwrap().to_owned();
    let token = tim.csrf.clone();
    let headers = [("hx-request", "true"), ("x-csrf-token", token.as_str())];
    let kept = tim.send(Method::POST, &second, "", &headers).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.text);
    assert!(kept.text.contains("id=\"ringing\"") && !kept.text.contains("class=\"notice\""));
}

#[tokio::test]
async fn an_ended_call_takes_its_notice_away_and_only_who_announced_it_ends_it() {
    let house = House::open_on_either().await;
    let telephones = telephones(&house).await;
    let mut tim = house.browser(house.tim).await;
    // A call's own name may hold letters that an address must not.
    rings(&telephones, ANN, "204", "a/b@pbx").await;
    let ended = format!("{RINGING}/a%2Fb%40pbx/ended");
    let own = house.program(house.tim, &[RING]).await;
    assert_eq!(own.post(&ended, &json!({})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(notices(&mut tim).await.len(), 1);
    for _ in 0..2 {
        let answer = telephones.post(&ended, &json!({})).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
        assert!(notices(&mut tim).await.is_empty());
    }
    // A queue that comes round to the same person rings again.
    rings(&telephones, ANN, "204", "a/b@pbx").await;
    assert_eq!(notices(&mut tim).await.len(), 1);
    let kinds = ["desk.call.rang", "desk.call.over", "desk.call.rang"];
    assert_eq!(log(&house).await.0, kinds);
}

#[tokio::test]
async fn after_a_minute_the_notice_and_the_number_are_gone() {
    let house = House::open_on_either().await;
    let unnamed = json!({ "from": ANN, "to": "tim@example.test" });
    let told = telephones(&house).await.post(RINGING, &unnamed).await;
    assert!(!told.json()["call"].as_str().unwrap().is_empty(), "it got a name");
    let mut tim = house.browser(house.tim).await;
    assert_eq!(notices(&mut tim).await.len(), 1);
    house.app.clock.advance_millis(ringing::EXPIRES_AFTER_MILLIS + 1);
    assert!(notices(&mut tim).await.is_empty());
    let rows = |tx: &mut kernel::db::Tx<'_>, _: &kernel::Cx| store::count(tx);
    assert_eq!(house.act(house.max, rows).await, 1);
    house.act(house.max, sweeping::sweep).await;
    assert_eq!(house.act(house.max, rows).await, 0);
    let (kinds, text) = log(&house).await;
    assert_eq!(kinds, ["desk.call.rang", "desk.call.over"]);
    assert!(!text.contains("138"), "the log keeps no number: {text}");
}

#[tokio::test]
async fn a_telephone_of_nobody_at_the_desk_is_refused_with_the_field_and_what_to_do() {
    let house = House::open_on_either().await;
    let telephones = telephones(&house).await;
    // A requester's number and address are as unknown as none at all.
    for to in ["9999", "nobody@example.test", "ann@example.test", "13800001234"] {
        let refused = rings(&telephones, "0999 4711", to, "1").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{to}");
        let unknown = ("to".to_owned(), "desk.call.to_unknown".to_owned());
        assert_eq!(wrong(&refused), [unknown], "{}", refused.text);
        assert!(refused.text.contains("Settings → People"), "{}", refused.text);
    }
    let nothing = rings(&telephones, " ", "204", "1").await;
    let missing = ("from".to_owned(), "desk.call.from_missing".to_owned());
    assert_eq!(wrong(&nothing), [missing], "{}", nothing.text);
}

#[tokio::test]
async fn a_technicians_token_rings_at_their_own_telephone_only() {
    let house = House::open_on_either().await;
    let own = house.program(house.tim, &[RING]).await;
    for to in ["204", "Tim@Example.test"] {
        let told = rings(&own, ANN, to, to).await;
        assert_eq!(told.status, StatusCode::ACCEPTED, "{to}: {}", told.text);
    }
    // Whether the other exists is not told.
    for to in ["eve@example.test", "nobody@example.test", "9999"] {
        let refused = rings(&own, ANN, to, "x").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{to}");
    }
    let other = house.program(house.max, &["desk.ticket.read"]).await;
    assert_eq!(rings(&other, ANN, "204", "1").await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        house
            .program(house.max, &[RING])
            .await
            .get("/api/v1/tickets")
            .await
            .status,
        StatusCode::FORBIDDEN,
        "the right to ring opens nothing else"
    );
}

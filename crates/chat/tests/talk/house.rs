//! What the tests share: a desk at which somebody answers, employees who ask, and the ticket at the end.

use chat::conversation::{Conversation, ConversationId, store};
use chat::duty;
use desk::article::{Article, ArticleKind};
use desk::ticket::{self, Entry, View};
use testkit::{Person, TestApp};
use web::testing::{Answer, Browser};

/// A house in which Amy answers.
pub async fn house() -> TestApp {
    let app = TestApp::open().await;
    answers(&app, &app.cast.amy).await;
    app
}

/// Somebody switches on that they answer.
pub async fn answers(app: &TestApp, person: &Person) {
    app.act(person, |tx, cx| duty::begin(tx, cx).map(drop)).await;
}

/// Somebody begins a conversation by the portal; gives back where they are led.
pub async fn ask(browser: &mut Browser, token: &str, words: &str) -> String {
    let answer = browser
        .post("/portal/chat", &[("token", token), ("body", words)])
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.header("location").to_owned()
}

/// The conversation at the end of an address.
pub fn id_of(path: &str) -> ConversationId {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

/// Begins a conversation and gives back which.
pub async fn asked(browser: &mut Browser, token: &str, words: &str) -> ConversationId {
    id_of(&ask(browser, token, words).await)
}

/// Somebody sends a form of a conversation as a technician.
pub async fn send(browser: &mut Browser, id: ConversationId, act: &str, fields: &[(&str, &str)]) -> Answer {
    browser.post(&format!("/chats/{id}/{act}"), fields).await
}

/// The same, which must be taken.
pub async fn does(browser: &mut Browser, id: ConversationId, act: &str, fields: &[(&str, &str)]) -> Answer {
    let answer = send(browser, id, act, fields).await;
    assert_eq!(answer.status, 303, "{act}: {}", answer.text);
    answer
}

/// A form that ends a conversation, with the values it is shown with.
pub const END: [(&str, &str); 3] = [("ticket", ""), ("category", "other"), ("urgency", "medium")];

/// A conversation as it is.
pub async fn conversation(app: &TestApp, id: ConversationId) -> Conversation {
    app.read(move |tx| store::load(tx, id)).await.unwrap()
}

/// What was said on a ticket, and the ticket.
pub async fn ticket(app: &TestApp, number: i64) -> (View, Vec<Article>) {
    let cx = app.cx();
    app.read(move |tx| {
        let entries = ticket::timeline(tx, &cx, number)?.entries;
        let articles = entries.into_iter().filter_map(|entry| match entry {
            Entry::Article(article) => Some(article),
            Entry::Event(_) => None,
        });
        Ok((ticket::load(tx, &cx, number)?, articles.collect()))
    })
    .await
    .unwrap()
}

/// The ticket that a conversation has become.
pub async fn ticket_of(app: &TestApp, id: ConversationId) -> (View, Vec<Article>) {
    let number = conversation(app, id).await.ticket.unwrap();
    ticket(app, number).await
}

/// The words of the first article of a kind.
pub fn words(articles: &[Article], kind: ArticleKind) -> String {
    let found = articles.iter().find(|article| article.kind == kind);
    found.unwrap().body.clone()
}

/// A technician says something to the requester, or to colleagues.
pub async fn writes(browser: &mut Browser, id: ConversationId, kind: &str, words: &str) {
    let fields = [("kind", kind), ("token", words), ("body", words)];
    does(browser, id, "messages", &fields).await;
}

/// The requester says something.
pub async fn says(browser: &mut Browser, id: ConversationId, words: &str) {
    let fields = [("token", words), ("body", words)];
    let answer = browser
        .post(&format!("/portal/chat/{id}/messages"), &fields)
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text);
}

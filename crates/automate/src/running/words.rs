//! The words a rule says: texts with variables, filled in a sandbox that knows nothing else and may not run for long.

use std::collections::BTreeMap;

use desk::notice::template::{self, Context, Template};
use desk::ticket::Ticket;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Locale;
use kernel::id::UserId;
use minijinja::Value;

/// The variables a text may use.
pub const NAMES: &[&str] = &[
    "number",
    "title",
    "priority",
    "state",
    "category",
    "requester",
    "assignee",
    "team",
    "link",
    "rule",
];

/// Fills a text; the error is the engine's, for the person who wrote the text.
pub fn render(text: &str, context: &Context) -> std::result::Result<String, String> {
    let template = Template {
        subject: String::new(),
        body: text.to_owned(),
    };
    template::render(&template, context).map(|rendered| rendered.text.trim_end().to_owned())
}

/// Made-up values, to try a text with.
#[must_use]
pub fn sample() -> Context {
    NAMES.iter().map(|name| (*name, Value::from("x"))).collect()
}

/// The values of a ticket, in a reader's language.
pub fn of_ticket(
    tx: &mut Tx<'_>,
    ticket: &Ticket,
    rule: &str,
    base_url: &str,
    locale: Locale,
) -> Result<Context> {
    let people: Vec<UserId> = [Some(ticket.requester), ticket.assignee]
        .into_iter()
        .flatten()
        .collect();
    let cards = people::user::store::cards(tx, &people)?;
    let name = |person: Option<UserId>| {
        let card = person.and_then(|person| cards.get(&person));
        card.map(|card| card.name.clone()).unwrap_or_default()
    };
    let teams = people::team::store::list(tx)?;
    let team = teams.into_iter().find(|team| Some(team.id) == ticket.team);
    let link = format!("{}/tickets/{}", base_url.trim_end_matches('/'), ticket.number);
    let values: BTreeMap<&'static str, Value> = [
        ("number", Value::from(ticket.number)),
        ("title", Value::from(ticket.title.clone())),
        ("priority", Value::from(ticket.priority.as_str())),
        ("state", Value::from(locale.t(ticket.state.text_key()))),
        ("category", Value::from(locale.t(ticket.category.text_key()))),
        ("requester", Value::from(name(Some(ticket.requester)))),
        ("assignee", Value::from(name(ticket.assignee))),
        (
            "team",
            Value::from(team.map(|team| team.name).unwrap_or_default()),
        ),
        ("link", Value::from(link)),
        ("rule", Value::from(rule.to_owned())),
    ]
    .into();
    Ok(values)
}

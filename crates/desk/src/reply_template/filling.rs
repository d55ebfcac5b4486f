//! Filling a template with a ticket's values, in a sandbox, and checking it before it is kept.
//!
//! The values are plain texts and no more: a template sees nothing of a ticket but what stands in [`KNOWN`], cannot call
//! anything, and may not run for long. What a requester wrote is a value and never becomes a template.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Errors, Result};
use kernel::i18n::{InstantStyle, Locale, format_instant};
use minijinja::{Environment, UndefinedBehavior, Value};

use super::{Both, TEXT_MAX};
use crate::ticket::Ticket;

/// The variables that a template may use.
pub const KNOWN: [&str; 12] = [
    "ticket.number",
    "ticket.title",
    "ticket.priority",
    "ticket.state",
    "ticket.type",
    "ticket.category",
    "requester.name",
    "requester.email",
    "requester.department",
    "me.name",
    "me.email",
    "today",
];

/// Steps of the engine; a usual text takes a hundred.
const FUEL: u64 = 20_000;

type Values = BTreeMap<&'static str, BTreeMap<&'static str, String>>;

/// The text of a template for a ticket: to its requester in their language, to the desk in the actor's.
pub fn fill(tx: &mut Tx, cx: &Cx, body: &Both, ticket: &Ticket, is_note: bool) -> Result<String> {
    let requester = people::user::store::find(tx, ticket.requester)?;
    let theirs = requester.as_ref().and_then(|person| person.locale);
    let locale = if is_note {
        cx.locale
    } else {
        theirs.unwrap_or(cx.locale)
    };
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let identity = cx.identity();
    let mut values = Values::new();
    values.insert(
        "ticket",
        BTreeMap::from([
            ("number", ticket.number.to_string()),
            ("title", ticket.title.clone()),
            ("priority", ticket.priority.as_str().to_owned()),
            ("state", locale.t(ticket.state.text_key())),
            ("type", locale.t(ticket.ticket_type.text_key())),
            ("category", locale.t(ticket.category.text_key())),
        ]),
    );
    values.insert(
        "requester",
        BTreeMap::from([
            ("name", text(requester.as_ref().map(|one| one.name.as_str()))),
            ("email", text(requester.as_ref().map(|one| one.email.as_str()))),
            (
                "department",
                text(requester.as_ref().map(|one| one.department.as_str())),
            ),
        ]),
    );
    values.insert(
        "me",
        BTreeMap::from([
            ("name", text(identity.map(|me| me.name.as_str()))),
            ("email", text(identity.map(|me| me.email.as_str()))),
        ]),
    );
    let today = format_instant(cx.now(), locale, &cx.time_zone, InstantStyle::Date);
    let filled = render(body.of(locale), &values, &today);
    // What was checked when it was kept can still break over its values; the words as written are better than none.
    Ok(filled.unwrap_or_else(|error| {
        tracing::warn!(ticket = ticket.number, error, "a template could not be filled");
        body.of(locale).to_owned()
    }))
}

fn render(text: &str, values: &Values, today: &str) -> std::result::Result<String, String> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    let inner = |fields: &BTreeMap<&'static str, String>| {
        Value::from_pairs(
            fields
                .iter()
                .map(|(name, value)| (*name, Value::from(value.as_str()))),
        )
    };
    let mut context: Vec<(&str, Value)> = values
        .iter()
        .map(|(name, fields)| (*name, inner(fields)))
        .collect();
    context.push(("today", Value::from(today)));
    let filled = environment
        .render_str(text, Value::from_pairs(context))
        .map_err(|error| told(&error))?;
    Ok(filled.trim().chars().take(TEXT_MAX * 2).collect())
}

/// Pushes what is wrong with a template's text: a variable that does not exist, with those that do; else what the engine
/// does not understand.
pub(super) fn check(errors: &mut Errors, field: &str, text: &str) {
    let environment = Environment::new();
    let parsed = match environment.template_from_str(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let detail = vec![("detail".to_owned(), told(&error).into())];
            return errors.push_with(field, "desk.template.broken", detail);
        }
    };
    let mut unknown: Vec<String> = parsed
        .undeclared_variables(true)
        .into_iter()
        .filter(|name| !KNOWN.contains(&name.as_str()))
        .collect();
    if !unknown.is_empty() {
        unknown.sort_unstable();
        let names = unknown.join(", ").chars().take(200).collect::<String>();
        let arguments = vec![
            ("names".to_owned(), names.into()),
            ("known".to_owned(), KNOWN.join(", ").into()),
        ];
        return errors.push_with(field, "desk.reply_template.unknown_variable", arguments);
    }
    if let Err(error) = render(text, &sample(), "2026-03-02") {
        errors.push_with(
            field,
            "desk.template.broken",
            vec![("detail".to_owned(), error.into())],
        );
    }
}

fn sample() -> Values {
    let mut values = Values::new();
    for name in KNOWN {
        if let Some((outer, inner)) = name.split_once('.') {
            values
                .entry(outer)
                .or_default()
                .insert(inner, Locale::En.tag().to_owned());
        }
    }
    values
}

fn told(error: &minijinja::Error) -> String {
    let place = error.line().map_or_else(String::new, |line| format!(" ({line})"));
    format!(
        "{}{place}",
        error
            .detail()
            .map_or_else(|| error.kind().to_string(), ToOwned::to_owned)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> Option<kernel::Error> {
        let mut errors = Errors::new();
        check(&mut errors, "body_en", text);
        errors.finish().err()
    }

    #[test]
    fn every_known_variable_may_be_used() {
        let text = KNOWN.map(|name| format!("{{{{ {name} }}}}")).join(" ");
        assert!(wrong(&text).is_none());
    }

    #[test]
    fn an_unknown_variable_is_refused_with_the_names_that_exist() {
        let error = wrong("Dear {{ requestor.name }}, {{ ticket.owner }}").unwrap();
        assert_eq!(error.fields()[0].code, "desk.reply_template.unknown_variable");
        let arguments = format!("{:?}", error.fields()[0].args);
        assert!(
            arguments.contains("requestor.name") && arguments.contains("ticket.owner"),
            "{arguments}"
        );
        assert!(arguments.contains("requester.name"), "{arguments}");
    }

    #[test]
    fn a_broken_brace_is_refused_and_endless_work_too() {
        assert_eq!(
            wrong("Dear {{ requester.name").unwrap().fields()[0].code,
            "desk.template.broken"
        );
        assert!(
            wrong("{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}").is_some()
        );
    }

    #[test]
    fn what_a_requester_wrote_is_never_a_template() {
        let mut values = sample();
        values
            .entry("ticket")
            .or_default()
            .insert("title", "{{ 6 * 7 }}".to_owned());
        assert_eq!(render("{{ ticket.title }}", &values, "").unwrap(), "{{ 6 * 7 }}");
    }
}

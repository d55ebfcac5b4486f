//! The words of each notice in each language: shipped ones, and what an administrator made of them.
//!
//! A template is a subject line and a text in Jinja's language; it sees the values of `context.rs` and nothing else, may
//! not run for long, and knows no HTML. One that is broken is refused when it is saved; should one break all the same, the
//! shipped words are sent, for a person who waits must not go without an answer because of a brace.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Errors, Result};
use kernel::event;
use kernel::i18n::Locale;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde_json::json;

use super::{Notice, TEMPLATE_RESET, TEMPLATE_SAVED, context, store};
use crate::ticket::access;

/// Subject and text, with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub subject: String,
    pub body: String,
}

/// Subject and text, filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    pub subject: String,
    pub text: String,
}

/// The values that a template is filled with.
pub type Context = BTreeMap<&'static str, Value>;

const SUBJECT_MAX: usize = 300;
const BODY_MAX: usize = 20_000;
/// Steps of the template engine: the longest shipped template takes some hundreds.
const FUEL: u64 = 50_000;
/// What a mail program shows of a subject and more.
const RENDERED_SUBJECT_MAX: usize = 250;

macro_rules! shipped_texts {
    ($notice:expr, $locale:expr, $($variant:ident => $file:literal),+ $(,)?) => {
        match ($notice, $locale) {
            $(
                (Notice::$variant, Locale::En) => include_str!(concat!("templates/en/", $file, ".txt")),
                (Notice::$variant, Locale::ZhCn) => include_str!(concat!("templates/zh-CN/", $file, ".txt")),
            )+
        }
    };
}

/// The words that come with the product.
#[must_use]
pub fn shipped(notice: Notice, locale: Locale) -> Template {
    let text = shipped_texts!(
        notice, locale,
        Received => "received", Assigned => "assigned", Replied => "replied", Waiting => "waiting",
        Moved => "moved", WaitingElsewhere => "waiting_elsewhere", Resolved => "resolved", Closed => "closed", Reopened => "reopened", AssignedToYou => "assigned_to_you",
        RequesterReplied => "requester_replied", Warning => "warning", Breach => "breach",
        EscalatedToYou => "escalated_to_you", CameBack => "came_back", Mentioned => "mentioned",
        ApprovalAsked => "approval_asked", Approved => "approved", Declined => "declined",
        TaskOpened => "task_opened", TasksDone => "tasks_done", Forgotten => "forgotten",
    );
    let (subject, body) = text.split_once('\n').unwrap_or((text, ""));
    Template {
        subject: subject.trim().to_owned(),
        body: body.trim_start_matches('\n').to_owned(),
    }
}

/// The words that hold now, and whether somebody changed them.
pub fn current(tx: &mut Tx, notice: Notice, locale: Locale) -> Result<(Template, bool)> {
    let changed = store::template(tx, notice, locale)?;
    Ok(changed.map_or_else(|| (shipped(notice, locale), false), |template| (template, true)))
}

/// Which were changed, as pairs of notice and locale.
pub fn changed(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    store::changed(tx)
}

/// Fills a template; the error is the engine's, for the person who wrote the template.
pub fn render(template: &Template, context: &Context) -> std::result::Result<Rendered, String> {
    let mut environment = Environment::new();
    // A tag on a line of its own leaves no empty line behind.
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build();
    environment.set_syntax(syntax.map_err(|error| told(&error))?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    let value = Value::from_pairs(context.iter().map(|(name, value)| (*name, value.clone())));
    let render = |text: &str| environment.render_str(text, &value).map_err(|error| told(&error));
    let subject = render(&template.subject)?;
    let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let subject = subject.chars().take(RENDERED_SUBJECT_MAX).collect();
    Ok(Rendered {
        subject,
        text: tidy(&render(&template.body)?),
    })
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

/// Fills the words that hold now; the shipped ones when those are broken.
pub fn render_current(tx: &mut Tx, notice: Notice, locale: Locale, context: &Context) -> Result<Rendered> {
    let (template, is_changed) = current(tx, notice, locale)?;
    match render(&template, context) {
        Ok(rendered) => return Ok(rendered),
        Err(error) => tracing::error!(
            notice = notice.as_str(),
            locale = locale.tag(),
            is_changed,
            error,
            "a template is broken"
        ),
    }
    render(&shipped(notice, locale), context).map_err(kernel::Error::internal)
}

/// Parts that were left out leave no holes: at most one empty line in a row, none at either end.
fn tidy(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && lines.last().is_none_or(|last| last.is_empty())) {
            lines.push(line);
        }
    }
    while lines.last().is_some_and(|last| last.is_empty()) {
        lines.pop();
    }
    lines.join("\n") + "\n"
}

/// Saves what a person made of a template.
///
/// # Errors
/// Names the field, and says what the engine does not understand.
pub fn save(tx: &mut Tx, cx: &Cx, notice: Notice, locale: Locale, template: &Template) -> Result<()> {
    cx.require(access::SETTINGS)?;
    check(notice, locale, template)?;
    store::save_template(tx, notice, locale, template, (cx.now(), cx.user_id()))?;
    note(tx, cx, TEMPLATE_SAVED, notice, locale)
}

/// Refuses a template that could not be sent.
///
/// # Errors
/// As [`save`].
pub fn check(notice: Notice, locale: Locale, template: &Template) -> Result<()> {
    let mut errors = Errors::new();
    let mut field = |name: &str, text: &str, max: usize, missing: &str| {
        if text.trim().is_empty() {
            errors.push(name, missing);
        } else if text.chars().count() > max {
            let max = i64::try_from(max).unwrap_or(i64::MAX);
            errors.push_with(
                name,
                "desk.ticket.line_too_long",
                vec![("max".to_owned(), max.into())],
            );
        } else {
            let alone = Template {
                subject: text.to_owned(),
                body: String::new(),
            };
            if let Err(error) = render(&alone, &context::sample(notice, locale)) {
                errors.push_with(
                    name,
                    "desk.template.broken",
                    vec![("detail".to_owned(), error.into())],
                );
            }
        }
    };
    field(
        "subject",
        &template.subject,
        SUBJECT_MAX,
        "desk.template.subject_missing",
    );
    field("body", &template.body, BODY_MAX, "desk.template.body_missing");
    errors.finish()
}

/// What a template looks like with made-up values.
///
/// # Errors
/// As [`save`].
pub fn preview(notice: Notice, locale: Locale, template: &Template) -> Result<Rendered> {
    check(notice, locale, template)?;
    render(template, &context::sample(notice, locale)).map_err(kernel::Error::internal)
}

/// Names of the values a template of this notice may use.
#[must_use]
pub fn names(notice: Notice) -> Vec<&'static str> {
    context::sample(notice, Locale::En).into_keys().collect()
}

/// Takes a template back to the shipped words.
pub fn reset(tx: &mut Tx, cx: &Cx, notice: Notice, locale: Locale) -> Result<()> {
    cx.require(access::SETTINGS)?;
    if store::delete_template(tx, notice, locale)? {
        note(tx, cx, TEMPLATE_RESET, notice, locale)?;
    }
    Ok(())
}

fn note(tx: &mut Tx, cx: &Cx, kind: &'static str, notice: Notice, locale: Locale) -> Result<()> {
    let subject = format!("desk.template:{}:{}", notice.as_str(), locale.tag());
    event::append(
        tx,
        cx,
        event::New {
            kind,
            subject,
            data: json!({}),
            personal: None,
        },
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_template_can_be_filled_in_both_languages() {
        for notice in Notice::ALL {
            for locale in [Locale::En, Locale::ZhCn] {
                let template = shipped(*notice, locale);
                check(*notice, locale, &template).unwrap();
                let letter = preview(*notice, locale, &template).unwrap();
                assert!(
                    !letter.subject.contains("{{") && letter.text.len() > 40,
                    "{notice} {letter:?}"
                );
                assert!(
                    *notice == Notice::Forgotten || letter.subject.starts_with("[#1042] "),
                    "{}",
                    letter.subject
                );
                assert!(!letter.text.contains("\n\n\n"), "{}", letter.text);
            }
        }
    }

    #[test]
    fn chinese_templates_are_written_in_chinese_with_its_punctuation() {
        kernel::i18n::register(crate::LOCALES);
        for notice in Notice::ALL {
            let letter = preview(*notice, Locale::ZhCn, &shipped(*notice, Locale::ZhCn)).unwrap();
            let han = letter
                .text
                .chars()
                .filter(|letter| ('\u{4e00}'..='\u{9fff}').contains(letter))
                .count();
            assert!(han > 8, "{}", letter.text);
            let before_han = |text: &str, sign: char| {
                let letters: Vec<char> = text.chars().collect();
                letters
                    .windows(2)
                    .any(|two| ('\u{4e00}'..='\u{9fff}').contains(&two[0]) && two[1] == sign)
            };
            assert!(
                !before_han(&letter.text, ',') && !before_han(&letter.text, ':'),
                "{}",
                letter.text
            );
        }
    }

    #[test]
    fn what_is_left_out_leaves_no_hole() {
        let template = Template {
            subject: "s".to_owned(),
            body: "a\n\n{% if assignee %}\nb\n{% endif %}\n\nc".to_owned(),
        };
        let mut values = Context::new();
        values.insert("assignee", Value::from(""));
        assert_eq!(render(&template, &values).unwrap().text, "a\n\nc\n");
    }

    #[test]
    fn a_broken_template_is_refused_at_its_field() {
        let template = Template {
            subject: "ok".to_owned(),
            body: "Hello {{ recipient".to_owned(),
        };
        let error = check(Notice::Received, Locale::En, &template).unwrap_err();
        assert_eq!(
            (error.fields()[0].field.as_str(), error.fields()[0].code.as_str()),
            ("body", "desk.template.broken")
        );
        let unknown = Template {
            subject: "{{ requestor }}".to_owned(),
            body: "x".to_owned(),
        };
        let error = check(Notice::Received, Locale::En, &unknown).unwrap_err();
        assert_eq!(error.fields()[0].field, "subject");
    }

    #[test]
    fn a_template_cannot_run_for_ever() {
        let body = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}".to_owned();
        assert!(
            render(
                &Template {
                    subject: "s".to_owned(),
                    body
                },
                &Context::new()
            )
            .is_err()
        );
    }

    #[test]
    fn words_of_people_are_values_and_never_templates() {
        let mut values = Context::new();
        values.insert("title", Value::from("{{ 6 * 7 }}"));
        let template = Template {
            subject: "{{ title }}".to_owned(),
            body: "x".to_owned(),
        };
        assert_eq!(render(&template, &values).unwrap().subject, "{{ 6 * 7 }}");
    }
}

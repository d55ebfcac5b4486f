//! The form of a type and the card of a request as HTML, and what a browser sent read back.
//!
//! Console and portal show the same fields and the same card. All fields are in the page; those that are not asked for are
//! hidden and switched off. A script switches them while answers change; without one, the server asks again when an answer
//! made more questions (`asks_for_more`).

use std::collections::BTreeMap;

use askama::Template;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::i18n::Locale;
use kernel::id::UserId;
use kernel::time::Timestamp;
use web::{Choice, FormData, FormView, Shell};

use super::answering::{self, Given, place};
use super::approval::{Decision, Progress};
use super::approving::Approval;
use super::asking::{self, Request};
use super::form::{self, Field, FieldKind};
use super::{Definition, said, store};
use crate::ticket::NewAttachment;

/// A question as the page shows it.
struct Line {
    key: String,
    /// The name of its place in the form.
    name: String,
    kind: &'static str,
    label: String,
    help: String,
    required: bool,
    choices: Vec<Choice>,
    /// The place and value on which it depends.
    depends: Option<(String, String)>,
    is_shown: bool,
}

#[derive(Template)]
#[template(path = "catalogue/views/fields.html")]
struct Fields<'a> {
    shell: &'a Shell,
    form: &'a FormView,
    lines: Vec<Line>,
    upload_limit: u64,
}

/// The questions of a form, as it is filled.
pub fn fields(
    shell: &Shell,
    locale: Locale,
    definition: &Definition,
    form: &FormView,
    upload_limit: u64,
) -> Result<String> {
    let mut given = Given::new();
    for field in &definition.fields {
        let name = place(&field.key);
        let chosen = field.values().into_iter().filter(|value| form.has(&name, value));
        given.insert(field.key.clone(), chosen.map(str::to_owned).collect());
    }
    let shown = form::shown(&definition.fields, &given);
    let lines = definition.fields.iter();
    let lines = lines.map(|field| line(field, locale, shown.contains(field.key.as_str())));
    let part = Fields {
        shell,
        form,
        lines: lines.collect(),
        upload_limit,
    };
    part.render().map_err(Error::internal)
}

fn line(field: &Field, locale: Locale, is_shown: bool) -> Line {
    let mut choices: Vec<Choice> = Vec::new();
    if field.kind == FieldKind::Choice {
        choices.push(Choice::new("", locale.t("desk-catalogue-choose")));
    }
    choices.extend(field.choices.iter().map(|choice| {
        let label = said(&choice.label, locale);
        let words = if label.is_empty() {
            choice.value.as_str()
        } else {
            label
        };
        Choice::new(&choice.value, words)
    }));
    let help = match (said(&field.help, locale), field.kind) {
        ("", FieldKind::Person) => locale.t("desk-catalogue-person-hint"),
        (help, _) => help.to_owned(),
    };
    Line {
        key: field.key.clone(),
        name: place(&field.key),
        kind: field.kind.as_str(),
        label: said(&field.label, locale).to_owned(),
        help,
        required: field.required,
        choices,
        depends: field
            .shown_when
            .as_ref()
            .map(|when| (place(&when.field), when.is.clone())),
        is_shown,
    }
}

/// What a browser sent: answers, and files by the key of their field.
#[must_use]
pub fn sent(form: &FormData, definition: &Definition) -> (Given, BTreeMap<String, Vec<NewAttachment>>) {
    let (mut given, mut files) = (Given::new(), BTreeMap::new());
    for field in &definition.fields {
        let name = place(&field.key);
        if field.kind == FieldKind::File {
            let sent = form.files(&name).map(|file| NewAttachment {
                hash: file.stored.hash.clone(),
                name: file.name.clone(),
                media_type: file.media_type.clone(),
                size: file.stored.size,
                content_id: None,
            });
            files.insert(field.key.clone(), sent.collect());
        } else {
            given.insert(field.key.clone(), form.all(&name).map(str::to_owned).collect());
        }
    }
    (given, files)
}

/// Refuses when the answers make questions that the page had not asked.
pub fn asks_for_more(form: &FormData, definition: &Definition, given: &Given) -> Result<()> {
    let shown = form::shown(&definition.fields, given);
    let is_seen = |key: &str| form.all("seen").any(|seen| seen == key);
    if shown.iter().all(|key| is_seen(key)) {
        return Ok(());
    }
    Err(Error::invalid("desk.catalogue.more_questions"))
}

/// A request as it is read beside its ticket.
#[derive(Debug, Clone)]
pub struct Card {
    pub request: Request,
    pub name: String,
    /// Question and answer.
    pub lines: Vec<(String, String)>,
    pub steps: Vec<StepLine>,
    /// Where it can be taken back, when the reader may.
    pub withdraw: Option<String>,
}

/// A step of the approval.
#[derive(Debug, Clone)]
pub struct StepLine {
    /// Counted from one.
    pub number: i64,
    /// How many must say yes, in words.
    pub rule: String,
    pub people: Vec<ApproverLine>,
}

/// Somebody who was asked.
#[derive(Debug, Clone)]
pub struct ApproverLine {
    pub name: String,
    pub instead_of: Option<String>,
    pub decision: Option<Decision>,
    /// What came of it, in words.
    pub text: String,
    pub comment: Option<String>,
    pub at: Option<Timestamp>,
}

impl Card {
    /// The request behind a ticket that the reader may see; none when it did not come by a form.
    pub fn load(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Option<Card>> {
        match store::request(tx, number)? {
            Some((request, definition)) => Card::loaded(tx, cx, request, &definition).map(Some),
            None => Ok(None),
        }
    }

    /// From the request, with who was asked to approve it.
    pub fn loaded(tx: &mut Tx, cx: &Cx, request: Request, definition: &Definition) -> Result<Card> {
        let approvals = if request.approval == Progress::None {
            Vec::new()
        } else {
            store::approvals(tx, request.ticket)?
        };
        Card::of(tx, cx, request, definition, &approvals)
    }

    /// From what was loaded.
    pub fn of(
        tx: &mut Tx,
        cx: &Cx,
        request: Request,
        definition: &Definition,
        approvals: &[Approval],
    ) -> Result<Card> {
        let mut people = answering::people(&definition.fields, &request.answers);
        people.extend(
            approvals
                .iter()
                .flat_map(|one| std::iter::once(one.person).chain(one.instead_of)),
        );
        let names = asking::names_of(tx, &people)?;
        let locale = cx.locale;
        let name = Some(said(&definition.name, locale)).filter(|name| !name.is_empty());
        Ok(Card {
            withdraw: None,
            name: name.unwrap_or(&request.type_id).to_owned(),
            lines: answering::lines(&definition.fields, &request.answers, locale, &names),
            steps: steps(definition, approvals, locale, &names),
            request,
        })
    }

    /// The card as HTML. `card-` and the number are its identifier.
    pub fn html(&self, shell: &Shell) -> Result<String> {
        let part = CardPart { shell, card: self };
        part.render().map_err(Error::internal)
    }
}

#[derive(Template)]
#[template(path = "catalogue/views/card.html")]
struct CardPart<'a> {
    shell: &'a Shell,
    card: &'a Card,
}

fn steps(
    definition: &Definition,
    approvals: &[Approval],
    locale: Locale,
    names: &BTreeMap<UserId, String>,
) -> Vec<StepLine> {
    let name = |person: UserId| {
        let found = names.get(&person).cloned();
        found.unwrap_or_else(|| locale.t("desk-catalogue-person-gone"))
    };
    let line = |one: &Approval| ApproverLine {
        name: name(one.person),
        instead_of: one.instead_of.map(name),
        decision: one.decision,
        text: locale.t(one
            .decision
            .map_or("desk-catalogue-undecided", Decision::text_key)),
        comment: one.comment.clone(),
        at: one.decided_at,
    };
    (0_i64..)
        .zip(&definition.approval)
        .map(|(index, step)| StepLine {
            number: index + 1,
            rule: locale.t_with(step.rule.text_key(), &[("count", step.quorum.into())]),
            people: approvals
                .iter()
                .filter(|one| one.step == index)
                .map(line)
                .collect(),
        })
        .collect()
}

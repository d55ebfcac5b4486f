//! Opening a ticket on behalf of somebody: at the phone, at the door, for a mail that went elsewhere.
//!
//! The requester is found by name, address, or phone number while the technician types; an address that nobody has yet
//! becomes a new requester when the ticket is opened.

use askama::Template;
use axum::extract::State;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Kind};
use kernel::id::{TeamId, UserId};
use people::user::Card;
use serde::Deserialize;
use web::{
    App, Choice, FormData, FormView, Page, Query, Shell, Tone, html, see_other, unprocessable, with_toast,
};

use super::composing::attachments;
use super::editing::environment;
use super::names::Names;
use super::wording::choices;
use crate::ticket::value::{Category, Channel, Impact, Priority, TicketType, Urgency};
use crate::ticket::{self, Opening};

/// Somebody who could be meant, with what is open of theirs.
pub(super) struct Caller {
    pub card: Card,
}

#[derive(Template)]
#[template(path = "console/views/new.html")]
struct New {
    shell: Shell,
    form: FormView,
    types: Vec<Choice>,
    categories: Vec<Choice>,
    impacts: Vec<Choice>,
    urgencies: Vec<Choice>,
    priorities: Vec<Choice>,
    channels: Vec<Choice>,
    teams: Vec<Choice>,
    people: Vec<Choice>,
    callers: Vec<Caller>,
    asked: String,
}

#[derive(Template)]
#[template(path = "console/views/callers.html")]
struct Callers {
    shell: Shell,
    callers: Vec<Caller>,
    asked: String,
}

/// Whom to fill in: `?requester=` an address, `?caller=` a number, name, or part of an address to look up.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct About {
    requester: String,
    caller: String,
    title: String,
}

const SUGGESTED: i64 = 8;

/// Whether it is a number that can be somebody's, and not words.
pub(super) fn is_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits >= 3 && !text.chars().any(char::is_alphabetic) && !text.contains('@')
}

/// By phone number when it is one, else by name or address.
pub(super) fn look_up(tx: &mut Tx<'_>, text: &str) -> kernel::Result<Vec<Caller>> {
    let text = text.trim();
    let cards = match text {
        "" => Vec::new(),
        number if is_number(number) => people::user::store::find_by_phone(tx, number)?,
        words => people::user::store::suggest(tx, words, SUGGESTED)?,
    };
    Ok(cards.into_iter().map(|card| Caller { card }).collect())
}

async fn show(app: &App, page: &Page, form: FormView, caller: String) -> kernel::Result<New, web::Failure> {
    let wanted = caller.clone();
    let (callers, names, staff) = app
        .db
        .read(move |tx| {
            let callers = look_up(tx, &wanted)?;
            Ok((callers, Names::load(tx, &[])?, people::user::store::staff(tx)?))
        })
        .await?;
    let locale = page.cx.locale;
    let mut priorities = vec![Choice::new("", page.t("desk-page-priority-matrix"))];
    priorities.extend(
        Priority::ALL
            .iter()
            .map(|one| Choice::new(one.as_str(), page.t(&format!("desk-page-priority-{one}")))),
    );
    let mut teams = vec![Choice::new("", page.t("desk-page-new-team-by-category"))];
    teams.extend(
        names
            .teams
            .iter()
            .map(|(team, name)| Choice::new(team.to_string(), name)),
    );
    let mut people = vec![Choice::new("", page.t("desk-page-assign-auto"))];
    people.extend(
        staff
            .into_iter()
            .map(|card| Choice::new(card.id.to_string(), card.name)),
    );
    Ok(New {
        shell: page.shell(app, page.t("desk-page-new-title")).await?,
        form,
        types: choices!(TicketType, locale),
        categories: choices!(Category, locale),
        impacts: choices!(Impact, locale),
        urgencies: choices!(Urgency, locale),
        priorities,
        channels: choices!(Channel, locale),
        teams,
        people,
        callers,
        asked: caller,
    })
}

/// `GET /tickets/new`
pub(super) async fn ask(State(app): State<App>, page: Page, Query(about): Query<About>) -> web::Result {
    let form = FormView::of([
        ("requester", about.requester.as_str()),
        ("title", &about.title),
        ("type", TicketType::Incident.as_str()),
        ("category", Category::Other.as_str()),
        ("impact", Impact::Person.as_str()),
        ("urgency", Urgency::Medium.as_str()),
        ("channel", Channel::Phone.as_str()),
    ]);
    html(show(&app, &page, form, about.caller).await?)
}

/// `GET /tickets/new/callers?caller=`: who could be meant, while it is typed.
pub(super) async fn callers(State(app): State<App>, page: Page, Query(about): Query<About>) -> web::Result {
    let text: String = about.caller.chars().take(200).collect();
    let wanted = text.clone();
    let callers = app.db.read(move |tx| look_up(tx, &wanted)).await?;
    html(Callers {
        shell: page.bare(&app, ""),
        callers,
        asked: text,
    })
}

/// `POST /tickets`
pub(super) async fn open(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match Wanted::of(&form) {
        Ok(wanted) => app.db.write(move |tx| wanted.open(tx, &cx)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(number) => {
            let done = page
                .cx
                .locale
                .t_with("desk-page-opened", &[("number", number.into())]);
            Ok(with_toast(
                see_other(&format!("/tickets/{number}"))?,
                &page,
                Tone::Success,
                &done,
            ))
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let filled = form.refused(&error, page.cx.locale);
            unprocessable(show(&app, &page, filled, form.text("caller").to_owned()).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// The form, read.
#[derive(Clone)]
struct Wanted {
    email: String,
    name: String,
    title: String,
    body: String,
    ticket_type: TicketType,
    category: Category,
    impact: Impact,
    urgency: Urgency,
    priority: Option<Priority>,
    channel: Channel,
    team: Option<TeamId>,
    assignee: Option<UserId>,
    environment: ticket::Environment,
    steps: Option<String>,
    error_text: Option<String>,
    tags: Vec<String>,
    attachments: Vec<ticket::NewAttachment>,
}

impl Wanted {
    fn of(form: &FormData) -> kernel::Result<Wanted> {
        let mut errors = Errors::new();
        let email = form.text("requester").to_owned();
        if email.is_empty() {
            errors.push("requester", "desk.page.requester_missing");
        } else if !people::user::is_email(&email) {
            errors.push("requester", "desk.page.requester_malformed");
        }
        if form.text("title").is_empty() {
            errors.push("title", "desk.ticket.title_missing");
        }
        if form.text("body").is_empty() {
            errors.push("body", "desk.article.body_missing");
        }
        errors.finish()?;
        let malformed = |field: &str| Error::invalid("web.form.malformed").field(field);
        let optional = |name: &str| form.optional(name).map(str::to_owned);
        Ok(Wanted {
            email,
            name: form.text("name").to_owned(),
            title: form.text("title").to_owned(),
            body: form.text("body").to_owned(),
            ticket_type: TicketType::parse(form.text("type"))?,
            category: Category::parse(form.text("category"))?,
            impact: Impact::parse(form.text("impact"))?,
            urgency: Urgency::parse(form.text("urgency"))?,
            priority: form.optional("priority").map(Priority::parse).transpose()?,
            channel: Channel::parse(form.text("channel"))?,
            team: form
                .optional("team")
                .map(str::parse)
                .transpose()
                .map_err(|_| malformed("team"))?,
            assignee: form
                .optional("assignee")
                .map(str::parse)
                .transpose()
                .map_err(|_| malformed("assignee"))?,
            environment: environment(form),
            steps: optional("steps"),
            error_text: optional("error_text"),
            tags: form
                .text("tags")
                .split([',', '，', '、'])
                .map(|tag| tag.trim().to_owned())
                .collect(),
            attachments: attachments(form),
        })
    }

    fn open(&self, tx: &mut Tx<'_>, cx: &kernel::Cx) -> kernel::Result<i64> {
        let requester = match people::user::store::find_by_email(tx, &self.email)? {
            Some(known) => known,
            None => people::user::adding::find_or_add_requester(tx, cx, &self.email, &self.name)?,
        };
        let mut opening = Opening::new(requester.id, &self.title, &self.body, self.channel);
        opening.ticket_type = self.ticket_type;
        opening.category = self.category;
        opening.impact = self.impact;
        opening.urgency = self.urgency;
        opening.priority = self.priority;
        opening.team = self.team;
        opening.assignee = self.assignee;
        opening.environment = self.environment.clone();
        opening.steps = self.steps.clone();
        opening.error_text = self.error_text.clone();
        opening.tags = self.tags.clone();
        opening.attachments = self.attachments.clone();
        opening.site = requester.site;
        opening.organisation = Some(requester.organisation).filter(|name| !name.is_empty());
        Ok(ticket::open(tx, cx, opening)?.number)
    }
}

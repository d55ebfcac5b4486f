//! The settings pages of macros: everybody's and one's own.

use askama::Template;
use axum::extract::State;
use kernel::error::Error;
use kernel::id::Id;
use web::{App, Choice, FormData, FormView, Page, Path, Shell, html};

use super::settings::{answer, keep, saved};
use super::settings_templates::{Line, both, parse};
use super::wording::{choices, with_any};
use crate::macros::{self, Definition, Macro, Move, Planned, Receiver, Say, Voice, Wanted};
use crate::reply_template;
use crate::ticket::access;
use crate::ticket::value::{Category, Impact, TicketType, Urgency};

const PATH: &str = "/settings/desk/macros";

#[derive(Template)]
#[template(path = "console/views/settings_macros.html")]
struct List {
    shell: Shell,
    lines: Vec<Line>,
}

/// `GET /settings/desk/macros`
pub(super) async fn list(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let lines = app
        .db
        .read(move |tx| {
            let mut lines = Vec::new();
            for one in macros::list(tx, &cx)? {
                lines.push(Line {
                    href: format!("{PATH}/{}", one.id),
                    name: one.name.of(cx.locale).to_owned(),
                    text: macros::running::summary(tx, &cx, &one.definition)?.join(" · "),
                    shared: one.owner.is_none(),
                });
            }
            Ok(lines)
        })
        .await?;
    let shell = page.shell(&app, page.t("desk-page-nav-hand")).await?;
    html(List { shell, lines })
}

#[derive(Template)]
#[template(path = "console/views/settings_macro.html")]
struct Edit {
    shell: Shell,
    action: String,
    is_new: bool,
    may_share: bool,
    may_change: bool,
    form: FormView,
    types: Vec<Choice>,
    categories: Vec<Choice>,
    impacts: Vec<Choice>,
    urgencies: Vec<Choice>,
    receivers: Vec<Choice>,
    moves: Vec<Choice>,
    voices: Vec<Choice>,
    templates: Vec<Choice>,
}

async fn view(
    app: &App,
    page: &Page,
    id: Option<Id<Macro>>,
    form: FormView,
    may_change: bool,
) -> web::Result<Edit> {
    let (cx, locale) = (page.cx.clone(), page.cx.locale);
    let (teams, templates) = app
        .db
        .read(move |tx| Ok((people::team::store::list(tx)?, reply_template::list(tx, &cx)?)))
        .await?;
    let mut receivers = vec![
        Choice::new("me", page.t("desk-hand-plan-assign-me")),
        Choice::new("automatic", page.t("desk-hand-plan-assign-automatic")),
    ];
    receivers.extend(
        teams
            .into_iter()
            .map(|team| Choice::new(String::from(Receiver::Team(team.id)), team.name)),
    );
    let templates = templates
        .into_iter()
        .map(|one| Choice::new(one.id.to_string(), one.name.of(locale)))
        .collect();
    let stays = || page.t("desk-page-macro-stays");
    let key = if id.is_some() {
        "desk-page-macro"
    } else {
        "desk-page-macro-new"
    };
    Ok(Edit {
        shell: page.shell(app, page.t(key)).await?,
        action: id.map_or_else(|| PATH.to_owned(), |id| format!("{PATH}/{id}")),
        is_new: id.is_none(),
        may_share: page.cx.may(access::SETTINGS).is_some(),
        may_change,
        form,
        types: with_any(stays(), choices!(TicketType, locale)),
        categories: with_any(stays(), choices!(Category, locale)),
        impacts: with_any(stays(), choices!(Impact, locale)),
        urgencies: with_any(stays(), choices!(Urgency, locale)),
        receivers: with_any(stays(), receivers),
        moves: with_any(stays(), choices!(Move, locale)),
        voices: choices!(Voice, locale),
        templates: with_any(page.t("desk-page-macro-says-nothing"), templates),
    })
}

/// `GET /settings/desk/macros/new`
pub(super) async fn new(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, None, FormView::empty(), true).await?)
}

/// `GET /settings/desk/macros/{id}`
pub(super) async fn edit(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let id = parse(&id)?;
    let cx = page.cx.clone();
    let found = app.db.read(move |tx| macros::load(tx, &cx, id)).await?;
    let may_change = reply_template::may_change(&page.cx, found.owner).is_ok();
    html(view(&app, &page, Some(id), filled(found), may_change).await?)
}

fn filled(found: Macro) -> FormView {
    let definition = found.definition;
    let word = |word: Option<&'static str>| word.unwrap_or_default().to_owned();
    let planned = definition.next_step;
    FormView::of([
        ("name_en", found.name.en),
        ("name_zh", found.name.zh),
        ("shared", found.owner.is_none().to_string()),
        ("type", word(definition.ticket_type.map(TicketType::as_str))),
        ("category", word(definition.category.map(Category::as_str))),
        ("impact", word(definition.impact.map(Impact::as_str))),
        ("urgency", word(definition.urgency.map(Urgency::as_str))),
        ("tags_add", definition.tags_add.join(", ")),
        ("tags_remove", definition.tags_remove.join(", ")),
        ("assign", definition.assign.map(String::from).unwrap_or_default()),
        (
            "next_step",
            planned.as_ref().map(|one| one.what.clone()).unwrap_or_default(),
        ),
        (
            "next_step_days",
            planned.map(|one| one.in_days.to_string()).unwrap_or_default(),
        ),
        (
            "voice",
            word(definition.say.as_ref().map(|say| say.voice.as_str())),
        ),
        (
            "template",
            definition
                .say
                .map(|say| say.template.to_string())
                .unwrap_or_default(),
        ),
        ("move", word(definition.step.map(Move::as_str))),
    ])
}

/// `POST /settings/desk/macros`
pub(super) async fn add(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    store(&app, &page, None, &form).await
}

/// `POST /settings/desk/macros/{id}`
pub(super) async fn save(
    State(app): State<App>,
    page: Page,
    Path(id): Path<String>,
    form: FormData,
) -> web::Result {
    store(&app, &page, Some(parse(&id)?), &form).await
}

async fn store(app: &App, page: &Page, id: Option<Id<Macro>>, form: &FormData) -> web::Result {
    let keeping = keep(app, page, wanted(form), move |tx, cx, wanted| {
        macros::save(tx, cx, id, wanted)
    });
    let keeping = keeping.await;
    let again = async |form| view(app, page, id, form, true).await;
    answer(page, keeping, form, PATH, again).await
}

fn wanted(form: &FormData) -> kernel::Result<Wanted> {
    Ok(Wanted {
        shared: form.checked("shared"),
        name: both(form, "name"),
        definition: definition(form)?,
    })
}

fn definition(form: &FormData) -> kernel::Result<Definition> {
    let malformed = |field: &str| Error::invalid("web.form.malformed").field(field);
    let tags = |name: &str| {
        let split = form.text(name).split([',', '，', '、', '\n']);
        split
            .map(|tag| tag.trim().to_owned())
            .filter(|tag| !tag.is_empty())
            .collect()
    };
    let next_step = match form.optional("next_step") {
        None => None,
        Some(what) => Some(Planned {
            what: what.to_owned(),
            in_days: form
                .optional("next_step_days")
                .unwrap_or("1")
                .parse()
                .map_err(|_| malformed("next_step_days"))?,
        }),
    };
    let say = match form.optional("template") {
        None => None,
        Some(id) => Some(Say {
            voice: Voice::parse(form.optional("voice").unwrap_or("reply"))?,
            template: id.parse().map_err(|_| malformed("template"))?,
        }),
    };
    Ok(Definition {
        ticket_type: form.optional("type").map(TicketType::parse).transpose()?,
        category: form.optional("category").map(Category::parse).transpose()?,
        impact: form.optional("impact").map(Impact::parse).transpose()?,
        urgency: form.optional("urgency").map(Urgency::parse).transpose()?,
        tags_add: tags("tags_add"),
        tags_remove: tags("tags_remove"),
        assign: form
            .optional("assign")
            .map(|text| Receiver::try_from(text.to_owned()))
            .transpose()?,
        next_step,
        say,
        step: form.optional("move").map(Move::parse).transpose()?,
    })
}

/// `POST /settings/desk/macros/{id}/removal`
pub(super) async fn remove(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let (id, cx) = (parse(&id)?, page.cx.clone());
    app.db.write(move |tx| macros::remove(tx, &cx, id)).await?;
    saved(&page, PATH)
}

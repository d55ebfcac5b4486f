//! Close gates in the settings: the list, one gate as a form, and who would have been stopped by it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use kernel::error::{Error, Errors, Kind};
use kernel::i18n::Locale;
use web::{
    App, Choice, FormData, FormView, Page, Path, Shell, Tone, html, see_other, unprocessable, with_toast,
};

use super::settings::{Tab, keep, saved, tabs};
use super::wording::choices;
use crate::diagnosis::Question;
use crate::gate::{self, Definition, Gate, Needs, Preview};
use crate::ticket::value::{Priority, TicketType};

const PATH: &str = "/settings/desk/close-gates";

/// A gate in the list.
struct Line {
    id: String,
    name: String,
    /// For which tickets, in words.
    holds_for: Vec<String>,
    needs: Vec<String>,
}

impl Line {
    fn of(gate: &Gate, locale: Locale) -> Line {
        let definition = &gate.definition;
        let mut holds_for: Vec<String> = definition.priorities.iter().map(ToString::to_string).collect();
        holds_for.extend(definition.types.iter().map(|one| locale.t(one.text_key())));
        Line {
            id: gate.id.clone(),
            name: gate.name(locale).to_owned(),
            holds_for,
            needs: words_of(&definition.needs, locale),
        }
    }
}

/// The needs that are yes or no: name of the box, key of its words.
const FLAGS: [(&str, &str); 8] = [
    ("category", "desk-page-gate-need-category"),
    ("cause", "desk-page-gate-need-cause"),
    ("tested", "desk-page-gate-need-tested"),
    ("risky_steps", "desk-page-gate-need-risky_steps"),
    ("tag", "desk-page-gate-need-tag"),
    ("device", "desk-page-gate-need-device"),
    ("technical", "desk-page-gate-need-technical"),
    ("plain", "desk-page-gate-need-plain"),
];

fn flag(needs: &Needs, name: &str) -> bool {
    match name {
        "category" => needs.category,
        "cause" => needs.cause,
        "tested" => needs.tested,
        "risky_steps" => needs.risky_steps,
        "tag" => needs.tag,
        "technical" => needs.technical,
        "plain" => needs.plain,
        _ => needs.device,
    }
}

fn words_of(needs: &Needs, locale: Locale) -> Vec<String> {
    let flags = FLAGS.iter().filter(|(name, _)| flag(needs, name));
    let mut words: Vec<String> = flags.map(|(_, key)| locale.t(key)).collect();
    words.extend(needs.questions.iter().map(|one| locale.t(one.text_key())));
    for (count, key) in [
        (needs.evidence, "desk-page-gate-need-evidence"),
        (needs.solution, "desk-page-gate-need-solution"),
    ] {
        if count > 0 {
            words.push(locale.t_with(key, &[("count", count.into())]));
        }
    }
    words
}

#[derive(Template)]
#[template(path = "console/views/settings_gates.html")]
struct List {
    shell: Shell,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
}

/// `GET /settings/desk/close-gates`
pub(super) async fn list(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let gates = app.db.read(move |tx| gate::gates(tx, &cx)).await?;
    let shell = page.shell(&app, page.t("desk-page-settings-gates")).await?;
    html(List {
        shell,
        tabs: tabs(&page, PATH),
        lines: gates.iter().map(|gate| Line::of(gate, page.cx.locale)).collect(),
    })
}

/// `POST /settings/desk/close-gates/ready`: the ready gate, in one click.
pub(super) async fn add_ready(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| gate::save_gate(tx, &cx, None, None, gate::ready()))
        .await?;
    saved(&page, PATH)
}

#[derive(Template)]
#[template(path = "console/views/settings_gate.html")]
struct Form {
    shell: Shell,
    tabs: Vec<Tab>,
    /// None for a new one.
    id: Option<String>,
    form: FormView,
    types: Vec<Choice>,
    priorities: Vec<Choice>,
    flags: Vec<Choice>,
    questions: Vec<Choice>,
    preview: Option<Preview>,
}

#[derive(Template)]
#[template(path = "console/views/settings_gate_preview.html")]
struct PreviewPart {
    shell: Shell,
    preview: Preview,
}

/// What trying a gate showed, in a sentence.
pub(super) fn told(preview: &Preview, locale: Locale) -> String {
    let key = if preview.stopped == 0 {
        "desk-page-gate-preview-none"
    } else {
        "desk-page-gate-preview-some"
    };
    locale.t_with(
        key,
        &[
            ("looked", preview.looked.into()),
            ("stopped", preview.stopped.into()),
        ],
    )
}

async fn view(
    app: &App,
    page: &Page,
    id: Option<String>,
    form: FormView,
    preview: Option<Preview>,
) -> web::Result<Form> {
    let locale = page.cx.locale;
    let title = if id.is_some() {
        "desk-page-gate-edit"
    } else {
        "desk-page-gate-new"
    };
    Ok(Form {
        shell: page.shell(app, page.t(title)).await?,
        tabs: tabs(page, PATH),
        id,
        form,
        types: choices!(TicketType, locale),
        priorities: choices!(Priority, locale),
        flags: FLAGS
            .iter()
            .map(|(name, key)| Choice::new(*name, page.t(key)))
            .collect(),
        questions: choices!(Question, locale),
        preview,
    })
}

/// `GET /settings/desk/close-gates/new`
pub(super) async fn new(State(app): State<App>, page: Page) -> web::Result {
    let form = FormView::of([("needs.evidence", "0"), ("needs.solution", "0")]);
    html(view(&app, &page, None, form, None).await?)
}

/// `GET /settings/desk/close-gates/{id}`
pub(super) async fn edit(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let cx = page.cx.clone();
    let gates = app.db.read(move |tx| gate::gates(tx, &cx)).await?;
    let gate = gates.into_iter().find(|gate| gate.id == id);
    let gate = gate.ok_or_else(Error::not_found)?;
    html(view(&app, &page, Some(id), filled(&gate), None).await?)
}

fn filled(gate: &Gate) -> FormView {
    let definition = &gate.definition;
    let text = |texts: &BTreeMap<String, String>, tag: &str| texts.get(tag).cloned().unwrap_or_default();
    let mut values = vec![
        ("name.zh-CN", text(&definition.name, "zh-CN")),
        ("name.en", text(&definition.name, "en")),
        ("words.zh-CN", text(&definition.words, "zh-CN")),
        ("words.en", text(&definition.words, "en")),
        ("needs.evidence", definition.needs.evidence.to_string()),
        ("needs.solution", definition.needs.solution.to_string()),
        ("version", gate.version.to_string()),
    ];
    values.extend(definition.types.iter().map(|one| ("types", one.to_string())));
    values.extend(
        definition
            .priorities
            .iter()
            .map(|one| ("priorities", one.to_string())),
    );
    let questions = definition.needs.questions.iter();
    values.extend(questions.map(|one| ("questions", one.to_string())));
    let flags = FLAGS.iter().filter(|(name, _)| flag(&definition.needs, name));
    values.extend(flags.map(|(name, _)| ("needs", (*name).to_owned())));
    FormView::of(values)
}

fn read(form: &FormData) -> kernel::Result<Definition> {
    let mut errors = Errors::new();
    let mut number = |name: &str| match form.optional(name) {
        None => 0,
        Some(_) => form.parse::<i64>(name, &mut errors).unwrap_or(0),
    };
    let (evidence, solution) = (number("needs.evidence"), number("needs.solution"));
    errors.finish()?;
    let texts = |field: &str| {
        let tags = ["en", "zh-CN"].into_iter();
        tags.map(|tag| (tag.to_owned(), form.text(&format!("{field}.{tag}")).to_owned()))
            .collect::<BTreeMap<String, String>>()
    };
    let needed = |name: &str| form.all("needs").any(|found| found == name);
    Ok(Definition {
        name: texts("name"),
        types: form
            .all("types")
            .map(TicketType::parse)
            .collect::<kernel::Result<_>>()?,
        priorities: form
            .all("priorities")
            .map(Priority::parse)
            .collect::<kernel::Result<_>>()?,
        needs: Needs {
            category: needed("category"),
            questions: form
                .all("questions")
                .map(Question::parse)
                .collect::<kernel::Result<_>>()?,
            evidence,
            cause: needed("cause"),
            solution,
            tested: needed("tested"),
            risky_steps: needed("risky_steps"),
            tag: needed("tag"),
            device: needed("device"),
            technical: needed("technical"),
            plain: needed("plain"),
        },
        words: texts("words"),
    })
}

/// `POST /settings/desk/close-gates/preview`: who would have been stopped, as the form stands.
pub(super) async fn preview(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let definition = read(&form)?;
    let cx = page.cx.clone();
    let preview = app.db.read(move |tx| gate::preview(tx, &cx, &definition)).await?;
    if page.partial {
        let shell = page.bare(&app, "");
        return html(PreviewPart { shell, preview });
    }
    let id = form.optional("id").map(str::to_owned);
    html(view(&app, &page, id, form.view(), Some(preview)).await?)
}

/// `POST /settings/desk/close-gates`
pub(super) async fn add(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    store(&app, &page, None, form).await
}

/// `POST /settings/desk/close-gates/{id}`
pub(super) async fn save(
    State(app): State<App>,
    page: Page,
    Path(id): Path<String>,
    form: FormData,
) -> web::Result {
    store(&app, &page, Some(id), form).await
}

async fn store(app: &App, page: &Page, id: Option<String>, form: FormData) -> web::Result {
    let wanted = id.clone();
    let version = form.text("version").parse().ok();
    let keeping = keep(app, page, read(&form), move |tx, cx, definition| {
        gate::save_gate(tx, cx, wanted.as_deref(), version, definition.clone())
    });
    match keeping.await {
        Ok(_) => saved(page, PATH),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let form = form.refused(&error, page.cx.locale);
            unprocessable(view(app, page, id, form, None).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/desk/close-gates/{id}/removal`
pub(super) async fn remove(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| gate::remove_gate(tx, &cx, &id)).await?;
    Ok(with_toast(
        see_other(PATH)?,
        &page,
        Tone::Success,
        &page.t("desk-page-gate-removed"),
    ))
}

/// Close gates: in the settings, and as the list of a ticket.
pub(super) fn routes() -> web::Routes {
    const PATH: &str = "/settings/desk/close-gates";
    let settings = web::Need::permission(crate::ticket::access::SETTINGS);
    web::Routes::new()
        .page(
            axum::http::Method::GET,
            "/tickets/{number}/gate",
            web::Need::permission(crate::ticket::access::INTERNAL),
            super::gates::refresh,
        )
        .page(axum::http::Method::GET, PATH, settings, list)
        .page(axum::http::Method::POST, PATH, settings, add)
        .page(
            axum::http::Method::GET,
            "/settings/desk/close-gates/new",
            settings,
            new,
        )
        .page(
            axum::http::Method::POST,
            "/settings/desk/close-gates/ready",
            settings,
            add_ready,
        )
        .page(
            axum::http::Method::POST,
            "/settings/desk/close-gates/preview",
            settings,
            preview,
        )
        .page(
            axum::http::Method::GET,
            "/settings/desk/close-gates/{id}",
            settings,
            edit,
        )
        .page(
            axum::http::Method::POST,
            "/settings/desk/close-gates/{id}",
            settings,
            save,
        )
        .page(
            axum::http::Method::POST,
            "/settings/desk/close-gates/{id}/removal",
            settings,
            remove,
        )
}

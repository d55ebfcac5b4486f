//! `/settings/knowledge/guides`: a guide as a form. Each question is a box with room for its answers; saving leaves out what is blank,
//! and there is always one empty question more than there are.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use web::{App, Choice as Entry, FormData, FormView, Need, Page, Path, Routes, Shell, html, unprocessable};

use super::{done, given, mend};
use crate::MANAGE;
use crate::guide::definition::{ICONS, OPTIONS_MAX, STEPS_MAX};
use crate::guide::{self, Choice, Definition, Guide, Step, Target, Texts};

pub(super) const PATH: &str = "/settings/knowledge/guides";
/// Room for so many answers of a question.
const ANSWERS: usize = OPTIONS_MAX;

pub(super) fn routes() -> Routes {
    let needed = Need::permission(MANAGE);
    Routes::new()
        .page(Method::GET, PATH, needed, list)
        .page(Method::POST, PATH, needed, save)
        .page(Method::GET, "/settings/knowledge/guides/new", needed, new)
        .page(Method::GET, "/settings/knowledge/guides/{id}", needed, edit)
        .page(
            Method::POST,
            "/settings/knowledge/guides/{id}/removal",
            needed,
            remove,
        )
}

/// A question in the form.
struct Question {
    number: usize,
    is_new: bool,
    /// Answers that are shown: those there are, and one empty.
    shown: usize,
}

impl Question {
    fn name(&self, field: &str) -> String {
        format!("steps.{}.{field}", self.number)
    }

    fn answers(&self) -> Vec<Answer> {
        (1..=self.shown)
            .map(|number| Answer {
                step: self.number,
                number,
            })
            .collect()
    }
}

/// An answer in the form.
struct Answer {
    step: usize,
    number: usize,
}

impl Answer {
    fn name(&self, field: &str) -> String {
        format!("steps.{}.answers.{}.{field}", self.step, self.number)
    }
}

#[derive(Template)]
#[template(path = "pages/views/guide.html")]
struct View {
    shell: Shell,
    is_new: bool,
    form: FormView,
    starts: Vec<Entry>,
    icons: &'static [&'static str],
    leads: Vec<Entry>,
    steps: Vec<Question>,
}

/// `GET /settings/knowledge/guides`
async fn list(State(app): State<App>, page: Page) -> web::Result {
    html(
        super::settings::view(
            &app,
            &page,
            "guides",
            FormView::empty(),
            super::settings::Wish::default(),
        )
        .await?,
    )
}

async fn view(app: &App, page: &Page, is_new: bool, form: FormView) -> web::Result<View> {
    let value = |name: String| form.value(&name).to_owned();
    let filled = (1..=STEPS_MAX).filter(|number| !value(format!("steps.{number}.key")).is_empty());
    let count = filled.max().unwrap_or(0);
    let steps: Vec<Question> = (1..=(count + 1).min(STEPS_MAX))
        .map(|number| {
            let label =
                |answer: usize, tag: &str| value(format!("steps.{number}.answers.{answer}.label_{tag}"));
            let answers = (1..=ANSWERS)
                .filter(|answer| !label(*answer, "en").is_empty() || !label(*answer, "zh").is_empty());
            Question {
                number,
                is_new: number > count,
                shown: (answers.max().unwrap_or(1) + 1).min(ANSWERS),
            }
        })
        .collect();
    let keys = (1..=count).map(|number| value(format!("steps.{number}.key")));
    let starts = keys
        .filter(|key| !key.is_empty())
        .map(|key| Entry::new(key.clone(), key))
        .collect();
    let leads = ["step", "article", "report"]
        .map(|lead| Entry::new(lead, page.t(&format!("knowledge-page-guide-leads-{lead}"))));
    let title = if is_new {
        "knowledge-page-guide-new"
    } else {
        "knowledge-page-guide-edit"
    };
    Ok(View {
        shell: page.shell(app, page.t(title)).await?,
        is_new,
        starts,
        icons: ICONS,
        leads: leads.to_vec(),
        steps,
        form,
    })
}

/// `GET /settings/knowledge/guides/new`
async fn new(State(app): State<App>, page: Page) -> web::Result {
    let form = FormView::of([("version", "0"), ("enabled", "true"), ("icon", "monitor")]);
    html(view(&app, &page, true, form).await?)
}

/// `GET /settings/knowledge/guides/{id}`
async fn edit(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let cx = page.cx.clone();
    let guide = app.db.read(move |tx| guide::load(tx, &cx, &id)).await?;
    html(view(&app, &page, false, filled(&guide)).await?)
}

/// A guide as fields; the first question first, the others by their names.
fn filled(guide: &Guide) -> FormView {
    let definition = &guide.definition;
    let mut pairs: Vec<(String, String)> = vec![
        ("key".to_owned(), guide.key.clone()),
        ("version".to_owned(), guide.version.to_string()),
        ("place".to_owned(), guide.place.to_string()),
        (
            "enabled".to_owned(),
            if guide.enabled { "true" } else { "" }.to_owned(),
        ),
        ("icon".to_owned(), definition.icon.clone()),
        ("start".to_owned(), definition.start.clone()),
    ];
    texts(&mut pairs, "title", &definition.title);
    let first = definition.steps.get_key_value(&definition.start);
    let others = definition
        .steps
        .iter()
        .filter(|(key, _)| **key != definition.start);
    for (number, (key, step)) in first.into_iter().chain(others).enumerate() {
        let name = format!("steps.{}", number + 1);
        pairs.push((format!("{name}.key"), key.clone()));
        texts(&mut pairs, &format!("{name}.question"), &step.question);
        texts(&mut pairs, &format!("{name}.help"), &step.help);
        for (number, option) in step.options.iter().enumerate() {
            let name = format!("{name}.answers.{}", number + 1);
            texts(&mut pairs, &format!("{name}.label"), &option.label);
            let (leads, target) = match &option.target {
                Target::Step(key) => ("step", key.clone()),
                Target::Article(article) => ("article", article.to_string()),
                Target::Report(_) => ("report", String::new()),
            };
            pairs.push((format!("{name}.leads"), leads.to_owned()));
            pairs.push((format!("{name}.target"), target));
            if let Target::Report(title) = &option.target {
                texts(&mut pairs, &format!("{name}.report"), title);
            }
        }
    }
    FormData::from_pairs(pairs).view()
}

fn texts(pairs: &mut Vec<(String, String)>, name: &str, texts: &Texts) {
    pairs.push((format!("{name}_en"), texts.en.clone()));
    pairs.push((format!("{name}_zh"), texts.zh.clone()));
}

fn texts_in(form: &FormData, name: &str) -> Texts {
    Texts {
        en: form.text(&format!("{name}_en")).to_owned(),
        zh: form.text(&format!("{name}_zh")).to_owned(),
    }
}

/// The guide that a form describes.
fn wanted(form: &FormData) -> Result<Guide> {
    let mut steps = BTreeMap::new();
    for number in 1..=STEPS_MAX {
        let name = format!("steps.{number}");
        let key = form.text(&format!("{name}.key")).to_owned();
        if key.is_empty() {
            continue;
        }
        let step = Step {
            question: texts_in(form, &format!("{name}.question")),
            help: texts_in(form, &format!("{name}.help")),
            options: (1..=ANSWERS)
                .filter_map(|answer| option(form, &format!("{name}.answers.{answer}")))
                .collect(),
        };
        if steps.insert(key.clone(), step).is_some() {
            return Err(Error::invalid("knowledge.guide.key_taken")
                .field("definition")
                .arg("key", key));
        }
    }
    let start = form.text("start").to_owned();
    let first = form.text("steps.1.key").to_owned();
    Ok(Guide {
        key: form.text("key").to_owned(),
        place: given(form, "place")?.unwrap_or_default(),
        enabled: form.checked("enabled"),
        definition: Definition {
            title: texts_in(form, "title"),
            icon: form.text("icon").to_owned(),
            start: if steps.contains_key(&start) { start } else { first },
            steps,
        },
        version: given(form, "version")?.unwrap_or_default(),
    })
}

fn option(form: &FormData, name: &str) -> Option<Choice> {
    let label = texts_in(form, &format!("{name}.label"));
    if label == Texts::default() {
        return None;
    }
    let target = form.text(&format!("{name}.target")).to_owned();
    let target = match form.text(&format!("{name}.leads")) {
        "article" => Target::Article(target),
        "report" => Target::Report(texts_in(form, &format!("{name}.report"))),
        _ => Target::Step(target),
    };
    Some(Choice { label, target })
}

/// `POST /settings/knowledge/guides`
async fn save(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let saving = match wanted(&form) {
        Ok(guide) => {
            let write = move |tx: &mut Tx<'_>| guide::save(tx, &cx, &guide).map(|guide| guide.key);
            app.db.write(write).await
        }
        Err(error) => Err(error),
    };
    match saving {
        Ok(id) if form.text("then") == "more" => {
            done(&page, &format!("{PATH}/{id}"), "knowledge-page-guide-saved")
        }
        Ok(_) => done(&page, PATH, "knowledge-page-guide-saved"),
        Err(error) => {
            let is_new = form.text("version") == "0";
            let filled = mend(&page, &form, error)?;
            unprocessable(view(&app, &page, is_new, filled).await?)
        }
    }
}

/// `POST /settings/knowledge/guides/{id}/removal`
async fn remove(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| guide::remove(tx, &cx, &id)).await?;
    done(&page, PATH, "knowledge-page-removed")
}

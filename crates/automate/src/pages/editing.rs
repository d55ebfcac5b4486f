//! A rule as a form. Every button posts the whole form: rows come and go, the dry run is shown, or it is saved.

use askama::Template;
use axum::extract::State;
use kernel::error::Kind;
use kernel::id::UserId;
use serde::Deserialize;
use web::{App, Choice, FormData, FormView, Page, Path, Query, Shell, html, unprocessable};

use super::draft::Draft;
use super::dry::{self, Shown};
use super::{PATH, done};
use crate::rule::store::Version;
use crate::rule::word::{ActionKind, Field, Join, Operator, Trigger};
use crate::rule::{RuleId, keeping, naming, store};
use crate::running::words;
use crate::{dry_run, template};

/// Old versions that are shown.
const VERSIONS: i64 = 20;

/// A version in the list.
struct Kept {
    version: Version,
    who: String,
    text: String,
}

impl Kept {
    const fn number(&self) -> i64 {
        self.version.version
    }
}

#[derive(Template)]
#[template(path = "pages/views/edit.html")]
struct Editor {
    shell: Shell,
    /// None for a new one.
    id: Option<RuleId>,
    version: i64,
    draft: Draft,
    form: FormView,
    days: String,
    triggers: &'static [Trigger],
    fields: Vec<Choice>,
    operators: Vec<Choice>,
    kinds: Vec<Choice>,
    joins: Vec<Choice>,
    /// Words to choose from: name of the list, words.
    offers: Vec<(&'static str, Vec<Choice>)>,
    names: String,
    report: Option<Shown>,
    versions: Vec<Kept>,
}

impl Editor {
    fn action_path(&self) -> String {
        match &self.id {
            Some(id) => format!("{PATH}/{id}"),
            None => PATH.to_owned(),
        }
    }

    fn hears(&self, trigger: &Trigger) -> bool {
        self.draft.when.iter().any(|one| one == trigger.as_str())
    }

    /// The list of words that fit a field; `team` for all that holds a team.
    fn offer<'a>(&self, field: &'a str) -> &'a str {
        match field {
            "team" | "requester_team" => "team",
            "overdue" | "working_hours" => "flag",
            other if self.offers.iter().any(|(name, _)| *name == other) => other,
            _ => "",
        }
    }

    fn action_offer<'a>(&self, kind: &'a str) -> &'a str {
        match kind {
            "assign_team" => "team",
            "notify" => "whom",
            "wait" => "waiting_for",
            "escalate" => "tier",
            other => self.offer(other.trim_start_matches("set_")),
        }
    }
}

macro_rules! choices {
    ($set:ty, $page:expr) => {
        <$set>::ALL
            .iter()
            .map(|one| Choice::new(one.as_str(), $page.t(one.text_key())))
            .collect::<Vec<_>>()
    };
}

async fn view(
    app: &App,
    page: &Page,
    id: Option<RuleId>,
    draft: Draft,
    form: FormView,
) -> web::Result<Editor> {
    let (teams, versions, version) = app
        .db
        .read(move |tx| {
            let teams = people::team::store::list(tx)?;
            let Some(id) = id else {
                return Ok((teams, Vec::new(), 0));
            };
            let version = store::load(tx, id)?.version;
            let mut kept = Vec::new();
            let versions = store::versions(tx, id, VERSIONS)?;
            let people: Vec<UserId> = versions.iter().filter_map(|version| version.saved_by).collect();
            let cards = people::user::store::cards(tx, &people)?;
            for version in versions {
                let who = version
                    .saved_by
                    .and_then(|person| cards.get(&person))
                    .map(|card| card.name.clone());
                let text = crate::rule::text::write(&naming::spoken(tx, &version.definition)?);
                kept.push((version, who, text));
            }
            Ok((teams, kept, version))
        })
        .await?;
    let title = if id.is_some() {
        "automate-edit"
    } else {
        "automate-new"
    };
    let house = page.t("automate-house");
    let versions = versions.into_iter().map(|(version, who, text)| Kept {
        version,
        who: who.unwrap_or_else(|| house.clone()),
        text,
    });
    Ok(Editor {
        shell: page.shell(app, page.t(title)).await?,
        id,
        version,
        draft,
        form,
        days: dry_run::DAYS.to_string(),
        triggers: Trigger::ALL,
        fields: choices!(Field, page),
        operators: choices!(Operator, page),
        kinds: choices!(ActionKind, page),
        joins: choices!(Join, page),
        offers: offers(page, teams.into_iter().map(|team| team.name)),
        names: words::NAMES.join(", "),
        report: None,
        versions: versions.collect(),
    })
}

fn offers(page: &Page, teams: impl Iterator<Item = String>) -> Vec<(&'static str, Vec<Choice>)> {
    use desk::ticket::{Category, Channel, Impact, Priority, State, TicketType, Urgency, WaitingFor};
    let plain = |words: &[&str]| {
        words
            .iter()
            .map(|word| Choice::new(*word, *word))
            .collect::<Vec<_>>()
    };
    vec![
        (
            "team",
            teams.map(|name| Choice::new(name.clone(), name)).collect(),
        ),
        ("type", choices!(TicketType, page)),
        ("category", choices!(Category, page)),
        ("impact", choices!(Impact, page)),
        ("urgency", choices!(Urgency, page)),
        (
            "priority",
            Priority::ALL
                .iter()
                .map(|one| Choice::new(one.as_str(), one.as_str()))
                .collect(),
        ),
        ("state", choices!(State, page)),
        ("channel", choices!(Channel, page)),
        ("waiting_for", choices!(WaitingFor, page)),
        ("flag", plain(&["yes", "no"])),
        ("tier", plain(&["1", "2", "3"])),
        ("whom", plain(crate::rule::word::WHOM)),
    ]
}

fn head(draft: &Draft) -> FormView {
    FormView::of([("name", draft.name.clone()), ("place", draft.place.clone())])
}

/// What `new` may be asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Begin {
    #[serde(default)]
    template: String,
}

/// `GET /settings/rules/new`: empty, or one of those that come with the product.
pub(super) async fn new(State(app): State<App>, page: Page, Query(begin): Query<Begin>) -> web::Result {
    let draft =
        template::find(&begin.template, page.cx.locale).map_or_else(Draft::fresh, |found| Draft::of(&found));
    let form = head(&draft);
    html(view(&app, &page, None, draft, form).await?)
}

/// `GET /settings/rules/{id}`
pub(super) async fn edit(State(app): State<App>, page: Page, Path(id): Path<RuleId>) -> web::Result {
    let cx = page.cx.clone();
    let definition = app
        .db
        .read(move |tx| {
            let rule = keeping::load(tx, &cx, id)?;
            naming::spoken(tx, &rule.definition)
        })
        .await?;
    let draft = Draft::of(&definition);
    let form = head(&draft);
    html(view(&app, &page, Some(id), draft, form).await?)
}

/// `POST /settings/rules`
pub(super) async fn add(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    pressed(&app, &page, None, form).await
}

/// `POST /settings/rules/{id}`
pub(super) async fn save(
    State(app): State<App>,
    page: Page,
    Path(id): Path<RuleId>,
    form: FormData,
) -> web::Result {
    pressed(&app, &page, Some(id), form).await
}

async fn pressed(app: &App, page: &Page, id: Option<RuleId>, form: FormData) -> web::Result {
    let mut draft = Draft::sent(&form);
    let button = form.text("do").to_owned();
    if draft.edit(&button) {
        return html(view(app, page, id, draft, form.view()).await?);
    }
    let outcome = match draft.read() {
        Ok(definition) if button == "dry_run" => {
            let days = form.text("days").parse().unwrap_or(0);
            match dry_run::run(app, &page.cx, &definition, days).await {
                Ok(report) => {
                    let report = dry::shown(page, report);
                    let mut editor = view(app, page, id, draft, form.view()).await?;
                    editor.days = days.to_string();
                    editor.report = Some(report);
                    return html(editor);
                }
                Err(error) => Err(error),
            }
        }
        Ok(definition) => {
            let (cx, read) = (page.cx.clone(), form.text("version").parse().ok());
            let kept = move |tx: &mut kernel::db::Tx<'_>| match id {
                Some(id) => keeping::change(tx, &cx, id, &definition, read),
                None => keeping::add(tx, &cx, &definition),
            };
            app.db.write(kept).await.map(|_| ())
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => done(page, PATH, &page.t("automate-saved")),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut editor = view(app, page, id, draft, form.refused(&error, page.cx.locale)).await?;
            form.text("days").clone_into(&mut editor.days);
            unprocessable(editor)
        }
        Err(error) => Err(error.into()),
    }
}

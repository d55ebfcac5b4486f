//! The clerk's pages: what it may do, what it did, and the page behind the two links of an answer.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use desk::ticket::{Category, TicketType};
use kernel::db::Tx;
use kernel::error::{Error, Errors, Kind, Result};
use kernel::id::TeamId;
use kernel::time::Timestamp;
use knowledge::rendering::{self, Hrefs};
use serde::Deserialize;
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Query, Routes, Shell, Tone, html, unprocessable,
    with_toast,
};

use super::learning_past::{self, Known};
use super::reporting::{self, DryRun, Line, Report};
use super::said::{self, Asked, Said};
use super::{Outcome, Policy, policy};
use crate::{CLERK, REPORT};

/// Where it is set up.
pub const SETTINGS: &str = "/settings/clerk";
/// Where it is reported on.
pub const PATH: &str = "/reports/clerk";

/// The routes.
#[must_use]
pub fn routes() -> Routes {
    let (settings, report) = (Need::permission(CLERK), Need::permission(REPORT));
    Routes::new()
        .page(Method::GET, SETTINGS, settings, show)
        .page(Method::POST, SETTINGS, settings, save)
        .page(Method::GET, PATH, report, show_report)
        .page(Method::GET, "/answers/said/{token}", Need::Public, ask)
        .page(Method::POST, "/answers/said/{token}", Need::Public, say)
}

#[derive(Template)]
#[template(path = "clerk/views/settings.html")]
struct Settings {
    shell: Shell,
    form: FormView,
    categories: Vec<Choice>,
    types: Vec<Choice>,
    teams: Vec<Choice>,
    measured: Option<Measured>,
    run: DryRun,
}

/// What was measured on the past, for whoever sets the threshold.
struct Measured {
    requests: usize,
    threshold: Option<i64>,
    learned_at: Timestamp,
    /// Threshold, answered, share of all, precision, in hundredths.
    points: Vec<(i64, usize, i64, i64)>,
}

impl Measured {
    fn of(known: &Known) -> Measured {
        let points = [50, 60, 70, 80, 85, 90, 95, 98]
            .into_iter()
            .rev()
            .filter_map(|hundredths| {
                let point = known.curve.at(f64::from(hundredths) / 100.0)?;
                let share = super::scoring::share(point.answered, known.curve.requests);
                Some((
                    i64::from(hundredths),
                    point.answered,
                    super::thousandths(share) / 10,
                    super::thousandths(point.precision()) / 10,
                ))
            });
        Measured {
            requests: known.curve.requests,
            threshold: known.threshold.map(|threshold| threshold / 10),
            learned_at: known.learned_at,
            points: points.collect(),
        }
    }
}

fn form_of(policy: &Policy) -> FormView {
    let mut pairs: Vec<(&'static str, String)> = vec![
        ("is_on", if policy.is_on { "true" } else { "" }.to_owned()),
        (
            "threshold",
            policy.threshold.map(|one| one.to_string()).unwrap_or_default(),
        ),
        ("proven", policy.proven.to_string()),
        ("silent_days", policy.silent_days.to_string()),
        ("senders", policy.senders.join("\n")),
    ];
    pairs.extend(
        policy
            .categories
            .iter()
            .map(|one| ("categories", one.to_string())),
    );
    pairs.extend(policy.types.iter().map(|one| ("types", one.to_string())));
    pairs.extend(policy.teams.iter().map(|one| ("teams", one.to_string())));
    FormView::of(pairs)
}

async fn settings(
    app: &App,
    page: &Page,
    tried: Option<Policy>,
    refused: Option<FormView>,
) -> web::Result<Settings> {
    let cx = page.cx.clone();
    let (policy, teams, measured, run) = app
        .db
        .read(move |tx| {
            let policy = match &tried {
                Some(policy) => policy.clone(),
                None => policy::load(tx)?,
            };
            let known = learning_past::known(tx)?;
            let run = reporting::dry_run(tx, &cx, &policy)?;
            let teams = people::team::store::list(tx)?;
            Ok((policy, teams, known.as_ref().as_ref().map(Measured::of), run))
        })
        .await?;
    Ok(Settings {
        shell: page.shell(app, page.t("answers-clerk-settings-title")).await?,
        form: refused.unwrap_or_else(|| form_of(&policy)),
        categories: Category::ALL
            .iter()
            .map(|one| Choice::new(one.as_str(), page.t(one.text_key())))
            .collect(),
        types: TicketType::ALL
            .iter()
            .map(|one| Choice::new(one.as_str(), page.t(one.text_key())))
            .collect(),
        teams: teams
            .into_iter()
            .map(|team| Choice::new(team.id.to_string(), team.name))
            .collect(),
        measured,
        run,
    })
}

/// `GET /settings/clerk`
async fn show(State(app): State<App>, page: Page) -> web::Result {
    html(settings(&app, &page, None, None).await?)
}

fn wanted(form: &FormData) -> Result<Policy> {
    let mut errors = Errors::new();
    let threshold = match form.optional("threshold") {
        None => None,
        Some(_) => form.parse("threshold", &mut errors),
    };
    let proven = form.parse("proven", &mut errors);
    let silent_days = form.parse("silent_days", &mut errors);
    errors.finish()?;
    let usual = Policy::default();
    let malformed = |field: &'static str| Error::invalid("web.form.choice").field(field);
    Ok(Policy {
        is_on: form.checked("is_on"),
        threshold,
        proven: proven.unwrap_or(usual.proven),
        silent_days: silent_days.unwrap_or(usual.silent_days),
        categories: form
            .all("categories")
            .map(Category::parse)
            .collect::<Result<_>>()?,
        types: form.all("types").map(TicketType::parse).collect::<Result<_>>()?,
        teams: form
            .all("teams")
            .map(|text| text.parse::<TeamId>().map_err(|_| malformed("teams")))
            .collect::<Result<_>>()?,
        senders: form
            .text("senders")
            .split(['\n', ',', ';'])
            .map(str::to_owned)
            .collect(),
    })
}

/// `POST /settings/clerk`: saves, or only tries what was filled in.
async fn save(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let outcome = match wanted(&form) {
        Err(error) => Err(error),
        Ok(policy) if form.text("do") == "try" => {
            return html(settings(&app, &page, Some(policy), Some(form.view())).await?);
        }
        Ok(policy) => {
            let cx = page.cx.clone();
            app.db.write(move |tx| policy::save(tx, &cx, &policy)).await
        }
    };
    match outcome {
        Ok(_) => {
            let response = web::go_to(&page, SETTINGS)?;
            Ok(with_toast(
                response,
                &page,
                Tone::Success,
                &page.t("answers-clerk-saved"),
            ))
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let form = form.refused(&error, page.cx.locale);
            unprocessable(settings(&app, &page, None, Some(form)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "clerk/views/report.html")]
struct ReportPage {
    shell: Shell,
    is_on: bool,
    report: Report,
    lines: Vec<Line>,
    older: Option<String>,
}

impl ReportPage {
    fn month(&self, month: &i64) -> String {
        format!("{:04}-{:02}", month / 100, month % 100)
    }

    fn tone(&self, outcome: &Outcome) -> &'static str {
        match outcome {
            Outcome::Solved => "success",
            Outcome::Refused => "danger",
            Outcome::Wrote => "warning",
            Outcome::Silent | Outcome::Taken => "neutral",
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Before {
    before: String,
}

fn place(text: &str) -> Result<Option<(Timestamp, i64)>> {
    if text.is_empty() {
        return Ok(None);
    }
    let read = text
        .split_once('.')
        .and_then(|(at, ticket)| Some((Timestamp::from_millis(at.parse().ok()?), ticket.parse().ok()?)));
    read.map(Some)
        .ok_or_else(|| Error::invalid("desk.ticket.cursor_malformed").field("before"))
}

/// `GET /reports/clerk`
async fn show_report(State(app): State<App>, page: Page, Query(before): Query<Before>) -> web::Result {
    let (cx, before) = (page.cx.clone(), place(&before.before)?);
    let (is_on, report, lines) = app
        .db
        .read(move |tx| {
            let report = reporting::report(tx, &cx)?;
            Ok((
                policy::load(tx)?.is_on,
                report,
                reporting::answers(tx, &cx, before)?,
            ))
        })
        .await?;
    let is_full = i64::try_from(lines.len()).unwrap_or(0) >= reporting::PAGE;
    let last = lines.last().filter(|_| is_full);
    html(ReportPage {
        older: last.map(|line| {
            let answer = &line.answer;
            format!("{PATH}?before={}.{}", answer.answered_at.millis(), answer.ticket)
        }),
        shell: page.shell(&app, page.t("answers-clerk-title")).await?,
        is_on,
        report,
        lines,
    })
}

#[derive(Template)]
#[template(path = "clerk/views/said.html")]
struct Ask {
    shell: Shell,
    token: String,
    asked: Asked,
    /// The article, made harmless.
    body: String,
    /// The word that the link in the letter proposes.
    proposed: String,
}

#[derive(Template)]
#[template(path = "clerk/views/thanks.html")]
struct Thanks {
    shell: Shell,
    title: String,
    text: String,
    is_good: bool,
}

/// `?answer=yes` or `no`: which link of the letter was pressed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Proposed {
    answer: String,
}

/// `GET /answers/said/{token}`: changes nothing.
async fn ask(
    State(app): State<App>,
    page: Page,
    Path(token): Path<String>,
    Query(proposed): Query<Proposed>,
) -> web::Result {
    let (cx, word) = (page.cx.clone(), token.clone());
    match app
        .db
        .read(move |tx: &mut Tx<'_>| said::peek(tx, &cx, &word))
        .await
    {
        Ok(asked) => {
            let body = asked.seen.as_ref().map(|seen| {
                let hrefs = Hrefs::help(seen.text.locale);
                rendering::page(&seen.text.words.body, &hrefs).html
            });
            html(Ask {
                shell: page.bare(&app, page.t("answers-said-title")),
                token,
                asked,
                body: body.unwrap_or_default(),
                proposed: proposed.answer,
            })
        }
        Err(error) if error.kind() == Kind::Conflict => spent(&app, &page, &error),
        Err(error) => Err(error.into()),
    }
}

/// `POST /answers/said/{token}`
async fn say(State(app): State<App>, page: Page, Path(token): Path<String>, form: FormData) -> web::Result {
    let said = Said {
        solved: match form.text("answer") {
            "yes" => true,
            "no" => false,
            _ => return Err(Error::invalid("web.form.choice").field("answer").into()),
        },
        comment: form.text("comment").to_owned(),
    };
    let (cx, base, solved) = (page.cx.clone(), app.base_url().to_owned(), said.solved);
    match app
        .db
        .write(move |tx| said::say(tx, &cx, &base, &token, &said))
        .await
    {
        Ok(_) => {
            let key = if solved {
                "answers-said-yes"
            } else {
                "answers-said-no"
            };
            let title = page.t(&format!("{key}-title"));
            html(Thanks {
                shell: page.bare(&app, title.clone()),
                title,
                text: page.t(&format!("{key}-text")),
                is_good: true,
            })
        }
        Err(error) if error.kind() == Kind::Conflict => spent(&app, &page, &error),
        Err(error) => Err(error.into()),
    }
}

/// The link was right once; now it says why it is not any more.
fn spent(app: &App, page: &Page, error: &Error) -> web::Result {
    let title = page.t("answers-said-spent-title");
    html(Thanks {
        shell: page.bare(app, title.clone()),
        title,
        text: error.message(page.cx.locale),
        is_good: false,
    })
}

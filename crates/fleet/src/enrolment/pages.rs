//! `/devices/enrolment`: who waits, the documents, and the keys of the server.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse as _, Response};
use kernel::error::{Error, Kind as Failure, Result};
use kernel::id::TeamId;
use kernel::time::Timestamp;
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, Tone, html, unprocessable, with_toast,
};

use super::deciding::{self, Decision, Waiting};
use super::{Enrolment, EnrolmentId, NewEnrolment, Rule, Standing, fetching, making};
use crate::MANAGE;
use crate::device::{DeviceId, Kind};
use crate::link::keys;

/// Where it is.
pub const PATH: &str = "/devices/enrolment";
/// Documents on the page.
const MOST: i64 = 100;

pub(super) fn routes() -> Routes {
    let needed = Need::permission(MANAGE);
    Routes::new()
        .page(Method::GET, PATH, needed, show)
        .page(Method::POST, PATH, needed, make)
        .page(Method::POST, "/devices/enrolment/decision", needed, decide)
        .page(Method::POST, "/devices/enrolment/keys", needed, make_key)
        .page(
            Method::POST,
            "/devices/enrolment/keys/{id}/withdrawal",
            needed,
            withdraw_key,
        )
        .page(Method::POST, "/devices/enrolment/{id}/document", needed, fetch)
        .page(Method::POST, "/devices/enrolment/{id}/revocation", needed, revoke)
}

#[derive(Template)]
#[template(path = "enrolment/views/page.html")]
struct Show {
    shell: Shell,
    form: FormView,
    waiting: Vec<Waiting>,
    documents: Vec<Enrolment>,
    keys: Vec<keys::Shown>,
    rules: Vec<Choice>,
    kinds: Vec<Choice>,
    teams: Vec<Choice>,
    has_signer: bool,
    now: Timestamp,
}

impl Show {
    fn standing(&self, one: &Enrolment) -> Standing {
        one.standing(self.now)
    }

    fn can_fetch(&self, one: &Enrolment) -> bool {
        one.has_document && self.standing(one) == Standing::Good
    }

    fn team(&self, one: &Enrolment) -> String {
        let Some(team) = one.team else {
            return String::new();
        };
        let team = team.to_string();
        let found = self.teams.iter().find(|choice| choice.value == team);
        found.map(|choice| choice.label.clone()).unwrap_or_default()
    }
}

async fn view(app: &App, page: &Page, form: FormView) -> web::Result<Show> {
    let cx = page.cx.clone();
    let (waiting, documents, keys, teams) = app
        .db
        .read(move |tx| {
            Ok((
                deciding::waiting(tx, &cx)?,
                super::list(tx, &cx, MOST)?,
                keys::list(tx)?,
                people::team::store::list(tx)?,
            ))
        })
        .await?;
    let all = page.cx.may(MANAGE) == Some(kernel::Scope::All);
    let own = page.cx.team_ids();
    let mut choices = Vec::new();
    if all {
        choices.push(Choice::new("", page.t("fleet-enrolment-no-team")));
    }
    let may = |team: TeamId| all || own.contains(&team);
    choices.extend(
        teams
            .into_iter()
            .filter(|team| may(team.id))
            .map(|team| Choice::new(team.id.to_string(), team.name)),
    );
    Ok(Show {
        shell: page.shell(app, page.t("fleet-enrolment-title")).await?,
        form,
        waiting,
        documents,
        keys,
        rules: Rule::ALL
            .iter()
            .map(|rule| Choice::new(rule.as_str(), page.t(rule.text_key())))
            .collect(),
        kinds: Kind::ALL
            .iter()
            .map(|kind| Choice::new(kind.as_str(), page.t(&kind.text_key())))
            .collect(),
        teams: choices,
        has_signer: crate::signing::client::public_key(&app.config).is_ok(),
        now: page.cx.now(),
    })
}

/// What a new document is offered as.
fn offered(app: &App) -> FormView {
    FormView::of([
        ("rule", Rule::Wait.as_str().to_owned()),
        ("kind", Kind::Computer.as_str().to_owned()),
        ("uses", "1".to_owned()),
        ("hours", "24".to_owned()),
        ("servers", making::own_server(app.base_url())),
    ])
}

/// `GET /devices/enrolment`
async fn show(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, offered(&app)).await?)
}

fn wanted(form: &FormData) -> Result<NewEnrolment> {
    let number = |field: &'static str| {
        form.text(field)
            .parse()
            .map_err(|_| Error::invalid("web.form.malformed").field(field))
    };
    let team = form.optional("team").map(str::parse::<TeamId>).transpose();
    Ok(NewEnrolment {
        name: form.text("name").to_owned(),
        rule: Rule::known(form.text("rule"))
            .ok_or_else(|| Error::invalid("web.form.choice").field("rule"))?,
        kind: Kind::parse(form.text("kind"))?,
        team: team.map_err(|_| Error::invalid("web.form.choice").field("team"))?,
        uses: number("uses")?,
        hours: number("hours")?,
        servers: form.text("servers").lines().map(str::to_owned).collect(),
        authority: form.optional("authority").map(str::to_owned),
    })
}

/// `POST /devices/enrolment`
async fn make(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let (cx, base) = (page.cx.clone(), app.base_url().to_owned());
    let wanted = crate::signing::client::public_key(&app.config).and_then(|key| Ok((key, wanted(&form)?)));
    let outcome = match wanted {
        Ok((signer, new)) => {
            let write = move |tx: &mut kernel::db::Tx<'_>| {
                let made = making::make(tx, &cx, &base, signer, &new)?;
                fetching::keep(tx, &cx, &made)
            };
            app.db.write(write).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => done(&page, "fleet-enrolment-made"),
        Err(error) if matches!(error.kind(), Failure::Invalid | Failure::Unavailable) => {
            let form = form.refused(&error, page.cx.locale);
            unprocessable(view(&app, &page, form).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /devices/enrolment/decision`
async fn decide(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let decision = match form.text("decision") {
        "admit" => Decision::Admit,
        "refuse" => Decision::Refuse,
        _ => return Err(Error::invalid("web.form.malformed").field("decision").into()),
    };
    let ids = form.all("device").map(|id| id.parse::<DeviceId>());
    let ids: Vec<DeviceId> = ids.collect::<Result<_>>().map_err(|_| Error::not_found())?;
    let cx = page.cx.clone();
    let most = usize::try_from(deciding::MOST).unwrap_or(usize::MAX);
    let count = app
        .db
        .write(move |tx| deciding::decide(tx, &cx, &ids[..ids.len().min(most)], decision))
        .await?;
    let key = match decision {
        _ if count == 0 => "fleet-enrolment-nobody",
        Decision::Admit => "fleet-enrolment-admitted",
        Decision::Refuse => "fleet-enrolment-refused",
    };
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let words = page.cx.locale.t_with(key, &[("count", count.into())]);
    let response = web::go_to(&page, PATH)?;
    Ok(with_toast(response, &page, Tone::Success, &words))
}

/// `POST /devices/enrolment/{id}/document`: a change, for the document is gone then.
async fn fetch(State(app): State<App>, page: Page, Path(id): Path<EnrolmentId>) -> web::Result {
    let cx = page.cx.clone();
    let (_, document) = app.db.write(move |tx| fetching::fetch(tx, &cx, id)).await?;
    Ok(attachment(document))
}

/// The agent looks for a file of this name.
fn attachment(document: Vec<u8>) -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"enrolment.json\""),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        ),
    ];
    (headers, document).into_response()
}

/// `POST /devices/enrolment/{id}/revocation`
async fn revoke(State(app): State<App>, page: Page, Path(id): Path<EnrolmentId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| super::revoke(tx, &cx, id)).await?;
    done(&page, "fleet-enrolment-was-revoked")
}

/// `POST /devices/enrolment/keys`
async fn make_key(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| keys::make(tx, &cx)).await?;
    done(&page, "fleet-enrolment-key-made")
}

/// `POST /devices/enrolment/keys/{id}/withdrawal`
async fn withdraw_key(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| keys::withdraw(tx, &cx, &id)).await?;
    done(&page, "fleet-enrolment-key-withdrawn")
}

fn done(page: &Page, key: &str) -> web::Result {
    let response = web::go_to(page, PATH)?;
    Ok(with_toast(response, page, Tone::Success, &page.t(key)))
}

//! `/devices/scripts`: the library, one script with its versions, and running one on a device.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use serde::Deserialize;
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Query, Routes, Shell, html, see_other, unprocessable,
};

use super::parameter::{self, Sort};
use super::{Draft, Script, ScriptId, Use, Version, shell_of, shell_word, store};
use crate::act::asking;
use crate::act::pages::{done, limits, mend};
use crate::device::{self, Device, DeviceId};
use crate::{APPROVE, READ, RUN};

const PATH: &str = "/devices/scripts";
const VERSIONS: i64 = 20;

pub(crate) fn routes() -> Routes {
    let (see, write, judge) = (
        Need::permission(READ),
        Need::permission(RUN),
        Need::permission(APPROVE),
    );
    Routes::new()
        .page(Method::GET, PATH, see, list)
        .page(Method::GET, "/devices/scripts/new", write, new)
        .page(Method::POST, PATH, write, add)
        .page(Method::GET, "/devices/scripts/{script}", see, show)
        .page(Method::POST, "/devices/scripts/{script}", write, change)
        .page(Method::POST, "/devices/scripts/{script}/review", judge, review)
        .page(Method::POST, "/devices/scripts/{script}/use", judge, retire)
        .page(Method::GET, "/devices/{id}/scripts/{script}", write, prepare)
        .page(Method::POST, "/devices/{id}/scripts/{script}", write, run)
}

#[derive(Template)]
#[template(path = "script/views/list.html")]
struct List {
    shell: Shell,
    scripts: Vec<Script>,
    may_write: bool,
}

/// `GET /devices/scripts`
async fn list(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let scripts = app.db.read(move |tx| super::list(tx, &cx)).await?;
    html(List {
        shell: page.shell(&app, page.t("fleet-scripts-title")).await?,
        scripts,
        may_write: page.cx.may(RUN).is_some(),
    })
}

#[derive(Template)]
#[template(path = "script/views/script.html")]
struct Editor {
    shell: Shell,
    form: FormView,
    /// None for a new one.
    script: Option<Script>,
    versions: Vec<Version>,
    shells: Vec<Choice>,
    may_write: bool,
    may_review: bool,
}

impl Editor {
    fn action(&self) -> String {
        self.script
            .as_ref()
            .map_or_else(|| PATH.to_owned(), |script| format!("{PATH}/{}", script.id))
    }

    /// The version that waits for a second person.
    fn waiting(&self) -> Option<&Version> {
        self.versions
            .first()
            .filter(|version| version.reviewed_by.is_none())
    }

    fn word(&self, version: &Version) -> &'static str {
        shell_word(version.shell)
    }
}

async fn editor(app: &App, page: &Page, id: Option<ScriptId>, form: Option<FormView>) -> web::Result<Editor> {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| match id {
        Some(id) => Ok((
            Some(super::find(tx, &cx, id)?),
            store::versions(tx, id, VERSIONS)?,
        )),
        None => Ok((None, Vec::new())),
    };
    let (script, versions): (Option<Script>, Vec<Version>) = app.db.read(read).await?;
    let own = Some(page.cx.user_id());
    let filled = || match (&script, versions.first()) {
        (Some(script), Some(latest)) => FormView::of([
            ("name", script.name.clone()),
            ("purpose", script.purpose.clone()),
            ("shell", shell_word(latest.shell).to_owned()),
            ("body", latest.body.clone()),
            ("parameters", parameter::write(&latest.parameters)),
        ]),
        _ => FormView::empty(),
    };
    let form = form.unwrap_or_else(filled);
    let title = script
        .as_ref()
        .map_or_else(|| page.t("fleet-script-new"), |script| script.name.clone());
    let shells = ["sh", "python", "powershell"];
    Ok(Editor {
        shell: page.shell(app, title).await?,
        form,
        may_write: page.cx.may(RUN).is_some(),
        may_review: page.cx.may(APPROVE).is_some() && versions.first().map(|latest| latest.author) != own,
        shells: shells
            .iter()
            .map(|word| Choice::new(*word, page.t(&format!("fleet-shell-{word}"))))
            .collect(),
        script,
        versions,
    })
}

fn draft(form: &FormData) -> Result<Draft> {
    Ok(Draft {
        name: form.text("name").to_owned(),
        purpose: form.text("purpose").to_owned(),
        shell: shell_of(form.text("shell"))
            .ok_or_else(|| Error::invalid("web.form.malformed").field("shell"))?,
        body: form.text("body").to_owned(),
        parameters: form.text("parameters").to_owned(),
    })
}

/// `GET /devices/scripts/new`
async fn new(State(app): State<App>, page: Page) -> web::Result {
    html(editor(&app, &page, None, None).await?)
}

/// `GET /devices/scripts/{script}`
async fn show(State(app): State<App>, page: Page, Path(id): Path<ScriptId>) -> web::Result {
    html(editor(&app, &page, Some(id), None).await?)
}

/// `POST /devices/scripts`
async fn add(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    keep(&app, &page, None, &form).await
}

/// `POST /devices/scripts/{script}`
async fn change(State(app): State<App>, page: Page, Path(id): Path<ScriptId>, form: FormData) -> web::Result {
    keep(&app, &page, Some(id), &form).await
}

async fn keep(app: &App, page: &Page, id: Option<ScriptId>, form: &FormData) -> web::Result {
    let cx = page.cx.clone();
    let saved = match draft(form) {
        Ok(draft) => {
            let write = move |tx: &mut Tx<'_>| match id {
                Some(id) => super::change(tx, &cx, id, &draft),
                None => super::add(tx, &cx, &draft),
            };
            app.db.write(write).await
        }
        Err(error) => Err(error),
    };
    match saved {
        Ok(script) => done(page, &format!("{PATH}/{}", script.id), "fleet-script-saved"),
        Err(error) => {
            let form = mend(page, form, error)?;
            unprocessable(editor(app, page, id, Some(form)).await?)
        }
    }
}

/// `POST /devices/scripts/{script}/review`
async fn review(State(app): State<App>, page: Page, Path(id): Path<ScriptId>, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let number: i64 = form
        .text("number")
        .parse()
        .map_err(|_| Error::invalid("web.form.malformed").field("number"))?;
    app.db.write(move |tx| super::review(tx, &cx, id, number)).await?;
    done(&page, &format!("{PATH}/{id}"), "fleet-script-reviewed")
}

/// `POST /devices/scripts/{script}/use`
async fn retire(State(app): State<App>, page: Page, Path(id): Path<ScriptId>, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let wanted = if form.text("use") == "yes" {
        Use::Allowed
    } else {
        Use::Ended
    };
    app.db.write(move |tx| super::retire(tx, &cx, id, wanted)).await?;
    done(&page, &format!("{PATH}/{id}"), "fleet-script-saved")
}

#[derive(Deserialize)]
struct For {
    ticket: i64,
}

#[derive(Template)]
#[template(path = "script/views/run.html")]
struct Prepare {
    shell: Shell,
    form: FormView,
    device: Device,
    script: Script,
    version: Version,
    ticket: i64,
}

impl Prepare {
    fn field(&self, one: &parameter::Parameter) -> String {
        format!("parameter.{}", one.name)
    }

    fn choices(&self, one: &parameter::Parameter) -> Vec<String> {
        match &one.sort {
            Sort::Choice(choices) => choices.clone(),
            _ => Vec::new(),
        }
    }

    fn is_switch(&self, one: &parameter::Parameter) -> bool {
        one.sort == Sort::Switch
    }
}

fn read(tx: &mut Tx<'_>, cx: &Cx, id: DeviceId, script: ScriptId) -> Result<(Device, Script, Version)> {
    let device = device::with_right(tx, cx, RUN, id)?;
    let script = super::find(tx, cx, script)?;
    let number = script
        .current
        .ok_or_else(|| Error::conflict("fleet.script_not_reviewed"))?;
    let version = store::version(tx, script.id, number)?.ok_or_else(Error::not_found)?;
    Ok((device, script, version))
}

async fn preparing(
    app: &App,
    page: &Page,
    ids: (DeviceId, ScriptId),
    ticket: i64,
    form: FormView,
) -> web::Result<Prepare> {
    let cx = page.cx.clone();
    let (device, script, version) = app.db.read(move |tx| read(tx, &cx, ids.0, ids.1)).await?;
    Ok(Prepare {
        shell: page
            .shell(app, format!("{} · {}", script.name, device.name))
            .await?,
        form,
        device,
        script,
        version,
        ticket,
    })
}

/// `GET /devices/{id}/scripts/{script}`
async fn prepare(
    State(app): State<App>,
    page: Page,
    Path(ids): Path<(DeviceId, ScriptId)>,
    Query(from): Query<For>,
) -> web::Result {
    html(preparing(&app, &page, ids, from.ticket, FormView::empty()).await?)
}

/// `POST /devices/{id}/scripts/{script}`
async fn run(
    State(app): State<App>,
    page: Page,
    Path(ids): Path<(DeviceId, ScriptId)>,
    form: FormData,
) -> web::Result {
    match asked(&app, &page, ids, &form).await {
        Ok(path) => see_other(&path),
        Err(error) => {
            let ticket = form.text("ticket").parse().unwrap_or_default();
            let form = mend(&page, &form, error)?;
            unprocessable(preparing(&app, &page, ids, ticket, form).await?)
        }
    }
}

async fn asked(
    app: &App,
    page: &Page,
    (device, script): (DeviceId, ScriptId),
    form: &FormData,
) -> Result<String> {
    let (cx, subject) = (page.cx.clone(), format!("ticket:{}", form.text("ticket")));
    let own = cx.clone();
    let found = app.db.read(move |tx| read(tx, &own, device, script)).await?;
    let mut errors = Errors::new();
    let mut running = limits(form, &mut errors);
    errors.finish()?;
    let named = found.2.parameters.iter().map(|one| {
        let text = form.text(&format!("parameter.{}", one.name)).to_owned();
        (one.name.clone(), text)
    });
    running.values = named.collect();
    let write = move |tx: &mut Tx<'_>| {
        let verb = super::verb(tx, &cx, script, &running)?;
        asking::ask(tx, &cx, device, &subject, verb)
    };
    let act = app.db.write(write).await?;
    Ok(format!("/acts/{act}"))
}

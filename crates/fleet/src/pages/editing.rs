//! `/devices/{id}/edit`, `/devices/new`, and the keys that admit, retire, and restore a device.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use web::{App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, html, unprocessable};

use super::{PATH, done, given, mend};
use crate::MANAGE;
use crate::device::{self, Device, DeviceId, Edit, Kind, editing};

pub(super) fn routes() -> Routes {
    let needed = Need::permission(MANAGE);
    Routes::new()
        .page(Method::GET, "/devices/new", needed, new)
        .page(Method::POST, PATH, needed, add)
        .page(Method::GET, "/devices/{id}/edit", needed, ask)
        .page(Method::POST, "/devices/{id}/edit", needed, save)
        .page(Method::POST, "/devices/{id}/admission", needed, admit)
        .page(Method::POST, "/devices/{id}/retirement", needed, retire)
        .page(Method::POST, "/devices/{id}/restoration", needed, restore)
}

#[derive(Template)]
#[template(path = "pages/views/edit.html")]
struct View {
    shell: Shell,
    /// None for one that is made.
    device: Option<Device>,
    kinds: Vec<Choice>,
    teams: Vec<Choice>,
    form: FormView,
}

impl View {
    fn action(&self) -> String {
        match &self.device {
            Some(device) => format!("/devices/{}/edit", device.id),
            None => PATH.to_owned(),
        }
    }

    fn back(&self) -> String {
        match &self.device {
            Some(device) => format!("/devices/{}", device.id),
            None => PATH.to_owned(),
        }
    }
}

fn form_of(edit: &Edit, owner: &str) -> FormView {
    let mut pairs = vec![
        ("name", edit.name.clone()),
        (
            "kind",
            edit.kind.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        ),
        ("owner", owner.to_owned()),
        ("team", edit.team.map(|team| team.to_string()).unwrap_or_default()),
        ("location", edit.location.clone()),
        ("note", edit.note.clone()),
    ];
    if let Some(version) = edit.version {
        pairs.push(("version", version.to_string()));
    }
    FormView::of(pairs)
}

async fn view(app: &App, page: &Page, id: Option<DeviceId>, form: Option<FormView>) -> web::Result<View> {
    let cx = page.cx.clone();
    let (device, owner, teams) = app
        .db
        .read(move |tx| {
            let device = match id {
                Some(id) => Some(device::with_right(tx, &cx, MANAGE, id)?),
                None => None,
            };
            let owner = device.as_ref().and_then(|device| device.owner);
            let owner = match owner {
                Some(owner) => people::user::store::find(tx, owner)?.map(|user| user.email),
                None => None,
            };
            Ok((device, owner.unwrap_or_default(), people::team::store::list(tx)?))
        })
        .await?;
    let title = page.t(if device.is_some() {
        "fleet-edit-title"
    } else {
        "fleet-new-title"
    });
    let edit = device.as_ref().map(Edit::of).unwrap_or_default();
    let mut kinds: Vec<Choice> = Vec::new();
    if device.is_some() {
        kinds.push(Choice::new("", page.t("fleet-kind-as-told")));
    }
    kinds.extend(
        Kind::ALL
            .iter()
            .map(|kind| Choice::new(kind.as_str(), page.t(&kind.text_key()))),
    );
    let mut choices = vec![Choice::new("", page.t("fleet-team-none"))];
    choices.extend(
        teams
            .into_iter()
            .map(|team| Choice::new(team.id.to_string(), team.name)),
    );
    Ok(View {
        form: form.unwrap_or_else(|| form_of(&edit, &owner)),
        shell: page.shell(app, title).await?,
        device,
        kinds,
        teams: choices,
    })
}

/// What the form says. Whoever uses the device is named by mail address, or by a name that only one person has.
fn read(tx: &mut Tx<'_>, form: &FormData) -> Result<Edit> {
    let kind = form.optional("kind").map(Kind::parse).transpose()?;
    let version: Option<i64> = given(form, "version")?;
    Ok(Edit {
        name: form.text("name").to_owned(),
        kind,
        owner: person(tx, form.text("owner"))?,
        team: given(form, "team")?,
        location: form.text("location").to_owned(),
        note: form.text("note").to_owned(),
        version,
    })
}

fn person(tx: &mut Tx<'_>, text: &str) -> Result<Option<UserId>> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(user) = people::user::store::find_by_email(tx, &text.to_lowercase())? {
        return Ok(Some(user.id));
    }
    let found = people::user::store::suggest(tx, text, 5)?;
    let exact: Vec<UserId> = found
        .iter()
        .filter(|card| card.name.eq_ignore_ascii_case(text))
        .map(|card| card.id)
        .collect();
    match (exact.as_slice(), found.as_slice()) {
        ([one], _) => Ok(Some(*one)),
        ([], [one]) => Ok(Some(one.id)),
        ([], []) => Err(Error::invalid("fleet.device.owner_unknown").field("owner")),
        _ => Err(Error::invalid("fleet.device.owner_several").field("owner")),
    }
}

/// `GET /devices/new`
async fn new(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, None, None).await?)
}

/// `POST /devices`
async fn add(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let (cx, filled) = (page.cx.clone(), form.clone());
    let adding = app.db.write(move |tx| {
        let edit = read(tx, &filled)?;
        editing::add(tx, &cx, &edit)
    });
    match adding.await {
        Ok(device) => done(&page, &format!("/devices/{}", device.id), "fleet-added"),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            unprocessable(view(&app, &page, None, Some(form)).await?)
        }
    }
}

/// `GET /devices/{id}/edit`
async fn ask(State(app): State<App>, page: Page, Path(id): Path<DeviceId>) -> web::Result {
    html(view(&app, &page, Some(id), None).await?)
}

/// `POST /devices/{id}/edit`
async fn save(State(app): State<App>, page: Page, Path(id): Path<DeviceId>, form: FormData) -> web::Result {
    let (cx, filled) = (page.cx.clone(), form.clone());
    let saving = app.db.write(move |tx| {
        // What may be changed at all is asked first: who may not must not learn who is known.
        device::with_right(tx, &cx, MANAGE, id)?;
        let edit = read(tx, &filled)?;
        editing::edit(tx, &cx, id, &edit)
    });
    match saving.await {
        Ok(_) => done(&page, &format!("/devices/{id}"), "fleet-saved"),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            unprocessable(view(&app, &page, Some(id), Some(form)).await?)
        }
    }
}

type Step = fn(&mut Tx<'_>, &Cx, DeviceId) -> Result<Device>;

async fn step(app: App, page: Page, id: DeviceId, step: Step, key: &str) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| step(tx, &cx, id)).await?;
    done(&page, &format!("/devices/{id}"), key)
}

/// `POST /devices/{id}/admission`
async fn admit(State(app): State<App>, page: Page, Path(id): Path<DeviceId>) -> web::Result {
    step(app, page, id, device::admit, "fleet-admitted").await
}

/// `POST /devices/{id}/retirement`
async fn retire(State(app): State<App>, page: Page, Path(id): Path<DeviceId>) -> web::Result {
    step(app, page, id, device::retire, "fleet-retired").await
}

/// `POST /devices/{id}/restoration`
async fn restore(State(app): State<App>, page: Page, Path(id): Path<DeviceId>) -> web::Result {
    step(app, page, id, device::restore, "fleet-restored").await
}

//! `/devices/{id}/value`: a value that a person enters over what the device says.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::Error;
use protocol::inventory::Section;
use serde::Deserialize;
use web::{App, FormData, FormView, Need, Page, Path, Query, Routes, Shell, html, unprocessable};

use super::{done, mend, wording};
use crate::MANAGE;
use crate::device::{Device, DeviceId, with_right};
use crate::inventory::overlay;

pub(super) fn routes() -> Routes {
    let needed = Need::permission(MANAGE);
    Routes::new()
        .page(Method::GET, "/devices/{id}/value", needed, ask)
        .page(Method::POST, "/devices/{id}/value", needed, save)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Place {
    section: String,
    item: String,
    field: String,
}

#[derive(Template)]
#[template(path = "pages/views/value.html", blocks = ["dialog"])]
struct View {
    shell: Shell,
    device: Device,
    section: String,
    told: String,
    form: FormView,
}

impl View {
    /// What the value is of.
    fn thing(&self) -> String {
        wording::thing(self.shell.cx.locale, self.form.value("item"))
    }

    fn label(&self) -> String {
        wording::field(self.shell.cx.locale, self.form.value("field"))
    }
}

async fn view(
    app: &App,
    page: &Page,
    id: DeviceId,
    place: Place,
    form: Option<FormView>,
) -> web::Result<View> {
    let section = Section::named(&place.section).ok_or_else(Error::not_found)?;
    let cx = page.cx.clone();
    let (item, field) = (place.item.clone(), place.field.clone());
    let (device, value, told) = app
        .db
        .read(move |tx| {
            let device = with_right(tx, &cx, MANAGE, id)?;
            let shown = overlay::shown(tx, id, section)?;
            let found = shown.iter().find(|one| one.key == item);
            let found = found.and_then(|one| one.values.iter().find(|value| value.field == field));
            let entered = found
                .filter(|value| value.is_entered)
                .map(|value| value.value.clone());
            let told = found.and_then(|value| {
                if value.is_entered {
                    value.told.clone()
                } else {
                    Some(value.value.clone())
                }
            });
            Ok((device, entered.unwrap_or_default(), told.unwrap_or_default()))
        })
        .await?;
    let form = form.unwrap_or_else(|| {
        FormView::of([
            ("section", place.section),
            ("item", place.item),
            ("field", place.field),
            ("value", value),
        ])
    });
    let title = page.t("fleet-enter-title");
    Ok(View {
        shell: if page.targets("dialog") {
            page.bare(app, title)
        } else {
            page.shell(app, title).await?
        },
        section: wording::section(page.cx.locale, section),
        device,
        told,
        form,
    })
}

/// `GET /devices/{id}/value`
async fn ask(
    State(app): State<App>,
    page: Page,
    Path(id): Path<DeviceId>,
    Query(place): Query<Place>,
) -> web::Result {
    let view = view(&app, &page, id, place, None).await?;
    if page.targets("dialog") {
        html(view.as_dialog())
    } else {
        html(view)
    }
}

/// `POST /devices/{id}/value`
async fn save(State(app): State<App>, page: Page, Path(id): Path<DeviceId>, form: FormData) -> web::Result {
    let place = Place {
        section: form.text("section").to_owned(),
        item: form.text("item").to_owned(),
        field: form.text("field").to_owned(),
    };
    let section = Section::named(&place.section).ok_or_else(Error::not_found)?;
    let (cx, value) = (page.cx.clone(), form.text("value").to_owned());
    let (item, field) = (place.item.clone(), place.field.clone());
    let saving = app
        .db
        .write(move |tx| overlay::enter(tx, &cx, id, (section, &item, &field), &value))
        .await;
    match saving {
        Ok(()) => done(
            &page,
            &format!("/devices/{id}/inventory?section={}", section.name()),
            "fleet-saved",
        ),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            let view = view(&app, &page, id, place, Some(form)).await?;
            if page.targets("dialog") {
                unprocessable(view.as_dialog())
            } else {
                unprocessable(view)
            }
        }
    }
}

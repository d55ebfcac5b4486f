//! `/devices/merging`: records that may be one device, for somebody to decide.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::Error;
use web::{App, FormData, Need, Page, Path, Routes, Shell, html};

use super::done;
use crate::MANAGE;
use crate::device::Device;
use crate::matching::merging::{self, DoubtId, Question};

pub(super) fn routes() -> Routes {
    let needed = Need::permission(MANAGE);
    Routes::new()
        .page(Method::GET, "/devices/merging", needed, show)
        .page(Method::POST, "/devices/merging/{id}", needed, decide)
}

#[derive(Template)]
#[template(path = "pages/views/merging.html")]
struct View {
    shell: Shell,
    questions: Vec<Question>,
}

/// A fact of both records beside each other.
struct Pair {
    name: String,
    one: String,
    other: String,
    is_same: bool,
}

impl View {
    fn pairs(&self, question: &Question) -> Vec<Pair> {
        let (one, other) = (&question.device, &question.other);
        let (a, b) = (&one.identity, &other.identity);
        let source = |device: &Device| self.shell.t(&device.source.text_key());
        let seen = |device: &Device| device.seen_at.map(|at| self.shell.exact(&at)).unwrap_or_default();
        let all = [
            ("fleet-fact-host", a.host.clone(), b.host.clone()),
            ("fleet-fact-serial", a.serial.clone(), b.serial.clone()),
            ("fleet-fact-uuid", a.uuid.clone(), b.uuid.clone()),
            ("fleet-fact-machine", a.machine_id.clone(), b.machine_id.clone()),
            ("fleet-fact-macs", a.macs.join(", "), b.macs.join(", ")),
            ("fleet-fact-model", one.model(), other.model()),
            ("fleet-fact-system", one.system(), other.system()),
            ("fleet-fact-source", source(one), source(other)),
            ("fleet-fact-seen", seen(one), seen(other)),
        ];
        all.into_iter()
            .filter(|(_, one, other)| !one.is_empty() || !other.is_empty())
            .map(|(key, one, other)| Pair {
                name: self.shell.t(key),
                is_same: one.eq_ignore_ascii_case(&other),
                one,
                other,
            })
            .collect()
    }
}

/// `GET /devices/merging`
async fn show(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let questions = app.db.read(move |tx| merging::waiting(tx, &cx)).await?;
    html(View {
        shell: page.shell(&app, page.t("fleet-merging-title")).await?,
        questions,
    })
}

/// `POST /devices/merging/{id}`
async fn decide(State(app): State<App>, page: Page, Path(id): Path<DoubtId>, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    match form.text("decision") {
        "merge" => {
            let kept = app.db.write(move |tx| merging::merge(tx, &cx, id)).await?;
            done(&page, &format!("/devices/{kept}"), "fleet-merged")
        }
        "apart" => {
            app.db.write(move |tx| merging::keep_apart(tx, &cx, id)).await?;
            done(&page, "/devices/merging", "fleet-kept-apart")
        }
        _ => Err(Error::invalid("web.form.choice").field("decision").into()),
    }
}

//! Evidence on pages: the form that takes text, a paste, or a file; serving it; taking it out.

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use kernel::error::Error;
use web::{Choice, FormData, FormView, Page, Path, Shell};

use super::{answered, answered_or_mended};
use crate::console::acting::{Act, OnTicket, required, shown};
use crate::console::composing::attachments;
use crate::console::moments;
use crate::console::wording::choices;
use crate::diagnosis::{self, EvidenceKind, NewEvidence};
use crate::ticket::access;

#[derive(Template)]
#[template(path = "console/views/evidence.html", blocks = ["act"])]
struct Form {
    shell: Shell,
    act: Act,
    form: FormView,
    kinds: Vec<Choice>,
}

async fn show(on: &OnTicket, form: FormView) -> web::Result {
    let (shell, act) = on
        .frame(
            "evidence",
            "desk-page-evidence-title",
            "desk-page-evidence-submit",
        )
        .await?;
    let kinds = choices!(EvidenceKind, on.page.cx.locale);
    shown!(Form {
        shell,
        act,
        form,
        kinds,
    })
}

/// `GET /tickets/{number}/evidence/new`
pub(in crate::console) async fn ask(on: OnTicket) -> web::Result {
    on.load(access::NOTE).await?;
    let now = moments::show(on.page.cx.now(), &on.page.cx.time_zone);
    let form = FormView::of([("kind", EvidenceKind::Log.as_str().to_owned()), ("taken_at", now)]);
    show(&on, form).await
}

/// Several files are several pieces; the text goes with the first.
fn wanted(form: &FormData, page: &Page) -> kernel::Result<Vec<NewEvidence>> {
    let first = NewEvidence {
        kind: EvidenceKind::parse(form.text("kind"))?,
        title: form.text("title").to_owned(),
        text: form.text("text").to_owned(),
        device: form.text("device").to_owned(),
        taken_at: moments::read(form.text("taken_at"), &page.cx.time_zone, "taken_at")?,
        taken_by: form.text("taken_by").to_owned(),
        ..NewEvidence::new(EvidenceKind::Other)
    };
    let mut files = attachments(form).into_iter();
    let mut pieces = vec![NewEvidence {
        file: files.next(),
        ..first.clone()
    }];
    pieces.extend(files.map(|file| NewEvidence {
        file: Some(file),
        text: String::new(),
        title: String::new(),
        ..first.clone()
    }));
    Ok(pieces)
}

/// `POST /tickets/{number}/evidence`
pub(in crate::console) async fn add(on: OnTicket, form: FormData) -> web::Result {
    let adding = on
        .run_with(wanted(&form, &on.page), |tx, cx, number, pieces| {
            for piece in pieces {
                diagnosis::add_evidence(tx, cx, number, piece)?;
            }
            Ok(())
        })
        .await;
    answered_or_mended(&on, adding, &form, "desk-page-evidence-added", show).await
}

/// `POST /tickets/{number}/evidence/of-attachment`: makes evidence of a file somebody sent.
pub(in crate::console) async fn of_attachment(on: OnTicket, form: FormData) -> web::Result {
    on.run_with(required(&form, "attachment"), |tx, cx, number, id| {
        diagnosis::evidence_of_attachment(tx, cx, number, *id)
    })
    .await?;
    answered(&on, "desk-page-evidence-added").await
}

/// `POST /tickets/{number}/evidence/{id}/removal`
pub(in crate::console) async fn remove(on: OnTicket, Path((_, id)): Path<(i64, i64)>) -> web::Result {
    on.run(move |tx, cx, number| diagnosis::remove_evidence(tx, cx, number, id))
        .await?;
    answered(&on, "desk-page-evidence-removed").await
}

/// `GET /tickets/{number}/evidence/{id}/file`: under headers with which nothing in it can run.
pub(in crate::console) async fn file(on: OnTicket, Path((_, id)): Path<(i64, i64)>) -> web::Result {
    let piece = on
        .read(move |tx, cx, number| diagnosis::evidence(tx, cx, number, id))
        .await?;
    let file = piece.file.ok_or_else(Error::not_found)?;
    let content = on.app.files.get_stream(&file.hash).await?;
    let body = axum::body::Body::from_stream(content.stream);
    let mut response = web::download(body, &file.name, &file.media_type)?;
    if let Ok(length) = HeaderValue::from_str(&content.size.to_string()) {
        response.headers_mut().insert(header::CONTENT_LENGTH, length);
    }
    Ok(harmless(response))
}

/// `GET /tickets/{number}/evidence/{id}/text`: the whole text, as nothing but text.
pub(in crate::console) async fn text(on: OnTicket, Path((_, id)): Path<(i64, i64)>) -> web::Result {
    let piece = on
        .read(move |tx, cx, number| diagnosis::evidence(tx, cx, number, id))
        .await?;
    let name = format!("evidence-{id}.txt");
    Ok(harmless(web::download(piece.text, &name, "text/plain")?))
}

fn harmless(mut response: Response) -> Response {
    response.headers_mut().insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

//! Evidence on pages: the form that takes text, a paste, or a file; serving it; taking it out.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use kernel::error::Error;
use web::{App, Choice, FormData, FormView, Page, Path, Query, Shell};

use super::answered;
use crate::console::asked::Asked;
use crate::console::changed::{Act, may, mend, shown};
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

async fn show(app: &App, page: &Page, number: i64, asked: &Asked, form: FormView) -> web::Result {
    let act = Act::new(page, number, "evidence", asked, "desk-page-evidence-submit");
    let shell = page.shell(app, page.t("desk-page-evidence-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    let kinds = choices!(EvidenceKind, page.cx.locale);
    let view = Form {
        shell,
        act,
        form,
        kinds,
    };
    shown!(view, dialog, refused)
}

/// `GET /tickets/{number}/evidence/new`
pub(in crate::console) async fn ask(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    may(&app, &page, number, access::NOTE).await?;
    let now = moments::show(page.cx.now(), &page.cx.time_zone);
    let form = FormView::of([("kind", EvidenceKind::Log.as_str().to_owned()), ("taken_at", now)]);
    show(&app, &page, number, &asked, form).await
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
pub(in crate::console) async fn add(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match wanted(&form, &page) {
        Ok(pieces) => {
            let writing = app.db.write(move |tx| {
                for piece in &pieces {
                    diagnosis::add_evidence(tx, &cx, number, piece)?;
                }
                Ok(())
            });
            writing.await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => answered(&app, &page, number, &asked, "desk-page-evidence-added").await,
        // The small form of the gate keeps what stands in it; the words are a toast.
        Err(error) if page.targets(&format!("gate-{number}")) => Err(error.into()),
        Err(error) => show(&app, &page, number, &asked, mend(&form, error, &page)?).await,
    }
}

/// `POST /tickets/{number}/evidence/of-attachment`: makes evidence of a file somebody sent.
pub(in crate::console) async fn of_attachment(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let id = form.text("attachment").parse::<i64>();
    let id = id.map_err(|_| Error::invalid("web.form.malformed").field("attachment"))?;
    let cx = page.cx.clone();
    app.db
        .write(move |tx| diagnosis::evidence_of_attachment(tx, &cx, number, id))
        .await?;
    answered(&app, &page, number, &asked, "desk-page-evidence-added").await
}

/// `POST /tickets/{number}/evidence/{id}/removal`
pub(in crate::console) async fn remove(
    State(app): State<App>,
    page: Page,
    Path((number, id)): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| diagnosis::remove_evidence(tx, &cx, number, id))
        .await?;
    answered(&app, &page, number, &asked, "desk-page-evidence-removed").await
}

/// `GET /tickets/{number}/evidence/{id}/file`: under headers with which nothing in it can run.
pub(in crate::console) async fn file(
    State(app): State<App>,
    page: Page,
    Path((number, id)): Path<(i64, i64)>,
) -> web::Result {
    let cx = page.cx.clone();
    let piece = app
        .db
        .read(move |tx| diagnosis::evidence(tx, &cx, number, id))
        .await?;
    let file = piece.file.ok_or_else(Error::not_found)?;
    let content = app.files.get_stream(&file.hash).await?;
    let body = axum::body::Body::from_stream(content.stream);
    let mut response = web::download(body, &file.name, &file.media_type)?;
    if let Ok(length) = HeaderValue::from_str(&content.size.to_string()) {
        response.headers_mut().insert(header::CONTENT_LENGTH, length);
    }
    Ok(harmless(response))
}

/// `GET /tickets/{number}/evidence/{id}/text`: the whole text, as nothing but text.
pub(in crate::console) async fn text(
    State(app): State<App>,
    page: Page,
    Path((number, id)): Path<(i64, i64)>,
) -> web::Result {
    let cx = page.cx.clone();
    let piece = app
        .db
        .read(move |tx| diagnosis::evidence(tx, &cx, number, id))
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

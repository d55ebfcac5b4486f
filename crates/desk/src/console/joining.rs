//! Tickets that belong together: merging and the way back, splitting a word off, linking.

use askama::Template;
use axum::extract::State;
use kernel::error::{Error, Kind};
use web::{App, Choice, FormData, FormView, Page, Path, Query, Shell, Tone, go_to, with_toast};

use super::asked::Asked;
use super::changed::{self, Act, may, mend, shown};
use super::wording::choices;
use crate::ticket::family::{self, Relation};
use crate::ticket::{self, access, splitting};

#[derive(Template)]
#[template(path = "console/views/merge.html", blocks = ["act"])]
struct MergeForm {
    shell: Shell,
    act: Act,
    form: FormView,
}

async fn show_merge(app: &App, page: &Page, number: i64, asked: &Asked, form: FormView) -> web::Result {
    let act = Act::new(page, number, "merge", asked, "desk-page-merge-submit");
    let shell = page.shell(app, page.t("desk-page-merge-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    shown!(MergeForm { shell, act, form }, dialog, refused)
}

/// `GET /tickets/{number}/merge`
pub(super) async fn ask_merge(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    may(&app, &page, number, access::CHANGE).await?;
    show_merge(&app, &page, number, &asked, FormView::empty()).await
}

/// `POST /tickets/{number}/merge`: this ticket becomes part of the one that is named, and the page goes there.
pub(super) async fn merge(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match number_in(&form, "into") {
        Ok(into) => app.db.write(move |tx| ticket::merge(tx, &cx, number, into)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(target) => {
            let path = format!("/tickets/{}{}", target.number, asked.beside(asked.queue()));
            let done = page
                .cx
                .locale
                .t_with("desk-page-merged", &[("number", number.into())]);
            Ok(with_toast(go_to(&page, &path)?, &page, Tone::Success, &done))
        }
        Err(error) => show_merge(&app, &page, number, &asked, mend(&form, error, &page)?).await,
    }
}

/// `POST /tickets/{number}/unmerge`
pub(super) async fn unmerge(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| ticket::unmerge(tx, &cx, number)).await?;
    let path = format!("/tickets/{number}{}", asked.beside(asked.queue()));
    let done = page.t("desk-page-unmerged");
    Ok(with_toast(go_to(&page, &path)?, &page, Tone::Success, &done))
}

#[derive(Template)]
#[template(path = "console/views/split.html", blocks = ["act"])]
struct SplitForm {
    shell: Shell,
    act: Act,
    form: FormView,
    words: String,
}

async fn show_split(
    app: &App,
    page: &Page,
    (number, article): (i64, i64),
    asked: &Asked,
    form: Option<FormView>,
) -> web::Result {
    let cx = page.cx.clone();
    let words = app
        .db
        .read(move |tx| {
            let view = ticket::load(tx, &cx, number)?;
            access::check(&cx, access::CHANGE, &view.ticket)?;
            Ok(splitting::splittable(tx, number, article)?.body)
        })
        .await?;
    let path = format!("articles/{article}/split");
    let act = Act::new(page, number, &path, asked, "desk-page-split-submit");
    let shell = page.shell(app, page.t("desk-page-split-title")).await?;
    let form = form.unwrap_or_else(|| {
        let first = words
            .lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default();
        FormView::of([("title", first.trim().chars().take(80).collect::<String>())])
    });
    let (dialog, refused) = (act.dialog, form.is_refused());
    let view = SplitForm {
        shell,
        act,
        form,
        words,
    };
    shown!(view, dialog, refused)
}

/// `GET /tickets/{number}/articles/{article}/split`
pub(super) async fn ask_split(
    State(app): State<App>,
    page: Page,
    Path(place): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
) -> web::Result {
    show_split(&app, &page, place, &asked, None).await
}

/// `POST /tickets/{number}/articles/{article}/split`
pub(super) async fn split(
    State(app): State<App>,
    page: Page,
    Path((number, article)): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let (cx, title) = (page.cx.clone(), form.text("title").to_owned());
    match app
        .db
        .write(move |tx| ticket::split(tx, &cx, number, article, &title))
        .await
    {
        Ok(made) => {
            let path = format!("/tickets/{}{}", made.number, asked.beside(asked.queue()));
            let done = page.t("desk-page-split-done");
            Ok(with_toast(go_to(&page, &path)?, &page, Tone::Success, &done))
        }
        Err(error) => {
            let form = mend(&form, error, &page)?;
            show_split(&app, &page, (number, article), &asked, Some(form)).await
        }
    }
}

#[derive(Template)]
#[template(path = "console/views/link.html", blocks = ["act"])]
struct LinkForm {
    shell: Shell,
    act: Act,
    form: FormView,
    relations: Vec<Choice>,
}

async fn show_link(app: &App, page: &Page, number: i64, asked: &Asked, form: FormView) -> web::Result {
    let act = Act::new(page, number, "links", asked, "desk-page-link-submit");
    let shell = page.shell(app, page.t("desk-page-link-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    let view = LinkForm {
        shell,
        act,
        form,
        relations: choices!(Relation, page.cx.locale),
    };
    shown!(view, dialog, refused)
}

/// `GET /tickets/{number}/links`
pub(super) async fn ask_link(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    may(&app, &page, number, access::CHANGE).await?;
    show_link(&app, &page, number, &asked, FormView::empty()).await
}

/// `POST /tickets/{number}/links`
pub(super) async fn link(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match meant(&form) {
        Ok((relation, other)) => {
            app.db
                .write(move |tx| family::relate(tx, &cx, number, relation, other))
                .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => changed::answer(&app, &page, number, &asked, "desk-page-linked").await,
        Err(error) => show_link(&app, &page, number, &asked, mend(&form, error, &page)?).await,
    }
}

/// `POST /tickets/{number}/links/removal`
pub(super) async fn unlink(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let (cx, (relation, other)) = (page.cx.clone(), meant(&form)?);
    let outcome = app
        .db
        .write(move |tx| family::part(tx, &cx, number, relation, other))
        .await;
    match outcome {
        Err(error) if error.kind() != Kind::NotFound => Err(error.into()),
        // Somebody else was faster: it is gone, as was asked for.
        _ => changed::answer(&app, &page, number, &asked, "desk-page-unlinked").await,
    }
}

fn meant(form: &FormData) -> kernel::Result<(Relation, i64)> {
    let relation = Relation::parse(form.text("relation"))?;
    Ok((relation, number_in(form, "other")?))
}

/// `1042`, with or without the sign before it.
pub(super) fn number_in(form: &FormData, field: &'static str) -> kernel::Result<i64> {
    let text = form.text(field).trim_start_matches(['#', '＃']).trim();
    text.parse()
        .map_err(|_| Error::invalid("desk.ticket.number_malformed").field(field))
}

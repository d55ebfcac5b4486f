//! Tickets that belong together: merging and the way back, splitting a word off, linking.

use askama::Template;
use kernel::error::{Error, Kind};
use web::{Choice, FormData, FormView, Path, Shell};

use super::acting::{Act, OnTicket, shown};
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

async fn show_merge(on: &OnTicket, form: FormView) -> web::Result {
    let (shell, act) = on
        .frame("merge", "desk-page-merge-title", "desk-page-merge-submit")
        .await?;
    shown!(MergeForm { shell, act, form })
}

/// `GET /tickets/{number}/merge`
pub(super) async fn ask_merge(on: OnTicket) -> web::Result {
    on.load(access::CHANGE).await?;
    show_merge(&on, FormView::empty()).await
}

/// `POST /tickets/{number}/merge`: this ticket becomes part of the one that is named, and the page goes there.
pub(super) async fn merge(on: OnTicket, form: FormData) -> web::Result {
    let merging = on
        .run_with(number_in(&form, "into"), |tx, cx, number, into| {
            ticket::merge(tx, cx, number, *into)
        })
        .await;
    match merging {
        Ok(target) => {
            let locale = on.page.cx.locale;
            let done = locale.t_with("desk-page-merged", &[("number", on.number.into())]);
            on.go_to(target.number, &done)
        }
        Err(error) => show_merge(&on, on.mend(&form, error)?).await,
    }
}

/// `POST /tickets/{number}/unmerge`
pub(super) async fn unmerge(on: OnTicket) -> web::Result {
    on.run(ticket::unmerge).await?;
    on.go_to(on.number, &on.page.t("desk-page-unmerged"))
}

#[derive(Template)]
#[template(path = "console/views/split.html", blocks = ["act"])]
struct SplitForm {
    shell: Shell,
    act: Act,
    form: FormView,
    words: String,
}

async fn show_split(on: &OnTicket, article: i64, form: Option<FormView>) -> web::Result {
    let words = on
        .read(move |tx, cx, number| {
            let view = ticket::load(tx, cx, number)?;
            access::check(cx, access::CHANGE, &view.ticket)?;
            Ok(splitting::splittable(tx, number, article)?.body)
        })
        .await?;
    let path = format!("articles/{article}/split");
    let (shell, act) = on
        .frame(&path, "desk-page-split-title", "desk-page-split-submit")
        .await?;
    let form = form.unwrap_or_else(|| {
        let first = words
            .lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default();
        FormView::of([("title", first.trim().chars().take(80).collect::<String>())])
    });
    shown!(SplitForm {
        shell,
        act,
        form,
        words
    })
}

/// `GET /tickets/{number}/articles/{article}/split`
pub(super) async fn ask_split(on: OnTicket, Path((_, article)): Path<(i64, i64)>) -> web::Result {
    show_split(&on, article, None).await
}

/// `POST /tickets/{number}/articles/{article}/split`
pub(super) async fn split(on: OnTicket, Path((_, article)): Path<(i64, i64)>, form: FormData) -> web::Result {
    let title = form.text("title").to_owned();
    let splitting = on
        .run(move |tx, cx, number| ticket::split(tx, cx, number, article, &title))
        .await;
    match splitting {
        Ok(made) => on.go_to(made.number, &on.page.t("desk-page-split-done")),
        Err(error) => show_split(&on, article, Some(on.mend(&form, error)?)).await,
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

async fn show_link(on: &OnTicket, form: FormView) -> web::Result {
    let (shell, act) = on
        .frame("links", "desk-page-link-title", "desk-page-link-submit")
        .await?;
    let relations = choices!(Relation, on.page.cx.locale);
    shown!(LinkForm {
        shell,
        act,
        form,
        relations
    })
}

/// `GET /tickets/{number}/links`
pub(super) async fn ask_link(on: OnTicket) -> web::Result {
    on.load(access::CHANGE).await?;
    show_link(&on, FormView::empty()).await
}

/// `POST /tickets/{number}/links`
pub(super) async fn link(on: OnTicket, form: FormData) -> web::Result {
    let linking = on
        .run_with(meant(&form), |tx, cx, number, (relation, other)| {
            family::relate(tx, cx, number, *relation, *other)
        })
        .await;
    on.answer(linking, &form, "desk-page-linked", show_link).await
}

/// `POST /tickets/{number}/links/removal`
pub(super) async fn unlink(on: OnTicket, form: FormData) -> web::Result {
    let (relation, other) = meant(&form)?;
    let parting = on
        .run(move |tx, cx, number| family::part(tx, cx, number, relation, other))
        .await;
    match parting {
        Err(error) if error.kind() != Kind::NotFound => Err(error.into()),
        // Somebody else was faster: it is gone, as was asked for.
        _ => on.done("desk-page-unlinked").await,
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

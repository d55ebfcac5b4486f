//! The page of upcoming shifts and absences.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::Kind;
use kernel::id::UserId;
use kernel::{Error, Timestamp};
use serde::Deserialize;
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Query, Routes, Shell, Tone, html, see_other,
    unprocessable, with_toast,
};

use super::{PersonSpan, SpanId, SpanOf, store};
use crate::user::{self, Card};
use crate::{cursor, input, shift};

const ROWS: i64 = 50;

pub(super) fn routes() -> Routes {
    let (read, manage) = (
        Need::permission("people.user.read"),
        Need::permission("people.shift.manage"),
    );
    Routes::new()
        .page(Method::GET, "/settings/shifts", read, list)
        .page(Method::POST, "/settings/shifts", manage, add)
        .page(Method::POST, "/settings/shifts/{of}/{id}/remove", manage, remove)
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    of: String,
    after: String,
}

/// Shifts unless absences are asked for.
fn kind_of(text: &str) -> SpanOf {
    if text == SpanOf::Absence.as_str() {
        SpanOf::Absence
    } else {
        SpanOf::Shift
    }
}

#[derive(Template)]
#[template(path = "shift/views/list.html", blocks = ["rows"])]
struct ListView {
    shell: Shell,
    form: FormView,
    of: SpanOf,
    spans: Vec<PersonSpan>,
    cards: BTreeMap<UserId, Card>,
    people: Vec<Choice>,
    more: Option<String>,
    now: Timestamp,
}

impl ListView {
    fn name(&self, user: &UserId) -> &str {
        self.cards.get(user).map_or("", |card| card.name.as_str())
    }
}

async fn view(app: &App, page: &Page, asked: &Asked, form: FormView) -> web::Result<ListView> {
    let of = kind_of(&asked.of);
    let now = page.cx.now();
    let after: Option<(i64, SpanId)> = if asked.after.is_empty() {
        None
    } else {
        Some(cursor::read(&asked.after)?)
    };
    let (mut spans, cards, staff) = app
        .db
        .read(move |tx| {
            let after = after.map(|(at, id)| (Timestamp::from_millis(at), id));
            let spans = store::upcoming(tx, of, now, after, ROWS + 1)?;
            let ids: Vec<UserId> = spans.iter().map(|span| span.user).collect();
            Ok((spans, user::store::cards(tx, &ids)?, user::store::staff(tx)?))
        })
        .await?;
    let more = if spans.len() > 50 {
        spans.truncate(50);
        let last = spans
            .last()
            .map(|last| cursor::write(&(last.starts_at.millis(), last.id)))
            .transpose()?;
        last.map(|after| format!("/settings/shifts?of={}&after={after}", of.as_str()))
    } else {
        None
    };
    let people = staff
        .into_iter()
        .map(|card| Choice::new(card.id.to_string(), card.name))
        .collect();
    Ok(ListView {
        shell: page.shell(app, page.t("people-shifts")).await?,
        form,
        of,
        spans,
        cards,
        people,
        more,
        now,
    })
}

async fn list(State(app): State<App>, page: Page, Query(asked): Query<Asked>) -> web::Result {
    let view = view(&app, &page, &asked, FormView::empty()).await?;
    if page.partial {
        html(view.as_rows())
    } else {
        html(view)
    }
}

async fn add(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let of = kind_of(form.text("of"));
    let cx = page.cx.clone();
    let read = input::span(&form, &page.cx.time_zone).and_then(|span| {
        let user: UserId = form
            .text("user")
            .parse()
            .map_err(|_| Error::invalid("web.form.missing").field("user"))?;
        Ok((user, span))
    });
    let outcome = match read {
        Ok((user, (span, note))) => {
            let add = move |tx: &mut kernel::db::Tx<'_>| shift::add(tx, &cx, of, user, span, &note).map(drop);
            app.db.write(add).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => {
            let key = if of == SpanOf::Shift {
                "people-shift-added"
            } else {
                "people-absence-added"
            };
            let answer = see_other(&format!("/settings/shifts?of={}", of.as_str()))?;
            Ok(with_toast(answer, &page, Tone::Success, &page.t(key)))
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let asked = Asked {
                of: of.as_str().to_owned(),
                after: String::new(),
            };
            unprocessable(view(&app, &page, &asked, form.refused(&error, page.cx.locale)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn remove(State(app): State<App>, page: Page, Path((of, id)): Path<(String, SpanId)>) -> web::Result {
    let (cx, of) = (page.cx.clone(), kind_of(&of));
    app.db.write(move |tx| shift::remove(tx, &cx, of, id)).await?;
    let key = if of == SpanOf::Shift {
        "people-shift-removed"
    } else {
        "people-absence-removed"
    };
    let answer = see_other(&format!("/settings/shifts?of={}", of.as_str()))?;
    Ok(with_toast(answer, &page, Tone::Success, &page.t(key)))
}

//! `/account`: preferences, password, sessions, own absences.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::cx::Credential;
use kernel::db::Tx;
use kernel::error::Kind;
use kernel::{Cx, Error, Locale, Timestamp};
use web::{App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, Tone, see_other, with_toast};

use super::frame::{framed, refused};
use crate::shift::{self, PersonSpan, SpanId, SpanOf};
use crate::sign_in::store::Session;
use crate::sign_in::{self, SessionId, password};
use crate::token::Token;
use crate::user::{self, User};
use crate::{input, token};

pub(super) fn routes() -> Routes {
    Routes::new()
        .page(Method::GET, "/account", Need::SignedIn, show)
        .page(
            Method::POST,
            "/account/preferences",
            Need::SignedIn,
            set_preferences,
        )
        .page(Method::POST, "/account/password", Need::SignedIn, change_password)
        .page(
            Method::POST,
            "/account/sessions/end-others",
            Need::SignedIn,
            end_others,
        )
        .page(
            Method::POST,
            "/account/sessions/{id}/end",
            Need::SignedIn,
            end_session,
        )
        .page(Method::POST, "/account/absences", Need::SignedIn, add_absence)
        .page(
            Method::POST,
            "/account/absences/{id}/remove",
            Need::SignedIn,
            remove_absence,
        )
}

/// What the page shows of a person; read in one snapshot.
struct Mine {
    user: User,
    sessions: Vec<Session>,
    tokens: Vec<Token>,
    codes_left: i64,
    absences: Vec<PersonSpan>,
}

impl Mine {
    fn codes_left(&self) -> i64 {
        self.codes_left
    }
}

/// The forms of the page, each as it was filled when it was refused.
#[derive(Default)]
struct Forms {
    preferences: Option<FormView>,
    password: FormView,
    absence: FormView,
}

#[derive(Template)]
#[template(path = "account/views/show.html")]
struct ShowView {
    shell: Shell,
    mine: Mine,
    this_session: String,
    preferences: FormView,
    password: FormView,
    absence: FormView,
    locales: Vec<Choice>,
    zones: &'static [&'static str],
    now: Timestamp,
}

fn load(tx: &mut Tx<'_>, cx: &Cx) -> kernel::Result<Mine> {
    let id = cx.user_id().ok_or_else(Error::unauthenticated)?;
    Ok(Mine {
        user: user::store::load(tx, id)?,
        sessions: sign_in::store::of_user(tx, id, cx.now())?,
        tokens: token::store::of_user(tx, id)?,
        codes_left: sign_in::store::recovery_codes_left(tx, id)?,
        absences: shift::store::upcoming_of_user(tx, SpanOf::Absence, id, cx.now())?,
    })
}

async fn view(app: &App, page: &Page, forms: Forms) -> web::Result<ShowView> {
    let cx = page.cx.clone();
    let mine = app.db.read(move |tx| load(tx, &cx)).await?;
    let this_session = match page.cx.identity().map(|identity| &identity.credential) {
        Some(Credential::Session { session, .. }) => session.clone(),
        _ => String::new(),
    };
    let preferences = forms.preferences.unwrap_or_else(|| {
        let locale = mine.user.locale.unwrap_or(page.cx.locale).tag().to_owned();
        FormView::of([
            ("locale", locale),
            ("time_zone", mine.user.time_zone.clone().unwrap_or_default()),
        ])
    });
    Ok(ShowView {
        shell: page.shell(app, page.t("people-account-title")).await?,
        this_session,
        preferences,
        password: forms.password,
        absence: forms.absence,
        locales: input::locales(),
        zones: input::time_zones(),
        now: page.cx.now(),
        mine,
    })
}

async fn show(State(app): State<App>, page: Page) -> web::Result {
    let view = view(&app, &page, Forms::default()).await?;
    framed(&view.shell, &view)
}

fn done(page: &Page, key: &str) -> web::Result {
    Ok(with_toast(
        see_other("/account")?,
        page,
        Tone::Success,
        &page.t(key),
    ))
}

async fn set_preferences(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let (cx, zone) = (page.cx.clone(), form.text("time_zone").to_owned());
    let outcome = match Locale::parse(form.text("locale")) {
        Some(locale) => {
            let saved = app
                .db
                .write(move |tx| user::changing::set_preferences(tx, &cx, locale, &zone))
                .await;
            saved.map(|()| locale)
        }
        None => Err(Error::invalid("people.user.locale_unknown").field("locale")),
    };
    match outcome {
        Ok(locale) => {
            let text = locale.t("people-account-saved");
            Ok(with_toast(see_other("/account")?, &page, Tone::Success, &text))
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let preferences = Some(form.refused(&error, page.cx.locale));
            let view = view(
                &app,
                &page,
                Forms {
                    preferences,
                    ..Forms::default()
                },
            )
            .await?;
            refused(&view.shell, &view)
        }
        Err(error) => Err(error.into()),
    }
}

async fn change_password(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let session = match page.cx.identity().map(|identity| &identity.credential) {
        Some(Credential::Session { session, .. }) => session.clone(),
        _ => return Err(Error::forbidden().into()),
    };
    // Whoever finds an unlocked screen must not guess the password at leisure.
    let limit = web::rate::SIGN_IN;
    let who = page.cx.user_id().map(|id| id.to_string()).unwrap_or_default();
    let outcome = match app.rates.take(limit, &who, page.cx.now()) {
        Ok(()) => {
            password::change_own(
                &app.db,
                &page.cx,
                form.text("current"),
                form.text("password"),
                &session,
            )
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => done(&page, "people-account-password-changed"),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::TooMany) => {
            let password = form.refused(&error, page.cx.locale);
            let view = view(
                &app,
                &page,
                Forms {
                    password,
                    ..Forms::default()
                },
            )
            .await?;
            refused(&view.shell, &view)
        }
        Err(error) => Err(error.into()),
    }
}

async fn end_session(State(app): State<App>, page: Page, Path(id): Path<SessionId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| sign_in::end_own(tx, &cx, id)).await?;
    done(&page, "people-account-session-ended")
}

async fn end_others(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| sign_in::end_others(tx, &cx)).await?;
    done(&page, "people-account-sessions-ended")
}

async fn add_absence(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match input::span(&form, &page.cx.time_zone) {
        Ok((span, note)) => {
            let user = cx.user_id().ok_or_else(Error::unauthenticated)?;
            app.db
                .write(move |tx| shift::add(tx, &cx, SpanOf::Absence, user, span, &note).map(drop))
                .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => done(&page, "people-absence-added"),
        Err(error) if error.kind() == Kind::Invalid => {
            let absence = form.refused(&error, page.cx.locale);
            let view = view(
                &app,
                &page,
                Forms {
                    absence,
                    ..Forms::default()
                },
            )
            .await?;
            refused(&view.shell, &view)
        }
        Err(error) => Err(error.into()),
    }
}

async fn remove_absence(State(app): State<App>, page: Page, Path(id): Path<SpanId>) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| shift::remove(tx, &cx, SpanOf::Absence, id))
        .await?;
    done(&page, "people-absence-removed")
}

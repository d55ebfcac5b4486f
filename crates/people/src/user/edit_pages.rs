//! The pages on which an administrator adds and changes people, and lets them in or keeps them out.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use kernel::db::Tx;
use kernel::error::Kind;
use kernel::id::UserId;
use kernel::{Cx, Error, Result};
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, Tone, html, see_other, unprocessable,
    with_toast,
};

use super::{Profile, User, adding, changing, store};
use crate::role::Role;
use crate::sign_in::{password, second_factor};
use crate::skill::Skill;
use crate::team::Team;
use crate::{calendar, input, role, skill, team};

pub(super) fn routes() -> Routes {
    let manage = Need::permission("people.user.manage");
    Routes::new()
        .page(Method::GET, "/settings/people/new", manage, new)
        .page(Method::POST, "/settings/people", manage, create)
        .page(Method::GET, "/settings/people/{id}/edit", manage, edit)
        .page(Method::POST, "/settings/people/{id}", manage, save)
        .page(Method::POST, "/settings/people/{id}/activate", manage, activate)
        .page(
            Method::POST,
            "/settings/people/{id}/deactivate",
            manage,
            deactivate,
        )
        .page(
            Method::POST,
            "/settings/people/{id}/password-link",
            manage,
            make_link,
        )
        .page(
            Method::POST,
            "/settings/people/{id}/second-factor/off",
            manage,
            second_factor_off,
        )
}

/// What the form offers to choose from.
struct Offers {
    roles: Vec<Role>,
    teams: Vec<Team>,
    skills: Vec<Skill>,
    sites: Vec<Choice>,
    calendars: Vec<Choice>,
}

fn offers(tx: &mut Tx<'_>) -> Result<Offers> {
    let sites = calendar::store::sites(tx)?;
    let calendars = calendar::store::list(tx)?;
    Ok(Offers {
        roles: role::all(tx)?,
        teams: team::store::list(tx)?,
        skills: skill::store::list(tx)?,
        sites: sites
            .into_iter()
            .map(|site| Choice::new(site.id, site.name))
            .collect(),
        calendars: calendars
            .into_iter()
            .map(|calendar| Choice::new(calendar.id.to_string(), calendar.name))
            .collect(),
    })
}

#[derive(Template)]
#[template(path = "user/views/edit.html")]
struct EditView {
    shell: Shell,
    form: FormView,
    /// Nobody yet on the page that adds one.
    id: Option<UserId>,
    roles: Vec<Role>,
    teams: Vec<Team>,
    skills: Vec<Skill>,
    levels: Vec<Choice>,
    sites: Vec<Choice>,
    calendars: Vec<Choice>,
    locales: Vec<Choice>,
    tiers: Vec<Choice>,
    zones: &'static [&'static str],
}

async fn view(app: &App, page: &Page, id: Option<UserId>, form: FormView) -> web::Result<EditView> {
    let offers = app.db.read(offers).await?;
    let with_none = |key: &str, choices: Vec<Choice>| {
        [Choice::new("", page.t(key))]
            .into_iter()
            .chain(choices)
            .collect::<Vec<_>>()
    };
    let title = page.t(if id.is_some() {
        "people-edit-title"
    } else {
        "people-add-title"
    });
    let tiers = (1..=3)
        .map(|tier| Choice::new(tier.to_string(), page.t(&format!("people-tier-{tier}"))))
        .collect();
    Ok(EditView {
        shell: page.shell(app, title).await?,
        form,
        id,
        roles: offers.roles,
        teams: offers.teams,
        skills: offers.skills,
        levels: (0..=3)
            .map(|level| Choice::new(level.to_string(), page.t(&format!("people-level-{level}"))))
            .collect(),
        sites: with_none("people-none", offers.sites),
        calendars: with_none("people-calendar-of-site", offers.calendars),
        locales: with_none("people-locale-of-browser", input::locales()),
        tiers: with_none("people-tier-none", tiers),
        zones: input::time_zones(),
    })
}

async fn new(State(app): State<App>, page: Page) -> web::Result {
    let form = FormView::of([("roles", role::REQUESTER)]);
    html(view(&app, &page, None, form).await?)
}

fn filled(tx: &mut Tx<'_>, id: UserId) -> Result<FormView> {
    let user: User = store::load(tx, id)?;
    let manager = match user.manager {
        Some(manager) => store::find(tx, manager)?.map(|manager| manager.email),
        None => None,
    };
    let text = |value: Option<String>| value.unwrap_or_default();
    let mut values = vec![
        ("email", user.email),
        ("name", user.name),
        (
            "locale",
            user.locale
                .map(|locale| locale.tag().to_owned())
                .unwrap_or_default(),
        ),
        ("time_zone", text(user.time_zone)),
        ("phone", user.phone),
        ("organisation", user.organisation),
        ("department", user.department),
        ("job_title", user.job_title),
        ("site", text(user.site)),
        ("place", user.place),
        ("tier", user.tier.map(|tier| tier.to_string()).unwrap_or_default()),
        ("calendar", text(user.calendar)),
        ("manager", text(manager)),
    ];
    values.extend(
        role::store::of_user(tx, id)?
            .into_iter()
            .map(|role| ("roles", role)),
    );
    values.extend(
        team::store::of_user(tx, id)?
            .into_iter()
            .map(|team| ("teams", team.to_string())),
    );
    // Level and name in one value: names of fields are fixed words.
    values.extend(
        skill::store::of_user(tx, id)?
            .into_iter()
            .map(|(skill, level)| ("skills", format!("{skill}:{level}"))),
    );
    Ok(FormView::of(values))
}

async fn edit(State(app): State<App>, page: Page, Path(id): Path<UserId>) -> web::Result {
    let cx = page.cx.clone();
    let form = app
        .db
        .read(move |tx| {
            role::guard_not_above(tx, &cx, id)?;
            filled(tx, id)
        })
        .await?;
    html(view(&app, &page, Some(id), form).await?)
}

/// `network:2` per skill. A person without the right to set skills sends none and changes none.
fn levels(form: &FormData) -> Result<BTreeMap<String, i64>> {
    let wrong = || Error::invalid("people.skill.level_unknown").field("skills");
    let pairs = form.all("skills").filter(|pair| !pair.is_empty()).map(|pair| {
        let (skill, level) = pair.rsplit_once(':').ok_or_else(wrong)?;
        Ok((skill.to_owned(), level.parse().map_err(|_| wrong())?))
    });
    pairs.collect()
}

fn set_skills(tx: &mut Tx<'_>, cx: &Cx, id: UserId, levels: &BTreeMap<String, i64>) -> Result<()> {
    if cx.may("people.skill.manage").is_none() {
        return Ok(());
    }
    skill::set_of_user(tx, cx, id, levels)
}

async fn answered(
    app: &App,
    page: &Page,
    id: Option<UserId>,
    form: &FormData,
    outcome: Result<User>,
    saved: &str,
) -> web::Result {
    match outcome {
        Ok(user) => {
            let answer = see_other(&format!("/settings/people/{}", user.id))?;
            Ok(with_toast(answer, page, Tone::Success, &page.t(saved)))
        }
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            unprocessable(view(app, page, id, form.refused(&error, page.cx.locale)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn create(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match form
        .read::<Profile>()
        .and_then(|profile| Ok((profile, levels(&form)?)))
    {
        Ok((profile, levels)) => {
            let add = move |tx: &mut Tx<'_>| {
                let user = adding::add(tx, &cx, &profile)?;
                set_skills(tx, &cx, user.id, &levels)?;
                Ok(user)
            };
            app.db.write(add).await
        }
        Err(error) => Err(error),
    };
    answered(&app, &page, None, &form, outcome, "people-added").await
}

async fn save(State(app): State<App>, page: Page, Path(id): Path<UserId>, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match form
        .read::<Profile>()
        .and_then(|profile| Ok((profile, levels(&form)?)))
    {
        Ok((profile, levels)) => {
            let change = move |tx: &mut Tx<'_>| {
                let user = changing::change(tx, &cx, id, &profile)?;
                set_skills(tx, &cx, id, &levels)?;
                Ok(user)
            };
            app.db.write(change).await
        }
        Err(error) => Err(error),
    };
    answered(&app, &page, Some(id), &form, outcome, "people-saved").await
}

fn back(page: &Page, id: UserId, key: &str) -> web::Result<Response> {
    let answer = see_other(&format!("/settings/people/{id}"))?;
    Ok(with_toast(answer, page, Tone::Success, &page.t(key)))
}

async fn activate(State(app): State<App>, page: Page, Path(id): Path<UserId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| changing::activate(tx, &cx, id)).await?;
    back(&page, id, "people-activated")
}

async fn deactivate(State(app): State<App>, page: Page, Path(id): Path<UserId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| changing::deactivate(tx, &cx, id)).await?;
    back(&page, id, "people-deactivated")
}

#[derive(Template)]
#[template(path = "user/views/link.html")]
struct LinkView {
    shell: Shell,
    user: User,
    link: String,
}

async fn make_link(State(app): State<App>, page: Page, Path(id): Path<UserId>) -> web::Result {
    let cx = page.cx.clone();
    let (user, secret) = app
        .db
        .write(move |tx| Ok((store::load(tx, id)?, password::new_reset_for(tx, &cx, id)?)))
        .await?;
    let link = format!("{}/set-password/{secret}", app.base_url().trim_end_matches('/'));
    let shell = page.shell(&app, page.t("people-link-title")).await?;
    html(LinkView { shell, user, link })
}

async fn second_factor_off(State(app): State<App>, page: Page, Path(id): Path<UserId>) -> web::Result {
    let cx = page.cx.clone();
    if cx.user_id() == Some(id) {
        // One's own is switched off with a code, on one's own page.
        return see_other("/account/second-factor");
    }
    app.db
        .write(move |tx| second_factor::switch_off(tx, &cx, id, ""))
        .await?;
    back(&page, id, "people-second-factor-off-done")
}

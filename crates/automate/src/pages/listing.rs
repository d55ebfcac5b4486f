//! The list of rules in the order in which they are asked; switching, removing, and the limits.

use askama::Template;
use axum::extract::State;
use kernel::Timestamp;
use kernel::error::Kind;
use web::{App, FormData, FormView, Page, Path, Shell, html, unprocessable};

use super::{PATH, done};
use crate::rule::{Rule, RuleId, keeping};
use crate::running::limits::{self, Limits};
use crate::{firing, template};

struct Line {
    rule: Rule,
    when: String,
    last: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "pages/views/list.html")]
struct List {
    shell: Shell,
    lines: Vec<Line>,
    templates: Vec<(&'static str, String)>,
    form: FormView,
}

async fn view(app: &App, page: &Page, filled: Option<FormView>) -> web::Result<List> {
    let cx = page.cx.clone();
    let (rules, limits) = app
        .db
        .read(move |tx| {
            let mut rules = Vec::new();
            for rule in keeping::list(tx, &cx)? {
                let last = firing::store::last_of_rule(tx, rule.id)?;
                rules.push((rule, last));
            }
            Ok((rules, limits::load(tx)?))
        })
        .await?;
    let lines = rules.into_iter().map(|(rule, last)| {
        let when = rule.definition.when.iter().map(|one| page.t(one.text_key()));
        Line {
            when: when.collect::<Vec<_>>().join(" · "),
            rule,
            last,
        }
    });
    let lines = lines.collect();
    Ok(List {
        shell: page.shell(app, page.t("automate-title")).await?,
        lines,
        templates: template::names(page.cx.locale),
        form: filled.unwrap_or_else(|| limits_form(limits)),
    })
}

fn limits_form(limits: Limits) -> FormView {
    FormView::of([
        ("depth", limits.depth.to_string()),
        ("per_ticket_hour", limits.per_ticket_hour.to_string()),
        ("per_rule_minute", limits.per_rule_minute.to_string()),
        ("failures", limits.failures.to_string()),
    ])
}

/// `GET /settings/rules`
pub(super) async fn list(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, None).await?)
}

/// `POST /settings/rules/limits`
pub(super) async fn limit(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let number = |name: &str| form.text(name).parse().unwrap_or(0);
    let limits = Limits {
        depth: number("depth"),
        per_ticket_hour: number("per_ticket_hour"),
        per_rule_minute: number("per_rule_minute"),
        failures: number("failures"),
    };
    let cx = page.cx.clone();
    match app.db.write(move |tx| limits::save(tx, &cx, &limits)).await {
        Ok(()) => done(&page, PATH, &page.t("automate-limits-saved")),
        Err(error) if error.kind() == Kind::Invalid => {
            unprocessable(view(&app, &page, Some(form.refused(&error, page.cx.locale))).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/rules/{id}/switch`
pub(super) async fn switch(
    State(app): State<App>,
    page: Page,
    Path(id): Path<RuleId>,
    form: FormData,
) -> web::Result {
    let (cx, enabled) = (page.cx.clone(), form.text("enabled") == "yes");
    app.db
        .write(move |tx| keeping::switch(tx, &cx, id, enabled))
        .await?;
    let key = if enabled {
        "automate-switched-on"
    } else {
        "automate-switched-off"
    };
    done(&page, PATH, &page.t(key))
}

/// `POST /settings/rules/{id}/removal`
pub(super) async fn remove(State(app): State<App>, page: Page, Path(id): Path<RuleId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| keeping::remove(tx, &cx, id)).await?;
    done(&page, PATH, &page.t("automate-deleted"))
}

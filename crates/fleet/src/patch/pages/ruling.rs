//! `/patches/rules`: the rules in the order in which they are asked, a form for another one, and those that were ended.

use askama::Template;
use axum::extract::State as Given;
use kernel::Locale;
use kernel::db::Tx;
use kernel::error::{Errors, Result};
use kernel::i18n::Arg;
use web::{App, Choice, FormData, FormView, Page, Path, Shell, html, unprocessable};

use super::{done, mend};
use crate::APPROVE;
use crate::patch::ruling::{self, NewRule, Rules};
use crate::patch::{Rule, RuleId, Verdict};

const PATH: &str = "/patches/rules";

/// A rule in words.
pub(super) fn words(locale: Locale, rule: &Rule) -> String {
    let args = [
        ("verdict", Arg::from(locale.t(&rule.verdict.text_key()))),
        ("pattern", rule.pattern.as_str().into()),
        ("security", if rule.security_only { "yes" } else { "no" }.into()),
        ("days", rule.after_days.into()),
    ];
    locale.t_with("fleet-patch-rule-words", &args)
}

#[derive(Template)]
#[template(path = "patch/views/rules.html")]
struct View {
    shell: Shell,
    form: FormView,
    rules: Rules,
    verdicts: Vec<Choice>,
    may_decide: bool,
}

impl View {
    fn words(&self, rule: &Rule) -> String {
        words(self.shell.cx.locale, rule)
    }
}

async fn view(app: &App, page: &Page, form: FormView) -> web::Result<View> {
    let cx = page.cx.clone();
    let rules = app.db.read(move |tx| ruling::list(tx, &cx)).await?;
    let verdict = |verdict: &Verdict| Choice::new(verdict.as_str(), page.t(&verdict.text_key()));
    Ok(View {
        shell: page.shell(app, page.t("fleet-patch-rules-title")).await?,
        form,
        rules,
        verdicts: Verdict::ALL.iter().map(verdict).collect(),
        may_decide: page.cx.may(APPROVE).is_some(),
    })
}

/// `GET /patches/rules`
pub(super) async fn show(Given(app): Given<App>, page: Page) -> web::Result {
    let usual = [("after_days", "0"), ("verdict", Verdict::Approve.as_str())];
    html(view(&app, &page, FormView::of(usual)).await?)
}

fn read(form: &FormData) -> Result<NewRule> {
    let mut errors = Errors::new();
    let after_days = match form.optional("after_days") {
        Some(_) => form.parse("after_days", &mut errors),
        None => Some(0),
    };
    let verdict = Verdict::known(form.text("verdict"));
    if verdict.is_none() {
        errors.push("verdict", "web.form.choice");
    }
    errors.finish()?;
    Ok(NewRule {
        pattern: form.text("pattern").to_owned(),
        security_only: form.checked("security_only"),
        after_days: after_days.unwrap_or_default(),
        verdict: verdict.unwrap_or(Verdict::Decline),
    })
}

/// `POST /patches/rules`
pub(super) async fn add(Given(app): Given<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let added = match read(&form) {
        Ok(new) => {
            let write = move |tx: &mut Tx<'_>| ruling::add(tx, &cx, &new);
            app.db.write(write).await
        }
        Err(error) => Err(error),
    };
    match added {
        Ok(_) => done(&page, PATH, "fleet-patch-rule-saved"),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            unprocessable(view(&app, &page, form).await?)
        }
    }
}

/// `POST /patches/rules/{id}/end`
pub(super) async fn end(Given(app): Given<App>, page: Page, Path(id): Path<RuleId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| ruling::end(tx, &cx, id)).await?;
    done(&page, PATH, "fleet-patch-rule-is-ended")
}

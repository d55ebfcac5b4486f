//! Writing a report, and deciding on one, by pages.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::error::{Error, Kind};
use web::{
    App, FormData, FormView, Need, Page, Path, Routes, Shell, Tone, html, see_other, unprocessable,
    with_toast,
};

use super::judging::Judgement;
use super::{Findings, Verdict, judging, writing};
use crate::access;
use crate::package::{Package, PackageId, acting, listing};

/// All of them.
pub(crate) fn routes() -> Routes {
    let (report, judging) = (Need::permission(access::REPORT), Need::permission(access::JUDGE));
    let taking_back = Need::permission(access::CREATE);
    Routes::new()
        .page(Method::GET, "/handovers/{id}/report", report, form)
        .page(Method::POST, "/handovers/{id}/report", report, write)
        .page(Method::POST, "/handovers/{id}/taking", report, take)
        .page(Method::GET, "/handovers/{id}/verdict", judging, return_form)
        .page(Method::POST, "/handovers/{id}/verdict", judging, judge)
        .page(
            Method::GET,
            "/handovers/{id}/withdrawal",
            taking_back,
            withdrawal_form,
        )
        .page(Method::POST, "/handovers/{id}/withdrawal", taking_back, withdraw)
}

fn done(page: &Page, id: PackageId, key: &str) -> web::Result {
    let answer = see_other(&format!("/handovers/{id}"))?;
    Ok(with_toast(answer, page, Tone::Success, &page.t(key)))
}

#[derive(Template)]
#[template(path = "report/views/form.html")]
struct Writing {
    shell: Shell,
    package: Package,
    form: FormView,
}

async fn filled(app: &App, page: &Page, id: PackageId, form: FormView) -> web::Result<Writing> {
    let cx = page.cx.clone();
    let package = app.db.read(move |tx| listing::load(tx, &cx, id)).await?;
    Ok(Writing {
        shell: page.shell(app, page.t("handover-report-write")).await?,
        package,
        form,
    })
}

/// `GET /handovers/{id}/report`: filled with the returned one, which is to be mended and not written anew.
async fn form(State(app): State<App>, page: Page, Path(id): Path<PackageId>) -> web::Result {
    let cx = page.cx.clone();
    let last = app
        .db
        .read(move |tx| {
            let package = listing::load(tx, &cx, id)?;
            access::check(&cx, access::REPORT, access::may_report(&cx, &package), &package)?;
            if !package.state.is_running() {
                return Err(Error::conflict("handover.report.not_awaited"));
            }
            Ok(super::store::of_package(tx, id, 1)?.into_iter().next())
        })
        .await?;
    let view = match last {
        None => FormView::empty(),
        Some(last) => FormView::of([
            ("cause_technical", last.findings.cause_technical),
            ("cause_plain", last.findings.cause_plain),
            ("fix", last.findings.fix),
            ("fixed_in", last.findings.fixed_in),
            ("prevention", last.findings.prevention),
        ]),
    };
    html(filled(&app, &page, id, view).await?)
}

/// `POST /handovers/{id}/report`
async fn write(State(app): State<App>, page: Page, Path(id): Path<PackageId>, form: FormData) -> web::Result {
    let text = |name: &str| form.text(name).to_owned();
    let findings = Findings {
        cause_technical: text("cause_technical"),
        cause_plain: text("cause_plain"),
        fix: text("fix"),
        fixed_in: text("fixed_in"),
        prevention: text("prevention"),
    };
    let (cx, base) = (page.cx.clone(), app.config.base_url.clone());
    let write = move |tx: &mut Tx<'_>| writing::report(tx, &cx, id, &findings, &base);
    match app.db.write(write).await {
        Ok(_) => done(&page, id, "handover-reported"),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let view = form.refused(&error, page.cx.locale);
            unprocessable(filled(&app, &page, id, view).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /handovers/{id}/taking`
async fn take(State(app): State<App>, page: Page, Path(id): Path<PackageId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| acting::take(tx, &cx, id)).await?;
    done(&page, id, "handover-taken")
}

/// A reason is asked for: to return a report, or to take a package back.
#[derive(Template)]
#[template(path = "report/views/reason.html")]
struct Asking {
    shell: Shell,
    package: Package,
    /// The report that was read.
    number: Option<i64>,
    action: &'static str,
    lead: &'static str,
    button: &'static str,
    form: FormView,
}

async fn asking_return(app: &App, page: &Page, id: PackageId, form: FormView) -> web::Result<Asking> {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        let package = listing::load(tx, &cx, id)?;
        access::check(&cx, access::JUDGE, access::may_judge(&cx, &package), &package)?;
        let last = super::store::of_package(tx, id, 1)?.into_iter().next();
        let waiting = last.filter(|report| report.verdict.is_none());
        let waiting = waiting.ok_or_else(|| Error::conflict("handover.report.none_waits"))?;
        Ok((package, waiting.number))
    };
    let (package, number) = app.db.read(read).await?;
    Ok(Asking {
        shell: page.shell(app, page.t("handover-return")).await?,
        package,
        number: Some(number),
        action: "verdict",
        lead: "handover-return-lead",
        button: "handover-return-now",
        form,
    })
}

async fn asking_withdrawal(app: &App, page: &Page, id: PackageId, form: FormView) -> web::Result<Asking> {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        let package = listing::load(tx, &cx, id)?;
        access::check(&cx, access::CREATE, access::may_withdraw(&cx, &package), &package)?;
        Ok(package)
    };
    let package = app.db.read(read).await?;
    Ok(Asking {
        shell: page.shell(app, page.t("handover-withdraw")).await?,
        package,
        number: None,
        action: "withdrawal",
        lead: "handover-withdraw-lead",
        button: "handover-withdraw-now",
        form,
    })
}

/// `GET /handovers/{id}/verdict`
async fn return_form(State(app): State<App>, page: Page, Path(id): Path<PackageId>) -> web::Result {
    html(asking_return(&app, &page, id, FormView::empty()).await?)
}

/// `GET /handovers/{id}/withdrawal`
async fn withdrawal_form(State(app): State<App>, page: Page, Path(id): Path<PackageId>) -> web::Result {
    html(asking_withdrawal(&app, &page, id, FormView::empty()).await?)
}

/// `POST /handovers/{id}/verdict`
async fn judge(State(app): State<App>, page: Page, Path(id): Path<PackageId>, form: FormData) -> web::Result {
    let Some(verdict) = Verdict::known(form.text("verdict")) else {
        return Err(Error::invalid("web.form.choice").field("verdict").into());
    };
    let judgement = Judgement {
        verdict,
        reason: form.text("reason").to_owned(),
        number: form.text("number").parse().ok(),
    };
    let (cx, base) = (page.cx.clone(), app.config.base_url.clone());
    let judge = move |tx: &mut Tx<'_>| judging::judge(tx, &cx, id, &judgement, &base);
    match app.db.write(judge).await {
        Ok(_) if verdict == Verdict::Accepted => done(&page, id, "handover-accepted"),
        Ok(_) => done(&page, id, "handover-returned"),
        Err(error) if error.kind() == Kind::Invalid && verdict == Verdict::Returned => {
            let view = form.refused(&error, page.cx.locale);
            unprocessable(asking_return(&app, &page, id, view).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /handovers/{id}/withdrawal`
async fn withdraw(
    State(app): State<App>,
    page: Page,
    Path(id): Path<PackageId>,
    form: FormData,
) -> web::Result {
    let (cx, base, reason) = (
        page.cx.clone(),
        app.config.base_url.clone(),
        form.text("reason").to_owned(),
    );
    let withdraw = move |tx: &mut Tx<'_>| acting::withdraw(tx, &cx, id, &reason, &base);
    match app.db.write(withdraw).await {
        Ok(_) => done(&page, id, "handover-withdrawn"),
        Err(error) if error.kind() == Kind::Invalid => {
            let view = form.refused(&error, page.cx.locale);
            unprocessable(asking_withdrawal(&app, &page, id, view).await?)
        }
        Err(error) => Err(error.into()),
    }
}

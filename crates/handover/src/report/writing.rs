//! Reporting the root cause: the clock stops, and who handed over is told.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use serde_json::json;

use super::{Findings, Report, store};
use crate::package::{PackageId, State, acting, telling};
use crate::{access, events};

const TEXT_MOST: usize = 10_000;
const LINE_MOST: usize = 100;
/// Reports of one package.
pub const MOST: i64 = 100;

/// Reports.
///
/// # Errors
/// The fields that are wrong; 409 when no report is awaited.
pub fn report(tx: &mut Tx<'_>, cx: &Cx, id: PackageId, findings: &Findings, base: &str) -> Result<Report> {
    let mut package = acting::begin(tx, cx, id)?;
    access::check(cx, access::REPORT, access::may_report(cx, &package), &package)?;
    if !package.state.is_running() {
        return Err(Error::conflict("handover.report.not_awaited"));
    }
    let number = 1 + store::of_package(tx, id, 1)?
        .first()
        .map_or(0, |last| last.number);
    if number > MOST {
        return Err(Error::conflict("handover.report.too_many").arg("most", MOST));
    }
    let report = Report {
        package: id,
        number,
        findings: checked(findings)?,
        reported_by: cx.user_id(),
        reported_at: cx.now(),
        verdict: None,
        reason: String::new(),
        judged_by: None,
        judged_at: None,
    };
    store::insert(tx, &report)?;
    package.state = State::Reported;
    package.chase_at = None;
    if package.developer.is_none() && package.team.is_some() {
        package.developer = cx.user_id();
    }
    acting::finish(
        tx,
        cx,
        &mut package,
        events::REPORT_WRITTEN,
        json!({ "number": number }),
    )?;
    telling::reported(tx, cx, &package, number, base)?;
    Ok(report)
}

fn checked(findings: &Findings) -> Result<Findings> {
    let mut errors = Errors::new();
    let mut text = |field: &str, text: &str, most: usize, needed: bool| {
        let clean = desk::diagnosis::plain(text).trim().to_owned();
        if needed && clean.is_empty() {
            errors.push(field, format!("handover.report.{field}_missing"));
        }
        if clean.chars().count() > most {
            errors.push_with(
                field,
                "handover.text_too_long",
                vec![("most".to_owned(), most.into())],
            );
        }
        clean
    };
    let clean = Findings {
        cause_technical: text("cause_technical", &findings.cause_technical, TEXT_MOST, true),
        cause_plain: text("cause_plain", &findings.cause_plain, TEXT_MOST, true),
        fix: text("fix", &findings.fix, TEXT_MOST, true),
        fixed_in: text("fixed_in", &findings.fixed_in, LINE_MOST, false),
        prevention: text("prevention", &findings.prevention, TEXT_MOST, true),
    };
    errors.finish()?;
    Ok(clean)
}

//! The verdict on a report. Accepted: the cause goes onto the ticket, as a note and as a confirmed cause of its diagnosis, and the
//! ticket goes on. Returned: a clock of a day runs.

use desk::diagnosis::{self, NewCause, Outcome};
use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use serde_json::json;

use super::{Report, Verdict, store};
use crate::package::{Package, PackageId, State, acting, clock, giving, telling};
use crate::{access, deadline, events};

/// What somebody decides.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// Accepted or returned.
    pub verdict: Verdict,
    /// Why; needed to return it.
    pub reason: String,
    /// Which report was read; another one is answered with 409.
    pub number: Option<i64>,
}

/// Decides on the report that waits.
///
/// # Errors
/// A missing reason; 409 when no report waits, or another one than was read; 403 for the report's own writer.
pub fn judge(tx: &mut Tx<'_>, cx: &Cx, id: PackageId, judgement: &Judgement, base: &str) -> Result<Report> {
    let mut package = acting::begin(tx, cx, id)?;
    access::check(cx, access::JUDGE, access::may_judge(cx, &package), &package)?;
    let latest = store::of_package(tx, id, 1)?.into_iter().next();
    let waiting = latest.filter(|report| report.verdict.is_none() && package.state == State::Reported);
    let mut report = waiting.ok_or_else(|| Error::conflict("handover.report.none_waits"))?;
    if judgement.number.is_some_and(|read| read != report.number) {
        return Err(Error::conflict("handover.report.another_one"));
    }
    // Four eyes; who may do everything may do this too.
    let is_own = report.reported_by.is_some() && report.reported_by == cx.user_id();
    if is_own && cx.may(access::JUDGE) != Some(Scope::All) {
        return Err(Error::conflict("handover.report.own"));
    }
    report.reason = match judgement.verdict {
        Verdict::Returned => acting::reason_of(&judgement.reason)?,
        Verdict::Accepted if judgement.reason.trim().is_empty() => String::new(),
        Verdict::Accepted => acting::reason_of(&judgement.reason)?,
    };
    report.verdict = Some(judgement.verdict);
    report.judged_by = cx.user_id();
    report.judged_at = Some(cx.now());
    store::judge(tx, &report)?;
    match judgement.verdict {
        Verdict::Accepted => accept(tx, cx, &mut package, &report)?,
        Verdict::Returned => give_back(tx, cx, &mut package, &report)?,
    }
    telling::judged(tx, cx, &package, &report, base)?;
    Ok(report)
}

fn accept(tx: &mut Tx<'_>, cx: &Cx, package: &mut Package, report: &Report) -> Result<()> {
    package.state = State::Accepted;
    package.settled_at = Some(cx.now());
    package.chase_at = None;
    acting::finish(
        tx,
        cx,
        package,
        events::REPORT_ACCEPTED,
        json!({ "number": report.number }),
    )?;
    let house = acting::house(cx);
    giving::note_of_house(tx, &house, package, note(cx, report))?;
    confirm(tx, &house, package, report)?;
    acting::resume(tx, &house, package.ticket)
}

/// The cause stands in the diagnosis, as far as a line of it holds.
fn confirm(tx: &mut Tx<'_>, cx: &Cx, package: &Package, report: &Report) -> Result<()> {
    let known = diagnosis::load(tx, cx, package.ticket)?.causes.len();
    if i64::try_from(known).unwrap_or(i64::MAX) >= diagnosis::PIECES_MAX {
        // The note says it all the same.
        return Ok(());
    }
    let words: Vec<&str> = report.findings.cause_technical.split_whitespace().collect();
    let words = words.join(" ");
    let mut cause: String = words.chars().take(diagnosis::LINE_MAX).collect();
    if cause.len() < words.len() {
        cause.pop();
        cause.push('…');
    }
    let new = NewCause {
        cause,
        tested_how: cx.locale.t("handover-cause-tested"),
        outcome: Outcome::Confirmed,
        place: None,
        expected_version: None,
    };
    diagnosis::add_cause(tx, cx, package.ticket, &new).map(drop)
}

fn give_back(tx: &mut Tx<'_>, cx: &Cx, package: &mut Package, report: &Report) -> Result<()> {
    let now = cx.now();
    let due = deadline::after(tx, now, clock::RETURN_HOURS)?;
    package.state = State::Returned;
    package.round += 1;
    package.run(now, due);
    let data = json!({ "number": report.number, "round": package.round, "due_at": due });
    acting::finish(tx, cx, package, events::REPORT_RETURNED, data)
}

fn note(cx: &Cx, report: &Report) -> String {
    let findings = &report.findings;
    let parts = [
        ("handover-cause-technical", &findings.cause_technical),
        ("handover-cause-plain", &findings.cause_plain),
        ("handover-fix", &findings.fix),
        ("handover-fixed-in", &findings.fixed_in),
        ("handover-prevention", &findings.prevention),
    ];
    let mut text = cx.locale.t("handover-note-accepted");
    for (key, words) in parts.into_iter().filter(|(_, words)| !words.is_empty()) {
        let arguments = [
            ("name", cx.locale.t(key).into()),
            ("value", words.as_str().into()),
        ];
        text.push_str("\n\n");
        text.push_str(&cx.locale.t_with("handover-pair", &arguments));
    }
    text
}

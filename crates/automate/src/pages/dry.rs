//! A dry run in the reader's words, shown above the form it was asked from.

use kernel::Timestamp;
use kernel::i18n::Locale;
use web::Page;

use super::moment;
use crate::dry_run::{Report, Would};
use crate::rule::Action;

/// One firing that would have been.
pub(super) struct Line {
    pub ticket: i64,
    pub title: String,
    pub at: Timestamp,
    pub because: Vec<String>,
}

/// See the module's text.
pub(super) struct Shown {
    pub lead: String,
    pub remarks: Vec<String>,
    pub actions: Vec<String>,
    pub lines: Vec<Line>,
    pub more: Option<String>,
    pub firings: usize,
}

pub(super) fn shown(page: &Page, report: Report) -> Shown {
    let locale = page.cx.locale;
    let count = |key: &str, count: usize| locale.t_with(key, &[("count", count.into())]);
    let lead = locale.t_with(
        "automate-dry-lead",
        &[
            ("firings", count("automate-firings", report.firings).into()),
            ("tickets", count("automate-tickets", report.tickets).into()),
        ],
    );
    let span = [
        ("events", report.events.into()),
        ("since", moment(page, report.since).into()),
    ];
    let mut remarks = vec![locale.t_with("automate-dry-span", &span)];
    if report.cut {
        remarks.push(page.t("automate-dry-cut"));
    }
    if !report.judged_by_today.is_empty() {
        let fields = report
            .judged_by_today
            .iter()
            .map(|field| page.t(field.text_key()));
        let fields = fields.collect::<Vec<_>>().join(", ");
        remarks.push(locale.t_with("automate-dry-today", &[("fields", fields.into())]));
    }
    remarks.push(page.t("automate-dry-alone"));
    let more = (report.lines.len() < report.firings).then(|| count("automate-dry-more", report.lines.len()));
    Shown {
        lead,
        remarks,
        actions: report.actions.iter().map(|one| action(locale, one)).collect(),
        more,
        firings: report.firings,
        lines: report.lines.into_iter().map(line).collect(),
    }
}

fn line(would: Would) -> Line {
    Line {
        ticket: would.ticket,
        title: would.title,
        at: would.at,
        because: would.because,
    }
}

/// An action in words: what, to what, saying what.
pub(super) fn action(locale: Locale, action: &Action) -> String {
    let mut told = locale.t(action.kind.text_key());
    for part in [&action.value, &action.text] {
        if !part.is_empty() {
            told.push(' ');
            told.push_str(part);
        }
    }
    told
}

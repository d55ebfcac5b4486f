//! What an import says at its end: what was taken and what each word of the other desk became.

use std::fmt::Write as _;

use kernel::i18n::{Arg, Locale};

use crate::refusal::Refusal;
use crate::taking::{Order, Summary};

/// The end of an import, or of its dry run.
#[must_use]
pub fn text(order: &Order, summary: &Summary, locale: Locale) -> String {
    let mut out = String::new();
    let key = if order.dry {
        "migrate-report-would"
    } else {
        "migrate-report-taken"
    };
    let count = |name: &'static str, number: u64| -> (&'static str, Arg) { (name, number.into()) };
    let counts = [
        ("desk", order.desk.name().into()),
        count("tickets", summary.tickets),
        count("articles", summary.articles),
        count("files", summary.files),
        count("people", summary.people_added),
        count("teams", summary.teams_added),
        count("linked", summary.linked),
    ];
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}", locale.t_with(key, &counts));
    for (key, number) in [
        ("migrate-report-known", summary.known),
        ("migrate-report-refused", summary.refused),
        ("migrate-report-unlinked", summary.unlinked),
    ] {
        if number > 0 {
            let _ = writeln!(out, "{}", locale.t_with(key, &[("count", number.into())]));
        }
    }
    let mut last = "";
    for ((field, theirs, ours), number) in &summary.mapped {
        if *field != last {
            let _ = writeln!(out, "\n{}", locale.t(&format!("migrate-field-{field}")));
            last = field;
        }
        let ours = if ours.is_empty() {
            locale.t("migrate-report-none")
        } else {
            ours.clone()
        };
        let _ = writeln!(out, "  {theirs} → {ours}  ({number})");
    }
    out
}

/// A refusal on one line: where, what, why, and what to do.
#[must_use]
pub fn line(refusal: &Refusal, locale: Locale) -> String {
    let arguments: [(&str, Arg); 6] = [
        ("file", refusal.place.file.clone().into()),
        ("row", refusal.place.row.into()),
        ("subject", refusal.subject.clone().into()),
        ("field", refusal.field.clone().into()),
        ("value", refusal.value.chars().take(60).collect::<String>().into()),
        ("reason", refusal.reason(locale).into()),
    ];
    locale.t_with("migrate-refusal", &arguments)
}

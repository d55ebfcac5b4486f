//! What has no place of its own here, as one internal note on the ticket: nothing that the other desk knew is thrown away.

use std::fmt::Write as _;

use kernel::i18n::{Arg, Locale};

use crate::desk::Desk;
use crate::record::{Content, File, Ticket};

/// The note, in the department's language.
#[must_use]
pub fn of(record: &Ticket, desk: Desk, locale: Locale) -> String {
    let arguments: [(&str, Arg); 2] = [
        ("desk", desk.name().into()),
        ("reference", record.reference.clone().into()),
    ];
    let mut note = locale.t_with("migrate-note-from", &arguments);
    let mut line = |key: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = write!(
            note,
            "\n{}",
            locale.t_with(
                "migrate-note-line",
                &[("name", key.into()), ("value", value.into())]
            )
        );
    };
    if let Some(category) = &record.category {
        line(&locale.t("migrate-note-category"), category);
    }
    for (name, value) in &record.fields {
        line(name, value);
    }
    if let Some(said) = &record.satisfaction {
        let comment = said.comment.as_deref().map(|comment| format!(" · {comment}"));
        let text = format!("{}{}", said.score, comment.unwrap_or_default());
        line(&locale.t("migrate-note-satisfaction"), &text);
    }
    for spent in &record.times {
        let who = spent.who.as_ref().map_or("", |who| who.name.as_str());
        let minutes = locale.t_with("migrate-note-minutes", &[("minutes", spent.minutes.into())]);
        let parts = [minutes.as_str(), who, spent.what.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        line(&locale.t("migrate-note-time"), &parts.join(" · "));
    }
    for file in lost(record) {
        line(&locale.t("migrate-note-lost"), &file.name);
    }
    note
}

/// The files of which the export holds no more than the name.
pub fn lost(record: &Ticket) -> impl Iterator<Item = &File> {
    let files = record.articles.iter().flat_map(|article| &article.files);
    record
        .body_files
        .iter()
        .chain(files)
        .filter(|file| matches!(file.content, Content::Lost(_)))
}

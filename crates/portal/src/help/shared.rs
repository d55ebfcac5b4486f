//! What several pages of help show: an answer's line, what is popular, the guides.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Locale;
use knowledge::reading::{self, Line};
use knowledge::{Number, guide, popular as reads};

use super::GuideLink;

/// An article as a list of answers shows it.
pub struct Answer {
    pub line: Line,
    /// The passage that fits what was asked, with the words marked; its summary when nothing was asked.
    pub snippet_html: Option<String>,
    /// How many people it helped, when that says something.
    pub helped: Option<i64>,
}

/// Fewer voices say nothing.
const VOICES: i64 = 3;

impl Answer {
    pub fn of(line: Line, snippet_html: Option<String>) -> Self {
        Self {
            helped: (line.solved >= VOICES).then_some(line.solved),
            line,
            snippet_html: snippet_html.filter(|text| !text.is_empty()),
        }
    }
}

/// What is read most these days by those who may read it.
///
/// # Errors
/// The database's.
pub fn popular(tx: &mut Tx<'_>, cx: &Cx, most: usize) -> Result<Vec<Answer>> {
    let numbers: Vec<Number> = reads::now(tx, cx)?;
    let lines = reading::lines(tx, cx, &numbers)?;
    Ok(lines
        .into_iter()
        .filter(|line| line.state.is_read())
        .take(most)
        .map(|line| Answer::of(line, None))
        .collect())
}

/// The guides that are switched on, by their titles.
///
/// # Errors
/// The database's.
pub fn guides(tx: &mut Tx<'_>, locale: Locale) -> Result<Vec<GuideLink>> {
    let all = guide::all(tx)?;
    Ok(all
        .into_iter()
        .filter(|guide| guide.enabled)
        .map(|guide| GuideLink {
            title: guide.definition.title.read(locale).to_owned(),
            icon: guide.definition.icon,
            href: format!("/help/guides/{}", guide.key),
        })
        .collect())
}

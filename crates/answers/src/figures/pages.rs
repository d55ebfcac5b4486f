//! `/knowledge/figures`: what knowledge saves, as a page.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use desk::ticket::Category;
use kernel::i18n::{InstantStyle, format_instant};
use serde::Deserialize;
use web::{App, Need, Page, Query, Routes, Shell, html};

use super::reading::{self, Figures, Ranked, USUAL, WEEKS, share};
use super::reckoning::Band;
use crate::REPORT;
use crate::outcome::begin;

/// Where it is.
pub const PATH: &str = "/knowledge/figures";
const HEIGHT: i64 = 40;
/// A bar and the gap behind it.
const STEP: usize = 10;

pub(crate) fn routes() -> Routes {
    Routes::new().page(Method::GET, PATH, Need::permission(REPORT), show)
}

/// A week of the chart.
struct Bar {
    x: usize,
    y: i64,
    height: i64,
    text: String,
}

#[derive(Template)]
#[template(path = "figures/views/figures.html")]
struct Shown {
    shell: Shell,
    figures: Figures,
    cases: Vec<Bar>,
    width: usize,
    ages: Vec<(&'static str, i64)>,
}

impl Shown {
    fn day(&self, day: &i64) -> String {
        format_instant(begin(*day), self.shell.cx.locale, "UTC", InstantStyle::Date)
    }

    /// Two tables of articles: title, what stands there while there is none, and the rows.
    fn ranks(&self) -> [(&'static str, &'static str, &[Ranked]); 2] {
        [
            (
                "answers-figures-top",
                "answers-figures-top-none",
                &self.figures.top,
            ),
            (
                "answers-figures-fading",
                "answers-figures-fading-none",
                &self.figures.fading,
            ),
        ]
    }

    fn is_asked(&self, weeks: &i64) -> bool {
        self.figures.weeks_asked == *weeks
    }

    fn share(&self, part: &i64, whole: &i64) -> i64 {
        share(*part, *whole)
    }

    fn category(&self, word: &str) -> String {
        Category::stored(word).map_or_else(|_| word.to_owned(), |one| self.shell.t(one.text_key()))
    }

    /// 1.3: articles for each solved ticket.
    fn per_ticket(&self) -> String {
        let hundreds = self.figures.articles_per_hundred();
        format!("{}.{:02}", hundreds / 100, hundreds % 100)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    weeks: String,
}

/// `GET /knowledge/figures`
async fn show(State(app): State<App>, page: Page, Query(wanted): Query<Wanted>) -> web::Result {
    // Whatever else stands in the address, there are figures to show.
    let weeks = wanted.weeks.parse().ok().filter(|weeks| WEEKS.contains(weeks));
    let cx = page.cx.clone();
    let figures = app
        .db
        .read(move |tx| reading::read(tx, &cx, weeks.unwrap_or(USUAL)))
        .await?;
    let shell = page.shell(&app, page.t("answers-figures-title")).await?;
    let mut shown = Shown {
        width: figures.weeks.len().max(1) * STEP,
        ages: ages(&figures),
        cases: Vec::new(),
        shell,
        figures,
    };
    shown.cases = bars(&shown);
    html(shown)
}

fn bars(shown: &Shown) -> Vec<Bar> {
    let weeks = &shown.figures.weeks;
    let most = weeks.iter().map(|week| week.cases).max().unwrap_or(0).max(1);
    let bar = |(place, week): (usize, &reading::Week)| {
        // Something is never drawn as nothing.
        let height = (week.cases * HEIGHT / most).max(i64::from(week.cases > 0));
        Bar {
            x: place * STEP,
            y: HEIGHT - height,
            height,
            text: format!("{}: {}", shown.day(&week.monday), week.cases),
        }
    };
    weeks.iter().enumerate().map(bar).collect()
}

/// The youngest first, with those of which there are none.
fn ages(figures: &Figures) -> Vec<(&'static str, i64)> {
    if figures.ages.is_empty() {
        return Vec::new();
    }
    let of = |band: Band| {
        let found = figures.ages.iter().find(|one| one.0 == band.as_str());
        (band.as_str(), found.map_or(0, |one| one.1))
    };
    Band::ALL.map(of).to_vec()
}

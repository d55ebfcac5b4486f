//! The figures in the JSON interface.

use axum::extract::State as Given;
use knowledge::Number;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Query, Routes};

use super::reading::{self, Figures, Ranked, USUAL};
use crate::REPORT;
use crate::outcome::begin;

pub(crate) fn routes() -> Routes {
    Routes::new().api(Need::permission(REPORT), routes!(get_knowledge_figures))
}

/// A week.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeWeek)]
pub(crate) struct WeekJson {
    /// Its Monday, 00:00 UTC.
    #[schema(value_type = String, format = DateTime)]
    monday: kernel::time::Timestamp,
    /// Cases solved by reading, with no ticket.
    cases: i64,
    /// Tickets solved.
    solved: i64,
    /// Those in which an article was used.
    covered: i64,
}

/// A category of tickets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeCoverage)]
pub(crate) struct CoverageJson {
    /// Its word.
    category: String,
    /// Tickets solved.
    solved: i64,
    /// Those in which an article was used.
    covered: i64,
}

/// How many published articles are how old.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeAge)]
pub(crate) struct AgeJson {
    /// `quarter`, `year`, `two_years`, `older`.
    band: String,
    /// How many.
    articles: i64,
}

/// An article's sums in the period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeSums)]
pub(crate) struct SumsJson {
    /// Its number.
    article: Number,
    /// Its title, for who may see it.
    title: Option<String>,
    /// Cases solved by reading.
    cases: i64,
    /// Tickets it was used in.
    used: i64,
    /// Tickets it solved.
    solved: i64,
    /// Tickets it did not.
    unsolved: i64,
}

impl From<Ranked> for SumsJson {
    fn from(ranked: Ranked) -> Self {
        Self {
            article: ranked.sums.article,
            title: ranked.line.map(|line| line.title),
            cases: ranked.sums.cases,
            used: ranked.sums.used,
            solved: ranked.sums.solved,
            unsolved: ranked.sums.unsolved,
        }
    }
}

/// What knowledge saves.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeFigures)]
pub(crate) struct FiguresJson {
    /// Cases solved by reading, with no ticket.
    cases: i64,
    /// Tickets solved.
    solved: i64,
    /// Those in which an article was used.
    covered: i64,
    /// Articles used in solved tickets.
    articles: i64,
    /// Every week of the period, the oldest first.
    weeks: Vec<WeekJson>,
    /// By category, the most tickets first.
    coverage: Vec<CoverageJson>,
    /// How old articles are; empty before the first night.
    ages: Vec<AgeJson>,
    /// What solved most.
    top: Vec<SumsJson>,
    /// What stopped solving.
    fading: Vec<SumsJson>,
}

impl From<Figures> for FiguresJson {
    fn from(figures: Figures) -> Self {
        let week = |week: reading::Week| WeekJson {
            monday: begin(week.monday),
            cases: week.cases,
            solved: week.solved,
            covered: week.covered,
        };
        let coverage = |one: reading::Category| CoverageJson {
            category: one.name,
            solved: one.solved,
            covered: one.covered,
        };
        let age = |(band, articles)| AgeJson { band, articles };
        Self {
            cases: figures.cases,
            solved: figures.solved,
            covered: figures.covered,
            articles: figures.articles,
            weeks: figures.weeks.into_iter().map(week).collect(),
            coverage: figures.categories.into_iter().map(coverage).collect(),
            ages: figures.ages.into_iter().map(age).collect(),
            top: figures.top.into_iter().map(SumsJson::from).collect(),
            fading: figures.fading.into_iter().map(SumsJson::from).collect(),
        }
    }
}

/// Which period.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Period {
    /// 4, 12, or 52; 12 when missing.
    weeks: Option<i64>,
}

/// What knowledge saves: cases solved without a ticket, articles in solved tickets, coverage by category, age, and which articles
/// solve most or stopped solving.
#[utoipa::path(get, path = "/knowledge/figures", tag = "knowledge", params(Period),
    responses((status = 200, body = FiguresJson), (status = 422)))]
pub(crate) async fn get_knowledge_figures(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Query(period): Query<Period>,
) -> web::Result<Json<FiguresJson>> {
    let weeks = period.weeks.unwrap_or(USUAL);
    let figures = app.db.read(move |tx| reading::read(tx, &cx, weeks)).await?;
    Ok(Json(figures.into()))
}

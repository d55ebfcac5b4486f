//! What is missing, in the JSON interface.

use axum::extract::State as Given;
use kernel::Locale;
use kernel::db::Tx;
use kernel::error::Error;
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Path, Query, Routes};

use super::{About, Filter, Gap, Kind, PAGE, State, changing};
use crate::{REPORT, USE};

/// The endpoints.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Need::permission(REPORT), routes!(list_missing_knowledge))
        .api(Need::permission(USE), routes!(change_missing_knowledge))
}

/// A line of what is missing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MissingKnowledge)]
pub(crate) struct GapJson {
    /// Identifier.
    id: i64,
    /// What is wrong.
    kind: Kind,
    /// What it is about, as people put it.
    title: String,
    /// The language of the title.
    #[schema(value_type = String)]
    locale: Locale,
    /// How often, in the last ninety days.
    weight: i64,
    /// Articles and tickets it is about.
    about: About,
    /// Where it stands.
    state: State,
    /// Who has it.
    owner: Option<String>,
    /// The article that was begun for it.
    article: Option<i64>,
    /// Why it was dismissed.
    reason: String,
    /// When it was found first.
    #[schema(value_type = String, format = DateTime)]
    first_at: Timestamp,
    /// When it was found last.
    #[schema(value_type = String, format = DateTime)]
    seen_at: Timestamp,
}

impl From<Gap> for GapJson {
    fn from(gap: Gap) -> Self {
        Self {
            id: gap.id,
            kind: gap.kind,
            title: gap.title,
            locale: gap.locale,
            weight: gap.weight,
            about: gap.about,
            state: gap.state,
            owner: gap.owner.map(|owner| owner.to_string()),
            article: gap.article,
            reason: gap.reason,
            first_at: gap.first_at,
            seen_at: gap.seen_at,
        }
    }
}

/// Lines of what is missing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MissingKnowledgeList)]
pub(crate) struct GapsJson {
    /// The heaviest first.
    items: Vec<GapJson>,
    /// Pass as `from` for more; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
}

/// Which lines.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// Where they stand; open ones when missing.
    state: State,
    /// What is wrong.
    kind: Option<Kind>,
    /// Who has them.
    #[param(value_type = Option<String>)]
    owner: Option<UserId>,
    /// Lines to leave out.
    from: usize,
}

/// What is missing: searches in vain, questions without an article, articles that do not help.
#[utoipa::path(get, path = "/knowledge/missing", tag = "knowledge", params(Asked),
    responses((status = 200, body = GapsJson)))]
pub(crate) async fn list_missing_knowledge(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Query(asked): Query<Asked>,
) -> web::Result<Json<GapsJson>> {
    let filter = Filter {
        state: asked.state,
        kind: asked.kind,
        owner: asked.owner,
    };
    let from = asked.from;
    let (gaps, more) = app.db.read(move |tx| super::list(tx, &cx, &filter, from)).await?;
    Ok(Json(GapsJson {
        items: gaps.into_iter().map(GapJson::from).collect(),
        next: more.then_some(from + PAGE),
    }))
}

/// What to do with a line.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MissingKnowledgeAct)]
pub(crate) enum Act {
    /// Give it to somebody.
    Give,
    /// Give it to nobody.
    Free,
    /// Dismiss it with a reason.
    Dismiss,
    /// Open it again.
    Reopen,
    /// Begin an article for it.
    Draft,
}

/// A change of a line.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MissingKnowledgeChange)]
pub(crate) struct ChangeJson {
    /// What to do.
    act: Act,
    /// To whom it is given.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    owner: Option<UserId>,
    /// Why it is dismissed.
    #[serde(default)]
    reason: String,
}

/// Gives a line to somebody, begins an article for it, dismisses it, or opens it again.
#[utoipa::path(post, path = "/knowledge/missing/{id}", tag = "knowledge", params(("id" = i64, Path)),
    request_body = ChangeJson, responses((status = 200, body = GapJson), (status = 404), (status = 409), (status = 422)))]
pub(crate) async fn change_missing_knowledge(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<i64>,
    Json(wanted): Json<ChangeJson>,
) -> web::Result<Json<GapJson>> {
    let write = move |tx: &mut Tx<'_>| match wanted.act {
        Act::Give => {
            let owner = wanted
                .owner
                .ok_or_else(|| Error::invalid("web.form.missing").field("owner"))?;
            changing::give(tx, &cx, id, Some(owner))
        }
        Act::Free => changing::give(tx, &cx, id, None),
        Act::Dismiss => changing::dismiss(tx, &cx, id, &wanted.reason),
        Act::Reopen => changing::reopen(tx, &cx, id),
        Act::Draft => changing::draft(tx, &cx, id).map(|(gap, _)| gap),
    };
    Ok(Json(app.db.write(write).await?.into()))
}

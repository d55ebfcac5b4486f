//! Releases of the agent in the JSON interface: looking. They are published from the command line only.

use axum::extract::State as Given;
use kernel::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Routes};

use super::listing::{self, Listed, Releases};
use crate::READ;

pub(super) fn routes() -> Routes {
    Routes::new().api(Need::permission(READ), routes!(list_agent_releases))
}

/// A program of a release.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentProgram)]
pub(crate) struct ProgramJson {
    /// System and processor: `linux-x86_64`.
    platform: String,
    /// How many bytes it has.
    size: i64,
    /// Its SHA-256 in hexadecimal, as it was signed.
    sha256: String,
}

/// A release of the agent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentRelease)]
pub(crate) struct ReleaseJson {
    /// As Semantic Versioning writes it.
    version: String,
    /// When it was published.
    #[schema(value_type = String, format = DateTime)]
    published_at: Timestamp,
    /// Who ran the command, as they are called there.
    published_name: String,
    /// Its programs, by platform.
    programs: Vec<ProgramJson>,
    /// How many devices run it, within the caller's reach or not.
    devices: i64,
}

impl ReleaseJson {
    fn of(listed: Listed) -> Self {
        Self {
            version: listed.release.version,
            published_at: listed.release.published_at,
            published_name: listed.release.published_name,
            programs: listed
                .programs
                .into_iter()
                .map(|one| ProgramJson {
                    platform: one.platform,
                    size: one.size,
                    sha256: one.raw_hash,
                })
                .collect(),
            devices: listed.devices,
        }
    }
}

/// Releases of the agent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentReleases)]
pub(crate) struct ReleasesJson {
    /// The newest version first.
    items: Vec<ReleaseJson>,
    /// The number of the root of trust; missing while nothing was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    root_version: Option<i64>,
    /// When the signatures run out; no device takes an update after that.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    /// `good`, `soon` (within 14 days), `over`; missing while nothing was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<String>,
}

/// The releases of the agent that can be rolled out. A rollout of one has the content
/// `{"kind": "agent", "version": "1.2.3", "timeout_seconds": 900}`.
#[utoipa::path(get, path = "/agent-releases", tag = "agent-releases", responses((status = 200, body = ReleasesJson)))]
pub(crate) async fn list_agent_releases(
    Given(app): Given<App>,
    CxX(cx): CxX,
) -> web::Result<Json<ReleasesJson>> {
    let now = cx.now();
    let Releases { trust, items } = app.db.read(move |tx| listing::list(tx, &cx)).await?;
    Ok(Json(ReleasesJson {
        items: items.into_iter().map(ReleaseJson::of).collect(),
        root_version: trust.as_ref().map(|trust| trust.root_version),
        expires_at: trust.as_ref().map(|trust| trust.expires_at),
        standing: trust.map(|trust| trust.standing(now).as_str().to_owned()),
    }))
}

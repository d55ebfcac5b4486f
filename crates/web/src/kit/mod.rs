//! The kit's own slice: health, assets, live stream, language, palette, search, API document.

mod api_document;
mod language;
mod palette;
pub(crate) mod searching;

use axum::http::Method;
use kernel::cx::{Permission, Scope};
use kernel::db::{Migration, Watched};
use kernel::i18n::Locale;
use utoipa_axum::routes;

pub(crate) use self::api_document::document;
use crate::idempotency;
use crate::routes::{Need, Routes};
use crate::slice::Slice;
use crate::{assets, live, observe};

const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_idempotency",
    sql: include_str!("../../migrations/0001_idempotency.sql"),
}];

const PERMISSIONS: &[Permission] = &[Permission {
    name: observe::READ_METRICS,
    scopes: &[Scope::All],
    granted: &[("admin", Scope::All)],
}];

const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../../locales/en/web.ftl")),
    (Locale::ZhCn, include_str!("../../../../locales/zh-CN/web.ftl")),
];

/// The kit's own slice; every app has it.
pub fn slice() -> Slice {
    Slice {
        migrations: MIGRATIONS,
        kept: &[Watched::Table("kernel_setting")],
        routes: kit_routes,
        permissions: PERMISSIONS,
        locales: LOCALES,
        jobs: vec![idempotency::purge_handler()],
        schedules: vec![idempotency::purge_schedule()],
        ..Slice::new("web")
    }
}

fn kit_routes() -> Routes {
    Routes::new()
        .fixed("/healthz", observe::alive)
        .fixed("/readyz", observe::ready)
        .machine(Method::GET, "/metrics", Need::Public, observe::metrics)
        .fixed("/assets/{*name}", assets::serve)
        .page(Method::GET, "/live", Need::SignedIn, live::open)
        .page(Method::POST, "/locale", Need::Public, language::choose)
        .page(Method::GET, "/palette", Need::SignedIn, palette::show)
        .page(Method::GET, "/search", Need::SignedIn, searching::page)
        .page(Method::GET, "/search/open", Need::SignedIn, searching::open)
        .api(Need::SignedIn, routes!(searching::search))
        .fixed("/api/v1/openapi.json", api_document::json)
        .page(Method::GET, "/api/docs", Need::Public, api_document::page)
}

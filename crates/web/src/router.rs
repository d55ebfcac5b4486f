//! The router: every slice's routes, and what goes around all of them.

use axum::Router;
use axum::middleware::from_fn_with_state;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};

use crate::app::App;
use crate::gate::{nothing_here, wrong_method};
use crate::pipeline::pipeline;

/// Smaller answers gain nothing.
const COMPRESS_FROM_BYTES: u64 = 860;

/// The application as an axum router. Serve it with connect info (`into_make_service_with_connect_info::<SocketAddr>`),
/// so that addresses are known.
pub fn router(app: App) -> Router {
    let routes = app.slices().iter().fold(Router::new(), |router, slice| {
        router.merge((slice.routes)().router)
    });
    // The event stream is left alone by the default predicate: compression would hold its lines back.
    let compression = CompressionLayer::new()
        .compress_when(SizeAbove::new(COMPRESS_FROM_BYTES).and(DefaultPredicate::new()));
    routes
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(compression)
        .layer(from_fn_with_state(app.clone(), pipeline))
        .with_state(app)
}

//! The HTML and HTTP kit: everything between a socket and an operation.
//!
//! Slices hand in values ([`Slice`]); [`build`] makes an [`App`] of them and [`router`] serves it. How a page, a form,
//! and an endpoint are written is in this crate's README. It knows no capability.

mod answer;
mod app;
pub mod assets;
mod authentication;
mod cookie;
mod csrf;
mod extract;
mod failure;
mod flash;
mod form;
mod gate;
mod idempotency;
pub mod indexing;
mod kit;
mod live;
mod observe;
mod page;
mod pipeline;
mod present;
pub mod rate;
mod router;
mod routes;
pub mod sanitize;
mod shell;
mod slice;
pub mod testing;
mod text;
pub mod urlencoded;

pub use answer::{
    download, download_bytes, go_to, html, local_path, no_content, see_other, unprocessable,
    with_inline_styles, with_session, without_session,
};
pub use app::{App, PanelCard, build, migrations};
pub use authentication::{Credentials, SignedIn};
pub use cookie::SESSION as SESSION_COOKIE;
pub use csrf::own_origin;
pub use extract::{Json, Path, Query};
pub use failure::{Failure, Result, status_of};
pub use flash::{Flash, Tone, with_toast};
pub use form::{Choice, FormData, FormView, Upload};
pub use idempotency::{Once, Reply, shown_once};
pub use kit::searching::telling;
pub use live::Hub;
pub use page::{CxX, Page};
pub use present::{Problem, ProblemField};
pub use router::router;
pub use routes::{API_PREFIX, Need, RouteEntry, Routes, Surface};
pub use shell::{Reader, Shell};
pub use slice::{
    Authenticate, Counter, Group, HearFound, HearSearch, NavigationItem, PaletteEntry, PaletteSource, Panel,
    RememberLocale, SearchFilter, SearchSource, Searched, Slice, Synonyms, Topic,
};
pub use text::T;

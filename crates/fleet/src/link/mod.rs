//! Links: the one connection that each agent opens to this house, and everything that goes over it.
//!
//! Start at `door` (who may knock), `greeting` (who comes in), and `running` (what an open link does). `hub` is how the rest of the
//! slice reaches a device that is here, `channel` a stream of bytes beside the messages, `lease` which node has which device,
//! `between` how one node reaches a device through another. `keys` are the server's, `keeping` is what a node does all the time.
//!
//! A link carries; it decides nothing. Whether an act may be done is `act`'s to know, the signer's, and last the agent's.

mod beats;
pub mod between;
mod between_door;
pub mod channel;
mod door;
mod doorstep;
pub mod events;
mod greeting;
mod hearing;
pub mod hub;
pub mod keeping;
pub mod keys;
pub mod lease;
pub mod node;
mod running;
pub(crate) mod sealing;
mod taking;

use kernel::db::Migration;
use kernel::i18n::Locale;
use web::Routes;

pub use between::Pipe;
pub use channel::Channel;
pub(crate) use hearing::subscriber;
pub use hub::{Hub, of};
pub use lease::{Epoch, online};
pub use node::Listening;

/// The tables of links and enrolment.
pub const MIGRATION: Migration = Migration {
    name: "0002_link",
    sql: include_str!("../../migrations/0002_link.sql"),
};

/// The texts of links and enrolment.
pub const LOCALES: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../../locales/en/fleet_link.ftl")),
    (
        Locale::ZhCn,
        include_str!("../../../../locales/zh-CN/fleet_link.ftl"),
    ),
];

pub(crate) fn routes() -> Routes {
    Routes::new()
        .fixed(protocol::PATH, door::knock)
        .fixed(between::PATH, between_door::knock)
}

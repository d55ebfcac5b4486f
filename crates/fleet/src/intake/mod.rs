//! Inventories of agents that are not ours: the GLPI agent, FusionInventory, OCS, and files.
//!
//! `api` speaks with agents as the servers do that they were made for, and with other programs; `answering` knows the words, and
//! `taking` puts an inventory where it belongs. What an inventory says is read by the crate `glpi`.

pub(crate) mod answering;
mod api;
pub mod taking;

use web::Routes;

pub use glpi::{Broken, Inventory, Message, What, read};
pub use taking::{Took, Way, take};

/// The addresses where inventories are taken.
pub fn routes() -> Routes {
    api::routes()
}

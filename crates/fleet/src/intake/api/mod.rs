//! The addresses where inventories are taken: for agents (`door`), and for other programs (`json`).

mod door;
mod json;

use web::Routes;

pub(super) fn routes() -> Routes {
    door::routes().merge(json::routes())
}

//! Articles in the JSON interface: listing and reading, beginning and saving, versions, states, and search. The operations decide;
//! nothing here knows a rule.

mod keeping;
mod reading;
mod shapes;
mod steering;
mod writing;

use web::Routes;

pub(crate) fn routes() -> Routes {
    reading::routes()
        .merge(writing::routes())
        .merge(steering::routes())
        .merge(keeping::routes())
}

//! `/`: whoever works on tickets goes to their queue, everybody else to the portal.

use web::{Page, see_other};

use crate::ticket::access;

pub(super) async fn home(page: Page) -> web::Result {
    let works_here = page.cx.may(access::INTERNAL).is_some();
    see_other(if works_here { "/queues/mine" } else { "/portal" })
}

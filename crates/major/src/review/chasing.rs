//! Chases late reviews: the owner is told once a day until it is done.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use serde_json::json;

use super::{State, mail, store};
use crate::events;
use crate::incident::{self, IncidentId};

const DAY_SECONDS: i64 = 86_400;

/// Reminds the owner of one review, unless that was done meanwhile.
pub(crate) fn chase(tx: &mut Tx<'_>, cx: &Cx, base: &str, id: IncidentId) -> Result<()> {
    tx.lock("major.incident", id)?;
    let (Some(incident), Some(mut review)) = (incident::store::find(tx, id)?, store::find(tx, id)?) else {
        return Ok(());
    };
    if review.state == State::Closed || review.chase_at.is_none_or(|at| at > cx.now()) {
        return Ok(());
    }
    review.chase_at = Some(cx.now().add_secs(DAY_SECONDS));
    store::update(tx, &review)?;
    let data = json!({ "owner": review.owner.map(|owner| owner.to_string()) });
    incident::tell(tx, cx, &incident.subject(), events::REVIEW_OVERDUE, data, None)?;
    mail(
        tx,
        cx,
        base,
        &incident,
        &review,
        ("major-mail-late-subject", "major-mail-late-text"),
    )
}

//! Chases late reviews: the owner is told once a day until it is done. When they have left, whoever had a part in the incident is;
//! when nobody of them is there any more, the list of incidents says it, and a new commander owns it.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
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
    let readers = readers(tx, id, review.owner)?;
    review.chase_at = (!readers.is_empty()).then(|| cx.now().add_secs(DAY_SECONDS));
    store::update(tx, &review)?;
    let data = json!({ "owner": review.owner.map(|owner| owner.to_string()) });
    incident::tell(tx, cx, &incident.subject(), events::REVIEW_OVERDUE, data, None)?;
    mail(
        tx,
        cx,
        base,
        &incident,
        &review,
        &readers,
        ("major-mail-late-subject", "major-mail-late-text"),
    )
}

/// Who can still write it.
fn readers(tx: &mut Tx<'_>, id: IncidentId, owner: Option<UserId>) -> Result<Vec<UserId>> {
    if let Some(owner) = owner
        && is_here(tx, owner)?
    {
        return Ok(vec![owner]);
    }
    let mut readers = Vec::new();
    for holder in incident::store::holders(tx, id)? {
        if is_here(tx, holder.person)? {
            readers.push(holder.person);
        }
    }
    Ok(readers)
}

fn is_here(tx: &mut Tx<'_>, person: UserId) -> Result<bool> {
    Ok(people::user::store::find(tx, person)?.is_some_and(|person| person.active))
}

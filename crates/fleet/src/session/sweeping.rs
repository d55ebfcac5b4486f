//! Sessions that nobody serves any more: their act is over, or their node died. Their recording is closed all the same.

use kernel::Kernel;
use kernel::db::Tx;
use kernel::error::Result;

use super::{Kind, Row as _, room};
use crate::act;

/// Whoever serves a session has so long to end it in order.
const GRACE_MILLIS: i64 = 60_000;
const SESSIONS_MOST: i64 = 500;

/// Ends those of one kind.
///
/// # Errors
/// The database's, and those of the files.
pub(crate) async fn sweep<K: Kind>(kernel: &Kernel) -> Result<()> {
    let now = kernel.clock.now();
    let read = move |tx: &mut Tx<'_>| {
        let mut over = Vec::new();
        for session in K::open(tx, SESSIONS_MOST)? {
            let id = session.act();
            let ended = act::store::find(tx, id)?.and_then(|act| act.ended_at.zip(Some(act.state)));
            if let Some((at, state)) = ended
                && now.since(at) > GRACE_MILLIS
            {
                over.push((id, state));
            }
        }
        Ok(over)
    };
    for (id, state) in kernel.db.read(read).await? {
        if !room::is_served::<K>(kernel, id) {
            K::finish(kernel, id, state.as_str()).await?;
        }
    }
    Ok(())
}

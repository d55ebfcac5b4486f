//! Finding the room of a session: on this node, or through the node that has the device.
//!
//! Between a browser's node and the room's there are pieces with one byte before them: 0 for bytes of the session, 1 for words.

use bytes::Bytes;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
use tokio::sync::mpsc;
use web::App;

use super::{Kind, Row as _, room, socket};
use crate::act::ActId;
use crate::device::DeviceId;
use crate::link::between::{self, Pipe};
use crate::link::{self, lease};

const PIECES_MOST: usize = 64;

/// Who comes, and what they may.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    pub user: UserId,
    pub may_take_part: bool,
    pub wishes_to: bool,
}

/// A way to a session's room.
pub(super) async fn reach<K: Kind>(app: &App, session: &K::Session, visitor: &Visitor) -> Result<Pipe> {
    let (id, device) = (session.act(), session.device());
    let is_here = link::of(app).is_here(&device) || room::is_served::<K>(app, id);
    if !is_here && !session.is_over() {
        let cx = app.cx_system("fleet.session");
        let holder = app.db.read(move |tx| lease::holder(tx, &cx, device)).await?;
        if holder.is_some_and(|(node, _)| *node != *app.node) {
            let word = |truth: bool| if truth { "1" } else { "0" };
            let purpose = format!(
                "{}:{id}:{}:{}:{}",
                K::NAME,
                visitor.user,
                word(visitor.may_take_part),
                word(visitor.wishes_to)
            );
            return between::open(app, device, &purpose).await;
        }
    }
    let (to_room, from_browser) = mpsc::channel::<Bytes>(PIECES_MOST);
    let (to_browser, from_room) = mpsc::channel::<Bytes>(PIECES_MOST);
    let inside = Pipe {
        tx: to_browser,
        rx: from_browser,
    };
    tokio::spawn(socket::attend::<K>(
        app.clone(),
        id,
        device,
        visitor.clone(),
        inside,
    ));
    Ok(Pipe {
        tx: to_room,
        rx: from_room,
    })
}

/// Another node brings somebody. It looked at what they may.
pub(crate) async fn bridged<K: Kind>(app: App, device: DeviceId, purpose: &str, pipe: Pipe) {
    let parts: Vec<&str> = purpose.split(':').collect();
    let [id, user, may, wishes] = parts.as_slice() else {
        return;
    };
    let (Ok(id), Ok(user)) = (id.parse::<ActId>(), user.parse()) else {
        return;
    };
    let found = app.db.read(move |tx: &mut Tx<'_>| K::find(tx, id)).await;
    if !matches!(found, Ok(Some(session)) if session.device() == device) {
        return;
    }
    let visitor = Visitor {
        user,
        may_take_part: *may == "1",
        wishes_to: *wishes == "1",
    };
    socket::attend::<K>(app, id, device, visitor, pipe).await;
}

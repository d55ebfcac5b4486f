//! Which questions wait for somebody's "solved" or "not solved", for those who write it instead of pressing a button: some services have
//! none that call back. Taking the answer is `commanding`'s, as it is for buttons.

use desk::ticket::{self, Filter, Order, Stage, State};
use desk::verification;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;

/// More are not looked through.
const MOST: i64 = 10;

/// A ticket that waits for its requester's word.
pub(super) struct Waiting {
    pub(super) number: i64,
    pub(super) title: String,
    pub(super) state: State,
    /// As a card would name it.
    pub(super) question: String,
}

/// Those of a person, latest first.
pub(super) fn waiting(tx: &mut Tx<'_>, cx: &Cx, person: UserId) -> Result<Vec<Waiting>> {
    let filter = Filter {
        requester: Some(person),
        stage: Some(Stage::Resolved),
        order: Some(Order::Updated),
        ..Filter::default()
    };
    let mut waiting = Vec::new();
    for row in ticket::list(tx, cx, &filter, None, MOST)?.items {
        if let Some(question) = question(tx, person, row.number)? {
            waiting.push(Waiting {
                number: row.number,
                title: row.title,
                state: row.state,
                question,
            });
        }
    }
    Ok(waiting)
}

/// The open question of a ticket, as a card would name it; nothing when none is asked or the ticket is somebody else's.
pub(super) fn question(tx: &mut Tx<'_>, person: UserId, number: i64) -> Result<Option<String>> {
    let own = ticket::store::load(tx, number)?.filter(|found| found.requester == person);
    if own.is_none() {
        return Ok(None);
    }
    let open = verification::store::open_question(tx, number)?;
    Ok(open.map(|open| format!("{number}-{}", open.id)))
}

//! The devices of the demo: the computers of those who report, some servers, a printer, and a switch.

use fleet::sample::{self, Plan, User};
use kernel::{Result, Timestamp};

use super::department::Department;
use crate::house::House;

/// Makes them, and names them on the tickets of their users.
pub(super) async fn make(
    house: &House,
    department: &Department,
    reported: &[(i64, usize)],
    (start, now): (Timestamp, Timestamp),
) -> Result<()> {
    let users = department.employees.iter().map(|person| User {
        id: person.identity.user,
        host: person.device.clone(),
    });
    let plan = Plan {
        users: users.collect(),
        tickets: reported.iter().map(|(number, _)| *number).collect(),
        start,
        now,
    };
    house.kernel.db.write(move |tx| sample::make(tx, &plan)).await
}

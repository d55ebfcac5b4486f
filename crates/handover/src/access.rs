//! Who may see a package and act on it. Pure.
//!
//! *own* is what one handed over or was given to look into; *team* is also what one's teams handed over or were given, and what
//! belongs to a ticket that one or one's teams have now, or that no team has and had; *all* is all. What one may not see does not
//! exist: 404, not 403.

use kernel::cx::{Cx, Permission, Scope};
use kernel::error::{Error, Result};
use kernel::id::TeamId;

use crate::package::Package;

/// Handing a ticket over to development, and taking that back.
pub const CREATE: &str = "handover.create";
/// Reading packages and their reports.
pub const READ: &str = "handover.read";
/// Taking a package on, and reporting its root cause.
pub const REPORT: &str = "handover.report";
/// Accepting a report, or returning it.
pub const JUDGE: &str = "handover.judge";
/// Connecting issue trackers, with their secrets and logs, and the deadline of reports.
pub const TRACKERS: &str = "handover.trackers";

const OWN: Scope = Scope::Own;
const TEAM: Scope = Scope::Team;
const ALL: Scope = Scope::All;

/// The rights with who has them. A developer needs no seat at the desk: whoever is named on a package reads and answers it.
pub const PERMISSIONS: &[Permission] = &[
    Permission {
        name: CREATE,
        scopes: &[TEAM, ALL],
        granted: &[
            ("technician", TEAM),
            ("engineer", TEAM),
            ("manager", ALL),
            ("admin", ALL),
        ],
    },
    Permission {
        name: READ,
        scopes: &[OWN, TEAM, ALL],
        granted: &[
            ("requester", OWN),
            ("technician", TEAM),
            ("engineer", TEAM),
            ("manager", ALL),
            ("auditor", ALL),
            ("admin", ALL),
        ],
    },
    Permission {
        name: REPORT,
        scopes: &[OWN, TEAM, ALL],
        granted: &[
            ("requester", OWN),
            ("technician", TEAM),
            ("engineer", TEAM),
            ("manager", ALL),
            ("admin", ALL),
        ],
    },
    Permission {
        name: JUDGE,
        scopes: &[OWN, TEAM, ALL],
        granted: &[
            ("technician", TEAM),
            ("engineer", TEAM),
            ("manager", ALL),
            ("admin", ALL),
        ],
    },
    Permission {
        name: TRACKERS,
        scopes: &[ALL],
        granted: &[("admin", ALL)],
    },
];

/// Whether the reader stands on the side that looks into it.
fn is_given(cx: &Cx, scope: Scope, package: &Package) -> bool {
    let own = cx.user_id().is_some_and(|user| package.developer == Some(user));
    // A package that went to a tracker alone is answered by whoever handed it over, in the words of the tracker.
    let is_orphan = package.team.is_none() && package.developer.is_none();
    match scope {
        Scope::All => true,
        Scope::Own => own || (is_orphan && is_handed(cx, scope, package)),
        Scope::Team => {
            let team = package.team.is_some_and(|team| cx.team_ids().contains(&team));
            own || team || (is_orphan && is_handed(cx, scope, package))
        }
    }
}

/// Whether the reader stands on the side that handed it over.
fn is_handed(cx: &Cx, scope: Scope, package: &Package) -> bool {
    let own = cx.user_id().is_some_and(|user| package.handed_by == Some(user));
    let mine = |team: TeamId| cx.team_ids().contains(&team);
    // A ticket moves on, and its package goes with it; those who handed it over keep what was theirs to know.
    let is_of_ticket = match package.ticket_team {
        Some(team) => mine(team),
        None => package.from_team.is_none_or(mine),
    };
    let has_ticket = cx
        .user_id()
        .is_some_and(|user| package.ticket_assignee == Some(user));
    match scope {
        Scope::All => true,
        Scope::Own => own,
        Scope::Team => own || has_ticket || is_of_ticket || package.from_team.is_some_and(mine),
    }
}

/// Whether the actor may read the package.
#[must_use]
pub fn may_read(cx: &Cx, package: &Package) -> bool {
    cx.may(READ)
        .is_some_and(|scope| is_given(cx, scope, package) || is_handed(cx, scope, package))
}

/// Whether the actor may take it on and report.
#[must_use]
pub fn may_report(cx: &Cx, package: &Package) -> bool {
    cx.may(REPORT).is_some_and(|scope| is_given(cx, scope, package))
}

/// Whether the actor may judge reports of it, or take it back.
#[must_use]
pub fn may_judge(cx: &Cx, package: &Package) -> bool {
    cx.may(JUDGE).is_some_and(|scope| is_handed(cx, scope, package))
}

/// Whether the actor may take it back.
#[must_use]
pub fn may_withdraw(cx: &Cx, package: &Package) -> bool {
    cx.may(CREATE).is_some_and(|scope| is_handed(cx, scope, package))
}

/// Lets pass who may read it; for others there is no such package.
pub fn check_read(cx: &Cx, package: &Package) -> Result<()> {
    cx.require(READ)?;
    if may_read(cx, package) {
        Ok(())
    } else {
        Err(Error::not_found())
    }
}

/// Lets pass who may read it and do this.
pub fn check(cx: &Cx, permission: &str, is_allowed: bool, package: &Package) -> Result<()> {
    check_read(cx, package)?;
    if is_allowed {
        Ok(())
    } else {
        Err(Error::forbidden().arg("permission", permission))
    }
}

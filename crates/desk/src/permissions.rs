//! The rights the desk knows, and which built-in roles have them.
//!
//! Roles: a requester acts on own tickets; a technician (L1) on those of the own teams; an engineer (L2, L3) sees all
//! and works on those of the own teams; a manager works on all; an auditor reads all; an administrator may do everything.

use kernel::cx::{Permission, Scope};

use crate::ringing;
use crate::ticket::access;

const OWN: Scope = Scope::Own;
const TEAM: Scope = Scope::Team;
const ALL: Scope = Scope::All;

/// The desk at work: technicians and engineers in their teams, managers and administrators everywhere.
const WORK: &[(&str, Scope)] = &[
    ("technician", TEAM),
    ("engineer", TEAM),
    ("manager", ALL),
    ("admin", ALL),
];

/// The same, and requesters on what is theirs.
const WORK_AND_OWN: &[(&str, Scope)] = &[
    ("requester", OWN),
    ("technician", TEAM),
    ("engineer", TEAM),
    ("manager", ALL),
    ("admin", ALL),
];

const fn permission(
    name: &'static str,
    scopes: &'static [Scope],
    granted: &'static [(&'static str, Scope)],
) -> Permission {
    Permission {
        name,
        scopes,
        granted,
    }
}

/// All of them.
pub const ALL_PERMISSIONS: &[Permission] = &[
    permission(
        access::OPEN,
        &[OWN, ALL],
        &[
            ("requester", OWN),
            ("technician", ALL),
            ("engineer", ALL),
            ("manager", ALL),
            ("admin", ALL),
        ],
    ),
    permission(
        access::READ,
        &[OWN, TEAM, ALL],
        &[
            ("requester", OWN),
            ("technician", TEAM),
            ("engineer", ALL),
            ("manager", ALL),
            ("auditor", ALL),
            ("admin", ALL),
        ],
    ),
    permission(
        access::INTERNAL,
        &[TEAM, ALL],
        &[
            ("technician", TEAM),
            ("engineer", ALL),
            ("manager", ALL),
            ("auditor", ALL),
            ("admin", ALL),
        ],
    ),
    permission(access::REPLY, &[OWN, TEAM, ALL], WORK_AND_OWN),
    permission(
        access::NOTE,
        &[TEAM, ALL],
        &[
            ("technician", TEAM),
            ("engineer", ALL),
            ("manager", ALL),
            ("admin", ALL),
        ],
    ),
    permission(access::CHANGE, &[TEAM, ALL], WORK),
    permission(access::ASSIGN, &[TEAM, ALL], WORK),
    permission(access::ESCALATE, &[TEAM, ALL], WORK),
    permission(access::RESOLVE, &[TEAM, ALL], WORK),
    permission(access::VERIFY, &[OWN, TEAM, ALL], WORK_AND_OWN),
    permission(access::REOPEN, &[OWN, TEAM, ALL], WORK_AND_OWN),
    permission(
        access::REPORT,
        &[TEAM, ALL],
        &[("manager", ALL), ("auditor", ALL), ("admin", ALL)],
    ),
    permission(
        access::APPROVE,
        &[OWN],
        &[
            ("requester", OWN),
            ("technician", OWN),
            ("engineer", OWN),
            ("manager", OWN),
            ("auditor", OWN),
            ("admin", OWN),
        ],
    ),
    permission(access::SETTINGS, &[ALL], &[("manager", ALL), ("admin", ALL)]),
    permission(
        access::GATE_OVERRIDE,
        &[TEAM, ALL],
        &[("manager", ALL), ("admin", ALL)],
    ),
    permission(
        access::GLOSSARY,
        &[ALL],
        &[("engineer", ALL), ("manager", ALL), ("admin", ALL)],
    ),
    permission(
        access::RATING_COMMENTS,
        &[TEAM, ALL],
        &[("manager", ALL), ("auditor", ALL), ("admin", ALL)],
    ),
    permission(
        ringing::RING,
        &[OWN, ALL],
        &[
            ("technician", OWN),
            ("engineer", OWN),
            ("manager", ALL),
            ("admin", ALL),
        ],
    ),
];

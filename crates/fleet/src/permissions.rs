//! The rights this slice knows, and which built-in roles have them.

use kernel::cx::{Permission, Scope};

/// Looking at devices.
pub const READ: &str = "fleet.read";
/// Enrolling, admitting, merging, editing, and retiring devices.
pub const MANAGE: &str = "fleet.manage";
/// Looking into a device: what changes nothing there.
pub const DIAGNOSE: &str = "fleet.diagnose";
/// Changing something on a device by a named verb.
pub const CHANGE: &str = "fleet.change";
/// Commands, scripts, terminals, and putting files.
pub const RUN: &str = "fleet.run";
/// The second person: acts on many devices, the global stop, the script library.
pub const APPROVE: &str = "fleet.approve";
/// Handing in inventories of agents that are not ours.
pub const INTAKE: &str = "fleet.intake";

const REACHES: &[Scope] = &[Scope::Team, Scope::All];
const ALL: &[Scope] = &[Scope::All];

const HANDS: &[(&str, Scope)] = &[
    ("technician", Scope::All),
    ("engineer", Scope::All),
    ("admin", Scope::All),
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

/// All of them. Whoever has a right with the scope of a team has it over the devices of the own teams.
pub const PERMISSIONS: &[Permission] = &[
    permission(
        READ,
        REACHES,
        &[
            ("technician", Scope::All),
            ("engineer", Scope::All),
            ("manager", Scope::All),
            ("auditor", Scope::All),
            ("admin", Scope::All),
        ],
    ),
    permission(
        MANAGE,
        REACHES,
        &[
            ("engineer", Scope::All),
            ("manager", Scope::All),
            ("admin", Scope::All),
        ],
    ),
    permission(DIAGNOSE, REACHES, HANDS),
    permission(CHANGE, REACHES, HANDS),
    permission(RUN, REACHES, &[("engineer", Scope::All), ("admin", Scope::All)]),
    permission(APPROVE, ALL, &[("manager", Scope::All), ("admin", Scope::All)]),
    permission(INTAKE, ALL, &[("admin", Scope::All)]),
];

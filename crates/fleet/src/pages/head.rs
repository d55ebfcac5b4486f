//! What stands above each page of a device: its name, how it is, whose it is, the tabs, and what can be done.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
use web::Shell;

use crate::device::{self, Device, DeviceId, State};
use crate::{MANAGE, matching};

/// The head of a device's pages.
pub(super) struct Head {
    pub device: Device,
    pub owner: Option<(UserId, String)>,
    pub team: String,
    /// Which tab is open.
    pub tab: &'static str,
    pub may_manage: bool,
    pub is_online: bool,
    /// It may be the same as another.
    pub is_doubted: bool,
    /// The device that it turned out to be.
    pub merged: Option<(DeviceId, String)>,
}

/// Tabs with their addresses behind the device's and their names.
pub(super) const TABS: &[(&str, &str, &str)] = &[
    ("now", "", "fleet-tab-now"),
    ("inventory", "/inventory", "fleet-tab-inventory"),
    ("software", "/software", "fleet-tab-software"),
    ("changes", "/changes", "fleet-tab-changes"),
];

impl Head {
    /// Reads it; 404 for a device that the reader may not see.
    pub(super) fn read(tx: &mut Tx<'_>, cx: &Cx, id: DeviceId, tab: &'static str) -> Result<Self> {
        let device = device::find(tx, cx, id)?;
        let owner = match device.owner {
            Some(owner) => people::user::store::cards(tx, &[owner])?
                .remove(&owner)
                .map(|card| (owner, card.name)),
            None => None,
        };
        let team = match device.team {
            Some(team) => people::team::store::list(tx)?
                .into_iter()
                .find(|one| one.id == team)
                .map(|one| one.name),
            None => None,
        };
        let merged = match device.merged_into {
            Some(into) => device::store::find(tx, into)?
                .filter(|other| device::may(cx, crate::READ, other))
                .map(|other| (other.id, other.name)),
            None => None,
        };
        let may_manage = device::may(cx, MANAGE, &device);
        Ok(Self {
            is_doubted: may_manage && !matching::store::open_of(tx, id)?.is_empty(),
            is_online: device.is_online(cx.now()) && device.state != State::Retired,
            owner,
            team: team.unwrap_or_default(),
            tab,
            may_manage,
            merged,
            device,
        })
    }

    /// The address of the device.
    pub(super) fn href(&self) -> String {
        format!("/devices/{}", self.device.id)
    }

    /// The tabs with their addresses, names, and whether they are open.
    pub(super) fn tabs(&self, shell: &Shell) -> Vec<(String, String, bool)> {
        TABS.iter()
            .map(|(tab, path, key)| (format!("{}{path}", self.href()), shell.t(key), *tab == self.tab))
            .collect()
    }

    /// What it is, in a line.
    pub(super) fn line(&self) -> String {
        let parts = [self.device.model(), self.device.system()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" · ")
    }

    /// The tone of its state.
    pub(super) fn tone(&self) -> &'static str {
        match self.device.state {
            State::Pending => "chip-warning",
            State::Admitted => "chip-success",
            State::Retired => "",
        }
    }
}

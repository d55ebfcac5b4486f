//! Puts a foreign inventory where it belongs: to the device that is known by it, or to a new one.

use std::collections::BTreeMap;

use glpi::{Form, Inventory};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use protocol::inventory::{Report, Section};
use protocol::message::Identity;

use crate::device::{self, Device, DeviceId, Kind, NewDevice, Source, State, seeing};
use crate::matching::{self, Placed, merging};
use crate::{INTAKE, inventory};

/// What our own agent tells of itself. Where it does, another program's words about the same things would only make the history
/// go to and fro between two ways of writing them.
const OURS: &[Section] = &[
    Section::Hardware,
    Section::System,
    Section::Processor,
    Section::Memory,
    Section::Packages,
    Section::Updates,
    Section::Users,
    Section::Services,
    Section::Ports,
    Section::Network,
    Section::Disks,
    Section::Volumes,
    Section::Printers,
    Section::Certificates,
    Section::Batteries,
    Section::Machines,
    Section::Monitors,
];

/// By which way an inventory came.
#[derive(Clone, Debug)]
pub struct Way {
    /// How it was written.
    pub form: Form,
    /// The agent's name for itself.
    pub agent_id: String,
    /// The network address of whoever brought it; empty for a file.
    pub address: String,
}

/// What became of an inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Took {
    /// The device.
    pub device: DeviceId,
    /// What it is called.
    pub name: String,
    /// What sort it is.
    pub kind: Kind,
    /// Whether nobody knew it.
    pub is_new: bool,
    /// Whether it may be another that is known: a person decides.
    pub is_doubtful: bool,
    /// How many things changed.
    pub changes: usize,
}

/// Takes an inventory. The device is in use at once: whoever may hand in inventories vouches for it, and without an agent of ours
/// nothing can be done on it.
///
/// # Errors
/// Forbidden without the right; invalid for what names no device.
pub fn take(tx: &mut Tx<'_>, cx: &Cx, told: &Inventory, by: &Way) -> Result<Took> {
    cx.require(INTAKE)?;
    let identity = known_by(told, &by.agent_id);
    // Two agents of one device that come at the same time would make it twice.
    tx.lock("fleet.intake", identity.host.to_lowercase())?;
    let source = source_of(told, by.form);
    let (device, is_new, doubt) = match matching::place(tx, cx, &identity, source)? {
        Placed::Known(device) => (*device, false, None),
        Placed::New => (make(tx, cx, told, identity.clone(), source)?, true, None),
        Placed::Doubt { with, why } => {
            let device = make(tx, cx, told, identity.clone(), source)?;
            (device, true, Some((with, why)))
        }
    };
    if let Some((with, why)) = doubt {
        merging::ask(tx, cx, device.id, with, why)?;
    }
    let report = report(tx, cx, &device, told)?;
    let kind = (!told.is_partial).then(|| kind_of(told, &report));
    let is_ours = device.source == Source::Agent;
    let agent = if is_ours { "" } else { told.agent.as_str() };
    let device = device::describe(
        tx,
        cx,
        &device,
        &identity,
        source,
        kind.filter(|_| !is_ours),
        agent,
    )?;
    let taken = inventory::take(tx, cx, device.id, &report)?;
    if !is_ours {
        let own = told.addresses.first().filter(|_| told.is_asked);
        seeing::told(tx, device.id, cx.now(), own.unwrap_or(&by.address))?;
    }
    Ok(Took {
        device: device.id,
        name: device.name,
        kind: device.kind,
        is_new,
        is_doubtful: doubt.is_some(),
        changes: taken.changes,
    })
}

fn make(tx: &mut Tx<'_>, cx: &Cx, told: &Inventory, identity: Identity, source: Source) -> Result<Device> {
    let mut new = NewDevice::told(identity, source, State::Admitted);
    new.kind = kind(told.kind);
    new.agent_version.clone_from(&told.agent);
    device::create(tx, cx, new)
}

/// What a partial inventory does not tell of is filled in from what the device holds.
fn report(tx: &mut Tx<'_>, cx: &Cx, device: &Device, told: &Inventory) -> Result<Report> {
    let needs: Vec<Section> = told.needs().into_iter().collect();
    let before = match needs.as_slice() {
        [] => BTreeMap::new(),
        needs => inventory::items_of(tx, device.id, needs)?,
    };
    let mut report = told.report(cx.now().millis(), &before);
    if device.source == Source::Agent {
        report.sections.retain(|section, _| !OURS.contains(section));
    }
    Ok(report)
}

/// By what it is known again. Where neither firmware nor cards tell, the agent's name for itself must do.
fn known_by(told: &Inventory, agent_id: &str) -> Identity {
    let mut identity = told.identity.clone();
    if matching::identifiers(&identity).is_empty() {
        identity.machine_id = match told.is_asked {
            true => format!("snmp {}", identity.host),
            false => agent_id.to_owned(),
        };
    }
    identity
}

fn source_of(told: &Inventory, form: Form) -> Source {
    let agent = told.agent.to_lowercase();
    match form {
        Form::Xml if !agent.contains("glpi") => Source::FusionInventory,
        _ if agent.contains("fusion") => Source::FusionInventory,
        _ => Source::Glpi,
    }
}

fn kind(told: glpi::Kind) -> Kind {
    match told {
        glpi::Kind::Computer => Kind::Computer,
        glpi::Kind::NetworkEquipment => Kind::NetworkEquipment,
        glpi::Kind::Printer => Kind::Printer,
        glpi::Kind::Phone => Kind::Phone,
        glpi::Kind::Other => Kind::Other,
    }
}

/// Agents call every machine with a system a computer; its case says whether it is a server.
fn kind_of(told: &Inventory, report: &Report) -> Kind {
    match kind(told.kind) {
        Kind::Computer => inventory::kind_told(report).unwrap_or(Kind::Computer),
        kind => kind,
    }
}

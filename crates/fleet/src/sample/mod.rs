//! Devices to look at, for the demo: computers of people, servers, a printer, a switch, with inventories that changed over weeks,
//! heartbeats of a day, and a doubt to decide. Everything goes through the operations that real agents use.

mod contents;

use std::collections::BTreeMap;

use desk::ticket;
use kernel::Clock;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;
use protocol::message::{Beat, DiskUse, Identity};

use crate::device::{self, Device, Edit, Kind, NewDevice, Source, State, of_ticket};
use crate::inventory;
use crate::matching::{Why, merging};

/// Somebody who uses a computer.
#[derive(Clone, Debug)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// What their computer is called.
    pub host: String,
}

/// What the demo hands in.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Who has computers; the first of them get some.
    pub users: Vec<User>,
    /// Tickets of the past; those of the users are connected with their computers.
    pub tickets: Vec<i64>,
    /// When it began.
    pub start: Timestamp,
    /// Now.
    pub now: Timestamp,
}

const COMPUTERS: usize = 18;
const DAY: i64 = 86_400;
const GIB: u64 = 1024 * 1024 * 1024;
/// Before a ticket is reported, this many seconds earlier a driver went from one version to the next.
const BEFORE_REPORT: i64 = 47 * 60;
/// Tickets on which a computer is named.
const CONNECTED: usize = 30;
/// Computers that get such a change.
const BROKEN: usize = 6;

/// Makes them all.
///
/// # Errors
/// The database's.
pub fn make(tx: &mut Tx<'_>, plan: &Plan) -> Result<()> {
    let mut computers = Vec::new();
    for (place, user) in plan.users.iter().take(COMPUTERS).enumerate() {
        computers.push((user.id, place, computer(tx, plan, place, user)?));
    }
    let broke = connect(tx, plan, &computers)?;
    for (_, place, device) in &computers {
        inventories(tx, plan, *place, device, broke.get(place).copied())?;
    }
    for (place, (host, kind)) in contents::OTHERS.iter().enumerate() {
        other(tx, plan, place, host, *kind)?;
    }
    newcomers(tx, plan, &computers)?;
    for (_, place, device) in &computers {
        if place % 5 != 4 {
            day(tx, plan, *place, device)?;
        }
    }
    Ok(())
}

fn at(when: Timestamp) -> Cx {
    Cx::system(Clock::manual(when), "demo")
}

fn computer(tx: &mut Tx<'_>, plan: &Plan, place: usize, user: &User) -> Result<Device> {
    let cx = at(plan.start);
    let new = NewDevice {
        owner: Some(user.id),
        agent_version: "0.6.0".to_owned(),
        ..NewDevice::told(
            contents::identity(place, &user.host),
            if place % 6 == 5 {
                Source::Glpi
            } else {
                Source::Agent
            },
            State::Admitted,
        )
    };
    let device = device::create(tx, &cx, new)?;
    let edit = Edit {
        location: contents::location(place).to_owned(),
        ..Edit::of(&device)
    };
    device::edit(tx, &cx, device.id, &edit)
}

/// Its inventories, week by week, and one more when a driver was replaced shortly before a report.
fn inventories(
    tx: &mut Tx<'_>,
    plan: &Plan,
    place: usize,
    device: &Device,
    broke: Option<Timestamp>,
) -> Result<()> {
    let offset = 3600 * i64::try_from(place).unwrap_or(0);
    let week_of = |when: Timestamp| when.since(plan.start) / 1000 / DAY / 7;
    let mut times: Vec<Timestamp> = (0..=week_of(plan.now))
        .map(|week| plan.start.add_secs(week * 7 * DAY + offset))
        .chain(broke)
        .chain([plan.now.add_secs(-3 * 3600)])
        .filter(|when| *when < plan.now)
        .collect();
    times.sort_unstable();
    for when in times {
        let driver_is_new = broke.is_some_and(|broke| broke <= when);
        let report = contents::report(place, week_of(when), when, driver_is_new);
        inventory::take(tx, &at(when), device.id, &report)?;
    }
    Ok(())
}

/// Names computers on the tickets of those who use them. Answers when, for some of them, a driver was replaced shortly before.
fn connect(
    tx: &mut Tx<'_>,
    plan: &Plan,
    computers: &[(UserId, usize, Device)],
) -> Result<BTreeMap<usize, Timestamp>> {
    let mut broke = BTreeMap::new();
    let mut tickets = ticket::store::load_many(tx, &plan.tickets)?;
    tickets.sort_by_key(|ticket| std::cmp::Reverse(ticket.created_at));
    let mut connected = 0;
    for found in tickets {
        let Some((_, place, device)) = computers.iter().find(|(user, _, _)| *user == found.requester) else {
            continue;
        };
        let cx = at(found.created_at.add_secs(600));
        of_ticket::connect(tx, &cx, found.number, device.id)?;
        connected += 1;
        if broke.len() < BROKEN && found.created_at > plan.start.add_secs(DAY) {
            broke
                .entry(*place)
                .or_insert(found.created_at.add_secs(-BEFORE_REPORT));
        }
        if connected >= CONNECTED {
            break;
        }
    }
    Ok(broke)
}

fn other(tx: &mut Tx<'_>, plan: &Plan, place: usize, host: &str, kind: Kind) -> Result<Device> {
    let cx = at(plan.start.add_secs(3600));
    let place = COMPUTERS + place;
    let new = NewDevice {
        kind,
        ..NewDevice::told(
            contents::identity(place, host),
            if kind == Kind::Server {
                Source::Agent
            } else {
                Source::Glpi
            },
            State::Admitted,
        )
    };
    let device = device::create(tx, &cx, new)?;
    if kind == Kind::Server {
        for week in [0, 4, 8, 12] {
            let when = plan.start.add_secs(week * 7 * DAY + 7200);
            if when < plan.now {
                inventory::take(
                    tx,
                    &at(when),
                    device.id,
                    &contents::report(place, week, when, false),
                )?;
            }
        }
        day(tx, plan, place, &device)?;
    } else {
        let report = contents::small(host, plan.start);
        inventory::take(tx, &cx, device.id, &report)?;
        device::seeing::told(
            tx,
            device.id,
            plan.now.add_secs(-7200),
            &format!("10.20.0.{place}"),
        )?;
    }
    Ok(device)
}

/// One that waits, and one that may be a computer that is known.
fn newcomers(tx: &mut Tx<'_>, plan: &Plan, computers: &[(UserId, usize, Device)]) -> Result<()> {
    let cx = at(plan.now.add_secs(-1800));
    let told = NewDevice::told(
        contents::identity(40, "lab-bench-7"),
        Source::Agent,
        State::Pending,
    );
    let waiting = device::create(tx, &cx, told)?;
    device::seeing::told(tx, waiting.id, plan.now.add_secs(-60), "10.20.4.77")?;
    let Some((_, place, known)) = computers.first() else {
        return Ok(());
    };
    let identity = Identity {
        host: "reinstalled".to_owned(),
        machine_id: String::new(),
        ..contents::identity(*place, "reinstalled")
    };
    let told = NewDevice::told(identity, Source::Agent, State::Pending);
    let again = device::create(tx, &cx, told)?;
    merging::ask(tx, &cx, again.id, known.id, Why::Serial)
}

/// The heartbeats of the last day.
fn day(tx: &mut Tx<'_>, plan: &Plan, place: usize, device: &Device) -> Result<()> {
    let seed = u32::try_from(place).unwrap_or(0);
    for slot in (0..288_u32).rev() {
        // Somebody's lunch, and a night in a bag.
        if device.kind == Kind::Computer && (120..200).contains(&slot) {
            continue;
        }
        let when = plan.now.add_secs(-i64::from(slot) * 300 - 20);
        let wave = |period: u32| {
            let phase = (slot + seed * 37) % period;
            f32::from(u16::try_from(phase).unwrap_or(0)) / f32::from(u16::try_from(period).unwrap_or(1))
        };
        let beat = Beat {
            at: when.millis(),
            uptime: u64::from((288 - slot) * 300 + seed * 9000),
            load: 0.2 + wave(29) * 1.4,
            cpu: 4.0 + wave(23) * wave(7) * 60.0,
            memory_used: GIB * 4 + u64::from(slot % 40) * 50_000_000,
            memory_total: GIB * 16,
            disks: vec![
                DiskUse {
                    mount: "/".to_owned(),
                    used: GIB * (90 + u64::from(seed) * 7),
                    total: GIB * 256,
                },
                DiskUse {
                    mount: "/boot".to_owned(),
                    used: GIB / 4,
                    total: GIB,
                },
            ],
            rss: 11_000_000,
            spool: 0,
        };
        device::seen(tx, device.id, when, &beat, &format!("10.20.1.{}", 20 + place))?;
    }
    Ok(())
}

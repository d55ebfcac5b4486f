//! What a person enters: it stays, whatever the device says.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::{TeamId, UserId};
use serde_json::{Map, Value, json};

use super::{Device, DeviceId, Kind, NewDevice, Source, State, adding, clean, create, note, with_right};
use crate::{MANAGE, events};

/// Letters of a name.
pub const NAME_MAX: usize = 120;
const LOCATION_MAX: usize = 200;
const NOTE_MAX: usize = 4_000;

/// What a person knows of a device.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edit {
    /// As people call it; empty: as it calls itself.
    pub name: String,
    /// What sort it is; none: as its inventory says.
    pub kind: Option<Kind>,
    /// Who uses it.
    pub owner: Option<UserId>,
    /// The team that looks after it.
    pub team: Option<TeamId>,
    /// Where it stands.
    pub location: String,
    /// What people should know.
    pub note: String,
    /// The version that was read; a later one is not overwritten.
    pub version: Option<i64>,
}

impl Edit {
    /// What stands there now, to be changed.
    #[must_use]
    pub fn of(device: &Device) -> Self {
        Self {
            name: if device.is_entered("name") {
                device.name.clone()
            } else {
                String::new()
            },
            kind: device.is_entered("kind").then_some(device.kind),
            owner: device.owner,
            team: device.team,
            location: device.location.clone(),
            note: device.note.clone(),
            version: Some(device.version),
        }
    }

    fn check(&self, tx: &mut Tx<'_>) -> Result<()> {
        let mut errors = Errors::new();
        let lengths = [
            ("name", &self.name, NAME_MAX),
            ("location", &self.location, LOCATION_MAX),
            ("note", &self.note, NOTE_MAX),
        ];
        for (field, text, most) in lengths {
            if text.chars().count() > most {
                errors.push(field, "web.form.text_too_long");
            }
        }
        if let Some(owner) = self.owner
            && people::user::store::find(tx, owner)?.is_none()
        {
            errors.push("owner", "web.form.choice");
        }
        if let Some(team) = self.team
            && !people::team::store::list(tx)?.iter().any(|one| one.id == team)
        {
            errors.push("team", "web.form.choice");
        }
        errors.finish()
    }
}

/// Takes over what a person entered.
///
/// # Errors
/// Fields that cannot be; `fleet.device.changed_meanwhile`; as [`super::with_right`].
pub fn edit(tx: &mut Tx<'_>, cx: &Cx, id: DeviceId, edit: &Edit) -> Result<Device> {
    let before = with_right(tx, cx, MANAGE, id)?;
    edit.check(tx)?;
    if edit.version.is_some_and(|version| version != before.version) {
        return Err(Error::conflict("fleet.device.changed_meanwhile"));
    }
    let mut after = before.clone();
    let name = clean(&edit.name, NAME_MAX);
    let own = super::describing::name_of(&before.identity);
    after.name = match (name.is_empty(), own.is_empty()) {
        (false, _) => name.clone(),
        (true, false) => own,
        (true, true) => before.name.clone(),
    };
    after.kind = edit.kind.unwrap_or(before.kind);
    after.entered = [("name", !name.is_empty()), ("kind", edit.kind.is_some())]
        .into_iter()
        .filter(|(_, is_entered)| *is_entered)
        .map(|(field, _)| field.to_owned())
        .collect();
    after.owner = edit.owner;
    after.team = edit.team;
    after.location = clean(&edit.location, LOCATION_MAX);
    // A note keeps its lines.
    after.note = edit.note.replace('\r', "").trim().to_owned();
    if after == before {
        return Ok(after);
    }
    // Nobody gives a device away to where they could not take it from.
    if !super::may(cx, MANAGE, &after) {
        return Err(Error::invalid("fleet.device.team_not_yours").field("team"));
    }
    adding::save(tx, &mut after)?;
    tell(tx, cx, &before, &after)?;
    Ok(after)
}

/// A device that a person enters by hand: nothing on it tells of it.
///
/// # Errors
/// Fields that cannot be; forbidden without the right.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, wanted: &Edit) -> Result<Device> {
    cx.require(MANAGE)?;
    if clean(&wanted.name, NAME_MAX).is_empty() {
        return Err(Error::invalid("fleet.device.name_missing").field("name"));
    }
    wanted.check(tx)?;
    let new = NewDevice {
        name: wanted.name.clone(),
        kind: wanted.kind.unwrap_or(Kind::Other),
        team: wanted.team,
        ..NewDevice::told(Default::default(), Source::Person, State::Admitted)
    };
    let device = create(tx, cx, new)?;
    let wanted = Edit {
        kind: Some(device.kind),
        version: None,
        ..wanted.clone()
    };
    edit(tx, cx, device.id, &wanted)
}

fn tell(tx: &mut Tx<'_>, cx: &Cx, before: &Device, after: &Device) -> Result<()> {
    let mut fields: Vec<&str> = Vec::new();
    let mut data = Map::new();
    let mut personal = Map::new();
    if before.name != after.name {
        fields.push("name");
        personal.insert("name".to_owned(), json!(after.name));
    }
    if before.kind != after.kind {
        fields.push("kind");
        data.insert("kind".to_owned(), json!(after.kind));
    }
    if before.owner != after.owner {
        fields.push("owner");
        data.insert("owner".to_owned(), json!(after.owner));
    }
    if before.team != after.team {
        fields.push("team");
        data.insert("team".to_owned(), json!(after.team));
    }
    if before.location != after.location {
        fields.push("location");
        personal.insert("location".to_owned(), json!(after.location));
    }
    if before.note != after.note {
        fields.push("note");
        personal.insert("note".to_owned(), json!(after.note));
    }
    data.insert("fields".to_owned(), json!(fields));
    let personal = (!personal.is_empty()).then_some(Value::Object(personal));
    note(
        tx,
        cx,
        after.id,
        events::DEVICE_EDITED,
        Value::Object(data),
        personal,
    )
}

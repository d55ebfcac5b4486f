//! Adding, changing, and removing channels, and asking for a message that tries the way.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::event::{self, New};
use kernel::i18n::Locale;
use kernel::outgoing::Target;
use kernel::time::Timestamp;
use serde_json::{Value, json};

use super::store::{Stored, Way};
use super::{Channel, ChannelId, Definition, sealing, store};
use crate::service::{Field, FieldKind, Kind, Settings, Told, named};
use crate::telling::{Delivery, DeliveryId, delivering, turns};
use crate::{CHANNELS, events as told, hearing, person};

/// More nobody can oversee.
pub const MOST: i64 = 50;
const NAME_MOST: usize = 80;
const VALUE_MOST: usize = 2_000;

/// The name under which the event log knows a channel.
#[must_use]
pub fn subject(id: ChannelId) -> String {
    format!("im.channel:{id}")
}

/// Opens what is stored.
pub fn opened(tx: &mut Tx<'_>, cx: &Cx, stored: Stored) -> Result<Channel> {
    let mut settings = BTreeMap::new();
    for field in stored.service.fields() {
        let Some(value) = stored.settings.get(field.name) else {
            continue;
        };
        let plain = match field.kind {
            FieldKind::Secret => sealing::open(tx, cx, &place(stored.id, field), value)?,
            _ => value.clone(),
        };
        settings.insert(field.name.to_owned(), plain);
    }
    let token = match stored.token {
        Some((sealed, until)) => Some((sealing::open(tx, cx, &token_place(stored.id), &sealed)?, until)),
        None => None,
    };
    Ok(Channel {
        id: stored.id,
        version: stored.version,
        name: stored.name,
        service: stored.service,
        locale: stored.locale,
        enabled: stored.enabled,
        settings: Settings(settings),
        token,
        updated_at: stored.updated_at,
    })
}

/// Where an access token is sealed to.
pub(crate) fn token_place(id: ChannelId) -> String {
    format!("{id}/access-token")
}

fn place(id: ChannelId, field: &Field) -> String {
    format!("{id}/{}", field.name)
}

/// All of them.
pub fn list(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Channel>> {
    cx.require(CHANNELS)?;
    let stored = store::list(tx)?;
    stored.into_iter().map(|one| opened(tx, cx, one)).collect()
}

/// One.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: ChannelId) -> Result<Channel> {
    cx.require(CHANNELS)?;
    let stored = store::load(tx, id)?;
    opened(tx, cx, stored)
}

/// Adds one.
///
/// # Errors
/// The fields that are wrong.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, definition: &Definition) -> Result<Channel> {
    cx.require(CHANNELS)?;
    tx.lock("im.channels", "all")?;
    let known = store::list(tx)?;
    if i64::try_from(known.len()).unwrap_or(MOST) >= MOST {
        return Err(Error::conflict("im.channel.too_many").arg("most", MOST));
    }
    let service = named(&definition.service)
        .ok_or_else(|| Error::invalid("im.channel.unknown_service").field("service"))?;
    let checked = Checked::of(service, definition, &known, None)?;
    let id = cx.new_id();
    let stored = Stored {
        id,
        version: 1,
        name: checked.name,
        service,
        locale: checked.locale,
        enabled: definition.enabled,
        settings: sealed(tx, cx, id, service, &checked.settings)?,
        token: None,
        updated_at: cx.now(),
        way: Way::default(),
    };
    store::insert(tx, &stored)?;
    saved(tx, cx, &stored)?;
    opened(tx, cx, stored)
}

/// Changes one. An editor may name the version it read; when somebody else was faster it is told.
///
/// # Errors
/// The fields that are wrong; 409 when it was changed meanwhile.
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: ChannelId,
    definition: &Definition,
    read: Option<i64>,
) -> Result<Channel> {
    cx.require(CHANNELS)?;
    tx.lock("im.channels", "all")?;
    let mut stored = store::load(tx, id)?;
    if read.is_some_and(|read| read != stored.version) {
        return Err(Error::conflict("im.channel.changed_meanwhile").arg("name", stored.name.as_str()));
    }
    if definition.service != stored.service.name() {
        return Err(Error::invalid("im.channel.other_service").field("service"));
    }
    let before = opened(tx, cx, stored.clone())?;
    let known = store::list(tx)?;
    let checked = Checked::of(stored.service, definition, &known, Some(&before))?;
    stored.name = checked.name;
    stored.locale = checked.locale;
    stored.enabled = definition.enabled;
    stored.settings = sealed(tx, cx, id, stored.service, &checked.settings)?;
    stored.version += 1;
    stored.updated_at = cx.now();
    store::update(tx, &stored)?;
    saved(tx, cx, &stored)?;
    // The service may have rested because of the former settings.
    turns::ask(tx, cx, id)?;
    opened(tx, cx, stored)
}

/// Switches one off as it is.
///
/// # Errors
/// Not found.
pub fn switch_off(tx: &mut Tx<'_>, cx: &Cx, id: ChannelId) -> Result<()> {
    cx.require(CHANNELS)?;
    tx.lock("im.channels", "all")?;
    let mut stored = store::load(tx, id)?;
    stored.enabled = false;
    stored.version += 1;
    stored.updated_at = cx.now();
    store::update(tx, &stored)?;
    saved(tx, cx, &stored)
}

/// Removes one, and who was known by it. What still waits for it is given up when its turn comes.
pub fn remove(tx: &mut Tx<'_>, cx: &Cx, id: ChannelId) -> Result<()> {
    cx.require(CHANNELS)?;
    tx.lock("im.channels", "all")?;
    let stored = store::load(tx, id)?;
    store::remove(tx, id, cx.now())?;
    person::store::forget_channel(tx, id)?;
    hearing::store::forget_unheeded_of_channel(tx, id)?;
    tell(tx, cx, id, told::CHANNEL_REMOVED, json!({ "name": stored.name }))
}

/// Sends a message to whoever asks, to try the way at once, whatever waits and however the service was before: they must be connected.
/// A plain webhook and a channel of many take it without that.
pub fn test(tx: &mut Tx<'_>, cx: &Cx, id: ChannelId) -> Result<DeliveryId> {
    cx.require(CHANNELS)?;
    let stored = store::load(tx, id)?;
    if !stored.enabled {
        return Err(Error::conflict("im.channel.is_off"));
    }
    let own = match cx.user_id() {
        Some(user) => person::store::external_of(tx, id, user)?,
        None => None,
    };
    let external = match own {
        Some(external) => external,
        None if stored.service.name() == "plain" || stored.service.is_overheard() => "test".to_owned(),
        None => return Err(Error::conflict("im.channel.not_connected")),
    };
    let fresh: DeliveryId = cx.new_id();
    let words = cx.locale.t_with("im-test-words", &[("name", stored.name.into())]);
    let delivery = Delivery {
        occasion: format!("test:{fresh}"),
        due_at: Timestamp::from_secs(0),
        ..delivering::fresh(cx, fresh, (id, external), "test", &Told::words(words))
    };
    store::set_failing(tx, id, stored.way.failing_since, None)?;
    delivering::enqueue(tx, cx, &delivery)?;
    Ok(fresh)
}

/// What was found to be right.
struct Checked {
    name: String,
    locale: Locale,
    settings: BTreeMap<String, String>,
}

impl Checked {
    fn of(
        service: Kind,
        definition: &Definition,
        known: &[Stored],
        before: Option<&Channel>,
    ) -> Result<Self> {
        let mut errors = Errors::new();
        let name = definition.name.trim();
        if name.is_empty() || name.chars().count() > NAME_MOST {
            errors.push_with(
                "name",
                "im.channel.name_length",
                vec![("most".to_owned(), NAME_MOST.into())],
            );
        }
        let is_taken = |other: &Stored| other.name == name && before.is_none_or(|own| own.id != other.id);
        if known.iter().any(is_taken) {
            errors.push_with(
                "name",
                "im.channel.name_taken",
                vec![("name".to_owned(), name.into())],
            );
        }
        let locale = Locale::parse(&definition.locale);
        if locale.is_none() {
            errors.push("locale", "im.channel.unknown_locale");
        }
        let strange = |name: &&String| service.fields().iter().all(|field| field.name != name.as_str());
        if let Some(name) = definition.settings.keys().find(strange) {
            errors.push(name.clone(), "im.channel.unknown_setting");
        }
        let has_moved = before.is_some_and(|before| has_moved(definition, before));
        let mut settings = BTreeMap::new();
        for field in service.fields() {
            let value = entered(field, definition, before);
            if has_moved
                && field.kind == FieldKind::Secret
                && given(field, definition).is_empty()
                && !value.is_empty()
            {
                errors.push(field.name, "im.channel.secret_again");
            }
            check(field, &value, definition.enabled, &mut errors);
            settings.insert(field.name.to_owned(), value);
        }
        for field in service.malformed(&Settings(settings.clone())) {
            errors.push(field, "im.channel.malformed");
        }
        errors.finish()?;
        Ok(Self {
            name: name.to_owned(),
            locale: locale.unwrap_or(Locale::En),
            settings,
        })
    }
}

/// Whether an address to which secrets are sent becomes another than the service's own. Whoever may change an address must not thereby
/// read secrets that somebody else entered. Fields without a default of their own (a plain webhook's) are sent no secret.
fn has_moved(definition: &Definition, before: &Channel) -> bool {
    let fields = before.service.fields().iter();
    let mut addresses = fields.filter(|field| field.kind == FieldKind::Address && !field.default.is_empty());
    addresses.any(|field| {
        let now = entered(field, definition, Some(before));
        now != before.settings.get(field.name) && now != field.default
    })
}

fn given<'a>(field: &Field, definition: &'a Definition) -> &'a str {
    let value = definition.settings.get(field.name);
    value.map_or("", |value| value.trim())
}

/// What holds for a field: what was entered, for a secret what was there before, else the default.
fn entered(field: &Field, definition: &Definition, before: Option<&Channel>) -> String {
    let given = given(field, definition);
    if !given.is_empty() {
        return given.to_owned();
    }
    match field.kind {
        FieldKind::Secret => before
            .map_or("", |before| before.settings.get(field.name))
            .to_owned(),
        FieldKind::Flag => String::new(),
        FieldKind::Text | FieldKind::Address => field.default.to_owned(),
    }
}

/// While a channel is off it may be incomplete: services want to be shown its address before they hand out their secrets.
fn check(field: &Field, value: &str, enabled: bool, errors: &mut Errors) {
    let is_missing = value.is_empty() && field.kind != FieldKind::Flag;
    if is_missing && enabled {
        errors.push(field.name, "im.channel.missing");
    }
    if value.len() > VALUE_MOST {
        errors.push_with(
            field.name,
            "im.channel.too_long",
            vec![("most".to_owned(), VALUE_MOST.into())],
        );
    }
    if field.kind == FieldKind::Address && !value.is_empty() && Target::read(value).is_err() {
        errors.push(field.name, "im.channel.address_malformed");
    }
}

fn sealed(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: ChannelId,
    service: Kind,
    settings: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>> {
    let mut kept = BTreeMap::new();
    for field in service.fields() {
        let value = settings.get(field.name).map_or("", String::as_str);
        if value.is_empty() {
            continue;
        }
        let value = match field.kind {
            FieldKind::Secret => sealing::seal(tx, cx, &place(id, field), value)?,
            _ => value.to_owned(),
        };
        kept.insert(field.name.to_owned(), value);
    }
    Ok(kept)
}

/// The log says that it was changed, not to what.
fn saved(tx: &mut Tx<'_>, cx: &Cx, stored: &Stored) -> Result<()> {
    let data = json!({
        "version": stored.version, "name": stored.name, "service": stored.service.name(), "enabled": stored.enabled,
    });
    tell(tx, cx, stored.id, told::CHANNEL_SAVED, data)
}

fn tell(tx: &mut Tx<'_>, cx: &Cx, id: ChannelId, kind: &'static str, data: Value) -> Result<()> {
    let new = New {
        kind,
        subject: subject(id),
        data,
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}

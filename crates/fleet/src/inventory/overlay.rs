//! What a person entered over what a device says: it wins on the screen and stays when the device reports again.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use protocol::inventory::{Item, KEY_MOST, Section, VALUES_MOST};
use serde_json::json;

use super::{Entered, items, store};
use crate::device::{DeviceId, clean, note, with_right};
use crate::{MANAGE, events};

const VALUE_MAX: usize = 1_000;
/// Values that people can enter for one device.
const MOST: usize = 500;

/// A value as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Its name.
    pub field: String,
    /// What counts.
    pub value: String,
    /// A person entered it.
    pub is_entered: bool,
    /// What the device says, where a person says otherwise.
    pub told: Option<String>,
}

/// An item as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownItem {
    /// Names it within its section.
    pub key: String,
    /// Its values, by name.
    pub values: Vec<Shown>,
}

impl ShownItem {
    /// The value of a name; an empty text without one.
    #[must_use]
    pub fn value(&self, field: &str) -> &str {
        self.values
            .iter()
            .find(|one| one.field == field)
            .map_or("", |one| one.value.as_str())
    }
}

/// Lays what people entered over a section.
#[must_use]
pub fn laid_over(section: Section, items: Vec<Item>, entered: &[Entered]) -> Vec<ShownItem> {
    let mut by_item: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for one in entered.iter().filter(|one| one.section == section) {
        by_item
            .entry(&one.item)
            .or_default()
            .insert(&one.field, &one.value);
    }
    let mut shown: Vec<ShownItem> = items
        .into_iter()
        .map(|item| {
            let over = by_item.remove(item.key.as_str()).unwrap_or_default();
            lay(item, &over)
        })
        .collect();
    // What a person entered for a thing that the device does not tell of any more is shown all the same.
    shown.extend(by_item.into_iter().map(|(key, over)| lay(Item::new(key), &over)));
    shown
}

fn lay(item: Item, over: &BTreeMap<&str, &str>) -> ShownItem {
    let mut told: BTreeMap<String, String> = item
        .values
        .into_iter()
        .map(|(name, value)| (name, value.to_string()))
        .collect();
    let mut values: Vec<Shown> = over
        .iter()
        .map(|(field, value)| Shown {
            told: told.remove(*field).filter(|told| told != value),
            field: (*field).to_owned(),
            value: (*value).to_owned(),
            is_entered: true,
        })
        .collect();
    values.extend(told.into_iter().map(|(field, value)| Shown {
        field,
        value,
        is_entered: false,
        told: None,
    }));
    values.sort_by(|one, other| one.field.cmp(&other.field));
    ShownItem {
        key: item.key,
        values,
    }
}

/// A section as it is shown.
///
/// # Errors
/// The database's.
pub fn shown(tx: &mut Tx<'_>, id: DeviceId, section: Section) -> Result<Vec<ShownItem>> {
    let items = items(tx, id, section)?;
    let entered = store::entered(tx, id)?;
    Ok(laid_over(section, items, &entered))
}

/// Enters a value over what a device says; an empty one takes away what was entered.
///
/// # Errors
/// `fleet.value.too_long`, `fleet.value.too_many`; as [`with_right`].
pub fn enter(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: DeviceId,
    place: (Section, &str, &str),
    value: &str,
) -> Result<()> {
    with_right(tx, cx, MANAGE, id)?;
    let (section, item, field) = place;
    let (item, field) = (clean(item, KEY_MOST), clean(field, 80));
    if item.is_empty() || field.is_empty() {
        return Err(Error::invalid("web.form.missing").field("field"));
    }
    if value.chars().count() > VALUE_MAX {
        return Err(Error::invalid("web.form.text_too_long").field("value"));
    }
    let value = clean(value, VALUE_MAX);
    let is_removed = value.is_empty();
    if is_removed {
        if !store::withdraw(tx, id, (section, &item, &field))? {
            return Ok(());
        }
    } else {
        let entered = store::entered(tx, id)?;
        let of_item = entered
            .iter()
            .filter(|one| one.section == section && one.item == item)
            .count();
        if entered.len() >= MOST || of_item >= VALUES_MOST {
            return Err(Error::conflict("fleet.value.too_many"));
        }
        store::enter(tx, id, (section, &item, &field), &value, cx.user_id(), cx.now())?;
    }
    note(
        tx,
        cx,
        id,
        events::VALUE_ENTERED,
        json!({ "section": section, "item": item, "field": field, "removed": is_removed }),
        Some(json!({ "value": value })),
    )
}

#[cfg(test)]
mod tests {
    use kernel::time::Timestamp;

    use super::*;

    fn entered(item: &str, field: &str, value: &str) -> Entered {
        Entered {
            section: Section::Hardware,
            item: item.to_owned(),
            field: field.to_owned(),
            value: value.to_owned(),
            by: None,
            at: Timestamp::from_secs(0),
        }
    }

    #[test]
    fn what_a_person_entered_wins_and_what_the_device_says_stays_readable() {
        let items = vec![Item::new("board").with("model", "A").with("ram", 8_i64)];
        let shown = laid_over(
            Section::Hardware,
            items,
            &[
                entered("board", "model", "B"),
                entered("gone", "note", "in the cellar"),
            ],
        );
        assert_eq!(shown[0].value("model"), "B");
        assert_eq!(shown[0].values[0].told.as_deref(), Some("A"));
        assert_eq!(shown[0].value("ram"), "8");
        assert_eq!(shown[1].value("note"), "in the cellar");
    }
}

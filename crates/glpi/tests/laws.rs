//! Laws over bytes that nobody chose: a reader never panics, what it gives is within the protocol's caps, and a partial
//! inventory read onto itself changes nothing.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

use std::collections::BTreeMap;

use glpi::{What, read};
use proptest::prelude::*;
use protocol::inventory::{ITEMS_MOST, Item, Section, TEXT_MOST, VALUES_MOST, Value, diff};

const XML: &str = "<?xml version=\"1.0\"?><REQUEST><QUERY>INVENTORY</QUERY><DEVICEID>a</DEVICEID><CONTENT><HARDWARE><NAME>a</NAME></HARDWARE><SOFTWARES><NAME>b</NAME><VERSION>1</VERSION></SOFTWARES><DRIVES><TYPE>/</TYPE><TOTAL>9</TOTAL><FREE>1</FREE></DRIVES><DEVICE><INFO><NAME>c</NAME></INFO></DEVICE></CONTENT></REQUEST>";
const PARTS: [&str; 12] = [
    "hardware",
    "bios",
    "softwares",
    "drives",
    "volume_groups",
    "networks",
    "memories",
    "usbdevices",
    "sensors",
    "cpus",
    "users",
    "network_ports",
];
const FIELDS: [&str; 8] = [
    "name",
    "version",
    "type",
    "total",
    "free",
    "capacity",
    "description",
    "mac",
];

fn within_caps(body: &[u8]) {
    let Ok(message) = read(body) else { return };
    let What::Inventory(inventories) = message.what else {
        return;
    };
    for inventory in inventories {
        for content in inventory.report(0, &BTreeMap::new()).sections.into_values() {
            let items = content.items.unwrap();
            assert!(items.len() <= ITEMS_MOST);
            for item in items {
                assert!(item.values.len() <= VALUES_MOST);
                for value in item.values.values().filter_map(Value::text) {
                    assert!(value.len() <= TEXT_MOST && !value.chars().any(char::is_control));
                }
            }
        }
    }
}

fn told() -> impl Strategy<Value = serde_json::Value> {
    let value = prop_oneof![
        any::<i64>().prop_map(serde_json::Value::from),
        any::<bool>().prop_map(serde_json::Value::from),
        ".{0,12}".prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
    ];
    let thing = prop::collection::btree_map(prop::sample::select(&FIELDS[..]), value, 0..5)
        .prop_map(|fields| serde_json::to_value(fields).unwrap());
    let part = prop_oneof![
        thing.clone(),
        prop::collection::vec(thing, 0..4).prop_map(serde_json::Value::from)
    ];
    prop::collection::btree_map(prop::sample::select(&PARTS[..]), part, 0..6)
        .prop_map(|content| serde_json::json!({"action": "inventory", "deviceid": "a", "partial": true, "content": content}))
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..400)) {
        within_caps(&body);
    }

    #[test]
    fn a_message_with_some_bytes_changed_is_read_or_refused(places in prop::collection::vec((0..XML.len(), any::<u8>()), 1..6)) {
        let mut body = XML.as_bytes().to_vec();
        for (place, byte) in places {
            body[place] = byte;
        }
        within_caps(&body);
    }

    #[test]
    fn a_partial_inventory_read_onto_itself_changes_nothing(told in told()) {
        let body = serde_json::to_vec(&told).unwrap();
        within_caps(&body);
        let What::Inventory(inventories) = read(&body).unwrap().what else { unreachable!() };
        let items = |before: &BTreeMap<Section, Vec<Item>>| -> BTreeMap<Section, Vec<Item>> {
            let sections = inventories[0].report(0, before).sections;
            sections.into_iter().map(|(section, content)| (section, content.items.unwrap())).collect()
        };
        let once = items(&BTreeMap::new());
        let twice = items(&once);
        for (section, before) in &once {
            prop_assert_eq!(diff(before, &twice[section]), Vec::new());
        }
    }
}

//! Inventories: cleaned alike on both sides, hashed alike, compared exactly.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use protocol::inventory::{
    Content, ITEMS_MOST, Item, KEY_MOST, Kind, Report, Section, TEXT_MOST, VALUES_MOST, Value, apply, diff,
    hash,
};
use protocol::message::{self, Beat, DiskUse, FromAgent, Identity};

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<f64>().prop_map(Value::Number),
        any::<i64>().prop_map(Value::from),
        (-1_000_000_i64..1_000_000).prop_map(|number| Value::Number(number as f64 / 1000.0)),
        any::<String>().prop_map(Value::Text),
    ]
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let item = ("[a-d\u{7} ]{0,3}", btree_map("[a-c\u{200b}]{0,2}", value(), 0..4));
    vec(item.prop_map(|(key, values)| Item { key, values }), 0..12)
}

fn clean() -> impl Strategy<Value = Vec<Item>> {
    items().prop_map(|items| Content::of(items).items.unwrap())
}

fn report(section: Section, content: Content) -> Report {
    Report {
        at: 0,
        full: true,
        sections: BTreeMap::from([(section, content)]),
    }
}

proptest! {
    #[test]
    fn cleaning_what_is_clean_changes_nothing(items in items()) {
        let once = Content::of(items);
        let twice = Content::of(once.items.clone().unwrap());
        prop_assert_eq!(&once, &twice);
    }

    #[test]
    fn both_sides_come_to_the_same_hash(items in items()) {
        let sent = report(Section::Packages, Content::of(items));
        let json = message::write(&FromAgent::Inventory(sent.clone())).unwrap();
        let FromAgent::Inventory(heard) = message::read(&json).unwrap() else { panic!("an inventory") };
        prop_assert_eq!(heard.cleaned(), sent);
    }

    #[test]
    fn the_order_of_items_does_not_change_the_hash(items in clean(), by in 0_usize..12) {
        let mut turned = items.clone();
        if !turned.is_empty() {
            let by = by % turned.len();
            turned.rotate_left(by);
        }
        prop_assert_eq!(hash(&turned), hash(&items));
    }

    #[test]
    fn changes_lead_from_before_to_after(before in clean(), after in clean()) {
        let changes = diff(&before, &after);
        prop_assert_eq!(apply(&before, &changes), after.clone());
        prop_assert_eq!(changes.is_empty(), hash(&before) == hash(&after));
        for change in changes {
            prop_assert_eq!(change.kind == Kind::Added, change.before.is_none());
            prop_assert_eq!(change.kind == Kind::Removed, change.after.is_none());
        }
    }

    #[test]
    fn a_split_report_loses_nothing_and_each_part_fits(packages in clean(), users in clean(), most in 2_000_usize..5_000) {
        let whole = Report {
            at: 1,
            full: true,
            sections: BTreeMap::from([
                (Section::Packages, Content::of(packages)),
                (Section::Users, Content::of(users)),
                (Section::Ports, Content::unchanged("0".repeat(64))),
            ]),
        };
        let (parts, cut) = whole.clone().split(most);
        for part in &parts {
            prop_assert!(serde_json::to_vec(&FromAgent::Inventory(part.clone())).unwrap().len() <= most);
        }
        let joined: BTreeMap<Section, Content> = parts.into_iter().flat_map(|part| part.sections).collect();
        for (section, content) in &whole.sections {
            prop_assert!(cut.contains(section) || joined.get(section) == Some(content));
        }
    }

    #[test]
    fn no_identity_or_beat_stays_wild(text in any::<String>(), load: f32, cpu: f32, used: u64, total: u64, at: i64) {
        let identity = Identity { host: text.clone(), macs: vec![text.clone(); 50], ..Identity::default() }.cleaned();
        prop_assert!(identity.host.len() <= 256 && identity.macs.len() <= 32);
        prop_assert!(!identity.host.chars().any(char::is_control));
        let disks = vec![DiskUse { mount: text, used, total }; 100];
        let beat = Beat { at, load, cpu, memory_used: used, memory_total: total, disks, ..Beat::default() };
        let json = message::write(&FromAgent::Beat(beat)).unwrap();
        let FromAgent::Beat(heard) = message::read(&json).unwrap() else { panic!("a beat") };
        let beat = heard.cleaned();
        prop_assert!((0.0..=100.0).contains(&beat.cpu) && beat.load.is_finite());
        prop_assert!(beat.memory_used <= beat.memory_total && i64::try_from(beat.memory_total).is_ok());
        prop_assert!(beat.disks.len() <= 64 && beat.at >= 0);
    }
}

#[test]
fn everything_in_an_item_has_a_cap() {
    let mut large = Item::new("k".repeat(10_000))
        .with("text", "界".repeat(10_000))
        .with("nan", f64::NAN);
    for number in 0..100 {
        large = large.with(&format!("v{number}"), number);
    }
    let mut items: Vec<Item> = (0..ITEMS_MOST + 10)
        .map(|number| Item::new(format!("{number:06}")))
        .collect();
    items.insert(0, large);
    let kept = Content::of(items).items.unwrap();
    assert_eq!(kept.len(), ITEMS_MOST);
    let large = kept.iter().find(|item| item.key.starts_with('k')).unwrap();
    assert_eq!((large.key.len(), large.values.len()), (KEY_MOST, VALUES_MOST));
    assert!(large.values["text"].text().unwrap().len() <= TEXT_MOST && !large.values.contains_key("nan"));
}

#[test]
fn what_would_steer_a_terminal_or_turn_a_line_is_left_out() {
    let item =
        Item::new("a\u{1b}[31m\u{202e}b\u{0}\u{feff}").with("<script>", "<img src=x onerror=alert(1)>\u{9b}");
    let items = Content::of(vec![item]).items.unwrap();
    assert_eq!(items[0].key, "a[31mb");
    assert_eq!(
        items[0].values["<script>"].text(),
        Some("<img src=x onerror=alert(1)>"),
        "markup is text; pages escape it"
    );
}

#[test]
fn the_hash_that_a_report_claims_counts_only_without_items() {
    let lying = Content {
        hash: "f".repeat(64),
        items: Some(vec![Item::new("a")]),
    };
    let cleaned = report(Section::Users, lying).cleaned();
    assert_eq!(cleaned.sections[&Section::Users].hash, hash(&[Item::new("a")]));
    let long = report(Section::Users, Content::unchanged("f".repeat(9000))).cleaned();
    assert_eq!(long.sections[&Section::Users].hash.len(), 64);
}

#[test]
fn unknown_sections_are_passed_over_and_doubled_ones_refused() {
    let read = |json: &str| serde_json::from_str::<Report>(json);
    let known = read(
        r#"{"at":1,"full":true,"sections":{"holograms":{"x":[1]},"users":{"hash":"","items":[]}},"new":1}"#,
    );
    assert_eq!(
        known.unwrap().sections.into_keys().collect::<Vec<_>>(),
        [Section::Users]
    );
    assert!(read(r#"{"at":1,"full":true,"sections":{"users":{"hash":""},"users":{"hash":""}}}"#).is_err());
    assert!(read(r#"{"at":1,"full":true,"sections":{"users":{"hash":"","items":[{"key":"a","values":{"b":1,"b":2}}]}}}"#).is_err());
    assert!(read(r#"{"at":1e30,"full":true,"sections":{}}"#).is_err());
    for section in Section::ALL {
        assert_eq!(serde_json::to_value(section).unwrap(), section.name());
        assert_eq!(Section::named(section.name()), Some(section));
    }
}

#[test]
fn the_hash_of_an_inventory_never_changes_between_versions() {
    let items = vec![
        Item::new("bash:amd64")
            .with("version", "5.2.15-2+b7")
            .with("size", 7_273_472_u64)
            .with("essential", true),
        Item::new("电池").with("health", 91.25).with("cycles", -0.0),
    ];
    assert_eq!(
        Content::of(items).hash,
        include_str!("../samples/inventory.sha256").trim()
    );
}

#[test]
fn deep_json_is_refused_and_not_followed_to_the_bottom() {
    let deep = format!(
        r#"{{"type":"done","act":"a","outcome":{{"outcome":"done","summary":{}{}}}}}"#,
        "[".repeat(300_000),
        "]".repeat(300_000)
    );
    assert!(message::read::<FromAgent>(deep.as_bytes()).is_err());
}

//! All examples of the inventory format: each is read, none loses a package, partial ones erase nothing, and the pair of one
//! computer before and after gives exactly the differences that a count of the raw JSON gives.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use glpi::{Inventory, Kind, What, read};
use protocol::inventory::{Content, Item, Section, Value, diff};

/// The folder of examples; none outside the project, where the tests say so and pass.
fn folder(inside: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/inventory/glpi-inventory_format")
        .join(inside);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the shared examples are missing"
    );
    println!("skipped: {} is not there", folder.display());
    None
}

fn files(inside: &str, ending: &str) -> Vec<(String, Vec<u8>)> {
    let Some(folder) = folder(inside) else {
        return Vec::new();
    };
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn one(name: &str, body: &[u8]) -> Inventory {
    match read(body)
        .unwrap_or_else(|broken| panic!("{name}: {broken:?}"))
        .what
    {
        What::Inventory(mut inventories) => {
            assert_eq!(inventories.len(), 1, "{name}");
            inventories.remove(0)
        }
        other => panic!("{name}: {other:?}"),
    }
}

type Sections = BTreeMap<Section, Vec<Item>>;

fn items(sections: BTreeMap<Section, Content>) -> Sections {
    sections
        .into_iter()
        .map(|(section, content)| (section, content.items.unwrap()))
        .collect()
}

fn raw(body: &[u8], section: &str) -> Vec<serde_json::Value> {
    let message: serde_json::Value = serde_json::from_slice(body).unwrap();
    message["content"][section]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

#[test]
fn every_example_is_read_and_none_loses_a_thing() {
    let examples = files("examples", "json");
    for (name, body) in &examples {
        let inventory = one(name, body);
        let expected = match name.split('_').next().unwrap() {
            "networkequipment" => Kind::NetworkEquipment,
            "printer" => Kind::Printer,
            "phone" => Kind::Phone,
            _ => Kind::Computer,
        };
        assert_eq!(inventory.kind, expected, "{name}");
        assert_eq!(inventory.is_partial, name.contains("_partial_"), "{name}");
        assert!(!inventory.identity.host.is_empty(), "{name}");
        let sections = items(inventory.report(0, &Sections::new()).sections);
        let count = |section| sections.get(&section).map_or(0, Vec::len);
        for (part, section) in [
            ("softwares", Section::Packages),
            ("cpus", Section::Processor),
            ("storages", Section::Disks),
            ("monitors", Section::Monitors),
            ("printers", Section::Printers),
            ("virtualmachines", Section::Machines),
            ("controllers", Section::Controllers),
            ("usbdevices", Section::Usb),
            ("network_ports", Section::Network),
        ] {
            let told = raw(body, part).len();
            if told > 0 {
                assert_eq!(count(section), told, "{name} {part}");
            }
        }
        let others: usize = ["sensors", "powersupplies", "firmwares", "network_components"]
            .into_iter()
            .map(|part| raw(body, part).len())
            .sum();
        let pages = usize::from(String::from_utf8_lossy(body).contains("\"pagecounters\""));
        assert_eq!(count(Section::Other), others + pages, "{name}");
    }
    assert!(examples.is_empty() || examples.len() == 20, "{}", examples.len());
}

#[test]
fn one_computer_before_and_after_differs_as_a_count_of_the_raw_json_says() {
    let examples: BTreeMap<String, Vec<u8>> = files("examples", "json").into_iter().collect();
    let (Some(before), Some(after)) = (examples.get("computer_3"), examples.get("computer_3_updated")) else {
        return;
    };
    let packages = |name: &str, body: &[u8]| {
        let mut sections = items(one(name, body).report(0, &Sections::new()).sections);
        sections.remove(&Section::Packages).unwrap()
    };
    let (old, new) = (packages("before", before), packages("after", after));
    assert_eq!((old.len(), new.len()), (3_033, 3_184));

    // Counted from the JSON alone: the versions and days of installation of each name and architecture.
    let counted = |body: &[u8]| {
        let mut found: BTreeMap<(String, String), BTreeSet<(String, String)>> = BTreeMap::new();
        for package in raw(body, "softwares") {
            let text = |name: &str| package[name].as_str().unwrap_or_default().to_owned();
            let kept = found.entry((text("name"), text("arch"))).or_default();
            assert!(kept.insert((text("version"), text("install_date"))));
        }
        found
    };
    let (raw_old, raw_new) = (counted(before), counted(after));
    let (mut added, mut removed, mut moved, mut renewed) = (0, 0, 0, 0);
    let none = BTreeSet::new();
    let names: BTreeSet<_> = raw_old.keys().chain(raw_new.keys()).collect();
    for name in names {
        let (was, is) = (
            raw_old.get(name).unwrap_or(&none),
            raw_new.get(name).unwrap_or(&none),
        );
        match (was.len(), is.len()) {
            (1, 1) if was.first().unwrap().0 != is.first().unwrap().0 => moved += 1,
            (1, 1) if was != is => renewed += 1,
            (1, 1) => {}
            _ => {
                added += is.difference(was).count();
                removed += was.difference(is).count();
            }
        }
    }

    let changes = diff(&old, &new);
    let version = |item: &Option<Item>| item.as_ref().and_then(|item| item.values.get("version").cloned());
    let of = |kind| changes.iter().filter(move |change| change.kind == kind);
    use protocol::inventory::Kind as Change;
    let told_moved = of(Change::Changed)
        .filter(|change| version(&change.before) != version(&change.after))
        .count();
    let told_renewed = of(Change::Changed).count() - told_moved;
    assert_eq!(
        (
            of(Change::Added).count(),
            of(Change::Removed).count(),
            told_moved,
            told_renewed
        ),
        (added, removed, moved, renewed)
    );
    assert_eq!((added, removed, moved), (166, 15, 850));
}

#[test]
fn partial_inventories_erase_nothing() {
    let examples: BTreeMap<String, Vec<u8>> = files("examples", "json").into_iter().collect();
    for (name, body) in examples.iter().filter(|(name, _)| name.contains("_partial_")) {
        let whole = name.split("_partial_").next().unwrap();
        let before = items(one(whole, &examples[whole]).report(0, &Sections::new()).sections);
        let partial = one(name, body);
        assert_eq!(
            partial.identity.host,
            one(whole, &examples[whole]).identity.host,
            "{name}"
        );
        let after = items(partial.report(0, &before).sections);
        for (section, now) in &after {
            let Some(was) = before.get(section) else { continue };
            let keys: BTreeSet<&str> = now.iter().map(|item| item.key.as_str()).collect();
            let gone: Vec<&str> = was
                .iter()
                .map(|item| item.key.as_str())
                .filter(|key| !keys.contains(key))
                .collect();
            assert!(gone.is_empty(), "{name} {section:?}: {gone:?}");
        }
    }
}

#[test]
fn what_is_secret_is_not_kept() {
    let body =
        br#"{"action":"inventory","deviceid":"a","content":{"hardware":{"name":"a","winprodkey":"WIN-KEY"},
        "licenseinfos":[{"name":"Office","key":"OFF-KEY"}],"envs":[{"key":"PASSWORD","val":"open sesame"}],
        "processes":[{"cmd":"mysql -psecret","pid":1,"user":"root"}]}}"#;
    let report = one("secret", body).report(0, &Sections::new());
    let kept = serde_json::to_string(&report).unwrap();
    for secret in ["WIN-KEY", "OFF-KEY", "open sesame", "psecret"] {
        assert!(!kept.contains(secret), "{secret}");
    }
    assert!(kept.contains("Office"));
}

#[test]
fn the_older_xml_is_read_too() {
    let told = files("tests/data", "xml");
    for (name, body) in &told {
        let message = read(body).unwrap_or_else(|broken| panic!("{name}: {broken:?}"));
        let What::Inventory(inventories) = message.what else {
            panic!("{name}")
        };
        for inventory in inventories {
            let sections = items(inventory.report(0, &Sections::new()).sections);
            let text = String::from_utf8_lossy(body);
            let packages = text.matches("<SOFTWARES>").count();
            assert_eq!(
                sections.get(&Section::Packages).map_or(0, Vec::len),
                packages,
                "{name}"
            );
            let ports = text.matches("<PORTS>").count();
            let told_ports = sections.get(&Section::Network).map_or(0, Vec::len);
            assert!(
                ports == 0 || told_ports > 0 || sections.contains_key(&Section::Connectors),
                "{name}"
            );
        }
    }
    assert!(told.is_empty() || told.len() >= 19);
}

#[test]
fn one_computer_told_in_xml_and_in_json_is_the_same() {
    let json = br#"{"action":"inventory","deviceid":"pc-1","content":{"versionclient":"x",
        "hardware":{"name":"pc","memory":2048,"uuid":"AB-1"},"softwares":[{"name":"bash","version":"5","arch":"amd64","from":"deb","filesize":4096}],
        "networks":[{"description":"eth0","mac":"AA:BB:CC:00:11:22","ipaddress":"10.0.0.1","virtualdev":false,"speed":"1000"}],
        "drives":[{"type":"/","total":1000,"free":400}]}}"#;
    let xml = br#"<?xml version="1.0"?><REQUEST><QUERY>INVENTORY</QUERY><DEVICEID>pc-1</DEVICEID><CONTENT><VERSIONCLIENT>x</VERSIONCLIENT>
        <HARDWARE><NAME>pc</NAME><MEMORY>2048</MEMORY><UUID>AB-1</UUID></HARDWARE>
        <SOFTWARES><NAME>bash</NAME><VERSION>5</VERSION><ARCH>amd64</ARCH><FROM>deb</FROM><FILESIZE>4096</FILESIZE></SOFTWARES>
        <NETWORKS><DESCRIPTION>eth0</DESCRIPTION><MACADDR>AA:BB:CC:00:11:22</MACADDR><IPADDRESS>10.0.0.1</IPADDRESS><VIRTUALDEV>0</VIRTUALDEV><SPEED>1000</SPEED></NETWORKS>
        <DRIVES><TYPE>/</TYPE><TOTAL>1000</TOTAL><FREE>400</FREE></DRIVES></CONTENT></REQUEST>"#;
    let (one, other) = (one("json", json), one("xml", xml));
    assert_eq!(one.identity, other.identity);
    let report = one.report(0, &Sections::new());
    assert_eq!(report, other.report(0, &Sections::new()));
    let packages = report.sections[&Section::Packages].items.clone().unwrap();
    assert_eq!(packages[0].key, "bash:amd64");
    assert_eq!(packages[0].values["source"], Value::Text("dpkg".to_owned()));
    assert_eq!(packages[0].values["kilobytes"], Value::Number(4.0));
}

#[test]
fn ports_that_no_device_is_named_for_are_not_those_of_the_agent() {
    let body = b"<REQUEST><CONTENT><DEVICE><PORTS><PORT><IFNAME>1</IFNAME></PORT></PORTS></DEVICE></CONTENT><DEVICEID>pc-2026</DEVICEID><QUERY>SNMPQUERY</QUERY></REQUEST>";
    let inventory = one("ports", body);
    assert_eq!(
        (inventory.kind, inventory.identity.host.as_str()),
        (Kind::Other, "")
    );
}

#[test]
fn a_prolog_and_a_contact_are_told_apart() {
    let prolog = b"<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<REQUEST>\n  <DEVICEID>pc-2026</DEVICEID>\n  <QUERY>PROLOG</QUERY>\n  <TOKEN>12345678</TOKEN>\n</REQUEST>";
    let message = read(prolog).unwrap();
    assert!(matches!(message.what, What::Prolog));
    assert_eq!(message.agent_id, "pc-2026");
    let contact = br#"{"action":"contact","deviceid":"pc-2026","name":"GLPI-Agent","version":"1.7"}"#;
    assert!(matches!(read(contact).unwrap().what, What::Contact));
    let deploy = br#"{"action":"deploy","deviceid":"pc-2026"}"#;
    assert!(matches!(read(deploy).unwrap().what, What::Other(action) if action == "deploy"));
}

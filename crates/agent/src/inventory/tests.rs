//! Collectors against a made-up machine, against this one, and against what should not bring them down.

use super::*;
use protocol::inventory::Value;
use std::fs;

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn made_up() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "sys/class/dmi/id/sys_vendor", "LENOVO\n");
    write(root, "sys/class/dmi/id/product_name", "20XW\n");
    write(root, "sys/class/dmi/id/product_serial", "PF123\n");
    write(root, "sys/class/dmi/id/chassis_type", "10\n");
    write(
        root,
        "etc/os-release",
        "NAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nID=debian\n",
    );
    write(
        root,
        "proc/cpuinfo",
        "processor\t: 0\nphysical id\t: 0\ncore id\t\t: 0\nmodel name\t: Core i7\n\nprocessor\t: 1\nphysical id\t: 0\ncore id\t\t: 1\nmodel name\t: Core i7\n\n",
    );
    write(
        root,
        "proc/meminfo",
        "MemTotal:       16384000 kB\nSwapTotal:      0 kB\n",
    );
    write(
        root,
        "var/lib/dpkg/status",
        "Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.1\nDescription: tools\n more of it\n\nPackage: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n\nPackage: <script>alert(1)</script>\nStatus: hold ok installed\nArchitecture: all\nVersion: 2\n",
    );
    write(
        root,
        "etc/passwd",
        "root:x:0:0:root:/root:/bin/bash\nanna:x:1000:1000:Anna Li,,,:/srv/people/anna:/bin/bash\nwww:x:33:33::/var/www:/usr/sbin/nologin\nbroken line\n",
    );
    write(
        root,
        "etc/shadow",
        "root:!:19000::::::\nanna:$y$secret$hash:19000::::::\n",
    );
    write(root, "etc/group", "sudo:x:27:anna\nanna:x:1000:\n");
    write(root, "sys/class/power_supply/BAT0/type", "Battery\n");
    write(root, "sys/class/power_supply/BAT0/energy_full", "40000000\n");
    write(
        root,
        "sys/class/power_supply/BAT0/energy_full_design",
        "50000000\n",
    );
    write(root, "sys/block/sda/size", "1000\n");
    write(root, "sys/block/sda/device/model", "Disk X\n");
    write(root, "sys/block/sda/queue/rotational", "1\n");
    write(root, "sys/block/loop0/size", "1000\n");
    write(
        root,
        "etc/init.d/ssh",
        "#!/bin/sh\n# Short-Description: Shells from afar\n",
    );
    write(root, "etc/rc2.d/S01ssh", "");
    folder
}

fn text<'a>(items: &'a [Item], key: &str, name: &str) -> &'a str {
    let item = items.iter().find(|item| item.key == key).unwrap();
    item.values.get(name).and_then(Value::text).unwrap_or("")
}

#[test]
fn a_made_up_machine_is_read() {
    let folder = made_up();
    let all = collect(&Place::at(folder.path()));
    assert_eq!(all.len(), COLLECTORS.len());
    assert_eq!(text(&all[&Section::Hardware], "machine", "chassis"), "notebook");
    assert_eq!(text(&all[&Section::System], "system", "id"), "debian");
    assert_eq!(all[&Section::Processor][0].values["cores"].number(), Some(2.0));
    assert_eq!(
        all[&Section::Memory][0].values["megabytes"].number(),
        Some(16_000.0)
    );
    assert_eq!(
        all[&Section::Batteries][0].values["health_percent"].number(),
        Some(80.0)
    );
    assert_eq!(text(&all[&Section::Disks], "sda", "kind"), "hard disk");
    assert_eq!(text(&all[&Section::Services], "ssh", "start"), "enabled");
}

#[test]
fn only_installed_packages_count_and_hostile_names_stay_text() {
    let folder = made_up();
    let items = software::packages(&Place::at(folder.path()));
    let keys: Vec<&str> = items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["openssl:amd64", "<script>alert(1)</script>:all"]);
    assert_eq!(text(&items, "openssl:amd64", "description"), "tools");
}

#[test]
fn accounts_are_told_without_their_passwords() {
    let folder = made_up();
    let items = system::users(&Place::at(folder.path()));
    assert_eq!(items.len(), 3);
    assert_eq!(text(&items, "anna", "full_name"), "Anna Li");
    assert_eq!(text(&items, "anna", "password"), "set");
    assert_eq!(items[1].values["administrator"], Value::Bool(true));
    assert!(!format!("{items:?}").contains("secret"));
}

#[test]
fn an_empty_place_gives_sections_and_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(collect(&Place::at(folder.path())).len(), COLLECTORS.len());
}

#[test]
fn a_collector_that_breaks_or_hangs_costs_only_its_section() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::at(folder.path());
    let short = Duration::from_millis(100);
    // A machine under load is slow to tell of a panic.
    let long = Duration::from_secs(60);
    assert!(alone(Section::Sounds, long, &place, |_| panic!("on purpose")).is_none());
    assert!(
        alone(Section::Slots, short, &place, |_| {
            thread::sleep(Duration::from_secs(20));
            Vec::new()
        })
        .is_none()
    );
    let again = alone(Section::Slots, short, &place, |_| Vec::new());
    assert!(again.is_none(), "it is not started while the first still hangs");
    assert!(alone(Section::Sounds, long, &place, |_| Vec::new()).is_some());
}

#[test]
fn this_machine_is_read_in_time_and_what_is_known_is_only_named() {
    let began = std::time::Instant::now();
    let first = reports(Path::new("/"), 1, &BTreeMap::new(), true);
    assert!(
        began.elapsed() < Duration::from_secs(300),
        "{:?}",
        began.elapsed()
    );
    let mut known = BTreeMap::new();
    for report in &first {
        assert!(serde_json::to_vec(report).unwrap().len() < protocol::MESSAGE_MOST);
        for (section, content) in &report.sections {
            known.insert(section.name().to_owned(), content.hash.clone());
        }
    }
    assert!(known.contains_key("packages") && known.contains_key("system"));
    let second = reports(Path::new("/"), 2, &known, false);
    let packages = second
        .iter()
        .find_map(|report| report.sections.get(&Section::Packages))
        .unwrap();
    assert_eq!(packages.items, None);
}

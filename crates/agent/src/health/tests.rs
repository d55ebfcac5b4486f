//! The check against a made-up machine with faults, and against this one.

use super::*;
use protocol::health::find;
use std::fs;
use std::path::Path;

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn finding<'a>(findings: &'a [Finding], point: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.point == point).unwrap()
}

#[tokio::test]
async fn faults_of_a_made_up_machine_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(
        root,
        "proc/meminfo",
        "MemTotal: 1000000 kB\nMemAvailable: 20000 kB\nSwapTotal: 1000 kB\nSwapFree: 10 kB\n",
    );
    write(root, "proc/vmstat", "oom_kill 3\n");
    write(root, "proc/loadavg", "9.00 9.00 9.00 1/100 1\n");
    write(root, "proc/mounts", "/dev/sda1 / ext4 ro,relatime 0 0\n");
    write(root, "run/reboot-required", "");
    write(root, "sys/class/thermal/thermal_zone0/temp", "95000\n");
    write(
        root,
        "var/lib/dpkg/status",
        "Package: half\nStatus: install ok half-configured\n\n",
    );
    write(root, "etc/resolv.conf", "nameserver 192.0.2.1\n");
    write(root, "sys/class/net/eth0/statistics/rx_packets", "1000\n");
    write(root, "sys/class/net/eth0/statistics/rx_errors", "100\n");
    write(root, "sys/class/power_supply/BAT0/type", "Battery\n");
    write(root, "sys/class/power_supply/BAT0/charge_full", "30\n");
    write(root, "sys/class/power_supply/BAT0/charge_full_design", "100\n");
    let findings = check(Look {
        place: Place::at(root),
        server: None,
    })
    .await;
    let verdict = |point: &str| finding(&findings, point).verdict;
    assert_eq!(verdict("memory_free"), Verdict::Fault);
    assert_eq!(verdict("memory_swap"), Verdict::Warning);
    assert_eq!(verdict("memory_kills"), Verdict::Warning);
    assert_eq!(verdict("processor_load"), Verdict::Warning);
    assert_eq!(verdict("processor_temperature"), Verdict::Warning);
    assert_eq!(verdict("disk_read_only"), Verdict::Fault);
    assert_eq!(verdict("restart_needed"), Verdict::Warning);
    assert_eq!(verdict("packages_broken"), Verdict::Warning);
    assert_eq!(verdict("network_errors"), Verdict::Warning);
    assert_eq!(verdict("network_gateway"), Verdict::Warning);
    assert_eq!(verdict("battery"), Verdict::Warning);
    assert_eq!(verdict("network_server"), Verdict::Unknown);
    assert_eq!(overall(&findings), Verdict::Fault);
}

#[tokio::test]
async fn what_nobody_keeps_account_of_is_not_called_well() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    // As packages leave them on a machine that runs neither a service manager nor a journal.
    fs::create_dir_all(root.join("var/log/journal")).unwrap();
    write(
        root,
        "etc/init.d/cups",
        "#!/bin/sh\n# Short-Description: Printing\n",
    );
    let look = || Look {
        place: Place::at(root),
        server: None,
    };
    let findings = check(look()).await;
    for point in ["log_errors", "failed_services"] {
        assert_eq!(finding(&findings, point).verdict, Verdict::Unknown, "{point}");
    }
    write(root, "var/log/syslog", "");
    assert_eq!(finding(&check(look()).await, "log_errors").verdict, Verdict::Ok);
}

#[tokio::test]
async fn an_empty_place_has_an_answer_to_every_point_and_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let findings = check(Look {
        place: Place::at(folder.path()),
        server: None,
    })
    .await;
    assert_eq!(findings.len(), 25);
    assert!(
        findings
            .iter()
            .all(|finding| find(&finding.point).is_some() && finding.verdict != Verdict::Fault)
    );
}

#[tokio::test]
async fn this_machine_is_checked_in_time() {
    let (teller, _told) = Teller::aside("health");
    let began = std::time::Instant::now();
    let outcome = perform(&teller, &Surroundings::new("/")).await;
    assert!(began.elapsed() < Duration::from_secs(90));
    let Outcome::Done { summary, .. } = outcome else {
        panic!("not done")
    };
    let findings: Vec<Finding> = serde_json::from_value(summary["findings"].clone()).unwrap();
    assert_eq!(findings.len(), 25);
    let known = findings
        .iter()
        .filter(|finding| finding.verdict != Verdict::Unknown)
        .count();
    assert!(known >= 12, "{findings:#?}");
}

//! What can be said as a verb, and what cannot.

use proptest::prelude::*;
use protocol::MESSAGE_MOST;
use protocol::grant::{Order, hash_of};
use protocol::health::{self, Finding, Verdict};
use protocol::key::KeyPair;
use protocol::message::{self, FromServer};
use protocol::signed::Signed;
use protocol::verb::{Danger, SCRIPT_MOST, Unfit, Verb};

use crate::golden::{packages, screens, updates, verbs};
use crate::grants::grant;

#[test]
fn every_verb_says_what_it_is_and_survives_the_way() {
    let mut names: Vec<(&str, Danger)> = Vec::new();
    let all = verbs().into_iter().chain(screens()).chain(packages());
    for verb in all.chain(updates()) {
        let json = verb.write().unwrap();
        assert_eq!(Verb::read(&json), Ok(verb.clone()), "{json}");
        names.push((verb.name(), verb.danger()));
    }
    names.sort_unstable();
    names.dedup();
    let mut listed = Verb::NAMES.to_vec();
    listed.sort_unstable();
    assert_eq!(names, listed);
}

#[test]
fn a_verb_that_can_be_read_in_two_ways_is_not_read() {
    for text in [
        "",
        "null",
        "{}",
        r#"["health_check"]"#,
        r#"["process_stop",5,1,true]"#,
        r#"{"verb":"health_check","verb":"terminal"}"#,
        r#"{"verb":"health_check","only":["disk_space"]}"#,
        r#"{"verb":"health_check"}{"verb":"health_check"}"#,
        r#"{"verb":"file_get","path":"/a","path":"/b"}"#,
        r#"{"verb":"file_get","path":"/a","pa\u0074h":"/b"}"#,
        r#"{"verb":"file_get","path":"/a","offset":1.0}"#,
        r#"{"verb":"file_get","path":"/a","offset":-1}"#,
        r#"{"verb":"file_get","path":"/a","offset":18446744073709551616}"#,
        r#"{"verb":"file_get","path":"/a","most":100}"#,
        r#"{"verb":"process_stop","pid":4294967297,"start":1,"force":false}"#,
        r#"{"verb":"net_throughput","bytes":1e400}"#,
        r#"{"verb":"net_throughput","bytes":NaN}"#,
        r#"{"Verb":"health_check"}"#,
    ] {
        assert_eq!(Verb::read(text), Err(Unfit::Json), "{text}");
    }
    let script = |parameters: &str| {
        format!(
            r#"{{"verb":"script_run","script":"s","version":1,"shell":"sh","body":"true","parameters":{parameters},"run_as":"root","timeout_seconds":1,"memory_mb":64,"cpu_percent":100}}"#
        )
    };
    assert!(Verb::read(&script(r#"{"a":1}"#)).is_ok());
    assert_eq!(Verb::read(&script(r#"{"a":1,"a":2}"#)), Err(Unfit::Json));
    assert_eq!(Verb::read(&script(r#"{"a":[1]}"#)), Err(Unfit::Json));
    for name in ["LD_PRELOAD=x", "a b", "1a", "", "a=b", "ä"] {
        assert_eq!(
            Verb::read(&script(&format!(r#"{{"{name}":1}}"#))),
            Err(Unfit::Field("parameters")),
            "{name}"
        );
    }
    assert_eq!(
        Verb::read(&script(r#"{"a":"x\u0000y"}"#)),
        Err(Unfit::Field("parameters"))
    );
}

#[test]
fn no_field_can_be_read_as_an_option_or_climb() {
    for (text, field) in [
        (r#"{"verb":"net_ping","host":"-f","count":1}"#, "host"),
        (r#"{"verb":"net_ping","host":"a;reboot","count":1}"#, "host"),
        (r#"{"verb":"net_ping","host":"a","count":4000000}"#, "count"),
        (
            r#"{"verb":"net_dns","name":"a","kind":"A","server":"--help"}"#,
            "server",
        ),
        (r#"{"verb":"net_port","host":"a","port":0}"#, "port"),
        (
            r#"{"verb":"service","name":"--root=/tmp","action":"stop"}"#,
            "name",
        ),
        (r#"{"verb":"service","name":"*","action":"stop"}"#, "name"),
        (r#"{"verb":"service","name":"a/b","action":"stop"}"#, "name"),
        (r#"{"verb":"process_stop","pid":0,"start":0,"force":true}"#, "pid"),
        (r#"{"verb":"process_stop","pid":1,"start":0,"force":true}"#, "pid"),
        (
            r#"{"verb":"process_stop","pid":4294967295,"start":0,"force":true}"#,
            "pid",
        ),
        (r#"{"verb":"file_get","path":"etc/shadow"}"#, "path"),
        (r#"{"verb":"file_get","path":"/srv/../etc/shadow"}"#, "path"),
        (r#"{"verb":"file_get","path":"/srv\\..\\etc"}"#, "path"),
        (r#"{"verb":"file_get","path":"/srv/a\nb"}"#, "path"),
        (
            r#"{"verb":"file_get","path":"/a","offset":18446744073709551615}"#,
            "offset",
        ),
        (
            r#"{"verb":"log_read","path":"/var/log/a","lines":4294967295}"#,
            "lines",
        ),
        (
            r#"{"verb":"terminal","columns":0,"rows":24,"run_as":"amy"}"#,
            "columns",
        ),
        (
            r#"{"verb":"terminal","columns":80,"rows":24,"run_as":"-c"}"#,
            "run_as",
        ),
        (
            r#"{"verb":"terminal","columns":80,"rows":24,"run_as":""}"#,
            "run_as",
        ),
        (
            r#"{"verb":"screen","control":false,"clipboard":true,"ask":true}"#,
            "clipboard",
        ),
        (
            r#"{"verb":"command_run","line":" ","run_as":"amy","timeout_seconds":1,"memory_mb":64,"cpu_percent":1}"#,
            "line",
        ),
        (
            r#"{"verb":"command_run","line":"true","run_as":"amy","timeout_seconds":0,"memory_mb":64,"cpu_percent":1}"#,
            "timeout_seconds",
        ),
        (
            r#"{"verb":"file_put","path":"/a","size":1,"sha256":"zz"}"#,
            "sha256",
        ),
    ] {
        assert_eq!(Verb::read(text), Err(Unfit::Field(field)), "{text}");
    }
}

fn package(rollout: &str, names: &[&str], version: &str) -> String {
    let packages: Vec<serde_json::Value> = names
        .iter()
        .map(|name| serde_json::json!({ "name": name, "version": version }))
        .collect();
    serde_json::json!({
        "verb": "package",
        "step": "apply",
        "rollout": rollout,
        "packages": packages,
        "install": true,
        "downgrade": false,
        "timeout_seconds": 60,
    })
    .to_string()
}

#[test]
fn packages_are_named_as_debian_names_them_and_never_as_options() {
    let good = [
        "a1",
        "openssl",
        "g++",
        "libstdc++6",
        "libc6:i386",
        "0ad",
        "python3.11-venv",
    ];
    assert!(Verb::read(&package("r1", &good, "1:2.0~rc1+b2-3")).is_ok());
    for name in [
        "",
        "a",
        "-o",
        "-oDpkg::Options::=--force-all",
        "--purge",
        "probe-",
        "probe;reboot",
        "probe reboot",
        "probe=1",
        "probe/stable",
        "../probe.deb",
        "/tmp/probe.deb",
        "./probe.deb",
        "probe*",
        "^probe",
        "Probe",
        "probe\n",
        "probe:",
        "probe:-x",
        "probe:amd64:i386",
        "pröbe",
    ] {
        let text = package("r1", &[name], "1");
        assert_eq!(Verb::read(&text), Err(Unfit::Field("packages")), "{name}");
    }
    for version in ["", "-1", "1 2", "1;2", "1=2", "1/2", "$(id)", "1\n", "１"] {
        let text = package("r1", &["probe"], version);
        assert_eq!(Verb::read(&text), Err(Unfit::Field("packages")), "{version}");
    }
    let many: Vec<String> = (0..51).map(|number| format!("probe{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(Verb::read(&package("r1", &many[..50], "1")).is_ok());
    for names in [&[][..], &many[..], &["probe", "probe"][..]] {
        let text = package("r1", names, "1");
        assert_eq!(Verb::read(&text), Err(Unfit::Field("packages")));
    }
    let more = package("r1", &["probe"], "1").replace("\"name\"", "\"also\":1,\"name\"");
    assert_eq!(Verb::read(&more), Err(Unfit::Json));
}

#[test]
fn the_name_of_a_rollout_cannot_leave_its_folder() {
    assert!(Verb::read(&package(&"r".repeat(64), &["probe"], "1")).is_ok());
    let long = "r".repeat(65);
    for rollout in [
        "", ".", "..", "../acts", "a/b", "/etc", "a.b", "A", "a b", "a\\b", "a\0", "é", &long,
    ] {
        let text = package(rollout, &["probe"], "1");
        assert_eq!(Verb::read(&text), Err(Unfit::Field("rollout")), "{rollout}");
    }
    for seconds in ["0", "14401"] {
        let text = package("r1", &["probe"], "1").replace(
            "\"timeout_seconds\":60",
            &format!("\"timeout_seconds\":{seconds}"),
        );
        assert_eq!(Verb::read(&text), Err(Unfit::Field("timeout_seconds")));
    }
}

#[test]
fn the_largest_verb_still_fits_into_a_message() {
    let signer = KeyPair::generate().unwrap();
    let body = |length: usize| Verb::ScriptRun {
        script: "s".to_owned(),
        version: 1,
        shell: protocol::verb::Shell::Sh,
        body: "\"".repeat(length),
        parameters: std::collections::BTreeMap::new(),
        run_as: "root".to_owned(),
        timeout_seconds: 60,
        memory_mb: 64,
        cpu_percent: 100,
    };
    assert_eq!(body(SCRIPT_MOST).write(), Err(Unfit::Large));
    let verb = body(223 * 1024).write().unwrap();
    let act = "a".repeat(64);
    let grant = protocol::grant::Grant {
        act: Some(hash_of(&verb)),
        verbs: vec!["x".repeat(30_000)],
        ..grant()
    };
    let order = Order {
        act,
        grant: Signed::sign(&signer, &grant).unwrap(),
        verb,
        channel: Some(1),
    };
    let message = message::write(&FromServer::Act(order.clone())).unwrap();
    assert!(message.len() <= MESSAGE_MOST);
    assert_eq!(
        message::read::<FromServer>(&message).unwrap(),
        FromServer::Act(order)
    );
}

#[test]
fn a_health_check_has_25_points_and_one_answer_to_each() {
    let mut ids: Vec<&str> = health::POINTS.iter().map(|point| point.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 25);
    let finding = |point: &str, verdict| Finding {
        point: point.to_owned(),
        verdict,
        value: "92 %\u{202e}\u{7}".to_owned(),
        detail: String::new(),
    };
    let heard = [
        finding("disk_space", Verdict::Warning),
        finding("disk_space", Verdict::Ok),
        finding("made_up", Verdict::Fault),
        finding("clock", Verdict::Ok),
    ];
    let shown = health::arranged(&heard);
    assert_eq!(shown.len(), 25);
    assert_eq!(
        (shown[0].verdict, shown[0].value.as_str()),
        (Verdict::Warning, "92 %")
    );
    assert_eq!(health::overall(&shown), Verdict::Warning);
    assert_eq!(
        health::overall(&health::arranged(&[finding("clock", Verdict::Ok)])),
        Verdict::Ok
    );
    assert_eq!(health::overall(&[]), Verdict::Unknown);
}

proptest! {
    #[test]
    fn no_json_makes_reading_a_verb_panic(text in r#"\{"verb":"(file_get|net_ping|service|journal)"(,"[a-z]{2,6}":("[^"\\]{0,9}"|[0-9]{1,22}|null|\[\]))*\}"#) {
        if let Ok(verb) = Verb::read(&text) {
            prop_assert_eq!(Verb::read(&verb.write().unwrap()), Ok(verb));
        }
    }
}

#[test]
fn an_update_of_the_agent_names_a_release_and_its_bundle_where_one_comes_along() {
    let hash = "0".repeat(64);
    let text = |step: &str, version: &str, bundle: &str| {
        format!(
            r#"{{"verb":"agent_update","step":"{step}","rollout":"r-1","version":"{version}"{bundle},"timeout_seconds":60}}"#
        )
    };
    let bundle = |size: &str, hash: &str| format!(r#","bundle":{{"size":{size},"sha256":"{hash}"}}"#);
    let good = bundle("1", &hash);
    for step in ["dry_run", "apply"] {
        assert!(Verb::read(&text(step, "0.2.0", &good)).is_ok());
        assert_eq!(Verb::read(&text(step, "0.2.0", "")), Err(Unfit::Field("bundle")));
        for (size, hash) in [
            ("0", hash.as_str()),
            ("268435457", hash.as_str()),
            ("1", "00"),
            ("1", &"A".repeat(64)),
        ] {
            let wrong = bundle(size, hash);
            assert_eq!(
                Verb::read(&text(step, "0.2.0", &wrong)),
                Err(Unfit::Field("bundle"))
            );
        }
    }
    for step in ["check", "verify", "roll_back"] {
        assert!(Verb::read(&text(step, "10.20.30-rc.1", "")).is_ok());
        assert_eq!(
            Verb::read(&text(step, "0.2.0", &good)),
            Err(Unfit::Field("bundle"))
        );
    }
    let long = format!("1.2.3-{}", "a".repeat(59));
    for version in [
        "",
        "1",
        "1.2",
        "1.2.3.4",
        "v1.2.3",
        "1.2.3-",
        "1.2.3-a..b",
        "1.2.x",
        "../1.2.3",
        "1.2.3/4",
        "01.2.3",
        "1.2.-3",
        "1234567890.2.3",
        "1.2.3+build",
        &long,
    ] {
        assert_eq!(
            Verb::read(&text("check", version, "")),
            Err(Unfit::Field("version")),
            "{version}"
        );
    }
    let more = text(
        "apply",
        "0.2.0",
        &good.replace("\"size\"", "\"url\":\"x\",\"size\""),
    );
    assert_eq!(Verb::read(&more), Err(Unfit::Json));
}

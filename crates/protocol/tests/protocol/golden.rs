//! Words once sent stay understood: each sample is what some version wrote, and must be read as what it meant.
//!
//! A sample is never changed. Whoever adds a message adds a sample: with `MAINSTAY_WRITE_SAMPLES` set the missing ones are
//! written, and those that stand are left alone.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::PathBuf;

use protocol::enrolment::{self, Document};
use protocol::floor::Floor;
use protocol::grant::{Grant, Order, hash_of};
use protocol::handshake::Greeting;
use protocol::health::{Finding, Verdict};
use protocol::hours::Hours;
use protocol::inventory::{Content, Item, Report, Section, Value};
use protocol::key::KeyPair;
use protocol::message::{Admission, Beat, DiskUse, Enrol, FromAgent, FromServer, Identity, Outcome, Stream};
use protocol::signed::Signed;
use protocol::verb::{Bundle, DnsKind, PackageStep, PackageWanted, ServiceAction, Shell, UpdateStep, Verb};
use serde::Serialize;
use serde::de::DeserializeOwned;

const AT: i64 = 1_795_000_000_000;

/// Keys of RFC 8032, section 7.1: no secrets.
fn key(number: usize) -> KeyPair {
    const KEYS: [(&str, &str); 3] = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        ),
    ];
    let (seed, public) = KEYS[number];
    let hex = format!("3051020101300506032b657004220420{seed}812100{public}");
    KeyPair::from_pkcs8(&data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap()).unwrap()
}

fn agent() -> KeyPair {
    key(0)
}

fn server() -> KeyPair {
    key(1)
}

fn signer() -> KeyPair {
    key(2)
}

fn greeting() -> Greeting {
    Greeting {
        agent_nonce: "A".repeat(43),
        agent: agent().public(),
        server_nonce: "B".repeat(42) + "A",
        server: server().public(),
        at: AT,
    }
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/samples")
        .join(format!("{name}.json"))
}

/// The sample means this value, and today's words for it are the sample's.
fn means<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, value: &T) {
    let written = serde_json::to_string_pretty(value).unwrap() + "\n";
    let path = path(name);
    if !path.exists() && std::env::var_os("MAINSTAY_WRITE_SAMPLES").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    let sample = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("there is no sample {name}"));
    assert_eq!(
        &serde_json::from_str::<T>(&sample).unwrap(),
        value,
        "{name} is read otherwise"
    );
    assert_eq!(written, sample, "{name} is written otherwise");
}

fn floor() -> Floor {
    Floor {
        view_only: true,
        hours: Some(Hours::read(&["mon-tue 08:00-18:00"]).unwrap()),
        run_as: Some(vec!["amy".to_owned()]),
        folders: Some(vec!["/srv".to_owned()]),
        ..Floor::default()
    }
}

fn grant(verb: &str) -> Grant {
    Grant {
        id: "0197c0de-0000-7000-8000-000000000001".to_owned(),
        device: "0197c0de-0000-7000-8000-00000000d001".to_owned(),
        person: "0197c0de-0000-7000-8000-00000000a001".to_owned(),
        person_name: "王芳".to_owned(),
        subject: "ticket:1042".to_owned(),
        verbs: vec!["service.restart".to_owned()],
        act: Some(hash_of(verb)),
        issued_at: AT,
        expires_at: AT + 600_000,
        approved_by: None,
        fan_out: 1,
    }
}

fn order() -> Order {
    let verb = r#"{"verb":"service","name":"nginx.service","action":"restart"}"#;
    let grant = grant(verb);
    Order {
        act: grant.id.clone(),
        grant: Signed::sign(&signer(), &grant).unwrap(),
        verb: verb.to_owned(),
        channel: Some(3),
    }
}

fn identity() -> Identity {
    Identity {
        host: "pc-0042".to_owned(),
        machine_id: "5f0c7e1d9a8b4c3d8e7f6a5b4c3d2e1f".to_owned(),
        serial: "PF3K9X2M".to_owned(),
        uuid: "4c4c4544-0042-3910-8052-b4c04f383432".to_owned(),
        macs: vec!["52:54:00:12:34:56".to_owned()],
        vendor: "LENOVO".to_owned(),
        model: "ThinkPad T14".to_owned(),
        os: "debian".to_owned(),
        os_version: "12".to_owned(),
        arch: "x86_64".to_owned(),
    }
}

fn beat() -> Beat {
    Beat {
        at: AT,
        uptime: 86_400,
        load: 0.5,
        cpu: 12.5,
        memory_used: 4_294_967_296,
        memory_total: 17_179_869_184,
        disks: vec![DiskUse {
            mount: "/".to_owned(),
            used: 100_000_000_000,
            total: 500_000_000_000,
        }],
        rss: 12_000_000,
        spool: 0,
    }
}

fn report() -> Report {
    let bash = Item::new("bash:amd64")
        .with("version", "5.2.15-2+b7")
        .with("size", 7_273_472_u64)
        .with("essential", true);
    let battery = Item::new("电池").with("health", 91.25);
    Report {
        at: AT,
        full: true,
        sections: BTreeMap::from([
            (Section::Packages, Content::of(vec![bash])),
            (Section::Batteries, Content::of(vec![battery])),
            (Section::Users, Content::unchanged("0".repeat(64))),
        ]),
    }
}

fn outcomes() -> Vec<Outcome> {
    vec![
        Outcome::Done {
            code: Some(0),
            summary: serde_json::json!({"lines": 3}),
            hash: Some("0".repeat(64)),
        },
        Outcome::Done {
            code: None,
            summary: serde_json::Value::Null,
            hash: None,
        },
        Outcome::Failed {
            code: "not_found".to_owned(),
            text: "there is no such file".to_owned(),
        },
        Outcome::Refused {
            code: "floor".to_owned(),
        },
        Outcome::Lost {
            text: "the agent was ended while it ran".to_owned(),
        },
        Outcome::Cancelled,
    ]
}

/// One verb of each name.
pub fn screens() -> Vec<Verb> {
    let screen = |control, clipboard, ask| Verb::Screen {
        control,
        clipboard,
        ask,
    };
    vec![screen(false, false, true), screen(true, true, false)]
}

/// The five steps of packages.
pub fn packages() -> Vec<Verb> {
    let wanted = |name: &str, version: &str| PackageWanted {
        name: name.to_owned(),
        version: version.to_owned(),
    };
    let step = |step, install| Verb::Package {
        step,
        rollout: "patches-2026-11".to_owned(),
        packages: vec![
            wanted("openssl", "3.0.15-1~deb12u1"),
            wanted("libstdc++6:i386", "1:12.2.0-14+b1"),
        ],
        install,
        downgrade: !install,
        timeout_seconds: 1800,
    };
    vec![
        step(PackageStep::DryRun, true),
        step(PackageStep::Check, true),
        step(PackageStep::Apply, true),
        step(PackageStep::Verify, false),
        step(PackageStep::RollBack, false),
    ]
}

/// The five steps of the agent's own update.
pub fn updates() -> Vec<Verb> {
    let step = |step: UpdateStep| Verb::AgentUpdate {
        step,
        rollout: "agent-2026-11".to_owned(),
        version: "0.2.0-rc.1".to_owned(),
        bundle: step.has_bundle().then(|| Bundle {
            size: 14_680_064,
            sha256: "0".repeat(64),
        }),
        timeout_seconds: 900,
    };
    vec![
        step(UpdateStep::DryRun),
        step(UpdateStep::Check),
        step(UpdateStep::Apply),
        step(UpdateStep::Verify),
        step(UpdateStep::RollBack),
    ]
}

pub fn verbs() -> Vec<Verb> {
    let path = || "/var/log/nginx/error.log".to_owned();
    let host = || "desk.example.com".to_owned();
    let service = |action| Verb::Service {
        name: "nginx.service".to_owned(),
        action,
    };
    vec![
        Verb::HealthCheck,
        Verb::ProcessList,
        Verb::ProcessStop {
            pid: 4711,
            start: 1_795_000_000,
            force: true,
        },
        Verb::ServiceList,
        service(ServiceAction::Start),
        service(ServiceAction::Stop),
        service(ServiceAction::Restart),
        Verb::Journal {
            unit: Some("ssh.service".to_owned()),
            lines: 100,
            follow: true,
            filter: None,
            since: Some(AT),
        },
        Verb::LogRead {
            path: path(),
            lines: 200,
            follow: false,
            filter: Some("错误".to_owned()),
        },
        Verb::NetPing {
            host: host(),
            count: 4,
        },
        Verb::NetDns {
            name: host(),
            kind: DnsKind::Aaaa,
            server: Some("192.0.2.53".to_owned()),
        },
        Verb::NetRoute {
            host: "2001:db8::1".to_owned(),
        },
        Verb::NetPort {
            host: host(),
            port: 443,
        },
        Verb::NetTls {
            host: host(),
            port: 443,
            name: None,
        },
        Verb::NetThroughput { bytes: 10_000_000 },
        Verb::DiskList,
        Verb::FileList {
            path: "/var/log".to_owned(),
        },
        Verb::FileGet {
            path: path(),
            offset: 65_536,
        },
        Verb::FilePut {
            path: "/srv/应用.conf".to_owned(),
            size: 10,
            sha256: "0".repeat(64),
            offset: 0,
            overwrite: true,
        },
        Verb::UpdateList,
        Verb::CommandRun {
            line: "uname -a".to_owned(),
            run_as: "amy".to_owned(),
            timeout_seconds: 60,
            memory_mb: 256,
            cpu_percent: 50,
        },
        Verb::ScriptRun {
            script: "clear-cache".to_owned(),
            version: 3,
            shell: Shell::Python,
            body: "print(1)\n".to_owned(),
            parameters: BTreeMap::from([
                ("days".to_owned(), Value::from(7)),
                ("dry".to_owned(), Value::Bool(true)),
            ]),
            run_as: "root".to_owned(),
            timeout_seconds: 600,
            memory_mb: 512,
            cpu_percent: 100,
        },
        Verb::Terminal {
            columns: 80,
            rows: 24,
            run_as: "CORP\\amy".to_owned(),
        },
    ]
}

#[test]
fn what_agents_say_is_understood() {
    let act = || "act-1".to_owned();
    let signature = greeting().sign_as_agent(&agent());
    let enrol = Enrol {
        token: "once".to_owned(),
        identity: identity(),
    };
    for (name, message) in [
        (
            "agent_hello",
            FromAgent::Hello {
                version: 1,
                key: agent().public(),
                nonce: greeting().agent_nonce,
                agent_version: "0.1.0".to_owned(),
                boot: "c2hvZXM".to_owned(),
            },
        ),
        (
            "agent_proof",
            FromAgent::Proof {
                signature,
                enrol: None,
            },
        ),
        (
            "agent_proof_first",
            FromAgent::Proof {
                signature,
                enrol: Some(Box::new(enrol)),
            },
        ),
        ("agent_beat", FromAgent::Beat(beat())),
        ("agent_inventory", FromAgent::Inventory(report())),
        (
            "agent_output",
            FromAgent::Output {
                act: act(),
                seq: 7,
                stream: Stream::Err,
                text_b64: "5LiN6KGMCg==".to_owned(),
            },
        ),
        (
            "agent_done",
            FromAgent::Done {
                act: act(),
                outcome: outcomes().remove(0),
            },
        ),
        (
            "agent_opened",
            FromAgent::Opened {
                session: act(),
                channel: 5,
            },
        ),
        (
            "agent_ended",
            FromAgent::Ended {
                session: act(),
                reason: "exit".to_owned(),
            },
        ),
        (
            "agent_acts",
            FromAgent::Acts {
                running: vec![act()],
                known: outcomes().into_iter().map(|one| (act(), one)).collect(),
            },
        ),
    ] {
        means(name, &message);
    }
}

#[test]
fn what_servers_say_is_understood() {
    let hashes = BTreeMap::from([("packages".to_owned(), "0".repeat(64))]);
    let act = || "act-1".to_owned();
    for (name, message) in [
        (
            "server_challenge",
            FromServer::Challenge {
                nonce: greeting().server_nonce,
                key: server().public(),
                signature: greeting().sign_as_server(&server()),
                at: AT,
            },
        ),
        (
            "server_welcome",
            FromServer::Welcome {
                device: grant("").device,
                state: Admission::Pending,
                beat_seconds: 60,
                hashes: hashes.clone(),
                floor: Some(floor()),
            },
        ),
        (
            "server_refused",
            FromServer::Refused {
                code: "key".to_owned(),
                text: "unknown device".to_owned(),
            },
        ),
        ("server_collect", FromServer::Collect),
        ("server_act", FromServer::Act(order())),
        ("server_cancel", FromServer::Cancel { act: act() }),
        ("server_took", FromServer::Took { act: act(), seq: 7 }),
        ("server_took_done", FromServer::TookDone { act: act() }),
        (
            "server_revoke",
            FromServer::Revoke {
                grants: vec!["grant-1".to_owned()],
            },
        ),
        ("server_stop", FromServer::Stop { all: true }),
        (
            "server_resize",
            FromServer::Resize {
                session: act(),
                columns: 120,
                rows: 40,
            },
        ),
        ("server_drain", FromServer::Drain { within_seconds: 30 }),
        ("server_took_inventory", FromServer::TookInventory { hashes }),
    ] {
        means(name, &message);
    }
}

#[test]
fn verbs_and_findings_are_understood() {
    means("verbs", &verbs());
    means("verbs_screen", &screens());
    means("verbs_package", &packages());
    means("verbs_agent_update", &updates());
    let finding = Finding {
        point: "disk_space".to_owned(),
        verdict: Verdict::Warning,
        value: "92 %".to_owned(),
        detail: "/var".to_owned(),
    };
    means("findings", &vec![finding]);
    means("floor", &floor());
}

#[test]
fn what_was_signed_once_stays_signed() {
    let document = Document {
        version: 1,
        servers: vec!["wss://desk.example.com/agent/v1/link".to_owned()],
        server_keys: vec![server().public()],
        signer_keys: vec![signer().public()],
        authority: None,
        update_root: None,
        token: "once".to_owned(),
        expires_at: AT,
    };
    means("enrolment", &Signed::sign(&server(), &document).unwrap());
    let kept: Signed<Document> =
        serde_json::from_str(&std::fs::read_to_string(path("enrolment")).unwrap()).unwrap();
    assert_eq!(enrolment::open(&kept, AT - 1).unwrap(), document);
    let text = std::fs::read_to_string(path("server_act")).unwrap();
    let FromServer::Act(kept) = serde_json::from_str(&text).unwrap() else {
        panic!("an order")
    };
    assert_eq!(kept.grant.open(&[signer().public()]).unwrap(), grant(&kept.verb));
}

#[test]
fn a_newer_side_may_say_more() {
    for (text, meant) in [
        (
            r#"{"type":"collect","sections":["packages"]}"#,
            FromServer::Collect,
        ),
        (
            r#"{"new":[1],"type":"stop","all":true,"why":"drill"}"#,
            FromServer::Stop { all: true },
        ),
    ] {
        assert_eq!(serde_json::from_str::<FromServer>(text).unwrap(), meant);
    }
    let sparse = r#"{"type":"beat","at":5}"#;
    assert_eq!(
        serde_json::from_str::<FromAgent>(sparse).unwrap(),
        FromAgent::Beat(Beat {
            at: 5,
            ..Beat::default()
        })
    );
    assert!(serde_json::from_str::<FromServer>(r#"{"type":"self_destruct"}"#).is_err());
    assert!(serde_json::from_str::<FromServer>(r#"{"type":"stop","all":false,"type":"collect"}"#).is_err());
    assert!(serde_json::from_str::<FromServer>(r#"{"type":"stop","all":false,"all":true}"#).is_err());
}

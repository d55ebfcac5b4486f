//! A real log of another desk as history: figures equal those of an independent reckoning, nothing doubles, and a kill in the
//! middle costs nothing.
//!
//! Needs `../shared/data/itsm` beside the project and `python3`; without them it says so and passes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod desk_client;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use desk_client::PROGRAM;
use serde_json::Value;
use testkit::{Database, ServerProcess};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn log() -> Option<PathBuf> {
    let name = "shared/data/itsm/incident_event_log_5000.csv.gz";
    let beside = [root().join("..").join(name), root().join("../..").join(name)];
    let found = beside.into_iter().find(|path| path.exists());
    if found.is_none() {
        eprintln!("skipped: {name} is not there");
    }
    found
}

/// The figures by the witness, none without Python.
fn witness(log: &Path) -> Option<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/incident_log/figures.py");
    let output = Command::new("python3").arg(script).arg(log).output().ok()?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn import<'a>(log: &'a str, mapping: &'a str) -> [&'a str; 4] {
    ["import", log, "--mapping", mapping]
}

fn figures(server: &ServerProcess, rebuild: bool) -> Value {
    let mut arguments = vec!["figures", "--json", "--source", "servicenow"];
    if rebuild {
        arguments.push("--rebuild");
    }
    serde_json::from_str(&server.must(&arguments, "")).unwrap()
}

/// Starts an import and kills it when a part is written.
fn killed_in_the_middle(server: &ServerProcess, arguments: &[&str]) {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).arg("--data").arg(server.data());
    if let Some(url) = server.database() {
        command.args(["--database", url]);
    }
    let mut process = command
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stderr.take().unwrap()).lines();
    let middle = lines
        .map_while(Result::ok)
        .find(|line| line.starts_with("writing: 3"));
    assert!(middle.is_some(), "the import ended before it was killed");
    process.kill().unwrap();
    process.wait().unwrap();
}

#[test]
fn figures_of_an_imported_log_equal_an_independent_reckoning() {
    let Some(log) = log() else { return };
    let Some(wanted) = witness(&log) else {
        eprintln!("skipped: python3 is not there");
        return;
    };
    let server = ServerProcess::new(PROGRAM, Database::of_this_run());
    desk_client::install(&server);
    let mapping = root().join("docs/examples/servicenow-incident-log.toml");
    let (log, mapping) = (log.to_str().unwrap(), mapping.to_str().unwrap());
    let dry = server.must(&[&import(log, mapping)[..], &["--dry-run"]].concat(), "");
    assert!(dry.contains("5000 would be taken"), "{dry}");
    assert_eq!(figures(&server, false)["tickets"], 0);
    killed_in_the_middle(&server, &import(log, mapping));
    let half = figures(&server, false)["tickets"].as_u64().unwrap();
    assert!((1..5_000).contains(&half), "{half}");
    let rest = server.must(&import(log, mapping), "");
    assert!(
        rest.contains(&format!("{} taken, {half} here before, 0 refused", 5_000 - half)),
        "{rest}"
    );
    assert_eq!(figures(&server, false), wanted);
    let again = server.must(&import(log, mapping), "");
    assert!(again.contains("0 taken, 5000 here before, 0 refused"), "{again}");
    assert_eq!(figures(&server, false), wanted);
    // Worked out from the event log alone they are the same: the record holds the past.
    assert_eq!(figures(&server, true), wanted);
}

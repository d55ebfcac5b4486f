//! The cases on which two other engines agree, and what the check makes of bad lines.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use worktime::vectors::check_lines;

const CASE: &str = r#"{"id":7,"tz":"UTC","days":["mon"],"hours":{"09:00":"17:00"},"holidays":[],"shifts":{},
    "start":1704067200,"add":3600,"deadline":1704103200,"end":1704110400,"within":10800}"#;

fn one_line(case: &str) -> String {
    case.replace('\n', " ")
}

#[test]
fn all_shared_cases_agree() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/worktime/vectors.jsonl");
    let Ok(file) = File::open(&path) else {
        assert!(std::env::var_os("CI").is_none(), "the shared cases are missing");
        eprintln!("skipped: the shared working-time cases are not here");
        return;
    };
    let report = check_lines(BufReader::new(file)).unwrap();
    assert_eq!(report.failed, []);
    assert_eq!(report.agreed, 600);
    assert!(report.additions_per_second > 0.0);
}

#[test]
fn a_right_case_agrees_and_a_wrong_one_says_what_differs() {
    let wrong_deadline = CASE.replace("1704103200", "1704103201");
    let wrong_within = CASE.replace("10800", "10801");
    let lines = [CASE, "", &wrong_deadline, &wrong_within]
        .map(one_line)
        .join("\n");
    let report = check_lines(lines.as_bytes()).unwrap();
    assert_eq!(report.agreed, 1);
    let failed: Vec<_> = report
        .failed
        .iter()
        .map(|failure| (failure.line, failure.what.as_str()))
        .collect();
    assert_eq!(
        failed,
        [
            (3, "deadline: expected 1704103201, got 1704103200"),
            (4, "within: expected 10801, got 10800"),
        ]
    );
    assert_eq!(report.failed[0].id.as_deref(), Some("7"));
}

#[test]
fn a_line_that_cannot_be_read_counts_as_failed() {
    let closed = CASE.replace(r#"["mon"]"#, "[]");
    let unknown_day = CASE.replace("mon", "monday");
    let lines = ["{", &closed, &unknown_day].map(one_line).join("\n");
    let report = check_lines(lines.as_bytes()).unwrap();
    assert_eq!((report.agreed, report.failed.len()), (0, 3));
    assert!(
        report.failed[1].what.contains("never opens"),
        "{:?}",
        report.failed[1]
    );
    assert!(
        report.failed[2].what.contains("`monday`"),
        "{:?}",
        report.failed[2]
    );
}

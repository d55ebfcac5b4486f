//! Everything that has to hold before a change is good: the same on a person's machine and in CI.
//!
//! Format, clippy, tidy, types of the frontend; unit and router tests on SQLite and again on PostgreSQL; journeys in a real
//! browser. A step that fails does not keep the others from running, so that one run tells everything.

use crate::demo::target;
use crate::parts::Postgres;
use crate::parts::postgres::{Durability, REUSE};
use crate::parts::scratch;
use crate::report::{Count, Report};
use crate::shell::{Result, cargo, command, find, root, run as run_command, watch};
use crate::{machine, metadata, tidy, web};
use std::path::PathBuf;

/// Which database the tests' kit opens.
const DATABASE: &str = "MAINSTAY_TEST_DATABASE";

/// The word that asks for the browser journeys instead of a crate.
const JOURNEYS: &str = "journeys";

/// The task.
pub fn run(arguments: &[String]) -> Result {
    match arguments.split_first() {
        None => everything(),
        Some((first, names)) if first == JOURNEYS => only_journeys(names),
        Some(_) => slices(arguments),
    }
}

fn everything() -> Result {
    let mut report = Report::new();
    if !report.step("machine", || machine::prepare_for_testing().map(|()| Count::NONE)) {
        return report.close();
    }
    report.step("web", || web::build().map(|()| Count::NONE));
    report.step("format", || check(cargo().args(["fmt", "--all", "--check"])));
    report.step("tidy", || tidy::run().map(|()| Count::ONE));
    report.step("types", || {
        check(
            command("npm")
                .current_dir(root().join("frontend"))
                .args(["run", "check"]),
        )
    });
    report.step("clippy", || {
        check(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    });
    // The same crates with the same features as the tests: nothing is compiled twice, and `mainstay` falls out.
    let built = report.step("build", || {
        run_command(cargo().args(["build", "--workspace", "--bins", "--tests"])).map(|()| Count::NONE)
    });
    if built {
        both_databases(&mut report, &Selection::Everything);
        report.step(JOURNEYS, || journeys(&[]));
    }
    report.close()
}

fn slices(names: &[String]) -> Result {
    let known = metadata::crates()?;
    if let Some(unknown) = names
        .iter()
        .find(|name| !known.iter().any(|one| one.name == **name))
    {
        let all = known
            .iter()
            .map(|one| one.name.as_str())
            .collect::<Vec<_>>()
            .join(" ");
        return Err(format!(
            "there is no crate {unknown}; there are {all}, and `{JOURNEYS}`"
        ));
    }
    let mut report = Report::new();
    if report.step("machine", || machine::prepare_for_testing().map(|()| Count::NONE))
        && report.step("web", || web::build().map(|()| Count::NONE))
    {
        both_databases(&mut report, &Selection::Crates(names.to_vec()));
    }
    report.close()
}

fn only_journeys(names: &[String]) -> Result {
    let mut report = Report::new();
    if report.step("machine", || machine::prepare_for_testing().map(|()| Count::NONE))
        && report.step("web", || web::build().map(|()| Count::NONE))
        && report.step("build", || {
            let programs = ["server", "agent", "testkit"].map(|name| ["--package", name]);
            run_command(cargo().arg("build").args(programs.as_flattened()).arg("--bins"))
                .map(|()| Count::NONE)
        })
    {
        report.step(JOURNEYS, || journeys(names));
    }
    report.close()
}

/// Which crates' tests run.
enum Selection {
    Everything,
    Crates(Vec<String>),
}

/// Runs the tests on SQLite, then those that know a database once more on PostgreSQL, which all of them share.
fn both_databases(report: &mut Report, selection: &Selection) {
    let mut postgres = None;
    report.step("postgresql", || {
        let server = Postgres::start_with(Durability::None).map_err(|error| error.to_string())?;
        println!("   at {}", server.url());
        postgres = Some(server);
        Ok(Count::NONE)
    });
    let Some(postgres) = postgres else { return };
    for (database, name) in [("sqlite", "tests on SQLite"), ("postgres", "tests on PostgreSQL")] {
        report.step(name, || {
            let Some(mut tests) = tests(database, selection)? else {
                println!("   no test here knows a database");
                return Ok(Count::NONE);
            };
            tests.env(DATABASE, database).env(REUSE, postgres.url());
            if let Some(memory) = scratch::memory() {
                // What a test leaves on the disk it waits for, and removes a second later.
                tests.env("TMPDIR", memory);
            }
            let (said, succeeded) = watch(&mut tests)?;
            settle(count_cargo(&said), succeeded)
        });
    }
}

/// The command that runs the selected tests; none when nothing is left to run on this database.
fn tests(database: &str, selection: &Selection) -> Result<Option<std::process::Command>> {
    let crates = metadata::crates()?;
    let again = metadata::with_database(&crates);
    let runs = |name: &str| database == "sqlite" || again.contains(&name);
    let mut command = cargo();
    let nextest = find("cargo-nextest").is_some();
    command.args(if nextest {
        &["nextest", "run", "--no-fail-fast"][..]
    } else {
        &["test", "--no-fail-fast"][..]
    });
    match selection {
        Selection::Everything => {
            command.arg("--workspace");
            let left_out: Vec<&str> = crates
                .iter()
                .map(|one| one.name.as_str())
                .filter(|name| !runs(name))
                .collect();
            if nextest && !left_out.is_empty() {
                // A filter, not `--exclude`: leaving a crate out changes features, and features mean compiling anew.
                let names = left_out
                    .iter()
                    .map(|name| format!("package({name})"))
                    .collect::<Vec<_>>()
                    .join(" | ");
                command.arg("-E").arg(format!("not ({names})"));
            } else {
                command.args(left_out.iter().flat_map(|name| ["--exclude", name]));
            }
        }
        Selection::Crates(names) => {
            let names: Vec<&String> = names.iter().filter(|name| runs(name)).collect();
            if names.is_empty() {
                return Ok(None);
            }
            command.args(names.iter().flat_map(|name| ["--package", name.as_str()]));
            if nextest {
                command.arg("--no-tests=pass");
            }
        }
    }
    if !nextest {
        command.arg("--tests");
    }
    Ok(Some(command))
}

fn journeys(names: &[String]) -> Result<Count> {
    let folder = root().join("tests/e2e");
    web::install(&folder)?;
    let mut runner = command("node");
    runner
        .arg("run.mjs")
        .args(names)
        .current_dir(folder)
        .env("BINARY", binary());
    if let Some(memory) = scratch::memory() {
        runner.env("TMPDIR", memory);
    }
    let (said, succeeded) = watch(&mut runner)?;
    settle(count_plain(&said), succeeded)
}

fn binary() -> PathBuf {
    target().join("debug/mainstay")
}

fn check(command: &mut std::process::Command) -> Result<Count> {
    run_command(command).map(|()| Count::ONE)
}

/// A runner that fails without naming a failed test did not get to run them: that is a failure too.
fn settle(count: Count, succeeded: bool) -> Result<Count> {
    match (succeeded, count) {
        (true, count) => Ok(count),
        (false, Count { failed: 0, passed }) => Ok(Count { passed, failed: 1 }),
        (false, count) => Ok(count),
    }
}

/// What nextest says at its end (`12 tests run: 11 passed, 1 failed`), else the sum of what cargo's own runner says
/// (`test result: …`). Nextest also shows such lines of tests that failed, and of those that passed when tried again.
fn count_cargo(said: &str) -> Count {
    let of_nextest = |line: &&str| line.contains("tests run:") || line.contains("test run:");
    match said.lines().rev().find(of_nextest) {
        Some(summary) => sum(std::iter::once(summary)),
        None => sum(said.lines().filter(|line| line.contains("test result:"))),
    }
}

/// Reads the closing line `N passed, N failed`.
fn count_plain(said: &str) -> Count {
    sum(said
        .lines()
        .rev()
        .find(|line| number_before(line, "passed").is_some() && number_before(line, "failed").is_some())
        .into_iter())
}

fn sum<'a>(lines: impl Iterator<Item = &'a str>) -> Count {
    lines.fold(Count::NONE, |sum, line| Count {
        passed: sum.passed + number_before(line, "passed").unwrap_or(0),
        // Nextest counts apart what ran into its limit of time or died before it could fail.
        failed: sum.failed
            + ["failed", "timed", "exec"]
                .iter()
                .filter_map(|word| number_before(line, word))
                .sum::<u64>(),
    })
}

/// The number in front of a word, as in `3 failed;`.
fn number_before(line: &str, word: &str) -> Option<u64> {
    let mut words = line.split_whitespace().peekable();
    while let Some(number) = words.next() {
        if words
            .peek()
            .is_some_and(|next| next.trim_end_matches([',', ';']) == word)
        {
            return number.trim_start_matches('(').parse().ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nextest_is_understood() {
        let said =
            "     Summary [   1.2s] 14 tests run: 11 passed (1 slow), 2 failed, 1 timed out, 3 skipped\n";
        assert_eq!(
            count_cargo(said),
            Count {
                passed: 11,
                failed: 3
            }
        );
        assert_eq!(
            count_cargo("Summary [ 0.1s] 1 test run: 1 passed, 0 skipped\n"),
            Count { passed: 1, failed: 0 }
        );
    }

    #[test]
    fn a_test_that_passed_when_tried_again_is_no_failure() {
        let said = "test result: FAILED. 0 passed; 1 failed; 0 ignored\n Summary [ 9s] 4 tests run: 4 passed (1 flaky), 0 skipped\n";
        assert_eq!(count_cargo(said), Count { passed: 4, failed: 0 });
    }

    #[test]
    fn the_runner_of_cargo_is_added_up() {
        let said = "test result: ok. 4 passed; 0 failed; 0 ignored\ntest result: FAILED. 1 passed; 2 failed; 0 ignored\n";
        assert_eq!(count_cargo(said), Count { passed: 5, failed: 2 });
    }

    #[test]
    fn journeys_end_with_a_plain_line() {
        assert_eq!(
            count_plain("a 1 passed\n3 passed, 1 failed\nbye\n"),
            Count { passed: 3, failed: 1 }
        );
    }

    #[test]
    fn a_runner_that_breaks_before_its_summary_counts_as_a_failure() {
        assert_eq!(settle(Count::NONE, false), Ok(Count { passed: 0, failed: 1 }));
        assert_eq!(
            settle(Count { passed: 2, failed: 0 }, true),
            Ok(Count { passed: 2, failed: 0 })
        );
    }
}

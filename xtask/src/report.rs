//! The account of a long task: each step with its time, a table at the end, and one line that can be counted.

use crate::shell::Result;
use std::time::{Duration, Instant};

/// How many checks or tests a step held, and how many of them failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
}

impl Count {
    /// A step that is one check.
    pub const ONE: Self = Self { passed: 1, failed: 0 };
    /// A step that prepares and checks nothing.
    pub const NONE: Self = Self { passed: 0, failed: 0 };
}

struct Step {
    name: String,
    took: Duration,
    count: Count,
    complaint: Option<String>,
}

/// Steps as they are taken.
pub struct Report {
    began: Instant,
    steps: Vec<Step>,
}

impl Report {
    pub fn new() -> Self {
        Self {
            began: Instant::now(),
            steps: Vec::new(),
        }
    }

    /// Takes a step, keeps its result, and says whether it went well. An error counts as one failure at least.
    pub fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Count>) -> bool {
        println!("\n== {name}");
        let began = Instant::now();
        let (count, complaint) = match work() {
            Ok(count) if count.failed == 0 => (count, None),
            Ok(count) => (count, Some(format!("{} failed", count.failed))),
            Err(complaint) => (Count { passed: 0, failed: 1 }, Some(complaint)),
        };
        let took = began.elapsed();
        match &complaint {
            None => println!("== {name}: ok in {}", spelled(took)),
            Some(complaint) => println!("== {name}: FAILED in {}: {complaint}", spelled(took)),
        }
        let good = complaint.is_none();
        self.steps.push(Step {
            name: name.to_owned(),
            took,
            count,
            complaint,
        });
        good
    }

    /// Prints the table and the closing line; an error when any step failed.
    pub fn close(self) -> Result {
        let table = self.table();
        println!("\n{table}");
        if self.steps.iter().any(|step| step.complaint.is_some()) {
            return Err("not everything is well; see the table above".to_owned());
        }
        Ok(())
    }

    fn table(&self) -> String {
        let mut table = String::new();
        let (mut passed, mut failed) = (0, 0);
        for step in &self.steps {
            let verdict = if step.complaint.is_some() { "FAILED" } else { "ok" };
            table += &format!(
                "{:<28} {:>9} {:>7} passed {:>4} failed  {verdict}\n",
                step.name,
                spelled(step.took),
                step.count.passed,
                step.count.failed
            );
            passed += step.count.passed;
            failed += step.count.failed;
        }
        table += &format!("{:<28} {:>9}\n", "total", spelled(self.began.elapsed()));
        table += &format!("{passed} passed, {failed} failed");
        table
    }
}

fn spelled(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_fails_the_whole_and_is_counted() {
        let mut report = Report::new();
        assert!(report.step("good", || Ok(Count { passed: 7, failed: 0 })));
        assert!(!report.step("bad", || Err("broken".to_owned())));
        assert!(!report.step("half", || Ok(Count { passed: 2, failed: 3 })));
        assert!(report.table().ends_with("\n9 passed, 4 failed"));
        assert!(report.close().is_err());
    }

    #[test]
    fn a_report_without_failure_is_a_success() {
        let mut report = Report::new();
        report.step("prepare", || Ok(Count::NONE));
        report.step("check", || Ok(Count::ONE));
        assert!(report.table().ends_with("\n1 passed, 0 failed"));
        assert!(report.close().is_ok());
    }

    #[test]
    fn long_times_are_told_in_minutes() {
        assert_eq!(spelled(Duration::from_millis(1500)), "1.5 s");
        assert_eq!(spelled(Duration::from_secs(125)), "2 min 05 s");
    }
}

//! What was measured of one crowd, as a table.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

/// A line of the table.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    pub what: String,
    pub unit: &'static str,
    pub value: f64,
}

/// What was measured at one database, and what else is to be said.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Figures {
    pub database: String,
    pub agents: usize,
    pub lines: Vec<Line>,
    pub remarks: Vec<String>,
}

impl Figures {
    /// Adds a line, and shows it to whoever waits.
    pub fn put(&mut self, what: &str, unit: &'static str, value: f64) {
        eprintln!("    {what}: {} {unit}", shown(value));
        self.lines.push(Line {
            what: what.to_owned(),
            unit,
            value,
        });
    }

    pub fn put_count(&mut self, what: &str, count: usize) {
        #[expect(clippy::cast_precision_loss, reason = "a count for people to read")]
        self.put(what, "", count as f64);
    }

    pub fn put_seconds(&mut self, what: &str, took: Duration) {
        self.put(what, "s", took.as_secs_f64());
    }

    /// Adds something to be said below the table.
    pub fn remark(&mut self, words: String) {
        eprintln!("    {words}");
        self.remarks.push(words);
    }

    fn markdown(&self) -> String {
        let mut text = format!("## {}, {} agents\n\n", self.database, self.agents);
        text.push_str("| what | unit | measured |\n|---|---|---:|\n");
        for line in &self.lines {
            // Writing to a text cannot fail.
            writeln!(text, "| {} | {} | {} |", line.what, line.unit, shown(line.value)).ok();
        }
        if !self.remarks.is_empty() {
            text.push('\n');
        }
        for remark in &self.remarks {
            writeln!(text, "- {remark}").ok();
        }
        text
    }
}

/// The whole answer.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Where and when.
    pub circumstances: Vec<(String, String)>,
    /// What was measured at each database.
    pub figures: Vec<Figures>,
}

impl Report {
    /// As a page.
    pub fn markdown(&self) -> String {
        let mut text = "# Agents per server\n\n".to_owned();
        for (what, how) in &self.circumstances {
            writeln!(text, "- {what}: {how}").ok();
        }
        for figures in &self.figures {
            text.push('\n');
            text.push_str(&figures.markdown());
        }
        text
    }
}

/// Three digits that count.
fn shown(value: f64) -> String {
    let size = value.abs();
    if value.fract() == 0.0 || size >= 100.0 {
        format!("{value:.0}")
    } else if size >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_line_for_each_figure_and_its_remarks_below() {
        let mut figures = Figures {
            database: "SQLite".to_owned(),
            agents: 7,
            ..Figures::default()
        };
        figures.put_count("linked at once", 7);
        figures.put("memory of one link", "kB", 12.34);
        figures.remark("a remark".to_owned());
        let text = figures.markdown();
        assert!(
            text.contains("| linked at once |  | 7 |\n| memory of one link | kB | 12.3 |\n\n- a remark\n"),
            "{text}"
        );
    }
}

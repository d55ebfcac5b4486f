//! The figures as a page: what was promised, what was measured, and how it grows.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

/// A figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Row {
    QueueCpu,
    QueueMedian,
    QueueSlow,
    TicketCpu,
    TicketMedian,
    TicketSlow,
    SimilarCpu,
    SimilarSlow,
    BoardCpu,
    BoardSlow,
    FiguresCpu,
    FiguresSlow,
    GetCpu,
    GetMedian,
    GetSlow,
    SearchCpu,
    SearchRare,
    SearchRareMedian,
    SearchCommon,
    SearchCommonMedian,
    SearchPair,
    SearchPairMedian,
    SearchChinese,
    SearchChineseMedian,
    SearchMixed,
    SearchMixedMedian,
    SearchPrefix,
    SearchPrefixMedian,
    SearchSlip,
    SearchSlipMedian,
    SearchSound,
    SearchSoundMedian,
    SearchFilter,
    SearchFilterMedian,
    SearchPhrase,
    SearchPhraseMedian,
    IndexSize,
    CreateRate,
    CreateSlow,
    CreateCpu,
    CreateAllCpu,
    MailRate,
    MailCpu,
    Sweep,
    LiveMedian,
    LiveSlow,
    LearnSeconds,
    FiguresSeconds,
    MemoryUnderLoad,
    FirstStart,
    Start,
    MemoryAtRest,
    FillSeconds,
}

/// What is promised of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Promise {
    AtMost(f64),
    AtLeast(f64),
    Nothing,
}

use Promise::{AtLeast, AtMost, Nothing};

/// In the order of the page: what it is, its unit, what is promised.
const ROWS: &[(Row, &str, &str, Promise)] = &[
    (
        Row::QueueCpu,
        "queue page, 50 rows, all counts: CPU",
        "ms",
        AtMost(5.0),
    ),
    (Row::QueueMedian, "queue page: p50", "ms", Nothing),
    (Row::QueueSlow, "queue page: p99", "ms", AtMost(20.0)),
    (Row::TicketCpu, "ticket page, 20 articles: CPU", "ms", AtMost(3.0)),
    (Row::TicketMedian, "ticket page: p50", "ms", Nothing),
    (Row::TicketSlow, "ticket page: p99", "ms", AtMost(15.0)),
    (
        Row::SimilarCpu,
        "similar tickets and proposals: CPU",
        "ms",
        Nothing,
    ),
    (
        Row::SimilarSlow,
        "similar tickets and proposals: p99",
        "ms",
        Nothing,
    ),
    (Row::BoardCpu, "live board: CPU", "ms", Nothing),
    (Row::BoardSlow, "live board: p99", "ms", Nothing),
    (Row::FiguresCpu, "manager's figures: CPU", "ms", Nothing),
    (Row::FiguresSlow, "manager's figures: p99", "ms", Nothing),
    (Row::GetCpu, "API get: CPU", "ms", AtMost(0.5)),
    (Row::GetMedian, "API get: p50", "ms", Nothing),
    (Row::GetSlow, "API get: p99", "ms", Nothing),
    (
        Row::SearchCpu,
        "search, best 20, all kinds: CPU",
        "ms",
        AtMost(5.0),
    ),
    (Row::SearchRareMedian, "search, rare word: p50", "ms", Nothing),
    (Row::SearchRare, "search, rare word: p99", "ms", AtMost(50.0)),
    (Row::SearchCommonMedian, "search, common word: p50", "ms", Nothing),
    (Row::SearchCommon, "search, common word: p99", "ms", AtMost(50.0)),
    (Row::SearchPairMedian, "search, two words: p50", "ms", Nothing),
    (Row::SearchPair, "search, two words: p99", "ms", AtMost(50.0)),
    (
        Row::SearchChineseMedian,
        "search, Chinese word: p50",
        "ms",
        Nothing,
    ),
    (
        Row::SearchChinese,
        "search, Chinese word: p99",
        "ms",
        AtMost(50.0),
    ),
    (
        Row::SearchMixedMedian,
        "search, both languages: p50",
        "ms",
        Nothing,
    ),
    (
        Row::SearchMixed,
        "search, both languages: p99",
        "ms",
        AtMost(50.0),
    ),
    (Row::SearchPrefixMedian, "search, prefix: p50", "ms", Nothing),
    (Row::SearchPrefix, "search, prefix: p99", "ms", AtMost(50.0)),
    (Row::SearchSlipMedian, "search, misspelled: p50", "ms", Nothing),
    (Row::SearchSlip, "search, misspelled: p99", "ms", AtMost(50.0)),
    (Row::SearchSoundMedian, "search, pinyin: p50", "ms", Nothing),
    (Row::SearchSound, "search, pinyin: p99", "ms", AtMost(50.0)),
    (Row::SearchFilterMedian, "search, filters: p50", "ms", Nothing),
    (Row::SearchFilter, "search, filters: p99", "ms", AtMost(50.0)),
    (Row::SearchPhraseMedian, "search, phrase: p50", "ms", Nothing),
    (Row::SearchPhrase, "search, phrase: p99", "ms", AtMost(50.0)),
    (Row::IndexSize, "search index on disk", "MB", Nothing),
    (
        Row::CreateRate,
        "create by API, 16 clients, durable",
        "a second",
        AtLeast(3_000.0),
    ),
    (Row::CreateSlow, "create by API: p99", "ms", AtMost(25.0)),
    (
        Row::CreateCpu,
        "create by API: CPU while answering",
        "ms",
        AtMost(0.5),
    ),
    (
        Row::CreateAllCpu,
        "create by API: CPU with all that follows",
        "ms",
        Nothing,
    ),
    (
        Row::MailRate,
        "mail in, pipe to ticket, durable",
        "a second",
        AtLeast(500.0),
    ),
    (Row::MailCpu, "mail in: CPU", "ms", AtMost(2.0)),
    (Row::Sweep, "sweep finds due clocks: p99", "ms", AtMost(10.0)),
    (Row::LiveMedian, "live update, asked to heard: p50", "ms", Nothing),
    (Row::LiveSlow, "live update: worst", "ms", AtMost(300.0)),
    (
        Row::LearnSeconds,
        "triage learned from the latest 50,000",
        "s",
        AtMost(60.0),
    ),
    (
        Row::FiguresSeconds,
        "figures of all tickets made anew",
        "s",
        Nothing,
    ),
    (
        Row::MemoryUnderLoad,
        "most memory under load",
        "MB",
        AtMost(512.0),
    ),
    (Row::FirstStart, "very first start to first page", "ms", Nothing),
    (
        Row::Start,
        "start to first page, empty database",
        "ms",
        AtMost(300.0),
    ),
    (
        Row::MemoryAtRest,
        "memory at rest, empty database",
        "MB",
        AtMost(60.0),
    ),
    (Row::FillSeconds, "time to fill and index", "s", Nothing),
];

/// The figures of one installation.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Figures {
    measured: BTreeMap<Row, f64>,
    remarks: Vec<String>,
}

impl Figures {
    pub fn set(&mut self, row: Row, value: f64) {
        self.measured.insert(row, value);
    }

    /// All of them on a line, by their names.
    pub fn line(&self) -> String {
        let named = self
            .measured
            .iter()
            .map(|(row, value)| format!("{row:?} {}", shown(*value)));
        named.collect::<Vec<_>>().join(", ")
    }

    /// What a reader of the figures must know.
    pub fn remark(&mut self, text: String) {
        eprintln!("    ! {text}");
        self.remarks.push(text);
    }
}

/// Everything that was measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Where and when: pairs of a name and a value.
    pub circumstances: Vec<(String, String)>,
    pub databases: Vec<Database>,
}

/// One database, at several sizes.
#[derive(Clone, Debug, Serialize)]
pub struct Database {
    pub name: String,
    pub empty: Figures,
    pub sizes: Vec<(usize, Figures)>,
}

impl Report {
    /// As a page; begins with its heading.
    pub fn markdown(&self) -> String {
        let mut page = String::from(INTRODUCTION);
        for (name, value) in &self.circumstances {
            push(&mut page, &format!("- {name}: {value}\n"));
        }
        for database in &self.databases {
            database.write(&mut page);
        }
        page.push_str(METHOD);
        page
    }

    /// How many promises were looked at, and how many of those were kept, at the largest size of each database.
    pub fn kept(&self) -> (usize, usize) {
        let verdicts: Vec<bool> = self.databases.iter().flat_map(Database::verdicts).collect();
        (verdicts.len(), verdicts.iter().filter(|kept| **kept).count())
    }
}

impl Database {
    fn write(&self, page: &mut String) {
        push(page, &format!("\n## {}\n\n| what | unit | budget |", self.name));
        for (tickets, _) in &self.sizes {
            push(page, &format!(" {} |", grouped(*tickets)));
        }
        page.push_str(" met |\n|---|---|---:|");
        page.push_str(&"---:|".repeat(self.sizes.len()));
        page.push_str("---|\n");
        for (row, what, unit, promise) in ROWS {
            let values: Vec<Option<f64>> = self
                .sizes
                .iter()
                .map(|(_, figures)| figures.measured.get(row).copied())
                .collect();
            if values.iter().all(Option::is_none) {
                continue;
            }
            push(page, &format!("| {what} | {unit} | {} |", budget(*promise)));
            for value in &values {
                push(
                    page,
                    &format!(" {} |", value.map_or_else(|| "–".to_owned(), shown)),
                );
            }
            push(
                page,
                &format!(" {} |\n", met(*promise, values.last().copied().flatten())),
            );
        }
        page.push_str(
            "\n| on an empty database | unit | budget | measured | met |\n|---|---|---:|---:|---|\n",
        );
        for (row, what, unit, promise) in ROWS {
            if let Some(value) = self.empty.measured.get(row) {
                let met = met(*promise, Some(*value));
                push(
                    page,
                    &format!(
                        "| {what} | {unit} | {} | {} | {met} |\n",
                        budget(*promise),
                        shown(*value)
                    ),
                );
            }
        }
        let all = std::iter::once((0, &self.empty))
            .chain(self.sizes.iter().map(|(tickets, figures)| (*tickets, figures)));
        for (tickets, figures) in all {
            for remark in &figures.remarks {
                push(page, &format!("\nAt {}: {remark}\n", grouped(tickets)));
            }
        }
    }

    fn verdicts(&self) -> Vec<bool> {
        let largest = self.sizes.last().map(|(_, figures)| figures);
        let all = ROWS.iter().flat_map(|(row, _, _, promise)| {
            [Some(&self.empty), largest]
                .into_iter()
                .flatten()
                .filter_map(|figures| kept(*promise, figures.measured.get(row).copied()))
        });
        all.collect()
    }
}

fn push(page: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = page.write_str(text);
}

fn kept(promise: Promise, value: Option<f64>) -> Option<bool> {
    match (promise, value?) {
        (Nothing, _) => None,
        // What could not be measured (not a number) is not kept.
        (AtMost(most), value) => Some(value <= most),
        (AtLeast(least), value) => Some(value >= least),
    }
}

fn met(promise: Promise, value: Option<f64>) -> &'static str {
    match kept(promise, value) {
        Some(true) => "yes",
        Some(false) => "**no**",
        None => "",
    }
}

fn budget(promise: Promise) -> String {
    match promise {
        AtMost(most) => format!("≤ {}", shown(most)),
        AtLeast(least) => format!("≥ {}", shown(least)),
        Nothing => String::new(),
    }
}

/// Three digits say enough.
fn shown(value: f64) -> String {
    match value {
        value if value.is_nan() => "not measured".to_owned(),
        value if value < 1.0 => format!("{value:.2}"),
        value if value < 100.0 => format!("{value:.1}"),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a positive figure for people to read"
        )]
        value => grouped(value.round() as usize),
    }
}

fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

const INTRODUCTION: &str = "# Performance

What Mainstay promises and what was measured, by `cargo xtask bench` (`mainstay bench` repeats it on any machine). \"CPU\" is
processor time of the server and its database for one act, the client's not counted. The column of the largest size decides whether
a budget is met; the columns before it show how the cost grows.

";

const METHOD: &str = "
## How it is measured

- An installation is filled with that many tickets of three articles each, over five years, in two languages: one in twenty is
  open, at most 10,000; a hundred have twenty articles. Figures are compared with a scan, and clocks of a sample with their replay,
  before anything is measured.
- Everything is switched on: the eleven rules that ship, twelve saved views with counts in the rail, models of triage learned from
  what is there, similar tickets, the manager's figures. One created ticket in ten stirs a rule.
- The server is a process of its own, asked over loopback by real HTTP: two clients read, sixteen create. SQLite runs with
  `synchronous=FULL`, PostgreSQL with `fsync` and `synchronous_commit` on.
- Queue pages are five: sorted by urgency or by the latest change, filtered by type, priority, or team, open and closed ones, each
  with the counts of all queues in the rail. Ticket pages have twenty articles and their events.
- \"CPU with all that follows\" of a created ticket goes on until the server is idle again: index, live pages, notices, seals.
- A live update is measured from the moment the reply is asked for, so it includes writing it.
- Mail and sweep have no door to the network and are measured in the process of `mainstay bench`, mail with the whole house at work
  beside it: sixteen pipes deliver, and the time runs until the last mail is a ticket.
- Clients and server share the machine's cores; times include waiting for one.
";

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let (mut empty, mut small, mut large) = (Figures::default(), Figures::default(), Figures::default());
        empty.set(Row::Start, 120.0);
        small.set(Row::QueueCpu, 1.234);
        large.set(Row::QueueCpu, 7.0);
        large.set(Row::CreateRate, 3_456.7);
        large.set(Row::LiveSlow, f64::NAN);
        let sizes = vec![(10_000, small), (1_000_000, large)];
        Report {
            databases: vec![Database {
                name: "SQLite".to_owned(),
                empty,
                sizes,
            }],
            ..Report::default()
        }
    }

    #[test]
    fn the_page_says_what_is_met_at_the_largest_size() {
        let page = report().markdown();
        assert!(page.starts_with("# "));
        assert!(page.contains("| 10,000 | 1,000,000 | met |"), "{page}");
        assert!(page.contains("CPU | ms | ≤ 5.0 | 1.2 | 7.0 | **no** |"), "{page}");
        assert!(
            page.contains("| a second | ≥ 3,000 | – | 3,457 | yes |"),
            "{page}"
        );
        assert!(page.contains("≤ 300 | 120 | yes |"), "{page}");
    }

    #[test]
    fn what_could_not_be_measured_is_not_met() {
        assert_eq!(report().kept(), (4, 2));
    }

    #[test]
    fn every_figure_has_its_line() {
        let mut rows: Vec<Row> = ROWS.iter().map(|(row, ..)| *row).collect();
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), ROWS.len());
    }
}

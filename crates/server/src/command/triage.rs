//! `mainstay triage eval` and `mainstay triage likeness`: how well labels are learned from a file, and how well like texts
//! are found, with the plain way beside each.
//!
//! It touches no database: what an installation has learned from its own tickets is shown on its settings page.

mod table;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand};
use learning::likeness::{Features, Nearest};
use learning::{Check, Corpus, Measured, Model, measure, shuffled};

use super::{Outcome, Trouble};
use table::Labelled;

/// What can be done with triage from the command line.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Learn labels from a table and print how many of the others are proposed rightly.
    Eval(Files),
    /// Look for the nearest text of another row and print how often it has the same label.
    Likeness(Files),
}

/// The tables.
#[derive(Debug, Args)]
pub struct Files {
    /// A CSV file whose first line names its columns.
    file: PathBuf,
    /// The column with the text.
    #[arg(long, value_name = "COLUMN")]
    text: String,
    /// The column with the label.
    #[arg(long, value_name = "COLUMN")]
    label: String,
    /// Another file with the same columns to judge by; else a fifth of the rows, chosen the same way each time.
    #[arg(long, value_name = "FILE")]
    test: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read, lacks a column, or has too few rows.
pub fn run(command: &Command) -> Outcome {
    match command {
        Command::Eval(files) => eval(&files.read()?),
        Command::Likeness(files) => likeness(&files.read()?),
    }
}

/// What is learned from, and what is judged by.
struct Split {
    learned: Vec<Labelled>,
    judged: Vec<Labelled>,
}

impl Files {
    fn read(&self) -> Result<Split, Trouble> {
        let rows = table::read(&self.file, &self.text, &self.label)?;
        let split = match &self.test {
            Some(path) => Split {
                learned: rows,
                judged: table::read(path, &self.text, &self.label)?,
            },
            None => fifth(rows),
        };
        if split.judged.is_empty() || split.learned.is_empty() {
            return Err(Trouble(format!(
                "{}: no rows are left to judge by; at least 5 labelled rows are needed",
                self.file.display()
            )));
        }
        Ok(split)
    }
}

/// Four fifths to learn from and one to judge by, in an order that is the same every time.
fn fifth(rows: Vec<Labelled>) -> Split {
    let judged = rows.len() / 5;
    let mut place = vec![false; rows.len()];
    for chosen in shuffled(rows.len(), 1).into_iter().take(judged) {
        place[chosen] = true;
    }
    let (judged, learned): (Vec<_>, Vec<_>) = rows.into_iter().zip(place).partition(|(_, judged)| *judged);
    let strip = |rows: Vec<(Labelled, bool)>| rows.into_iter().map(|(row, _)| row).collect();
    Split {
        learned: strip(learned),
        judged: strip(judged),
    }
}

fn eval(split: &Split) -> Outcome {
    let start = Instant::now();
    let mut corpus = Corpus::new();
    split.learned.iter().for_each(|row| corpus.add(&row.text));
    let labels: Vec<Option<&str>> = split.learned.iter().map(|row| Some(row.label.as_str())).collect();
    let (model, checked) =
        Model::train(&corpus, &labels, Check::Spread).map_err(|error| Trouble(error.to_string()))?;
    let training = start.elapsed();
    let start = Instant::now();
    let proposals: Vec<Option<learning::Proposal>> =
        split.judged.iter().map(|row| model.propose(&row.text)).collect();
    let each = start.elapsed() / u32::try_from(split.judged.len()).unwrap_or(u32::MAX);

    let commonest = commonest(split);
    let pairs = split.judged.iter().zip(&proposals).map(|(row, proposal)| {
        let said = proposal
            .as_ref()
            .map_or(commonest, |proposal| proposal.label.as_str());
        (row.label.as_str(), said)
    });
    let measured = measure(pairs);
    let baseline = measure(split.judged.iter().map(|row| (row.label.as_str(), commonest)));
    println!(
        "learned {} rows, judged {}, labels {}",
        split.learned.len(),
        measured.count,
        model.labels().count()
    );
    println!(
        "accuracy {:.4}  macro-F1 {:.4}",
        measured.accuracy, measured.macro_f1
    );
    println!(
        "always \"{commonest}\": accuracy {:.4}  macro-F1 {:.4}",
        baseline.accuracy, baseline.macro_f1
    );
    println!(
        "held back while training: accuracy {:.4} of {}",
        checked.model.accuracy, checked.model.count
    );
    sure(split, &proposals);
    println!(
        "training {:.2} s, one proposal {:.3} ms",
        training.as_secs_f64(),
        millis(each)
    );
    Ok(ExitCode::SUCCESS)
}

/// Whether the confidence can be believed: the share that is right among the proposals that are sure.
fn sure(split: &Split, proposals: &[Option<learning::Proposal>]) {
    for least in [0.5, 0.8, 0.9, 0.95] {
        let sure = split.judged.iter().zip(proposals).filter_map(|(row, proposal)| {
            let proposal = proposal
                .as_ref()
                .filter(|proposal| proposal.confidence >= least)?;
            Some((row.label.as_str(), proposal.label.as_str()))
        });
        let Measured { count, accuracy, .. } = measure(sure);
        println!("confidence from {least:.2}: {count} proposals, accuracy {accuracy:.4}");
    }
}

fn commonest(split: &Split) -> &str {
    let mut labels: Vec<&str> = split.learned.iter().map(|row| row.label.as_str()).collect();
    labels.sort_unstable();
    let runs = labels.chunk_by(|one, next| one == next);
    runs.max_by_key(|run| run.len())
        .and_then(|run| run.first().copied())
        .unwrap_or_default()
}

fn likeness(split: &Split) -> Outcome {
    println!(
        "compared with {} rows, judged {}",
        split.learned.len(),
        split.judged.len()
    );
    for (name, features) in [
        ("words, pairs, and pieces", Features::All),
        ("plain word TF-IDF cosine", Features::PlainWords),
    ] {
        let start = Instant::now();
        let nearest = Nearest::of(split.learned.iter().map(|row| row.text.as_str()), features);
        let indexing = start.elapsed();
        let start = Instant::now();
        let (mut first, mut among) = (0, 0);
        for row in &split.judged {
            let found = nearest.to(&row.text, 5);
            let is_like = |(place, _): &(usize, f64)| split.learned[*place].label == row.label;
            first += usize::from(found.first().is_some_and(is_like));
            among += usize::from(found.iter().any(is_like));
        }
        let each = start.elapsed() / u32::try_from(split.judged.len()).unwrap_or(u32::MAX);
        let share = |count: usize| measure_share(count, split.judged.len());
        println!(
            "{name}: hit at 1 {:.4}  hit at 5 {:.4}  (indexing {:.2} s, one question {:.3} ms)",
            share(first),
            share(among),
            indexing.as_secs_f64(),
            millis(each)
        );
    }
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
fn measure_share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

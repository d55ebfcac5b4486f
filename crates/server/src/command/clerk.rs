//! `mainstay clerk eval`: how precise the clerk would be, and how many requests it would answer.
//!
//! With files it touches no database: a table of articles' past requests teaches it, a table of other requests judges it.
//! Without files it takes this installation's own past: it learns from the earlier two thirds and is judged by the last one.

mod table;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use answers::clerk::learning_past::{self, Material};
use answers::clerk::policy::UNMEASURED;
use answers::clerk::scoring::{
    self, Candidate, Curve, Judged, Lesson, Scorer, TARGET, Words, share, threshold,
};
use clap::{Args, Subcommand};
use kernel::config::Overrides;
use learning::Rarity;

use super::{Outcome, Place, Trouble};
use crate::house::House;
use table::Row;

/// What can be done with the clerk from the command line.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print precision and share of requests answered at thresholds, and at the threshold it sets itself.
    Eval(Files),
}

/// The tables; none for this installation's own past.
#[derive(Debug, Args)]
pub struct Files {
    /// A CSV file: a request of the past a line, with the article that answers it (none: no article does).
    #[arg(long, value_name = "FILE", requires = "requests")]
    articles: Option<PathBuf>,
    /// A CSV file with the same columns: the requests to judge by.
    #[arg(long, value_name = "FILE", requires = "articles")]
    requests: Option<PathBuf>,
    /// The column with the words.
    #[arg(long, value_name = "COLUMN", default_value = "text")]
    text: String,
    /// The column that names the article.
    #[arg(long, value_name = "COLUMN", default_value = "category")]
    article: String,
    /// As if one article in so many were not there: its requests have none, in the past as well.
    #[arg(long, value_name = "N", requires = "articles")]
    without: Option<usize>,
    /// Nothing is learned: each line of --articles is words of an article, and requests are compared with these.
    #[arg(long, requires = "articles")]
    untaught: bool,
    /// The past knows nothing of what --without takes away either.
    #[arg(long, requires = "without")]
    unheard: bool,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or lacks a column, or there is too little to learn from.
pub async fn run(place: Place, command: &Command) -> Outcome {
    let Command::Eval(files) = command;
    match (&files.articles, &files.requests) {
        (Some(articles), Some(requests)) => {
            let read = |path| table::read(path, &files.text, &files.article);
            of_files(files, &read(articles)?, &read(requests)?)
        }
        _ => of_house(place).await,
    }
}

fn of_files(files: &Files, past: &[Row], requests: &[Row]) -> Outcome {
    let mut names: Vec<&str> = past.iter().filter_map(|row| row.article.as_deref()).collect();
    names.sort_unstable();
    names.dedup();
    let is_gone = |place: usize| {
        files
            .without
            .is_some_and(|every| every > 0 && place % every == every - 1)
    };
    let numbers: BTreeMap<&str, i64> = names
        .iter()
        .zip(1..)
        .enumerate()
        .filter(|(place, _)| !is_gone(*place))
        .map(|(_, (name, number))| (*name, number))
        .collect();
    let number = |row: &Row| {
        row.article
            .as_deref()
            .and_then(|article| numbers.get(article))
            .copied()
    };
    let words: Vec<Words> = numbers
        .iter()
        .map(|(name, number)| Words {
            article: *number,
            texts: vec![name.replace(['_', '-'], " ")],
        })
        .collect();
    let lessons: Vec<Lesson> = past
        .iter()
        .filter(|row| !(files.unheard && row.article.is_some() && number(row).is_none()))
        .map(|row| Lesson {
            text: row.text.clone(),
            article: number(row),
        })
        .collect();
    let asked: Vec<(String, Option<i64>)> = requests
        .iter()
        .map(|row| (row.text.clone(), number(row)))
        .collect();
    if files.untaught {
        return by_words(words, &lessons, &asked);
    }
    report(&words, &lessons, &asked)
}

/// Judges by words alone, as the clerk does for an article that is too young to have a past.
fn by_words(words: Vec<Words>, lessons: &[Lesson], asked: &[(String, Option<i64>)]) -> Outcome {
    let mut candidates: Vec<Candidate> = words
        .into_iter()
        .map(|one| Candidate {
            article: one.article,
            texts: one.texts,
            solved: Vec::new(),
        })
        .collect();
    for lesson in lessons {
        let own = candidates
            .iter_mut()
            .find(|one| Some(one.article) == lesson.article);
        if let Some(own) = own {
            own.texts.push(lesson.text.clone());
        }
    }
    let texts = candidates
        .iter()
        .flat_map(|one| one.texts.iter().map(String::as_str));
    let rarity = Rarity::of(texts.chain(asked.iter().map(|one| one.0.as_str())));
    println!(
        "compared {} requests with the words of {} articles, without any past",
        asked.len(),
        candidates.len()
    );
    let judged: Vec<(Option<Judged>, Option<i64>)> = asked
        .iter()
        .map(|(text, truth)| (scoring::likeliest(&rarity, text, &candidates), *truth))
        .collect();
    table_of(&judged);
    #[expect(clippy::cast_precision_loss, reason = "a number of hundredths")]
    let usual = UNMEASURED as f64 / 100.0;
    line(usual, &judged, " (default: no past to measure by)");
    Ok(ExitCode::SUCCESS)
}

fn table_of(judged: &[(Option<Judged>, Option<i64>)]) {
    println!("\n| threshold | answered | share | right | precision |");
    println!("|---|---|---|---|---|");
    for hundredths in [50, 60, 70, 80, 85, 90, 95] {
        line(f64::from(hundredths) / 100.0, judged, "");
    }
}

async fn of_house(place: Place) -> Outcome {
    let config = place.config(Overrides::default())?;
    let house = House::open(config).await?;
    let cx = house.kernel.cx_command();
    let material = learning_past::gather(&house.kernel.db, &cx).await?;
    drop(house);
    own_past(material)
}

fn own_past(material: Material) -> Outcome {
    let solved = material
        .past
        .iter()
        .filter(|past| past.lesson.article.is_some())
        .count();
    println!(
        "own past: {} tickets, {solved} of them solved with one of {} articles",
        material.past.len(),
        material.words.len()
    );
    let cut = material.past.len() * 2 / 3;
    let asked: Vec<(String, Option<i64>)> = material.past[cut..]
        .iter()
        .map(|past| (past.lesson.text.clone(), past.lesson.article))
        .collect();
    let lessons: Vec<Lesson> = material.past[..cut]
        .iter()
        .map(|past| past.lesson.clone())
        .collect();
    report(&material.words, &lessons, &asked)
}

fn report(words: &[Words], lessons: &[Lesson], asked: &[(String, Option<i64>)]) -> Outcome {
    if asked.is_empty() {
        return Err(Trouble("there are no requests to judge by".to_owned()));
    }
    let start = Instant::now();
    let (scorer, judgements) = Scorer::learn(words, lessons).map_err(|error| {
        Trouble(format!(
            "{error}; the clerk learns from at least {} requests that two or more articles solved",
            scoring::LESSONS_AT_LEAST
        ))
    })?;
    let learning = start.elapsed();
    let curve = Curve::of(&judgements);
    let chosen = threshold(&curve, TARGET);
    let without = asked.iter().filter(|one| one.1.is_none()).count();
    println!(
        "learned {} requests about {} articles in {:.1} s; judged {} requests, {without} without an article",
        lessons.len(),
        scorer.articles().len(),
        learning.as_secs_f64(),
        asked.len()
    );
    let start = Instant::now();
    let judged: Vec<(Option<Judged>, Option<i64>)> = asked
        .iter()
        .map(|(text, truth)| (scorer.judge(text), *truth))
        .collect();
    let each = start.elapsed() / u32::try_from(asked.len()).unwrap_or(u32::MAX);
    table_of(&judged);
    match chosen {
        Some(chosen) => line(
            chosen,
            &judged,
            " (default: set by the precision measured on the past)",
        ),
        None => println!("\nno threshold is precise enough on this past: the clerk would stay silent"),
    }
    println!("\none judgement {:.3} ms", each.as_secs_f64() * 1000.0);
    Ok(ExitCode::SUCCESS)
}

fn line(threshold: f64, judged: &[(Option<Judged>, Option<i64>)], note: &str) {
    let answered: Vec<bool> = judged
        .iter()
        .filter_map(|(judged, truth)| {
            let judged = judged.as_ref().filter(|judged| judged.confidence >= threshold)?;
            Some(*truth == Some(judged.article))
        })
        .collect();
    let right = answered.iter().filter(|right| **right).count();
    println!(
        "| {threshold:.2}{note} | {} | {:.3} | {right} | {:.4} |",
        answered.len(),
        share(answered.len(), judged.len()),
        share(right, answered.len())
    );
}

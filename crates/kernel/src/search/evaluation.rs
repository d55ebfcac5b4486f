//! How good the ranking is: documents and judged queries in, the usual three numbers for each language out.
//!
//! The index is made in memory with exactly the analysis and ranking that people meet; nothing is tuned to a
//! collection here.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Document, Search, SearchQuery};
use crate::{Error, Result};

const DEPTH: usize = 10;
const EVERYBODY: &str = "everybody";

/// The figures of one language.
#[derive(Clone, Debug, PartialEq)]
pub struct LanguageScore {
    pub language: String,
    pub queries: usize,
    /// Normalised discounted cumulative gain of the first ten hits.
    pub ndcg: f64,
    /// Share of relevant documents among the first ten hits.
    pub recall: f64,
    /// Share of queries whose first hit is relevant.
    pub hit_at_1: f64,
}

#[derive(Deserialize)]
struct JudgedDocument {
    id: String,
    lang: String,
    text: String,
    #[serde(default)]
    title: String,
}

#[derive(Deserialize)]
struct JudgedQuery {
    query: String,
    lang: String,
    relevant: Vec<String>,
}

impl fmt::Display for LanguageScore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}: nDCG@10 {:.4}, recall@10 {:.4}, hit@1 {:.4} ({} queries)",
            self.language, self.ndcg, self.recall, self.hit_at_1, self.queries
        )
    }
}

/// Indexes `documents` (JSON lines `id, lang, text[, title]`), asks `queries` (`query, lang, relevant`), each among
/// the documents of its language, and measures, by language in alphabetical order.
pub fn evaluate(documents: &Path, queries: &Path) -> Result<Vec<LanguageScore>> {
    let search = Search::open_in_ram()?;
    let documents: Vec<JudgedDocument> = read_lines(documents)?;
    search.upsert(documents.into_iter().map(JudgedDocument::into_document).collect())?;
    search.commit()?;
    let mut sums: BTreeMap<String, LanguageScore> = BTreeMap::new();
    for judged in read_lines::<JudgedQuery>(queries)? {
        let query = SearchQuery {
            text: judged.query,
            kinds: vec![judged.lang.clone()],
            rights: vec![EVERYBODY.to_owned()],
            limit: DEPTH,
            ..SearchQuery::default()
        };
        let found: Vec<String> = search.query_now(&query)?.into_iter().map(|hit| hit.key).collect();
        let sum = sums
            .entry(judged.lang.clone())
            .or_insert_with(|| LanguageScore::none(judged.lang));
        sum.add(&found, &judged.relevant);
    }
    Ok(sums.into_values().map(LanguageScore::averaged).collect())
}

/// What else there is, on the collection that lies beside the project (Debian Reference, 748 sections, 341 queries): measured
/// once, for comparison. Another collection has other baselines.
const BASELINES: [(&str, f64, f64); 3] = [
    ("BM25 over jieba words", 0.73, 0.75),
    ("SQLite FTS5, trigrams", f64::NAN, 0.39),
    ("SQLite FTS5 as it comes", 0.66, 0.24),
];

/// The figures beside the baselines, as a table of Markdown.
#[must_use]
pub fn table(scores: &[LanguageScore]) -> String {
    let of = |language: &str| {
        let score = scores.iter().find(|score| score.language == language);
        score.map_or(f64::NAN, |score| score.ndcg)
    };
    let shown = |value: f64, digits: usize| match value.is_nan() {
        true => "–".to_owned(),
        false => format!("{value:.digits$}"),
    };
    let mut table = String::from("| nDCG@10 | en | zh |\n|---|---:|---:|\n");
    let mut line = |name: &str, en: f64, zh: f64, digits| {
        let _ = writeln!(
            table,
            "| {name} | {} | {} |",
            shown(en, digits),
            shown(zh, digits)
        );
    };
    line("Mainstay", of("en"), of("zh"), 4);
    for (name, en, zh) in BASELINES {
        line(name, en, zh, 2);
    }
    table
}

impl JudgedDocument {
    fn into_document(self) -> Document {
        Document {
            kind: self.lang,
            key: self.id,
            title: self.title,
            body: self.text,
            rights: vec![EVERYBODY.to_owned()],
            ..Document::default()
        }
    }
}

impl LanguageScore {
    fn none(language: String) -> LanguageScore {
        LanguageScore {
            language,
            queries: 0,
            ndcg: 0.0,
            recall: 0.0,
            hit_at_1: 0.0,
        }
    }

    fn add(&mut self, found: &[String], relevant: &[String]) {
        let gain = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
        let ranks: Vec<usize> = (0..found.len().min(DEPTH))
            .filter(|rank| relevant.contains(&found[*rank]))
            .collect();
        let ideal: f64 = (0..relevant.len().min(DEPTH)).map(gain).sum();
        self.queries += 1;
        if ideal > 0.0 {
            self.ndcg += ranks.iter().map(|rank| gain(*rank)).sum::<f64>() / ideal;
            self.recall += ranks.len() as f64 / relevant.len() as f64;
        }
        if ranks.first() == Some(&0) {
            self.hit_at_1 += 1.0;
        }
    }

    fn averaged(mut self) -> LanguageScore {
        let count = self.queries.max(1) as f64;
        self.ndcg /= count;
        self.recall /= count;
        self.hit_at_1 /= count;
        self
    }
}

fn read_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let unreadable = |source: Box<dyn std::error::Error + Send + Sync>, line: usize| {
        Error::invalid("kernel.search.file_unreadable")
            .arg("file", path.display().to_string())
            .arg("line", line)
            .caused_by(source)
    };
    let file = File::open(path).map_err(|source| unreadable(source.into(), 0))?;
    let mut items = Vec::new();
    for (index, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|source| unreadable(source.into(), index + 1))?;
        if !line.trim().is_empty() {
            items.push(serde_json::from_str(&line).map_err(|source| unreadable(source.into(), index + 1))?);
        }
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_those_of_the_textbook() {
        let found: Vec<String> = ["b", "a", "c"].map(str::to_owned).to_vec();
        let mut score = LanguageScore::none("en".to_owned());
        score.add(&found, &["a".to_owned()]);
        score.add(&found, &["b".to_owned(), "x".to_owned()]);
        let score = score.averaged();
        let second = 1.0 / 3f64.log2();
        let perfect_of_two = 1.0 + second;
        assert!((score.ndcg - (second + 1.0 / perfect_of_two) / 2.0).abs() < 1e-9);
        assert!((score.recall - 0.75).abs() < 1e-9);
        assert!((score.hit_at_1 - 0.5).abs() < 1e-9);
    }

    /// Baselines on the same documents and queries: BM25 over jieba words 0.73 and 0.75, SQLite's FTS5 0.66 and 0.24.
    #[test]
    fn on_judged_queries_of_both_languages_eight_tenths_of_the_gain_are_reached() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/search");
        if !folder.exists() {
            assert!(
                std::env::var("CI").is_err(),
                "no judged queries in {}",
                folder.display()
            );
            eprintln!("no judged queries in {}; nothing is measured", folder.display());
            return;
        }
        let scores = evaluate(&folder.join("documents.jsonl"), &folder.join("queries.jsonl")).unwrap();
        assert_eq!(scores.len(), 2);
        for score in scores {
            assert!(score.ndcg >= 0.81, "{score}");
        }
    }
}

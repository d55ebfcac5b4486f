//! Training time of 50,000 texts and the time of one proposal, measured where it counts: in a release build, on one core.
//! `cargo run --release -p learning --example figures -- texts.tsv` with a label, a tab, and a text in each line.

use std::time::Instant;

use learning::likeness::{Features, Nearest};
use learning::{Check, Corpus, Model, measure};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a file of label, tab, text")?;
    let content = std::fs::read_to_string(path)?;
    let lines: Vec<(&str, &str)> = content.lines().filter_map(|line| line.split_once('\t')).collect();
    let wanted = 50_000;
    if let Some(test) = std::env::args().nth(2) {
        return judge(&lines, &std::fs::read_to_string(test)?);
    }
    let start = Instant::now();
    let mut corpus = Corpus::new();
    let repeated: Vec<(&str, &str)> = lines.iter().copied().cycle().take(wanted).collect();
    repeated.iter().for_each(|(_, text)| corpus.add(text));
    let labels: Vec<Option<&str>> = repeated.iter().map(|(label, _)| Some(*label)).collect();
    let taken = start.elapsed();
    let (model, checked) = Model::train(&corpus, &labels, Check::Spread)?;
    println!(
        "{wanted} texts: {taken:.1?} taking in, {:.1?} in all; check {checked:?}",
        start.elapsed()
    );
    let start = Instant::now();
    let asked = lines.len().min(5_000);
    let proposals = lines[..asked]
        .iter()
        .filter_map(|(_, text)| model.propose(text))
        .count();
    println!(
        "{proposals} proposals, {:?} each; {} bytes stored",
        start.elapsed() / u32::try_from(asked)?,
        model.to_bytes().len()
    );
    Ok(())
}

/// With a second file: how many of its texts get their label, and how many find a like text.
fn judge(learned: &[(&str, &str)], content: &str) -> Result<(), Box<dyn std::error::Error>> {
    let judged: Vec<(&str, &str)> = content.lines().filter_map(|line| line.split_once('\t')).collect();
    let mut corpus = Corpus::new();
    learned.iter().for_each(|(_, text)| corpus.add(text));
    let labels: Vec<Option<&str>> = learned.iter().map(|(label, _)| Some(*label)).collect();
    let start = Instant::now();
    let (model, checked) = Model::train(&corpus, &labels, Check::Spread)?;
    let again = Model::from_bytes(&model.to_bytes())?;
    println!(
        "trained in {:.1?}, {} features, held back {:?}",
        start.elapsed(),
        model.features(),
        checked.model
    );
    for model in [&model, &again] {
        println!(
            "{:?}",
            measure(
                judged
                    .iter()
                    .filter_map(|(label, text)| Some((*label, model.guess(text)?)))
            )
        );
    }
    for least in [0.5, 0.8, 0.9, 0.95] {
        let sure = judged.iter().filter_map(|(label, text)| {
            let (said, probability) = *model.probabilities(text).first()?;
            (probability >= least).then_some((*label, said))
        });
        println!(
            "from {least}: {:?}",
            measure(sure.collect::<Vec<_>>().into_iter())
        );
    }
    for features in [Features::All, Features::PlainWords] {
        let nearest = Nearest::of(learned.iter().map(|one| one.1), features);
        let found = judged.iter().map(|(label, text)| (*label, nearest.to(text, 5)));
        let (mut first, mut among) = (0, 0);
        for (label, found) in found {
            first += usize::from(found.first().is_some_and(|one| learned[one.0].0 == label));
            among += usize::from(found.iter().any(|one| learned[one.0].0 == label));
        }
        println!("{features:?}: hit at 1 {first}, at 5 {among} of {}", judged.len());
    }
    Ok(())
}

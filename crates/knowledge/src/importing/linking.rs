//! The third walk: neutral addresses of pages become numbers, and pages come to stand under each other.
//!
//! It is part of bringing an article over, which is why it may touch words that were written before: nobody has seen them
//! otherwise. An article that somebody changed meanwhile keeps their words; only addresses in them are replaced.

use std::collections::HashMap;

use kernel::Kernel;
use kernel::error::Result;
use wiki::address::{Becomes, Target, replace};

use super::outline::Outline;
use super::store;
use crate::article::Number;
use crate::article::checking::DEEP_MAX;

/// Articles in one transaction.
const BATCH: usize = 50;

/// Links all articles of a source that still hold neutral addresses; `numbers` are the articles by the keys of their pages.
pub async fn link(
    kernel: &Kernel,
    source: &str,
    outline: &Outline,
    numbers: &HashMap<String, Number>,
) -> Result<()> {
    let number_of = |key: &str| outline.page(key).and_then(|page| numbers.get(page)).copied();
    let named = source.to_owned();
    let waiting = kernel.db.read(move |tx| store::unlinked(tx, &named)).await?;
    for some in waiting.chunks(BATCH) {
        let some = some.to_vec();
        let bodies = kernel
            .db
            .read(move |tx| {
                some.iter()
                    .map(|number| store::bodies(tx, *number))
                    .collect::<Result<Vec<_>>>()
            })
            .await?;
        let changed: Vec<store::Body> = bodies
            .into_iter()
            .flatten()
            .filter_map(|body| {
                let new = linked(&body.text, &number_of);
                (new != body.text).then_some(store::Body { text: new, ..body })
            })
            .collect();
        kernel
            .db
            .write(move |tx| changed.iter().try_for_each(|body| store::put_body(tx, body)))
            .await?;
    }
    Ok(())
}

/// Lets pages stand under each other as they did.
pub async fn stand(
    kernel: &Kernel,
    outline: &Outline,
    numbers: &HashMap<String, Number>,
    brought: &[String],
) -> Result<()> {
    let pairs: Vec<(Number, Number)> = brought
        .iter()
        .filter_map(|key| {
            let above = outline.above(key, DEEP_MAX)?;
            Some((*numbers.get(key)?, *numbers.get(&above)?))
        })
        .collect();
    for some in pairs.chunks(BATCH * 4) {
        let some = some.to_vec();
        kernel
            .db
            .write(move |tx| {
                some.iter()
                    .try_for_each(|(number, above)| store::put_under(tx, *number, *above))
            })
            .await?;
    }
    Ok(())
}

/// The words with numbers for pages.
fn linked(text: &str, number_of: &impl Fn(&str) -> Option<Number>) -> String {
    replace(text, |target| match target {
        Target::Page(key) => match number_of(key) {
            Some(number) => Becomes::Address(format!("article:{number}")),
            None => Becomes::Text,
        },
        Target::File(_) => Becomes::Text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_numbers_and_dead_ones_words() {
        let text = format!(
            "[a]({}) and [b]({})",
            wiki::address::page("A"),
            wiki::address::page("B")
        );
        let number_of = |key: &str| (key == "A").then_some(12);
        assert_eq!(linked(&text, &number_of), "[a](article:12) and b");
    }
}

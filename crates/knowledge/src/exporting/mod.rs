//! Taking articles out: a folder of Markdown that MkDocs builds as it stands, and that our own import reads again.
//!
//! `docs/<space>/<name>.md` is the original language of an article, `<name>.zh-CN.md` or `<name>.en.md` its translations; pictures and
//! other files lie in `docs/<space>/files/`. Links are relative, boxes are MkDocs' own (`markdown`), and nothing in a page runs.
//! What comes out is what readers see and whoever takes it out may see; drafts, votes, and comments stay here.

mod markdown;
mod pages;
mod plan;
mod putting;

use std::collections::HashMap;

use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;

use crate::article::{self, Article, Number};
use crate::file::{self, File};
use crate::text::{self, Text};
use crate::{MANAGE, visibility};

pub(crate) use pages::routes;
use plan::Plan;
pub use putting::{Folder, Put, Zip};

/// Articles read at once.
const BATCH: i64 = 200;

/// What was taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    pub articles: u64,
    /// Texts: an article has one for each language.
    pub pages: u64,
    pub files: u64,
    /// Files that the store no longer has.
    pub missing: u64,
}

/// Takes out all articles, or those of a space.
///
/// # Errors
/// 403 without the right to manage; when it cannot be written.
pub async fn export(kernel: &Kernel, cx: &Cx, space: Option<&str>, put: &mut impl Put) -> Result<Summary> {
    cx.require(MANAGE)?;
    let (reader, wanted) = (cx.clone(), space.map(str::to_owned));
    let plan = kernel
        .db
        .read(move |tx| plan(tx, &reader, wanted.as_deref()))
        .await?;
    let mut summary = Summary {
        articles: plan.articles.len() as u64,
        ..Summary::default()
    };
    put.put("mkdocs.yml", plan.settings(cx.locale).as_bytes())?;
    put.put("docs/index.md", plan.index(cx.locale).as_bytes())?;
    let numbers: Vec<Number> = plan.articles.keys().copied().collect();
    for some in numbers.chunks(50) {
        let some = some.to_vec();
        let read = kernel.db.read(move |tx| texts(tx, &some)).await?;
        for (texts, files) in read {
            let places: HashMap<String, String> = files
                .iter()
                .map(|file| (file.id.to_string(), plan::file_name(file)))
                .collect();
            for text in &texts {
                let Some(path) = plan.path(text.article, text.locale) else {
                    continue;
                };
                let page = plan.page(text, &places);
                put.put(&path, page.as_bytes())?;
                summary.pages += 1;
            }
            for file in &files {
                match kernel.files.get(&file.hash).await {
                    Ok(content) => {
                        put.put(&plan.file_path(file), &content)?;
                        summary.files += 1;
                    }
                    Err(error) => {
                        tracing::warn!(file = %file.id, %error, "a file of an article is not in the store");
                        put.put(&plan.file_path(file), b"")?;
                        summary.missing += 1;
                    }
                }
            }
        }
    }
    Ok(summary)
}

/// Which articles, and where each of them goes.
fn plan(tx: &mut Tx<'_>, cx: &Cx, space: Option<&str>) -> Result<Plan> {
    let terms = visibility::terms(cx);
    let spaces = crate::space::all(tx)?;
    let mut plan = Plan::new(spaces.iter().cloned());
    let mut after = 0;
    loop {
        let numbers = article::store::numbers_after(tx, after, BATCH)?;
        let Some(last) = numbers.last() else { break };
        after = *last;
        let mut articles: Vec<Article> = article::store::find_many(tx, &numbers)?;
        articles.retain(|article| {
            let is_read = article.state.is_read() && !article.is_template;
            is_read
                && space.is_none_or(|space| article.space == space)
                && visibility::sees(cx, &terms, article)
        });
        let titles = text::store::titles(tx, &numbers)?;
        for article in articles {
            if let Some(titles) = titles.get(&article.number) {
                plan.add(&article, titles);
            }
        }
    }
    Ok(plan)
}

fn texts(tx: &mut Tx<'_>, numbers: &[Number]) -> Result<Vec<(Vec<Text>, Vec<File>)>> {
    let mut found = text::store::of_articles(tx, numbers)?;
    let mut all = Vec::with_capacity(numbers.len());
    for number in numbers {
        let texts = found.remove(number).unwrap_or_default();
        let files = file::store::of_article(tx, *number, file::FILES_MAX)?;
        // What was uploaded and is not named any more is nobody's.
        let is_named = |file: &File| file::is_named(&texts, file);
        let files = files.into_iter().filter(is_named).collect();
        all.push((texts, files));
    }
    Ok(all)
}

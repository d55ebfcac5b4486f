//! An import from its first page to its report.

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;

use kernel::Kernel;
use kernel::cx::Cx;
use kernel::error::{Error, Kind, Result};
use tokio::sync::mpsc;
use wiki::{Item, Limits, Page, Place, What};

use super::filing::Cabinet;
use super::job::Progress;
use super::outline::Outline;
use super::report::{INVALID, Line, Report};
use super::{Order, linking, open, placing, refused, store};
use crate::MANAGE;
use crate::article::Number;
use crate::file::{self, File, NewFile};
use crate::writing::take_over;

/// Pages between two words about progress.
const OFTEN: u64 = 20;
/// Pages read ahead of those that are written.
const AHEAD: usize = 4;

/// Whoever waits for the end.
pub trait Witness: Send {
    /// So far it is; false to end it here.
    fn progress(&mut self, progress: Progress) -> impl Future<Output = Result<bool>> + Send;
}

/// Brings over what an export holds.
///
/// # Errors
/// 403 without the right to manage; when it is no such export; when it was ended.
pub async fn run(kernel: &Kernel, cx: &Cx, order: &Order, witness: &mut impl Witness) -> Result<Report> {
    cx.require(MANAGE)?;
    let (format, path, name) = (order.format, order.path.clone(), order.name.clone());
    let outline = tokio::task::spawn_blocking(move || Outline::read(format, &path, &name));
    let outline = Arc::new(outline.await.map_err(Error::internal)??);
    let source = order.options.source(format, &outline.name);
    let named = source.clone();
    let known = kernel.db.read(move |tx| store::known(tx, &named)).await?;
    let mut run = Run {
        kernel,
        cx,
        order,
        report: Report {
            source: source.clone(),
            passed_over: outline.passed_over.clone(),
            ..Report::default()
        },
        cabinet: Cabinet::open(order.path.clone()),
        numbers: known_numbers(&outline, &known),
        known,
        held: HashMap::new(),
        links: Vec::new(),
        brought: Vec::new(),
        used: BTreeSet::new(),
        outline: Arc::clone(&outline),
    };
    run.walk(witness).await?;
    linking::link(kernel, &source, &outline, &run.numbers).await?;
    linking::stand(kernel, &outline, &run.numbers, &run.brought).await?;
    run.finish().await
}

/// The articles of pages that came before, by the keys of the pages.
fn known_numbers(outline: &Outline, known: &HashMap<String, Number>) -> HashMap<String, Number> {
    let pages = outline.pages.iter();
    pages
        .filter_map(|(key, head)| Some((key.clone(), *known.get(&head.id)?)))
        .collect()
}

/// An import under way.
struct Run<'a> {
    kernel: &'a Kernel,
    cx: &'a Cx,
    order: &'a Order,
    outline: Arc<Outline>,
    report: Report,
    cabinet: Cabinet,
    /// Articles that came before, by their names there.
    known: HashMap<String, Number>,
    /// Articles by the keys of their pages.
    numbers: HashMap<String, Number>,
    /// Pages that wait for their other languages, by the key of the original.
    held: HashMap<String, Vec<Page>>,
    /// Links of pages: title, key, line.
    links: Vec<(String, String, usize)>,
    /// The keys of pages that came now.
    brought: Vec<String>,
    /// Files that an article shows or offers.
    used: BTreeSet<String>,
}

impl Run<'_> {
    /// The second walk.
    async fn walk(&mut self, witness: &mut impl Witness) -> Result<()> {
        let (send, mut items) = mpsc::channel(AHEAD);
        let order = self.order.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let mut file = open(&order.path)?;
            let mut take = |item| match send.blocking_send(item) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            };
            wiki::read(
                order.format,
                &mut file,
                &order.name,
                &Limits::default(),
                &mut take,
            )
            .map_err(refused)
        });
        let of = self.outline.pages.len() as u64;
        let mut done = 0;
        while let Some(item) = items.recv().await {
            match item {
                Item::Page(page) => {
                    if done % OFTEN == 0 && !witness.progress(Progress { done, of }).await? {
                        return Err(Error::conflict("knowledge.import_stopped"));
                    }
                    done += 1;
                    self.page(*page).await?;
                }
                Item::File(file) => {
                    if let Place::Inline(content) = file.place {
                        self.cabinet.put(file.key, content);
                    }
                }
                Item::Complaint(complaint) => {
                    if complaint.what.refuses_page() {
                        self.report.pages.found += 1;
                    }
                    self.report.complain(complaint);
                }
                Item::Name(_) | Item::Redirect { .. } | Item::PassedOver(_) => {}
            }
        }
        reading.await.map_err(Error::internal)??;
        // A language may have been broken; the others do not wait for it.
        for (_, pages) in std::mem::take(&mut self.held) {
            self.article(pages).await?;
        }
        Ok(())
    }

    /// Takes a page up, or keeps it until its other languages are here.
    async fn page(&mut self, page: Page) -> Result<()> {
        self.report.pages.found += 1;
        self.report.revisions.found += page.revisions.len() as u64;
        let original = self
            .outline
            .pages
            .get(&page.key)
            .and_then(|head| head.original.clone());
        let group = original.unwrap_or_else(|| page.key.clone());
        let Some(languages) = self.outline.languages.get(&group).copied() else {
            return self.article(vec![page]).await;
        };
        let pages = self.held.entry(group.clone()).or_default();
        if page.key == group {
            pages.insert(0, page);
        } else {
            pages.push(page);
        }
        if pages.len() < languages {
            return Ok(());
        }
        let pages = self.held.remove(&group).unwrap_or_default();
        self.article(pages).await
    }

    /// Takes over an article with all its languages.
    async fn article(&mut self, pages: Vec<Page>) -> Result<()> {
        let Some(first) = pages.first() else { return Ok(()) };
        for page in &pages {
            let links = page
                .links
                .iter()
                .map(|link| (page.title.clone(), link.key.clone(), link.line));
            self.links.extend(links);
        }
        let revisions: u64 = pages.iter().map(|page| page.revisions.len() as u64).sum();
        if let Some(number) = self.known.get(&first.id).copied() {
            self.report.pages.known += pages.len() as u64;
            self.report.revisions.known += revisions;
            self.count_here(&pages, number);
            for key in pages.iter().flat_map(|page| page.files.iter()) {
                if self.outline.files.contains_key(key) && self.used.insert(key.clone()) {
                    self.report.files.known += 1;
                }
            }
            return Ok(());
        }
        let files = self.files(&pages).await?;
        match self.write(&pages, files).await {
            Ok(number) => {
                self.known.insert(first.id.clone(), number);
                self.brought.push(first.key.clone());
                self.count_here(&pages, number);
                Ok(())
            }
            Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
                let locale = kernel::Locale::default();
                let field = error
                    .fields()
                    .first()
                    .map(|field| format!("{}: {}", field.field, field.message(locale)));
                self.report.line(Line {
                    page: first.title.clone(),
                    line: first.line as u64,
                    what: INVALID.to_owned(),
                    detail: field.unwrap_or_else(|| error.message(locale)),
                });
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn count_here(&mut self, pages: &[Page], number: Number) {
        for page in pages {
            self.numbers.insert(page.key.clone(), number);
            self.report.pages.here += 1;
            self.report.revisions.here += page.revisions.len() as u64;
        }
    }

    /// The files of an article, stored, by their keys; those that are missing are named.
    async fn files(&mut self, pages: &[Page]) -> Result<Vec<(String, NewFile)>> {
        let mut found: Vec<(String, NewFile)> = Vec::new();
        for page in pages {
            for key in &page.files {
                if found.iter().any(|(known, _)| known == key) {
                    continue;
                }
                let is_full = i64::try_from(found.len()).unwrap_or(i64::MAX) >= file::FILES_MAX;
                let stored = if is_full {
                    None
                } else {
                    self.cabinet.file(self.kernel, &self.outline, key).await?
                };
                match stored {
                    Some(file) => {
                        self.used.insert(key.clone());
                        found.push((key.clone(), file));
                    }
                    None => self.report.complain(wiki::Complaint {
                        page: page.title.clone(),
                        line: page.line,
                        what: What::FileMissing,
                        detail: key.clone(),
                    }),
                }
            }
        }
        Ok(found)
    }

    /// Writes an article in one transaction.
    async fn write(&self, pages: &[Page], files: Vec<(String, NewFile)>) -> Result<Number> {
        let (cx, options, source) = (
            self.cx.clone(),
            self.order.options.clone(),
            self.report.source.clone(),
        );
        let pages = pages.to_vec();
        let work = move |tx: &mut kernel::db::Tx<'_>| {
            let rows: Vec<(String, File)> = files
                .iter()
                .map(|(key, new)| (key.clone(), row(&cx, new)))
                .collect();
            let places = rows
                .iter()
                .map(|(key, file)| (key.clone(), file.place()))
                .collect();
            let arriving = placing::arriving(&pages, &options, &source, &places, cx.now());
            let arriving = arriving.ok_or_else(|| Error::invalid("knowledge.body_missing"))?;
            let article = take_over(tx, &cx, &arriving)?;
            for (_, file) in rows {
                file::store::insert(
                    tx,
                    &File {
                        article: article.number,
                        ..file
                    },
                )?;
            }
            Ok(article.number)
        };
        self.kernel.db.write(work).await
    }

    /// Counts both sides.
    async fn finish(mut self) -> Result<Report> {
        let outline = Arc::clone(&self.outline);
        self.report.files.found = outline.files.len() as u64;
        self.report.files.here = self.used.len() as u64;
        self.report.redirects.found = outline.redirects.len() as u64;
        for (from, (to, line)) in &outline.redirects {
            if outline
                .page(to)
                .is_some_and(|page| self.numbers.contains_key(page))
            {
                self.report.redirects.here += 1;
            } else {
                self.report.complain(wiki::Complaint {
                    page: from.clone(),
                    line: *line,
                    what: What::RedirectBroken,
                    detail: to.clone(),
                });
            }
        }
        for (page, key, line) in std::mem::take(&mut self.links) {
            self.report.links.found += 1;
            if outline
                .page(&key)
                .is_some_and(|page| self.numbers.contains_key(page))
            {
                self.report.links.here += 1;
            } else {
                self.report.complain(wiki::Complaint {
                    page,
                    line,
                    what: What::LinkBroken,
                    detail: key,
                });
            }
        }
        tracing::info!(
            source = self.report.source,
            stored = self.cabinet.count(),
            "an import is over"
        );
        Ok(self.report)
    }
}

fn row(cx: &Cx, new: &NewFile) -> File {
    File {
        id: cx.new_id(),
        article: 0,
        hash: new.hash.clone(),
        name: new
            .name
            .chars()
            .filter(|letter| !letter.is_control())
            .take(200)
            .collect(),
        media_type: new.media_type.clone(),
        size: new.size,
        added_by: cx.user_id(),
        at: cx.now(),
    }
}

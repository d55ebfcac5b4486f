//! The job that learns: from the beginning once a day, and in between what was closed and corrected since.
//!
//! Only the latest tickets are learned from, so memory is bounded whatever the installation holds; they are read page by
//! page, each in a transaction of its own, and only their features are kept. What was learned last stands with the model,
//! so that a run that was cut short goes on from there. The queue of jobs sees to it that one node does it at a time.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::db::Db;
use kernel::error::{Error, Result};
use kernel::job::{Every, Job, JobHandler, Schedule};
use kernel::time::Timestamp;
use learning::{Check, Checked, Corpus, Model};

use super::proposing::Outcome;
use super::store::{self, Example, Learned};
use super::{Field, hearing, text_of, thousandths};
use crate::ticket::value::Stage;

/// Learns.
pub const LEARN: &str = "desk.learn";

pub const HANDLER: JobHandler = JobHandler { kind: LEARN, run };
pub const SCHEDULE: Schedule = Schedule {
    name: LEARN,
    every: Every::Seconds(300),
    job: LEARN,
};

/// So many of the latest closed and resolved tickets are learned from.
const EXAMPLES_AT_MOST: usize = 50_000;
/// Or fewer, when they are long: five bytes a feature make 100 MB.
const FEATURES_AT_MOST: usize = 20_000_000;
const PAGE: i64 = 500;
/// The check is made with so many of the latest tickets, or a tenth of all when that is less.
const CHECKED_AT_MOST: usize = 1_000;
const DAY: i64 = 24 * 3600 * 1000;
/// What is taken in between two trainings in one go.
const TAKEN_AT_ONCE: i64 = 500;

fn run(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let knew_nothing = kernel.db.read(store::versions).await?.is_empty();
        learn(&kernel.db, kernel.clock.now()).await?;
        if knew_nothing && !kernel.db.read(store::versions).await?.is_empty() {
            // Those who were open before the first models, after an import for instance, are not left out.
            let cx = kernel.cx_system("desk.learned");
            hearing::look_at_open(&kernel.db, &cx, &kernel.node).await?;
        }
        Ok(())
    })
}

/// Trains what was never trained or more than a day ago, else takes in what is new.
pub async fn learn(db: &Db, now: Timestamp) -> Result<()> {
    let learned = db.read(store::learned).await?;
    // The latest: a field that has only one value by now is not trained any more and keeps what it knew.
    let latest = learned.iter().map(|one| one.trained_at).max();
    let is_fresh = latest.is_some_and(|trained| now.millis() - trained.millis() < DAY);
    if is_fresh {
        take_in(db, learned).await
    } else {
        train(db, now).await
    }
}

/// Learns everything anew.
pub async fn train(db: &Db, now: Timestamp) -> Result<()> {
    let examples = gather(db).await?;
    let upto = examples.closed.unwrap_or((Timestamp::from_millis(0), 0));
    let trained = tokio::task::spawn_blocking(move || examples.train())
        .await
        .map_err(Error::internal)?;
    let mut models = Vec::with_capacity(trained.len());
    for (field, model, checked) in trained {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let learned = Learned {
            field,
            texts: i64::try_from(model.texts()).unwrap_or(i64::MAX),
            labels: count(model.labels().count()),
            checked: count(checked.model.count),
            accuracy: thousandths(checked.model.accuracy),
            macro_f1: thousandths(checked.model.macro_f1),
            commonest: thousandths(checked.commonest.accuracy),
            trained_at: now,
            upto,
        };
        tracing::info!(
            field = field.as_str(),
            texts = learned.texts,
            accuracy = learned.accuracy,
            "learned"
        );
        models.push((learned, model.to_bytes()));
    }
    // All or none: a run that was cut short begins anew.
    db.write(move |tx| {
        models
            .iter()
            .try_for_each(|(learned, bytes)| store::save(tx, learned, bytes))
    })
    .await
}

/// What is learned from: the features of the texts and their labels, the latest ticket first.
#[derive(Default)]
struct Examples {
    corpus: Corpus,
    labels: [Vec<Option<String>>; 4],
    /// The latest closed ticket among them.
    closed: Option<(Timestamp, i64)>,
}

impl Examples {
    fn add(&mut self, example: Example) {
        self.corpus.add(&text_of(&example.title, &example.body));
        for (labels, label) in self.labels.iter_mut().zip(example.labels) {
            labels.push(label);
        }
    }

    fn train(&self) -> Vec<(Field, Model, Checked)> {
        let fields = Field::ALL.iter().zip(&self.labels);
        fields
            .filter_map(|(field, labels)| {
                let labels: Vec<Option<&str>> = labels.iter().map(Option::as_deref).collect();
                // Too few tickets, or all alike: there is nothing to propose yet.
                let (model, checked) =
                    Model::train(&self.corpus, &labels, Check::First(CHECKED_AT_MOST)).ok()?;
                Some((*field, model, checked))
            })
            .collect()
    }
}

/// The latest tickets that are done, closed ones before those that still await the requester's word.
async fn gather(db: &Db) -> Result<Examples> {
    let mut examples = Examples::default();
    for stage in [Stage::Closed, Stage::Resolved] {
        let mut place = (i64::MAX, i64::MAX);
        while examples.corpus.len() < EXAMPLES_AT_MOST && examples.corpus.volume() < FEATURES_AT_MOST {
            let page = db
                .read(move |tx| store::before(tx, stage.rank(), place, PAGE))
                .await?;
            let Some(last) = page.last() else { break };
            place = (last.updated_at.millis(), last.number);
            if stage == Stage::Closed && examples.closed.is_none() {
                examples.closed = page.first().map(|first| (first.updated_at, first.number));
            }
            page.into_iter().for_each(|example| examples.add(example));
        }
    }
    Ok(examples)
}

/// Shows the models what was closed and corrected since.
async fn take_in(db: &Db, learned: Vec<Learned>) -> Result<()> {
    let Some(upto) = learned.iter().map(|one| one.upto).min() else {
        return Ok(());
    };
    let (closed, corrected) = db
        .read(move |tx| {
            let closed = store::closed_after(tx, upto, TAKEN_AT_ONCE)?;
            let mut corrected = Vec::new();
            for (number, proposed) in store::corrected(tx, TAKEN_AT_ONCE)? {
                corrected.extend(store::one(tx, number)?.map(|example| (example, proposed.field)));
            }
            Ok((closed, corrected))
        })
        .await?;
    if closed.is_empty() && corrected.is_empty() {
        return Ok(());
    }
    for one in learned {
        let field = one.field;
        let Some((bytes, _)) = db.read(move |tx| store::model(tx, field)).await? else {
            continue;
        };
        let (closed, corrected) = (closed.clone(), corrected.clone());
        let (one, bytes) = tokio::task::spawn_blocking(move || shown(one, &bytes, &closed, &corrected))
            .await
            .map_err(Error::internal)?;
        db.write(move |tx| store::save(tx, &one, &bytes)).await?;
    }
    db.write(move |tx| {
        for (example, field) in &corrected {
            store::settle(tx, example.number, *field, Outcome::Taught, example.updated_at)?;
        }
        Ok(())
    })
    .await
}

/// A model after it was shown the new examples. One that cannot be read is left for the next training.
fn shown(
    mut one: Learned,
    bytes: &[u8],
    all: &[Example],
    corrected: &[(Example, Field)],
) -> (Learned, Vec<u8>) {
    let Ok(mut model) = Model::from_bytes(bytes) else {
        return (one, bytes.to_vec());
    };
    let place = Field::ALL
        .iter()
        .position(|field| *field == one.field)
        .unwrap_or(0);
    let corrected = corrected
        .iter()
        .filter(|(_, field)| *field == one.field)
        .map(|(example, _)| example);
    // A run that was cut short has shown some of it to some of the models.
    let upto = one.upto;
    let closed = all
        .iter()
        .filter(|example| (example.updated_at, example.number) > upto);
    for example in closed.chain(corrected) {
        if let Some(label) = &example.labels[place] {
            model.learn(&text_of(&example.title, &example.body), label);
        }
    }
    if let Some(last) = all.last() {
        one.upto = upto.max((last.updated_at, last.number));
    }
    one.texts = i64::try_from(model.texts()).unwrap_or(i64::MAX);
    one.labels = i64::try_from(model.labels().count()).unwrap_or(i64::MAX);
    (one, model.to_bytes())
}

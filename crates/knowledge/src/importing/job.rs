//! An import as a person starts it: a row, a job, progress, and an end.

use std::io::Write as _;

use futures::StreamExt as _;
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::event::{self, New};
use kernel::file::Stored;
use kernel::id::{Id, UserId};
use kernel::job::{self, Job, JobHandler};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use wiki::Format;

use super::running::{Witness, run};
use super::{Options, Order, Report, store};
use crate::{MANAGE, events, space, visibility};

/// An import's identifier.
pub type ImportId = Id<Import>;

const NAME: &str = "knowledge.import";
/// Imports on the page.
const LISTED: i64 = 20;

/// Does it.
pub const HANDLER: JobHandler = JobHandler {
    kind: NAME,
    run: work,
};

/// How far an import is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Pages looked at.
    pub done: u64,
    /// Pages in all.
    pub of: u64,
}

/// An import.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    pub id: ImportId,
    pub format: String,
    /// What the file was called.
    pub name: String,
    pub hash: String,
    pub options: Options,
    /// waiting, done, failed, stopped.
    pub state: String,
    pub progress: Option<Progress>,
    pub report: Option<Report>,
    /// Why it failed: the code of an error.
    pub failure: Option<String>,
    pub started_by: Option<UserId>,
    pub at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

impl Import {
    /// Whether it is still to be done.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.state == WAITING
    }
}

const WAITING: &str = "waiting";
const DONE: &str = "done";
const FAILED: &str = "failed";
const STOPPED: &str = "stopped";

/// Begins an import of a file that is stored.
///
/// # Errors
/// 403 without the right to manage; names the space or the audience when they are wrong.
pub fn begin(
    tx: &mut Tx<'_>,
    cx: &Cx,
    format: Format,
    name: &str,
    file: &Stored,
    options: &Options,
) -> Result<Import> {
    cx.require(MANAGE)?;
    if !space::all(tx)?.iter().any(|space| space.id == options.space) {
        return Err(Error::invalid("knowledge.space_unknown").field("space"));
    }
    if options.audience.is_empty() {
        return Err(Error::invalid("knowledge.audience_missing").field("audience"));
    }
    if !options.audience.iter().all(|term| visibility::is_term(term)) {
        return Err(Error::invalid("knowledge.audience_unknown").field("audience"));
    }
    let import = Import {
        id: cx.new_id(),
        format: format.as_str().to_owned(),
        name: name.chars().take(200).collect(),
        hash: file.hash.clone(),
        options: options.clone(),
        state: WAITING.to_owned(),
        progress: None,
        report: None,
        failure: None,
        started_by: cx.user_id(),
        at: cx.now(),
        ended_at: None,
    };
    store::insert(tx, &import)?;
    let new = job::New::now(NAME, json!({ "id": import.id.to_string() })).max_attempts(3);
    job::enqueue(tx, cx, new)?;
    note(
        tx,
        cx,
        events::IMPORT_STARTED,
        &import,
        json!({ "format": import.format, "name": import.name }),
    )?;
    Ok(import)
}

/// Ends an import that is not done yet. What came until then stays.
///
/// # Errors
/// 403 without the right to manage, 404 when there is none.
pub fn stop(tx: &mut Tx<'_>, cx: &Cx, id: ImportId) -> Result<()> {
    let mut import = load(tx, cx, id)?;
    if import.is_waiting() {
        end(tx, cx, &mut import, STOPPED)?;
    }
    Ok(())
}

/// One.
///
/// # Errors
/// 403 without the right to manage, 404 when there is none.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: ImportId) -> Result<Import> {
    cx.require(MANAGE)?;
    store::find(tx, id)?.ok_or_else(Error::not_found)
}

/// The latest.
///
/// # Errors
/// 403 without the right to manage.
pub fn list(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Import>> {
    cx.require(MANAGE)?;
    store::latest(tx, LISTED)
}

fn note(
    tx: &mut Tx<'_>,
    cx: &Cx,
    kind: &'static str,
    import: &Import,
    data: serde_json::Value,
) -> Result<()> {
    let new = New {
        kind,
        subject: format!("knowledge.import:{}", import.id),
        data,
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}

fn end(tx: &mut Tx<'_>, cx: &Cx, import: &mut Import, state: &str) -> Result<()> {
    state.clone_into(&mut import.state);
    import.ended_at = Some(cx.now());
    if store::update(tx, import)? {
        let articles = import
            .report
            .as_ref()
            .map_or(0, |report| report.pages.here.saturating_sub(report.pages.known));
        note(
            tx,
            cx,
            events::IMPORT_ENDED,
            import,
            json!({ "state": state, "articles": articles }),
        )?;
    }
    Ok(())
}

fn work(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let id: ImportId = job
            .data
            .get("id")
            .and_then(|id| id.as_str())
            .and_then(|id| id.parse().ok())
            .ok_or_else(Error::not_found)?;
        let cx = kernel.cx_system(NAME);
        let Some(mut import) = kernel
            .db
            .read(move |tx| store::find(tx, id))
            .await?
            .filter(Import::is_waiting)
        else {
            return Ok(());
        };
        let outcome = whole(&kernel, &cx, &import).await;
        let state = match outcome {
            Ok(report) => {
                import.report = Some(report);
                DONE
            }
            Err(error) if error.code() == "knowledge.import_stopped" => return Ok(()),
            Err(error) if matches!(error.kind(), Kind::Invalid | Kind::TooLarge) || job.is_last_attempt() => {
                tracing::warn!(import = %import.id, %error, "an import failed");
                import.failure = Some(error.code().to_owned());
                FAILED
            }
            Err(error) => return Err(error),
        };
        import.progress = None;
        kernel
            .db
            .write(move |tx| end(tx, &cx, &mut import.clone(), state))
            .await
    })
}

/// Runs an import on a copy of its file that can be read from any place.
async fn whole(kernel: &Kernel, cx: &Cx, import: &Import) -> Result<Report> {
    let format = Format::parse(&import.format).ok_or_else(Error::not_found)?;
    let mut copy = tempfile::NamedTempFile::new_in(&kernel.config.data).map_err(Error::internal)?;
    let mut content = kernel.files.get_stream(&import.hash).await?.stream;
    while let Some(piece) = content.next().await {
        copy.write_all(&piece?).map_err(Error::internal)?;
    }
    copy.flush().map_err(Error::internal)?;
    let order = Order {
        format,
        path: copy.path().to_owned(),
        name: import.name.clone(),
        options: import.options.clone(),
    };
    let mut witness = Row {
        kernel,
        import: import.clone(),
    };
    run(kernel, cx, &order, &mut witness).await
}

/// Writes progress into the row, and looks whether somebody ended it.
struct Row<'a> {
    kernel: &'a Kernel,
    import: Import,
}

impl Witness for Row<'_> {
    async fn progress(&mut self, progress: Progress) -> Result<bool> {
        self.import.progress = Some(progress);
        let import = self.import.clone();
        self.kernel.db.write(move |tx| store::update(tx, &import)).await
    }
}

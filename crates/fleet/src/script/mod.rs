//! The library of scripts: what has been written once, looked at by a second person, and may be run with typed parameters.
//!
//! A script has versions; whoever may run things writes them, somebody else with the right to approve reviews them, and only the
//! version that was reviewed last is run. What a version says never changes afterwards: an act names it by number and carries its text.

pub mod pages;
pub mod parameter;
pub mod store;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::event::{self, New};
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use protocol::verb::{SCRIPT_MOST, Shell, Verb};
use serde_json::json;

use crate::act::events;
use crate::{APPROVE, READ, RUN};
use parameter::Parameter;

const NAME_MOST: usize = 80;
const PURPOSE_MOST: usize = 500;

/// Marks the identifiers of scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScriptMark;
/// Names a script.
pub type ScriptId = Id<ScriptMark>;

/// A script of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Which.
    pub id: ScriptId,
    /// As people call it.
    pub name: String,
    /// What it is good for.
    pub purpose: String,
    /// The version that may be run.
    pub current: Option<i64>,
    /// The version that was written last.
    pub latest: i64,
    /// Since when it may not be run.
    pub retired_at: Option<Timestamp>,
    /// When it was first written.
    pub created_at: Timestamp,
    /// Grows with each change.
    pub version: i64,
}

/// One version of a script.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// Of which script.
    pub script: ScriptId,
    /// From 1.
    pub number: i64,
    /// What runs it.
    pub shell: Shell,
    /// Its text.
    pub body: String,
    /// What it asks for.
    pub parameters: Vec<Parameter>,
    /// Who wrote it.
    pub author: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// Who looked at it and agreed.
    pub reviewed_by: Option<UserId>,
    /// When.
    pub reviewed_at: Option<Timestamp>,
}

/// What somebody writes.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// As people call it.
    pub name: String,
    /// What it is good for.
    pub purpose: String,
    /// What runs it.
    pub shell: Shell,
    /// Its text.
    pub body: String,
    /// What it asks for, a line each.
    pub parameters: String,
}

/// The word for a shell.
#[must_use]
pub const fn shell_word(shell: Shell) -> &'static str {
    match shell {
        Shell::Sh => "sh",
        Shell::Python => "python",
        Shell::Powershell => "powershell",
    }
}

/// The shell of a word.
#[must_use]
pub fn shell_of(word: &str) -> Option<Shell> {
    [Shell::Sh, Shell::Python, Shell::Powershell]
        .into_iter()
        .find(|shell| shell_word(*shell) == word)
}

/// The scripts, by name.
///
/// # Errors
/// 403 without the right to look into devices.
pub fn list(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Script>> {
    cx.require(READ)?;
    store::list(tx)
}

/// One script.
///
/// # Errors
/// As [`list`]; 404 when there is none.
pub fn find(tx: &mut Tx<'_>, cx: &Cx, id: ScriptId) -> Result<Script> {
    cx.require(READ)?;
    store::find(tx, id)?.ok_or_else(Error::not_found)
}

fn checked(draft: &Draft) -> Result<Vec<Parameter>> {
    let mut errors = Errors::new();
    let length = draft.name.trim().chars().count();
    if length == 0 || length > NAME_MOST {
        errors.push_with(
            "name",
            "fleet.script_name",
            vec![("most".to_owned(), NAME_MOST.into())],
        );
    }
    if draft.purpose.chars().count() > PURPOSE_MOST {
        errors.push_with(
            "purpose",
            "fleet.script_purpose",
            vec![("most".to_owned(), PURPOSE_MOST.into())],
        );
    }
    if draft.body.trim().is_empty() || draft.body.len() > SCRIPT_MOST || draft.body.contains('\0') {
        errors.push("body", "fleet.script_body");
    }
    let parameters = parameter::read(&draft.parameters);
    if let Err(error) = &parameters {
        errors.absorb(error);
    }
    errors.finish()?;
    parameters
}

/// Writes a new script; its first version waits for a review.
///
/// # Errors
/// 403 without the right, 422 with the fields, 409 when the name is taken.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, draft: &Draft) -> Result<Script> {
    cx.require(RUN)?;
    let parameters = checked(draft)?;
    tx.lock("fleet.scripts", "all")?;
    free(tx, &draft.name, None)?;
    let script = Script {
        id: cx.new_id(),
        name: draft.name.trim().to_owned(),
        purpose: draft.purpose.trim().to_owned(),
        current: None,
        latest: 1,
        retired_at: None,
        created_at: cx.now(),
        version: 1,
    };
    store::insert(tx, &script)?;
    write(tx, cx, &script, draft, parameters)?;
    Ok(script)
}

/// Writes another version; the one that may be run stays until this is reviewed.
///
/// # Errors
/// As [`add`].
pub fn change(tx: &mut Tx<'_>, cx: &Cx, id: ScriptId, draft: &Draft) -> Result<Script> {
    cx.require(RUN)?;
    let parameters = checked(draft)?;
    tx.lock("fleet.scripts", "all")?;
    free(tx, &draft.name, Some(id))?;
    let mut script = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    (script.name, script.purpose) = (draft.name.trim().to_owned(), draft.purpose.trim().to_owned());
    (script.latest, script.version) = (script.latest + 1, script.version + 1);
    store::update(tx, &script)?;
    write(tx, cx, &script, draft, parameters)?;
    Ok(script)
}

fn free(tx: &mut Tx<'_>, name: &str, own: Option<ScriptId>) -> Result<()> {
    match store::by_name(tx, name.trim())? {
        Some(other) if Some(other) != own => Err(Error::conflict("fleet.script_taken").field("name")),
        _ => Ok(()),
    }
}

fn write(tx: &mut Tx<'_>, cx: &Cx, script: &Script, draft: &Draft, parameters: Vec<Parameter>) -> Result<()> {
    let version = Version {
        script: script.id,
        number: script.latest,
        shell: draft.shell,
        body: draft.body.replace("\r\n", "\n"),
        parameters,
        author: cx.user_id(),
        at: cx.now(),
        reviewed_by: None,
        reviewed_at: None,
    };
    store::insert_version(tx, &version)?;
    let data = json!({ "script": script.id.to_string(), "number": version.number });
    tell(tx, cx, script, events::SCRIPT_SAVED, data)
}

/// A second person agrees with a version: from now on it is the one that is run.
///
/// # Errors
/// 403 without the right, 409 for the author and when it is not the latest.
pub fn review(tx: &mut Tx<'_>, cx: &Cx, id: ScriptId, number: i64) -> Result<()> {
    cx.require(APPROVE)?;
    tx.lock("fleet.scripts", "all")?;
    let mut script = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    let version = store::version(tx, id, number)?.ok_or_else(Error::not_found)?;
    if number != script.latest {
        return Err(Error::conflict("fleet.script_not_latest"));
    }
    if version.author.is_some() && version.author == cx.user_id() {
        return Err(Error::conflict("fleet.second_person"));
    }
    store::review(tx, id, number, cx.user_id(), cx.now())?;
    (script.current, script.version) = (Some(number), script.version + 1);
    store::update(tx, &script)?;
    let data = json!({ "script": id.to_string(), "number": number, "verdict": "agreed" });
    tell(tx, cx, &script, events::SCRIPT_REVIEWED, data)
}

/// Whether a script may be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It may.
    Allowed,
    /// It may not.
    Ended,
}

/// Takes a script out of use, or puts it back.
///
/// # Errors
/// 403 without the right.
pub fn retire(tx: &mut Tx<'_>, cx: &Cx, id: ScriptId, wanted: Use) -> Result<()> {
    cx.require(APPROVE)?;
    tx.lock("fleet.scripts", "all")?;
    let mut script = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    script.retired_at = (wanted == Use::Ended).then(|| cx.now());
    script.version += 1;
    store::update(tx, &script)?;
    let data = json!({ "script": id.to_string(), "retired": wanted == Use::Ended });
    tell(tx, cx, &script, events::SCRIPT_RETIRED, data)
}

fn tell(
    tx: &mut Tx<'_>,
    cx: &Cx,
    script: &Script,
    kind: &'static str,
    data: serde_json::Value,
) -> Result<()> {
    let new = New {
        kind,
        subject: format!("script:{}", script.id),
        data,
        personal: Some(json!({ "name": script.name })),
    };
    event::append(tx, cx, new).map(drop)
}

/// How a script is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Values by parameter, as they were typed.
    pub values: Vec<(String, String)>,
    /// As whom.
    pub run_as: String,
    /// So long at most.
    pub timeout_seconds: u32,
    /// So much memory at most.
    pub memory_mb: u32,
    /// So much of one processor at most.
    pub cpu_percent: u32,
}

/// The verb that runs a script's reviewed version.
///
/// # Errors
/// 409 when no version was reviewed or it is out of use, 422 for values that do not fit.
pub fn verb(tx: &mut Tx<'_>, cx: &Cx, id: ScriptId, running: &Running) -> Result<Verb> {
    cx.require(RUN)?;
    let script = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    let number = script.current.filter(|_| script.retired_at.is_none());
    let number = number.ok_or_else(|| Error::conflict("fleet.script_not_reviewed"))?;
    let version = store::version(tx, id, number)?.ok_or_else(Error::not_found)?;
    Ok(Verb::ScriptRun {
        script: id.to_string(),
        version: u32::try_from(number).unwrap_or(u32::MAX),
        shell: version.shell,
        parameters: parameter::fill(&version.parameters, &running.values)?,
        body: version.body,
        run_as: running.run_as.clone(),
        timeout_seconds: running.timeout_seconds,
        memory_mb: running.memory_mb,
        cpu_percent: running.cpu_percent,
    })
}

/// Whether what would be run is, to the letter, what a second person reviewed last. True for every verb that runs no script.
///
/// # Errors
/// The database's.
pub fn is_of_library(tx: &mut Tx<'_>, verb: &Verb) -> Result<bool> {
    let Verb::ScriptRun { script, version, .. } = verb else {
        return Ok(true);
    };
    let Ok(id) = script.parse::<ScriptId>() else {
        return Ok(false);
    };
    let found = store::find(tx, id)?.filter(|found| found.retired_at.is_none());
    let is_present = found.is_some_and(|found| found.current == Some(i64::from(*version)));
    Ok(is_present && was_reviewed(tx, verb)?)
}

/// Whether what would be run is, to the letter, what a second person reviewed once: what was planned with one version goes on with
/// it, and a way back is not lost because somebody wrote another. True for every verb that runs no script.
///
/// # Errors
/// The database's.
pub(crate) fn was_reviewed(tx: &mut Tx<'_>, verb: &Verb) -> Result<bool> {
    let Verb::ScriptRun {
        script,
        version,
        shell,
        body,
        parameters,
        ..
    } = verb
    else {
        return Ok(true);
    };
    let Ok(id) = script.parse::<ScriptId>() else {
        return Ok(false);
    };
    let reviewed = store::version(tx, id, i64::from(*version))?;
    Ok(reviewed.is_some_and(|reviewed| {
        reviewed.reviewed_by.is_some()
            && reviewed.shell == *shell
            && reviewed.body == *body
            && parameter::are_of(&reviewed.parameters, parameters)
    }))
}

//! Every SQL statement about packages, their evidence, and chasing.

use kernel::cx::Scope;
use kernel::db::{Row, Tx, Value, params};
use kernel::error::{Error, Result};
use kernel::i18n::Locale;
use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;

use super::listing::Place;
use super::{Fault, Package, PackageId, Piece, Severity, State};
use crate::tracker::TrackerId;

const SELECT: &str = "SELECT id, ticket, title, severity, steps, expected, actual, environment, found, tried, versions, locale, team,
 developer, tracker, from_team, handed_by, ticket_team, ticket_assignee, state, round, started_at, due_at, chase_at, chase_step, issue_key, issue_url,
 fix_delivered_at, withdrawn_reason, version, created_at, settled_at FROM handover_package";

fn package(row: &Row<'_>) -> Result<Package> {
    let (severity, state, locale): (String, String, String) =
        (row.get("severity")?, row.get("state")?, row.get("locale")?);
    let unknown = |word: &str| Error::internal(format!("unknown word {word:?} in a package"));
    Ok(Package {
        id: row.get("id")?,
        ticket: row.get("ticket")?,
        fault: Fault {
            title: row.get("title")?,
            severity: Severity::known(&severity).ok_or_else(|| unknown(&severity))?,
            steps: row.get("steps")?,
            expected: row.get("expected")?,
            actual: row.get("actual")?,
            environment: row.get("environment")?,
            found: row.get("found")?,
            tried: row.get("tried")?,
            versions: row.get("versions")?,
        },
        locale: Locale::parse(&locale).unwrap_or_default(),
        team: row.get("team")?,
        developer: row.get("developer")?,
        tracker: row.get("tracker")?,
        from_team: row.get("from_team")?,
        handed_by: row.get("handed_by")?,
        ticket_team: row.get("ticket_team")?,
        ticket_assignee: row.get("ticket_assignee")?,
        state: State::known(&state).ok_or_else(|| unknown(&state))?,
        round: row.get("round")?,
        started_at: row.get("started_at")?,
        due_at: row.get("due_at")?,
        chase_at: row.get("chase_at")?,
        chase_step: row.get("chase_step")?,
        issue_key: row.get("issue_key")?,
        issue_url: row.get("issue_url")?,
        fix_delivered_at: row.get("fix_delivered_at")?,
        withdrawn_reason: row.get("withdrawn_reason")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        settled_at: row.get("settled_at")?,
    })
}

/// A package, if there is one.
pub fn find(tx: &mut Tx<'_>, id: PackageId) -> Result<Option<Package>> {
    tx.query_opt(&format!("{SELECT} WHERE id = $1"), params![id], package)
}

/// Packages of a ticket, newest first.
pub fn of_ticket(tx: &mut Tx<'_>, ticket: i64, limit: i64) -> Result<Vec<Package>> {
    tx.query(
        &format!("{SELECT} WHERE ticket = $1 ORDER BY id DESC LIMIT $2"),
        params![ticket, limit],
        package,
    )
}

/// The package of an issue.
pub fn of_issue(tx: &mut Tx<'_>, tracker: TrackerId, key: &str) -> Result<Option<Package>> {
    tx.query_opt(
        &format!("{SELECT} WHERE tracker = $1 AND issue_key = $2"),
        params![tracker, key],
        package,
    )
}

/// Packages of which somebody is to be asked by now, the longest waiting first.
pub fn to_chase(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<Package>> {
    tx.query(
        &format!("{SELECT} WHERE chase_at IS NOT NULL AND chase_at <= $1 ORDER BY chase_at, id LIMIT $2"),
        params![now, limit],
        package,
    )
}

/// Who reads a list.
pub struct Reader {
    /// How far the right reaches.
    pub scope: Scope,
    /// The person.
    pub user: Option<UserId>,
    /// Their teams.
    pub teams: Vec<TeamId>,
}

/// A page of the list: what still waits, the earliest deadline first; or what is settled, the latest deadline first.
pub fn page(
    tx: &mut Tx<'_>,
    reader: &Reader,
    settled: bool,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<Package>> {
    let mut values: Vec<Value> = Vec::new();
    let mut place = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let mut wheres = vec![if settled { "rank = 2" } else { "rank < 2" }.to_owned()];
    if let Some(after) = after {
        let (rank, due, id) = (
            place(after.rank.into()),
            place(after.due.into()),
            place(after.id.into()),
        );
        let than = if settled { "<" } else { ">" };
        wheres.push(format!("(rank, due_at, id) {than} ({rank}, {due}, {id})"));
    }
    if reader.scope != Scope::All {
        let user = place(reader.user.map(|user| user.to_string()).into());
        let mut mine = vec![format!("developer = {user}"), format!("handed_by = {user}")];
        if reader.scope == Scope::Team {
            mine.push(format!("ticket_assignee = {user}"));
            mine.push("(from_team IS NULL AND ticket_team IS NULL)".to_owned());
            let teams: Vec<String> = reader.teams.iter().map(|team| place(team.into())).collect();
            if !teams.is_empty() {
                let teams = teams.join(", ");
                let columns = ["team", "from_team", "ticket_team"];
                mine.extend(columns.map(|column| format!("{column} IN ({teams})")));
            }
        }
        wheres.push(format!("({})", mine.join(" OR ")));
    }
    let order = if settled { "DESC" } else { "ASC" };
    let limit = place(limit.into());
    let sql = format!(
        "{SELECT} WHERE {} ORDER BY rank {order}, due_at {order}, id {order} LIMIT {limit}",
        wheres.join(" AND ")
    );
    tx.query(&sql, &values, package)
}

/// Writes a new one.
pub fn insert(tx: &mut Tx<'_>, package: &Package) -> Result<()> {
    let fault = &package.fault;
    tx.execute(
        "INSERT INTO handover_package (id, ticket, title, severity, steps, expected, actual, environment, found, tried, versions,
             locale, team, developer, tracker, from_team, handed_by, state, rank, round, started_at, due_at, chase_at,
             chase_step, version, created_at, ticket_team, ticket_assignee)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
             $24, $25, $26, $27, $28)",
        params![
            package.id,
            package.ticket,
            &fault.title,
            fault.severity.as_str(),
            &fault.steps,
            &fault.expected,
            &fault.actual,
            &fault.environment,
            &fault.found,
            &fault.tried,
            &fault.versions,
            package.locale.tag(),
            package.team,
            package.developer,
            package.tracker,
            package.from_team,
            package.handed_by,
            package.state.as_str(),
            package.state.rank(),
            package.round,
            package.started_at,
            package.due_at,
            package.chase_at,
            package.chase_step,
            package.version,
            package.created_at,
            package.ticket_team,
            package.ticket_assignee
        ],
    )?;
    Ok(())
}

/// Writes how it stands now. What was said of the fault does not change.
pub fn update(tx: &mut Tx<'_>, package: &Package) -> Result<()> {
    tx.execute(
        "UPDATE handover_package SET developer = $2, state = $3, rank = $4, round = $5, started_at = $6, due_at = $7, chase_at = $8,
             chase_step = $9, issue_key = $10, issue_url = $11, fix_delivered_at = $12, withdrawn_reason = $13, version = $14,
             settled_at = $15 WHERE id = $1",
        params![
            package.id,
            package.developer,
            package.state.as_str(),
            package.state.rank(),
            package.round,
            package.started_at,
            package.due_at,
            package.chase_at,
            package.chase_step,
            package.issue_key.as_deref(),
            package.issue_url.as_deref(),
            package.fix_delivered_at,
            package.withdrawn_reason.as_deref(),
            package.version,
            package.settled_at
        ],
    )?;
    Ok(())
}

/// Writes who has a ticket now, for its packages.
pub fn follow(tx: &mut Tx<'_>, ticket: i64, team: Option<TeamId>, assignee: Option<UserId>) -> Result<()> {
    tx.execute(
        "UPDATE handover_package SET ticket_team = $2, ticket_assignee = $3 WHERE ticket = $1",
        params![ticket, team, assignee],
    )?;
    Ok(())
}

/// Writes a piece of evidence.
pub fn insert_piece(tx: &mut Tx<'_>, package: PackageId, piece: &Piece) -> Result<()> {
    tx.execute(
        "INSERT INTO handover_evidence (package, place, source, name, media_type, size, hash, words, warnings)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            package,
            piece.place,
            &piece.source,
            &piece.name,
            &piece.media_type,
            piece.size,
            piece.hash.as_deref(),
            piece.words.as_deref(),
            serde_json::to_string(&piece.warnings)?
        ],
    )?;
    Ok(())
}

/// The evidence of a package; there are never more than [`super::giving::PIECES_MOST`].
pub fn pieces(tx: &mut Tx<'_>, package: PackageId) -> Result<Vec<Piece>> {
    tx.query(
        "SELECT place, source, name, media_type, size, hash, words, warnings FROM handover_evidence
         WHERE package = $1 ORDER BY place LIMIT 200",
        params![package],
        |row| {
            let warnings: serde_json::Value = row.get("warnings")?;
            Ok(Piece {
                place: row.get("place")?,
                source: row.get("source")?,
                name: row.get("name")?,
                media_type: row.get("media_type")?,
                size: row.get("size")?,
                hash: row.get("hash")?,
                words: row.get("words")?,
                warnings: serde_json::from_value(warnings)?,
            })
        },
    )
}

/// Writes down that a step was taken; false when it had been.
pub fn insert_chase(
    tx: &mut Tx<'_>,
    package: &Package,
    step: i64,
    at: Timestamp,
    mails: i64,
) -> Result<bool> {
    let written = tx.execute(
        "INSERT INTO handover_chase (package, round, step, at, mails) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (package, round, step) DO NOTHING",
        params![package.id, package.round, step, at, mails],
    )?;
    Ok(written > 0)
}

/// A step that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chase {
    /// In which round.
    pub round: i64,
    /// Which.
    pub step: i64,
    /// When.
    pub at: Timestamp,
    /// How many mails left.
    pub mails: i64,
}

/// The steps taken, latest first.
pub fn chases(tx: &mut Tx<'_>, package: PackageId, limit: i64) -> Result<Vec<Chase>> {
    tx.query(
        "SELECT round, step, at, mails FROM handover_chase WHERE package = $1 ORDER BY round DESC, step DESC LIMIT $2",
        params![package, limit],
        |row| {
            Ok(Chase {
                round: row.get("round")?,
                step: row.get("step")?,
                at: row.get("at")?,
                mails: row.get("mails")?,
            })
        },
    )
}

//! Every SQL statement about a ticket's own row, its tags, watchers, and drafts.

use std::fmt::Write as _;
use std::sync::LazyLock;

use kernel::db::{Row, Tx, Value, each_listed, params};
use kernel::error::{Error, Result};
use kernel::id::UserId;

use super::drafting::Draft;
use super::value::{Category, Channel, Impact, Priority, State, TicketType, Tier, Urgency, Voice};
use super::{Environment, Ticket};

/// "Never" as an instant that sorts last.
pub const NEVER: i64 = i64::MAX;

pub(crate) const COLUMNS: [&str; 38] = [
    "title",
    "type",
    "category",
    "impact",
    "urgency",
    "priority",
    "priority_pinned",
    "state",
    "stage",
    "tier",
    "complexity",
    "team",
    "assignee",
    "requester",
    "organisation",
    "site",
    "channel",
    "device",
    "os",
    "application",
    "app_version",
    "steps",
    "error_text",
    "waiting_reason",
    "last_voice",
    "created_at",
    "updated_at",
    "first_response_at",
    "resolved_at",
    "closed_at",
    "reopen_count",
    "next_due_at",
    "due_rank",
    "overdue",
    "next_step",
    "next_step_at",
    "policy",
    "version",
];

pub(crate) fn values(ticket: &Ticket) -> Vec<Value> {
    params![
        &ticket.title,
        ticket.ticket_type.as_str(),
        ticket.category.as_str(),
        ticket.impact.as_str(),
        ticket.urgency.as_str(),
        ticket.priority.as_str(),
        ticket.priority_pinned,
        ticket.state.as_str(),
        ticket.state.stage().rank(),
        ticket.tier.level(),
        ticket.complexity,
        ticket.team,
        ticket.assignee,
        ticket.requester,
        &ticket.organisation,
        &ticket.site,
        ticket.channel.as_str(),
        &ticket.environment.device,
        &ticket.environment.os,
        &ticket.environment.application,
        &ticket.environment.version,
        &ticket.steps,
        &ticket.error_text,
        &ticket.waiting_reason,
        ticket.last_voice.as_str(),
        ticket.created_at,
        ticket.updated_at,
        ticket.first_response_at,
        ticket.resolved_at,
        ticket.closed_at,
        ticket.reopen_count,
        ticket.next_due_at,
        ticket.next_due_at.map_or(NEVER, |due| due.millis()),
        ticket.overdue,
        &ticket.next_step,
        ticket.next_step_at,
        &ticket.policy,
        ticket.version,
    ]
    .to_vec()
}

fn read(row: &Row) -> Result<Ticket> {
    let word = |column: &str| row.get::<String>(column);
    Ok(Ticket {
        number: row.get("number")?,
        title: row.get("title")?,
        ticket_type: TicketType::stored(&word("type")?)?,
        category: Category::stored(&word("category")?)?,
        impact: Impact::stored(&word("impact")?)?,
        urgency: Urgency::stored(&word("urgency")?)?,
        priority: Priority::stored(&word("priority")?)?,
        priority_pinned: row.get("priority_pinned")?,
        state: State::stored(&word("state")?)?,
        tier: Tier::new(row.get("tier")?)?,
        complexity: row.get("complexity")?,
        team: row.get("team")?,
        assignee: row.get("assignee")?,
        requester: row.get("requester")?,
        organisation: row.get("organisation")?,
        site: row.get("site")?,
        channel: Channel::stored(&word("channel")?)?,
        environment: Environment {
            device: row.get("device")?,
            os: row.get("os")?,
            application: row.get("application")?,
            version: row.get("app_version")?,
        },
        steps: row.get("steps")?,
        error_text: row.get("error_text")?,
        waiting_reason: row.get("waiting_reason")?,
        last_voice: Voice::stored(&word("last_voice")?)?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        first_response_at: row.get("first_response_at")?,
        resolved_at: row.get("resolved_at")?,
        closed_at: row.get("closed_at")?,
        reopen_count: row.get("reopen_count")?,
        next_due_at: row.get("next_due_at")?,
        overdue: row.get("overdue")?,
        next_step: row.get("next_step")?,
        next_step_at: row.get("next_step_at")?,
        policy: row.get("policy")?,
        version: row.get("version")?,
    })
}

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let places: Vec<String> = (1..=COLUMNS.len()).map(|place| format!("${place}")).collect();
    format!(
        "INSERT INTO desk_ticket ({}) VALUES ({}) RETURNING number",
        COLUMNS.join(", "),
        places.join(", ")
    )
});

static LOAD: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT number, {} FROM desk_ticket WHERE number = $1",
        COLUMNS.join(", ")
    )
});

/// Writes a new row; the database gives the number.
pub fn insert(tx: &mut Tx, ticket: &Ticket) -> Result<i64> {
    tx.query_one(&INSERT, &values(ticket), |row| row.get("number"))
}

/// Writes what changed in the row of a ticket that was loaded under its lock. Only the changed columns are named, for
/// every column that is named costs work in each index that holds it.
pub fn update(tx: &mut Tx, before: &Ticket, after: &Ticket) -> Result<()> {
    let mut sql = String::from("UPDATE desk_ticket SET ");
    let mut changed: Vec<Value> = Vec::new();
    for ((column, old), new) in COLUMNS.iter().zip(values(before)).zip(values(after)) {
        if old != new {
            changed.push(new);
            let comma = if changed.len() == 1 { "" } else { ", " };
            write!(sql, "{comma}{column} = ${}", changed.len()).map_err(Error::internal)?;
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    changed.push(Value::from(after.number));
    write!(sql, " WHERE number = ${}", changed.len()).map_err(Error::internal)?;
    match tx.execute(&sql, &changed)? {
        1 => Ok(()),
        _ => Err(Error::not_found()),
    }
}

/// The ticket of this number.
pub fn load(tx: &mut Tx, number: i64) -> Result<Option<Ticket>> {
    tx.query_opt(&LOAD, params![number], read)
}

/// The tickets of these numbers, in the order of their numbers.
pub fn load_many(tx: &mut Tx, numbers: &[i64]) -> Result<Vec<Ticket>> {
    let mut tickets = Vec::with_capacity(numbers.len());
    each_listed(numbers, |list, values| {
        let columns = COLUMNS.join(", ");
        let sql = format!("SELECT number, {columns} FROM desk_ticket WHERE number IN ({list})");
        tickets.extend(tx.query(&sql, values, read)?);
        Ok(())
    })?;
    tickets.sort_unstable_by_key(|ticket| ticket.number);
    Ok(tickets)
}

pub fn tags(tx: &mut Tx, number: i64) -> Result<Vec<String>> {
    tx.query(
        "SELECT tag FROM desk_tag WHERE ticket = $1 ORDER BY tag",
        params![number],
        |row| row.get("tag"),
    )
}

/// The tags of several tickets, for a page of a list.
pub fn tags_of(tx: &mut Tx, numbers: &[i64]) -> Result<Vec<(i64, String)>> {
    let mut tags = Vec::new();
    each_listed(numbers, |list, values| {
        let sql = format!("SELECT ticket, tag FROM desk_tag WHERE ticket IN ({list}) ORDER BY ticket, tag");
        let some = tx.query(&sql, values, |row| Ok((row.get("ticket")?, row.get("tag")?)))?;
        tags.extend(some);
        Ok(())
    })?;
    Ok(tags)
}

pub fn add_tag(tx: &mut Tx, number: i64, tag: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_tag (ticket, tag) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        params![number, tag],
    )?;
    Ok(())
}

pub fn remove_tag(tx: &mut Tx, number: i64, tag: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM desk_tag WHERE ticket = $1 AND tag = $2",
        params![number, tag],
    )?;
    Ok(())
}

/// The tags in use that begin with a text, for completion.
pub fn tags_like(tx: &mut Tx, start: &str, limit: i64) -> Result<Vec<String>> {
    let end = format!("{start}\u{10FFFF}");
    tx.query(
        "SELECT DISTINCT tag FROM desk_tag WHERE tag >= $1 AND tag < $2 ORDER BY tag LIMIT $3",
        params![start, end, limit],
        |row| row.get("tag"),
    )
}

pub fn watchers(tx: &mut Tx, number: i64) -> Result<Vec<UserId>> {
    tx.query(
        "SELECT person FROM desk_watcher WHERE ticket = $1 ORDER BY person",
        params![number],
        |row| row.get("person"),
    )
}

/// True when the person did not watch before.
pub fn add_watcher(tx: &mut Tx, number: i64, person: UserId) -> Result<bool> {
    let added = tx.execute(
        "INSERT INTO desk_watcher (ticket, person) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        params![number, person],
    )?;
    Ok(added > 0)
}

/// True when the person watched before.
pub fn remove_watcher(tx: &mut Tx, number: i64, person: UserId) -> Result<bool> {
    let removed = tx.execute(
        "DELETE FROM desk_watcher WHERE ticket = $1 AND person = $2",
        params![number, person],
    )?;
    Ok(removed > 0)
}

pub fn draft(tx: &mut Tx, person: UserId, number: i64) -> Result<Option<Draft>> {
    tx.query_opt(
        "SELECT body, internal, at FROM desk_draft WHERE person = $1 AND ticket = $2",
        params![person, number],
        |row| {
            Ok(Draft {
                body: row.get("body")?,
                internal: row.get("internal")?,
                at: row.get("at")?,
            })
        },
    )
}

pub fn save_draft(tx: &mut Tx, person: UserId, number: i64, draft: &Draft) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_draft (person, ticket, body, internal, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (person, ticket) DO UPDATE SET body = excluded.body, internal = excluded.internal, at = excluded.at",
        params![person, number, &draft.body, draft.internal, draft.at],
    )?;
    Ok(())
}

/// In which window the draft was typed last.
pub fn draft_window(tx: &mut Tx, person: UserId, number: i64) -> Result<Option<String>> {
    let found: Option<Option<String>> = tx.query_opt(
        "SELECT written_in FROM desk_draft WHERE person = $1 AND ticket = $2",
        params![person, number],
        |row| row.get("written_in"),
    )?;
    Ok(found.flatten())
}

pub fn mark_draft(tx: &mut Tx, person: UserId, number: i64, window: &str) -> Result<()> {
    tx.execute(
        "UPDATE desk_draft SET written_in = $1 WHERE person = $2 AND ticket = $3",
        params![window, person, number],
    )?;
    Ok(())
}

/// Those of the tickets on which a person has begun something.
pub fn drafted(tx: &mut Tx, person: UserId, numbers: &[i64]) -> Result<Vec<i64>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (2..=numbers.len() + 1).map(|place| format!("${place}")).collect();
    let mut values: Vec<Value> = vec![Value::from(person)];
    values.extend(numbers.iter().map(Value::from));
    let places = places.join(", ");
    let sql = format!(
        "SELECT ticket FROM desk_draft WHERE person = $1 AND ticket IN ({places})
         UNION SELECT ticket FROM desk_form_draft WHERE person = $1 AND ticket IN ({places})"
    );
    tx.query(&sql, &values, |row| row.get("ticket"))
}

/// What was begun on a form, as JSON.
pub fn form_draft(tx: &mut Tx, person: UserId, number: i64, form: &str) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT fields FROM desk_form_draft WHERE person = $1 AND ticket = $2 AND form = $3",
        params![person, number, form],
        |row| row.get("fields"),
    )
}

pub fn save_form_draft(
    tx: &mut Tx,
    person: UserId,
    number: i64,
    (form, fields): (&str, &str),
    at: kernel::time::Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_form_draft (person, ticket, form, fields, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (person, ticket, form) DO UPDATE SET fields = excluded.fields, at = excluded.at",
        params![person, number, form, fields, at],
    )?;
    Ok(())
}

pub fn discard_form_draft(tx: &mut Tx, person: UserId, number: i64, form: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM desk_form_draft WHERE person = $1 AND ticket = $2 AND form = $3",
        params![person, number, form],
    )?;
    Ok(())
}

pub fn discard_draft(tx: &mut Tx, person: UserId, number: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM desk_draft WHERE person = $1 AND ticket = $2",
        params![person, number],
    )?;
    Ok(())
}

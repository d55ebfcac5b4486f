//! Every SQL statement about facts and the sums of days.

use std::collections::BTreeMap;

use kernel::db::{Row, Tx, Value, each_listed, insert_many, params};
use kernel::error::Result;
use kernel::id::TeamId;
use kernel::time::Timestamp;

use super::daily::Sums;
use super::fact::Fact;
use crate::ticket::value::{Priority, State};

const COLUMNS: &str = "ticket, source, team, priority, state, opened_day, responded_ms, solved_day, solved_ms, met, \
                       team_changes, assignee_changes, tier_changes, reopenings, stated_reassignments, \
                       stated_reopenings, first_contact";
const WIDTH: usize = 17;

fn values(fact: &Fact) -> Vec<Value> {
    params![
        fact.ticket,
        &fact.source,
        fact.team,
        fact.priority.as_str(),
        fact.state.as_str(),
        fact.opened_day,
        fact.responded_ms,
        fact.solved_day,
        fact.solved_ms,
        fact.met,
        fact.team_changes,
        fact.assignee_changes,
        fact.tier_changes,
        fact.reopenings,
        fact.stated_reassignments,
        fact.stated_reopenings,
        fact.first_contact,
    ]
    .to_vec()
}

fn read(row: &Row) -> Result<Fact> {
    Ok(Fact {
        ticket: row.get("ticket")?,
        source: row.get("source")?,
        team: row.get("team")?,
        priority: Priority::stored(&row.get::<String>("priority")?)?,
        state: State::stored(&row.get::<String>("state")?)?,
        opened_day: row.get("opened_day")?,
        responded_ms: row.get("responded_ms")?,
        solved_day: row.get("solved_day")?,
        solved_ms: row.get("solved_ms")?,
        met: row.get("met")?,
        team_changes: row.get("team_changes")?,
        assignee_changes: row.get("assignee_changes")?,
        tier_changes: row.get("tier_changes")?,
        reopenings: row.get("reopenings")?,
        stated_reassignments: row.get("stated_reassignments")?,
        stated_reopenings: row.get("stated_reopenings")?,
        first_contact: row.get("first_contact")?,
    })
}

/// The facts of these tickets that are kept.
pub fn load(tx: &mut Tx, tickets: &[i64]) -> Result<BTreeMap<i64, Fact>> {
    let mut found = BTreeMap::new();
    each_listed(tickets, |list, numbers| {
        let sql = format!("SELECT {COLUMNS} FROM desk_fact WHERE ticket IN ({list})");
        let facts = tx.query(&sql, numbers, read)?;
        found.extend(facts.into_iter().map(|fact| (fact.ticket, fact)));
        Ok(())
    })?;
    Ok(found)
}

pub fn insert(tx: &mut Tx, facts: &[Fact]) -> Result<()> {
    let all: Vec<Value> = facts.iter().flat_map(values).collect();
    insert_many(
        tx,
        &format!("INSERT INTO desk_fact ({COLUMNS}) VALUES"),
        WIDTH,
        &all,
    )
}

pub fn delete(tx: &mut Tx, tickets: &[i64]) -> Result<()> {
    each_listed(tickets, |list, numbers| {
        let sql = format!("DELETE FROM desk_fact WHERE ticket IN ({list})");
        tx.execute(&sql, numbers).map(drop)
    })
}

/// Changes the sums, always in one order: two writers never wait for each other.
pub fn add(tx: &mut Tx, sums: &Sums) -> Result<()> {
    for (key, n) in sums.iter().filter(|(_, n)| **n != 0) {
        tx.execute(
            "INSERT INTO desk_daily (figure, day, team, bucket, n) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (figure, day, team, bucket) DO UPDATE SET n = desk_daily.n + excluded.n",
            params![key.figure, key.day, &key.team, key.bucket, *n],
        )?;
    }
    Ok(())
}

pub fn clear(tx: &mut Tx) -> Result<()> {
    tx.execute("DELETE FROM desk_fact", params![])?;
    tx.execute("DELETE FROM desk_daily", params![])?;
    Ok(())
}

/// How many public words of the desk stand on these tickets; none are left out.
pub fn answers(tx: &mut Tx, tickets: &[i64]) -> Result<BTreeMap<i64, i64>> {
    let mut found = BTreeMap::new();
    each_listed(tickets, |list, numbers| {
        let sql = format!(
            "SELECT ticket, COUNT(*) AS n FROM desk_article WHERE ticket IN ({list})
               AND public AND voice = 'staff' AND kind IN ('reply', 'mail', 'call') GROUP BY ticket"
        );
        found.extend(tx.query(&sql, numbers, |row| {
            Ok((row.get::<i64>("ticket")?, row.get::<i64>("n")?))
        })?);
        Ok(())
    })?;
    Ok(found)
}

/// Facts of one source (or all) whose tickets were opened between two days, after a ticket; for figures from the record.
pub fn after(
    tx: &mut Tx,
    source: Option<&str>,
    (from, to): (i64, i64),
    ticket: i64,
    limit: i64,
) -> Result<Vec<Fact>> {
    let narrowed = if source.is_some() { "AND source = $5" } else { "" };
    let sql = format!(
        "SELECT {COLUMNS} FROM desk_fact WHERE ticket > $1 AND opened_day >= $2 AND opened_day <= $3 {narrowed}
         ORDER BY ticket LIMIT $4"
    );
    let mut bound: Vec<Value> = params![ticket, from, to, limit].to_vec();
    bound.extend(source.map(Value::from));
    tx.query(&sql, &bound, read)
}

/// A sum over a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    pub figure: String,
    pub bucket: i64,
    pub n: i64,
}

const NOBODY: &str = " AND 1 = 0";

/// `AND team IN (…)` with its values, behind those that are bound already.
fn of_teams(bound: &mut Vec<Value>, teams: Option<&[TeamId]>) -> String {
    match teams {
        None => String::new(),
        Some([]) => NOBODY.to_owned(),
        Some(teams) => {
            let first = bound.len() + 1;
            let places: Vec<String> = (first..first + teams.len())
                .map(|place| format!("${place}"))
                .collect();
            bound.extend(teams.iter().map(|team| Value::from(team.to_string())));
            format!(" AND team IN ({})", places.join(", "))
        }
    }
}

/// The sums of a period; of these teams, or of all.
pub fn sums(tx: &mut Tx, (from, to): (i64, i64), teams: Option<&[TeamId]>) -> Result<Vec<Sum>> {
    let mut bound: Vec<Value> = params![from, to].to_vec();
    let narrowed = of_teams(&mut bound, teams);
    let sql = format!(
        "SELECT figure, bucket, CAST(SUM(n) AS BIGINT) AS n FROM desk_daily
         WHERE figure IN ('opened', 'solved', 'met', 'missed', 'first_contact', 'reopened', 'bounced', 'response', 'solution')
           AND day >= $1 AND day <= $2{narrowed}
         GROUP BY figure, bucket ORDER BY figure, bucket"
    );
    tx.query(&sql, &bound, |row| {
        Ok(Sum {
            figure: row.get("figure")?,
            bucket: row.get("bucket")?,
            n: row.get("n")?,
        })
    })
}

/// What came and what was solved, by day.
pub fn flow(tx: &mut Tx, (from, to): (i64, i64), teams: Option<&[TeamId]>) -> Result<Vec<(i64, i64, i64)>> {
    let mut bound: Vec<Value> = params![from, to].to_vec();
    let narrowed = of_teams(&mut bound, teams);
    let sql = format!(
        "SELECT day, CAST(SUM(CASE figure WHEN 'opened' THEN n ELSE 0 END) AS BIGINT) AS opened,
                CAST(SUM(CASE figure WHEN 'solved' THEN n ELSE 0 END) AS BIGINT) AS solved
         FROM desk_daily WHERE figure IN ('opened', 'solved') AND day >= $1 AND day <= $2{narrowed}
         GROUP BY day ORDER BY day LIMIT 4000"
    );
    tx.query(&sql, &bound, |row| {
        Ok((row.get("day")?, row.get("opened")?, row.get("solved")?))
    })
}

/// Which duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duration {
    Response,
    Solution,
}

/// The durations of a period, the shortest first.
pub fn durations(
    tx: &mut Tx,
    which: Duration,
    (from, to): (i64, i64),
    teams: Option<&[TeamId]>,
    most: i64,
) -> Result<Vec<i64>> {
    let (column, day) = match which {
        Duration::Response => ("responded_ms", "opened_day"),
        Duration::Solution => ("solved_ms", "solved_day"),
    };
    let mut bound: Vec<Value> = params![from, to, most].to_vec();
    let narrowed = of_teams(&mut bound, teams);
    let sql = format!(
        "SELECT {column} AS millis FROM desk_fact
         WHERE {day} >= $1 AND {day} <= $2 AND {column} IS NOT NULL{narrowed} ORDER BY {column} LIMIT $3"
    );
    tx.query(&sql, &bound, |row| row.get("millis"))
}

/// Open tickets by age: younger than the first instant, then between each and the next, then older. As many rows are looked at
/// as tickets are open.
pub fn backlog(tx: &mut Tx, ages: &[Timestamp; 4], teams: Option<&[TeamId]>) -> Result<Vec<i64>> {
    let mut bound: Vec<Value> = params![ages[0], ages[1], ages[2], ages[3]].to_vec();
    let narrowed = of_teams(&mut bound, teams);
    let sql = format!(
        "SELECT CAST(CASE WHEN created_at >= $1 THEN 0 WHEN created_at >= $2 THEN 1 WHEN created_at >= $3 THEN 2
                     WHEN created_at >= $4 THEN 3 ELSE 4 END AS BIGINT) AS age, COUNT(*) AS n
         FROM desk_ticket WHERE stage = 0{narrowed} GROUP BY 1"
    );
    let mut counts = vec![0; 5];
    for (age, n) in tx.query(&sql, &bound, |row| {
        Ok((row.get::<i64>("age")?, row.get::<i64>("n")?))
    })? {
        if let Some(place) = usize::try_from(age).ok().and_then(|age| counts.get_mut(age)) {
            *place = n;
        }
    }
    Ok(counts)
}

/// What came in each hour since an instant: hours of the Unix epoch.
pub fn arrivals(tx: &mut Tx, since: Timestamp, teams: Option<&[TeamId]>) -> Result<Vec<(i64, i64)>> {
    let mut bound: Vec<Value> = params![since].to_vec();
    let narrowed = of_teams(&mut bound, teams);
    let part = |stage: i64| {
        format!(
            "SELECT created_at / 3600000 AS hour FROM desk_ticket WHERE stage = {stage} AND created_at >= $1{narrowed}"
        )
    };
    let sql = format!(
        "SELECT hour, COUNT(*) AS n FROM ({} UNION ALL {} UNION ALL {}) AS arrived GROUP BY hour ORDER BY hour LIMIT 100",
        part(0),
        part(1),
        part(2)
    );
    tx.query(&sql, &bound, |row| Ok((row.get("hour")?, row.get("n")?)))
}

/// A ticket behind a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    pub number: i64,
    pub day: i64,
    pub title: String,
    pub state: State,
    pub priority: Priority,
    pub waited: Option<i64>,
}

/// The tickets behind a figure, in the order of their days, after a place in it. The condition is one of ours.
pub fn behind(
    tx: &mut Tx,
    (day, condition): (&'static str, &'static str),
    (from, to): (i64, i64),
    teams: Option<&[TeamId]>,
    after: (i64, i64),
    limit: i64,
) -> Result<Vec<Behind>> {
    let mut bound: Vec<Value> = params![from, to, after.0, after.1, limit].to_vec();
    let narrowed = of_teams(&mut bound, teams).replace(" team ", " f.team ");
    let sql = format!(
        "SELECT f.ticket, f.{day} AS day, f.solved_ms, t.title, t.state, t.priority
         FROM desk_fact f JOIN desk_ticket t ON t.number = f.ticket
         WHERE f.{day} >= $1 AND f.{day} <= $2 AND (f.{day}, f.ticket) > ($3, $4){condition}{narrowed}
         ORDER BY f.{day}, f.ticket LIMIT $5"
    );
    tx.query(&sql, &bound, |row| {
        Ok(Behind {
            number: row.get("ticket")?,
            day: row.get("day")?,
            title: row.get("title")?,
            state: State::stored(&row.get::<String>("state")?)?,
            priority: Priority::stored(&row.get::<String>("priority")?)?,
            waited: row.get("solved_ms")?,
        })
    })
}

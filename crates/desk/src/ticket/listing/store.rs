//! Every SQL statement about lists. The texts differ only by which conditions stand in them, so each shape is prepared once.

use std::fmt::Write as _;

use kernel::Timestamp;
use kernel::db::{Row, Tx, Value};
use kernel::error::Result;

use super::{Between, Device, Filter, Held, Holder, Order, Place, TicketRow, Walk};
use crate::ticket::value::{Category, Priority, Stage, State, TicketType, Tier, Voice};

const COLUMNS: &str = "number, title, type, category, priority, state, tier, team, assignee, requester, site, last_voice, \
                       created_at, updated_at, next_due_at, due_rank, overdue, next_step, next_step_at, version";

/// What a count must know of a row.
const COUNTED: &str = "number, type, category, priority, state, tier, site, last_voice, created_at, updated_at, overdue, \
                       next_step_at";

/// A tag or a person's stars name at most so many tickets in a list: the newest ones.
const SET_MOST: i64 = 2_000;

/// A statement in the making.
#[derive(Default)]
struct Statement {
    sql: String,
    values: Vec<Value>,
}

impl Statement {
    fn push(&mut self, text: &str) -> &mut Statement {
        self.sql.push_str(text);
        self
    }

    fn bind(&mut self, value: impl Into<Value>) -> &mut Statement {
        self.values.push(value.into());
        let place = self.values.len();
        // Writing to a String cannot fail.
        let _ = write!(self.sql, "${place}");
        self
    }

    fn one_of(&mut self, column: &str, values: impl Iterator<Item = Value>) {
        let _ = write!(self.sql, " AND {column} IN (");
        for (index, value) in values.enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.bind(value);
        }
        self.push(")");
    }

    /// A holder's condition. `IS TRUE` hides it from the choice of an index but not from PostgreSQL's estimates.
    fn held(&mut self, column: &str, holder: Value, leads: bool) {
        let (open, close) = if leads { ("", "") } else { ("(", ") IS TRUE") };
        self.push(" AND ")
            .push(open)
            .push(column)
            .push(" = ")
            .bind(holder)
            .push(close);
    }

    /// The conditions of one walk and of the filter. The stage is a literal: partial indexes are chosen by it. Of several
    /// holders one leads into an index; the others are hidden from the planner, which would take the wrong one.
    fn conditions(&mut self, walk: &Walk, filter: &Filter, order: Order) {
        // A requester's tickets of a stage are few: sorting them beats walking all of a stage for them. Written as a range, the
        // stage still narrows the requester's index, and the partial ones of a stage do not offer themselves.
        let as_range = walk.holder() == Holder::Requester && order != Order::Updated;
        match walk.stage {
            Some(stage) if as_range => {
                let _ = write!(self.sql, " WHERE stage BETWEEN {0} AND {0}", stage.rank());
            }
            Some(stage) => {
                let _ = write!(self.sql, " WHERE stage = {}", stage.rank());
            }
            None => {
                self.push(" WHERE stage >= 0");
            }
        }
        let holder = walk.holder();
        match walk.team {
            Some(Held::By(team)) => self.held("team", team.into(), holder == Holder::Team),
            Some(Held::Nobody) => _ = self.push(" AND team IS NULL"),
            None => {}
        }
        match walk.assignee {
            Some(Held::By(person)) => self.held("assignee", person.into(), holder == Holder::Assignee),
            Some(Held::Nobody) => _ = self.push(" AND assignee IS NULL"),
            None => {}
        }
        if let Some(requester) = walk.requester {
            self.push(" AND requester = ").bind(requester);
        }
        if order == Order::Urgent {
            self.priorities(filter);
        }
        self.sets(filter);
    }

    fn priorities(&mut self, filter: &Filter) {
        if !filter.priorities.is_empty() {
            self.one_of(
                "priority",
                filter.priorities.iter().map(|priority| priority.as_str().into()),
            );
        }
    }

    /// What names its tickets by their numbers, and not too many: such a list is found by the numbers.
    fn sets(&mut self, filter: &Filter) {
        if let Some(numbers) = &filter.numbers {
            // An empty answer of the search finds nothing, and `IN ()` is no SQL.
            let none = numbers.is_empty().then_some(Value::Int(0));
            self.one_of("number", numbers.iter().map(Value::from).chain(none));
        }
        if let Some(tag) = &filter.tag {
            self.push(" AND number IN (SELECT ticket FROM desk_tag WHERE tag = ")
                .bind(tag)
                .push(" ORDER BY ticket DESC LIMIT ")
                .bind(SET_MOST)
                .push(")");
        }
        if let Some(person) = filter.starred_by {
            self.push(" AND number IN (SELECT ticket FROM desk_star WHERE person = ")
                .bind(person)
                .push(" ORDER BY ticket DESC LIMIT ")
                .bind(SET_MOST)
                .push(")");
        }
    }

    fn between(&mut self, column: &str, between: Between) {
        if let Some(from) = between.from {
            let _ = write!(self.sql, " AND {column} >= ");
            self.bind(from);
        }
        if let Some(before) = between.before {
            let _ = write!(self.sql, " AND {column} < ");
            self.bind(before);
        }
    }

    /// What no index answers: looked at row by row, along the walk.
    fn finer(&mut self, filter: &Filter, order: Order) {
        if !filter.states.is_empty() {
            self.one_of("state", filter.states.iter().map(|state| state.as_str().into()));
        }
        if order != Order::Urgent {
            self.priorities(filter);
        }
        if !filter.types.is_empty() {
            self.one_of("type", filter.types.iter().map(|kind| kind.as_str().into()));
        }
        if !filter.categories.is_empty() {
            self.one_of(
                "category",
                filter.categories.iter().map(|category| category.as_str().into()),
            );
        }
        if let Some(tier) = filter.tier {
            self.push(" AND tier = ").bind(tier.level());
        }
        if let Some(site) = &filter.site {
            self.push(" AND site = ").bind(site);
        }
        if filter.only_overdue {
            self.push(" AND overdue");
        }
        if filter.only_unanswered {
            self.push(" AND last_voice = 'requester'");
        }
        if filter.only_forgotten {
            // What waits for approval has a next step: somebody's word.
            self.push(" AND next_step_at IS NULL AND state <> 'waiting_approval'");
        }
        self.between("created_at", filter.created);
        self.between("updated_at", filter.updated);
    }

    fn behind(&mut self, order: Order, place: Option<&Place>) {
        match place {
            Some(Place::Urgent(priority, due, number)) => {
                self.push(" AND (priority, due_rank, number) > (")
                    .bind(priority.as_str());
                self.push(", ").bind(*due).push(", ").bind(*number).push(")");
            }
            Some(Place::At(at, number)) => {
                let (column, descends) = order.column();
                let sign = if descends { "<" } else { ">" };
                let _ = write!(self.sql, " AND ({column}, number) {sign} (");
                self.bind(*at).push(", ").bind(*number).push(")");
            }
            None => {}
        }
    }
}

const fn sorted(order: Order) -> &'static str {
    match order {
        Order::Urgent => " ORDER BY priority, due_rank, number",
        Order::Due => " ORDER BY due_rank, number",
        Order::Updated => " ORDER BY updated_at DESC, number DESC",
        Order::UpdatedAscending => " ORDER BY updated_at, number",
        Order::Created => " ORDER BY created_at DESC, number DESC",
        Order::CreatedAscending => " ORDER BY created_at, number",
    }
}

/// What a page or a count is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub walks: &'a [Walk],
    pub filter: &'a Filter,
    pub order: Order,
    pub after: Option<&'a Place>,
    /// How many rows of each walk are looked at for what no index answers; none when the walk itself is the answer.
    pub look: Option<i64>,
}

/// The first rows of the union of the walks, behind a place.
pub fn page(tx: &mut Tx, question: &Question, limit: i64) -> Result<Vec<TicketRow>> {
    if question.walks.is_empty() {
        return Ok(Vec::new());
    }
    let statement = page_statement(question, limit);
    tx.query(&statement.sql, &statement.values, read)
}

fn page_statement(question: &Question, limit: i64) -> Statement {
    let Some(look) = question.look else {
        return union(
            question.walks,
            sorted(question.order),
            limit,
            |statement, walk| {
                statement.conditions(walk, question.filter, question.order);
                statement.finer(question.filter, question.order);
                statement.behind(question.order, question.after);
            },
        );
    };
    let mut statement = Statement::default();
    for (index, walk) in question.walks.iter().enumerate() {
        // Not ALL: walks overlap.
        statement.push(if index > 0 { " UNION " } else { "" });
        let _ = write!(statement.sql, "SELECT * FROM (SELECT {COLUMNS} FROM desk_ticket");
        statement.conditions(walk, question.filter, question.order);
        statement.behind(question.order, question.after);
        statement.push(sorted(question.order)).push(" LIMIT ").bind(look);
        let _ = write!(statement.sql, ") AS walk_{index} WHERE TRUE");
        statement.finer(question.filter, question.order);
    }
    statement.push(sorted(question.order)).push(" LIMIT ").bind(limit);
    statement
}

/// The last row that was looked at, of the walk on which it comes first; none when every walk was looked at to its end.
pub fn end(tx: &mut Tx, question: &Question) -> Result<Option<TicketRow>> {
    let Some(look) = question.look.filter(|_| !question.walks.is_empty()) else {
        return Ok(None);
    };
    let mut statement = Statement::default();
    for (index, walk) in question.walks.iter().enumerate() {
        statement.push(if index > 0 { " UNION " } else { "" });
        let _ = write!(statement.sql, "SELECT * FROM (SELECT {COLUMNS} FROM desk_ticket");
        statement.conditions(walk, question.filter, question.order);
        statement.behind(question.order, question.after);
        statement
            .push(sorted(question.order))
            .push(" LIMIT 1 OFFSET ")
            .bind(look - 1);
        let _ = write!(statement.sql, ") AS walk_{index}");
    }
    statement.push(sorted(question.order)).push(" LIMIT 1");
    tx.query_opt(&statement.sql, &statement.values, read)
}

fn union(walks: &[Walk], sorted: &str, limit: i64, conditions: impl Fn(&mut Statement, &Walk)) -> Statement {
    let mut statement = Statement::default();
    for (index, walk) in walks.iter().enumerate() {
        if index > 0 {
            // Not ALL: walks overlap.
            statement.push(" UNION ");
        }
        if walks.len() > 1 {
            statement.push("SELECT * FROM (");
        }
        let _ = write!(statement.sql, "SELECT {COLUMNS} FROM desk_ticket");
        conditions(&mut statement, walk);
        statement.push(sorted).push(" LIMIT ").bind(limit);
        if walks.len() > 1 {
            let _ = write!(statement.sql, ") AS walk_{index}");
        }
    }
    if walks.len() > 1 {
        statement.push(sorted).push(" LIMIT ").bind(limit);
    }
    statement
}

/// Counts the union of the walks, no further than `most`: what was found, and among how many rows.
pub fn count(tx: &mut Tx, question: &Question, most: i64) -> Result<(i64, i64)> {
    if question.walks.is_empty() {
        return Ok((0, 0));
    }
    let mut statement = Statement::default();
    statement.push("SELECT COUNT(*) AS looked, CAST(COALESCE(SUM(CASE WHEN TRUE");
    if question.look.is_some() {
        statement.finer(question.filter, question.order);
    }
    statement.push(" THEN 1 ELSE 0 END), 0) AS BIGINT) AS n FROM (");
    for (index, walk) in question.walks.iter().enumerate() {
        statement.push(if index > 0 { " UNION " } else { "" });
        let _ = write!(statement.sql, "SELECT * FROM (SELECT {COUNTED} FROM desk_ticket");
        statement.conditions(walk, question.filter, question.order);
        if question.look.is_none() {
            statement.finer(question.filter, question.order);
        }
        statement.push(" LIMIT ").bind(question.look.unwrap_or(most));
        let _ = write!(statement.sql, ") AS walk_{index}");
    }
    statement.push(") AS found");
    tx.query_one(&statement.sql, &statement.values, |row| {
        Ok((row.get("n")?, row.get("looked")?))
    })
}

/// Open tickets without a next step, the longest untouched first.
pub fn forgotten(tx: &mut Tx, walks: &[Walk], filter: &Filter, limit: i64) -> Result<Vec<TicketRow>> {
    if walks.is_empty() {
        return Ok(Vec::new());
    }
    let statement = union(walks, " ORDER BY updated_at, number", limit, |statement, walk| {
        statement.conditions(walk, filter, Order::Updated);
        statement.finer(filter, Order::Updated);
    });
    tx.query(&statement.sql, &statement.values, read)
}

/// The devices of these tickets, each once, that of the latest ticket first.
pub fn devices(tx: &mut Tx, numbers: &[i64]) -> Result<Vec<Device>> {
    let mut found: Vec<(Timestamp, Device)> = Vec::new();
    kernel::db::each_listed(numbers, |list, named| {
        let sql = format!(
            "SELECT updated_at, device, COALESCE(os, '') AS os FROM desk_ticket WHERE device IS NOT NULL AND number IN ({list})"
        );
        found.extend(tx.query(&sql, named, |row| {
            let device = Device {
                name: row.get("device")?,
                os: row.get("os")?,
            };
            Ok((row.get("updated_at")?, device))
        })?);
        Ok(())
    })?;
    found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let mut known = std::collections::BTreeSet::new();
    found.retain(|(_, device)| known.insert(device.name.clone()));
    Ok(found.into_iter().map(|(_, device)| device).collect())
}

fn read(row: &Row) -> Result<TicketRow> {
    let word = |column: &str| row.get::<String>(column);
    Ok(TicketRow {
        number: row.get("number")?,
        title: row.get("title")?,
        ticket_type: TicketType::stored(&word("type")?)?,
        category: Category::stored(&word("category")?)?,
        priority: Priority::stored(&word("priority")?)?,
        state: State::stored(&word("state")?)?,
        tier: Tier::new(row.get("tier")?)?,
        team: row.get("team")?,
        assignee: row.get("assignee")?,
        requester: row.get("requester")?,
        site: row.get("site")?,
        last_voice: Voice::stored(&word("last_voice")?)?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        next_due_at: row.get("next_due_at")?,
        overdue: row.get("overdue")?,
        next_step: row.get("next_step")?,
        next_step_at: row.get("next_step_at")?,
        version: row.get("version")?,
        due_rank: row.get("due_rank")?,
    })
}

#[cfg(test)]
/// How the database would answer a page, for the test that holds every list to an index.
pub fn plan(tx: &mut Tx, question: &Question) -> Result<Vec<String>> {
    let statement = page_statement(question, 51);
    let explain = match tx.backend() {
        kernel::db::Backend::Sqlite => ("EXPLAIN QUERY PLAN ", "detail"),
        kernel::db::Backend::Postgres => ("EXPLAIN ", "QUERY PLAN"),
    };
    tx.query(
        &format!("{}{}", explain.0, statement.sql),
        &statement.values,
        |row| row.get(explain.1),
    )
}

/// Numbers of the tickets of a stage that have not been changed for longest, after a place and up to an instant: for
/// whoever looks at what lasts. Pairs of `updated_at` and number.
pub fn longest_unchanged(
    tx: &mut Tx,
    stage: Stage,
    after: (i64, i64),
    until: i64,
    limit: i64,
) -> Result<Vec<(i64, i64)>> {
    let rank = stage.rank();
    let sql = format!(
        "SELECT updated_at, number FROM desk_ticket WHERE stage = {rank} AND (updated_at, number) > ($1, $2)
             AND updated_at <= $3 ORDER BY updated_at, number LIMIT $4"
    );
    let values: [Value; 4] = [after.0.into(), after.1.into(), until.into(), limit.into()];
    tx.query(&sql, &values, |row| {
        Ok((row.get("updated_at")?, row.get("number")?))
    })
}

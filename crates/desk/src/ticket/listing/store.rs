//! Every SQL statement about lists. The texts differ only by which conditions stand in them, so each shape is prepared once.

use std::fmt::Write as _;

use kernel::db::{Row, Tx, Value};
use kernel::error::Result;

use super::{Filter, Held, Holder, Order, Place, TicketRow, Walk};
use crate::ticket::value::{Category, Priority, Stage, State, TicketType, Tier, Voice};

const COLUMNS: &str = "number, title, type, category, priority, state, tier, team, assignee, requester, site, last_voice, \
                       created_at, updated_at, next_due_at, due_rank, overdue, next_step, next_step_at, version";

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
        // A requester's tickets are few: sorting them beats walking all of a stage for them.
        let hidden = if walk.holder() == Holder::Requester && order != Order::Updated {
            " + 0"
        } else {
            ""
        };
        match walk.stage {
            Some(stage) => {
                let _ = write!(self.sql, " WHERE stage{hidden} = {}", stage.rank());
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
        self.finer(filter);
    }

    fn finer(&mut self, filter: &Filter) {
        if !filter.states.is_empty() {
            self.one_of("state", filter.states.iter().map(|state| state.as_str().into()));
        }
        if !filter.priorities.is_empty() {
            self.one_of(
                "priority",
                filter.priorities.iter().map(|priority| priority.as_str().into()),
            );
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
        if let Some(numbers) = &filter.numbers {
            // An empty answer of the search finds nothing, and `IN ()` is no SQL.
            let none = numbers.is_empty().then_some(Value::Int(0));
            self.one_of("number", numbers.iter().map(Value::from).chain(none));
        }
        if let Some(tier) = filter.tier {
            self.push(" AND tier = ").bind(tier.level());
        }
        if let Some(site) = &filter.site {
            self.push(" AND site = ").bind(site);
        }
        if let Some(tag) = &filter.tag {
            self.push(" AND EXISTS (SELECT 1 FROM desk_tag g WHERE g.ticket = number AND g.tag = ")
                .bind(tag)
                .push(")");
        }
        if filter.only_overdue {
            self.push(" AND overdue");
        }
        if filter.only_unanswered {
            self.push(" AND last_voice = 'requester'");
        }
        if filter.only_forgotten {
            self.push(" AND next_step_at IS NULL");
        }
    }

    fn behind(&mut self, order: Order, place: Option<&Place>) {
        match place {
            Some(Place::Urgent(priority, due, number)) => {
                self.push(" AND (priority, due_rank, number) > (")
                    .bind(priority.as_str());
                self.push(", ").bind(*due).push(", ").bind(*number).push(")");
            }
            Some(Place::At(at, number)) => {
                let column = if order == Order::Created {
                    "created_at"
                } else {
                    "updated_at"
                };
                let _ = write!(self.sql, " AND ({column}, number) < (");
                self.bind(*at).push(", ").bind(*number).push(")");
            }
            None => {}
        }
    }
}

const fn sorted(order: Order) -> &'static str {
    match order {
        Order::Urgent => " ORDER BY priority, due_rank, number",
        Order::Updated => " ORDER BY updated_at DESC, number DESC",
        Order::Created => " ORDER BY created_at DESC, number DESC",
    }
}

/// The first rows of the union of the walks, behind a place.
pub fn page(
    tx: &mut Tx,
    walks: &[Walk],
    filter: &Filter,
    order: Order,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<TicketRow>> {
    if walks.is_empty() {
        return Ok(Vec::new());
    }
    let statement = page_statement(walks, filter, order, after, limit);
    tx.query(&statement.sql, &statement.values, read)
}

fn page_statement(
    walks: &[Walk],
    filter: &Filter,
    order: Order,
    after: Option<&Place>,
    limit: i64,
) -> Statement {
    union(walks, sorted(order), limit, |statement, walk| {
        statement.conditions(walk, filter, order);
        statement.behind(order, after);
    })
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

/// Counts the union of the walks, no further than `most`.
pub fn count(tx: &mut Tx, walks: &[Walk], filter: &Filter, most: i64) -> Result<i64> {
    if walks.is_empty() {
        return Ok(0);
    }
    let mut statement = Statement::default();
    statement.push("SELECT COUNT(*) AS n FROM (");
    for (index, walk) in walks.iter().enumerate() {
        statement.push(if index > 0 { " UNION " } else { "" });
        statement.push("SELECT number FROM (SELECT number FROM desk_ticket");
        statement.conditions(walk, filter, Order::Updated);
        statement.push(" LIMIT ").bind(most);
        let _ = write!(statement.sql, ") AS walk_{index}");
    }
    statement.push(") AS found");
    let found: i64 = tx.query_one(&statement.sql, &statement.values, |row| row.get("n"))?;
    Ok(found.min(most))
}

/// Open tickets without a next step, the longest untouched first.
pub fn forgotten(tx: &mut Tx, walks: &[Walk], filter: &Filter, limit: i64) -> Result<Vec<TicketRow>> {
    if walks.is_empty() {
        return Ok(Vec::new());
    }
    let statement = union(walks, " ORDER BY updated_at, number", limit, |statement, walk| {
        statement.conditions(walk, filter, Order::Updated);
    });
    tx.query(&statement.sql, &statement.values, read)
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
pub fn plan(
    tx: &mut Tx,
    walks: &[Walk],
    filter: &Filter,
    order: Order,
    after: Option<&Place>,
) -> Result<Vec<String>> {
    let statement = page_statement(walks, filter, order, after, 51);
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

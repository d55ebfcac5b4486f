//! From the rows of a ticket to its draft: either whole, or refused with the first thing that is wrong.
//!
//! The first row tells how the ticket came in, each later one what was changed by then. A missing value says nothing, unless the mapping wants
//! it to take the earlier one away. How a single field is read is in `fields`.

use kernel::time::Timestamp;

use super::dates::Dates;
use super::draft::{Draft, Named, Said, Standing, Stated, Step};
use super::fields::{Read, Wrong, one_line, stand_in, wrong};
use super::mapping::{self, Mapping, TicketMap, WhenMissing};
use super::refusal::Refusal;
use super::row::{Broken, Columns, Row};
use super::template::Template;
use crate::ticket::value::{Category, Channel, Impact, Priority, Stage, State, TicketType, Tier, Urgency};
use crate::ticket::{Environment, TITLE_MAX};
use crate::triage::Matrix;

/// What drafts are made by.
pub struct Drafter<'a> {
    pub mapping: &'a Mapping,
    pub ticket: &'a TicketMap,
    pub columns: &'a Columns,
    pub dates: Dates,
    pub matrix: Matrix,
    pub now: Timestamp,
}

impl Drafter<'_> {
    /// The ticket that these rows tell of, or the first thing that is wrong with it.
    pub fn draft(&self, foreign: &str, rows: Vec<Row>) -> Result<Draft, Refusal> {
        let refuse = |line: u64, wrong: Wrong| Refusal {
            line,
            subject: foreign.to_owned(),
            field: wrong.field.to_owned(),
            value: wrong.value,
            error: wrong.error,
        };
        for row in &rows {
            if let Some(broken) = row.broken {
                return Err(refuse(row.line, wrong("row", "", broken.code())));
            }
        }
        let rows = self.in_order(rows).map_err(|(line, why)| refuse(line, why))?;
        let Some((_, first)) = rows.first() else {
            return Err(refuse(0, wrong("row", "", Broken::Width.code())));
        };
        let (line, last) = (first.line, rows.last().map_or(first, |(_, row)| row));
        let opened = self.opened(first).map_err(|why| refuse(line, why))?;
        let mut draft = self
            .begun(foreign, opened, (first, last), &rows)
            .map_err(|why| refuse(line, why))?;
        if self.mapping.log.is_some() {
            for (at, row) in &rows {
                self.follow(&mut draft, (*at).max(opened), row)
                    .map_err(|why| refuse(row.line, why))?;
            }
        } else {
            if let Some((_, second)) = rows.get(1) {
                return Err(refuse(
                    second.line,
                    wrong("ticket.id", foreign, "desk.import.id_twice"),
                ));
            }
            self.whole(&mut draft, first).map_err(|why| refuse(line, why))?;
        }
        self.ended(&mut draft, last)
            .map_err(|why| refuse(last.line, why))?;
        Ok(draft)
    }

    /// Rows by their time, then by the number that orders events of the same time, then as they stand.
    fn in_order(&self, rows: Vec<Row>) -> Result<Vec<(Timestamp, Row)>, (u64, Wrong)> {
        let Some(log) = &self.mapping.log else {
            return Ok(rows.into_iter().map(|row| (Timestamp::default(), row)).collect());
        };
        let mut keyed = Vec::with_capacity(rows.len());
        for row in rows {
            let at = self
                .instant("log.at", &log.at, &row)
                .and_then(|at| at.ok_or_else(|| wrong("log.at", "", "desk.import.value_missing")))
                .map_err(|why| (row.line, why))?;
            let then = log
                .then
                .as_ref()
                .and_then(|column| row.get(self.columns, column)?.parse::<i64>().ok());
            keyed.push(((at, then.unwrap_or(0), row.line), row));
        }
        keyed.sort_by_key(|(key, _)| *key);
        Ok(keyed.into_iter().map(|((at, _, _), row)| (at, row)).collect())
    }

    fn opened(&self, row: &Row) -> Read<Timestamp> {
        self.instant("ticket.opened", &self.ticket.opened, row)?
            .ok_or_else(|| wrong("ticket.opened", "", "desk.import.value_missing"))
    }

    fn begun(
        &self,
        foreign: &str,
        opened: Timestamp,
        (first, last): (&Row, &Row),
        rows: &[(Timestamp, Row)],
    ) -> Read<Draft> {
        let map = self.ticket;
        let title = self
            .text(Some(&map.title), last)
            .ok_or_else(|| wrong("ticket.title", "", "desk.import.value_missing"))?;
        let body = self
            .text(map.body.as_ref(), last)
            .unwrap_or_else(|| title.clone());
        let requester = rows
            .iter()
            .rev()
            .find_map(|(_, row)| self.person("ticket.requester", &map.requester, row).transpose())
            .transpose()?
            .or_else(|| stand_in(&map.requester))
            .ok_or_else(|| wrong("ticket.requester", "", "desk.import.value_missing"))?;
        let line = |template: &Option<Template>| {
            self.text(template.as_ref(), last)
                .map(|text| one_line(&text, 200))
        };
        Ok(Draft {
            foreign: foreign.to_owned(),
            line: first.line,
            title: one_line(&title, TITLE_MAX),
            body: crate::article::body("ticket.body", &body).map_err(|error| Wrong {
                field: "ticket.body",
                value: String::new(),
                error,
            })?,
            channel: self
                .word("ticket.channel", &map.channel, last, Channel::parse)?
                .unwrap_or(Channel::Api),
            requester,
            organisation: line(&map.organisation),
            environment: Environment {
                device: line(&map.device),
                os: line(&map.os),
                application: line(&map.application),
                version: line(&map.version),
            },
            error_text: self.text(map.error_text.as_ref(), last),
            solution: self.text(map.solution.as_ref(), last),
            tags: self.tags(last),
            opened_at: opened,
            updated_at: opened,
            resolved_at: None,
            closed_at: None,
            pinned: map.priority.column.is_some(),
            first: self.first(first)?,
            steps: Vec::new(),
            said: Vec::new(),
            stated: Stated::default(),
        })
    }

    /// How it stood when it came in: new, with what the first row knows.
    fn first(&self, row: &Row) -> Read<Standing> {
        let mut standing = Standing {
            state: State::New,
            ticket_type: TicketType::Incident,
            category: Category::Other,
            impact: Impact::Person,
            urgency: Urgency::Medium,
            priority: Priority::P3,
            tier: Tier::FIRST,
            team: None,
            assignee: None,
        };
        self.change(&mut standing, row, true)?;
        standing.state = State::New;
        Ok(standing)
    }

    /// Brings a standing to what a row says.
    fn change(&self, standing: &mut Standing, row: &Row, is_first: bool) -> Read<()> {
        let map = self.ticket;
        macro_rules! take {
            ($field:ident, $map:ident, $name:literal, $parse:expr) => {
                let word = if is_first {
                    self.word($name, &map.$map, row, $parse)?
                } else {
                    self.said_word($name, &map.$map, row, $parse)?
                };
                if let Some(word) = word {
                    standing.$field = word;
                }
            };
        }
        take!(state, state, "ticket.state", mapping::state_of_another);
        take!(ticket_type, ticket_type, "ticket.type", TicketType::parse);
        take!(category, category, "ticket.category", Category::parse);
        take!(impact, impact, "ticket.impact", Impact::parse);
        take!(urgency, urgency, "ticket.urgency", Urgency::parse);
        take!(tier, tier, "ticket.tier", mapping::tier);
        if map.priority.column.is_some() || map.priority.default.is_some() {
            take!(priority, priority, "ticket.priority", Priority::parse);
        } else if let Some(priority) = self.matrix.get(&(standing.impact, standing.urgency)) {
            standing.priority = *priority;
        }
        if let Some(team) = &map.team {
            match self.team(team, row) {
                None if team.when_missing == WhenMissing::Keep => {}
                found => standing.team = found,
            }
        }
        if let Some(assignee) = &map.assignee {
            match self.person("ticket.assignee", assignee, row)? {
                None if assignee.when_missing == WhenMissing::Keep => {}
                found => standing.assignee = found,
            }
        }
        Ok(())
    }

    /// One event of a log.
    fn follow(&self, draft: &mut Draft, at: Timestamp, row: &Row) -> Read<()> {
        let by = match self.mapping.log.as_ref().and_then(|log| log.by.as_ref()) {
            Some(by) => self.person("log.by", by, row)?,
            None => None,
        };
        let mut after = draft.last().clone();
        self.change(&mut after, row, false)?;
        self.comments(draft, at, by.as_ref(), row);
        draft.updated_at = draft.updated_at.max(at);
        if after != *draft.last() {
            draft.steps.push(Step { at, by, after });
        }
        Ok(())
    }

    /// A row that is a whole ticket: its state came about when the row says it was resolved and closed.
    fn whole(&self, draft: &mut Draft, row: &Row) -> Read<()> {
        let map = self.ticket;
        let opened = draft.opened_at;
        let updated = self.optional_instant("ticket.updated", map.updated.as_ref(), row)?;
        let resolved = self.optional_instant("ticket.resolved", map.resolved.as_ref(), row)?;
        let closed = self.optional_instant("ticket.closed", map.closed.as_ref(), row)?;
        let said = self.word("ticket.state", &map.state, row, mapping::state_of_another)?;
        let state = said.unwrap_or(match (resolved, closed) {
            (_, Some(_)) => State::Closed,
            (Some(_), None) => State::Resolved,
            (None, None) => State::New,
        });
        let latest = updated.or(closed).or(resolved).unwrap_or(opened).max(opened);
        let mut step = |at: Timestamp, state: State| {
            let after = Standing {
                state,
                ..draft.last().clone()
            };
            if after != *draft.last() {
                draft.steps.push(Step { at, by: None, after });
            }
        };
        if state.stage() != Stage::Open
            && let Some(at) = resolved
        {
            step(at.max(opened), State::Resolved);
        }
        match state.stage() {
            Stage::Closed => step(closed.or(resolved).unwrap_or(latest).max(opened), state),
            Stage::Resolved => step(resolved.unwrap_or(latest).max(opened), state),
            Stage::Open => step(latest, state),
        }
        draft.updated_at = latest.max(draft.steps.last().map_or(opened, |step| step.at));
        self.comments(draft, latest, None, row);
        Ok(())
    }

    fn comments(&self, draft: &mut Draft, at: Timestamp, by: Option<&Named>, row: &Row) {
        let comments = &self.ticket.comments;
        for (column, public) in [(&comments.public, true), (&comments.internal, false)] {
            let Some(body) = column.as_ref().and_then(|column| row.get(self.columns, column)) else {
                continue;
            };
            let before = draft.said.iter().rev().find(|said| said.public == public);
            // Logs repeat the last comment on each row until there is another.
            if before.is_none_or(|said| said.body != body) {
                draft.said.push(Said {
                    at,
                    author: by.cloned(),
                    public,
                    body: body.to_owned(),
                });
            }
        }
    }

    /// What the last row says of the end, and the conversation.
    fn ended(&self, draft: &mut Draft, last: &Row) -> Read<()> {
        let map = self.ticket;
        let opened = draft.opened_at;
        let reached = |draft: &Draft, stage: fn(Stage) -> bool| {
            let mut at = None;
            let mut before = Stage::Open;
            for step in &draft.steps {
                let now = step.after.state.stage();
                if stage(now) && !stage(before) {
                    at = Some(step.at);
                }
                before = now;
            }
            at.filter(|_| stage(before))
        };
        let (ended, closed) = (
            reached(draft, |stage| stage != Stage::Open),
            reached(draft, |stage| stage == Stage::Closed),
        );
        let stated = self.optional_instant("ticket.resolved", map.resolved.as_ref(), last)?;
        // A desk that keeps this time and does not know it for a ticket is not helped by a guess.
        let resolved = if map.resolved.is_some() { stated } else { ended };
        draft.resolved_at = resolved.filter(|_| ended.is_some());
        let stated = self.optional_instant("ticket.closed", map.closed.as_ref(), last)?;
        draft.closed_at = closed.map(|at| stated.unwrap_or(at));
        for (field, at) in [
            ("ticket.resolved", draft.resolved_at),
            ("ticket.closed", draft.closed_at),
        ] {
            if let Some(at) = at.filter(|at| *at < opened) {
                return Err(wrong(field, &at.to_string(), "desk.import.before_opening"));
            }
        }
        draft.stated = Stated {
            met: self.word("ticket.target_met", &map.target_met, last, mapping::truth)?,
            reassignments: self.number("ticket.reassignments", map.reassignments.as_ref(), last)?,
            reopenings: self.number("ticket.reopenings", map.reopenings.as_ref(), last)?,
        };
        self.conversation(draft, last)?;
        draft.said.sort_by_key(|said| said.at);
        Ok(())
    }
}

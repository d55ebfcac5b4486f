//! osTicket, from the rows of its tables as JSON (the schema is `setup/inc/streams/core/install-mysql.sql` of osTicket 1.10 to
//! 1.18): it has no export of its own that carries conversations and files. docs/examples/osticket-export.sh writes them.
//!
//! A file is named like its table: `ost_ticket`, `ost_ticket__cdata`, `ost_ticket_status`, `ost_ticket_priority`, `ost_thread`,
//! `ost_thread_entry`, `ost_user`, `ost_user_email`, `ost_user__cdata`, `ost_organization`, `ost_staff`, `ost_department`,
//! `ost_team`, `ost_help_topic`, `ost_attachment`, `ost_file`, `ost_file_chunk` (content in Base64). Files that osTicket keeps on
//! a disk lie in `attachments` as they lie there: `attachments/K/KEY`.
//!
//! Left out: tasks, drafts, canned answers, and the log of single fields.

mod files;

use std::collections::BTreeMap;

use desk::ticket::family::Relation;
use kernel::error::Result;
use serde_json::Value;

use super::people::People;
use super::{Failed, Taker, elsewhere, hand_on};
use crate::field::{flag, id, instant, joined, needed, needed_instant, text};
use crate::folder::Folder;
use crate::index::Index;
use crate::map::{Map, Words};
use crate::objects::Objects;
use crate::record::{Article, Link, Person, Place, Side, Text, Ticket, Word};
use crate::refusal::{Read, Refusal, wrong};

/// Its statuses and priorities as it is installed; a status that somebody named counts by its state.
pub const WORDS: Words = Words {
    states: &[
        ("open", "in_progress"),
        ("resolved", "closed"),
        ("closed", "closed"),
        ("archived", "closed"),
        ("deleted", "closed"),
    ],
    priorities: &[
        ("low", "P3"),
        ("normal", "P2"),
        ("high", "P1"),
        ("emergency", "P0"),
    ],
    types: &[],
    urgencies: &[],
    impacts: &[],
    channels: &[
        ("web", "portal"),
        ("email", "mail"),
        ("phone", "phone"),
        ("api", "api"),
    ],
};

type Rows = BTreeMap<String, Value>;

struct Reader<'a> {
    folder: &'a Folder,
    map: &'a Map,
    people: People,
    statuses: Rows,
    priorities: Rows,
    departments: Rows,
    teams: Rows,
    topics: Rows,
    organisations: Rows,
    organisation_of: BTreeMap<String, String>,
    extra: Index,
    threads: Index,
    entries: Index,
    hung: Index,
    files: Index,
    chunks: Index,
}

fn by_ticket(value: &Value) -> Option<String> {
    id(value, "ticket_id")
}

/// Threads of tickets only; tasks have threads too.
fn by_object(value: &Value) -> Option<String> {
    id(value, "object_id").filter(|_| text(value, "object_type").as_deref() == Some("T"))
}

fn by_thread(value: &Value) -> Option<String> {
    id(value, "thread_id")
}

/// Files of entries only (`H`); articles of the knowledge base and canned answers have files too.
fn by_entry(value: &Value) -> Option<String> {
    id(value, "object_id").filter(|_| text(value, "type").as_deref() == Some("H"))
}

fn by_id(value: &Value) -> Option<String> {
    id(value, "id")
}

fn by_file(value: &Value) -> Option<String> {
    id(value, "file_id")
}

/// Reads an export.
pub fn read(folder: &Folder, map: &Map, taker: &mut dyn Taker) -> Result<()> {
    let tickets = folder.needed("ost_ticket")?;
    for table in [
        "ost_ticket__cdata",
        "ost_ticket_status",
        "ost_thread",
        "ost_thread_entry",
        "ost_user",
        "ost_user_email",
    ] {
        folder.needed(table)?;
    }
    let mut refused = Vec::new();
    let mut refuse = |one| refused.push(one);
    let mut reader = Reader {
        folder,
        map,
        people: People::none(map),
        statuses: rows(folder, "ost_ticket_status", "id", &mut refuse)?,
        priorities: rows(folder, "ost_ticket_priority", "priority_id", &mut refuse)?,
        departments: rows(folder, "ost_department", "id", &mut refuse)?,
        teams: rows(folder, "ost_team", "team_id", &mut refuse)?,
        topics: rows(folder, "ost_help_topic", "topic_id", &mut refuse)?,
        organisations: rows(folder, "ost_organization", "id", &mut refuse)?,
        organisation_of: BTreeMap::new(),
        extra: Index::of(folder, "ost_ticket__cdata", by_ticket, &mut refuse)?,
        threads: Index::of(folder, "ost_thread", by_object, &mut refuse)?,
        entries: Index::of(folder, "ost_thread_entry", by_thread, &mut refuse)?,
        hung: Index::of(folder, "ost_attachment", by_entry, &mut refuse)?,
        files: Index::of(folder, "ost_file", by_id, &mut refuse)?,
        chunks: Index::of(folder, "ost_file_chunk", by_file, &mut refuse)?,
    };
    let emails = Index::of(
        folder,
        "ost_user_email",
        |value| id(value, "user_id"),
        &mut refuse,
    )?;
    let more = Index::of(
        folder,
        "ost_user__cdata",
        |value| id(value, "user_id"),
        &mut refuse,
    )?;
    for refusal in refused {
        taker.refuse(refusal)?;
    }
    reader.users(&emails, &more, taker)?;
    reader.staff(taker)?;
    for file in tickets {
        for object in Objects::open(&file)? {
            let (reference, read) = match object.value {
                Ok(value) => (
                    text(&value, "number").unwrap_or_default(),
                    reader.ticket(&object.place, &value),
                ),
                Err(wrong) => (String::new(), Err(Failed::Wrong(wrong))),
            };
            hand_on(taker, &object.place, &reference, read)?;
        }
    }
    Ok(())
}

/// A small table, by its key.
fn rows(folder: &Folder, table: &str, key: &str, refuse: &mut dyn FnMut(Refusal)) -> Result<Rows> {
    let mut rows = Rows::new();
    for file in folder.files(table)? {
        for object in Objects::open(&file)? {
            match object.value {
                Ok(value) => rows.extend(id(&value, key).map(|key| (key, value))),
                Err(wrong) => refuse(wrong.at(&object.place, "")),
            }
        }
    }
    Ok(rows)
}

impl Reader<'_> {
    fn users(&mut self, emails: &Index, more: &Index, taker: &mut dyn Taker) -> Result<()> {
        for file in self.folder.files("ost_user")? {
            for object in Objects::open(&file)? {
                let (place, value) = (object.place, object.value);
                let value = match value {
                    Ok(value) => value,
                    Err(wrong) => {
                        taker.refuse(wrong.at(&place, ""))?;
                        continue;
                    }
                };
                let Some(own) = id(&value, "id") else {
                    taker.refuse(wrong("id", "", "migrate.value_missing").at(&place, ""))?;
                    continue;
                };
                let addresses = emails.rows(&own)?;
                let default = id(&value, "default_email_id");
                let chosen = addresses.iter().find(|(_, row)| id(row, "id") == default);
                let email = chosen
                    .or(addresses.first())
                    .and_then(|(_, row)| text(row, "address"));
                let more = more.rows(&own)?;
                let phone = more.first().and_then(|(_, row)| text(row, "phone"));
                let organisation = name_of(&self.organisations, id(&value, "org_id"), "name");
                self.organisation_of
                    .extend(organisation.clone().map(|name| (own.clone(), name)));
                let person = Person {
                    email: email.unwrap_or_default(),
                    name: text(&value, "name").unwrap_or_default(),
                    // osTicket writes extensions behind an X: 5550101X17.
                    phone: phone.unwrap_or_default(),
                    organisation: organisation.unwrap_or_default(),
                    ..Person::default()
                };
                let login = person.name.clone();
                self.people
                    .add(taker, &place, (&format!("user {own}"), &login), person)?;
            }
        }
        Ok(())
    }

    fn staff(&mut self, taker: &mut dyn Taker) -> Result<()> {
        for file in self.folder.files("ost_staff")? {
            for object in Objects::open(&file)? {
                let value = match object.value {
                    Ok(value) => value,
                    Err(wrong) => {
                        taker.refuse(wrong.at(&object.place, ""))?;
                        continue;
                    }
                };
                let Some(own) = id(&value, "staff_id") else {
                    taker.refuse(wrong("staff_id", "", "migrate.value_missing").at(&object.place, ""))?;
                    continue;
                };
                let person = Person {
                    email: text(&value, "email").unwrap_or_default(),
                    name: joined(&[text(&value, "firstname"), text(&value, "lastname")]),
                    phone: text(&value, "phone")
                        .or_else(|| text(&value, "mobile"))
                        .unwrap_or_default(),
                    department: name_of(&self.departments, id(&value, "dept_id"), "name").unwrap_or_default(),
                    language: text(&value, "lang").unwrap_or_default(),
                    staff: flag(&value, "isactive"),
                    ..Person::default()
                };
                let login = text(&value, "username").unwrap_or_default();
                self.people
                    .add(taker, &object.place, (&format!("staff {own}"), &login), person)?;
            }
        }
        Ok(())
    }

    fn ticket(&self, place: &Place, value: &Value) -> std::result::Result<Ticket, Failed> {
        let dates = &self.map.dates;
        let foreign = needed(value, "ticket_id")?;
        let reference = text(value, "number").unwrap_or_else(|| foreign.clone());
        let extra = self.extra.rows(&foreign)?;
        let (extra_place, extra) = extra.first().ok_or_else(|| {
            wrong("ticket_id", &foreign, "migrate.row_unknown").arg("file", "ost_ticket__cdata")
        })?;
        let user = id(value, "user_id");
        let closed = instant(value, "closed", dates)?;
        let team = name_of(&self.teams, id(value, "team_id"), "name");
        let department = name_of(&self.departments, id(value, "dept_id"), "name");
        let mut ticket = Ticket {
            place: place.clone(),
            title: elsewhere(needed(extra, "subject"), extra_place, &reference)?,
            requester: Some(
                self.people
                    .requester("user_id", user.as_ref().map(|id| format!("user {id}")).as_deref())?,
            ),
            owner: id(value, "staff_id").and_then(|id| self.people.by_id(Some(&format!("staff {id}")))),
            team: team.clone().or_else(|| department.clone()),
            state: self.state(value)?,
            priority: self.priority(extra),
            channel: text(value, "source").map(Word::of),
            category: self.topic(id(value, "topic_id")),
            organisation: user.and_then(|user| self.organisation_of.get(&user).cloned()),
            opened: needed_instant(value, "created", dates)?,
            updated: instant(value, "lastupdate", dates)?.or(instant(value, "updated", dates)?),
            solved: closed,
            closed,
            fields: fields(extra, team.and(department)),
            met: self.met(value)?,
            ..Ticket::default()
        };
        if let Some(parent) = id(value, "ticket_pid") {
            ticket.links.push(Link {
                relation: Relation::ChildOf,
                other: parent,
            });
        }
        for (_, thread) in self.threads.rows(&foreign)? {
            let thread = id(&thread, "id").unwrap_or_default();
            for (place, entry) in self.entries.rows(&thread)? {
                self.entry(&place, &entry, &reference, &mut ticket)?;
            }
        }
        (ticket.foreign, ticket.reference) = (foreign, reference);
        Ok(ticket)
    }

    fn state(&self, value: &Value) -> Read<Word> {
        let status = needed(value, "status_id")?;
        let row = self.statuses.get(&status).ok_or_else(|| {
            wrong("status_id", &status, "migrate.row_unknown").arg("file", "ost_ticket_status")
        })?;
        Ok(Word {
            said: needed(row, "name")?,
            wider: text(row, "state"),
        })
    }

    /// The table of extra fields holds the number of a priority; its word stands in the table of priorities.
    fn priority(&self, extra: &Value) -> Option<Word> {
        let said = text(extra, "priority")?;
        let word = self.priorities.get(&said).and_then(|row| text(row, "priority"));
        Some(Word::of(word.unwrap_or(said)))
    }

    /// The whole way down the tree of help topics.
    fn topic(&self, topic: Option<String>) -> Option<String> {
        let mut names = Vec::new();
        let mut next = topic;
        while let Some(row) = next
            .as_ref()
            .and_then(|id| self.topics.get(id))
            .filter(|_| names.len() < 10)
        {
            names.extend(text(row, "topic"));
            next = id(row, "topic_pid");
        }
        names.reverse();
        (!names.is_empty()).then(|| names.join(" / "))
    }

    fn met(&self, value: &Value) -> Read<Option<bool>> {
        let dates = &self.map.dates;
        let due = instant(value, "duedate", dates)?.or(instant(value, "est_duedate", dates)?);
        let closed = instant(value, "closed", dates)?;
        Ok(due.zip(closed).map(|(due, closed)| closed <= due))
    }

    /// A message of the requester, a response of the desk, or its note. The first message is the report.
    fn entry(
        &self,
        place: &Place,
        value: &Value,
        reference: &str,
        ticket: &mut Ticket,
    ) -> std::result::Result<(), Failed> {
        let own = elsewhere(needed(value, "id"), place, reference)?;
        let kind = text(value, "type").unwrap_or_default();
        let (side, public) = match kind.as_str() {
            "M" => (Side::Requester, true),
            "R" => (Side::Staff, true),
            "N" => (Side::Staff, false),
            _ => {
                return elsewhere(
                    Err(wrong("type", &kind, "migrate.code_unknown")),
                    place,
                    reference,
                );
            }
        };
        let words = text(value, "body").unwrap_or_default();
        let words = match text(value, "format").as_deref() {
            Some("text") => Text::Plain(words),
            _ => Text::Html(words),
        };
        let files = self.files(&own, reference)?;
        if kind == "M" && ticket.articles.is_empty() && ticket.body == Text::default() {
            (ticket.body, ticket.body_files) = (words, files);
            return Ok(());
        }
        let staff = id(value, "staff_id").map(|id| format!("staff {id}"));
        let author = staff.or_else(|| id(value, "user_id").map(|id| format!("user {id}")));
        ticket.articles.push(Article {
            at: elsewhere(
                needed_instant(value, "created", &self.map.dates),
                place,
                reference,
            )?,
            author: self.people.by_id(author.as_deref()),
            side,
            public,
            text: words,
            files,
        });
        Ok(())
    }
}

fn name_of(rows: &Rows, id: Option<String>, field: &str) -> Option<String> {
    text(rows.get(&id?)?, field)
}

/// Fields of the department's own forms; where a team has the ticket, its department too.
fn fields(extra: &Value, department: Option<String>) -> Vec<(String, String)> {
    let own = ["ticket_id", "subject", "priority"];
    let all = extra.as_object().into_iter().flatten();
    let mut fields: Vec<(String, String)> = all
        .filter(|(name, _)| !own.contains(&name.as_str()))
        .filter_map(|(name, _)| Some((name.clone(), text(extra, name)?)))
        .collect();
    fields.extend(department.map(|name| ("department".to_owned(), name)));
    fields
}

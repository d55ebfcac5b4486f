//! The readable half: each ticket, person, and team whole on one line, for people and other programs.
//!
//! What belongs to a ticket is found by the tables themselves: whatever has a column `ticket` stands in it, also what a slice adds
//! tomorrow. Instants become texts, identifiers of people and teams become who they are. A hundred are read at a time. It is made
//! for reading only: what is read back are the tables.

use std::collections::HashMap;

use kernel::Timestamp;
use kernel::db::{ColumnKind, Table, TableColumn, Tx, Value};
use kernel::error::Result;
use kernel::event;
use kernel::keeping::is_file_column;
use serde_json::{Map, Value as Json, json};

use super::folder::{Folder, Lines};
use crate::format::Part;
use crate::{row, secrets, store};

type Object = Map<String, Json>;

/// Read at a time; with all that belongs to them.
const BATCH: i64 = 100;

/// A nested file: what its lines are made of.
struct Kind {
    file: &'static str,
    table: &'static str,
    key: &'static str,
    /// The column of other tables that names one of these.
    owner: &'static str,
    /// The subject of events and links about one, before its key.
    subject: Option<&'static str>,
    /// Whether a table with that column belongs here.
    takes: fn(&Table) -> bool,
    /// The last touch.
    finish: fn(&mut Object),
}

const KINDS: &[Kind] = &[
    Kind {
        file: "tickets.jsonl",
        table: "desk_ticket",
        key: "number",
        owner: "ticket",
        subject: Some("ticket"),
        takes: |table| {
            !PASSING.contains(&table.name.as_str()) && store::has_column(table, "ticket", ColumnKind::Int)
        },
        finish: finish_ticket,
    },
    Kind {
        file: "people.jsonl",
        table: "people_user",
        key: "id",
        owner: "user_id",
        subject: None,
        takes: |table| {
            table.name.starts_with("people_") && store::has_column(table, "user_id", ColumnKind::Text)
        },
        finish: |_| {},
    },
    Kind {
        file: "teams.jsonl",
        table: "people_team",
        key: "id",
        owner: "team",
        subject: None,
        takes: |table| table.name == "people_member",
        finish: |_| {},
    },
];

/// Who is just looking, half-written words, and what is computed from the rest.
const PASSING: &[&str] = &[
    "automate_delivery",
    "desk_batch_ticket",
    "desk_draft",
    "desk_fact",
    "desk_form_draft",
    "desk_presence",
];

/// What stands in a ticket or person under another name than its table's.
const NAMES: &[(&str, &str)] = &[
    ("desk_article", "articles"),
    ("desk_assignment", "assignments"),
    ("desk_attachment", "attachments"),
    ("desk_cause", "causes"),
    ("desk_clock", "clocks"),
    ("desk_escalation", "escalations"),
    ("desk_proposal", "proposals"),
    ("desk_resolution", "resolutions"),
    ("desk_risky_step", "risky_steps"),
    ("desk_tag", "tags"),
    ("desk_verification", "questions"),
    ("desk_watcher", "watchers"),
    ("people_absence", "absences"),
    ("people_shift", "shifts"),
    ("people_user_role", "roles"),
    ("people_user_skill", "skills"),
];

/// Writes all of them.
pub fn write(tx: &mut Tx<'_>, folder: &Folder, tables: &[Table]) -> Result<Vec<Part>> {
    let names = Names::load(tx)?;
    let mut parts = Vec::with_capacity(KINDS.len());
    for kind in KINDS {
        let mut lines = folder.lines(kind.file)?;
        if let Some(table) = tables.iter().find(|table| table.name == kind.table) {
            let belonging = tables
                .iter()
                .filter(|other| other.name != kind.table && !secrets::TABLES.contains(&other.name.as_str()))
                .filter(|other| (kind.takes)(other))
                .collect();
            let nesting = Nesting {
                kind,
                table,
                belonging,
                names: &names,
            };
            nesting.write(tx, &mut lines)?;
        }
        parts.push(lines.finish()?);
    }
    Ok(parts)
}

struct Nesting<'a> {
    kind: &'a Kind,
    table: &'a Table,
    belonging: Vec<&'a Table>,
    names: &'a Names,
}

impl Nesting<'_> {
    fn write(&self, tx: &mut Tx<'_>, lines: &mut Lines) -> Result<()> {
        let columns = &self.table.columns;
        let key = columns.iter().position(|column| column.name == self.kind.key);
        let key = key.unwrap_or_default();
        let mut after: Option<Value> = None;
        loop {
            let rows = store::page(
                tx,
                &self.table.name,
                columns,
                self.kind.key,
                after.as_ref(),
                BATCH,
            )?;
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
                return Ok(());
            };
            let range = (first[key].clone(), last[key].clone());
            let mut batch = Batch::default();
            for values in &rows {
                let object = self.names.object(&self.table.name, columns, values, "");
                batch.add(word(&values[key]), object);
            }
            self.add_rows(tx, &mut batch, &range)?;
            if let Some(subject) = self.kind.subject {
                self.add_history(tx, &mut batch, subject)?;
                self.add_links(tx, &mut batch, subject)?;
            }
            let mut line = Vec::new();
            for mut object in batch.objects {
                (self.kind.finish)(&mut object);
                line.clear();
                serde_json::to_writer(&mut line, &object)?;
                lines.put(&mut line)?;
            }
            after = Some(range.1);
        }
    }

    fn add_rows(&self, tx: &mut Tx<'_>, batch: &mut Batch, range: &(Value, Value)) -> Result<()> {
        for table in &self.belonging {
            let owner = self.kind.owner;
            let Some(place) = table.columns.iter().position(|column| column.name == owner) else {
                continue;
            };
            let rows = store::belonging(tx, &table.name, &table.columns, owner, (&range.0, &range.1))?;
            for values in rows {
                let object = self.names.object(&table.name, &table.columns, &values, owner);
                batch.push(&word(&values[place]), self.name_of(table), item(object));
            }
        }
        Ok(())
    }

    /// Under which name the rows of a table stand in it.
    fn name_of<'t>(&self, table: &'t Table) -> &'t str {
        let name = table.name.as_str();
        if name == "people_member" {
            return if self.kind.owner == "team" {
                "members"
            } else {
                "teams"
            };
        }
        let known = NAMES.iter().find(|(table, _)| *table == name);
        let short = known.map_or_else(|| name.strip_prefix("desk_").unwrap_or(name), |(_, known)| *known);
        let is_taken = self.table.columns.iter().any(|column| column.name == short);
        if is_taken { name } else { short }
    }

    fn add_history(&self, tx: &mut Tx<'_>, batch: &mut Batch, subject: &str) -> Result<()> {
        let subjects = batch.subjects(subject);
        for event in event::of_subjects(tx, &subjects, i64::MAX)? {
            let item = json!({
                "seq": event.seq, "at": event.at, "actor": self.names.text(&event.actor), "via": event.via,
                "kind": event.kind, "data": event.data, "personal": event.personal,
            });
            batch.push(key_of(&event.subject), "history", item);
        }
        Ok(())
    }

    fn add_links(&self, tx: &mut Tx<'_>, batch: &mut Batch, subject: &str) -> Result<()> {
        let subjects = batch.subjects(subject);
        for link in store::links(tx, &subjects)? {
            let item = json!({
                "from": link.source, "to": link.target, "kind": link.kind, "at": link.at,
                "actor": self.names.text(&link.actor),
            });
            let about = format!("{subject}:");
            for end in [&link.source, &link.target] {
                if end.starts_with(&about) {
                    batch.push(key_of(end), "links", item.clone());
                }
            }
        }
        Ok(())
    }
}

/// Those that are read together.
#[derive(Default)]
struct Batch {
    objects: Vec<Object>,
    places: HashMap<String, usize>,
}

impl Batch {
    fn add(&mut self, key: String, object: Object) {
        self.places.insert(key, self.objects.len());
        self.objects.push(object);
    }

    /// Puts an item into a list of one of them; what belongs to none of them belongs to another batch.
    fn push(&mut self, key: &str, name: &str, item: Json) {
        let Some(object) = self
            .places
            .get(key)
            .and_then(|place| self.objects.get_mut(*place))
        else {
            return;
        };
        let list = object.entry(name).or_insert_with(|| Json::Array(Vec::new()));
        if let Json::Array(list) = list {
            list.push(item);
        }
    }

    fn subjects(&self, subject: &str) -> Vec<String> {
        self.places.keys().map(|key| format!("{subject}:{key}")).collect()
    }
}

/// What stands in a list: a tag is its word, a watcher is a person.
fn item(object: Object) -> Json {
    if object.len() == 1 {
        object.into_values().next().unwrap_or_default()
    } else {
        Json::Object(object)
    }
}

fn word(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        _ => String::new(),
    }
}

/// `1042` of `ticket:1042`.
fn key_of(subject: &str) -> &str {
    subject.split_once(':').map_or(subject, |(_, key)| key)
}

/// Who is meant by an identifier.
struct Names {
    by_id: HashMap<String, Json>,
}

impl Names {
    fn load(tx: &mut Tx<'_>) -> Result<Self> {
        let named = store::named(tx)?.into_iter().map(|one| {
            let json = match &one.email {
                Some(email) => json!({ "id": one.id, "name": one.name, "email": email }),
                None => json!({ "id": one.id, "name": one.name }),
            };
            (one.id, json)
        });
        Ok(Self {
            by_id: named.collect(),
        })
    }

    /// A text, or whom it names: an identifier, also as `user:ID`.
    fn text(&self, text: &str) -> Json {
        let id = text.strip_prefix("user:").unwrap_or(text);
        self.by_id
            .get(id)
            .cloned()
            .unwrap_or_else(|| Json::String(text.to_owned()))
    }

    /// A row for reading, without its secrets and without one column.
    fn object(&self, table: &str, columns: &[TableColumn], values: &[Value], without: &str) -> Object {
        let mut object = Object::new();
        for (column, value) in columns.iter().zip(values) {
            let name = column.name.as_str();
            if name == without || secrets::is_secret_column(table, name, column.kind) {
                continue;
            }
            let json = match value {
                Value::Int(millis) if is_instant(name) => json!(Timestamp::from_millis(*millis)),
                // One's own identifier stays what it is.
                Value::Text(text) if name != "id" => self.text(text),
                other => row::json(other),
            };
            object.insert(key(table, name).to_owned(), json);
        }
        object
    }
}

/// A key as other programs know it.
fn key<'a>(table: &str, column: &'a str) -> &'a str {
    match column {
        "user_id" => "person",
        "hash" if is_file_column(table, column) => "sha256",
        other => other,
    }
}

/// Instants are known by their names; durations and counts are called otherwise.
fn is_instant(column: &str) -> bool {
    matches!(column, "at" | "until" | "deadline") || column.ends_with("_at") || column.ends_with("_until")
}

/// As the interface shows a ticket: files stand in their articles, and what it is about technically stands together.
fn finish_ticket(ticket: &mut Object) {
    let mut environment = Object::new();
    for (column, name) in [
        ("device", "device"),
        ("os", "os"),
        ("application", "application"),
        ("app_version", "version"),
    ] {
        if let Some(value) = ticket.remove(column).filter(|value| !value.is_null()) {
            environment.insert(name.to_owned(), value);
        }
    }
    ticket.insert("environment".to_owned(), Json::Object(environment));
    let Some(Json::Array(files)) = ticket.remove("attachments") else {
        return;
    };
    let Some(Json::Array(articles)) = ticket.get_mut("articles") else {
        return;
    };
    for file in files {
        let article = articles
            .iter_mut()
            .find(|article| article["id"] == file["article"]);
        let (Some(Json::Object(article)), Json::Object(mut file)) = (article, file) else {
            continue;
        };
        file.remove("article");
        let list = article
            .entry("attachments")
            .or_insert_with(|| Json::Array(Vec::new()));
        if let Json::Array(list) = list {
            list.push(Json::Object(file));
        }
    }
}

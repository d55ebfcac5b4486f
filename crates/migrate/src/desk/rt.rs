//! RT, from the answers of its REST API 2 as JSON files (the pod of `RT::REST2`): the table of a search has no conversation,
//! and what `rt-serializer` writes is Perl's own format.
//!
//! | files | from |
//! |---|---|
//! | `users*.json` | `GET /REST/2.0/users?query=[{"field":"id","operator":">","value":0}]&fields=Name,EmailAddress,RealName,Privileged,Disabled,WorkPhone,MobilePhone,Organization,Lang,Address1,City` |
//! | `queues*.json` | `GET /REST/2.0/queues/all?fields=Name` |
//! | `tickets/ID.json` | `GET /REST/2.0/ticket/ID` |
//! | `history/ID.json`, `history/ID-2.json`, … | `GET /REST/2.0/ticket/ID/history?fields=Type,Creator,Created,TimeTaken&per_page=100&page=N` |
//! | `attachments/ID.json` | `GET /REST/2.0/attachment/N` for each of `GET /REST/2.0/ticket/ID/attachments`, one answer behind the other (content in Base64) |
//!
//! Left out: scrips, templates, articles, assets, watchers who are neither requestor nor owner, and the log of single fields.

use std::collections::BTreeMap;

use bytes::Bytes;
use data_encoding::BASE64;
use desk::ticket::family::Relation;
use kernel::error::Result;
use serde_json::Value;

use super::people::People;
use super::{Failed, Taker, elsewhere, hand_on};
use crate::field::{flag, id, instant, list, needed, needed_instant, text};
use crate::folder::Folder;
use crate::map::{Map, Words};
use crate::objects::Objects;
use crate::record::{Article, Content, File, Link, Person, Place, Side, Spent, Text, Ticket, Word};
use crate::refusal::{Read, wrong};

/// The default lifecycle; priorities are numbers, and RT names 0, 50, and 100 low, medium, and high.
pub const WORDS: Words = Words {
    states: &[
        ("new", "new"),
        ("open", "in_progress"),
        ("stalled", "waiting_requester"),
        ("resolved", "closed"),
        ("rejected", "closed"),
        ("deleted", "closed"),
    ],
    priorities: &[("0-49", "P3"), ("50-99", "P2"), ("100-", "P1")],
    types: &[],
    urgencies: &[],
    impacts: &[],
    channels: &[],
};

/// Pages of one ticket that are looked for.
const PAGES: usize = 1_000;

struct Reader<'a> {
    folder: &'a Folder,
    map: &'a Map,
    people: People,
    queues: BTreeMap<String, String>,
}

/// Reads an export.
pub fn read(folder: &Folder, map: &Map, taker: &mut dyn Taker) -> Result<()> {
    let tickets = folder.needed("tickets")?;
    let mut reader = Reader {
        folder,
        map,
        people: People::none(map),
        queues: BTreeMap::new(),
    };
    for file in folder.needed("users")? {
        for object in Objects::open(&file)? {
            match object.value {
                Ok(value) => reader.person(taker, &object.place, &value)?,
                Err(wrong) => taker.refuse(wrong.at(&object.place, ""))?,
            }
        }
    }
    for file in folder.files("queues")? {
        for object in Objects::open(&file)? {
            match object.value {
                Ok(value) => reader.queues.extend(id(&value, "id").zip(text(&value, "Name"))),
                Err(wrong) => taker.refuse(wrong.at(&object.place, ""))?,
            }
        }
    }
    for file in tickets {
        for object in Objects::open(&file)? {
            let (reference, read) = match object.value {
                // What RT keeps beside tickets: reminders and approvals are tickets of another type.
                Ok(value) if text(&value, "Type").is_some_and(|kind| kind != "ticket") => continue,
                Ok(value) => (
                    id(&value, "id").unwrap_or_default(),
                    reader.ticket(&object.place, &value),
                ),
                Err(wrong) => (String::new(), Err(Failed::Wrong(wrong))),
            };
            hand_on(taker, &object.place, &reference, read)?;
        }
    }
    Ok(())
}

impl Reader<'_> {
    fn person(&mut self, taker: &mut dyn Taker, place: &Place, value: &Value) -> Result<()> {
        // People are named by their login everywhere; a single user has it as Name and a number as id.
        let Some(login) = text(value, "Name").or_else(|| text(value, "id")) else {
            return taker.refuse(wrong("Name", "", "migrate.value_missing").at(place, ""));
        };
        if ["RT_System", "Nobody"].contains(&login.as_str()) {
            return Ok(());
        }
        let address = [text(value, "Address1"), text(value, "City")];
        let person = Person {
            email: text(value, "EmailAddress").unwrap_or_default(),
            name: text(value, "RealName").unwrap_or_else(|| login.clone()),
            phone: text(value, "WorkPhone")
                .or_else(|| text(value, "MobilePhone"))
                .unwrap_or_default(),
            organisation: text(value, "Organization").unwrap_or_default(),
            place: crate::field::joined(&address),
            language: text(value, "Lang").unwrap_or_default(),
            staff: flag(value, "Privileged") && !flag(value, "Disabled"),
            ..Person::default()
        };
        self.people.add(taker, place, (&login, &login), person)
    }

    fn ticket(&self, place: &Place, value: &Value) -> std::result::Result<Ticket, Failed> {
        let dates = &self.map.dates;
        let foreign = needed(value, "id")?;
        let requestor = list(value, "Requestor").first().and_then(|user| text(user, "id"));
        let owner = text(value, "Owner.id").filter(|login| login != "Nobody");
        let resolved = instant(value, "Resolved", dates)?;
        let queue = text(value, "Queue.Name").or_else(|| self.queues.get(&id(value, "Queue.id")?).cloned());
        let mut ticket = Ticket {
            place: place.clone(),
            reference: foreign.clone(),
            title: text(value, "Subject").unwrap_or_else(|| format!("#{foreign}")),
            requester: Some(self.people.requester("Requestor", requestor.as_deref())?),
            owner: self.people.by_id(owner.as_deref()),
            team: queue,
            state: Word::of(needed(value, "Status")?),
            priority: text(value, "Priority").map(|said| priority(&said)).transpose()?,
            opened: needed_instant(value, "Created", dates)?,
            updated: instant(value, "LastUpdated", dates)?,
            solved: resolved,
            closed: resolved,
            fields: fields(value),
            links: links(value, &foreign),
            met: instant(value, "Due", dates)?
                .zip(resolved)
                .map(|(due, resolved)| resolved <= due),
            ..Ticket::default()
        };
        let mut parts: BTreeMap<String, Vec<(Place, Value)>> = BTreeMap::new();
        for (at, part) in self.pages("attachments", &foreign)? {
            let of = text(&part, "TransactionId.id").or_else(|| text(&part, "TransactionId"));
            parts.entry(of.unwrap_or_default()).or_default().push((at, part));
        }
        for (at, transaction) in self.pages("history", &foreign)? {
            let own = elsewhere(needed(&transaction, "id"), &at, &foreign)?;
            let parts = parts.remove(&own).unwrap_or_default();
            elsewhere(self.transaction(&transaction, parts, &mut ticket), &at, &foreign)?;
        }
        ticket.foreign = foreign;
        Ok(ticket)
    }

    /// Everything in the pages of one ticket.
    fn pages(&self, kind: &str, foreign: &str) -> std::result::Result<Vec<(Place, Value)>, Failed> {
        let mut all = Vec::new();
        for page in 1..=PAGES {
            let name = match page {
                1 => format!("{foreign}.json"),
                page => format!("{foreign}-{page}.json"),
            };
            let Some(file) = self.folder.find(&[kind, &name]) else {
                break;
            };
            for object in Objects::open(&file)? {
                all.push((
                    object.place.clone(),
                    elsewhere(object.value, &object.place, foreign)?,
                ));
            }
        }
        Ok(all)
    }

    /// What was said in a transaction, its files, and the time it took.
    fn transaction(&self, value: &Value, parts: Vec<(Place, Value)>, ticket: &mut Ticket) -> Read<()> {
        let kind = text(value, "Type").unwrap_or_default();
        let at = needed_instant(value, "Created", &self.map.dates)?;
        let author = self.people.by_id(text(value, "Creator.id").as_deref());
        if let Some(taken) = id(value, "TimeTaken") {
            ticket.times.push(Spent {
                at,
                who: author.clone(),
                minutes: taken
                    .parse()
                    .map_err(|_| wrong("TimeTaken", &taken, "migrate.number_unreadable"))?,
                what: String::new(),
            });
        }
        if !["Create", "Correspond", "Comment"].contains(&kind.as_str()) {
            return Ok(());
        }
        let (words, files) = contents(parts)?;
        if kind == "Create" {
            (ticket.body, ticket.body_files) = (words, files);
            return Ok(());
        }
        let is_requester = author.is_some() && author == ticket.requester;
        let side = match &author {
            Some(author) if is_requester || !author.staff => Side::Requester,
            _ => Side::Staff,
        };
        ticket.articles.push(Article {
            at,
            author,
            side,
            public: kind == "Correspond",
            text: words,
            files,
        });
        Ok(())
    }
}

/// The words are the parts without a name; HTML goes before the plain text that says the same.
fn contents(parts: Vec<(Place, Value)>) -> Read<(Text, Vec<File>)> {
    let (mut plain, mut html, mut files) = (None, None, Vec::new());
    for (_, part) in parts {
        let kind = text(&part, "ContentType").unwrap_or_default().to_lowercase();
        if kind.starts_with("multipart/") {
            continue;
        }
        let content = text(&part, "Content").unwrap_or_default();
        let coded: Vec<u8> = content
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        let bytes = BASE64
            .decode(&coded)
            .map_err(|_| wrong("Content", &content, "migrate.base64_broken"))?;
        let words = || String::from_utf8_lossy(&bytes).into_owned();
        match text(&part, "Filename") {
            None if kind.starts_with("text/html") => html = html.or_else(|| Some(words())),
            None if kind.starts_with("text/") => plain = plain.or_else(|| Some(words())),
            // Where somebody only attached something, RT keeps an empty part for the words that are not there.
            None if bytes.is_empty() => {}
            name => files.push(File {
                name: name.unwrap_or_default(),
                media_type: kind,
                content_id: None,
                content: Content::Held(Bytes::from(bytes)),
            }),
        }
    }
    let words = match (html, plain) {
        (Some(html), _) => Text::Html(html),
        (None, plain) => Text::Plain(plain.unwrap_or_default()),
    };
    Ok((words, files))
}

/// In which third of RT's scale a priority lies; a word stays a word.
fn priority(said: &str) -> Read<Word> {
    let named = match said.to_lowercase().as_str() {
        "low" => Some(0),
        "medium" => Some(50),
        "high" => Some(100),
        _ => None,
    };
    let number = named.or_else(|| said.parse::<i64>().ok());
    let number = number.ok_or_else(|| wrong("Priority", said, "migrate.number_unreadable"))?;
    Ok(Word {
        said: said.to_owned(),
        wider: Some(
            match number {
                ..50 => "0-49",
                50..100 => "50-99",
                _ => "100-",
            }
            .to_owned(),
        ),
    })
}

/// Custom fields: RT 5 lists them by name, RT 4 by number.
fn fields(value: &Value) -> Vec<(String, String)> {
    let words = |values: &Value| -> String {
        let values = values.as_array().map_or(&[][..], Vec::as_slice);
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        values.join(", ")
    };
    let fields: Vec<(String, String)> = match value.get("CustomFields") {
        Some(Value::Array(all)) => all
            .iter()
            .filter_map(|field| Some((text(field, "name")?, words(field.get("values")?))))
            .collect(),
        Some(Value::Object(all)) => all
            .iter()
            .map(|(name, values)| (name.clone(), words(values)))
            .collect(),
        _ => Vec::new(),
    };
    fields
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// Links are hypermedia: what the other ticket is to this one. A merged ticket names the one that it became part of.
fn links(value: &Value, foreign: &str) -> Vec<Link> {
    let mut links = Vec::new();
    for link in list(value, "_hyperlinks") {
        let relation = match text(link, "ref").as_deref() {
            Some("parent") => Relation::ChildOf,
            Some("child") => Relation::ParentOf,
            Some("refers-to" | "referred-to-by" | "depends-on" | "depended-on-by") => Relation::Related,
            _ => continue,
        };
        if text(link, "type").as_deref() == Some("ticket") {
            links.extend(id(link, "id").map(|other| Link { relation, other }));
        }
    }
    let became = id(value, "EffectiveId.id").filter(|other| other != foreign);
    links.extend(became.map(|other| Link {
        relation: Relation::DuplicateOf,
        other,
    }));
    links
}

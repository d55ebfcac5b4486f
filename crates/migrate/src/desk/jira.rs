//! Jira Service Management, from the answers of its REST API as JSON files (Jira Cloud platform REST API 3, and version 2 of
//! Data Center): its CSV export loses who may read a comment, and files.
//!
//! | files | from |
//! |---|---|
//! | `issues*.json` | `GET /rest/api/3/search/jql?jql=project=KEY ORDER BY id&fields=*all&maxResults=100&nextPageToken=…` |
//! | `users*.json` | `GET /rest/api/3/users/search?maxResults=1000&startAt=…` |
//! | `agents*.json` | `GET /rest/api/3/group/member?groupname=jira-servicemanagement-users-SITE&startAt=…` |
//! | `fields.json` | `GET /rest/api/3/field` |
//! | `attachments/ID` | `GET /rest/api/3/attachment/content/ID` |
//!
//! Left out: approvals, assets, the change log of single fields, and marks in texts of Atlassian's document format.

mod document;
mod service;

use std::collections::{BTreeMap, BTreeSet};

use kernel::error::Result;
use serde_json::Value;

use self::service::{
    channel, customs, fields_text, is_public, is_service, links, plain, promise, promise_cycle, satisfaction,
    state,
};
use super::people::People;
use super::{Failed, Taker, hand_on};
use crate::field::{id, instant, list, needed, needed_instant, text};
use crate::folder::Folder;
use crate::map::{Map, Words};
use crate::objects::Objects;
use crate::record::{Article, Content, File, Person, Place, Side, Spent, Text, Ticket, Who, Word};
use crate::refusal::{Read, wrong};

/// The statuses, priorities, and issue types of its service project; a status that somebody named counts by its category.
pub const WORDS: Words = Words {
    states: &[
        ("open", "new"),
        ("waiting for support", "in_progress"),
        ("waiting for customer", "waiting_requester"),
        ("waiting for approval", "waiting_requester"),
        ("pending", "waiting_supplier"),
        ("escalated", "in_progress"),
        ("work in progress", "in_progress"),
        ("in progress", "in_progress"),
        ("resolved", "resolved"),
        ("done", "closed"),
        ("closed", "closed"),
        ("canceled", "closed"),
        ("declined", "closed"),
        ("category:new", "new"),
        ("category:indeterminate", "in_progress"),
        ("category:done", "closed"),
    ],
    priorities: &[
        ("highest", "P0"),
        ("high", "P1"),
        ("medium", "P2"),
        ("low", "P3"),
        ("lowest", "P3"),
        ("blocker", "P0"),
        ("critical", "P0"),
        ("major", "P1"),
        ("minor", "P3"),
        ("trivial", "P3"),
    ],
    types: &[
        ("[system] incident", "incident"),
        ("incident", "incident"),
        ("[system] problem", "incident"),
        ("problem", "incident"),
        ("bug", "incident"),
        ("[system] service request", "request"),
        ("[system] service request with approvals", "request"),
        ("service request", "request"),
        ("service request with approvals", "request"),
        ("task", "request"),
        ("sub-task", "request"),
        ("[system] change", "change_request"),
        ("change", "change_request"),
        ("question", "question"),
    ],
    urgencies: &[],
    impacts: &[],
    channels: &[
        ("portal", "portal"),
        ("email", "mail"),
        ("jira", "api"),
        ("api", "api"),
        ("chat", "chat"),
    ],
};

/// A file belongs to the comment that its author wrote at the same time, give or take so much.
const TOGETHER_MILLIS: i64 = 120_000;

struct Reader<'a> {
    folder: &'a Folder,
    map: &'a Map,
    people: People,
    agents: BTreeSet<String>,
    names: BTreeMap<String, String>,
}

/// Reads an export.
pub fn read(folder: &Folder, map: &Map, taker: &mut dyn Taker) -> Result<()> {
    let issues = folder.needed("issues")?;
    let mut reader = Reader {
        folder,
        map,
        people: People::none(map),
        agents: BTreeSet::new(),
        names: BTreeMap::new(),
    };
    each(folder, "agents", taker, &mut |_, value, _| {
        reader.agents.extend(account(value));
        Ok(())
    })?;
    each(folder, "fields", taker, &mut |_, value, _| {
        reader.names.extend(id(value, "id").zip(text(value, "name")));
        Ok(())
    })?;
    let (people, agents) = (&mut reader.people, &reader.agents);
    each(folder, "users", taker, &mut |place, value, taker| {
        let Some(own) = account(value).filter(|_| text(value, "accountType").as_deref() != Some("app"))
        else {
            return Ok(());
        };
        let person = person(value, agents);
        let login = text(value, "displayName").unwrap_or_default();
        people.add(taker, place, (&own, &login), person)
    })?;
    for file in issues {
        for object in Objects::open(&file)? {
            let (reference, read) = match object.value {
                Ok(value) => (
                    text(&value, "key").unwrap_or_default(),
                    reader.issue(&object.place, &value),
                ),
                Err(wrong) => (String::new(), Err(Failed::Wrong(wrong))),
            };
            hand_on(taker, &object.place, &reference, read)?;
        }
    }
    Ok(())
}

type Take<'a> = dyn FnMut(&Place, &Value, &mut dyn Taker) -> Result<()> + 'a;

fn each(folder: &Folder, name: &str, taker: &mut dyn Taker, take: &mut Take<'_>) -> Result<()> {
    for file in folder.files(name)? {
        for object in Objects::open(&file)? {
            match object.value {
                Ok(value) => take(&object.place, &value, taker)?,
                Err(wrong) => taker.refuse(wrong.at(&object.place, ""))?,
            }
        }
    }
    Ok(())
}

/// Cloud names people by account, Data Center by key.
fn account(value: &Value) -> Option<String> {
    text(value, "accountId")
        .or_else(|| text(value, "key"))
        .or_else(|| text(value, "name"))
}

fn person(value: &Value, agents: &BTreeSet<String>) -> Person {
    Person {
        email: text(value, "emailAddress").unwrap_or_default(),
        name: text(value, "displayName").unwrap_or_default(),
        language: text(value, "locale").unwrap_or_default(),
        staff: account(value).is_some_and(|own| agents.contains(&own))
            && text(value, "active").as_deref() != Some("false"),
        ..Person::default()
    }
}

impl Reader<'_> {
    /// Somebody as the issue names them: who is not in the list of users is known by what stands here.
    fn who(&mut self, value: &Value) -> Option<Who> {
        let own = account(value)?;
        let login = text(value, "displayName").unwrap_or_default();
        let person = person(value, &self.agents);
        self.people.met(&own, &login, person)
    }

    fn issue(&mut self, place: &Place, value: &Value) -> std::result::Result<Ticket, Failed> {
        let foreign = needed(value, "id")?;
        let fields = value.get("fields").cloned().unwrap_or_default();
        let dates = self.map.dates.clone();
        let reporter = fields.get("reporter").cloned().unwrap_or_default();
        let requester = match self.who(&reporter) {
            Some(found) => found,
            None => self.people.requester("reporter", account(&reporter).as_deref())?,
        };
        let assignee = fields.get("assignee").cloned().unwrap_or_default();
        let promise = promise(&fields, "Time to resolution");
        let response = promise_cycle(&fields, "Time to first response");
        let mut ticket = Ticket {
            place: place.clone(),
            foreign,
            reference: needed(value, "key")?,
            title: needed(&fields, "summary")?,
            body: document::read(fields.get("description")),
            requester: Some(requester),
            owner: self.who(&assignee),
            team: text(&fields, "project.name"),
            state: state(&fields)?,
            priority: text(&fields, "priority.name").map(Word::of),
            kind: text(&fields, "issuetype.name").map(Word::of),
            category: list(&fields, "components")
                .first()
                .and_then(|one| text(one, "name")),
            opened: needed_instant(&fields, "created", &dates)?,
            updated: instant(&fields, "updated", &dates)?,
            first_response: response
                .map(|cycle| instant(cycle, "stopTime.iso8601", &dates))
                .transpose()?
                .flatten(),
            solved: instant(&fields, "resolutiondate", &dates)?,
            tags: list(&fields, "labels")
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            met: promise,
            links: links(&fields),
            satisfaction: satisfaction(&fields),
            ..Ticket::default()
        };
        ticket.channel = channel(&fields);
        ticket.fields = self.fields(&fields);
        self.comments(&fields, &mut ticket)?;
        self.attachments(&fields, &mut ticket)?;
        self.worklogs(&fields, &mut ticket)?;
        Ok(ticket)
    }

    fn comments(&mut self, fields: &Value, ticket: &mut Ticket) -> Read<()> {
        for comment in list(fields, "comment.comments") {
            let author = comment.get("author").cloned().unwrap_or_default();
            let is_customer = text(&author, "accountType").as_deref() == Some("customer");
            let author = self.who(&author);
            let is_requester = author.is_some() && author == ticket.requester;
            ticket.articles.push(Article {
                at: needed_instant(comment, "created", &self.map.dates)?,
                author,
                side: if is_customer || is_requester {
                    Side::Requester
                } else {
                    Side::Staff
                },
                public: is_public(comment),
                text: document::read(comment.get("body")),
                files: Vec::new(),
            });
        }
        Ok(())
    }

    /// Files hang on the issue and not on what was said. One that came with no comment and not from the reporter may be meant
    /// for the desk alone, so it goes into a note.
    fn attachments(&mut self, fields: &Value, ticket: &mut Ticket) -> Read<()> {
        for value in list(fields, "attachment") {
            let own = needed(value, "id")?;
            let at = needed_instant(value, "created", &self.map.dates)?;
            let author = self.who(&value.get("author").cloned().unwrap_or_default());
            let way = ["attachments", own.as_str()];
            let file = File {
                name: needed(value, "filename")?,
                media_type: text(value, "mimeType").unwrap_or_default(),
                content_id: None,
                content: match self.folder.find(&way) {
                    Some(found) => Content::At(found.path),
                    None => Content::Lost(way.join("/")),
                },
            };
            let together = |article: &&mut Article| {
                article.author == author && (article.at.millis() - at.millis()).abs() <= TOGETHER_MILLIS
            };
            if let Some(article) = ticket.articles.iter_mut().find(together) {
                article.files.push(file);
            } else if author == ticket.requester {
                ticket.body_files.push(file);
            } else {
                ticket.articles.push(Article {
                    at,
                    author,
                    side: Side::Staff,
                    public: false,
                    text: Text::default(),
                    files: vec![file],
                });
            }
        }
        Ok(())
    }

    fn worklogs(&mut self, fields: &Value, ticket: &mut Ticket) -> Read<()> {
        for value in list(fields, "worklog.worklogs") {
            let seconds = needed(value, "timeSpentSeconds")?;
            let unreadable = |_| wrong("timeSpentSeconds", &seconds, "migrate.number_unreadable");
            let what = crate::wording::read(&document::read(value.get("comment"))).text;
            ticket.times.push(Spent {
                at: needed_instant(value, "started", &self.map.dates)?,
                who: self.who(&value.get("author").cloned().unwrap_or_default()),
                minutes: seconds.parse::<i64>().map_err(unreadable)?.div_euclid(60),
                what,
            });
        }
        Ok(())
    }

    /// The department's own fields by their names, and what has no place here.
    fn fields(&self, fields: &Value) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (name, value) in fields.as_object().into_iter().flatten() {
            if !name.starts_with("customfield_") || is_service(value) {
                continue;
            }
            let shown = self.names.get(name).unwrap_or(name).clone();
            found.extend(plain(value).map(|value| (shown, value)));
        }
        for (name, path) in [
            ("environment", "environment"),
            ("resolution", "resolution.name"),
            ("duedate", "duedate"),
        ] {
            found.extend(fields_text(fields, path).map(|value| (name.to_owned(), value)));
        }
        let request = customs(fields).find_map(|value| text(value, "requestType.name"));
        found.extend(request.map(|value| ("request type".to_owned(), value)));
        found
    }
}

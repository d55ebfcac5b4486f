//! Zammad, from the answers of its REST API as JSON files (docs.zammad.org, «API»: Tickets, Articles, Users, Links, Tags, Time
//! Accounting): the only export of it that carries articles and attachments.
//!
//! | files | from |
//! |---|---|
//! | `users*.json` | `GET /api/v1/users?expand=true&page=N&per_page=100` |
//! | `tickets*.json` | `GET /api/v1/tickets?expand=true&page=N&per_page=100` |
//! | `articles/ID.json` | `GET /api/v1/ticket_articles/by_ticket/ID` |
//! | `tags/ID.json` | `GET /api/v1/tags?object=Ticket&o_id=ID` |
//! | `links/ID.json` | `GET /api/v1/links?link_object=Ticket&link_object_value=ID` |
//! | `times/ID.json` | `GET /api/v1/tickets/ID/time_accountings` |
//! | `attachments/TICKET/ARTICLE/ATTACHMENT` | `GET /api/v1/ticket_attachment/TICKET/ARTICLE/ATTACHMENT` |
//!
//! Left out: calendars, triggers, knowledge base, chat sessions, and the history of single fields.

use desk::ticket::family::Relation;
use kernel::error::Result;
use serde_json::Value;

use super::people::People;
use super::{Failed, Taker, elsewhere, hand_on};
use crate::field::{flag, id, instant, joined, list, needed, needed_instant, text};
use crate::folder::Folder;
use crate::index::Index;
use crate::map::{Map, Words};
use crate::objects::Objects;
use crate::record::{Article, Content, File, Link, Person, Place, Side, Spent, Text, Ticket, Word};
use crate::refusal::{Read, wrong};

/// Its states and priorities as it is installed, and its types of the ITIL preset.
pub const WORDS: Words = Words {
    states: &[
        ("new", "new"),
        ("open", "in_progress"),
        ("pending reminder", "waiting_requester"),
        ("pending close", "resolved"),
        ("closed", "closed"),
        ("merged", "closed"),
        ("removed", "closed"),
    ],
    priorities: &[("1 low", "P3"), ("2 normal", "P2"), ("3 high", "P1")],
    types: &[
        ("incident", "incident"),
        ("problem", "incident"),
        ("request for change", "change_request"),
    ],
    urgencies: &[],
    impacts: &[],
    channels: &[
        ("email", "mail"),
        ("phone", "phone"),
        ("chat", "chat"),
        ("web", "portal"),
        ("sms", "phone"),
    ],
};

/// Every field of a ticket that has its place, and those that only Zammad itself reckons with.
const OWN: [&str; 54] = [
    "id",
    "group_id",
    "group",
    "priority_id",
    "priority",
    "state_id",
    "state",
    "organization_id",
    "organization",
    "number",
    "title",
    "owner_id",
    "owner",
    "customer_id",
    "customer",
    "note",
    "first_response_at",
    "first_response_escalation_at",
    "first_response_in_min",
    "first_response_diff_in_min",
    "close_at",
    "close_escalation_at",
    "close_in_min",
    "close_diff_in_min",
    "update_escalation_at",
    "update_in_min",
    "update_diff_in_min",
    "last_close_at",
    "last_contact_at",
    "last_contact_agent_at",
    "last_contact_customer_at",
    "last_owner_update_at",
    "create_article_type_id",
    "create_article_type",
    "create_article_sender_id",
    "create_article_sender",
    "article_count",
    "article_ids",
    "escalation_at",
    "pending_time",
    "type",
    "time_unit",
    "preferences",
    "updated_by_id",
    "updated_by",
    "created_by_id",
    "created_by",
    "created_at",
    "updated_at",
    "ticket_time_accounting_ids",
    "ticket_time_accounting",
    "checklist_id",
    "referencing_checklist_ids",
    "tags",
];

struct Reader<'a> {
    folder: &'a Folder,
    map: &'a Map,
    people: People,
    articles: Index,
    times: Index,
}

fn ticket_id(value: &Value) -> Option<String> {
    id(value, "ticket_id")
}

/// Reads an export.
pub fn read(folder: &Folder, map: &Map, taker: &mut dyn Taker) -> Result<()> {
    let tickets = folder.needed("tickets")?;
    let mut people = People::none(map);
    for file in folder.needed("users")? {
        for object in Objects::open(&file)? {
            match object.value {
                Ok(value) => person(&mut people, taker, &object.place, &value)?,
                Err(wrong) => taker.refuse(wrong.at(&object.place, ""))?,
            }
        }
    }
    let mut refused = Vec::new();
    let mut refuse = |refusal| refused.push(refusal);
    let reader = Reader {
        articles: Index::of(folder, "articles", ticket_id, &mut refuse)?,
        times: Index::of(folder, "times", ticket_id, &mut refuse)?,
        folder,
        map,
        people,
    };
    for refusal in refused {
        taker.refuse(refusal)?;
    }
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

fn person(people: &mut People, taker: &mut dyn Taker, place: &Place, value: &Value) -> Result<()> {
    let (Some(id), login) = (id(value, "id"), text(value, "login").unwrap_or_default()) else {
        return taker.refuse(wrong("id", "", "migrate.value_missing").at(place, ""));
    };
    // Zammad's own user, in whose name it acts by itself.
    if login == "-" {
        return Ok(());
    }
    let works = |value: &Value| ["Agent", "Admin"].contains(&value.as_str().unwrap_or_default());
    // Without `expand` there are only numbers: 1 and 2 are Admin and Agent of every installation.
    let role = |value: &Value| [Some(1), Some(2)].contains(&value.as_i64());
    let staff = list(value, "roles").iter().any(works) || list(value, "role_ids").iter().any(role);
    let person = Person {
        email: text(value, "email").unwrap_or_default(),
        name: joined(&[text(value, "firstname"), text(value, "lastname")]),
        phone: text(value, "phone")
            .or_else(|| text(value, "mobile"))
            .unwrap_or_default(),
        organisation: text(value, "organization").unwrap_or_default(),
        department: text(value, "department").unwrap_or_default(),
        job_title: String::new(),
        place: text(value, "address").map_or_else(String::new, |lines| {
            lines.split_whitespace().collect::<Vec<_>>().join(" ")
        }),
        language: text(value, "preferences.locale").unwrap_or_default(),
        staff: staff && flag(value, "active"),
    };
    people.add(taker, place, (&id, &login), person)
}

impl Reader<'_> {
    fn ticket(&self, place: &Place, value: &Value) -> std::result::Result<Ticket, Failed> {
        let dates = &self.map.dates;
        let foreign = needed(value, "id")?;
        let reference = needed(value, "number")?;
        let closed = instant(value, "close_at", dates)?;
        let state = needed(value, "state")?;
        let mut ticket = Ticket {
            place: place.clone(),
            title: needed(value, "title")?,
            requester: Some(
                self.people
                    .requester("customer_id", id(value, "customer_id").as_deref())?,
            ),
            owner: self.people.by_id(id(value, "owner_id").as_deref()),
            team: text(value, "group"),
            priority: text(value, "priority").map(Word::of),
            kind: text(value, "type").map(Word::of),
            channel: text(value, "create_article_type").map(Word::of),
            organisation: text(value, "organization"),
            opened: needed_instant(value, "created_at", dates)?,
            updated: instant(value, "updated_at", dates)?,
            first_response: instant(value, "first_response_at", dates)?,
            closed,
            tags: self.tags(&foreign)?,
            fields: fields(value),
            met: met(value),
            state: Word::of(state),
            ..Ticket::default()
        };
        for (place, value) in self.articles.rows(&foreign)? {
            elsewhere(self.article(&foreign, &value, &mut ticket), &place, &reference)?;
        }
        for (place, value) in self.times.rows(&foreign)? {
            let spent = elsewhere(self.spent(&value), &place, &reference)?;
            ticket.times.push(spent);
        }
        ticket.links = self.links(&foreign)?;
        (ticket.foreign, ticket.reference) = (foreign, reference);
        Ok(ticket)
    }

    /// The first article is the report; every later one was said after it.
    fn article(&self, foreign: &str, value: &Value, ticket: &mut Ticket) -> Read<()> {
        let at = needed_instant(value, "created_at", &self.map.dates)?;
        let words = text(value, "body").unwrap_or_default();
        let words = match text(value, "content_type").as_deref() {
            Some("text/plain") => Text::Plain(words),
            _ => Text::Html(words),
        };
        let author = id(value, "origin_by_id").or_else(|| id(value, "created_by_id"));
        let side = match text(value, "sender").as_deref() {
            Some("Customer") => Side::Requester,
            _ => Side::Staff,
        };
        let public = !flag(value, "internal");
        let files = self.files(foreign, value)?;
        let is_first = ticket.body == Text::default() && ticket.articles.is_empty();
        if is_first && public {
            (ticket.body, ticket.body_files) = (words, files);
            return Ok(());
        }
        ticket.articles.push(Article {
            at,
            author: self.people.by_id(author.as_deref()),
            side,
            public,
            text: words,
            files,
        });
        Ok(())
    }

    fn files(&self, foreign: &str, article: &Value) -> Read<Vec<File>> {
        let of = needed(article, "id")?;
        let mut files = Vec::new();
        for value in list(article, "attachments") {
            let own = needed(value, "id")?;
            // Zammad keeps the HTML of a mail once more as a file; the article has it already.
            if flag(value, "preferences.content-alternative") {
                continue;
            }
            let way = ["attachments", foreign, &of, &own];
            let kind = |name: &str| value.get("preferences").and_then(|all| text(all, name));
            files.push(File {
                name: needed(value, "filename")?,
                media_type: kind("Mime-Type")
                    .or_else(|| kind("Content-Type"))
                    .unwrap_or_default(),
                content_id: kind("Content-ID").map(|id| id.trim_matches(['<', '>']).to_owned()),
                content: match self.folder.find(&way) {
                    Some(found) => Content::At(found.path),
                    None => Content::Lost(way.join("/")),
                },
            });
        }
        Ok(files)
    }

    fn spent(&self, value: &Value) -> Read<Spent> {
        let unit = needed(value, "time_unit")?;
        let minutes = unit
            .parse::<f64>()
            .ok()
            .filter(|minutes| minutes.is_finite() && (0.0..1e7).contains(minutes))
            .ok_or_else(|| wrong("time_unit", &unit, "migrate.number_unreadable"))?;
        Ok(Spent {
            at: needed_instant(value, "created_at", &self.map.dates)?,
            who: self.people.by_id(id(value, "created_by_id").as_deref()),
            #[expect(clippy::cast_possible_truncation, reason = "the range is checked above")]
            minutes: minutes.round() as i64,
            what: text(value, "type").unwrap_or_default(),
        })
    }

    /// An answer about one ticket, which names it only by its file.
    fn answer(&self, kind: &str, foreign: &str) -> std::result::Result<Option<(Place, Value)>, Failed> {
        let Some(file) = self.folder.find(&[kind, &format!("{foreign}.json")]) else {
            return Ok(None);
        };
        match Objects::open(&file)?.next() {
            None => Ok(None),
            Some(object) => {
                elsewhere(object.value, &object.place, foreign).map(|value| Some((object.place, value)))
            }
        }
    }

    fn tags(&self, foreign: &str) -> std::result::Result<Vec<String>, Failed> {
        let Some((_, value)) = self.answer("tags", foreign)? else {
            return Ok(Vec::new());
        };
        let tags = list(&value, "tags").iter().filter_map(Value::as_str);
        Ok(tags.map(str::to_owned).collect())
    }

    /// The kind of a link says what the other ticket is to this one.
    fn links(&self, foreign: &str) -> std::result::Result<Vec<Link>, Failed> {
        let Some((place, value)) = self.answer("links", foreign)? else {
            return Ok(Vec::new());
        };
        let mut links = Vec::new();
        for link in list(&value, "links") {
            let Some(other) = id(link, "link_object_value")
                .filter(|_| text(link, "link_object").as_deref() == Some("Ticket"))
            else {
                continue;
            };
            let kind = text(link, "link_type").unwrap_or_default();
            let relation = match kind.as_str() {
                "normal" => Relation::Related,
                "parent" => Relation::ChildOf,
                "child" => Relation::ParentOf,
                _ => {
                    let unknown = wrong("link_type", &kind, "migrate.code_unknown");
                    return elsewhere(Err(unknown), &place, foreign);
                }
            };
            links.push(Link { relation, other });
        }
        Ok(links)
    }
}

/// Fields that the department added itself, and the ticket's own note.
fn fields(value: &Value) -> Vec<(String, String)> {
    let added = value.as_object().into_iter().flatten();
    let added = added.filter(|(name, _)| !OWN.contains(&name.as_str()));
    let mut fields: Vec<(String, String)> = added
        .filter_map(|(name, _)| Some((name.clone(), text(value, name)?)))
        .filter(|(_, text)| !["[]", "{}"].contains(&text.as_str()))
        .collect();
    fields.extend(text(value, "note").map(|note| ("note".to_owned(), note)));
    fields
}

/// Zammad kept its promise when the difference to it is not below zero; without a promise there is none.
fn met(value: &Value) -> Option<bool> {
    let difference = text(value, "close_diff_in_min")?.parse::<f64>().ok()?;
    Some(difference >= 0.0)
}

//! GLPI, from the answers of its REST API as JSON files (`apirest.php`, «Get all items», in GLPI's apirest.md): its CSV list has
//! neither conversation nor files, and headings in the language of whoever exported it.
//!
//! Each file `TYPE*.json` is `GET /apirest.php/TYPE?range=0-999&get_hateoas=false` without `expand_dropdowns`: `Ticket`,
//! `ITILFollowup`, `ITILSolution`, `TicketTask`, `Ticket_User`, `Group_Ticket`, `Ticket_Ticket`, `TicketSatisfaction`, `User`,
//! `UserEmail`, `Profile`, `Profile_User`, `Group`, `ITILCategory`, `Location`, `RequestType`, `Document`, `Document_Item`; and
//! `documents/ID` is the file of document ID. Numbers mean what `CommonITILObject` and `CommonITILActor` of GLPI say.
//!
//! Left out: the trash, changes, problems, assets, and the log of single fields.

mod knowing;

use std::collections::BTreeMap;

use desk::ticket::family::Relation;
use kernel::error::Result;
use serde_json::Value;

use self::knowing::{names, staff};
use super::people::People;
use super::{Failed, Taker, elsewhere, hand_on};
use crate::field::{flag, id, instant, needed, needed_instant, text};
use crate::folder::Folder;
use crate::index::Index;
use crate::map::{Map, Words};
use crate::objects::Objects;
use crate::record::{
    Article, Content, File, Link, Person, Place, Satisfaction, Side, Spent, Text, Ticket, Who, Word,
};
use crate::refusal::{Read, wrong};

/// Its numbers: `CommonITILObject` (status), the five steps of urgency and impact, and the six of priority.
pub const WORDS: Words = Words {
    states: &[
        ("1", "new"),
        ("2", "in_progress"),
        ("3", "in_progress"),
        ("4", "waiting_requester"),
        ("5", "resolved"),
        ("6", "closed"),
        ("10", "waiting_requester"),
    ],
    priorities: &[
        ("1", "P3"),
        ("2", "P3"),
        ("3", "P2"),
        ("4", "P1"),
        ("5", "P1"),
        ("6", "P0"),
    ],
    types: &[("1", "incident"), ("2", "request")],
    urgencies: &[
        ("1", "low"),
        ("2", "low"),
        ("3", "medium"),
        ("4", "high"),
        ("5", "high"),
    ],
    impacts: &[
        ("1", "person"),
        ("2", "person"),
        ("3", "team"),
        ("4", "site"),
        ("5", "organisation"),
    ],
    channels: &[
        ("helpdesk", "portal"),
        ("e-mail", "mail"),
        ("email", "mail"),
        ("phone", "phone"),
        ("direct", "phone"),
    ],
};

/// `CommonITILActor`.
const REQUESTER: &str = "1";
const ASSIGNED: &str = "2";

struct Reader<'a> {
    folder: &'a Folder,
    map: &'a Map,
    people: People,
    groups: BTreeMap<String, String>,
    categories: BTreeMap<String, String>,
    locations: BTreeMap<String, String>,
    channels: BTreeMap<String, String>,
    documents: Index,
    hung: Index,
    users: Index,
    teams: Index,
    followups: Index,
    solutions: Index,
    tasks: Index,
    links: Index,
    satisfaction: Index,
}

fn own(value: &Value) -> Option<String> {
    id(value, "id")
}

fn of_ticket(value: &Value) -> Option<String> {
    id(value, "tickets_id")
}

/// What hangs on something: `Ticket 7`, `ITILFollowup 12`.
fn of_item(value: &Value) -> Option<String> {
    Some(format!("{} {}", text(value, "itemtype")?, id(value, "items_id")?))
}

fn of_first(value: &Value) -> Option<String> {
    id(value, "tickets_id_1")
}

/// Reads an export.
pub fn read(folder: &Folder, map: &Map, taker: &mut dyn Taker) -> Result<()> {
    let tickets = folder.needed("Ticket")?;
    folder.needed("User")?;
    let mut refused = Vec::new();
    let mut index = |name: &str, key: fn(&Value) -> Option<String>| {
        Index::of(folder, name, key, &mut |one| refused.push(one))
    };
    let mut reader = Reader {
        folder,
        map,
        people: People::none(map),
        groups: BTreeMap::new(),
        categories: BTreeMap::new(),
        locations: BTreeMap::new(),
        channels: BTreeMap::new(),
        documents: index("Document", own)?,
        hung: index("Document_Item", of_item)?,
        users: index("Ticket_User", of_ticket)?,
        teams: index("Group_Ticket", of_ticket)?,
        followups: index("ITILFollowup", of_item)?,
        solutions: index("ITILSolution", of_item)?,
        tasks: index("TicketTask", of_ticket)?,
        links: index("Ticket_Ticket", of_first)?,
        satisfaction: index("TicketSatisfaction", of_ticket)?,
    };
    let mut refuse = |one| refused.push(one);
    reader.groups = names(folder, "Group", &mut refuse)?;
    reader.categories = names(folder, "ITILCategory", &mut refuse)?;
    reader.locations = names(folder, "Location", &mut refuse)?;
    reader.channels = names(folder, "RequestType", &mut refuse)?;
    let emails = Index::of(folder, "UserEmail", |value| id(value, "users_id"), &mut refuse)?;
    let staff = staff(folder, &mut refuse)?;
    for refusal in refused {
        taker.refuse(refusal)?;
    }
    reader.everybody(&emails, &staff, taker)?;
    for file in tickets {
        for object in Objects::open(&file)? {
            let value = match object.value {
                Ok(value) => value,
                Err(wrong) => {
                    taker.refuse(wrong.at(&object.place, ""))?;
                    continue;
                }
            };
            if flag(&value, "is_deleted") {
                continue;
            }
            let reference = id(&value, "id").unwrap_or_default();
            let read = reader.ticket(&object.place, &value);
            hand_on(taker, &object.place, &reference, read)?;
        }
    }
    Ok(())
}

impl Reader<'_> {
    fn named(&self, names: &BTreeMap<String, String>, value: &Value, field: &str) -> Option<String> {
        names.get(&id(value, field)?).cloned()
    }

    fn ticket(&self, place: &Place, value: &Value) -> std::result::Result<Ticket, Failed> {
        let dates = &self.map.dates;
        let foreign = needed(value, "id")?;
        let word = |field: &str| id(value, field).map(Word::of);
        let (requester, owner) = self.actors(&foreign, value)?;
        let mut ticket = Ticket {
            place: place.clone(),
            reference: foreign.clone(),
            title: decoded(&needed(value, "name")?),
            body: html(value),
            body_files: self.files("Ticket", &foreign, &foreign)?,
            requester: Some(requester),
            owner,
            team: self.team(&foreign)?,
            state: Word::of(needed(value, "status")?),
            priority: word("priority"),
            kind: word("type"),
            urgency: word("urgency"),
            impact: word("impact"),
            channel: self.named(&self.channels, value, "requesttypes_id").map(Word::of),
            category: self.named(&self.categories, value, "itilcategories_id"),
            opened: needed_instant(value, "date", dates)?,
            updated: instant(value, "date_mod", dates)?,
            first_response: instant(value, "takeintoaccountdate", dates)?,
            solved: instant(value, "solvedate", dates)?,
            closed: instant(value, "closedate", dates)?,
            met: self.met(value)?,
            ..Ticket::default()
        };
        let location = self.named(&self.locations, value, "locations_id");
        ticket
            .fields
            .extend(location.map(|name| ("location".to_owned(), name)));
        if let Some(external) = text(value, "externalid") {
            ticket.fields.push(("externalid".to_owned(), external));
        }
        self.conversation(&foreign, &mut ticket)?;
        self.solution(&foreign, &mut ticket)?;
        self.tasks(&foreign, &mut ticket)?;
        ticket.links = self.links(&foreign)?;
        ticket.satisfaction = self.satisfaction(&foreign)?;
        ticket.foreign = foreign;
        Ok(ticket)
    }

    /// The requester is the first actor of that kind; GLPI keeps the address of one without an account with the actor.
    fn actors(&self, foreign: &str, value: &Value) -> std::result::Result<(Who, Option<Who>), Failed> {
        let (mut requester, mut owner, mut named) = (None, None, None);
        for (_, row) in self.users.rows(foreign)? {
            let user = id(&row, "users_id");
            match text(&row, "type").as_deref() {
                Some(REQUESTER) => {
                    let known = self.people.by_id(user.as_deref());
                    let alone = text(&row, "alternative_email").filter(|email| people::user::is_email(email));
                    requester = requester
                        .or(known)
                        .or_else(|| alone.map(|email| without_account(&email)));
                    named = named.or(user);
                }
                Some(ASSIGNED) => owner = owner.or_else(|| self.people.by_id(user.as_deref())),
                _ => {}
            }
        }
        let recipient = named.or_else(|| id(value, "users_id_recipient"));
        let requester = match requester {
            Some(found) => found,
            None => self
                .people
                .requester("Ticket_User.users_id", recipient.as_deref())?,
        };
        Ok((requester, owner))
    }

    fn team(&self, foreign: &str) -> Result<Option<String>> {
        let rows = self.teams.rows(foreign)?;
        let assigned = rows
            .iter()
            .find(|(_, row)| text(row, "type").as_deref() == Some(ASSIGNED));
        Ok(assigned.and_then(|(_, row)| self.named(&self.groups, row, "groups_id")))
    }

    fn files(&self, kind: &str, of: &str, reference: &str) -> std::result::Result<Vec<File>, Failed> {
        let mut files = Vec::new();
        for (place, row) in self.hung.rows(&format!("{kind} {of}"))? {
            let document = elsewhere(needed(&row, "documents_id"), &place, reference)?;
            let found = self.documents.rows(&document)?;
            let (_, found) = elsewhere(
                found.first().ok_or_else(|| {
                    wrong("documents_id", &document, "migrate.row_unknown").arg("file", "Document.json")
                }),
                &place,
                reference,
            )?;
            let way = ["documents", document.as_str()];
            files.push(File {
                name: text(found, "filename")
                    .or_else(|| text(found, "name"))
                    .unwrap_or_default(),
                media_type: text(found, "mime").unwrap_or_default(),
                content_id: None,
                content: match self.folder.find(&way) {
                    Some(found) => Content::At(found.path),
                    None => Content::Lost(way.join("/")),
                },
            });
        }
        Ok(files)
    }

    fn conversation(&self, foreign: &str, ticket: &mut Ticket) -> std::result::Result<(), Failed> {
        for (place, row) in self.followups.rows(&format!("Ticket {foreign}"))? {
            let own = elsewhere(needed(&row, "id"), &place, foreign)?;
            let author = self.people.by_id(id(&row, "users_id").as_deref());
            ticket.articles.push(Article {
                at: elsewhere(needed_instant(&row, "date", &self.map.dates), &place, foreign)?,
                side: side(author.as_ref(), ticket),
                author,
                public: !flag(&row, "is_private"),
                text: html(&row),
                files: self.files("ITILFollowup", &own, foreign)?,
            });
        }
        Ok(())
    }

    /// The last solution that was not refused; those that were are words of the conversation.
    fn solution(&self, foreign: &str, ticket: &mut Ticket) -> std::result::Result<(), Failed> {
        const REFUSED: &str = "4";
        for (place, row) in self.solutions.rows(&format!("Ticket {foreign}"))? {
            let own = elsewhere(needed(&row, "id"), &place, foreign)?;
            let files = self.files("ITILSolution", &own, foreign)?;
            let author = self.people.by_id(id(&row, "users_id").as_deref());
            if text(&row, "status").as_deref() != Some(REFUSED) {
                ticket.solution = Some(html(&row));
            }
            ticket.articles.push(Article {
                at: elsewhere(
                    needed_instant(&row, "date_creation", &self.map.dates),
                    &place,
                    foreign,
                )?,
                side: Side::Staff,
                author,
                public: true,
                text: html(&row),
                files,
            });
        }
        Ok(())
    }

    /// A task is an article and the time it took.
    fn tasks(&self, foreign: &str, ticket: &mut Ticket) -> std::result::Result<(), Failed> {
        for (place, row) in self.tasks.rows(foreign)? {
            let own = elsewhere(needed(&row, "id"), &place, foreign)?;
            let at = elsewhere(needed_instant(&row, "date", &self.map.dates), &place, foreign)?;
            let who = id(&row, "users_id_tech").or_else(|| id(&row, "users_id"));
            let who = self.people.by_id(who.as_deref());
            ticket.articles.push(Article {
                at,
                author: self.people.by_id(id(&row, "users_id").as_deref()),
                side: Side::Staff,
                public: !flag(&row, "is_private"),
                text: html(&row),
                files: self.files("TicketTask", &own, foreign)?,
            });
            let seconds = id(&row, "actiontime").unwrap_or_default();
            if seconds.is_empty() {
                continue;
            }
            let unreadable = || wrong("actiontime", &seconds, "migrate.number_unreadable");
            let seconds = elsewhere(seconds.parse::<i64>().map_err(|_| unreadable()), &place, foreign)?;
            ticket.times.push(Spent {
                at,
                who,
                minutes: seconds.div_euclid(60),
                what: String::new(),
            });
        }
        Ok(())
    }

    /// `Ticket_Ticket`: the first ticket is linked to, a duplicate of, a son of, or a parent of the second.
    fn links(&self, foreign: &str) -> std::result::Result<Vec<Link>, Failed> {
        let mut links = Vec::new();
        for (place, row) in self.links.rows(foreign)? {
            let kind = text(&row, "link").unwrap_or_default();
            let relation = match kind.as_str() {
                "1" => Ok(Relation::Related),
                "2" => Ok(Relation::DuplicateOf),
                "3" => Ok(Relation::ChildOf),
                "4" => Ok(Relation::ParentOf),
                _ => Err(wrong("link", &kind, "migrate.code_unknown")),
            };
            links.push(Link {
                relation: elsewhere(relation, &place, foreign)?,
                other: elsewhere(needed(&row, "tickets_id_2"), &place, foreign)?,
            });
        }
        Ok(links)
    }

    fn satisfaction(&self, foreign: &str) -> Result<Option<Satisfaction>> {
        let rows = self.satisfaction.rows(foreign)?;
        let answered = rows
            .iter()
            .find_map(|(_, row)| Some((text(row, "satisfaction")?, row)));
        Ok(answered.map(|(score, row)| Satisfaction {
            score,
            comment: text(row, "comment").map(|comment| decoded(&comment)),
        }))
    }

    /// GLPI writes down until when it promised to solve.
    fn met(&self, value: &Value) -> Read<Option<bool>> {
        let promised = instant(value, "time_to_resolve", &self.map.dates)?;
        let solved = instant(value, "solvedate", &self.map.dates)?;
        Ok(promised.zip(solved).map(|(promised, solved)| solved <= promised))
    }
}

fn without_account(email: &str) -> Who {
    std::sync::Arc::new(Person {
        email: people::user::normal_email(email),
        name: people::user::name_from_email(email),
        ..Person::default()
    })
}

fn side(author: Option<&Who>, ticket: &Ticket) -> Side {
    match author {
        Some(author) if Some(author) == ticket.requester.as_ref() || !author.staff => Side::Requester,
        _ => Side::Staff,
    }
}

fn html(value: &Value) -> Text {
    Text::Html(decoded(&text(value, "content").unwrap_or_default()))
}

/// GLPI before version 10 stored HTML with its brackets encoded, in letters or in numbers.
fn decoded(text: &str) -> String {
    let is_encoded = !text.contains('<') && (text.contains("&lt;") || text.contains("&#60;"));
    if !is_encoded {
        return text.replace("&#38;", "&");
    }
    [
        ("&lt;", "<"),
        ("&#60;", "<"),
        ("&gt;", ">"),
        ("&#62;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#039;", "'"),
        ("&amp;", "&"),
        ("&#38;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (code, letter)| text.replace(code, letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_of_older_versions_is_decoded_once_and_that_of_newer_ones_left() {
        assert_eq!(
            decoded("&#60;p&#62;a &#38;amp; b&#60;/p&#62;"),
            "<p>a &amp; b</p>"
        );
        assert_eq!(decoded("&lt;p&gt;a&lt;/p&gt;"), "<p>a</p>");
        assert_eq!(decoded("<p>1 &lt; 2</p>"), "<p>1 &lt; 2</p>");
        assert_eq!(decoded("R&#38;D > Lab"), "R&D > Lab");
    }
}

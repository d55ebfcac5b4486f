//! Fields of an issue that say something by their shape: what Jira Service Management fills itself (promise, satisfaction, door,
//! request type), options and people as words, links, and who may read a comment. Pure.

use desk::ticket::family::Relation;
use serde_json::Value;

use super::document;
use crate::field::{flag, id, list, needed, text};
use crate::record::{Link, Satisfaction, Word};
use crate::refusal::Read;

pub(super) fn fields_text(fields: &Value, path: &str) -> Option<String> {
    let found = path.split('.').try_fold(fields, |value, name| value.get(name))?;
    plain(found)
}

pub(super) fn customs(fields: &Value) -> impl Iterator<Item = &Value> {
    let all = fields.as_object().into_iter().flatten();
    all.filter(|(name, _)| name.starts_with("customfield_"))
        .map(|(_, value)| value)
}

/// Doors as Jira Service Management names them in a field of its own.
const DOORS: [&str; 5] = ["portal", "email", "jira", "api", "chat"];

/// Fields that Jira Service Management fills itself and that are read elsewhere.
pub(super) fn is_service(value: &Value) -> bool {
    if value.as_str().is_some_and(|text| DOORS.contains(&text)) {
        return true;
    }
    ["requestType", "completedCycles", "ongoingCycle", "rating"]
        .iter()
        .any(|key| value.get(key).is_some())
}

/// A value as words: a text, an option, a person, a document, or a list of these.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().filter_map(plain).collect();
            (!all.is_empty()).then(|| all.join(", "))
        }
        Value::Object(_) if value.get("type").and_then(Value::as_str) == Some("doc") => {
            let words = crate::wording::read(&document::read(Some(value))).text;
            (!words.is_empty()).then_some(words)
        }
        Value::Object(_) => ["value", "name", "displayName"]
            .iter()
            .find_map(|key| text(value, key)),
    }
}

pub(super) fn state(fields: &Value) -> Read<Word> {
    Ok(Word {
        said: needed(fields, "status.name")?,
        wider: text(fields, "status.statusCategory.key").map(|key| format!("category:{key}")),
    })
}

/// Both signs of an internal comment: what Cloud says of each, and the property that Data Center keeps.
pub(super) fn is_public(comment: &Value) -> bool {
    if text(comment, "jsdPublic").as_deref() == Some("false")
        || comment.get("visibility").is_some_and(Value::is_object)
    {
        return false;
    }
    let property = |one: &&Value| text(one, "key").as_deref() == Some("sd.public.comment");
    let found = list(comment, "properties").iter().find(property);
    !found.is_some_and(|one| flag(one, "value.internal"))
}

pub(super) fn channel(fields: &Value) -> Option<Word> {
    let found = customs(fields)
        .filter_map(Value::as_str)
        .find(|text| DOORS.contains(text));
    found.map(Word::of)
}

/// The cycles of a promise with this name, ended ones.
pub(super) fn promise_cycle<'a>(fields: &'a Value, name: &str) -> Option<&'a Value> {
    let found = customs(fields).find(|value| {
        value.get("completedCycles").is_some() && text(value, "name").as_deref() == Some(name)
    })?;
    list(found, "completedCycles").last()
}

pub(super) fn promise(fields: &Value, name: &str) -> Option<bool> {
    promise_cycle(fields, name)?
        .get("breached")?
        .as_bool()
        .map(|breached| !breached)
}

pub(super) fn satisfaction(fields: &Value) -> Option<Satisfaction> {
    let found = customs(fields).find(|value| value.get("rating").is_some())?;
    Some(Satisfaction {
        score: text(found, "rating")?,
        comment: text(found, "comment.body").or_else(|| text(found, "comment")),
    })
}

/// Links are told by both issues; each direction is taken from the side that has it.
pub(super) fn links(fields: &Value) -> Vec<Link> {
    let mut links = Vec::new();
    for link in list(fields, "issuelinks") {
        let kind = text(link, "type.name").unwrap_or_default().to_lowercase();
        let outward = id(link, "outwardIssue.id");
        let relation = match (kind.as_str(), outward.is_some()) {
            ("duplicate", true) => Relation::DuplicateOf,
            ("duplicate", false) => continue,
            ("cause" | "problem/incident", true) => Relation::Causes,
            ("cause" | "problem/incident", false) => Relation::CausedBy,
            _ => Relation::Related,
        };
        links.extend(
            outward
                .or_else(|| id(link, "inwardIssue.id"))
                .map(|other| Link { relation, other }),
        );
    }
    links.extend(id(fields, "parent.id").map(|other| Link {
        relation: Relation::ChildOf,
        other,
    }));
    links
}

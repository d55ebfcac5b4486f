//! Single fields of a row: found, cleaned, and put into our words, or refused with their name and value. Pure.

use std::collections::BTreeMap;

use kernel::error::{Error, Result as Answer};
use kernel::time::Timestamp;
use serde_json::Value;

use super::draft::{Draft, Named, NamedTeam, Said};
use super::drafting::Drafter;
use super::mapping::{self, PersonMap, TeamMap, Unknown, ValueMap};
use super::row::{Broken, Row, text_at};
use super::template::Template;

/// A field that could not be read.
pub(super) struct Wrong {
    pub field: &'static str,
    pub value: String,
    pub error: Error,
}

pub(super) type Read<T> = Result<T, Wrong>;

pub(super) fn wrong(field: &'static str, value: &str, code: &str) -> Wrong {
    Wrong {
        field,
        value: value.to_owned(),
        error: Error::invalid(code),
    }
}

impl Drafter<'_> {
    pub(super) fn instant(&self, field: &'static str, column: &str, row: &Row) -> Read<Option<Timestamp>> {
        let Some(text) = row.get(self.columns, column) else {
            return Ok(None);
        };
        let at = self
            .dates
            .read(text)
            .ok_or_else(|| wrong(field, text, "desk.import.date_unreadable"))?;
        if at > self.now {
            return Err(wrong(field, text, "desk.import.in_future"));
        }
        Ok(Some(at))
    }

    pub(super) fn optional_instant(
        &self,
        field: &'static str,
        column: Option<&String>,
        row: &Row,
    ) -> Read<Option<Timestamp>> {
        column.map_or(Ok(None), |column| self.instant(field, column, row))
    }

    pub(super) fn text(&self, template: Option<&Template>, row: &Row) -> Option<String> {
        template.and_then(|template| template.fill(self.columns, row))
    }

    pub(super) fn tags(&self, row: &Row) -> Vec<String> {
        let mut tags: Vec<String> = self
            .ticket
            .tags
            .iter()
            .filter_map(|tag| self.text(Some(tag), row))
            .map(|tag| one_line(&tag.to_lowercase(), 50))
            .collect();
        tags.sort();
        tags.dedup();
        tags
    }

    pub(super) fn number(
        &self,
        field: &'static str,
        column: Option<&String>,
        row: &Row,
    ) -> Read<Option<i64>> {
        let Some(text) = column.and_then(|column| row.get(self.columns, column)) else {
            return Ok(None);
        };
        let number = text.parse::<i64>().ok().filter(|number| *number >= 0);
        number
            .map(Some)
            .ok_or_else(|| wrong(field, text, "desk.import.number_unreadable"))
    }

    pub(super) fn conversation(&self, draft: &mut Draft, row: &Row) -> Read<()> {
        let Some(talk) = &self.mapping.conversation else {
            return Ok(());
        };
        let Some(text) = row.get(self.columns, &talk.list) else {
            return Ok(());
        };
        let list: Vec<Value> = serde_json::from_str(text)
            .map_err(|_| wrong("conversation.list", text, "desk.import.list_unreadable"))?;
        for entry in &list {
            let at = text_at(entry, &talk.at).unwrap_or_default();
            let at = self
                .dates
                .read(&at)
                .ok_or_else(|| wrong("conversation.at", &at, "desk.import.date_unreadable"))?;
            let Some(body) = text_at(entry, &talk.body).filter(|body| !body.trim().is_empty()) else {
                continue;
            };
            let author = match &talk.author {
                None => None,
                Some(author) => {
                    let texts: BTreeMap<String, String> = author
                        .columns_used()
                        .into_iter()
                        .filter_map(|name| text_at(entry, &name).map(|text| (name, text)))
                        .collect();
                    let fill =
                        |template: &Template| template.fill_with(|name| texts.get(name).map(String::as_str));
                    named("conversation.author", author, fill)?
                }
            };
            let public = talk.public.as_ref().and_then(|key| text_at(entry, key));
            draft.said.push(Said {
                at: at.max(draft.opened_at),
                author,
                public: public.is_none_or(|text| mapping::truth(&text).unwrap_or(false)),
                body,
            });
        }
        Ok(())
    }

    pub(super) fn person(&self, field: &'static str, map: &PersonMap, row: &Row) -> Read<Option<Named>> {
        named(field, map, |template| template.fill(self.columns, row))
    }

    pub(super) fn team(&self, map: &TeamMap, row: &Row) -> Option<NamedTeam> {
        let name = map.name.fill(self.columns, row)?;
        Some(NamedTeam {
            name: one_line(&name, 100),
            tier: map.tier,
            create: map.create,
        })
    }

    /// The word of a field, or its default.
    pub(super) fn word<T>(
        &self,
        field: &'static str,
        map: &ValueMap,
        row: &Row,
        parse: fn(&str) -> Answer<T>,
    ) -> Read<Option<T>> {
        let said = self.said_word(field, map, row, parse)?;
        Ok(match said {
            Some(word) => Some(word),
            None => map.default.as_ref().and_then(|word| parse(word).ok()),
        })
    }

    /// The word that the row itself says; none for "no change".
    pub(super) fn said_word<T>(
        &self,
        field: &'static str,
        map: &ValueMap,
        row: &Row,
        parse: fn(&str) -> Answer<T>,
    ) -> Read<Option<T>> {
        let column = map.column.as_ref();
        let Some(text) = column.and_then(|column| row.get(self.columns, column)) else {
            return Ok(None);
        };
        if let Some(word) = map.values.get(text) {
            return Ok(parse(word).ok());
        }
        match (parse(text), map.unknown) {
            (Ok(word), _) => Ok(Some(word)),
            (Err(_), Unknown::Keep) => Ok(None),
            (Err(_), Unknown::Default) => Ok(map.default.as_ref().and_then(|word| parse(word).ok())),
            (Err(_), Unknown::Refuse) => Err(wrong(field, text, "desk.import.value_unknown")),
        }
    }
}

fn named(
    field: &'static str,
    map: &PersonMap,
    fill: impl Fn(&Template) -> Option<String>,
) -> Read<Option<Named>> {
    let Some(email) = fill(&map.email) else {
        return Ok(None);
    };
    let email = people::user::normal_email(&email);
    if !people::user::is_email(&email) {
        return Err(wrong(field, &email, "desk.import.address_malformed"));
    }
    let name = map.name.as_ref().and_then(fill);
    Ok(Some(Named {
        name: one_line(
            &name.unwrap_or_else(|| people::user::name_from_email(&email)),
            200,
        ),
        email,
        role: map.role.clone(),
        create: map.create,
    }))
}

pub(super) fn stand_in(map: &PersonMap) -> Option<Named> {
    let email = people::user::normal_email(map.otherwise.as_ref()?);
    Some(Named {
        name: people::user::name_from_email(&email),
        email,
        role: map.role.clone(),
        create: map.create,
    })
}

pub(super) fn one_line(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(most).collect()
}

impl Broken {
    /// The code of the reason.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Broken::Width => "desk.import.row_width",
            Broken::Letters => "desk.import.row_letters",
            Broken::Json => "desk.import.row_json",
        }
    }
}

//! Filters by typing over tickets: `type:incident`, `状态：未完成`, `from:me`, `has:attachment`; and the facets that answer them.
//!
//! Values are taken as they are stored and as they are called in either language. Names of people and teams mean something only
//! to whoever may look them up, so that a filter does not tell who is there.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Locale;
use kernel::id::UserId;
use web::SearchFilter;

use crate::ticket::Ticket;
use crate::ticket::value::{Category, Priority, Stage, State, TicketType};

/// People of one name that a filter takes at most.
const NAMESAKES: i64 = 20;

/// What the desk's documents answer to.
#[must_use]
pub fn filters() -> Vec<SearchFilter> {
    vec![
        SearchFilter {
            names: &["type", "类型"],
            facets: |_, _, value| {
                Ok(word(
                    "type",
                    value,
                    TicketType::ALL,
                    TicketType::as_str,
                    TicketType::text_key,
                ))
            },
            values: "desk-search-values-type",
        },
        SearchFilter {
            names: &["state", "status", "状态"],
            facets: |_, _, value| {
                let state = word("state", value, State::ALL, State::as_str, State::text_key);
                Ok(state.or_else(|| word("stage", value, Stage::ALL, Stage::as_str, Stage::text_key)))
            },
            values: "desk-search-values-state",
        },
        SearchFilter {
            names: &["category", "分类"],
            facets: |_, _, value| {
                Ok(word(
                    "category",
                    value,
                    Category::ALL,
                    Category::as_str,
                    Category::text_key,
                ))
            },
            values: "desk-search-values-category",
        },
        SearchFilter {
            names: &["priority", "优先级"],
            facets: |_, _, value| {
                Ok(word(
                    "priority",
                    value,
                    Priority::ALL,
                    Priority::as_str,
                    Priority::text_key,
                ))
            },
            values: "desk-search-values-priority",
        },
        SearchFilter {
            names: &["from", "来自", "报告人"],
            facets: |tx, cx, value| people(tx, cx, "from", value),
            values: "desk-search-values-people",
        },
        SearchFilter {
            names: &["assignee", "处理人", "负责人"],
            facets: |tx, cx, value| people(tx, cx, "assignee", value),
            values: "desk-search-values-people",
        },
        SearchFilter {
            names: &["team", "团队", "小组"],
            facets: teams,
            values: "desk-search-values-team",
        },
        SearchFilter {
            names: &["has", "带有", "包含"],
            facets: |_, _, value| {
                let is_file = ["attachment", "attachments", "file", "附件", "文件"]
                    .contains(&value.to_lowercase().as_str());
                Ok(is_file.then(|| vec!["has:attachment".to_owned()]))
            },
            values: "desk-search-values-has",
        },
    ]
}

/// What a ticket answers to.
pub(super) fn facets(ticket: &Ticket, has_attachment: bool) -> Vec<String> {
    let mut facets = vec![
        format!("type:{}", ticket.ticket_type),
        format!("state:{}", ticket.state),
        format!("stage:{}", ticket.state.stage()),
        format!("category:{}", ticket.category),
        format!("priority:{}", ticket.priority),
        format!("from:{}", ticket.requester),
        ticket
            .team
            .map_or_else(|| "team:none".to_owned(), |team| format!("team:{team}")),
    ];
    facets.extend(ticket.assignee.map(|person| format!("assignee:{person}")));
    facets.extend(has_attachment.then(|| "has:attachment".to_owned()));
    facets
}

/// A value of a closed set, by its word or by its name in either language.
fn word<T: Copy + 'static>(
    name: &str,
    value: &str,
    all: &'static [T],
    as_str: fn(T) -> &'static str,
    text_key: fn(T) -> &'static str,
) -> Option<Vec<String>> {
    let wanted = value.to_lowercase().replace([' ', '-'], "_");
    let is_meant = |one: T| {
        let named = [Locale::En, Locale::ZhCn]
            .iter()
            .any(|locale| locale.t(text_key(one)).to_lowercase().replace([' ', '-'], "_") == wanted);
        as_str(one).to_lowercase() == wanted || named
    };
    let found = all.iter().find(|one| is_meant(**one))?;
    Some(vec![format!("{name}:{}", as_str(*found))])
}

fn people(tx: &mut Tx, cx: &Cx, name: &str, value: &str) -> Result<Option<Vec<String>>> {
    let facet = |person: UserId| format!("{name}:{person}");
    if matches!(value.to_lowercase().as_str(), "me" | "我" | "@me") {
        return Ok(cx.user_id().map(|person| vec![facet(person)]));
    }
    if cx.may("people.user.read").is_none() {
        return Ok(None);
    }
    let found = people::user::store::suggest(tx, value, NAMESAKES)?;
    let named: Vec<String> = found.into_iter().map(|card| facet(card.id)).collect();
    Ok((!named.is_empty()).then_some(named))
}

fn teams(tx: &mut Tx, cx: &Cx, value: &str) -> Result<Option<Vec<String>>> {
    let wanted = value.to_lowercase();
    if matches!(wanted.as_str(), "me" | "mine" | "我" | "我的") {
        let own: Vec<String> = cx.team_ids().iter().map(|team| format!("team:{team}")).collect();
        return Ok((!own.is_empty()).then_some(own));
    }
    if cx.may("people.user.read").is_none() {
        return Ok(None);
    }
    if matches!(wanted.as_str(), "none" | "无") {
        return Ok(Some(vec!["team:none".to_owned()]));
    }
    let found: Vec<String> = people::team::store::list(tx)?
        .into_iter()
        .filter(|team| team.name.to_lowercase().contains(&wanted))
        .map(|team| format!("team:{}", team.id))
        .collect();
    Ok((!found.is_empty()).then_some(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn category(value: &str) -> Option<Vec<String>> {
        let _ = crate::slice();
        word(
            "category",
            value,
            Category::ALL,
            Category::as_str,
            Category::text_key,
        )
    }

    #[test]
    fn a_value_is_known_by_its_word_and_wrong_ones_mean_nothing() {
        assert_eq!(category("network"), Some(vec!["category:network".to_owned()]));
        assert_eq!(category("Network"), category("network"));
        assert_eq!(category("nonsense"), None);
        let type_of = |value| {
            word(
                "type",
                value,
                TicketType::ALL,
                TicketType::as_str,
                TicketType::text_key,
            )
        };
        assert_eq!(type_of("change request"), type_of("change_request"));
        assert!(type_of("change request").is_some());
    }
}

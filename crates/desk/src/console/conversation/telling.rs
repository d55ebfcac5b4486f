//! What an event says in words: one short text for each thing that it changed.

use kernel::cx::Cx;
use kernel::event::Event;
use kernel::i18n::{Arg, InstantStyle, format_instant};
use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;
use serde_json::Value;

use super::super::names::Names;
use super::text_of;
use crate::events;
use crate::service_level::ClockKind;
use crate::ticket::value::WaitingFor;

mod diagnosis;
mod tasks;

/// The sign before the line.
pub(super) fn icon(kind: &str) -> &'static str {
    match kind {
        events::TICKET_ASSIGNED => "user-check",
        events::TICKET_TRIAGED => "sparkles",
        events::TICKET_ESCALATED => "arrow-up",
        events::TICKET_WAITING => "circle-pause",
        events::TICKET_STARTED | events::TICKET_RESUMED => "circle-play",
        events::TICKET_RESOLVED | events::TICKET_CONFIRMED => "circle-check",
        events::TICKET_REFUSED => "circle-x",
        events::TICKET_REOPENED => "rotate-ccw",
        events::TICKET_CLOSED_SILENT => "archive",
        events::TICKET_ATTACHED => "paperclip",
        events::TICKET_WATCHED | events::TICKET_UNWATCHED => "eye",
        events::TICKET_MACRO_RAN => "wand-sparkles",
        events::TICKET_MERGED | events::TICKET_TOOK_OVER => "merge",
        events::TICKET_UNMERGED | events::TICKET_GAVE_BACK => "unlink",
        events::TICKET_SPLIT => "copy",
        events::TICKET_TIME_LOGGED | events::TICKET_TIME_TAKEN_BACK => "timer",
        events::TICKET_CHECKLIST => "list-checks",
        events::CLOCK_WARNED => "hourglass",
        events::CLOCK_BREACHED => "triangle-alert",
        events::TICKET_APPROVAL_ASKED | events::TICKET_APPROVAL_REMINDED => "bell",
        events::TICKET_APPROVAL_DECIDED | events::TICKET_APPROVED => "user-check",
        events::TICKET_APPROVAL_LINK_REFUSED => "shield-alert",
        events::TICKET_DECLINED | events::TICKET_WITHDRAWN => "circle-x",
        kind => tasks::icon(kind).unwrap_or_else(|| diagnosis::icon(kind)),
    }
}

/// Whom an event names besides who did it.
pub(super) fn people_of(event: &Event) -> Vec<UserId> {
    let data = &event.data;
    let values = [
        &data["assignee"],
        &data["person"],
        &data["before"]["assignee"],
        &data["after"]["assignee"],
        &data["before"]["requester"],
        &data["after"]["requester"],
    ];
    let asked = data["people"].as_array().into_iter().flatten();
    values.into_iter().chain(asked).filter_map(id).collect()
}

fn id<T: std::str::FromStr>(value: &Value) -> Option<T> {
    value.as_str().and_then(|text| text.parse().ok())
}

/// Whether the rules decided, in the wake of what somebody did: the reporter of a ticket does not choose its owner.
pub(super) fn is_chosen_by_rules(event: &Event) -> bool {
    event.kind == events::TICKET_ASSIGNED
        && !matches!(event.data["outcome"].as_str(), Some("by_hand" | "taken") | None)
}

/// The texts of an event; none when the state alone says it.
pub(super) fn tell(event: &Event, names: &Names, cx: &Cx) -> Vec<String> {
    let teller = Teller { event, names, cx };
    match event.kind.as_str() {
        events::TICKET_CHANGED | events::TICKET_RECORDED => teller.changed(),
        events::TICKET_ASSIGNED => vec![teller.assigned()],
        events::TICKET_TRIAGED => vec![teller.with("triaged", &[("words", teller.word("words"))])],
        events::TICKET_ESCALATED => teller.escalated(),
        events::TICKET_WAITING => vec![teller.waiting()],
        events::TICKET_ATTACHED => vec![teller.with("attached", &[("name", teller.word("name"))])],
        events::TICKET_REOPENED => vec![teller.with("reopened", &[("reason", teller.word("reason"))])],
        events::TICKET_CONFIRMED | events::TICKET_REFUSED => vec![teller.answered()],
        events::TICKET_WATCHED | events::TICKET_UNWATCHED => vec![teller.watched()],
        events::CLOCK_WARNED | events::CLOCK_BREACHED => vec![teller.clock()],
        events::TICKET_STARTED => vec![teller.plain("started")],
        events::TICKET_RESUMED => vec![teller.plain("resumed")],
        // The answer itself stands above; this line is only there when it moved the ticket on.
        events::TICKET_REPLIED if !event.data["after"]["state"].is_null() => vec![teller.plain("answered")],
        events::TICKET_RESOLVED => vec![teller.plain("resolved")],
        events::TICKET_CLOSED_SILENT => vec![teller.plain("closed_silent")],
        events::TICKET_MACRO_RAN => vec![teller.with("macro", &[("name", teller.word("name"))])],
        events::TICKET_MERGED => vec![teller.numbered("merged", "into")],
        events::TICKET_TOOK_OVER => vec![teller.numbered("took_over", "from")],
        events::TICKET_UNMERGED => vec![teller.numbered("unmerged", "into")],
        events::TICKET_GAVE_BACK => vec![teller.numbered("gave_back", "from")],
        events::TICKET_TIME_LOGGED => {
            vec![teller.with("time", &[("minutes", text_of(&event.data["minutes"]))])]
        }
        events::TICKET_TIME_TAKEN_BACK => {
            vec![teller.with("time-back", &[("minutes", text_of(&event.data["minutes"]))])]
        }
        events::TICKET_CHECKLIST => {
            let key = format!("checklist-{}", event.data["did"].as_str().unwrap_or("done"));
            vec![teller.with(&key, &[("item", teller.word("item"))])]
        }
        events::TICKET_SPLIT => vec![teller.numbered("split", "into")],
        events::TICKET_APPROVAL_ASKED => vec![teller.with("approval-asked", &[("names", teller.asked())])],
        events::TICKET_APPROVAL_REMINDED => {
            vec![teller.with("approval-reminded", &[("names", teller.asked())])]
        }
        events::TICKET_APPROVAL_DECIDED => vec![teller.decided()],
        events::TICKET_APPROVAL_LINK_REFUSED => vec![teller.plain("approval-link-refused")],
        events::TICKET_APPROVED => vec![teller.plain("approved")],
        events::TICKET_DECLINED => vec![teller.plain("declined")],
        events::TICKET_WITHDRAWN => vec![teller.plain("withdrawn")],
        _ => tasks::tell(&teller).unwrap_or_else(|| diagnosis::tell(&teller)),
    }
}

struct Teller<'a> {
    event: &'a Event,
    names: &'a Names,
    cx: &'a Cx,
}

impl Teller<'_> {
    fn plain(&self, key: &str) -> String {
        self.cx.locale.t(&format!("desk-page-change-{key}"))
    }

    fn with(&self, key: &str, arguments: &[(&str, String)]) -> String {
        let arguments: Vec<(&str, Arg)> = arguments
            .iter()
            .map(|(name, text)| (*name, text.clone().into()))
            .collect();
        self.cx
            .locale
            .t_with(&format!("desk-page-change-{key}"), &arguments)
    }

    /// The names of those whom an event lists.
    fn asked(&self) -> String {
        let people = self.event.data["people"].as_array().into_iter().flatten();
        let names = people
            .filter_map(id::<UserId>)
            .map(|person| self.names.person(person).name);
        names
            .collect::<Vec<_>>()
            .join(&self.cx.locale.t("desk-catalogue-between"))
    }

    /// What somebody said who was asked to approve.
    fn decided(&self) -> String {
        let person = id::<UserId>(&self.event.data["person"]);
        // Whoever decided stands before these words already, but a link names nobody.
        let name = person
            .filter(|person| self.event.actor != format!("user:{person}"))
            .map(|person| self.names.person(person).name);
        let key = if self.event.data["decision"] == "approved" {
            "approval-yes"
        } else {
            "approval-no"
        };
        let comment = Some(self.word("comment")).filter(|comment| !comment.is_empty());
        let said = comment.map(|comment| self.with("approval-words", &[("comment", comment)]));
        let told = [
            ("name", name.unwrap_or_default()),
            ("comment", said.unwrap_or_default()),
        ];
        self.with(key, &told).trim().to_owned()
    }

    /// A text that names another ticket.
    fn numbered(&self, key: &str, field: &str) -> String {
        self.with(key, &[("number", text_of(&self.event.data[field]))])
    }

    /// Words of a person in the event.
    fn word(&self, name: &str) -> String {
        self.event
            .personal
            .as_ref()
            .map(|words| text_of(&words[name]))
            .unwrap_or_default()
    }

    fn person(&self, value: &Value) -> String {
        id::<UserId>(value).map_or_else(
            || self.cx.locale.t("desk-page-nobody"),
            |person| self.names.person(person).name,
        )
    }

    fn team(&self, value: &Value) -> String {
        let name = id::<TeamId>(value)
            .and_then(|team| self.names.team(team))
            .map(str::to_owned);
        name.unwrap_or_else(|| self.cx.locale.t("desk-page-no-team"))
    }

    fn assigned(&self) -> String {
        let data = &self.event.data;
        let outcome = data["outcome"].as_str().unwrap_or_default();
        let key = match (outcome, data["assignee"].is_null()) {
            ("taken", _) => "taken",
            ("chosen", false) => "chosen",
            (_, false) => "assigned",
            (_, true) => "queued",
        };
        self.with(
            key,
            &[
                ("person", self.person(&data["assignee"])),
                ("team", self.team(&data["team"])),
            ],
        )
    }

    fn escalated(&self) -> Vec<String> {
        let data = &self.event.data;
        let (from, to) = (text_of(&data["before"]["tier"]), text_of(&data["after"]["tier"]));
        let mut texts = Vec::new();
        if let Some(clock) = self.clock_name() {
            texts.push(self.with("escalated-clock", &[("from", from), ("to", to), ("clock", clock)]));
        } else {
            texts.push(self.with("escalated", &[("from", from), ("to", to)]));
        }
        if !data["after"]["assignee"].is_null() {
            texts.push(self.with("owner", &[("person", self.person(&data["after"]["assignee"]))]));
        }
        texts
    }

    fn waiting(&self) -> String {
        let whom = self.event.data["waiting_for"]
            .as_str()
            .and_then(|word| WaitingFor::parse(word).ok());
        let whom = whom
            .map(|whom| self.cx.locale.t(whom.text_key()))
            .unwrap_or_default();
        let reason = self
            .event
            .personal
            .as_ref()
            .map(|words| text_of(&words["after"]["waiting_reason"]));
        self.with(
            "waiting",
            &[("whom", whom), ("reason", reason.unwrap_or_default())],
        )
    }

    fn answered(&self) -> String {
        let yes = self.event.kind == events::TICKET_CONFIRMED;
        let on_behalf = self.event.data["answered_by"] == "on_behalf";
        self.plain(match (yes, on_behalf) {
            (true, false) => "confirmed",
            (true, true) => "confirmed-on_behalf",
            (false, false) => "refused",
            (false, true) => "refused-on_behalf",
        })
    }

    fn watched(&self) -> String {
        let key = if self.event.kind == events::TICKET_WATCHED {
            "watched"
        } else {
            "unwatched"
        };
        self.with(key, &[("person", self.person(&self.event.data["person"]))])
    }

    fn clock_name(&self) -> Option<String> {
        let kind = self.event.data["clock"]
            .as_str()
            .and_then(|word| ClockKind::parse(word).ok());
        kind.map(|kind| self.cx.locale.t(kind.text_key()))
    }

    fn clock(&self) -> String {
        let key = if self.event.kind == events::CLOCK_WARNED {
            "clock-warned"
        } else {
            "clock-breached"
        };
        let clock = self.clock_name().unwrap_or_default();
        self.with(
            key,
            &[
                ("clock", clock),
                ("percent", text_of(&self.event.data["percent"])),
            ],
        )
    }

    fn changed(&self) -> Vec<String> {
        let mut texts = Vec::new();
        let empty = Value::Null;
        let personal = self.event.personal.as_ref().unwrap_or(&empty);
        for source in [&self.event.data, personal] {
            let Some(after) = source["after"].as_object() else {
                continue;
            };
            texts.extend(
                after
                    .iter()
                    .filter_map(|(field, new)| self.field(field, &source["before"][field.as_str()], new)),
            );
        }
        for (name, key) in [("tags_added", "tags_added"), ("tags_removed", "tags_removed")] {
            let tags: Vec<&str> = self.event.data[name]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            if !tags.is_empty() {
                texts.push(self.with(key, &[("tags", tags.join(", "))]));
            }
        }
        texts
    }

    /// One field that changed. What follows from others (policy, pin) and what is too long for a line is left to history.
    fn field(&self, field: &str, old: &Value, new: &Value) -> Option<String> {
        let name = || self.cx.locale.t(&format!("desk-page-field-{field}"));
        let word = |value: &Value| match value.as_str() {
            Some(word) => self.cx.locale.t(&format!("desk-{field}-{word}")),
            None => text_of(value),
        };
        let (old, new) = match field {
            "state" | "policy" | "priority_pinned" | "reopen_count" => return None,
            "type" | "category" | "impact" | "urgency" => (word(old), word(new)),
            "priority" | "title" | "device" | "os" | "application" | "version" | "site" | "complexity" => {
                (text_of(old), text_of(new))
            }
            "tier" => (format!("L{}", text_of(old)), format!("L{}", text_of(new))),
            "team" => (self.team(old), self.team(new)),
            "assignee" | "requester" => (self.person(old), self.person(new)),
            "next_step" => return Some(self.with("next_step", &[("what", text_of(new))])),
            "next_step_at" => return Some(self.with("next_step_at", &[("at", self.moment(new))])),
            _ => return Some(self.with("field", &[("field", name())])),
        };
        let dash = |text: String| if text.is_empty() { "–".to_owned() } else { text };
        Some(self.with(
            "field-to",
            &[("field", name()), ("old", dash(old)), ("new", dash(new))],
        ))
    }

    fn moment(&self, value: &Value) -> String {
        let at = serde_json::from_value::<Timestamp>(value.clone()).ok();
        at.map_or_else(
            || "–".to_owned(),
            |at| format_instant(at, self.cx.locale, &self.cx.time_zone, InstantStyle::Full),
        )
    }
}

//! What agents are told, in the words that they understand: XML to the older ones, JSON to the GLPI agent.

use glpi::Form;
use serde_json::json;

/// After how many hours an agent should come again.
const HOURS: u32 = 24;

/// What an agent is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub content_type: &'static str,
    pub body: String,
}

fn xml(inside: &str) -> Answer {
    Answer {
        content_type: "application/xml",
        body: format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<REPLY>{inside}</REPLY>\n"),
    }
}

fn json(value: &serde_json::Value) -> Answer {
    Answer {
        content_type: "application/json",
        body: value.to_string(),
    }
}

/// To an agent that is there: send your inventory, and come again tomorrow.
pub(crate) fn welcome(form: Form) -> Answer {
    match form {
        Form::Xml => xml(&format!(
            "<PROLOG_FREQ>{HOURS}</PROLOG_FREQ><RESPONSE>SEND</RESPONSE>"
        )),
        // The agent sends its newer inventories, also partial ones, only to servers of this name and version.
        Form::Json => json(&json!({
            "status": "ok",
            "message": "send your inventory",
            "tasks": { "inventory": { "server": "glpi", "version": "10.0.0" } },
            "disabled": ["collect", "deploy", "esx", "netdiscovery", "netinventory", "remoteinventory", "wakeonlan"],
            "expiration": HOURS,
        })),
    }
}

/// To an agent whose inventory was taken.
pub(crate) fn thanks(form: Form) -> Answer {
    match form {
        Form::Xml => xml("<RESPONSE>SEND</RESPONSE>"),
        Form::Json => json(&json!({ "status": "ok", "message": "inventory taken", "expiration": HOURS })),
    }
}

/// To an agent that is refused, with the reason: agents write it to their logs.
pub(crate) fn refusal(form: Form, words: &str) -> Answer {
    match form {
        Form::Xml => xml(&format!("<ERROR>{}</ERROR>", escaped(words))),
        Form::Json => json(&json!({ "status": "error", "message": words, "expiration": HOURS })),
    }
}

/// To an agent that asks for jobs of another sort: there are none.
pub(crate) fn no_jobs() -> Answer {
    json(&json!({}))
}

fn escaped(words: &str) -> String {
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_agent_is_answered_in_its_own_form() {
        assert!(
            welcome(Form::Xml)
                .body
                .contains("<PROLOG_FREQ>24</PROLOG_FREQ><RESPONSE>SEND</RESPONSE>")
        );
        let told: serde_json::Value = serde_json::from_str(&welcome(Form::Json).body).unwrap();
        assert_eq!(told["status"], "ok");
        assert_eq!(told["expiration"], 24);
        assert!(
            refusal(Form::Xml, "a < b")
                .body
                .contains("<ERROR>a &lt; b</ERROR>")
        );
    }
}

//! The agent itself as what a rollout does: its part of the form.

use kernel::error::Errors;
use protocol::verb::TIMEOUT_MOST;
use web::FormData;

use crate::rollout::content::{Agent, Content};

/// To fetch the program and to come back with it.
const TIMEOUT: u32 = 900;

/// What the form says of the agent; none when a field that is needed is wrong.
pub(super) fn content(form: &FormData, errors: &mut Errors) -> Option<Content> {
    let version = form.text("version").trim();
    if version.is_empty() {
        errors.push("version", "fleet.release_choose");
    }
    let timeout_seconds = match form.optional("agent_timeout") {
        None => Some(TIMEOUT),
        Some(_) => form
            .parse::<u32>("agent_timeout", errors)
            .filter(|seconds| (1..=TIMEOUT_MOST).contains(seconds))
            .or_else(|| {
                errors.push("agent_timeout", "fleet.rollout_seconds");
                None
            }),
    };
    let timeout_seconds = timeout_seconds.filter(|_| !version.is_empty())?;
    Some(Content::Agent(Agent {
        version: version.to_owned(),
        timeout_seconds,
    }))
}

/// What stands in the fields of a new form.
pub(super) fn fresh() -> Vec<(String, String)> {
    vec![("agent_timeout".to_owned(), TIMEOUT.to_string())]
}

/// What stands in the fields of a form for another rollout of the same.
pub(super) fn like(agent: &Agent) -> Vec<(String, String)> {
    vec![
        ("version".to_owned(), agent.version.clone()),
        ("agent_timeout".to_owned(), agent.timeout_seconds.to_string()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_survives_the_form() {
        let sample = Agent {
            version: "1.2.3".to_owned(),
            timeout_seconds: 600,
        };
        let form = FormData::from_pairs(like(&sample));
        let mut errors = Errors::new();
        assert_eq!(content(&form, &mut errors), Some(Content::Agent(sample)));
        errors.finish().unwrap();
    }

    #[test]
    fn a_version_is_chosen_and_a_time_is_one() {
        let mut errors = Errors::new();
        let form = FormData::from_pairs([("agent_timeout".to_owned(), "0".to_owned())]);
        assert_eq!(content(&form, &mut errors), None);
        let error = errors.finish().unwrap_err();
        let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["version", "agent_timeout"]);
    }
}

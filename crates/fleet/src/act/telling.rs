//! What an act says of itself: the name of its verb, what it is about, what came of it, and its line on the ticket.

use kernel::Locale;
use kernel::i18n::{Arg, has_key};
use protocol::health::{self, Finding, Verdict};
use protocol::message::Outcome;
use protocol::verb::Verb;
use serde_json::{Map, Value, json};

use super::{Act, State};

const TARGET_MOST: usize = 160;

/// The text that names a verb: `service.restart` is `fleet-verb-service-restart`.
#[must_use]
pub fn verb_key(name: &str) -> String {
    format!("fleet-verb-{}", name.replace(['.', '_'], "-"))
}

/// The name of a verb to this reader.
#[must_use]
pub fn verb_name(locale: Locale, name: &str) -> String {
    locale.t(&verb_key(name))
}

/// What a verb is about: a service, a path, a host, a command.
#[must_use]
pub fn target(verb: &Verb) -> String {
    let text = match verb {
        Verb::Service { name, .. } | Verb::NetDns { name, .. } => name.clone(),
        Verb::ProcessStop { pid, .. } => pid.to_string(),
        Verb::Journal { unit, .. } => unit.clone().unwrap_or_default(),
        Verb::LogRead { path, .. }
        | Verb::FileList { path }
        | Verb::FileGet { path, .. }
        | Verb::FilePut { path, .. } => path.clone(),
        Verb::NetPing { host, .. } | Verb::NetRoute { host } => host.clone(),
        Verb::NetPort { host, port } | Verb::NetTls { host, port, .. } => format!("{host}:{port}"),
        Verb::CommandRun { line, .. } => line.clone(),
        Verb::ScriptRun { script, version, .. } => format!("{script} v{version}"),
        Verb::Terminal { run_as, .. } => run_as.clone(),
        Verb::Package { packages, .. } => {
            let named = packages.iter().map(|one| format!("{} {}", one.name, one.version));
            named.collect::<Vec<String>>().join(", ")
        }
        Verb::AgentUpdate { version, .. } => version.clone(),
        _ => String::new(),
    };
    let plain = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter });
    plain.take(TARGET_MOST).collect()
}

/// What an act is about.
#[must_use]
pub fn target_of(act: &Act) -> String {
    act.read_verb().as_ref().map(target).unwrap_or_default()
}

/// The findings of a health check, one for each point; none for other acts and for one that did not come to its end.
#[must_use]
pub fn findings(act: &Act) -> Option<Vec<Finding>> {
    let Some(Outcome::Done { summary, .. }) = act.outcome.as_ref().filter(|_| act.verb == "health.check")
    else {
        return None;
    };
    let list = if summary.is_array() {
        summary
    } else {
        &summary["findings"]
    };
    let found: Vec<Finding> = serde_json::from_value(list.clone()).ok()?;
    Some(health::arranged(&found))
}

/// How many findings have a verdict.
#[must_use]
pub fn count(findings: &[Finding], verdict: Verdict) -> usize {
    findings
        .iter()
        .filter(|finding| finding.verdict == verdict)
        .count()
}

/// What came of an act, for a place that shows its state as well: empty where it would say the same again.
#[must_use]
pub fn result_beside_state(locale: Locale, act: &Act) -> String {
    let result = result(locale, act);
    if result == locale.t(act.state.text_key()) {
        String::new()
    } else {
        result
    }
}

/// What came of an act, in a short text; empty while it goes on.
#[must_use]
pub fn result(locale: Locale, act: &Act) -> String {
    if let Some(findings) = findings(act) {
        let number = |verdict| Arg::from(count(&findings, verdict));
        let numbers = [
            ("faults", number(Verdict::Fault)),
            ("warnings", number(Verdict::Warning)),
        ];
        return locale.t_with("fleet-result-health", &numbers);
    }
    match &act.outcome {
        None => String::new(),
        Some(Outcome::Done { code: Some(code), .. }) if *code != 0 => {
            locale.t_with("fleet-result-code", &[("code", Arg::from(i64::from(*code)))])
        }
        Some(Outcome::Done { .. }) => locale.t("fleet-result-done"),
        Some(Outcome::Failed { code, text }) => reason(locale, code, text),
        Some(Outcome::Refused { code }) => reason(locale, code, ""),
        Some(Outcome::Lost { .. }) => locale.t("fleet-result-lost"),
        Some(Outcome::Cancelled) => locale.t("fleet-result-cancelled"),
    }
}

/// Why something did not happen: our words for the code where we have some, else those of the device.
#[must_use]
pub fn reason(locale: Locale, code: &str, text: &str) -> String {
    let is_plain = code
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte == b'.');
    let word = code.replace(['_', '.'], "-");
    // What a device says of an update of its agent has words of its own.
    let keys = [
        format!("fleet-reason-{word}"),
        format!("fleet-update-fault-{word}"),
    ];
    let key = keys.iter().find(|key| is_plain && has_key(locale, key));
    match (key, text.is_empty()) {
        (Some(key), true) => locale.t(key),
        (Some(key), false) => format!("{} ({text})", locale.t(key)),
        (None, true) => code.to_owned(),
        (None, false) => text.to_owned(),
    }
}

/// The line on the ticket: what everybody behind the desk may always know, and what names things.
pub(crate) struct Line {
    /// Icon, link, text, and arguments without names.
    pub shown: Value,
    /// Arguments with names.
    pub personal: Value,
}

/// The line of an act that ended.
pub(crate) fn line(act: &Act, device: &str) -> Line {
    let target = target_of(act);
    let mut personal = Map::new();
    personal.insert("device".to_owned(), json!(device));
    if !target.is_empty() {
        personal.insert("target".to_owned(), json!(target));
    }
    let mut arguments = Map::new();
    arguments.insert("verb".to_owned(), json!({ "text": verb_key(&act.verb) }));
    let mut key = match (act.state, target.is_empty()) {
        (State::Done, true) => "fleet-line-done",
        (State::Done, false) => "fleet-line-done-target",
        (State::Failed, _) => "fleet-line-failed",
        (State::Refused, _) => "fleet-line-refused",
        (State::Cancelled, _) => "fleet-line-cancelled",
        _ => "fleet-line-lost",
    };
    if let Some(findings) = findings(act) {
        key = "fleet-line-health";
        for (name, verdict) in [("faults", Verdict::Fault), ("warnings", Verdict::Warning)] {
            arguments.insert(name.to_owned(), json!(count(&findings, verdict)));
        }
    }
    match &act.outcome {
        Some(Outcome::Done { hash: Some(hash), .. }) => {
            key = "fleet-line-file";
            arguments.insert("hash".to_owned(), json!(hash));
        }
        Some(Outcome::Done { code: Some(code), .. }) if *code != 0 => {
            key = "fleet-line-code";
            arguments.insert("code".to_owned(), json!(code));
        }
        _ => {}
    }
    Line {
        shown: json!({ "icon": icon(&act.verb), "href": act.href(), "key": key, "args": arguments }),
        personal: Value::Object(personal),
    }
}

/// The sign of a verb.
#[must_use]
pub fn icon(verb: &str) -> &'static str {
    match verb.split('.').next().unwrap_or_default() {
        "health" => "stethoscope",
        "service" => "refresh-cw",
        "journal" | "log" => "file-text",
        "file" => "file",
        "net" => "network",
        "disk" => "hard-drive",
        "package" | "agent" => "package",
        "command" | "script" => "square-code",
        _ => "monitor",
    }
}

#[cfg(test)]
mod tests {
    use kernel::i18n::register;

    use super::*;

    #[test]
    fn each_verb_point_and_refusal_has_words_in_both_languages() {
        register(crate::LOCALES);
        let verbs = Verb::NAMES.iter().map(|(name, _)| verb_key(name));
        let points = health::POINTS
            .iter()
            .map(|point| format!("fleet-point-{}", point.id.replace('_', "-")));
        let reasons = protocol::grant::Refusal::ALL
            .iter()
            .map(|one| format!("fleet-reason-{}", one.code().replace('_', "-")));
        let states = State::ALL.iter().map(|state| state.text_key().to_owned());
        for key in verbs.chain(points).chain(reasons).chain(states) {
            assert!(
                Locale::ALL.into_iter().all(|locale| has_key(locale, &key)),
                "{key}"
            );
        }
    }
}

//! Steps as people write them: one a line, with the role before a colon when it is somebody's. Pure but for the names of roles.
//!
//! `Operations: restart the gateway` and 「运维：重启网关」 are the same in either language. The two languages stand in two fields, line
//! beside line; one of them may be empty.

use kernel::Locale;
use kernel::error::{Error, Result};

use super::PlanStep;
use crate::incident::Role;

/// Reads both fields.
///
/// # Errors
/// 422 when both are filled but not line by line.
pub fn read(en: &str, zh: &str) -> Result<Vec<PlanStep>> {
    let (en, zh) = (lines(en), lines(zh));
    if !en.is_empty() && !zh.is_empty() && en.len() != zh.len() {
        return Err(Error::invalid("major.plan_lines_differ")
            .field("steps_zh")
            .arg("en", en.len())
            .arg("zh", zh.len()));
    }
    let count = en.len().max(zh.len());
    let steps = (0..count).map(|place| {
        let (role_en, en) = en.get(place).map_or((None, ""), |line| split(line));
        let (role_zh, zh) = zh.get(place).map_or((None, ""), |line| split(line));
        PlanStep {
            role: role_en.or(role_zh),
            en: en.to_owned(),
            zh: zh.to_owned(),
        }
    });
    Ok(steps.collect())
}

/// Writes the field of one language.
#[must_use]
pub fn write(steps: &[PlanStep], locale: Locale) -> String {
    let line = |step: &PlanStep| {
        let (text, colon) = match locale {
            Locale::En => (&step.en, ": "),
            Locale::ZhCn => (&step.zh, "："),
        };
        match step.role.filter(|_| !text.is_empty()) {
            Some(role) => format!("{}{colon}{text}", locale.t(role.text_key())),
            None => text.clone(),
        }
    };
    let lines: Vec<String> = steps.iter().map(line).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

fn lines(text: &str) -> Vec<&str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect()
}

/// A role before a colon, and the rest; a colon after anything else belongs to the step.
fn split(line: &str) -> (Option<Role>, &str) {
    let Some((before, after)) = line.split_once([':', '：']) else {
        return (None, line);
    };
    let before = before.trim().to_lowercase();
    let is_called = |role: &Role| {
        let names = Locale::ALL
            .into_iter()
            .map(|locale| locale.t(role.text_key()).to_lowercase());
        role.as_str() == before || names.into_iter().any(|name| name == before)
    };
    match Role::ALL.into_iter().find(is_called) {
        Some(role) => (Some(role), after.trim()),
        None => (None, line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_known_in_either_language_and_another_colon_is_left_alone() {
        kernel::i18n::register(crate::LOCALES);
        let steps = read("operations: Look at the gateway\nCall: 112", "").unwrap();
        assert_eq!(steps[0].role, Some(Role::Operations));
        assert_eq!(steps[0].en, "Look at the gateway");
        assert_eq!((steps[1].role, steps[1].en.as_str()), (None, "Call: 112"));
        let steps = read("", "运维：看网关").unwrap();
        assert_eq!(
            (steps[0].role, steps[0].zh.as_str()),
            (Some(Role::Operations), "看网关")
        );
    }

    #[test]
    fn what_was_written_reads_back() {
        kernel::i18n::register(crate::LOCALES);
        let steps = read("Operations: Look\nTell everybody", "运维：查看\n告知大家").unwrap();
        let again = read(&write(&steps, Locale::En), &write(&steps, Locale::ZhCn)).unwrap();
        assert_eq!(steps, again);
    }

    #[test]
    fn two_languages_that_do_not_match_line_by_line_are_refused() {
        let error = read("One\nTwo", "一").unwrap_err();
        assert_eq!(error.fields()[0].field, "steps_zh");
    }
}

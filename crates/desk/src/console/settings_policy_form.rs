//! A service level as form fields and back.
//!
//! Each clock has its own group of fields (`first_response.amount`, `.unit`, `.step0.percent`, `.step0.notify_owner` …);
//! an empty amount means that the policy promises nothing there.

use std::collections::BTreeMap;

use kernel::error::{Error, Errors, Kind};
use web::{FormData, FormView};

use crate::service_level::{Action, ClockKind, Conditions, Definition, Policy, Step, Target, Unit};
use crate::ticket::value::{Category, Priority, State, TicketType, WaitingFor};

/// So many warnings and escalation steps has each clock on the page.
pub(super) const STEPS: usize = 4;

/// A new policy: waiting for others pauses it, and it comes last.
pub(super) fn blank() -> FormView {
    let mut pairs = vec![
        ("place".to_owned(), "100".to_owned()),
        ("calendar".to_owned(), "default".to_owned()),
    ];
    let waiting = WaitingFor::ALL.iter().map(|whom| whom.state());
    pairs.extend(waiting.map(|state| ("pauses".to_owned(), state.to_string())));
    FormData::from_pairs(pairs).view()
}

/// The form of a policy as it is stored.
pub(super) fn filled(policy: &Policy) -> FormView {
    let definition = &policy.definition;
    let mut pairs: Vec<(String, String)> = vec![
        ("place".to_owned(), policy.place.to_string()),
        ("calendar".to_owned(), definition.calendar.clone()),
    ];
    let mut add = |name: &str, value: String| pairs.push((name.to_owned(), value));
    for (language, name) in &definition.name {
        add(&format!("name.{language}"), name.clone());
    }
    let conditions = &definition.conditions;
    conditions
        .priorities
        .iter()
        .for_each(|one| add("priorities", one.to_string()));
    conditions
        .types
        .iter()
        .for_each(|one| add("types", one.to_string()));
    conditions
        .categories
        .iter()
        .for_each(|one| add("categories", one.to_string()));
    conditions.sites.iter().for_each(|one| add("sites", one.clone()));
    definition
        .pauses
        .iter()
        .for_each(|one| add("pauses", one.to_string()));
    for target in &definition.targets {
        add(&format!("{}.amount", target.clock), target.amount.to_string());
        add(&format!("{}.unit", target.clock), target.unit.to_string());
        for (index, step) in target.steps.iter().enumerate() {
            add(
                &format!("{}.step{index}.percent", target.clock),
                step.percent.to_string(),
            );
            for action in &step.actions {
                add(
                    &format!("{}.step{index}.{action}", target.clock),
                    "true".to_owned(),
                );
            }
        }
    }
    FormData::from_pairs(pairs).view()
}

/// Reads a form: the policy's place and what it says.
pub(super) fn read(form: &FormData) -> kernel::Result<(i64, Definition)> {
    let mut errors = Errors::new();
    let place = form.parse("place", &mut errors).unwrap_or_default();
    let name: BTreeMap<String, String> = ["en", "zh-CN"]
        .iter()
        .filter_map(|language| {
            Some((
                (*language).to_owned(),
                form.optional(&format!("name.{language}"))?.to_owned(),
            ))
        })
        .collect();
    let mut targets = Vec::new();
    for clock in ClockKind::ALL {
        match target(form, *clock) {
            Ok(target) => targets.extend(target),
            Err(error) => errors.absorb(&error),
        }
    }
    let definition = Definition {
        name,
        conditions: Conditions {
            priorities: words(form, "priorities", Priority::parse, &mut errors),
            types: words(form, "types", TicketType::parse, &mut errors),
            categories: words(form, "categories", Category::parse, &mut errors),
            sites: form.all("sites").map(str::to_owned).collect(),
        },
        calendar: form.text("calendar").to_owned(),
        pauses: words(form, "pauses", State::parse, &mut errors),
        targets,
    };
    errors.finish()?;
    definition.check().map_err(|error| rename(error, form))?;
    Ok((place, definition))
}

fn words<T>(
    form: &FormData,
    name: &str,
    parse: fn(&str) -> kernel::Result<T>,
    errors: &mut Errors,
) -> Vec<T> {
    let mut found = Vec::new();
    for word in form.all(name).filter(|word| !word.is_empty()) {
        match parse(word) {
            Ok(value) => found.push(value),
            Err(_) => errors.push(name, "web.form.choice"),
        }
    }
    found
}

fn target(form: &FormData, clock: ClockKind) -> kernel::Result<Option<Target>> {
    let field = |name: &str| format!("{clock}.{name}");
    let malformed = |name: &str| Error::invalid("web.form.malformed").field(field(name));
    let Some(amount) = form.optional(&field("amount")) else {
        return Ok(None);
    };
    let amount = amount.parse().map_err(|_| malformed("amount"))?;
    let unit = Unit::parse(form.text(&field("unit"))).map_err(|_| malformed("unit"))?;
    let mut steps = Vec::new();
    for index in 0..STEPS {
        let name = format!("step{index}.percent");
        let Some(percent) = form.optional(&field(&name)) else {
            continue;
        };
        let percent = percent.parse().map_err(|_| malformed(&name))?;
        let chosen = Action::ALL
            .iter()
            .filter(|action| form.checked(&field(&format!("step{index}.{action}"))));
        steps.push(Step {
            percent,
            actions: chosen.copied().collect(),
        });
    }
    steps.sort_by_key(|step| step.percent);
    Ok(Some(Target {
        clock,
        amount,
        unit,
        steps,
    }))
}

/// Errors name the parts of the definition; the form has other names for them.
pub(super) fn rename(error: Error, form: &FormData) -> Error {
    if error.kind() != Kind::Invalid || error.fields().is_empty() {
        return error;
    }
    let clocks: Vec<ClockKind> = ClockKind::ALL
        .iter()
        .copied()
        .filter(|clock| form.optional(&format!("{clock}.amount")).is_some())
        .collect();
    let mut errors = Errors::new();
    for wrong in error.fields() {
        errors.push_with(
            form_name(&wrong.field, &clocks),
            wrong.code.clone(),
            wrong.args.clone(),
        );
    }
    errors.finish().err().unwrap_or(error)
}

fn form_name(field: &str, clocks: &[ClockKind]) -> String {
    let inside = field
        .strip_prefix("targets[")
        .and_then(|rest| rest.split_once("]."));
    if let Some((index, part)) = inside
        && let Some(clock) = index.parse::<usize>().ok().and_then(|index| clocks.get(index))
    {
        let part = if part == "steps" { "step0.percent" } else { part };
        return format!("{clock}.{part}");
    }
    match field {
        "name" => "name.en".to_owned(),
        "targets" => "first_response.amount".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> FormData {
        FormData::from_pairs(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn a_policy_is_read_from_its_form() {
        let form = form(&[
            ("place", "15"),
            ("name.en", "VIP"),
            ("calendar", "always"),
            ("priorities", "P0"),
            ("priorities", "P1"),
            ("pauses", "waiting_requester"),
            ("solution.amount", "4"),
            ("solution.unit", "hour"),
            ("solution.step0.percent", "100"),
            ("solution.step0.tier_up", "true"),
            ("solution.step1.percent", "75"),
            ("solution.step1.notify_owner", "true"),
        ]);
        let (place, definition) = read(&form).unwrap();
        assert_eq!(place, 15);
        assert_eq!(definition.conditions.priorities, [Priority::P0, Priority::P1]);
        let steps = &definition.targets[0].steps;
        assert_eq!(
            steps.iter().map(|step| step.percent).collect::<Vec<_>>(),
            [75, 100]
        );
        assert_eq!(steps[1].actions, [Action::TierUp]);
    }

    #[test]
    fn what_is_wrong_with_a_promise_stands_beside_its_field() {
        let form = form(&[
            ("place", "1"),
            ("name.en", "x"),
            ("calendar", "always"),
            ("solution.amount", "0"),
            ("solution.unit", "hour"),
        ]);
        let error = read(&form).unwrap_err();
        assert_eq!(error.fields()[0].field, "solution.amount");
    }

    #[test]
    fn a_policy_without_name_and_promise_names_both() {
        let form = form(&[("place", "1"), ("calendar", "always")]);
        let error = read(&form).unwrap_err();
        let fields: Vec<&str> = error.fields().iter().map(|wrong| wrong.field.as_str()).collect();
        assert_eq!(fields, ["name.en", "first_response.amount"]);
    }
}

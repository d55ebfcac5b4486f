//! Adding, changing, switching, and removing rules. Each change is a version; firings name the version they fired by.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::event::{self, New};
use serde_json::{Value, json};

use super::text_reading::Read;
use super::{Definition, Rule, RuleId, checking, naming, store};
use crate::{RULES, events};

/// The name under which the event log knows a rule.
#[must_use]
pub fn subject(id: RuleId) -> String {
    format!("automate.rule:{id}")
}

/// All rules, in the order in which they are asked.
pub fn list(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Rule>> {
    cx.require(RULES)?;
    store::list(tx)
}

/// One rule.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: RuleId) -> Result<Rule> {
    cx.require(RULES)?;
    store::load(tx, id)
}

/// Adds a rule.
///
/// # Errors
/// The fields that are wrong.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, definition: &Definition) -> Result<Rule> {
    cx.require(RULES)?;
    let definition = checked(tx, definition, None)?;
    let rule = Rule {
        id: cx.new_id(),
        version: 1,
        definition,
        failures: 0,
        switched_off_at: None,
        updated_at: cx.now(),
    };
    store::insert(tx, &rule)?;
    keep(tx, cx, &rule)?;
    Ok(rule)
}

/// Changes a rule: a new version. An editor may name the version it read; when somebody else was faster it is told.
///
/// # Errors
/// The fields that are wrong; 409 when it was changed meanwhile.
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: RuleId,
    definition: &Definition,
    read: Option<i64>,
) -> Result<Rule> {
    cx.require(RULES)?;
    tx.lock("automate.rule", id)?;
    let mut rule = store::load(tx, id)?;
    if read.is_some_and(|read| read != rule.version) {
        return Err(
            Error::conflict("automate.rule.changed_meanwhile").arg("name", rule.definition.name.as_str())
        );
    }
    rule.definition = checked(tx, definition, Some(id))?;
    rule.version += 1;
    rule.updated_at = cx.now();
    (rule.failures, rule.switched_off_at) = (0, None);
    store::update(tx, &rule)?;
    keep(tx, cx, &rule)?;
    Ok(rule)
}

/// Switches a rule on or off.
pub fn switch(tx: &mut Tx<'_>, cx: &Cx, id: RuleId, enabled: bool) -> Result<Rule> {
    cx.require(RULES)?;
    tx.lock("automate.rule", id)?;
    let mut rule = store::load(tx, id)?;
    if rule.definition.enabled != enabled {
        rule.definition.enabled = enabled;
        (rule.failures, rule.switched_off_at) = (0, None);
        store::update(tx, &rule)?;
        tell(tx, cx, id, events::RULE_SWITCHED, json!({ "enabled": enabled }))?;
    }
    Ok(rule)
}

/// Removes a rule; what it did stays in its log.
pub fn remove(tx: &mut Tx<'_>, cx: &Cx, id: RuleId) -> Result<()> {
    cx.require(RULES)?;
    tx.lock("automate.rule", id)?;
    let rule = store::load(tx, id)?;
    store::remove(tx, id, cx.now())?;
    tell(
        tx,
        cx,
        id,
        events::RULE_REMOVED,
        json!({ "version": rule.version }),
    )
}

/// Takes rules in from a text, all or none. One whose name is known becomes its new version.
///
/// # Errors
/// At the field `text`, with the line.
pub fn import(tx: &mut Tx<'_>, cx: &Cx, rules: &[Read]) -> Result<usize> {
    cx.require(RULES)?;
    let mut errors = Errors::new();
    for read in rules {
        let known = store::by_name(tx, &read.definition.name)?;
        let taken = match known {
            Some(known) => change(tx, cx, known.id, &read.definition, None),
            None => add(tx, cx, &read.definition),
        };
        match taken {
            Ok(_) => {}
            Err(error) if error.kind() == kernel::error::Kind::Invalid => {
                errors.absorb(&read.located(&error, cx.locale))
            }
            Err(error) => return Err(error),
        }
    }
    errors.finish()?;
    Ok(rules.len())
}

fn checked(tx: &mut Tx<'_>, definition: &Definition, own: Option<RuleId>) -> Result<Definition> {
    checking::check(definition)?;
    let definition = naming::resolved(tx, definition)?;
    // On PostgreSQL two rules of one name could be added at once.
    tx.lock("automate.name", &definition.name)?;
    match store::by_name(tx, &definition.name)? {
        Some(other) if Some(other.id) != own => Err(Error::invalid("automate.rule.name_taken")
            .field("name")
            .arg("name", definition.name)),
        _ => Ok(definition),
    }
}

fn keep(tx: &mut Tx<'_>, cx: &Cx, rule: &Rule) -> Result<()> {
    store::insert_version(tx, rule, cx.user_id())?;
    let definition = &rule.definition;
    let data = json!({ "version": rule.version, "enabled": definition.enabled, "place": definition.place });
    tell(tx, cx, rule.id, events::RULE_SAVED, data)
}

/// Writes an event about a rule.
pub(crate) fn tell(tx: &mut Tx<'_>, cx: &Cx, id: RuleId, kind: &'static str, data: Value) -> Result<()> {
    event::append(
        tx,
        cx,
        New {
            kind,
            subject: subject(id),
            data,
            personal: None,
        },
    )?;
    Ok(())
}

//! A rule whose actions cannot be done again and again is switched off, and those who manage rules are told.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use mail::message::Address;
use mail::{Letter, Sender};
use serde_json::json;

use super::limits::Limits;
use crate::events;
use crate::firing::{Firing, Outcome};
use crate::rule::{Rule, keeping, store};

/// Counts a firing; the limit reached, the rule is off.
pub fn reckon(
    tx: &mut Tx<'_>,
    cx: &Cx,
    rule: &Rule,
    firing: &Firing,
    limits: &Limits,
    base_url: &str,
) -> Result<()> {
    if firing.outcome != Outcome::Refused {
        if rule.failures > 0 {
            store::set_failures(tx, rule.id, 0)?;
        }
        return Ok(());
    }
    let failures = rule.failures + 1;
    if failures < limits.failures {
        return store::set_failures(tx, rule.id, failures);
    }
    let mut off = rule.clone();
    off.definition.enabled = false;
    off.failures = failures;
    off.switched_off_at = Some(cx.now());
    store::update(tx, &off)?;
    let data = json!({ "failures": failures, "firing": firing.id });
    keeping::tell(tx, cx, rule.id, events::RULE_SWITCHED_OFF, data)?;
    tell_managers(tx, cx, rule, firing, base_url)
}

/// The roles to which managing rules is given from the start.
const MANAGERS: [&str; 2] = ["manager", "admin"];

fn tell_managers(tx: &mut Tx<'_>, cx: &Cx, rule: &Rule, firing: &Firing, base_url: &str) -> Result<()> {
    if mail::mailbox::for_sending(tx, &Sender::Purpose(mail::DESK.to_owned()))?.is_none() {
        // The list of rules says it all the same.
        return Ok(());
    }
    let mut readers = Vec::new();
    for role in MANAGERS {
        readers.extend(people::role::store::users_with(tx, role)?);
    }
    readers.sort_unstable();
    readers.dedup();
    for reader in readers {
        let found = people::user::store::find(tx, reader)?;
        let Some(person) = found.filter(|person| person.active && people::user::is_email(&person.email))
        else {
            continue;
        };
        let locale = person.locale.unwrap_or(cx.locale);
        let reason = firing.deeds.iter().find_map(|deed| deed.refusal.as_ref());
        let reason = reason
            .map(|refusal| refusal.message(locale).to_owned())
            .unwrap_or_default();
        let link = format!("{}/settings/rules/{}", base_url.trim_end_matches('/'), rule.id);
        let name = rule.definition.name.as_str();
        let arguments = [
            ("rule", name.into()),
            ("reason", reason.into()),
            ("link", link.into()),
        ];
        let subject = locale.t_with("automate-off-subject", &[("rule", name.into())]);
        let text = locale.t_with("automate-off-text", &arguments);
        let to = Address {
            name: Some(person.name.clone()).filter(|name| !name.is_empty()),
            email: person.email.clone(),
        };
        let key = format!("automate.off:{}:{}", firing.id, person.id);
        mail::send(
            tx,
            cx,
            &Letter::new(mail::DESK, to, subject, text, keeping::subject(rule.id), key),
        )?;
    }
    Ok(())
}

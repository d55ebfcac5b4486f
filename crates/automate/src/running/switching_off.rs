//! A rule whose actions cannot be done again and again is switched off, and those who manage rules are told.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use serde_json::json;

use super::limits::Limits;
use crate::firing::{Firing, Outcome};
use crate::rule::{Rule, keeping, store};
use crate::{events, telling};

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

fn tell_managers(tx: &mut Tx<'_>, cx: &Cx, rule: &Rule, firing: &Firing, base_url: &str) -> Result<()> {
    let link = format!("{}/settings/rules/{}", base_url.trim_end_matches('/'), rule.id);
    let words = telling::Words {
        subject: "automate-off-subject",
        text: "automate-off-text",
        about: keeping::subject(rule.id),
        key: format!("automate.off:{}", firing.id),
    };
    let refusal = firing.deeds.iter().find_map(|deed| deed.refusal.as_ref());
    telling::managers(tx, cx, &["manager", "admin"], &words, |locale| {
        let reason = refusal.map(|refusal| refusal.message(locale).to_owned());
        vec![
            ("rule", rule.definition.name.clone()),
            ("reason", reason.unwrap_or_default()),
            ("link", link.clone()),
        ]
    })
}

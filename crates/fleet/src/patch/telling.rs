//! What the log is told of patches and rules.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{self, New};
use serde_json::json;

use super::{Patch, Rule, events};

/// A patch stands otherwise than before.
pub(super) fn decided(tx: &mut Tx<'_>, cx: &Cx, patch: &Patch) -> Result<()> {
    let mut data = json!({
        "patch": patch.id.to_string(),
        "name": patch.name,
        "version": patch.version,
        "state": patch.state.as_str(),
    });
    if let Some(rule) = patch.rule {
        data["rule"] = json!(rule.to_string());
    }
    let new = New {
        kind: events::DECIDED,
        subject: patch.subject(),
        data,
        personal: (!patch.note.is_empty()).then(|| json!({ "note": patch.note })),
    };
    event::append(tx, cx, new).map(drop)
}

/// Somebody made a rule.
pub(super) fn rule_saved(tx: &mut Tx<'_>, cx: &Cx, rule: &Rule) -> Result<()> {
    let data = json!({
        "rule": rule.id.to_string(),
        "pattern": rule.pattern,
        "security_only": rule.security_only,
        "after_days": rule.after_days,
        "verdict": rule.verdict.as_str(),
    });
    about_rule(tx, cx, rule, events::RULE_SAVED, data)
}

/// Somebody ended a rule.
pub(super) fn rule_ended(tx: &mut Tx<'_>, cx: &Cx, rule: &Rule) -> Result<()> {
    let data = json!({ "rule": rule.id.to_string(), "pattern": rule.pattern });
    about_rule(tx, cx, rule, events::RULE_ENDED, data)
}

fn about_rule(
    tx: &mut Tx<'_>,
    cx: &Cx,
    rule: &Rule,
    kind: &'static str,
    data: serde_json::Value,
) -> Result<()> {
    let new = New {
        kind,
        subject: format!("patch_rule:{}", rule.id),
        data,
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}

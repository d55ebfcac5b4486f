//! Limits against loops and floods, each a setting.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Errors, Result};
use kernel::setting;

/// The limits that hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// So many rules may fire because of one another; the next in the chain does not.
    pub depth: i64,
    /// Firings on one ticket within an hour.
    pub per_ticket_hour: i64,
    /// Firings of one rule within a minute.
    pub per_rule_minute: i64,
    /// Firings in a row of which an action could not be done, after which the rule is switched off.
    pub failures: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 3,
            per_ticket_hour: 20,
            per_rule_minute: 120,
            failures: 5,
        }
    }
}

/// The settings: name, the most.
const SETTINGS: [(&str, i64); 4] = [
    ("automate.depth", 10),
    ("automate.per_ticket_hour", 1_000),
    ("automate.per_rule_minute", 10_000),
    ("automate.failures", 100),
];

/// The limits that hold now.
pub fn load(tx: &mut Tx<'_>) -> Result<Limits> {
    let standard = Limits::default();
    let mut read = |index: usize, fallback: i64| -> Result<i64> {
        Ok(setting::get::<i64>(tx, SETTINGS[index].0)?.unwrap_or(fallback))
    };
    Ok(Limits {
        depth: read(0, standard.depth)?,
        per_ticket_hour: read(1, standard.per_ticket_hour)?,
        per_rule_minute: read(2, standard.per_rule_minute)?,
        failures: read(3, standard.failures)?,
    })
}

/// Sets them.
///
/// # Errors
/// The fields `depth`, `per_ticket_hour`, `per_rule_minute`, `failures` that are out of range.
pub fn save(tx: &mut Tx<'_>, cx: &Cx, limits: &Limits) -> Result<()> {
    cx.require(crate::RULES)?;
    let values = [
        limits.depth,
        limits.per_ticket_hour,
        limits.per_rule_minute,
        limits.failures,
    ];
    let mut errors = Errors::new();
    for ((name, most), value) in SETTINGS.iter().zip(values) {
        if !(1..=*most).contains(&value) {
            let field = name.trim_start_matches("automate.");
            errors.push_with(
                field,
                "automate.limits.range",
                vec![("max".to_owned(), (*most).into())],
            );
        }
    }
    errors.finish()?;
    for ((name, _), value) in SETTINGS.iter().zip(values) {
        setting::put(tx, cx, name, &value)?;
    }
    Ok(())
}

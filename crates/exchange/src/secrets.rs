//! What is secret, by the names of tables and columns, so that an export without secrets has none of it. Pure.
//!
//! Whole tables of keys and sessions are named one by one. Columns are known by words in their names, so that a table that is
//! made tomorrow is not forgotten: a secret that may be empty is emptied, one that must be there is replaced by random letters
//! which fit nothing. Addresses to which we post are secrets as well: most services put a key into them. What the words of people
//! say is never looked at.

use kernel::db::{Column, ColumnKind, Table};

use crate::format::LeftOut;

/// Tables whose rows are nothing but secrets. The letters of the outbox and the messages to chats hold links that set passwords
/// and answer for people.
pub const TABLES: &[&str] = &[
    "im_code",
    "im_delivery",
    "kernel_secret",
    "mail_outbound",
    "people_recovery_code",
    "people_reset",
    "people_session",
    "people_token",
];

/// Columns that hold secrets among other things, and what stands there instead.
const MIXED: &[(&str, &str, &str)] = &[
    ("im_channel", "settings", "{}"),
    ("automate_webhook", "url", ""),
    // Empty rather than random: so whoever switches it on again sees that there is none, and one is made.
    ("automate_webhook", "secret", ""),
    ("handover_tracker", "url", ""),
    ("handover_tracker", "secret_in", ""),
    ("handover_tracker", "secret_out", ""),
];

/// Columns that are only called like secrets: marks of forms, so that one that is sent twice counts once.
const MARKS: &[(&str, &str)] = &[("chat_conversation", "token"), ("chat_message", "token")];

/// Settings are secret by their names or by the names of their fields.
pub const SETTINGS: &str = "kernel_setting";

/// A column with one of these in its name holds a secret, if it holds text or bytes.
const WORDS: &[&str] = &[
    "secret",
    "password",
    "passwd",
    "token",
    "totp",
    "credential",
    "sealed",
    "api_key",
    "access_key",
    "private_key",
    "signing_key",
    "session_key",
];

/// Whether a name says that it is a secret's.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    WORDS.iter().any(|word| name.contains(word))
}

/// Whether a column holds a secret.
pub fn is_secret_column(table: &str, column: &str, kind: ColumnKind) -> bool {
    TABLES.contains(&table)
        || (is_secret_name(column)
            && !MARKS.contains(&(table, column))
            && matches!(kind, ColumnKind::Text | ColumnKind::Bytes))
}

/// Whether a setting is secret: by its name, or by a field somewhere in it.
pub fn is_secret_setting(name: &str, value: &str) -> bool {
    is_secret_name(name) || serde_json::from_str(value).is_ok_and(|value| has_secret_field(&value))
}

fn has_secret_field(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| is_secret_name(name) || has_secret_field(value)),
        serde_json::Value::Array(items) => items.iter().any(has_secret_field),
        _ => false,
    }
}

/// What is done to a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emptied {
    /// Its table.
    pub table: String,
    /// The column.
    pub column: String,
    /// What stands there.
    pub instead: Instead,
}

/// What stands where a secret was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// Nothing.
    Null,
    /// Random letters that fit nothing, because there must be something.
    Random,
    /// The same in every row.
    Always(&'static str),
}

/// What is done to a database so that no secret is left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Tables that lose all rows.
    pub tables: Vec<String>,
    /// Columns that are emptied in the others.
    pub columns: Vec<Emptied>,
}

/// Looks over all tables.
pub fn plan(tables: &[Table], columns: &[Column]) -> Plan {
    let mut plan = Plan::default();
    for table in tables {
        if TABLES.contains(&table.name.as_str()) {
            plan.tables.push(table.name.clone());
            continue;
        }
        for column in &table.columns {
            let mixed = MIXED
                .iter()
                .find(|(of, name, _)| *of == table.name && *name == column.name);
            let is_this = |one: &&Column| one.table == table.name && one.name == column.name;
            let instead = match mixed {
                Some((_, _, instead)) => Instead::Always(instead),
                None if !is_secret_column(&table.name, &column.name, column.kind) => continue,
                None if columns.iter().find(is_this).is_some_and(|one| one.required) => Instead::Random,
                None => Instead::Null,
            };
            plan.columns.push(Emptied {
                table: table.name.clone(),
                column: column.name.clone(),
                instead,
            });
        }
    }
    plan
}

impl Plan {
    /// As the manifest names it; settings are named when some were secret.
    pub fn left_out(&self, settings: bool) -> Vec<LeftOut> {
        let whole = |table: &String| LeftOut {
            table: table.clone(),
            columns: Vec::new(),
        };
        let mut left_out: Vec<LeftOut> = self.tables.iter().map(whole).collect();
        for one in &self.columns {
            match left_out.iter_mut().find(|known| known.table == one.table) {
                Some(known) => known.columns.push(one.column.clone()),
                None => left_out.push(LeftOut {
                    table: one.table.clone(),
                    columns: vec![one.column.clone()],
                }),
            }
        }
        if settings {
            left_out.push(whole(&SETTINGS.to_owned()));
        }
        left_out.sort_by(|one, other| one.table.cmp(&other.table));
        left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names_and_switches_are_none() {
        for column in [
            "password_hash",
            "imap_password",
            "former_secret",
            "token_hash",
            "Api-Key",
        ] {
            assert!(is_secret_column("any", column, ColumnKind::Text), "{column}");
        }
        for column in ["title", "key", "hash", "message_id", "salt"] {
            assert!(!is_secret_column("any", column, ColumnKind::Text), "{column}");
        }
        assert!(!is_secret_column(
            "people_user",
            "totp_confirmed",
            ColumnKind::Bool
        ));
        assert!(is_secret_column("kernel_secret", "value", ColumnKind::Bytes));
        assert!(is_secret_column("im_channel", "token", ColumnKind::Text));
        assert!(!is_secret_column("chat_message", "token", ColumnKind::Text));
    }

    #[test]
    fn a_setting_is_secret_by_its_name_or_by_a_field_inside() {
        assert!(is_secret_setting("phone.token", "\"x\""));
        assert!(is_secret_setting(
            "phone.hook",
            "{\"lines\":[{\"signing_key\":\"x\"}]}"
        ));
        assert!(!is_secret_setting("desk.close_after_days", "5"));
        assert!(!is_secret_setting("desk.motto", "\"our secret is work\""));
    }
}

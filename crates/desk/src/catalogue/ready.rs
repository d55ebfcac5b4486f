//! The types that come with the house, in both languages.
//!
//! They are put into the catalogue once. What the department makes of one, switches off, or removes stays so: a type whose
//! name is or was taken is left alone.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use serde::Deserialize;

use super::{Definition, RequestType, store};

/// A type that comes with the house.
#[derive(Debug, Deserialize)]
pub struct Ready {
    pub id: String,
    pub definition: Definition,
}

/// All of them, in their order.
pub fn all() -> Result<Vec<Ready>> {
    Ok(serde_json::from_str(include_str!("ready.json"))?)
}

/// Puts those into the catalogue that were never there.
pub fn install(tx: &mut Tx, cx: &Cx) -> Result<()> {
    let known = store::known(tx)?;
    for (place, ready) in (1_i64..).zip(all()?) {
        if !known.contains(&ready.id) {
            let one = RequestType {
                id: ready.id,
                place,
                version: 1,
                is_on: true,
                definition: ready.definition,
            };
            store::save(tx, &one, cx.now())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Texts, is_id};

    fn in_both(texts: &Texts, what: &str) {
        for tag in ["en", "zh-CN"] {
            assert!(
                texts.get(tag).is_some_and(|text| !text.is_empty()),
                "{what} has no {tag}"
            );
        }
        let chinese = &texts["zh-CN"];
        assert!(!chinese.is_ascii(), "{what}: {chinese}");
        assert!(!chinese.contains([',', '?', '!', ';', ':']), "{what}: {chinese}");
    }

    #[test]
    fn ten_types_come_with_the_house_whole_and_in_both_languages() {
        let all = all().unwrap();
        assert_eq!(all.len(), 10);
        for ready in all {
            assert!(is_id(&ready.id), "{}", ready.id);
            ready.definition.check().unwrap();
            assert_eq!(ready.definition.clone().tidied(), ready.definition);
            in_both(&ready.definition.name, &ready.id);
            in_both(&ready.definition.description, &ready.id);
            for task in &ready.definition.tasks {
                in_both(&task.title, &ready.id);
            }
            for field in &ready.definition.fields {
                in_both(&field.label, &format!("{}.{}", ready.id, field.key));
                if !field.help.is_empty() {
                    in_both(&field.help, &format!("{}.{}", ready.id, field.key));
                }
                for choice in &field.choices {
                    let label = &choice.label;
                    assert!(
                        label.contains_key("en") && label.contains_key("zh-CN"),
                        "{}.{}",
                        ready.id,
                        field.key
                    );
                }
            }
        }
    }
}

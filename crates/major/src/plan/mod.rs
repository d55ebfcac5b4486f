//! Emergency plans: what is done first when something big breaks, as a list of steps for each role.
//!
//! Three come with the product (`shipped.json`); a plan that somebody saves under the same key takes the place of the shipped one.
//! An incident follows a copy of its plan, see `crate::incident`. `text` is the form in which people write steps.

pub mod store;
pub mod text;

use desk::ticket::Category;
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::Id;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::incident::{self, Role, in_language};
use crate::{SETTINGS, events};

const SHIPPED: &str = include_str!("shipped.json");
const NAME_MOST: usize = 80;
const WORDS_MOST: usize = 30;
const STEPS_MOST: usize = 60;
const STEP_MOST: usize = 300;
/// More nobody oversees while something burns.
const PLANS_MOST: usize = 50;

/// A step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStep {
    /// Whose it is.
    #[serde(default)]
    pub role: Option<Role>,
    /// In English; may be empty when the other is not.
    #[serde(default)]
    pub en: String,
    /// In Chinese, likewise.
    #[serde(default)]
    pub zh: String,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Names it; a shipped one has a word, one that somebody made an identifier.
    pub key: String,
    /// Its name in English; may be empty when the other is not.
    pub name_en: String,
    /// Its name in Chinese, likewise.
    pub name_zh: String,
    /// Tickets of this category fit.
    #[serde(default)]
    pub category: Option<Category>,
    /// So do tickets with one of these words in their title.
    #[serde(default)]
    pub words: Vec<String>,
    /// What is done.
    pub steps: Vec<PlanStep>,
}

impl Plan {
    /// Its name for a reader.
    #[must_use]
    pub fn name(&self, locale: Locale) -> &str {
        in_language(locale, &self.name_en, &self.name_zh)
    }
}

/// All plans: the shipped ones as they were changed, then the others by name.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Plan>> {
    let mut kept = store::list(tx)?;
    let mut plans = Vec::new();
    for shipped in serde_json::from_str::<Vec<Plan>>(SHIPPED)? {
        match kept.iter().position(|(key, _)| *key == shipped.key) {
            // Somebody changed it, or removed it.
            Some(place) => plans.extend(kept.remove(place).1),
            None => plans.push(shipped),
        }
    }
    plans.extend(kept.into_iter().filter_map(|(_, plan)| plan));
    Ok(plans)
}

/// One.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut Tx<'_>, key: &str) -> Result<Option<Plan>> {
    Ok(list(tx)?.into_iter().find(|plan| plan.key == key))
}

/// The plan that fits a ticket best: by words of its title first, then by its category; none when nothing speaks for one.
#[must_use]
pub fn fitting<'a>(plans: &'a [Plan], category: Category, title: &str) -> Option<&'a Plan> {
    let points = |plan: &Plan| {
        let words = plan.words.iter().filter(|word| has_word(title, word)).count();
        words * 2 + usize::from(plan.category == Some(category))
    };
    let best = plans
        .iter()
        .map(|plan| (points(plan), plan))
        .filter(|(points, _)| *points > 0);
    // Of equally fitting ones the first in the list.
    best.reduce(|one, other| if other.0 > one.0 { other } else { one })
        .map(|(_, plan)| plan)
}

/// Whether a text has a word. Latin words stand by themselves ("sap" is not in "disappeared"); Chinese has no gaps to tell by.
fn has_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.to_lowercase(), word.to_lowercase());
    if !word.is_ascii() {
        return text.contains(&word);
    }
    let spaced = |text: &str| {
        let plain = |letter: char| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                ' '
            }
        };
        let words: String = text.chars().map(plain).collect();
        format!(" {} ", words.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    spaced(&text).contains(&spaced(&word))
}

/// Saves a plan; without a key it is a new one. Gives back its key.
///
/// # Errors
/// 403, 404 for a key that is not known, 422 with the fields.
pub fn save(tx: &mut Tx<'_>, cx: &Cx, plan: &Plan) -> Result<String> {
    cx.require(SETTINGS)?;
    tx.lock("major.plans", "all")?;
    let mut plan = checked(plan)?;
    let present = list(tx)?;
    if plan.key.is_empty() {
        if present.len() >= PLANS_MOST {
            return Err(Error::conflict("major.plans_most").arg("most", PLANS_MOST));
        }
        let fresh: Id<Plan> = cx.new_id();
        plan.key = fresh.to_string();
    } else if present.iter().all(|one| one.key != plan.key) {
        return Err(Error::not_found());
    }
    store::put(tx, &plan, cx.now())?;
    let data = json!({ "definition": plan });
    incident::tell(tx, cx, &subject(&plan.key), events::PLAN_SAVED, data, None)?;
    Ok(plan.key)
}

/// Removes a plan. Incidents that follow it keep their copy.
///
/// # Errors
/// 403, 404.
pub fn remove(tx: &mut Tx<'_>, cx: &Cx, key: &str) -> Result<()> {
    cx.require(SETTINGS)?;
    tx.lock("major.plans", "all")?;
    let plan = find(tx, key)?.ok_or_else(Error::not_found)?;
    store::remove(tx, &plan, cx.now())?;
    incident::tell(tx, cx, &subject(key), events::PLAN_REMOVED, json!({}), None)
}

fn subject(key: &str) -> String {
    format!("major.plan:{key}")
}

fn checked(plan: &Plan) -> Result<Plan> {
    let mut errors = Errors::new();
    let clean = |text: &str| {
        text.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .replace('\0', "")
    };
    let mut plan = plan.clone();
    (plan.name_en, plan.name_zh) = (clean(&plan.name_en), clean(&plan.name_zh));
    let longest = plan.name_en.chars().count().max(plan.name_zh.chars().count());
    if longest == 0 || longest > NAME_MOST {
        errors.push_with(
            "name_en",
            "major.plan_name_length",
            vec![("most".to_owned(), NAME_MOST.into())],
        );
    }
    plan.words = plan
        .words
        .iter()
        .map(|word| clean(word))
        .filter(|word| !word.is_empty())
        .collect();
    if plan.words.len() > WORDS_MOST {
        errors.push_with(
            "words",
            "major.plan_words_most",
            vec![("most".to_owned(), WORDS_MOST.into())],
        );
    }
    for step in &mut plan.steps {
        (step.en, step.zh) = (clean(&step.en), clean(&step.zh));
    }
    plan.steps
        .retain(|step| !step.en.is_empty() || !step.zh.is_empty());
    let is_long =
        |step: &PlanStep| step.en.chars().count() > STEP_MOST || step.zh.chars().count() > STEP_MOST;
    if plan.steps.is_empty() || plan.steps.len() > STEPS_MOST || plan.steps.iter().any(is_long) {
        let most = vec![
            ("most".to_owned(), STEPS_MOST.into()),
            ("letters".to_owned(), STEP_MOST.into()),
        ];
        errors.push_with("steps_en", "major.plan_steps_most", most);
    }
    errors.finish()?;
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Vec<Plan> {
        serde_json::from_str(SHIPPED).unwrap()
    }

    #[test]
    fn every_shipped_plan_is_complete_in_both_languages() {
        for plan in shipped() {
            assert_eq!(checked(&plan).unwrap(), plan, "{}", plan.key);
            assert!(!plan.name_en.is_empty() && !plan.name_zh.is_empty());
            let is_whole =
                |step: &PlanStep| !step.en.is_empty() && !step.zh.is_empty() && step.role.is_some();
            assert!(plan.steps.iter().all(is_whole), "{}", plan.key);
            // The order of the emergency plan: operations look, development mends, support speaks, somebody coordinates.
            for role in Role::ALL {
                assert!(
                    plan.steps.iter().any(|step| step.role == Some(role)),
                    "{} has nothing for {role:?}",
                    plan.key
                );
            }
        }
    }

    #[test]
    fn words_of_the_title_weigh_more_than_the_category() {
        let plans = shipped();
        let fits = |category, title: &str| fitting(&plans, category, title).map(|plan| plan.key.as_str());
        assert_eq!(
            fits(Category::Network, "Nothing works on floor 3"),
            Some("network-outage")
        );
        assert_eq!(
            fits(Category::Network, "Ransomware note on the file server"),
            Some("security-incident")
        );
        assert_eq!(
            fits(Category::Software, "ERP 系统打不开"),
            Some("core-system-down")
        );
        assert_eq!(
            fits(Category::Hardware, "The printer disappeared"),
            None,
            "that is not SAP"
        );
    }

    #[test]
    fn a_plan_without_a_name_or_a_step_names_both_fields() {
        let empty = Plan {
            key: String::new(),
            name_en: " ".to_owned(),
            name_zh: String::new(),
            category: None,
            words: Vec::new(),
            steps: Vec::new(),
        };
        let error = checked(&empty).unwrap_err();
        let fields: Vec<_> = error.fields().iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["name_en", "steps_en"]);
    }
}

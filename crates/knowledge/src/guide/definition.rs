//! What a guide asks and where its answers lead; pure.
//!
//! A definition is whole when it has its texts in at least one language, every step can be reached from the first, no way leads in a
//! circle, and every answer leads somewhere. Whether its articles exist is the database's to say.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Locale;
use kernel::error::{Error, Errors, Result};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// Steps of one guide.
pub const STEPS_MAX: usize = 20;
/// Answers of one step.
pub const OPTIONS_MAX: usize = 6;
/// Longest text of a guide, in characters.
pub const TEXT_MAX: usize = 300;
/// Icons a guide may have.
pub const ICONS: &[&str] = &[
    "key-round",
    "shield",
    "wifi",
    "printer",
    "mail",
    "monitor",
    "laptop",
    "video",
    "hard-drive",
    "alert-triangle",
    "gauge",
];

/// A text in the languages of the house.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = GuideTexts)]
#[serde(default, deny_unknown_fields)]
pub struct Texts {
    /// English.
    pub en: String,
    /// Chinese.
    #[serde(rename = "zh-CN")]
    pub zh: String,
}

impl Texts {
    /// The words for a reader: in their language, else in the other.
    #[must_use]
    pub fn read(&self, locale: Locale) -> &str {
        let (mine, other) = match locale {
            Locale::En => (&self.en, &self.zh),
            Locale::ZhCn => (&self.zh, &self.en),
        };
        if mine.is_empty() { other } else { mine }
    }

    fn is_empty(&self) -> bool {
        self.en.is_empty() && self.zh.is_empty()
    }

    fn is_long(&self) -> bool {
        [&self.en, &self.zh]
            .iter()
            .any(|text| text.chars().count() > TEXT_MAX)
    }

    fn tidied(self) -> Self {
        Self {
            en: self.en.trim().to_owned(),
            zh: self.zh.trim().to_owned(),
        }
    }
}

/// Where an answer leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = GuideTarget)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Another question.
    Step(String),
    /// An article: its number, or the name it came with.
    Article(#[serde(deserialize_with = "article")] String),
    /// The form for a report with this title.
    Report(Texts),
}

/// A number or a name; people write `KB-12`, too.
fn article<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Named {
        Number(i64),
        Name(String),
    }
    Ok(match Named::deserialize(deserializer)? {
        Named::Number(number) => number.to_string(),
        Named::Name(name) => {
            let name = name.trim();
            let number = name.strip_prefix("KB-").or_else(|| name.strip_prefix("kb-"));
            number.unwrap_or(name).to_owned()
        }
    })
}

/// An answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = GuideOption)]
pub struct Choice {
    /// Its words.
    pub label: Texts,
    /// Where it leads.
    #[serde(flatten)]
    pub target: Target,
}

/// A question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = GuideStep)]
pub struct Step {
    /// The question.
    pub question: Texts,
    /// How to find out.
    #[serde(default)]
    pub help: Texts,
    /// Its answers.
    pub options: Vec<Choice>,
}

/// A guide as people edit it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = GuideDefinition)]
pub struct Definition {
    /// The complaint, in people's words.
    pub title: Texts,
    /// A name of [`ICONS`].
    #[serde(default)]
    pub icon: String,
    /// The first question.
    pub start: String,
    /// All questions by name.
    pub steps: BTreeMap<String, Step>,
}

impl Definition {
    /// Reads what people edit.
    ///
    /// # Errors
    /// 422 with line and column.
    pub fn parse(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(|error| {
            Error::invalid("knowledge.guide.unreadable")
                .field("definition")
                .arg("line", error.line())
                .arg("column", error.column())
                .arg("reason", error.to_string())
        })
    }

    /// As people edit it.
    #[must_use]
    pub fn pretty(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The articles it leads to, as they are named in it.
    #[must_use]
    pub fn articles(&self) -> BTreeSet<String> {
        let options = self.steps.values().flat_map(|step| &step.options);
        let named = options.filter_map(|option| match &option.target {
            Target::Article(name) => Some(name.clone()),
            Target::Step(_) | Target::Report(_) => None,
        });
        named.collect()
    }

    /// Without blanks around its texts.
    #[must_use]
    pub fn tidied(self) -> Self {
        let option = |option: Choice| Choice {
            label: option.label.tidied(),
            target: match option.target {
                Target::Report(title) => Target::Report(title.tidied()),
                other => other,
            },
        };
        let step = |(name, step): (String, Step)| {
            let step = Step {
                question: step.question.tidied(),
                help: step.help.tidied(),
                options: step.options.into_iter().map(option).collect(),
            };
            (name, step)
        };
        Self {
            title: self.title.tidied(),
            icon: self.icon.trim().to_owned(),
            start: self.start.trim().to_owned(),
            steps: self.steps.into_iter().map(step).collect(),
        }
    }

    /// Says everything that is wrong with it; each under `definition`.
    ///
    /// # Errors
    /// 422 naming the steps.
    pub fn check(&self) -> Result<()> {
        let mut errors = Errors::new();
        let mut say = |code: &str, step: &str| {
            errors.push_with(
                "definition",
                format!("knowledge.guide.{code}"),
                vec![("step".to_owned(), step.into())],
            );
        };
        if self.title.is_empty() {
            say("title_missing", "");
        }
        if self.title.is_long() {
            say("text_too_long", "");
        }
        if !self.icon.is_empty() && !ICONS.contains(&self.icon.as_str()) {
            say("icon_unknown", &self.icon);
        }
        if self.steps.len() > STEPS_MAX {
            say("too_many_steps", "");
        }
        if !self.steps.contains_key(&self.start) {
            say("start_missing", &self.start);
        }
        for (name, step) in &self.steps {
            check_step(self, name, step, &mut say);
        }
        let reached = self.reached();
        for name in self.steps.keys().filter(|name| !reached.contains(name.as_str())) {
            say("step_unreachable", name);
        }
        if let Some(name) = self.circle() {
            say("circle", name);
        }
        errors.finish()
    }

    fn next<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let options = self.steps.get(name).into_iter().flat_map(|step| &step.options);
        options.filter_map(|option| match &option.target {
            Target::Step(name) => Some(name.as_str()),
            Target::Article(_) | Target::Report(_) => None,
        })
    }

    fn reached(&self) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut waiting = vec![self.start.as_str()];
        while let Some(name) = waiting.pop() {
            if reached.insert(name) {
                waiting.extend(self.next(name));
            }
        }
        reached
    }

    /// A step that leads back to itself: what is left when steps without a way in are taken away again and again.
    fn circle(&self) -> Option<&str> {
        let mut left: BTreeSet<&str> = self.steps.keys().map(String::as_str).collect();
        loop {
            let entered: BTreeSet<&str> = left.iter().flat_map(|name| self.next(name)).collect();
            let before = left.len();
            left.retain(|name| entered.contains(name));
            if left.len() == before {
                return left.first().copied();
            }
        }
    }
}

fn check_step(definition: &Definition, name: &str, step: &Step, say: &mut impl FnMut(&str, &str)) {
    if !is_key(name) {
        say("step_malformed", name);
    }
    if step.question.is_empty() {
        say("question_missing", name);
    }
    if step.options.is_empty() || step.options.len() > OPTIONS_MAX {
        say("options_number", name);
    }
    if step.question.is_long() || step.help.is_long() {
        say("text_too_long", name);
    }
    for option in &step.options {
        if option.label.is_empty() {
            say("label_missing", name);
        }
        if option.label.is_long() {
            say("text_too_long", name);
        }
        match &option.target {
            Target::Step(next) if !definition.steps.contains_key(next) => say("step_unknown", next),
            Target::Article(article) if article.is_empty() => say("article_missing", name),
            Target::Report(title) if title.is_empty() => say("report_missing", name),
            Target::Step(_) | Target::Article(_) | Target::Report(_) => {}
        }
    }
}

/// A short name: letters, digits, and hyphens. Pure.
#[must_use]
pub fn is_key(text: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_".contains(letter);
    (1..=40).contains(&text.len()) && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn leading(steps: &serde_json::Value) -> Definition {
        let json = json!({ "title": { "en": "VPN" }, "icon": "shield", "start": "a", "steps": steps });
        Definition::parse(&json.to_string()).unwrap()
    }

    fn step(targets: &[serde_json::Value]) -> serde_json::Value {
        let options: Vec<_> = targets
            .iter()
            .map(|target| {
                let mut option = target.clone();
                option["label"] = json!({ "en": "yes", "zh-CN": "是" });
                option
            })
            .collect();
        json!({ "question": { "en": "?" }, "options": options })
    }

    fn complaints(definition: &Definition) -> Vec<String> {
        let Err(error) = definition.check() else {
            return Vec::new();
        };
        let codes = error.fields().iter().map(|field| field.code.clone());
        codes.map(|code| code.replace("knowledge.guide.", "")).collect()
    }

    #[test]
    fn a_tree_that_ends_everywhere_is_whole() {
        let whole = leading(&json!({
            "a": step(&[json!({"step": "b"}), json!({"article": 12})]),
            "b": step(&[json!({"article": "vpn-connect"}), json!({"report": {"en": "VPN"}})]),
        }));
        assert_eq!(complaints(&whole), Vec::<String>::new());
        let names: Vec<_> = whole.articles().into_iter().collect();
        assert_eq!(names, ["12", "vpn-connect"]);
        assert_eq!(Definition::parse(&whole.pretty()).unwrap(), whole);
    }

    #[test]
    fn circles_dead_ends_and_steps_nobody_reaches_are_named() {
        let circle =
            leading(&json!({ "a": step(&[json!({"step": "b"})]), "b": step(&[json!({"step": "a"})]) }));
        assert_eq!(complaints(&circle), ["circle"]);
        let lost =
            leading(&json!({ "a": step(&[json!({"article": 1})]), "b": step(&[json!({"article": 1})]) }));
        assert_eq!(complaints(&lost), ["step_unreachable"]);
        let nowhere = leading(&json!({ "a": step(&[json!({"step": "c"})]) }));
        assert_eq!(complaints(&nowhere), ["step_unknown"]);
        let mute = leading(&json!({ "a": step(&[]) }));
        assert_eq!(complaints(&mute), ["options_number"]);
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let error = Definition::parse("{\n  \"title\": 7 }").unwrap_err();
        assert_eq!(error.code(), "knowledge.guide.unreadable");
        assert_eq!(error.fields()[0].field, "definition");
    }
}

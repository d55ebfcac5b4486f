//! What was found, in words: the text of a key, and for what is not well the remedy under the same key with `-remedy`.

use kernel::Locale;
use kernel::i18n::Arg;
use serde_json::{Value, json};

/// How well it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Ok,
    Warning,
    Failed,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}

/// One check and what it came to.
pub struct Finding {
    pub state: State,
    check: &'static str,
    key: &'static str,
    args: Vec<(&'static str, Arg)>,
}

impl Finding {
    pub fn ok(check: &'static str, key: &'static str) -> Self {
        Self::new(State::Ok, check, key)
    }

    pub fn warning(check: &'static str, key: &'static str) -> Self {
        Self::new(State::Warning, check, key)
    }

    pub fn failed(check: &'static str, key: &'static str) -> Self {
        Self::new(State::Failed, check, key)
    }

    fn new(state: State, check: &'static str, key: &'static str) -> Self {
        Self {
            state,
            check,
            key,
            args: Vec::new(),
        }
    }

    /// An argument of both texts.
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    fn words(&self, locale: Locale) -> String {
        locale.t_with(self.key, &self.args)
    }

    fn remedy(&self, locale: Locale) -> Option<String> {
        (self.state != State::Ok).then(|| locale.t_with(&format!("{}-remedy", self.key), &self.args))
    }

    pub fn as_json(&self, locale: Locale) -> Value {
        json!({
            "check": self.check,
            "state": self.state.as_str(),
            "message": self.words(locale),
            "remedy": self.remedy(locale),
        })
    }

    pub fn print(&self, locale: Locale) {
        let state = match self.state {
            State::Ok => locale.t("doctor-ok"),
            State::Warning => locale.t("doctor-warning"),
            State::Failed => locale.t("doctor-failed"),
        };
        println!("{state:<6}  {}", self.words(locale));
        if let Some(remedy) = self.remedy(locale) {
            println!("      → {remedy}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCES: [&str; 5] = [
        include_str!("../doctor.rs"),
        include_str!("around.rs"),
        include_str!("inside.rs"),
        include_str!("releases.rs"),
        include_str!("storage.rs"),
    ];

    #[test]
    fn everything_that_can_be_found_has_words_and_a_remedy_in_both_languages() {
        crate::house::register_texts();
        let mut keys = 0;
        for source in SOURCES {
            for (at, call) in ["::ok(", "::warning(", "::failed("]
                .iter()
                .flat_map(|call| source.match_indices(call))
            {
                let Some(key) = source[at..].split('"').find(|part| part.starts_with("doctor-")) else {
                    continue;
                };
                keys += 1;
                for locale in Locale::ALL {
                    assert!(kernel::i18n::has_key(locale, key), "{locale}: {key}");
                    let remedy = format!("{key}-remedy");
                    assert!(
                        call == "::ok(" || kernel::i18n::has_key(locale, &remedy),
                        "{locale}: {remedy}"
                    );
                }
            }
        }
        assert!(keys > 40, "the keys were not found: {keys}");
    }
}

//! The lines in front of a text: `key: value` between two rules. Pure.

use crate::text::Words;

/// A file taken apart.
pub(super) struct Front<'a> {
    lines: Vec<(&'a str, &'a str)>,
    body: &'a str,
}

impl<'a> Front<'a> {
    /// What stands behind a key.
    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        self.lines
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| *value)
    }

    /// The keys in their order.
    #[cfg(test)]
    pub(super) fn keys(&self) -> Vec<&'a str> {
        self.lines.iter().map(|(key, _)| *key).collect()
    }

    /// Its words.
    pub(super) fn words(&self) -> Words {
        let text = |key: &str| self.get(key).unwrap_or_default().to_owned();
        let tags = self.get("tags").unwrap_or_default().split([',', '，', '、']);
        Words {
            title: text("title"),
            summary: text("summary"),
            tags: tags
                .map(str::trim)
                .filter(|tag| !tag.is_empty())
                .map(str::to_owned)
                .collect(),
            body: self.body.trim().to_owned() + "\n",
        }
    }
}

/// Takes a file apart, or says what is wrong with it.
pub(super) fn read(text: &str) -> Result<Front<'_>, String> {
    let rest = text.strip_prefix("---\n").ok_or("it does not begin with ---")?;
    let (front, body) = rest.split_once("\n---\n").ok_or("its front has no end")?;
    let mut lines = Vec::new();
    for line in front.lines() {
        let (key, value) = line
            .split_once(": ")
            .ok_or_else(|| format!("what is {line:?}?"))?;
        lines.push((key.trim(), value.trim()));
    }
    Ok(Front { lines, body })
}

//! Front matter: what stands between `---` and `---` at the start of a file. Pure.
//!
//! Of YAML only what such files hold is read: names with a value, and lists in brackets or with dashes.

/// Names and their values, as they stand there.
#[derive(Debug, Default)]
pub struct Front {
    values: Vec<(String, Vec<String>)>,
    /// The end is missing; all of the file is text.
    pub is_unclosed: bool,
}

impl Front {
    /// The one value of a name.
    pub fn value(&self, name: &str) -> Option<&str> {
        let (_, values) = self.values.iter().find(|(known, _)| known == name)?;
        values
            .first()
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The values of all these names; commas part them.
    pub fn list(&self, names: &[&str]) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for (_, values) in self
            .values
            .iter()
            .filter(|(known, _)| names.contains(&known.as_str()))
        {
            for word in values
                .iter()
                .flat_map(|value| value.split([',', '，']))
                .map(|word| unquoted(word).to_owned())
            {
                if !word.is_empty() && !out.contains(&word) {
                    out.push(word);
                }
            }
        }
        out
    }
}

/// The front matter, how many lines it has, and the text behind it.
pub fn split(content: &str) -> (Front, usize, &str) {
    let mut front = Front::default();
    let mut lines = content.split_inclusive('\n');
    if lines.next().map(str::trim_end) != Some("---") {
        return (front, 0, content);
    }
    let mut used = content.find('\n').map_or(content.len(), |end| end + 1);
    for (count, line) in lines.enumerate() {
        used += line.len();
        let text = line.trim_end();
        if matches!(text, "---" | "...") {
            return (front, count + 2, content.get(used..).unwrap_or_default());
        }
        read(&mut front, text);
    }
    (
        Front {
            values: Vec::new(),
            is_unclosed: true,
        },
        0,
        content,
    )
}

fn read(front: &mut Front, line: &str) {
    if let Some(item) = line.trim_start().strip_prefix("- ") {
        if let Some((_, values)) = front.values.last_mut() {
            values.push(unquoted(item).to_owned());
        }
        return;
    }
    if line.starts_with([' ', '\t', '#']) {
        return;
    }
    let Some((name, value)) = line.split_once(':') else {
        return;
    };
    let value = value.trim();
    let values = match value.strip_prefix('[').and_then(|value| value.strip_suffix(']')) {
        Some(list) => list.split(',').map(|word| unquoted(word).to_owned()).collect(),
        None if value.is_empty() => Vec::new(),
        None => vec![unquoted(value).to_owned()],
    };
    front.values.push((name.trim().to_ascii_lowercase(), values));
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = value
            .strip_prefix(quote)
            .and_then(|value| value.strip_suffix(quote))
        {
            return inner;
        }
    }
    value
}

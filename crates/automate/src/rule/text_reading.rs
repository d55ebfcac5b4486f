//! Reading rules from their text form. What is wrong is told with its line and what may stand there instead.
//!
//! Blank lines and lines beginning with `#` are passed over; how far a line is indented means nothing.

use std::collections::BTreeMap;

use kernel::error::{Error, Errors, Result};
use kernel::i18n::Locale;

use super::checking;
use super::word::{ActionKind, Field, Join, Operator, Trigger};
use super::{Action, Definition, Group, Test, path};

/// A rule that was read, and in which line each of its fields stands.
#[derive(Debug, Clone)]
pub struct Read {
    /// The rule, not yet checked.
    pub definition: Definition,
    lines: BTreeMap<String, usize>,
    first: usize,
}

/// No text of rules is longer; 200 rules of usual size fit many times over.
const TEXT_MAX: usize = 1_000_000;
const RULES_MAX: usize = 500;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Head,
    If,
    Then,
}

struct Reader {
    rules: Vec<Read>,
    part: Part,
    errors: Vec<(usize, Problem)>,
    /// Whether the lines of a text may follow.
    may_speak: bool,
    /// Whether some have.
    has_spoken: bool,
}

/// A code and its arguments.
pub(crate) type Problem = (&'static str, Vec<(&'static str, String)>);

/// Reads a text of rules and checks each of them.
///
/// # Errors
/// 422 at the field `text`: every line that is wrong, in the reader's words.
pub fn read(text: &str, locale: Locale) -> Result<Vec<Read>> {
    if text.len() > TEXT_MAX {
        return Err(Error::invalid("automate.text.too_long").field("text"));
    }
    let mut reader = Reader::new();
    for (index, line) in text.lines().enumerate() {
        if let Err(problem) = reader.line(index + 1, line) {
            reader.errors.push((index + 1, problem));
        }
    }
    let mut errors = Errors::new();
    for (line, (code, arguments)) in reader.errors {
        let mut error = Error::invalid(code);
        for (name, value) in arguments {
            error = error.arg(name, value);
        }
        at_line(&mut errors, line, &error.message(locale));
    }
    errors.finish()?;
    let mut errors = Errors::new();
    if reader.rules.is_empty() {
        return Err(Error::invalid("automate.text.empty").field("text"));
    }
    if reader.rules.len() > RULES_MAX {
        return Err(Error::invalid("automate.text.too_long").field("text"));
    }
    for read in &reader.rules {
        if let Err(error) = checking::check(&read.definition) {
            errors.absorb(&read.located(&error, locale));
        }
    }
    errors.finish()?;
    Ok(reader.rules)
}

/// The first rule of a text without judging it: for what comes with the product, which may leave values open.
#[must_use]
pub fn draft(text: &str) -> Option<Definition> {
    let mut reader = Reader::new();
    for (index, line) in text.lines().enumerate() {
        reader.line(index + 1, line).ok()?;
    }
    reader.rules.into_iter().next().map(|read| read.definition)
}

fn at_line(errors: &mut Errors, line: usize, what: &str) {
    let line = i64::try_from(line).unwrap_or(i64::MAX);
    let arguments = vec![
        ("line".to_owned(), line.into()),
        ("what".to_owned(), what.to_owned().into()),
    ];
    errors.push_with("text", "automate.text.line", arguments);
}

impl Read {
    /// An error about fields as one about lines.
    #[must_use]
    pub fn located(&self, error: &Error, locale: Locale) -> Error {
        if error.fields().is_empty() {
            return Error::invalid("automate.text.line")
                .field("text")
                .arg("line", i64::try_from(self.first).unwrap_or(1))
                .arg("what", error.message(locale));
        }
        let mut errors = Errors::new();
        for field in error.fields() {
            at_line(&mut errors, self.line_of(&field.field), &field.message(locale));
        }
        errors.finish().err().unwrap_or_else(Error::not_found)
    }

    /// The line of a field; of one that is missing, the line of what holds it.
    fn line_of(&self, field: &str) -> usize {
        let mut wanted = field;
        loop {
            if let Some(line) = self.lines.get(wanted) {
                return *line;
            }
            match wanted.rsplit_once('.') {
                Some((outer, _)) => wanted = outer,
                None => return self.first,
            }
        }
    }
}

impl Reader {
    const fn new() -> Self {
        Self {
            rules: Vec::new(),
            part: Part::Head,
            errors: Vec::new(),
            may_speak: false,
            has_spoken: false,
        }
    }

    fn line(&mut self, number: usize, line: &str) -> std::result::Result<(), Problem> {
        let trimmed = line.trim();
        if let Some(text) = trimmed.strip_prefix('|') {
            // One blank after the bar belongs to the bar; what follows is kept to the letter.
            let kept = line.trim_start().strip_prefix('|').unwrap_or(text);
            return self.text(kept.strip_prefix(' ').unwrap_or(kept));
        }
        if trimmed.is_empty() || trimmed.starts_with('#') {
            return Ok(());
        }
        self.may_speak = false;
        let (word, rest) = trimmed.split_once(char::is_whitespace).unwrap_or((trimmed, ""));
        let rest = rest.trim();
        if word == "rule" {
            return self.begin(number, rest);
        }
        let part = self.part;
        let Some(rule) = self.rules.last_mut() else {
            return Err(("automate.text.no_rule", Vec::new()));
        };
        match (word, part) {
            ("enabled" | "order" | "when" | "if", Part::Head) => {
                rule.lines
                    .insert(if word == "order" { "place" } else { word }.to_owned(), number);
                if word == "if" {
                    self.part = Part::If;
                }
                head(&mut rule.definition, word, rest)
            }
            ("then", Part::Head | Part::If) => {
                rule.lines.insert("then".to_owned(), number);
                self.part = Part::Then;
                nothing_more(rest)
            }
            (_, Part::Head) => Err(unknown(word, &["enabled", "order", "when", "if", "then", "rule"])),
            ("all" | "any", Part::If) => {
                let place = format!("groups.{}", rule.definition.groups.len());
                rule.lines.insert(place, number);
                let join = Join::known(word).unwrap_or(Join::All);
                rule.definition.groups.push(Group {
                    join,
                    tests: Vec::new(),
                });
                nothing_more(rest)
            }
            (_, Part::If) => test(rule, number, word, rest),
            (_, Part::Then) => {
                (self.may_speak, self.has_spoken) = (true, false);
                action(rule, number, word, rest)
            }
        }
    }

    fn begin(&mut self, number: usize, rest: &str) -> std::result::Result<(), Problem> {
        let mut lines = BTreeMap::new();
        lines.insert("name".to_owned(), number);
        self.part = Part::Head;
        self.rules.push(Read {
            definition: Definition::default(),
            lines,
            first: number,
        });
        let name = values(rest)?;
        if name.len() > 1 {
            return Err(("automate.text.quote_name", Vec::new()));
        }
        if let (Some(rule), Some(name)) = (self.rules.last_mut(), name.into_iter().next()) {
            rule.definition.name = name;
        }
        Ok(())
    }

    fn text(&mut self, line: &str) -> std::result::Result<(), Problem> {
        let action = self
            .rules
            .last_mut()
            .and_then(|rule| rule.definition.then.last_mut());
        let Some(action) = action.filter(|_| self.may_speak) else {
            return Err(("automate.text.stray_text", Vec::new()));
        };
        if self.has_spoken {
            action.text.push('\n');
        }
        action.text.push_str(line);
        self.has_spoken = true;
        Ok(())
    }
}

fn unknown(word: &str, words: &[&str]) -> Problem {
    let word = word.chars().take(40).collect();
    (
        "automate.rule.unknown_word",
        vec![("word", word), ("words", words.join(", "))],
    )
}

fn nothing_more(rest: &str) -> std::result::Result<(), Problem> {
    if rest.is_empty() {
        Ok(())
    } else {
        Err((
            "automate.text.too_much",
            vec![("rest", rest.chars().take(40).collect())],
        ))
    }
}

fn head(definition: &mut Definition, word: &str, rest: &str) -> std::result::Result<(), Problem> {
    match word {
        "enabled" => {
            definition.enabled = match rest {
                "yes" => true,
                "no" => false,
                _ => return Err(unknown(rest, &["yes", "no"])),
            };
        }
        "order" => {
            definition.place = rest
                .parse()
                .map_err(|_| ("automate.rule.place_range", Vec::new()))?;
        }
        "if" => definition.join = Join::known(rest).ok_or_else(|| unknown(rest, &["all", "any"]))?,
        _ => {
            for found in values(rest)? {
                let words: Vec<&str> = Trigger::ALL.iter().map(|one| one.as_str()).collect();
                definition
                    .when
                    .push(Trigger::known(&found).ok_or_else(|| unknown(&found, &words))?);
            }
        }
    }
    Ok(())
}

fn test(rule: &mut Read, number: usize, word: &str, rest: &str) -> std::result::Result<(), Problem> {
    let fields: Vec<&str> = Field::ALL
        .iter()
        .map(|one| one.as_str())
        .chain(["all", "any", "then"])
        .collect();
    let field = Field::known(word).ok_or_else(|| unknown(word, &fields))?;
    let (operator, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let operators = field.operators();
    let words: Vec<&str> = operators.iter().map(|one| one.as_str()).collect();
    let operator = Operator::known(operator).ok_or_else(|| unknown(operator, &words))?;
    let values = values(rest)?;
    let definition = &mut rule.definition;
    if definition.groups.is_empty() {
        return Err(("automate.text.no_group", Vec::new()));
    }
    let group = definition.groups.len() - 1;
    if let Some(found) = definition.groups.last_mut() {
        rule.lines
            .insert(format!("groups.{group}.tests.{}", found.tests.len()), number);
        found.tests.push(Test {
            field,
            operator,
            values,
        });
    }
    Ok(())
}

fn action(rule: &mut Read, number: usize, word: &str, rest: &str) -> std::result::Result<(), Problem> {
    let words: Vec<&str> = ActionKind::ALL
        .iter()
        .map(|one| one.as_str())
        .chain(["rule"])
        .collect();
    let kind = ActionKind::known(word).ok_or_else(|| unknown(word, &words))?;
    let value = values(rest)?.join(", ");
    let place = path::action(rule.definition.then.len(), "");
    rule.lines.insert(place.trim_end_matches('.').to_owned(), number);
    rule.definition.then.push(Action {
        kind,
        value,
        text: String::new(),
    });
    Ok(())
}

/// Values with commas between; in quotes where they hold anything but letters, digits, and a few signs.
pub(crate) fn values(text: &str) -> std::result::Result<Vec<String>, Problem> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (value, after) = match rest.strip_prefix('"') {
            Some(inside) => unquoted(inside)?,
            None => {
                let end = rest.find([',', '，', '、']).unwrap_or(rest.len());
                (rest[..end].trim().to_owned(), &rest[end..])
            }
        };
        found.push(value);
        let after = after.trim_start();
        rest = match after.chars().next() {
            None => "",
            Some(comma @ (',' | '，' | '、')) => {
                let next = after[comma.len_utf8()..].trim_start();
                if next.is_empty() {
                    found.push(String::new());
                }
                next
            }
            Some(_) => return Err(("automate.text.comma_missing", Vec::new())),
        };
    }
    Ok(found)
}

fn unquoted(inside: &str) -> std::result::Result<(String, &str), Problem> {
    let mut value = String::new();
    let mut letters = inside.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((value, &inside[at + 1..])),
            '\\' => match letters.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 'r')) => value.push('\r'),
                Some((_, other)) => value.push(other),
                None => break,
            },
            other => value.push(other),
        }
    }
    Err(("automate.text.quote_open", Vec::new()))
}

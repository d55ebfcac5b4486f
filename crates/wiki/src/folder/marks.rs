//! The addresses in a Markdown text made neutral, and what generators add to Markdown made plain. Pure.
//!
//! Code is left alone. `!!! note` (MkDocs) and `:::note` (Docusaurus) become boxes, `[[name]]` (Obsidian) becomes a link,
//! `<img>` becomes a picture.

use crate::address;
use crate::document::Callout;
use crate::html;

/// What an address means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    Page(String),
    File(String),
    /// Not in the folder.
    Outward,
}

/// A text with neutral addresses.
#[derive(Debug, Default)]
pub struct Marked {
    pub text: String,
    /// Key, line from 1, and whether it is a page.
    pub found: Vec<(String, usize, bool)>,
    /// Where code begins that does not end.
    pub unclosed: Vec<usize>,
}

/// Goes over a text. `by_name` finds a page by the last part of its name.
pub fn neutral(
    text: &str,
    meaning: &mut dyn FnMut(&str) -> Meaning,
    by_name: &dyn Fn(&str) -> Option<String>,
) -> Marked {
    let mut marked = Marked::default();
    let mut fence: Option<(String, usize)> = None;
    let mut is_box = false;
    for (place, line) in text.lines().enumerate() {
        let number = place + 1;
        let start = line.trim_start();
        if let Some((mark, _)) = &fence {
            let is_end = start.starts_with(mark.as_str())
                && start.trim_end().chars().all(|letter| mark.starts_with(letter));
            push(&mut marked.text, line, is_box);
            if is_end {
                fence = None;
            }
            continue;
        }
        if let Some(mark) = fence_of(start) {
            fence = Some((mark, number));
            push(&mut marked.text, line, is_box);
            continue;
        }
        if let Some(kind) = start.strip_prefix("!!! ").or_else(|| start.strip_prefix("??? ")) {
            begin_box(&mut marked.text, kind);
            is_box = true;
            continue;
        }
        if is_box && !line.trim().is_empty() && !line.starts_with("    ") && !line.starts_with('\t') {
            is_box = false;
            if !marked.text.ends_with("\n\n") {
                marked.text.push('\n');
            }
        }
        let line = one(line, number, meaning, by_name, &mut marked.found);
        push(&mut marked.text, &line, is_box);
    }
    if let Some((_, number)) = fence {
        marked.unclosed.push(number);
    }
    marked.text = directives(&marked.text).trim().to_owned();
    marked.text.push('\n');
    marked
}

fn fence_of(start: &str) -> Option<String> {
    let mark = ["```", "~~~"].into_iter().find(|mark| start.starts_with(mark))?;
    let letter = mark.chars().next()?;
    Some(start.chars().take_while(|other| *other == letter).collect())
}

fn push(out: &mut String, line: &str, is_box: bool) {
    if is_box {
        let inner = line
            .strip_prefix("    ")
            .or_else(|| line.strip_prefix('\t'))
            .unwrap_or(line);
        out.push_str(format!("> {inner}").trim_end());
    } else {
        out.push_str(line);
    }
    out.push('\n');
}

/// `note "Title"`
fn begin_box(out: &mut String, kind: &str) {
    let kind = kind.trim_start_matches('+');
    let (word, title) = kind.split_once('"').unwrap_or((kind, ""));
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
    out.push_str(&format!("> [!{}]\n", Callout::of(word).word()));
    let title = title.trim().trim_end_matches('"');
    if !title.is_empty() {
        out.push_str(&format!("> **{title}**\n>\n"));
    }
}

/// `:::note` … `:::`
fn directives(text: &str) -> String {
    if !text.contains(":::") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let (mut is_box, mut fence) = (false, None::<String>);
    for line in text.lines() {
        match &fence {
            Some(mark) if line.trim_start().starts_with(mark.as_str()) => fence = None,
            Some(_) => {}
            None => fence = fence_of(line.trim_start()),
        }
        let rest = line
            .strip_prefix(":::")
            .filter(|_| fence.is_none())
            .map(str::trim);
        match rest {
            Some("") if is_box => {
                is_box = false;
                out.push('\n');
            }
            Some(kind) if !is_box && !kind.is_empty() => {
                let (word, title) = kind.split_once([' ', '[']).unwrap_or((kind, ""));
                begin_box(&mut out, &format!("{word} \"{}", title.trim_end_matches(']')));
                is_box = true;
            }
            _ => {
                if is_box {
                    out.push_str(format!("> {line}").trim_end());
                } else {
                    out.push_str(line);
                }
                out.push('\n');
            }
        }
    }
    out
}

/// One line outside code.
fn one(
    line: &str,
    number: usize,
    meaning: &mut dyn FnMut(&str) -> Meaning,
    by_name: &dyn Fn(&str) -> Option<String>,
    found: &mut Vec<(String, usize, bool)>,
) -> String {
    let mut write = |out: &mut String, old: &str, found: &mut Vec<(String, usize, bool)>| match meaning(old) {
        Meaning::Page(key) => {
            out.push_str(&address::page(&key));
            found.push((key, number, true));
        }
        Meaning::File(key) => {
            out.push_str(&address::file(&key));
            found.push((key, number, false));
        }
        Meaning::Outward => out.push_str(old),
    };
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['`', ']', '[', '<']) {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        let used = if behind.starts_with('`') {
            let length = code_length(behind);
            out.push_str(behind.get(..length).unwrap_or_default());
            length
        } else if let Some((old, length)) = behind.strip_prefix("](").and_then(destination) {
            out.push_str("](");
            write(&mut out, &old, found);
            length + 2
        } else if let Some((name, length)) = behind
            .strip_prefix("]: ")
            .filter(|_| line.trim_start().starts_with('['))
            .and_then(definition)
        {
            out.push_str("]: ");
            write(&mut out, name, found);
            length + 3
        } else if let Some(length) = wiki_link(behind, &mut out, number, by_name, found) {
            length
        } else if let Some((source, text, length)) = image(behind) {
            out.push_str(&format!("![{text}]("));
            write(&mut out, &source, found);
            out.push(')');
            length
        } else {
            out.push_str(behind.get(..1).unwrap_or_default());
            1
        };
        rest = behind.get(used..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The longest address that is looked at, in letters.
const LONGEST: usize = 4_000;

/// The first bytes of a text.
fn within(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

/// How long a stretch of code is that begins here.
fn code_length(text: &str) -> usize {
    let run = text.bytes().take_while(|byte| *byte == b'`').count();
    let mark = text.get(..run).unwrap_or_default();
    match text.get(run..).and_then(|rest| rest.find(mark)) {
        Some(end) => run + end + run,
        None => run,
    }
}

/// The address of a link whose `](` has been read, and how far it goes; its title and bracket stay behind.
fn destination(text: &str) -> Option<(String, usize)> {
    if let Some(inner) = text.strip_prefix('<') {
        let end = within(inner, 4_000).find('>')?;
        return Some((inner.get(..end)?.to_owned(), end + 2));
    }
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices().take(LONGEST) {
        match letter {
            '(' => depth += 1,
            ')' if depth == 0 => return Some((text.get(..at)?.to_owned(), at)),
            ')' => depth -= 1,
            letter if letter.is_whitespace() => return Some((text.get(..at)?.to_owned(), at)),
            _ => {}
        }
    }
    None
}

/// The address of `[name]: address`.
fn definition(text: &str) -> Option<(&str, usize)> {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let address = text.get(..end)?;
    (!address.is_empty() && !address.starts_with('^')).then_some((address, end))
}

/// `[[name]]` and `[[name|words]]`
fn wiki_link(
    text: &str,
    out: &mut String,
    number: usize,
    by_name: &dyn Fn(&str) -> Option<String>,
    found: &mut Vec<(String, usize, bool)>,
) -> Option<usize> {
    let inner = text.strip_prefix("[[")?;
    let end = within(inner, 300).find("]]")?;
    let (name, words) = inner
        .get(..end)?
        .split_once('|')
        .unwrap_or((inner.get(..end)?, ""));
    let page = name.split('#').next()?.trim();
    let key = by_name(page.rsplit('/').next()?)?;
    let words = if words.trim().is_empty() {
        page
    } else {
        words.trim()
    };
    out.push_str(&format!("[{words}]({})", address::page(&key)));
    found.push((key, number, true));
    Some(end + 4)
}

/// `<img src="…" alt="…">`
fn image(text: &str) -> Option<(String, String, usize)> {
    if !text
        .get(..5)
        .is_some_and(|start| start.eq_ignore_ascii_case("<img "))
    {
        return None;
    }
    let length = within(text, LONGEST).find('>')? + 1;
    let nodes = html::parse(text.get(..length)?)?;
    let found = html::find_all(&nodes, &|element| element.name == "img");
    let element = found.first()?;
    let text = element.attribute("alt").unwrap_or_default();
    Some((
        element.attribute("src")?.replace(' ', "%20"),
        crate::markdown::escape(text),
        length,
    ))
}

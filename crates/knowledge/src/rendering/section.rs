//! One section of a text: what stands under a heading of some name. Pure.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

/// The Markdown under the first heading that bears one of these names (without regard to case), up to the next heading of its level
/// or above it.
#[must_use]
pub fn section(markdown: &str, names: &[&str]) -> Option<String> {
    let markdown = super::within(markdown);
    let mut open: Option<(HeadingLevel, String)> = None;
    let mut found: Option<(HeadingLevel, usize)> = None;
    for (event, range) in Parser::new_ext(markdown, super::options()).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                if let Some((above, begin)) = found
                    && level <= above
                {
                    return Some(cut(markdown, begin, range.start));
                }
                open = Some((level, String::new()));
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, words)) = &mut open {
                    words.push_str(&text);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((level, words)) = open.take()
                    && found.is_none()
                    && is_named(&words, names)
                {
                    found = Some((level, range.end));
                }
            }
            _ => {}
        }
    }
    found.map(|(_, begin)| cut(markdown, begin, markdown.len()))
}

fn is_named(words: &str, names: &[&str]) -> bool {
    let words = words.trim().trim_end_matches([':', '：']).to_lowercase();
    names.iter().any(|name| name.to_lowercase() == words)
}

fn cut(markdown: &str, begin: usize, end: usize) -> String {
    markdown.get(begin..end).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAULT: &str = "## Symptom\nIt is dark.\n\n## Solution\n1. Look.\n\n### Then\nLight it.\n\n```\n## Solution\n```\n## Verification\nIt is light.\n";

    #[test]
    fn a_section_ends_at_the_next_heading_of_its_level() {
        assert_eq!(section(FAULT, &["symptom"]).unwrap(), "It is dark.");
        let solution = section(FAULT, &["解决办法", "Solution"]).unwrap();
        assert!(
            solution.starts_with("1. Look.") && solution.ends_with("```"),
            "{solution}"
        );
        assert_eq!(section(FAULT, &["Verification"]).unwrap(), "It is light.");
        assert_eq!(section(FAULT, &["Cause"]), None);
        assert_eq!(section("## 原因：\n停电", &["原因"]).unwrap(), "停电");
    }
}

//! HTML of other systems as a tree and as blocks.
//!
//! Their HTML is first cleaned by ammonia, which drops what runs and leaves every tag closed and every attribute quoted; what
//! remains is simple enough to read here. A page that is nested deeper than a person writes is not read at all, for the cost of
//! that grows with the square.

mod convert;
mod tree;

use std::collections::HashSet;

use ammonia::{Builder, UrlRelative};

pub use convert::{Reference, blocks};
pub use tree::{Element, Node, find_all, find_class, find_id, text_of};

/// Tags in tags.
const DEEPEST: usize = 400;

/// What is kept.
const TAGS: [&str; 71] = [
    "a",
    "abbr",
    "article",
    "aside",
    "b",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "source",
    "label",
    "audio",
];

/// Attributes that say something.
const ATTRIBUTES: [&str; 17] = [
    "id",
    "class",
    "href",
    "src",
    "alt",
    "title",
    "colspan",
    "rowspan",
    "start",
    "checked",
    "type",
    "lang",
    "datetime",
    "data-image-src",
    "data-syntaxhighlighter-params",
    "data-linked-resource-default-alias",
    "data-type",
];

/// Reads HTML; none when it is nested too deep.
#[must_use]
pub fn parse(html: &str) -> Option<Vec<Node>> {
    if depth(html) > DEEPEST {
        return None;
    }
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(TAGS))
        .clean_content_tags(HashSet::from([
            "script", "style", "template", "noscript", "svg", "math",
        ]))
        .generic_attributes(HashSet::from(ATTRIBUTES))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "ftp", "data"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None);
    Some(tree::parse(&builder.clean(html).to_string()))
}

/// How deep tags stand in each other, roughly: what is opened less what is closed.
fn depth(html: &str) -> usize {
    const SINGLE: [&str; 9] = ["br", "img", "hr", "input", "meta", "link", "col", "source", "wbr"];
    let (mut now, mut deepest) = (0_usize, 0);
    for part in html.split('<').skip(1) {
        let is_end = part.starts_with('/');
        let name: String = part
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .take(20)
            .collect();
        let name = name.to_ascii_lowercase();
        // These need no end.
        if name.is_empty()
            || SINGLE.contains(&name.as_str())
            || matches!(name.as_str(), "p" | "li" | "td" | "th" | "tr" | "option")
        {
            continue;
        }
        if is_end {
            now = now.saturating_sub(1);
        } else {
            now += 1;
            deepest = deepest.max(now);
        }
    }
    deepest
}

/// What stands in `<title>`.
#[must_use]
pub fn title(html: &str) -> String {
    let inner = html
        .split("<title>")
        .nth(1)
        .and_then(|rest| rest.split("</title>").next());
    let nodes = inner.filter(|inner| inner.len() < 2_000).and_then(parse);
    text_of(&nodes.unwrap_or_default()).trim().to_owned()
}

/// The line on which these words first stand, from 1; the first when they do not.
#[must_use]
pub fn line_of(text: &str, words: &str) -> usize {
    let before = text.find(words).and_then(|at| text.get(..at));
    before.map_or(1, |before| before.matches('\n').count() + 1)
}

/// The content of base64, blanks in it passed over.
#[must_use]
pub fn base64(text: &str) -> Option<Vec<u8>> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    data_encoding::BASE64
        .decode(text.as_bytes())
        .ok()
        .filter(|content| !content.is_empty())
}

/// A picture written as an address: its ending and its content.
#[must_use]
pub fn data_picture(address: &str) -> Option<(&'static str, Vec<u8>)> {
    let rest = address.strip_prefix("data:image/")?;
    let (kind, content) = rest.split_once(";base64,")?;
    let ending = match kind {
        "png" => "png",
        "jpeg" | "jpg" => "jpg",
        "gif" => "gif",
        "webp" => "webp",
        "svg+xml" => "svg",
        _ => return None,
    };
    Some((ending, base64(content)?))
}

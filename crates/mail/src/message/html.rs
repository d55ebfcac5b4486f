//! HTML in mail: made harmless for showing, and turned into lines of text for reading, searching, and quoting.
//!
//! Nothing in the result loads anything: pictures only by `cid:`, no styles, scripts, forms, frames. The text keeps
//! block quotes as `> ` and remembers which lines the markup of well-known mail programs declares as quoted.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ammonia::Builder;

use super::attributes;

/// A line of text; `quoted` when the markup says that it is somebody else's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line {
    pub text: String,
    pub quoted: bool,
}

/// Markup beyond this is not worth its cost; the text before it is kept.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// An HTML parser looks through all open elements again and again, so open ones are counted before it runs.
const MAX_OPEN_ELEMENTS: usize = 600;

/// HTML that may be shown inside a page.
pub(crate) fn sanitize(html: &str) -> String {
    let html = bounded(html);
    if is_hostile(html) {
        let text = strip_tags(html);
        return format!("<pre>{}</pre>", ammonia::clean_text(&text));
    }
    let mut builder = Builder::default();
    builder
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "cid"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            ("img", "src") if !has_prefix(value, "cid:") => None,
            // A link to an inline part opens nothing, and other elements have no business with cid.
            ("img", "src") => Some(Cow::Borrowed(value)),
            (_, "href" | "src" | "cite") if has_prefix(value, "cid:") => None,
            _ => Some(Cow::Borrowed(value)),
        });
    builder.clean(html).to_string()
}

fn has_prefix(value: &str, prefix: &str) -> bool {
    value
        .trim_start()
        .get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// The readable text of a document, line by line.
pub(crate) fn to_lines(html: &str) -> Vec<Line> {
    let html = bounded(html);
    if is_hostile(html) {
        return strip_tags(html)
            .lines()
            .map(|line| Line {
                text: line.trim().to_owned(),
                quoted: false,
            })
            .collect();
    }
    let well_formed = Builder::default()
        .add_tags(["style", "title"])
        .rm_clean_content_tags(["style"])
        .clean_content_tags(HashSet::from(["script", "style", "title"]))
        .rm_tags(["style", "title"])
        .add_generic_attributes(["id", "class"])
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("img", HashSet::from(["alt"])),
        ]))
        .link_rel(None)
        .clean(html)
        .to_string();
    let mut writer = super::html_text::Writer::default();
    writer.read(&well_formed);
    writer.finish()
}

/// Whether a parser would take far too long over it.
fn is_hostile(html: &str) -> bool {
    is_too_deep(html) || attributes::are_too_many(html)
}

fn bounded(html: &str) -> &str {
    &html[..html.floor_char_boundary(MAX_BYTES)]
}

/// Counts elements left open, by name, so that stray end tags of another name do not hide them.
fn is_too_deep(html: &str) -> bool {
    const NOT_COUNTED: [&str; 24] = [
        "br", "hr", "img", "meta", "link", "input", "col", "base", "area", "wbr", "p", "li", "td", "th",
        "tr", "dd", "dt", "option", "tbody", "thead", "html", "head", "body", "!doctype",
    ];
    let mut open: HashMap<String, usize> = HashMap::new();
    let mut total = 0_usize;
    for piece in html.split('<').skip(1) {
        let (closing, piece) = piece
            .strip_prefix('/')
            .map_or((false, piece), |rest| (true, rest));
        let name_end = piece
            .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != ':')
            .unwrap_or(piece.len());
        let name = piece[..name_end.min(32)].to_ascii_lowercase();
        if name.is_empty() || NOT_COUNTED.contains(&name.as_str()) || name.contains(':') {
            continue;
        }
        let count = open.entry(name).or_default();
        match (closing, *count) {
            (true, 0) => {}
            (true, _) => {
                *count -= 1;
                total -= 1;
            }
            (false, _) => {
                *count += 1;
                total += 1;
            }
        }
        if total > MAX_OPEN_ELEMENTS {
            return true;
        }
    }
    false
}

/// The last resort for hostile markup: everything between `<` and `>` goes, nothing is interpreted.
fn strip_tags(html: &str) -> String {
    let mut output = String::new();
    for piece in html.split('<') {
        let text = piece.split_once('>').map_or("", |(_, text)| text);
        if !text.trim().is_empty() {
            output.push_str(text.trim());
            output.push('\n');
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        to_lines(html)
            .into_iter()
            .map(|line| line.text)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn nothing_that_loads_or_runs_is_left() {
        let html = sanitize(
            "<style>a{}</style><script>x()</script><form><input></form><iframe src=http://x></iframe>\
             <img src=http://x/1.png onerror=x()><img src='CID:a@b'><a href='javascript:x()' style='color:red'>l</a>\
             <div style='background:url(http://x)'>t</div><table background=http://x><tr><td>c</td></tr></table>",
        );
        for bad in [
            "http",
            "script",
            "style",
            "form",
            "input",
            "onerror",
            "background",
            "iframe",
        ] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
        assert!(html.contains("src=\"CID:a@b\""), "{html}");
    }

    #[test]
    fn text_keeps_lines_links_lists_and_quotes() {
        assert_eq!(text("<p>a <b>b</b>\n c</p><p>d</p>"), "a b c\n\nd");
        assert_eq!(text("<div>a</div><div>b<br>c</div>"), "a\nb\nc");
        assert_eq!(text("<ul><li>a</li><li>b</li></ul>"), "- a\n- b");
        assert_eq!(text("<a href='https://x.y/z'>here</a>"), "here <https://x.y/z>");
        assert_eq!(text("<a href='https://x.y'>https://x.y</a>"), "https://x.y");
        assert_eq!(text("a<blockquote>b<br>c</blockquote>d"), "a\n> b\n> c\nd");
        assert_eq!(text("<pre>a\n  b</pre>"), "a\n  b");
        assert_eq!(text("1 &lt; 2 &amp;&nbsp;3"), "1 < 2 & 3");
        assert_eq!(text("<head><title>t</title></head>x<!-- c -->"), "x");
    }

    #[test]
    fn hostile_nesting_is_refused_quickly() {
        let html = format!("{}deep", "<div></b>".repeat(200_000));
        let begun = std::time::Instant::now();
        assert!(sanitize(&html).contains("deep"));
        assert_eq!(text(&html), "deep");
        assert!(begun.elapsed().as_secs() < 5);
    }

    #[test]
    fn a_tag_with_a_hundred_thousand_attributes_is_refused_quickly() {
        let attributes: String = (0..100_000).map(|number| format!(" a{number}=b")).collect();
        let begun = std::time::Instant::now();
        let html = format!("<p{attributes}>kept</p>");
        assert!(sanitize(&html).contains("kept"));
        assert_eq!(text(&html), "kept");
        assert!(begun.elapsed().as_secs() < 5);
    }
}

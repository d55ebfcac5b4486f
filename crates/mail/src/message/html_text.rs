//! Well-formed HTML to lines of text. Only reads what the sanitiser writes: balanced, escaped, lower case.

use super::html::Line;

/// Containers in which well-known mail programs put the quoted original.
const QUOTE_MARKS: [&str; 14] = [
    "gmail_quote",
    "yahoo_quoted",
    "protonmail_quote",
    "tutanota_quote",
    "zmail_extra",
    "moz-cite-prefix",
    "OutlookMessageHeader",
    "OLK_SRC_BODY_SECTION",
    "mail-editor-reference-message-container",
    "ms-outlook-mobile-reference-message",
    "isReplyContent",
    "ntes-mailmaster-quote",
    "foxmail_quote",
    "reply-intro",
];
/// Marks after which the rest of the message is the quoted original.
const REST_MARKS: [&str; 3] = ["divRplyFwdMsg", "appendonsend", "stopSpelling"];

const BLOCKS: [&str; 29] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
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
    "li",
    "ol",
    "p",
    "pre",
    "table",
    "tr",
    "ul",
];

/// Collects lines while the tags go by.
#[derive(Default)]
pub(super) struct Writer {
    lines: Vec<Line>,
    current: String,
    /// The elements around the place being read.
    open: Vec<Element>,
    quote_depth: usize,
    container_depth: usize,
    preformatted: usize,
    rest_quoted: bool,
    gap_wanted: bool,
}

struct Element {
    name: String,
    link: Option<(String, usize)>,
    is_container: bool,
}

impl Writer {
    pub fn read(&mut self, html: &str) {
        let mut rest = html;
        while let Some(start) = rest.find('<') {
            self.text(&rest[..start]);
            let tag = &rest[start + 1..];
            let end = tag_end(tag);
            self.tag(&tag[..end]);
            rest = tag.get(end + 1..).unwrap_or_default();
        }
        self.text(rest);
    }

    pub fn finish(mut self) -> Vec<Line> {
        self.break_line();
        let is_blank = |line: &Line| line.text.trim_matches(['>', ' ']).is_empty();
        while self.lines.last().is_some_and(is_blank) {
            self.lines.pop();
        }
        let first = self.lines.iter().position(|line| !is_blank(line)).unwrap_or(0);
        self.lines.split_off(first)
    }

    fn text(&mut self, escaped: &str) {
        if escaped.is_empty() {
            return;
        }
        let text = unescape(escaped);
        if self.preformatted > 0 {
            let mut pieces = text.split('\n');
            self.current.push_str(pieces.next().unwrap_or_default());
            for piece in pieces {
                self.end_line();
                self.current.push_str(piece);
            }
            return;
        }
        for letter in text.chars() {
            if !letter.is_whitespace() {
                self.current.push(letter);
            } else if !self.current.is_empty() && !self.current.ends_with([' ', '\t']) {
                self.current.push(' ');
            }
        }
    }

    fn tag(&mut self, tag: &str) {
        if let Some(name) = tag.strip_prefix('/') {
            return self.close(name.trim());
        }
        let name_end = tag
            .find(|letter: char| letter.is_whitespace() || letter == '/')
            .unwrap_or(tag.len());
        let (name, attributes) = tag.split_at(name_end);
        match name {
            "br" => return self.end_line(),
            "hr" => {
                self.break_line();
                self.note_marks(attributes);
                return;
            }
            "img" => {
                if let Some(alternative) = attribute(attributes, "alt").filter(|text| !text.trim().is_empty())
                {
                    self.text(&format!("[{}]", alternative.trim()));
                }
                return;
            }
            "wbr" | "col" => return,
            "td" | "th" if !self.current.trim().is_empty() => self.current.push('\t'),
            _ => {}
        }
        self.open_element(name, attributes);
    }

    fn open_element(&mut self, name: &str, attributes: &str) {
        if BLOCKS.contains(&name) {
            self.break_line();
            self.gap_wanted |= name == "p" && !self.lines.is_empty() && !attributes.contains("Mso");
        }
        let is_container = self.note_marks(attributes);
        self.container_depth += usize::from(is_container);
        match name {
            "blockquote" => self.quote_depth += 1,
            "pre" => self.preformatted += 1,
            "li" => self.current.push_str("- "),
            _ => {}
        }
        let link = (name == "a").then(|| attribute(attributes, "href")).flatten();
        let link = link
            .filter(|target| target.starts_with("http"))
            .map(|target| (target, self.current.len()));
        self.open.push(Element {
            name: name.to_owned(),
            link,
            is_container,
        });
    }

    fn close(&mut self, name: &str) {
        // The sanitiser balances its output; an end tag without its start would be its error and is passed over.
        if self.open.last().is_none_or(|element| element.name != name) {
            return;
        }
        let Some(element) = self.open.pop() else { return };
        if let Some((target, start)) = element.link {
            let shown = self.current.get(start..).unwrap_or_default().trim();
            if !shown.is_empty() && !target.contains(shown) && !shown.contains(target.trim_end_matches('/')) {
                self.current.push_str(&format!(" <{target}>"));
            }
        }
        if BLOCKS.contains(&name) {
            self.break_line();
            self.gap_wanted |= name == "p" && self.lines.last().is_some_and(|line| !line.text.is_empty());
        }
        match name {
            "blockquote" => self.quote_depth = self.quote_depth.saturating_sub(1),
            "pre" => self.preformatted = self.preformatted.saturating_sub(1),
            _ => {}
        }
        self.container_depth -= usize::from(element.is_container);
    }

    /// Reads id and class; true when the element holds a quoted original.
    fn note_marks(&mut self, attributes: &str) -> bool {
        let marks = [attribute(attributes, "id"), attribute(attributes, "class")];
        let mut words = marks.iter().flatten().flat_map(|value| value.split_whitespace());
        let mut is_container = false;
        for word in words.by_ref() {
            // Outlook on the web copies the names and puts `x_` before them.
            let word = word.trim_start_matches("x_");
            self.rest_quoted |= REST_MARKS.contains(&word);
            is_container |= QUOTE_MARKS.contains(&word);
        }
        is_container
    }

    fn break_line(&mut self) {
        if !self.current.trim().is_empty() {
            self.end_line();
        }
        self.current.clear();
    }

    fn end_line(&mut self) {
        let quoted = self.quote_depth > 0 || self.container_depth > 0 || self.rest_quoted;
        let prefix = if self.quote_depth > 0 {
            format!("{} ", ">".repeat(self.quote_depth.min(20)))
        } else {
            String::new()
        };
        if std::mem::take(&mut self.gap_wanted)
            && self
                .lines
                .last()
                .is_some_and(|line| !line.text.trim_matches(['>', ' ']).is_empty())
        {
            self.lines.push(Line {
                text: prefix.trim_end().to_owned(),
                quoted,
            });
        }
        let text = format!("{prefix}{}", self.current.trim_end());
        self.lines.push(Line {
            text: text.trim_end().to_owned(),
            quoted,
        });
        self.current.clear();
    }
}

/// Where a tag ends; `>` may stand in a quoted attribute value.
fn tag_end(tag: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in tag.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at,
            _ => {}
        }
    }
    tag.len()
}

fn attribute(attributes: &str, name: &str) -> Option<String> {
    let mut rest = attributes;
    loop {
        let (key, behind) = rest.split_once("=\"")?;
        let (value, behind) = behind.split_once('"')?;
        if key.trim() == name {
            return Some(unescape(value));
        }
        rest = behind;
    }
}

fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&nbsp;", "\u{a0}")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

//! The words of a letter as HTML that mail programs show well: paragraphs, quotations, and the house's own links as buttons
//! and words instead of long addresses. Pure.
//!
//! Only a line that ends in an address of ours becomes a link with the line's words: in what people write, an address stays
//! an address, for nobody may lend a foreign one our words. Styles stand on the elements, because mail programs drop sheets.

use mail::letter::html_of;

/// What the answer in our links asks for: those are buttons, the rest are links.
const BUTTONS: [&str; 2] = ["?answer=", "?score="];
const TEXT: &str = "font-family:system-ui,'PingFang SC','Microsoft YaHei',sans-serif;font-size:15px;line-height:1.6;\
                    color:#1c2430;max-width:40em;margin:0 auto;padding:16px";
const BUTTON: &str = "display:inline-block;margin:2px 0;padding:8px 16px;border:1px solid #2257c9;border-radius:6px;\
                      color:#2257c9;text-decoration:none";
const QUOTE: &str = "margin:12px 0;padding-left:12px;border-left:3px solid #c8cfda;color:#5a6474";

/// The whole letter.
pub(super) fn of(text: &str, base_url: &str) -> String {
    let mut html =
        format!("<!doctype html><html><head><meta charset=\"utf-8\"></head><body><div style=\"{TEXT}\">\n");
    let text = text.replace("\r\n", "\n");
    for paragraph in text
        .split("\n\n")
        .map(|paragraph| paragraph.trim_matches('\n'))
        .filter(|paragraph| !paragraph.is_empty())
    {
        html.push_str(&paragraph_of(paragraph, base_url));
    }
    html.push_str("</div></body></html>");
    html
}

fn paragraph_of(paragraph: &str, base_url: &str) -> String {
    let mut html = String::new();
    let mut lines: Vec<String> = Vec::new();
    let mut quoted: Vec<String> = Vec::new();
    for line in paragraph.lines() {
        if let Some(said) = line.strip_prefix('>') {
            quoted.push(plain(said.trim_start()));
            continue;
        }
        lines.push(ours(line, base_url).unwrap_or_else(|| plain(line)));
    }
    if !lines.is_empty() {
        html.push_str(&format!("<p>{}</p>\n", lines.join("<br>\n")));
    }
    if !quoted.is_empty() {
        html.push_str(&format!(
            "<blockquote style=\"{QUOTE}\">{}</blockquote>\n",
            quoted.join("<br>\n")
        ));
    }
    html
}

/// A line that says something and ends in an address of ours, as a link with its words.
fn ours(line: &str, base_url: &str) -> Option<String> {
    let start = line.find(base_url).filter(|_| !base_url.is_empty())?;
    let (words, link) = line.split_at(start);
    let rest = &link[base_url.len()..];
    let is_whole = rest.starts_with('/') && !link.contains(|letter: char| letter.is_whitespace());
    // The last part of the words names the link: "… pictures are welcome. How it stands: LINK".
    let words = words.trim_end().strip_suffix([':', '：'])?.trim();
    if !is_whole || words.is_empty() || words.contains("://") {
        return None;
    }
    let is_button = BUTTONS.iter().any(|mark| rest.contains(mark));
    let cut = words.rfind(['。', '？', '！', '.', '?', '!', '，', ',']);
    let cut = cut.filter(|_| !is_button);
    let (before, name) = match cut {
        Some(cut) => {
            let after = cut + words[cut..].chars().next().map_or(1, char::len_utf8);
            (&words[..after], words[after..].trim())
        }
        None => ("", words),
    };
    if name.is_empty() {
        return None;
    }
    let style = if is_button { BUTTON } else { "color:#2257c9" };
    let joint = if before.is_ascii() && !before.is_empty() {
        " "
    } else {
        ""
    };
    Some(format!(
        "{}{joint}<a href=\"{}\" style=\"{style}\">{}</a>",
        plain(before),
        escape(link),
        escape(name)
    ))
}

/// A line as the mail slice would show it: escaped, with addresses that can be clicked.
fn plain(line: &str) -> String {
    let html = html_of(line);
    let inner = html
        .split_once("<p>")
        .and_then(|(_, rest)| rest.split_once("</p>"))
        .map(|(inner, _)| inner.to_owned());
    inner.unwrap_or_default()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://desk.test";

    #[test]
    fn a_line_that_ends_in_our_address_is_a_link_with_its_words() {
        let html = of(
            "Does it work?\n\nYes, it works: https://desk.test/confirm/a.b?answer=yes\n",
            BASE,
        );
        assert!(
            html.contains(
                "<a href=\"https://desk.test/confirm/a.b?answer=yes\" style=\"display:inline-block"
            ),
            "{html}"
        );
        assert!(
            html.contains("works</a>") && !html.contains("answer=yes</a>"),
            "{html}"
        );
        let chinese = of("随时查看进展：https://desk.test/portal/requests/7", BASE);
        assert!(chinese.contains(">随时查看进展</a>"), "{chinese}");
    }

    #[test]
    fn a_foreign_address_keeps_its_face() {
        for line in [
            "Click here: https://evil.test/x",
            "Click here: https://desk.test.evil.test/x",
            "See https://evil.test or here: https://desk.test/x",
        ] {
            let html = of(line, BASE);
            assert!(
                !html.contains(">Click here</a>") && !html.contains(">or here</a>"),
                "{html}"
            );
        }
    }

    #[test]
    fn markup_in_words_is_words_and_quotations_are_set_apart() {
        let html = of("<b>Hi</b> & bye\n\nAnn wrote:\n> 1 < 2\n> yes", BASE);
        assert!(html.contains("&lt;b&gt;Hi&lt;/b&gt; &amp; bye"), "{html}");
        assert!(html.contains("1 &lt; 2<br>\nyes</blockquote>"), "{html}");
        assert!(!html.contains("<b>"));
    }
}

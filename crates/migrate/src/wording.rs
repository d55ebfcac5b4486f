//! The words of an article: HTML is cleaned as that of a mail is and turned into lines of text for reading and searching.
//!
//! It goes through the reading of mail itself, so that there is one way and one set of rules for HTML from outside.

use data_encoding::BASE64_MIME;
use mail::message::Message;

use crate::record::Text;

/// Text, and the HTML that may be shown in its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    pub text: String,
    pub html: Option<String>,
}

/// Reads what was written.
#[must_use]
pub fn read(text: &Text) -> Words {
    match text {
        Text::Plain(text) => Words {
            text: plain(text),
            html: None,
        },
        Text::Html(html) => of_html(html),
    }
}

fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\0', "").trim().to_owned()
}

fn of_html(html: &str) -> Words {
    if html.trim().is_empty() {
        return Words::default();
    }
    let raw = format!(
        "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        BASE64_MIME.encode(html.as_bytes())
    );
    match Message::parse(raw.as_bytes()) {
        Ok(message) => Words {
            text: plain(&message.text),
            html: message.html.filter(|html| !html.trim().is_empty()),
        },
        Err(_) => Words::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_cleaned_and_its_text_kept_in_lines() {
        let html = "<p>Guten Tag 你好</p><script>steal()</script><img src=\"https://evil.example/x.gif\">\
                    <ul><li onclick=\"x()\">one</li></ul>";
        let words = read(&Text::Html(html.to_owned()));
        assert!(words.text.starts_with("Guten Tag 你好"), "{words:?}");
        assert!(
            words.text.contains("one") && !words.text.contains("steal"),
            "{words:?}"
        );
        let html = words.html.unwrap();
        assert!(
            html.contains("<p>Guten Tag 你好</p>") && html.contains("<li>one</li>"),
            "{html}"
        );
        assert!(
            !html.contains("evil") && !html.contains("onclick") && !html.contains("steal"),
            "{html}"
        );
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        let words = read(&Text::Plain("a < b\r\n  & c\n\n".to_owned()));
        assert_eq!(words.text, "a < b\n  & c");
        assert_eq!(words.html, None);
        assert_eq!(read(&Text::Html("  ".to_owned())), Words::default());
    }
}

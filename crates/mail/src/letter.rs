//! What a slice hands over to be sent: the words of a letter and where it belongs.
//!
//! A letter is data. Writing it into MIME is [`crate::message::compose`]'s, sending it is [`crate::outbound`]'s, and
//! choosing the words is the slice's that sends it.

use serde::{Deserialize, Serialize};

use crate::mailbox::MailboxId;
use crate::message::Address;

/// The mailbox a letter goes out by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sender {
    /// This one.
    Mailbox(MailboxId),
    /// The first that serves this purpose (`desk`); when there is none, the first that can send at all.
    Purpose(String),
}

/// Whether a letter was written by a person or a machine (RFC 3834).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutoSubmitted {
    /// A person wrote it.
    No,
    /// The house wrote it on its own: a notice, a reminder.
    Generated,
    /// The house answered a mail.
    Replied,
}

/// A file that goes with a letter; its bytes lie in the file store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterFile {
    /// Its hash in the file store.
    pub hash: String,
    /// The name the reader sees.
    pub name: String,
    /// `image/png`
    pub media_type: String,
    /// With a content id the HTML can show it in its place.
    #[serde(default)]
    pub content_id: Option<String>,
}

/// A letter to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// By which mailbox.
    pub from: Sender,
    /// To whom.
    pub to: Vec<Address>,
    /// Who gets a copy.
    pub cc: Vec<Address>,
    /// Where answers go, when not to the mailbox's address.
    pub reply_to: Option<Address>,
    /// The subject.
    pub subject: String,
    /// The words.
    pub text: String,
    /// The same words as HTML; made from the text when missing, see [`html_of`].
    pub html: Option<String>,
    /// Files.
    pub files: Vec<LetterFile>,
    /// Its Message-ID without brackets; made when missing.
    pub message_id: Option<String>,
    /// The message it answers, without brackets.
    pub in_reply_to: Option<String>,
    /// The thread, oldest first, without brackets.
    pub references: Vec<String>,
    /// Who wrote it.
    pub auto_submitted: AutoSubmitted,
    /// The thing it is about (`ticket:1042`); its events have this subject. May be empty.
    pub about: String,
    /// Two letters with the same key are one letter: only the first is sent.
    pub key: String,
}

impl Letter {
    /// A letter that the house writes on its own, by a mailbox of this purpose.
    pub fn new(
        purpose: &str,
        to: Address,
        subject: impl Into<String>,
        text: impl Into<String>,
        about: impl Into<String>,
        key: impl Into<String>,
    ) -> Self {
        Self {
            from: Sender::Purpose(purpose.to_owned()),
            to: vec![to],
            cc: Vec::new(),
            reply_to: None,
            subject: subject.into(),
            text: text.into(),
            html: None,
            files: Vec::new(),
            message_id: None,
            in_reply_to: None,
            references: Vec::new(),
            auto_submitted: AutoSubmitted::Generated,
            about: about.into(),
            key: key.into(),
        }
    }

    /// Everybody it goes to, each once.
    pub fn recipients(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for address in self.to.iter().chain(&self.cc) {
            if address.is_mailbox()
                && !found
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(&address.email))
            {
                found.push(address.email.clone());
            }
        }
        found
    }
}

/// The same words as simple HTML: paragraphs, line breaks, and links that can be clicked. Nothing else is markup.
pub fn html_of(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 256);
    html.push_str("<!doctype html><html><head><meta charset=\"utf-8\"></head><body>");
    let text = text.replace("\r\n", "\n");
    for paragraph in text
        .split("\n\n")
        .map(|paragraph| paragraph.trim_matches('\n'))
        .filter(|text| !text.is_empty())
    {
        let lines: Vec<String> = paragraph.lines().map(line_as_html).collect();
        html.push_str("<p>");
        html.push_str(&lines.join("<br>\n"));
        html.push_str("</p>\n");
    }
    html.push_str("</body></html>");
    html
}

fn line_as_html(line: &str) -> String {
    let mut html = String::with_capacity(line.len() + 16);
    let mut rest = line;
    while let Some(start) = next_link(rest) {
        html.push_str(&escape(&rest[..start]));
        let link = &rest[start..];
        // Full-width punctuation ends an address in Chinese text, where no space follows it.
        let end =
            link.find(|letter: char| letter.is_whitespace() || "<>\"，。；：！？）】」》、".contains(letter));
        let link =
            link[..end.unwrap_or(link.len())].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']);
        html.push_str(&format!("<a href=\"{0}\">{0}</a>", escape(link)));
        rest = &rest[start + link.len()..];
    }
    html.push_str(&escape(rest));
    html
}

fn next_link(text: &str) -> Option<usize> {
    let places = ["https://", "http://"]
        .into_iter()
        .filter_map(|scheme| text.find(scheme));
    places.min()
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

    #[test]
    fn words_become_paragraphs_and_links_and_nothing_else() {
        let html = html_of("Hi <b>Li</b>,\nsee https://help.example/t/7?a=1&b=2.\r\n\r\nBye");
        assert!(html.contains("<p>Hi &lt;b&gt;Li&lt;/b&gt;,<br>\n"), "{html}");
        let link =
            "<a href=\"https://help.example/t/7?a=1&amp;b=2\">https://help.example/t/7?a=1&amp;b=2</a>.</p>";
        assert!(html.contains(link), "{html}");
        assert!(html.contains("<p>Bye</p>"));
    }

    #[test]
    fn a_link_in_chinese_text_ends_at_its_punctuation() {
        let html = html_of("请打开 https://help.example/v/abc，谢谢");
        assert!(html.contains(">https://help.example/v/abc</a>，谢谢"), "{html}");
    }

    #[test]
    fn a_person_named_twice_gets_one_letter() {
        let address = |email: &str| Address {
            name: None,
            email: email.to_owned(),
        };
        let mut letter = Letter::new("desk", address("li@example.com"), "s", "t", "", "k");
        letter.cc = vec![
            address("LI@example.com"),
            address("wang@example.com"),
            address("no-mailbox"),
        ];
        assert_eq!(letter.recipients(), ["li@example.com", "wang@example.com"]);
    }
}

//! What the reader is told once: a toast on the next page, or at once when a script asked.
//!
//! Across a redirect the words travel in a short-lived cookie. It is not signed: it is shown as text, and nobody but
//! this host can set it where it matters (`__Host-` prefix).

use axum::http::HeaderValue;
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use crate::cookie::{self, Transport};
use crate::page::Page;

/// The colour and sign of a toast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Good to know.
    Info,
    /// It was done.
    Success,
    /// It was done, but.
    Warning,
    /// It was not done.
    Danger,
}

impl Tone {
    /// The word in class names and in the script's data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }
}

/// One toast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// Its colour.
    pub tone: Tone,
    /// Its words.
    pub text: String,
}

/// Cookies are small; longer words are cut.
const LETTERS_AT_MOST: usize = 300;
const SECONDS: i64 = 60;

impl Flash {
    pub(crate) fn from_cookie(value: &str) -> Option<Self> {
        serde_json::from_slice(&BASE64URL_NOPAD.decode(value.as_bytes()).ok()?).ok()
    }

    fn to_cookie(&self, transport: Transport) -> Option<HeaderValue> {
        let json = serde_json::to_vec(self).ok()?;
        transport.write(cookie::FLASH, &BASE64URL_NOPAD.encode(&json), Some(SECONDS))
    }
}

/// Adds a toast to an answer: on this page when a script asked, else on the page the browser goes to next.
#[must_use]
pub fn with_toast(mut response: Response, page: &Page, tone: Tone, text: &str) -> Response {
    if page.scripted {
        response
            .headers_mut()
            .insert("hx-trigger", toast_header(tone, text));
        return response;
    }
    let flash = Flash {
        tone,
        text: text.chars().take(LETTERS_AT_MOST).collect(),
    };
    if let Some(value) = flash.to_cookie(page.transport) {
        response
            .headers_mut()
            .append(axum::http::header::SET_COOKIE, value);
    }
    response
}

/// `HX-Trigger` with a toast. Headers are ASCII, so other letters are written as `\uXXXX`.
pub(crate) fn toast_header(tone: Tone, text: &str) -> HeaderValue {
    let json = serde_json::json!({ "toast": { "kind": tone.as_str(), "message": text } }).to_string();
    HeaderValue::from_str(&ascii_json(&json)).unwrap_or_else(|_| HeaderValue::from_static("{}"))
}

fn ascii_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            let mut units = [0_u16; 2];
            for unit in letter.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_toast_travels_in_an_ascii_header() {
        let value = toast_header(Tone::Success, "已保存 🖨");
        let text = value.to_str().unwrap();
        assert!(text.is_ascii());
        let parsed: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(parsed["toast"]["message"], "已保存 🖨");
        assert_eq!(parsed["toast"]["kind"], "success");
    }

    #[test]
    fn a_flash_survives_its_cookie() {
        let flash = Flash {
            tone: Tone::Warning,
            text: "密码将过期".to_owned(),
        };
        let cookie = flash.to_cookie(Transport::Plain).unwrap();
        let value = cookie
            .to_str()
            .unwrap()
            .split(['=', ';'])
            .nth(1)
            .unwrap()
            .to_owned();
        assert_eq!(Flash::from_cookie(&value), Some(flash));
        assert_eq!(Flash::from_cookie("not a flash"), None);
    }
}

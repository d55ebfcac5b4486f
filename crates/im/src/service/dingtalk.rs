//! DingTalk: the robot of an organisation's own app, messages received over HTTP and sent one to one.
//!
//! After DingTalk's open platform documentation: "Robot receives messages" (headers `timestamp` and `sign`: Base64 of HMAC-SHA256
//! of `timestamp \n appSecret` under the appSecret), "Send one-to-one messages in batches" (`oToMessages/batchSend`), "Types of
//! messages sent by robots" (`sampleText`, `sampleActionCard`, `sampleActionCard2`), "Get the access token of an app". DingTalk's signature does not
//! cover the body, so each signature counts once. Its cards have links instead of buttons that call back.

use data_encoding::BASE64;
use kernel::cx::Cx;
use kernel::error::Result;
use kernel::outgoing::Answer;
use kernel::time::Timestamp;
use serde_json::json;

use super::{
    Draft, Field, Heard, Letter, Refusal, Reply, Request, Said, Service, Settings, Taken, Token, Told, Word,
    fresh, json, json_of, text_of,
};
use crate::crypto;

/// DingTalk.
pub struct DingTalk;

const FIELDS: &[Field] = &[
    Field::text("app_key"),
    Field::secret("app_secret"),
    Field::text("robot_code"),
    Field::address("api", "https://api.dingtalk.com"),
];

impl Service for DingTalk {
    fn name(&self) -> &'static str {
        "dingtalk"
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn hear(
        &self,
        settings: &Settings,
        request: &Request,
        now: Timestamp,
    ) -> std::result::Result<Word, Refusal> {
        let (stamp, sign) = (request.header("timestamp"), request.header("sign"));
        if sign.is_empty() {
            return Err(Refusal::Unsigned);
        }
        if !crypto::same(&expected(settings, stamp).ok_or(Refusal::Forged)?, sign) {
            return Err(Refusal::Forged);
        }
        fresh(stamp.parse::<i64>().ok().map(|millis| millis / 1_000), now)?;
        let body = json(&request.body)?;
        // Somebody outside of the organisation has no staff id, and cannot be written to.
        let Some(who) = body["senderStaffId"].as_str().filter(|who| !who.is_empty()) else {
            return Ok(Word::Nothing);
        };
        let text = match body["msgtype"].as_str() {
            Some("text") => body["text"]["content"].as_str().unwrap_or_default(),
            _ => "",
        };
        Ok(Word::Heard(Heard {
            marks: vec![sign.to_owned(), text_of(&body["msgId"])?],
            who: who.to_owned(),
            email: None,
            said: Said::Text(text.trim().to_owned()),
            card: None,
        }))
    }

    fn reply(
        &self,
        _settings: &Settings,
        _cx: &Cx,
        _heard: &Heard,
        _outcome: Option<&super::Outcome>,
    ) -> Result<Reply> {
        Ok(Reply::json(&json!({})))
    }

    fn write(&self, settings: &Settings, _cx: &Cx, letter: &Letter<'_>) -> Result<Draft> {
        let (key, content) = content(letter.told);
        let body = json!({
            "robotCode": settings.get("robot_code"), "userIds": [letter.to], "msgKey": key,
            "msgParam": content.to_string(),
        });
        let url = settings.address("/v1.0/robot/oToMessages/batchSend");
        Ok(Draft::json(url, &body).with("x-acs-dingtalk-access-token", letter.token))
    }

    fn taken(&self, answer: &Answer) -> Taken {
        let body = json_of(answer);
        if answer.status == 401 || body["code"] == "InvalidAuthentication" {
            return Taken::TokenSpent;
        }
        let none = |name: &str| body[name].as_array().is_none_or(Vec::is_empty);
        let reached = none("invalidStaffIdList") && none("flowControlledStaffIdList");
        Taken::when(answer.status == 200 && reached)
    }

    fn ask_token(&self, settings: &Settings) -> Option<Draft> {
        let body = json!({ "appKey": settings.get("app_key"), "appSecret": settings.get("app_secret") });
        Some(Draft::json(settings.address("/v1.0/oauth2/accessToken"), &body))
    }

    fn read_token(&self, answer: &Answer) -> Option<Token> {
        let body = json_of(answer);
        Some(Token {
            value: body["accessToken"].as_str()?.to_owned(),
            seconds: body["expireIn"].as_i64()?,
        })
    }
}

fn expected(settings: &Settings, stamp: &str) -> Option<String> {
    let secret = settings.get("app_secret");
    let mac = crypto::hmac_sha256(secret.as_bytes(), format!("{stamp}\n{secret}").as_bytes());
    Some(BASE64.encode(&mac.ok()?))
}

fn content(told: &Told) -> (&'static str, serde_json::Value) {
    match (&told.question, &told.link) {
        (Some(question), _) => (
            "sampleActionCard2",
            json!({
                "title": told.title, "text": markdown(told),
                "actionTitle1": question.yes, "actionURL1": question.yes_url,
                "actionTitle2": question.no, "actionURL2": question.no_url,
            }),
        ),
        (None, Some(link)) if !told.title.is_empty() => (
            "sampleActionCard",
            json!({
                "title": told.title, "text": markdown(told), "singleTitle": link.label, "singleURL": link.url,
            }),
        ),
        _ => ("sampleText", json!({ "content": told.as_text() })),
    }
}

/// Title and words of a card are read as Markdown there: what people wrote is to be seen as they wrote it.
fn markdown(told: &Told) -> String {
    let title = told.title.replace('\n', " ");
    format!("### {}\n\n{}", escaped(&title), escaped(&told.text))
}

fn escaped(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '#' | '[' | ']' | '<' | '>' | '!' | '|' | '~' => {
                plain.extend(['\\', letter])
            }
            '\n' => plain.push_str("  \n"),
            _ => plain.push(letter),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum was computed with `openssl dgst -sha256 -hmac` over the timestamp of the documentation's example, a newline, and the secret.
    #[test]
    fn the_sign_is_the_sum_of_timestamp_and_secret() {
        let settings = Settings([("app_secret".to_owned(), "this is a secret".to_owned())].into());
        assert_eq!(
            expected(&settings, "1577262236757").as_deref(),
            Some("DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA=")
        );
    }

    #[test]
    fn a_question_is_two_links_and_words_stay_words() {
        let told = Told {
            title: "#7 [sign in](https://evil.example)".to_owned(),
            question: Some(super::super::Question {
                id: "7-x".to_owned(),
                yes: "Solved".to_owned(),
                no: "Not solved".to_owned(),
                yes_url: "https://desk.test/confirm/t?answer=yes".to_owned(),
                no_url: "https://desk.test/confirm/t?answer=no".to_owned(),
            }),
            ..Told::words("a *b* [c](https://evil.example)")
        };
        let (key, content) = content(&told);
        assert!(
            content["text"]
                .as_str()
                .unwrap()
                .starts_with(r"### \#7 \[sign in\](https://evil.example)"),
            "{content}"
        );
        assert_eq!(key, "sampleActionCard2");
        assert_eq!(content["actionURL2"], "https://desk.test/confirm/t?answer=no");
        let text = content["text"].as_str().unwrap();
        assert!(text.ends_with(r"a \*b\* \[c\](https://evil.example)"), "{text}");
        assert_eq!(super::content(&Told::words("hello")).0, "sampleText");
    }
}

//! Feishu (and Lark): a custom app with event and card callbacks to a request address, and `im/v1/messages`.
//!
//! After the Feishu open platform's documentation: "Receive events" (`X-Lark-Signature`: SHA-256 of timestamp, nonce, Encrypt Key,
//! body; Encrypt Key: AES-256-CBC under its SHA-256, the first 16 bytes are the vector), "Send events to developers' server"
//! (`url_verification`), `im.message.receive_v1`, "Card interaction callback" (`card.action.trigger`), "Send message", "Get
//! custom app's tenant_access_token". An Encrypt Key is required here: without one Feishu signs nothing.

use kernel::cx::Cx;
use kernel::error::Result;
use kernel::outgoing::Answer;
use kernel::time::Timestamp;
use serde_json::{Value, json};

use super::{
    Draft, Field, Heard, Letter, Outcome, Refusal, Reply, Request, Said, Service, Settings, Taken, Token,
    Told, Word, fresh, json, json_of, text_of,
};
use crate::crypto;

/// Feishu.
pub struct Feishu;

const FIELDS: &[Field] = &[
    Field::text("app_id"),
    Field::secret("app_secret"),
    Field::secret("encrypt_key"),
    Field::secret("verification_token"),
    Field::address("api", "https://open.feishu.cn"),
];
/// "Invalid access token", "expired", "missing".
const TOKEN_SPENT: [i64; 4] = [99_991_661, 99_991_663, 99_991_668, 99_991_671];

impl Service for Feishu {
    fn name(&self) -> &'static str {
        "feishu"
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
        // What cannot be read has proved nothing.
        let outer = json(&request.body).map_err(|_| Refusal::Unsigned)?;
        let sealed = outer["encrypt"].as_str().ok_or(Refusal::Unsigned)?;
        let signature = request.header("x-lark-signature");
        if !signature.is_empty() && !crypto::same(&expected(settings, request), signature) {
            return Err(Refusal::Forged);
        }
        let inner = opened(settings.get("encrypt_key"), sealed).ok_or(Refusal::Forged)?;
        let inner = json(&inner).map_err(|unreadable| match signature {
            "" => Refusal::Unsigned,
            _ => unreadable,
        })?;
        let is_handshake = inner["type"] == "url_verification";
        let token = if is_handshake {
            &inner["token"]
        } else {
            &inner["header"]["token"]
        };
        if !crypto::same(
            token.as_str().unwrap_or_default(),
            settings.get("verification_token"),
        ) {
            return Err(Refusal::Forged);
        }
        // Only the handshake, which changes nothing, may come without a signature: it is sealed and knows the token.
        if is_handshake {
            return Ok(Word::Handshake(Reply::json(
                &json!({ "challenge": text_of(&inner["challenge"])? }),
            )));
        }
        if signature.is_empty() {
            return Err(Refusal::Unsigned);
        }
        fresh(seconds(request.header("x-lark-request-timestamp")), now)?;
        heard(&inner, signature)
    }

    /// A pressed button is answered at once: a word over the card, and the card without its buttons once nothing is left to be asked.
    fn reply(
        &self,
        _settings: &Settings,
        _cx: &Cx,
        _heard: &Heard,
        outcome: Option<&Outcome>,
    ) -> Result<Reply> {
        let Some(outcome) = outcome else {
            return Ok(Reply::json(&json!({})));
        };
        let tone = if outcome.is_good { "success" } else { "warning" };
        let mut reply = json!({ "toast": { "type": tone, "content": outcome.words } });
        if outcome.is_settled {
            reply["card"] = json!({ "type": "raw", "data": card(&Told::words(outcome.words.clone())) });
        }
        Ok(Reply::json(&reply))
    }

    fn shows_outcome(&self) -> bool {
        true
    }

    fn write(&self, settings: &Settings, _cx: &Cx, letter: &Letter<'_>) -> Result<Draft> {
        let told = letter.told;
        let (kind, content) = if told.title.is_empty() {
            ("text", json!({ "text": told.as_text() }))
        } else {
            ("interactive", card(told))
        };
        // Within an hour Feishu sends a `uuid` once only.
        let body = json!({
            "receive_id": letter.to, "msg_type": kind, "content": content.to_string(), "uuid": letter.id,
        });
        let url = settings.address("/open-apis/im/v1/messages?receive_id_type=open_id");
        Ok(Draft::json(url, &body).with("authorization", format!("Bearer {}", letter.token)))
    }

    fn taken(&self, answer: &Answer) -> Taken {
        match json_of(answer)["code"].as_i64() {
            Some(0) => Taken::when(answer.status == 200),
            Some(code) if TOKEN_SPENT.contains(&code) => Taken::TokenSpent,
            _ => Taken::No,
        }
    }

    fn ask_token(&self, settings: &Settings) -> Option<Draft> {
        let body = json!({ "app_id": settings.get("app_id"), "app_secret": settings.get("app_secret") });
        let url = settings.address("/open-apis/auth/v3/tenant_access_token/internal");
        Some(Draft::json(url, &body))
    }

    fn read_token(&self, answer: &Answer) -> Option<Token> {
        let body = json_of(answer);
        (body["code"] == 0).then_some(())?;
        Some(Token {
            value: body["tenant_access_token"].as_str()?.to_owned(),
            seconds: body["expire"].as_i64()?,
        })
    }
}

/// The signature that belongs to a request.
fn expected(settings: &Settings, request: &Request) -> String {
    crypto::sha256_hex(&[
        request.header("x-lark-request-timestamp").as_bytes(),
        request.header("x-lark-request-nonce").as_bytes(),
        settings.get("encrypt_key").as_bytes(),
        &request.body,
    ])
}

fn opened(key: &str, sealed: &str) -> Option<Vec<u8>> {
    let bytes = crypto::from_base64(sealed)?;
    let (vector, rest) = bytes.split_first_chunk::<16>()?;
    crypto::open_cbc(&crypto::sha256(&[key.as_bytes()]), vector, rest, 16)
}

/// A number of seconds, or of milliseconds.
fn seconds(stamp: &str) -> Option<i64> {
    let number: i64 = stamp.parse().ok()?;
    Some(if number > 100_000_000_000 {
        number / 1_000
    } else {
        number
    })
}

fn heard(inner: &Value, signature: &str) -> std::result::Result<Word, Refusal> {
    let (header, event) = (&inner["header"], &inner["event"]);
    let marks = vec![signature.to_owned(), text_of(&header["event_id"])?];
    match header["event_type"].as_str() {
        Some("im.message.receive_v1") if event["sender"]["sender_type"] == "user" => Ok(Word::Heard(Heard {
            marks,
            who: text_of(&event["sender"]["sender_id"]["open_id"])?,
            email: None,
            said: Said::Text(words(&event["message"])),
            card: None,
        })),
        Some("card.action.trigger") => {
            let value = &event["action"]["value"];
            let (Some(question), Some(answer)) = (value["question"].as_str(), value["answer"].as_str())
            else {
                return Ok(Word::Nothing);
            };
            Ok(Word::Heard(Heard {
                marks,
                who: text_of(&event["operator"]["open_id"])?,
                email: None,
                said: Said::Pressed {
                    question: question.to_owned(),
                    accepted: answer == "yes",
                },
                card: None,
            }))
        }
        _ => Ok(Word::Nothing),
    }
}

/// The words of a message, without the keys that stand for mentions; empty for anything but text.
fn words(message: &Value) -> String {
    let content = message["content"].as_str().unwrap_or_default();
    let content: Value = serde_json::from_str(content).unwrap_or_default();
    let mut text = match message["message_type"].as_str() {
        Some("text") => content["text"].as_str().unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    for mention in message["mentions"].as_array().into_iter().flatten() {
        if let Some(key) = mention["key"].as_str().filter(|key| !key.is_empty()) {
            text = text.replace(key, "");
        }
    }
    text.trim().to_owned()
}

/// A card in the form of "card JSON 1.0", which every client shows.
fn card(told: &Told) -> Value {
    let plain = |text: &str| json!({ "tag": "plain_text", "content": text });
    let mut elements = Vec::new();
    if !told.text.is_empty() {
        elements.push(json!({ "tag": "div", "text": plain(&told.text) }));
    }
    let mut actions = Vec::new();
    if let Some(question) = &told.question {
        for (answer, words, kind) in [("yes", &question.yes, "primary"), ("no", &question.no, "danger")] {
            let value = json!({ "question": question.id, "answer": answer });
            actions.push(json!({ "tag": "button", "text": plain(words), "type": kind, "value": value }));
        }
    }
    if let Some(link) = &told.link {
        actions
            .push(json!({ "tag": "button", "text": plain(&link.label), "type": "default", "url": link.url }));
    }
    if !actions.is_empty() {
        elements.push(json!({ "tag": "action", "actions": actions }));
    }
    let mut card = json!({ "config": { "wide_screen_mode": true }, "elements": elements });
    if !told.title.is_empty() {
        let colour = if told.question.is_some() { "green" } else { "blue" };
        card["header"] = json!({ "title": plain(&told.title), "template": colour });
    }
    card
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of "Encrypt Key" in Feishu's documentation.
    #[test]
    fn the_documented_example_opens() {
        let sealed = "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=";
        assert_eq!(opened("test key", sealed).as_deref(), Some(&b"hello world"[..]));
        assert_eq!(opened("other key", sealed), None);
        assert_eq!(opened("test key", "AAAA"), None);
    }

    /// The sum was computed with `sha256sum` over timestamp, nonce, key, and body one after another.
    #[test]
    fn the_signature_is_the_sum_of_timestamp_nonce_key_and_body() {
        let settings = Settings([("encrypt_key".to_owned(), "test key".to_owned())].into());
        let request = Request {
            headers: [
                ("x-lark-request-timestamp".to_owned(), "1772445600".to_owned()),
                ("x-lark-request-nonce".to_owned(), "n0nce".to_owned()),
            ]
            .into(),
            body: r#"{"encrypt":"x"}"#.into(),
            ..Request::default()
        };
        assert_eq!(
            expected(&settings, &request),
            "45f7da7841717ca60984ff7a9e27669b3eb6a3b4dfbda6a841ea3f6a3cfc35b1"
        );
    }

    #[test]
    fn mentions_are_no_words() {
        let message = json!({
            "message_type": "text", "content": "{\"text\":\"@_user_1 打印机坏了\"}", "mentions": [{ "key": "@_user_1" }],
        });
        assert_eq!(words(&message), "打印机坏了");
        assert_eq!(words(&json!({ "message_type": "image", "content": "{}" })), "");
    }
}

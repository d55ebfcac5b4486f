//! A plain webhook: a program of one's own that carries messages both ways, signed as Standard Webhooks lays it out.
//!
//! `webhook-signature` is `v1,` and Base64 of HMAC-SHA256 of `id.timestamp.body`, in both directions under the same secret
//! (`whsec_…`). The program vouches for the people it names; a mail address it gives is believed. docs/chat-channels.md shows
//! the messages.

use data_encoding::BASE64;
use kernel::cx::Cx;
use kernel::error::{Error, Result};
use kernel::time::Timestamp;
use serde_json::json;

use super::{
    Draft, Field, FieldKind, Heard, Letter, Refusal, Request, Said, Service, Settings, Word, fresh, json,
    text_of,
};
use crate::crypto;

/// A plain webhook.
pub struct Plain;

const FIELDS: &[Field] = &[
    Field {
        name: "url",
        kind: FieldKind::Address,
        default: "",
    },
    Field::secret("secret"),
];
const PREFIX: &str = "whsec_";

impl Service for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn malformed(&self, settings: &Settings) -> Vec<&'static str> {
        let secret = settings.get("secret");
        let is_wrong = !secret.is_empty() && key(secret).is_none();
        if is_wrong { vec!["secret"] } else { Vec::new() }
    }

    fn hear(
        &self,
        settings: &Settings,
        request: &Request,
        now: Timestamp,
    ) -> std::result::Result<Word, Refusal> {
        let id = request.header("webhook-id");
        let stamp = request.header("webhook-timestamp");
        let given = request.header("webhook-signature");
        if given.is_empty() || id.is_empty() {
            return Err(Refusal::Unsigned);
        }
        let body = std::str::from_utf8(&request.body).map_err(|_| Refusal::Forged)?;
        let expected = signature(settings.get("secret"), id, stamp, body).map_err(|_| Refusal::Forged)?;
        // While a secret is exchanged there may be several, with gaps between.
        let mut holds = false;
        for one in given.split(' ') {
            holds |= crypto::same(one, &expected);
        }
        if !holds {
            return Err(Refusal::Forged);
        }
        fresh(stamp.parse().ok(), now)?;
        let body = json(&request.body)?;
        let said = match body["type"].as_str() {
            Some("message") => Said::Text(body["text"].as_str().unwrap_or_default().trim().to_owned()),
            Some("answer") => Said::Pressed {
                question: text_of(&body["question"])?,
                accepted: body["accepted"].as_bool().ok_or(Refusal::Malformed)?,
            },
            _ => return Ok(Word::Nothing),
        };
        Ok(Word::Heard(Heard {
            marks: vec![expected, id.to_owned()],
            who: text_of(&body["from"]["id"])?,
            email: body["from"]["email"].as_str().map(str::to_owned),
            said,
            card: None,
        }))
    }

    fn write(&self, settings: &Settings, cx: &Cx, letter: &Letter<'_>) -> Result<Draft> {
        let told = letter.told;
        let data = json!({
            "to": letter.to, "title": told.title, "text": told.text, "link": told.link, "question": told.question,
        });
        let body = json!({ "type": "im.message", "timestamp": cx.now(), "data": data });
        let (id, stamp) = (format!("msg_{}", letter.id), cx.now().secs().to_string());
        let draft = Draft::json(settings.get("url").to_owned(), &body);
        let signed = signature(settings.get("secret"), &id, &stamp, &draft.body)?;
        Ok(draft
            .with("webhook-id", id)
            .with("webhook-timestamp", stamp)
            .with("webhook-signature", signed))
    }
}

/// The bytes behind `whsec_`: 24 to 64, as the specification asks.
fn key(secret: &str) -> Option<Vec<u8>> {
    let key = crypto::from_base64(secret.strip_prefix(PREFIX)?)?;
    (24..=64).contains(&key.len()).then_some(key)
}

fn signature(secret: &str, id: &str, stamp: &str, body: &str) -> Result<String> {
    let key = key(secret).ok_or_else(|| Error::internal("the secret of a plain channel is damaged"))?;
    let mac = crypto::hmac_sha256(&key, format!("{id}.{stamp}.{body}").as_bytes())?;
    Ok(format!("v1,{}", BASE64.encode(&mac)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn a_message_is_signed_as_the_reference_libraries_do_it() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let signed = signature(
            secret,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            "{\"test\": 2432232314}",
        );
        assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_has_its_form() {
        let wrong = |secret: &str| {
            let settings = Settings([("secret".to_owned(), secret.to_owned())].into());
            Plain.malformed(&settings)
        };
        assert!(wrong("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").is_empty());
        assert!(wrong("").is_empty(), "that it is missing is said elsewhere");
        for bad in ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_short", "whsec_AAAA"] {
            assert_eq!(wrong(bad), ["secret"], "{bad}");
        }
    }
}

//! Slack: a custom app with the Events API, interactivity, and `chat.postMessage`.
//!
//! After Slack's developer documentation: "Verifying requests from Slack" (`X-Slack-Signature`, `v0`), "The Events API"
//! (`url_verification`, `event_callback`), "block_actions payload", "Formatting message text" (escapes), `chat.postMessage` (a
//! person's id as channel is the direct message), `users.info`. Words in channels are answered in the direct
//! message, because a ticket is nobody else's business.

use data_encoding::HEXLOWER;
use kernel::cx::Cx;
use kernel::error::Result;
use kernel::outgoing::Answer;
use kernel::time::Timestamp;
use serde_json::{Value, json};

use super::{
    Draft, Field, Heard, Letter, Refusal, Reply, Request, Said, Service, Settings, Taken, Told, Word, fresh,
    json, json_of, text_of,
};
use crate::crypto;

/// Slack.
pub struct Slack;

const FIELDS: &[Field] = &[
    Field::secret("signing_secret"),
    Field::secret("bot_token"),
    Field::flag("trust_email"),
    Field::address("api", "https://slack.com"),
];
/// Errors of the web interface that pass, although their status is 200.
const PASSING: [&str; 5] = [
    "ratelimited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
];
/// Slack cuts a section off behind so many letters.
const SECTION_MOST: usize = 3_000;

impl Service for Slack {
    fn name(&self) -> &'static str {
        "slack"
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
        let signature = proven(settings, request, now)?;
        let is_form = request
            .header("content-type")
            .starts_with("application/x-www-form-urlencoded");
        if is_form {
            let pairs = web::urlencoded::parse(&request.body);
            let payload = pairs.iter().find(|(name, _)| name == "payload");
            let payload = payload.ok_or(Refusal::Malformed)?;
            return pressed(&json(payload.1.as_bytes())?, signature);
        }
        let body = json(&request.body)?;
        match body["type"].as_str() {
            Some("url_verification") => Ok(Word::Handshake(Reply::text(text_of(&body["challenge"])?))),
            Some("event_callback") => said(&body, signature),
            _ => Ok(Word::Nothing),
        }
    }

    fn write(&self, settings: &Settings, _cx: &Cx, letter: &Letter<'_>) -> Result<Draft> {
        let told = letter.told;
        if let Some(url) = &told.instead_of {
            let body = json!({ "replace_original": true, "text": escaped(&told.as_text()) });
            return Ok(Draft::json(url.clone(), &body));
        }
        let mut body =
            json!({ "channel": letter.to, "text": escaped(&told.as_text()), "unfurl_links": false });
        if !told.title.is_empty() {
            body["blocks"] = blocks(told);
        }
        let bearer = format!("Bearer {}", settings.get("bot_token"));
        Ok(Draft::json(settings.address("/api/chat.postMessage"), &body).with("authorization", bearer))
    }

    /// The web interface answers 200 with `ok`; a card's own address answers with the word "ok".
    fn taken(&self, answer: &Answer) -> Taken {
        let is_ok = json_of(answer)["ok"] == true || answer.body.trim() == "ok";
        Taken::when(answer.status == 200 && is_ok)
    }

    fn ask_email(&self, settings: &Settings, who: &str) -> Option<Draft> {
        if settings.get("trust_email") != "yes" {
            return None;
        }
        Some(Draft {
            url: settings.address("/api/users.info"),
            headers: vec![
                ("content-type", "application/x-www-form-urlencoded".to_owned()),
                ("authorization", format!("Bearer {}", settings.get("bot_token"))),
            ],
            body: web::urlencoded::join(&[("user", who)]),
        })
    }

    fn read_email(&self, answer: &Answer) -> Option<String> {
        let body = json_of(answer);
        // Guests of other workspaces carry an address that this workspace did not give them.
        let is_own = body["user"]["is_stranger"] != true && body["user"]["deleted"] != true;
        let email = body["user"]["profile"]["email"].as_str()?;
        (body["ok"] == true && is_own).then(|| email.to_owned())
    }

    fn puts_off(&self, answer: &Answer) -> bool {
        let error = json_of(answer)["error"].as_str().map(str::to_owned);
        answer.status == 429
            || answer.status >= 500
            || error.is_some_and(|error| PASSING.contains(&error.as_str()))
    }
}

/// `v0=` and HMAC-SHA256 of `v0:TIMESTAMP:BODY`; gives back the signature.
fn proven(settings: &Settings, request: &Request, now: Timestamp) -> std::result::Result<String, Refusal> {
    let (stamp, signature) = (
        request.header("x-slack-request-timestamp"),
        request.header("x-slack-signature"),
    );
    if signature.is_empty() {
        return Err(Refusal::Unsigned);
    }
    let mut signed = format!("v0:{stamp}:").into_bytes();
    signed.extend_from_slice(&request.body);
    let mac = crypto::hmac_sha256(settings.get("signing_secret").as_bytes(), &signed);
    let expected = format!("v0={}", HEXLOWER.encode(&mac.map_err(|_| Refusal::Forged)?));
    if !crypto::same(&expected, signature) {
        return Err(Refusal::Forged);
    }
    fresh(stamp.parse().ok(), now)?;
    Ok(expected)
}

fn said(body: &Value, signature: String) -> std::result::Result<Word, Refusal> {
    let event = &body["event"];
    let is_direct = event["type"] == "message" && event["channel_type"] == "im";
    let is_meant = is_direct || event["type"] == "app_mention";
    // A file comes as a message of the subtype `file_share`; the other subtypes are changes and what robots said.
    let is_said = event["subtype"].is_null() || event["subtype"] == "file_share";
    if !is_meant || !is_said || event["bot_id"].is_string() {
        return Ok(Word::Nothing);
    }
    Ok(Word::Heard(Heard {
        marks: vec![signature, text_of(&body["event_id"])?],
        who: text_of(&event["user"])?,
        email: None,
        said: Said::Text(readable(event["text"].as_str().unwrap_or_default())),
        card: None,
    }))
}

fn pressed(payload: &Value, signature: String) -> std::result::Result<Word, Refusal> {
    let action = &payload["actions"][0];
    let accepted = match (payload["type"].as_str(), action["action_id"].as_str()) {
        (Some("block_actions"), Some("solved")) => true,
        (Some("block_actions"), Some("not_solved")) => false,
        // A button that is a link is told of, too.
        _ => return Ok(Word::Nothing),
    };
    Ok(Word::Heard(Heard {
        marks: vec![signature, text_of(&payload["trigger_id"])?],
        who: text_of(&payload["user"]["id"])?,
        email: None,
        said: Said::Pressed {
            question: text_of(&action["value"])?,
            accepted,
        },
        card: payload["response_url"].as_str().map(str::to_owned),
    }))
}

fn blocks(told: &Told) -> Value {
    let section = |text: String| json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } });
    let button = |text: &str| json!({ "type": "button", "text": { "type": "plain_text", "text": text } });
    let mut blocks = vec![section(format!("*{}*", escaped(&told.title).replace('*', "∗")))];
    if !told.text.is_empty() {
        let text: String = told.text.chars().take(SECTION_MOST / 2).collect();
        blocks.push(section(escaped(&text)));
    }
    let mut elements = Vec::new();
    if let Some(question) = &told.question {
        for (id, words, style) in [
            ("solved", &question.yes, "primary"),
            ("not_solved", &question.no, "danger"),
        ] {
            let mut one = button(words);
            (one["action_id"], one["value"], one["style"]) = (json!(id), json!(question.id), json!(style));
            elements.push(one);
        }
    }
    if let Some(link) = &told.link {
        let mut one = button(&link.label);
        (one["action_id"], one["url"]) = (json!("open"), json!(link.url));
        elements.push(one);
    }
    if !elements.is_empty() {
        blocks.push(json!({ "type": "actions", "elements": elements }));
    }
    Value::Array(blocks)
}

/// Slack's three control letters as entities, so that nobody's words become a mention or a link.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// What a person wrote: mentions left out, links as their words, entities as letters.
fn readable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let Some((inside, behind)) = after.split_once('>') else {
            rest = after;
            continue;
        };
        if !inside.starts_with(['@', '!']) {
            let (target, words) = inside.split_once('|').unwrap_or((inside, inside));
            out.push_str(if words.is_empty() { target } else { words });
        }
        rest = behind;
    }
    out.push_str(rest);
    let plain = out
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of "Verifying requests from Slack".
    #[test]
    fn the_documented_example_is_genuine_and_old() {
        let settings = Settings(
            [(
                "signing_secret".to_owned(),
                "8f742231b10e8888abcd99yyyzzz85a5".to_owned(),
            )]
            .into(),
        );
        let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&\
            channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&\
            response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&\
            trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        let signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
        let mut request = Request {
            headers: [
                ("x-slack-request-timestamp".to_owned(), "1531420618".to_owned()),
                ("x-slack-signature".to_owned(), signature.to_owned()),
            ]
            .into(),
            body: body.into(),
            ..Request::default()
        };
        let then = Timestamp::from_secs(1_531_420_618);
        assert_eq!(proven(&settings, &request, then).as_deref(), Ok(signature));
        assert_eq!(
            proven(&settings, &request, then.add_secs(301)),
            Err(Refusal::Stale)
        );
        request.body = body.replace("roadrunner", "coyote").into();
        assert_eq!(proven(&settings, &request, then), Err(Refusal::Forged));
        request.headers.clear();
        assert_eq!(proven(&settings, &request, then), Err(Refusal::Unsigned));
    }

    #[test]
    fn a_message_is_read_as_its_writer_saw_it() {
        assert_eq!(
            readable("<@U123> the <https://a.example/x|wiki> &amp; <https://b.example/y> say 1 &lt; 2"),
            "the wiki & https://b.example/y say 1 < 2"
        );
        assert_eq!(readable("a < b"), "a  b");
        assert_eq!(readable("<!channel> 打印机坏了"), "打印机坏了");
    }

    #[test]
    fn nobody_is_mentioned_by_a_ticket() {
        assert_eq!(
            escaped("<!channel> & <@U1>"),
            "&lt;!channel&gt; &amp; &lt;@U1&gt;"
        );
    }
}

//! Microsoft Teams: an outgoing webhook of a team for what people say, a workflow's or channel's incoming webhook for what they are told.
//!
//! After Microsoft's documentation: "Create Outgoing Webhooks" (`Authorization: HMAC` and Base64 of HMAC-SHA256 of the body under the
//! security token; the answer to the request is the answer in the thread), the Bot Framework's "Activity" (`text`, `textFormat`),
//! "Create Incoming Webhooks" (an Adaptive Card in a `message`), "Mention support within Adaptive Cards" (by the object id in
//! Microsoft Entra). All of it stands in a channel that others read, so the service is [`Service::is_overheard`]: its cards carry no
//! signed link, only that of the ticket's page. Deliberately absent: `Action.Submit`, which such cards cannot send, and direct
//! messages, which need a registered bot.

use data_encoding::BASE64;
use kernel::cx::Cx;
use kernel::error::Result;
use kernel::outgoing::{Answer, Target};
use kernel::time::Timestamp;
use serde_json::{Value, json};

use super::{
    Draft, Field, Heard, Letter, Outcome, Refusal, Reply, Request, Said, Service, Settings, Taken, Told,
    Word, fresh, json, text_of,
};
use crate::crypto;

/// Microsoft Teams.
pub struct Teams;

/// Who has the incoming address can write to the channel, so it is kept as the token is.
const FIELDS: &[Field] = &[Field::secret("security_token"), Field::secret("incoming_url")];
const SCHEMA: &str = "http://adaptivecards.io/schemas/adaptive-card.json";
/// Teams makes tokens of 256 bits.
const KEY_BYTES: usize = 32;

impl Service for Teams {
    fn name(&self) -> &'static str {
        "teams"
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn malformed(&self, settings: &Settings) -> Vec<&'static str> {
        let (token, url) = (settings.get("security_token"), settings.get("incoming_url"));
        let mut wrong = Vec::new();
        if !token.is_empty() && key(token).is_none() {
            wrong.push("security_token");
        }
        if !url.is_empty() && Target::read(url).is_err() {
            wrong.push("incoming_url");
        }
        wrong
    }

    fn hear(
        &self,
        settings: &Settings,
        request: &Request,
        now: Timestamp,
    ) -> std::result::Result<Word, Refusal> {
        let signature = proven(settings, request)?;
        let activity = json(&request.body)?;
        let at: Timestamp =
            serde_json::from_value(activity["timestamp"].clone()).map_err(|_| Refusal::Malformed)?;
        fresh(Some(at.secs()), now)?;
        if activity["type"] != "message" {
            return Ok(Word::Nothing);
        }
        // A message's id is the instant it was written, so another conversation may have the same one.
        let mark = format!(
            "{}:{}",
            text_of(&activity["conversation"]["id"])?,
            text_of(&activity["id"])?
        );
        let from = &activity["from"];
        // The object id stays when the webhook is made anew; the other one is this webhook's own name for somebody.
        let who = text_of(&from["aadObjectId"]).or_else(|_| text_of(&from["id"]))?;
        Ok(Word::Heard(Heard {
            marks: vec![signature, mark],
            who,
            email: None,
            said: Said::Text(readable(activity["text"].as_str().unwrap_or_default())),
            card: None,
        }))
    }

    fn reply(
        &self,
        _settings: &Settings,
        _cx: &Cx,
        _heard: &Heard,
        outcome: Option<&Outcome>,
    ) -> Result<Reply> {
        // Plain: what people wrote is to be seen as they wrote it.
        let message =
            |outcome: &Outcome| json!({ "type": "message", "textFormat": "plain", "text": outcome.words });
        Ok(outcome.map_or_else(Reply::empty, |outcome| Reply::json(&message(outcome))))
    }

    fn answers_at_once(&self) -> bool {
        true
    }

    fn is_overheard(&self) -> bool {
        true
    }

    fn write(&self, settings: &Settings, _cx: &Cx, letter: &Letter<'_>) -> Result<Draft> {
        let attachment = json!({
            "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": card(letter),
        });
        let body = json!({ "type": "message", "attachments": [attachment] });
        Ok(Draft::json(settings.get("incoming_url").to_owned(), &body))
    }

    /// A channel's webhook answers 200 also when Teams behind it did not take the message, and says so in words.
    fn taken(&self, answer: &Answer) -> Taken {
        let is_refused = answer.body.contains("endpoint returned HTTP error");
        Taken::when((200..300).contains(&answer.status) && !is_refused)
    }
}

fn key(token: &str) -> Option<Vec<u8>> {
    crypto::from_base64(token).filter(|key| key.len() >= KEY_BYTES)
}

/// Checks the signature of the body as it came; gives it back.
fn proven(settings: &Settings, request: &Request) -> std::result::Result<String, Refusal> {
    let given = request.header("authorization");
    let (scheme, sum) = given.split_once(' ').unwrap_or((given, ""));
    let sum = sum.trim();
    if !scheme.eq_ignore_ascii_case("hmac") || sum.is_empty() {
        return Err(Refusal::Unsigned);
    }
    let key = key(settings.get("security_token")).ok_or(Refusal::Forged)?;
    let mac = crypto::hmac_sha256(&key, &request.body).map_err(|_| Refusal::Forged)?;
    let expected = BASE64.encode(&mac);
    if crypto::same(&expected, sum) {
        Ok(expected)
    } else {
        Err(Refusal::Forged)
    }
}

/// The card: whom it is for, what happened, and the page. A question has no buttons here: whoever reads along could press them.
fn card(letter: &Letter<'_>) -> Value {
    let told = letter.told;
    let (mut body, mut entities) = (Vec::new(), Vec::new());
    if let Some(name) = &told.whom {
        let name = name.replace(['<', '>', '*', '_', '[', ']', '`'], " ");
        let mention = format!("<at>{name}</at>");
        if is_object_id(letter.to) {
            body.push(json!({ "type": "TextBlock", "text": mention, "wrap": true }));
            let mentioned = json!({ "id": letter.to, "name": name });
            entities.push(json!({ "type": "mention", "text": mention, "mentioned": mentioned }));
        } else {
            body.push(line(&name, false));
        }
    }
    if !told.title.is_empty() {
        body.push(line(&told.title, true));
    }
    let words = told.text.lines().filter(|text| !text.trim().is_empty());
    body.extend(words.map(|text| line(text, false)));
    json!({
        "$schema": SCHEMA, "type": "AdaptiveCard", "version": "1.4", "body": body, "actions": actions(told),
        "msteams": { "entities": entities },
    })
}

/// A line of text. Markdown is not read in a text run, so words stay words.
fn line(text: &str, is_title: bool) -> Value {
    let weight = if is_title { "Bolder" } else { "Default" };
    let run = json!({ "type": "TextRun", "text": text, "weight": weight });
    json!({ "type": "RichTextBlock", "inlines": [run] })
}

fn actions(told: &Told) -> Vec<Value> {
    let open = |link: &super::Link| json!({ "type": "Action.OpenUrl", "title": link.label, "url": link.url });
    told.link.iter().map(open).collect()
}

/// `7faf8ab2-3d56-4244-b585-20c8a42ed2b8`: only by such an id can a webhook mention somebody.
fn is_object_id(who: &str) -> bool {
    let is_fitting = |(place, letter): (usize, char)| match place {
        8 | 13 | 18 | 23 => letter == '-',
        _ => letter.is_ascii_hexdigit(),
    };
    who.len() == 36 && who.chars().enumerate().all(is_fitting)
}

/// What a person wrote: mentions left out, marks taken off, lines and entities as they are seen.
fn readable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let Some((tag, behind)) = tag(after) else {
            out.push('<');
            rest = after;
            continue;
        };
        rest = behind;
        match tag.as_str() {
            "at" => rest = behind.split_once("</at>").map_or("", |(_, behind)| behind),
            "br" | "/p" | "/div" | "/li" | "/tr" | "/pre" | "/blockquote" => out.push('\n'),
            _ => {}
        }
    }
    out.push_str(rest);
    let plain = seen(&out);
    let lines: Vec<&str> = plain.lines().map(str::trim).collect();
    lines.join("\n").trim().to_owned()
}

/// The name of a tag (`/p` for its end) and what stands behind it; nothing when a `<` is only a `<`.
fn tag(after: &str) -> Option<(String, &str)> {
    let (inside, behind) = after.split_once('>')?;
    let name: String = inside
        .chars()
        .enumerate()
        .take_while(|(place, letter)| letter.is_ascii_alphanumeric() || (*place == 0 && *letter == '/'))
        .map(|(_, letter)| letter.to_ascii_lowercase())
        .collect();
    let bare = name.trim_start_matches('/');
    bare.starts_with(|letter: char| letter.is_ascii_alphabetic())
        .then_some((name, behind))
}

/// Entities as the letters they stand for.
fn seen(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let entity = after
            .split_once(';')
            .and_then(|(name, behind)| Some((letter(name)?, behind)));
        let (letter, behind) = entity.unwrap_or(('&', after));
        out.push(letter);
        rest = behind;
    }
    out.push_str(rest);
    out.replace('\u{a0}', " ").replace('\0', "")
}

fn letter(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|letter| !letter.is_control() || *letter == '\n')
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The token of the documentation's example; the sum was computed with `openssl dgst -sha256 -mac HMAC -macopt hexkey:…`.
    const TOKEN: &str = "vqF0En+Z0ucuRTM/01o2GuhMH3hKKk/N2bOmlM31zaA=";

    fn settings(token: &str, url: &str) -> Settings {
        let pairs = [("security_token", token), ("incoming_url", url)];
        Settings(
            pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
        )
    }

    fn request(authorization: &str, body: &'static str) -> Request {
        Request {
            headers: [("authorization".to_owned(), authorization.to_owned())].into(),
            body: body.into(),
            ..Request::default()
        }
    }

    #[test]
    fn the_signature_is_the_sum_of_the_body_under_the_decoded_token() {
        let known = settings(TOKEN, "");
        let body = r#"{"type":"message","text":"<at>Contoso</at> 你好"}"#;
        let sum = "nsgAsVLQrVP5Pq71aW3AIXdFxzNpJWjTER9MsbGmWgM=";
        assert_eq!(
            proven(&known, &request(&format!("HMAC {sum}"), body)).as_deref(),
            Ok(sum)
        );
        let other = r#"{"type":"message","text":"<at>Contoso</at> 你们"}"#;
        assert_eq!(
            proven(&known, &request(&format!("HMAC {sum}"), other)),
            Err(Refusal::Forged)
        );
        for bare in ["", "HMAC", "HMAC ", sum, &format!("Bearer {sum}")] {
            assert_eq!(
                proven(&known, &request(bare, body)),
                Err(Refusal::Unsigned),
                "{bare}"
            );
        }
    }

    /// A sum under no key at all is one that anybody can compute.
    #[test]
    fn a_channel_without_a_token_believes_nobody() {
        let sum = BASE64.encode(&crypto::hmac_sha256(b"", b"{}").unwrap());
        for token in ["", "AAAA", "no base64!"] {
            let refused = proven(&settings(token, ""), &request(&format!("HMAC {sum}"), "{}"));
            assert_eq!(refused, Err(Refusal::Forged), "{token}");
        }
    }

    #[test]
    fn a_message_is_read_as_its_writer_saw_it() {
        for (text, read) in [
            ("<at>IT Desk</at>&nbsp;the printer jams\n", "the printer jams"),
            (
                "<p><at>IT</at>&nbsp;<at>Desk</at> <b>Tray</b> 2</p>\r\n<p>since<br>Monday</p>",
                "Tray 2\n\nsince\nMonday",
            ),
            (
                "<at>Desk</at> 1 &lt; 2 &amp;amp; &#24403;&#x5929;",
                "1 < 2 &amp; 当天",
            ),
            ("<at>Desk</at> a < b, x<3 & more; <-", "a < b, x<3 & more; <-"),
            ("see <a href=\"https://a.example/x\">the wiki</a>", "see the wiki"),
            ("<at>Desk</at>\u{a0}状态", "状态"),
            ("<at>never closed", ""),
            ("&#0;&#xD800;&#99999999;&;", "&#0;&#xD800;&#99999999;&;"),
        ] {
            assert_eq!(readable(text), read, "{text}");
        }
    }

    #[test]
    fn settings_have_their_form() {
        let url = "https://prod-1.westeurope.logic.azure.com:443/workflows/1/triggers/manual?sig=x";
        assert!(Teams.malformed(&settings(TOKEN, url)).is_empty());
        assert!(
            Teams.malformed(&settings("", "")).is_empty(),
            "that they are missing is said elsewhere"
        );
        assert_eq!(
            Teams.malformed(&settings("c2hvcnQ=", "channel")),
            ["security_token", "incoming_url"]
        );
    }

    #[test]
    fn a_card_carries_words_as_words_and_never_the_signed_links() {
        let told = Told {
            title: "#7".to_owned(),
            link: Some(super::super::Link {
                label: "Open".to_owned(),
                url: "https://desk.test/portal/requests/7".to_owned(),
            }),
            question: Some(super::super::Question {
                id: "7-x".to_owned(),
                yes: "Solved".to_owned(),
                no: "Not solved".to_owned(),
                yes_url: "https://desk.test/confirm/t?answer=yes".to_owned(),
                no_url: "https://desk.test/confirm/t?answer=no".to_owned(),
            }),
            whom: Some("Ann <at>".to_owned()),
            ..Told::words("a *b*\n\n[c](https://evil.example)")
        };
        let letter = |to| {
            card(&Letter {
                id: "1",
                to,
                told: &told,
                token: "",
            })
        };
        let mentioned = letter("7faf8ab2-3d56-4244-b585-20c8a42ed2b8");
        assert!(!mentioned.to_string().contains("/confirm/"), "{mentioned}");
        assert_eq!(mentioned["body"][0]["text"], "<at>Ann  at </at>");
        assert_eq!(
            mentioned["msteams"]["entities"][0]["text"],
            mentioned["body"][0]["text"]
        );
        assert_eq!(
            mentioned["body"][3]["inlines"][0]["text"],
            "[c](https://evil.example)"
        );
        assert_eq!(mentioned["actions"].as_array().unwrap().len(), 1);
        let named = letter("29:1XJKJMvc5GBtc2JwZq0oj8tHZmzrQgFmB39A");
        assert_eq!(named["msteams"]["entities"], json!([]));
        assert_eq!(named["body"][0]["type"], "RichTextBlock");
    }

    #[test]
    fn what_teams_did_not_take_is_no_delivery_though_its_webhook_says_200() {
        let taken = |status, body: &str| {
            Teams.taken(&Answer {
                status,
                body: body.to_owned(),
            })
        };
        assert_eq!(taken(200, "1"), Taken::Yes);
        assert_eq!(taken(202, ""), Taken::Yes);
        let refused =
            "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429";
        assert_eq!(taken(200, refused), Taken::No);
        assert_eq!(taken(404, ""), Taken::No);
    }
}

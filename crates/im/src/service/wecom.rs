//! WeCom: an own app that receives messages at a server address, sends by `message/send`, and asks by template cards.
//!
//! After WeCom's developer documentation: "Encryption and decryption of callbacks" (`msg_signature`: SHA-1 of the sorted token, timestamp, nonce,
//! and cipher text; AES-256-CBC under the EncodingAESKey, whose first 16 bytes are the vector; 16 random bytes, length, message,
//! CorpID; padded to 32), "Receive messages" (`echostr`), "Message format", "Event format" (`template_card_event`), "Passive
//! reply" (`update_button`), "Send app messages" (`text`, `template_card` of `text_notice` and `button_interaction`), "Get
//! access_token". That last call is documented as GET and takes POST the same way; the house's client posts.

use data_encoding::{BASE64, HEXLOWER};
use kernel::cx::Cx;
use kernel::error::{Error, Result};
use kernel::outgoing::Answer;
use kernel::time::Timestamp;
use serde_json::{Value, json};

use super::{
    Draft, Field, Heard, Letter, Outcome, Refusal, Reply, Request, Said, Service, Settings, Taken, Token,
    Told, Word, fresh, json_of,
};
use crate::crypto;

/// WeCom.
pub struct WeCom;

const FIELDS: &[Field] = &[
    Field::text("corp_id"),
    Field::text("agent_id"),
    Field::secret("secret"),
    Field::secret("token"),
    Field::secret("encoding_aes_key"),
    Field::address("api", "https://qyapi.weixin.qq.com"),
];
/// Invalid and expired access tokens.
const TOKEN_SPENT: [i64; 3] = [40_014, 41_001, 42_001];
/// "taskid has existed": this very card arrived, though its answer was lost.
const SENT_BEFORE: i64 = 42_014;
/// The padding's piece.
const PIECE: usize = 32;
/// Letters that a card shows of a title.
const TITLE_MOST: usize = 36;
/// Letters that it shows of the words.
const WORDS_MOST: usize = 160;
/// Bytes of a text; WeCom cuts off what is behind.
const TEXT_MOST: usize = 2_048;

impl Service for WeCom {
    fn name(&self) -> &'static str {
        "wecom"
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn malformed(&self, settings: &Settings) -> Vec<&'static str> {
        let mut wrong = Vec::new();
        let aes = settings.get("encoding_aes_key");
        if !aes.is_empty() && key(aes).is_none() {
            wrong.push("encoding_aes_key");
        }
        let agent = settings.get("agent_id");
        if !agent.is_empty() && agent.parse::<u64>().is_err() {
            wrong.push("agent_id");
        }
        wrong
    }

    fn hear(
        &self,
        settings: &Settings,
        request: &Request,
        now: Timestamp,
    ) -> std::result::Result<Word, Refusal> {
        if request.is_read {
            let message = opened(settings, request, request.value("echostr"), now)?;
            return Ok(Word::Handshake(Reply::text(message)));
        }
        // What cannot be read has proved nothing.
        let body = std::str::from_utf8(&request.body).map_err(|_| Refusal::Unsigned)?;
        let sealed = element(body, "Encrypt").ok_or(Refusal::Unsigned)?;
        let message = opened(settings, request, &sealed, now)?;
        heard(&message, request.value("msg_signature"))
    }

    /// A pressed button is answered at once: the card shows what was answered instead of its buttons, once nothing is left to be asked.
    fn reply(&self, settings: &Settings, cx: &Cx, heard: &Heard, outcome: Option<&Outcome>) -> Result<Reply> {
        let Some(outcome) = outcome.filter(|outcome| outcome.is_settled) else {
            return Ok(Reply::empty());
        };
        let shown: String = outcome
            .words
            .lines()
            .next()
            .unwrap_or_default()
            .chars()
            .take(20)
            .collect();
        let message = format!(
            "<xml><ToUserName><![CDATA[{}]]></ToUserName><FromUserName><![CDATA[{}]]></FromUserName>\
             <CreateTime>{}</CreateTime><MsgType><![CDATA[update_button]]></MsgType>\
             <Button><ReplaceName><![CDATA[{}]]></ReplaceName></Button></xml>",
            quoted(&heard.who),
            quoted(settings.get("corp_id")),
            cx.now().secs(),
            quoted(&shown),
        );
        sealed(settings, cx, &message)
    }

    fn write(&self, settings: &Settings, _cx: &Cx, letter: &Letter<'_>) -> Result<Draft> {
        let told = letter.told;
        let agent: u64 = settings.get("agent_id").parse().map_err(Error::internal)?;
        let mut body = json!({ "touser": letter.to, "agentid": agent });
        if told.title.is_empty() || (told.link.is_none() && told.question.is_none()) {
            (body["msgtype"], body["text"]) = (json!("text"), json!({ "content": fitting(&told.as_text()) }));
        } else {
            (body["msgtype"], body["template_card"]) = (json!("template_card"), card(told));
        }
        let path = format!(
            "/cgi-bin/message/send?access_token={}",
            web::urlencoded::encode(letter.token)
        );
        Ok(Draft::json(settings.address(&path), &body))
    }

    fn taken(&self, answer: &Answer) -> Taken {
        match json_of(answer)["errcode"].as_i64() {
            Some(0 | SENT_BEFORE) => Taken::Yes,
            Some(code) if TOKEN_SPENT.contains(&code) => Taken::TokenSpent,
            _ => Taken::No,
        }
    }

    fn ask_token(&self, settings: &Settings) -> Option<Draft> {
        let query = web::urlencoded::join(&[
            ("corpid", settings.get("corp_id")),
            ("corpsecret", settings.get("secret")),
        ]);
        Some(Draft {
            url: settings.address(&format!("/cgi-bin/gettoken?{query}")),
            headers: Vec::new(),
            body: String::new(),
        })
    }

    fn read_token(&self, answer: &Answer) -> Option<Token> {
        let body = json_of(answer);
        (body["errcode"] == 0).then_some(())?;
        Some(Token {
            value: body["access_token"].as_str()?.to_owned(),
            seconds: body["expires_in"].as_i64()?,
        })
    }
}

/// The key of 32 bytes: 43 letters of Base64, whose last one carries two bits too many.
fn key(encoding_aes_key: &str) -> Option<[u8; 32]> {
    let mut specification = data_encoding::Specification::new();
    specification
        .symbols
        .push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    specification.check_trailing_bits = false;
    let encoding = specification.encoding().ok()?;
    encoding.decode(encoding_aes_key.as_bytes()).ok()?.try_into().ok()
}

fn signature(token: &str, stamp: &str, nonce: &str, sealed: &str) -> String {
    let mut parts = [token, stamp, nonce, sealed];
    parts.sort_unstable();
    crypto::sha1_hex(parts.concat().as_bytes())
}

/// Proves a cipher text and opens it.
fn opened(
    settings: &Settings,
    request: &Request,
    sealed: &str,
    now: Timestamp,
) -> std::result::Result<String, Refusal> {
    let (stamp, nonce) = (request.value("timestamp"), request.value("nonce"));
    let given = request.value("msg_signature");
    if given.is_empty() || sealed.is_empty() {
        return Err(Refusal::Unsigned);
    }
    if !crypto::same(&signature(settings.get("token"), stamp, nonce, sealed), given) {
        return Err(Refusal::Forged);
    }
    fresh(stamp.parse().ok(), now)?;
    let key = key(settings.get("encoding_aes_key")).ok_or(Refusal::Forged)?;
    unpacked(&key, sealed, settings.get("corp_id")).ok_or(Refusal::Forged)
}

/// 16 random bytes, the message's length in four, the message, and whom it is for.
fn unpacked(key: &[u8; 32], sealed: &str, receiver: &str) -> Option<String> {
    let vector = key.first_chunk::<16>()?;
    let plain = crypto::open_cbc(key, vector, &crypto::from_base64(sealed)?, PIECE)?;
    let (length, rest) = plain.get(16..)?.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (message, whom) = rest.split_at_checked(length)?;
    (whom == receiver.as_bytes()).then_some(())?;
    String::from_utf8(message.to_vec()).ok()
}

/// A message sealed as a passive reply.
fn sealed(settings: &Settings, cx: &Cx, message: &str) -> Result<Reply> {
    let damaged = || Error::internal("the EncodingAESKey of a channel is damaged");
    let key = key(settings.get("encoding_aes_key")).ok_or_else(damaged)?;
    let vector = key.first_chunk::<16>().ok_or_else(damaged)?;
    let length = u32::try_from(message.len()).map_err(Error::internal)?;
    let mut plain = cx.random_bytes::<16>().to_vec();
    plain.extend_from_slice(&length.to_be_bytes());
    plain.extend_from_slice(message.as_bytes());
    plain.extend_from_slice(settings.get("corp_id").as_bytes());
    let text = BASE64.encode(&crypto::seal_cbc(&key, vector, &plain, PIECE));
    let (stamp, nonce) = (
        cx.now().secs().to_string(),
        HEXLOWER.encode(&cx.random_bytes::<8>()),
    );
    let signed = signature(settings.get("token"), &stamp, &nonce, &text);
    Ok(Reply {
        content_type: "application/xml; charset=utf-8",
        body: format!(
            "<xml><Encrypt><![CDATA[{text}]]></Encrypt><MsgSignature><![CDATA[{signed}]]></MsgSignature>\
             <TimeStamp>{stamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        ),
    })
}

fn heard(message: &str, signature: &str) -> std::result::Result<Word, Refusal> {
    let of = |name: &str| element(message, name).unwrap_or_default();
    let must = |name: &str| {
        element(message, name)
            .filter(|text| !text.is_empty())
            .ok_or(Refusal::Malformed)
    };
    let (who, kind) = (must("FromUserName")?, must("MsgType")?);
    if kind != "event" {
        let text = if kind == "text" {
            of("Content").trim().to_owned()
        } else {
            String::new()
        };
        return Ok(Word::Heard(Heard {
            marks: vec![signature.to_owned(), must("MsgId")?],
            who,
            email: None,
            said: Said::Text(text),
            card: None,
        }));
    }
    if of("Event") != "template_card_event" {
        return Ok(Word::Nothing);
    }
    let key = of("EventKey");
    let accepted = match key.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Ok(Word::Nothing),
    };
    let question = must("TaskId")?;
    // An event has no identifier; the documentation says to know it by sender and time.
    let mark = format!("{who}:{}:{question}:{key}", must("CreateTime")?);
    Ok(Word::Heard(Heard {
        marks: vec![signature.to_owned(), mark],
        who,
        email: None,
        said: Said::Pressed { question, accepted },
        card: None,
    }))
}

/// Words that are not cut off: what is too much is left out before the last line, which is where a link stands.
fn fitting(text: &str) -> String {
    if text.len() <= TEXT_MOST {
        return text.to_owned();
    }
    const LEFT_OUT: &str = "\n…\n";
    let (before, last) = text.rsplit_once('\n').unwrap_or((text, ""));
    let last = if last.len() > TEXT_MOST / 2 { "" } else { last };
    let room = TEXT_MOST - LEFT_OUT.len() - last.len();
    let kept = before.floor_char_boundary(room);
    format!("{}{LEFT_OUT}{last}", &before[..kept])
}

fn card(told: &Told) -> Value {
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let mut card = json!({
        "main_title": { "title": cut(&told.title, TITLE_MOST) },
        "sub_title_text": cut(&told.text, WORDS_MOST),
    });
    if let Some(link) = &told.link {
        card["card_action"] = json!({ "type": 1, "url": link.url });
    }
    match &told.question {
        Some(question) => {
            card["card_type"] = json!("button_interaction");
            card["task_id"] = json!(question.id);
            card["button_list"] = json!([
                { "text": question.yes, "style": 1, "key": "yes" },
                { "text": question.no, "style": 3, "key": "no" },
            ]);
        }
        None => card["card_type"] = json!("text_notice"),
    }
    card
}

/// The text of the first element of a name. WeCom's messages are flat, so this is all the XML there is to read.
fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    if let Some(rest) = rest.strip_prefix("<![CDATA[") {
        return Some(rest.split_once("]]>")?.0.to_owned());
    }
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&"),
    )
}

/// Words that cannot leave their `CDATA`.
fn quoted(text: &str) -> String {
    text.replace("]]>", "]] >")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ECHO: &str =
        "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==";
    const MESSAGE: &str = "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==";

    fn settings() -> Settings {
        let pairs = [
            ("token", "QDG6eK"),
            ("encoding_aes_key", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"),
            ("corp_id", "wx5823bf96d3bd56c7"),
            ("agent_id", "218"),
        ];
        Settings(
            pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
        )
    }

    fn signed(signature: &str, stamp: &str, nonce: &str) -> Request {
        let pairs = [
            ("msg_signature", signature),
            ("timestamp", stamp),
            ("nonce", nonce),
        ];
        Request {
            query: pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            ..Request::default()
        }
    }

    /// Example one of the documentation's sample program: the address is verified.
    #[test]
    fn the_documented_handshake_gives_back_its_echo() {
        let mut request = signed(
            "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
            "1409659589",
            "263014780",
        );
        request.is_read = true;
        request.query.push(("echostr".to_owned(), ECHO.to_owned()));
        let then = Timestamp::from_secs(1_409_659_589);
        let word = WeCom.hear(&settings(), &request, then);
        assert_eq!(
            word,
            Ok(Word::Handshake(Reply::text("1616140317555161061".to_owned())))
        );
        let later = WeCom.hear(&settings(), &request, then.add_secs(301));
        assert_eq!(later, Err(Refusal::Stale));
    }

    /// Example two: a message.
    #[test]
    fn the_documented_message_is_read_and_an_altered_one_refused() {
        let mut request = signed(
            "477715d11cdb4164915debcba66cb864d751f3e6",
            "1409659813",
            "1372623149",
        );
        request.body = format!(
            "<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName><Encrypt><![CDATA[{MESSAGE}]]></Encrypt>\
             <AgentID><![CDATA[218]]></AgentID></xml>"
        )
        .into();
        let then = Timestamp::from_secs(1_409_659_813);
        let Ok(Word::Heard(heard)) = WeCom.hear(&settings(), &request, then) else {
            panic!("the message is genuine");
        };
        assert_eq!(
            (heard.who.as_str(), &heard.said),
            ("mycreate", &Said::Text("hello".to_owned()))
        );
        assert_eq!(heard.marks[1], "4561255354251345929");

        let mut other = settings();
        other
            .0
            .insert("corp_id".to_owned(), "wx0000000000000000".to_owned());
        assert_eq!(
            WeCom.hear(&other, &request, then),
            Err(Refusal::Forged),
            "it is for somebody else"
        );
        let altered = request
            .body
            .iter()
            .map(|byte| if *byte == b'R' { b'S' } else { *byte });
        request.body = altered.collect::<Vec<u8>>().into();
        assert_eq!(WeCom.hear(&settings(), &request, then), Err(Refusal::Forged));
    }

    #[test]
    fn a_passive_reply_opens_with_the_same_key_and_its_signature_holds() {
        let cx = Cx::system(kernel::Clock::manual(Timestamp::from_secs(1_409_659_813)), "test");
        let reply = sealed(&settings(), &cx, "<xml>好</xml>").unwrap();
        let of = |name: &str| element(&reply.body, name).unwrap();
        let expected = signature("QDG6eK", &of("TimeStamp"), &of("Nonce"), &of("Encrypt"));
        assert_eq!(of("MsgSignature"), expected);
        let key = key("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C").unwrap();
        assert_eq!(
            unpacked(&key, &of("Encrypt"), "wx5823bf96d3bd56c7").as_deref(),
            Some("<xml>好</xml>")
        );
    }

    #[test]
    fn a_pressed_button_names_its_question() {
        let message = "<xml><FromUserName><![CDATA[ann]]></FromUserName><CreateTime>5</CreateTime>\
            <MsgType><![CDATA[event]]></MsgType><Event><![CDATA[template_card_event]]></Event>\
            <EventKey><![CDATA[no]]></EventKey><TaskId><![CDATA[7-x]]></TaskId></xml>";
        let Ok(Word::Heard(heard)) = heard(message, "s") else {
            panic!("somebody pressed");
        };
        let question = "7-x".to_owned();
        assert_eq!(
            heard.said,
            Said::Pressed {
                question,
                accepted: false
            }
        );
    }

    #[test]
    fn a_long_text_keeps_its_link_within_what_is_shown() {
        let lines = format!("{}\n", "长".repeat(60)).repeat(20);
        let text = fitting(&format!("{lines}https://desk.test/portal/requests"));
        assert!(text.len() <= TEXT_MOST, "{}", text.len());
        assert!(text.ends_with("…\nhttps://desk.test/portal/requests"), "{text}");
        assert!(fitting(&"长".repeat(2_000)).len() <= TEXT_MOST);
        assert_eq!(fitting("short"), "short");
    }

    #[test]
    fn a_key_has_43_letters() {
        assert!(key("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C").is_some());
        assert!(key("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2").is_none());
        assert!(key("").is_none());
    }
}

//! What the tests share: a stand-in that takes what is sent, and channels that speak with it.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use data_encoding::{BASE64, HEXLOWER};
use desk::ticket::{self, Ticket};
use im::channel::{ChannelId, Definition, keeping};
use im::crypto;
use im::person::connecting;
use kernel::db::Tx;
use serde_json::{Value, json};
use testkit::{Database, Person, TestApp};
use web::testing::Answer;

/// What a stand-in was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Sent {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> String {
        self.headers[name].to_str().unwrap().to_owned()
    }
}

/// A chat service as far as we see of it: it gives tokens, and takes messages or does not.
#[derive(Clone)]
pub struct StandIn {
    sent: Arc<Mutex<Vec<Sent>>>,
    /// Answers to messages in a row; the usual one when there are none left.
    answers: Arc<Mutex<Vec<(StatusCode, Value)>>>,
    /// Answers to questions who somebody is, in a row; the usual one when there are none left.
    people: Arc<Mutex<Vec<Value>>>,
    pub url: String,
}

impl StandIn {
    pub async fn start() -> Self {
        Self::start_at("127.0.0.1:0").await
    }

    pub async fn start_at(address: &str) -> Self {
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        let own = Self {
            sent: Arc::default(),
            answers: Arc::default(),
            people: Arc::default(),
            url: format!("http://{}", listener.local_addr().unwrap()),
        };
        let router = Router::new().fallback(take).with_state(own.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        own
    }

    /// What was sent, without requests for tokens and addresses.
    pub fn messages(&self) -> Vec<Sent> {
        let all = self.sent.lock().unwrap().clone();
        all.into_iter()
            .filter(|sent| given(&sent.path).is_none())
            .collect()
    }

    pub fn asked(&self, path: &str) -> usize {
        self.sent
            .lock()
            .unwrap()
            .iter()
            .filter(|sent| sent.path.starts_with(path))
            .count()
    }

    pub fn answers_next(&self, status: u16, body: Value) {
        self.answers
            .lock()
            .unwrap()
            .push((StatusCode::from_u16(status).unwrap(), body));
    }

    pub fn says_of_people_next(&self, body: Value) {
        self.people.lock().unwrap().push(body);
    }

    pub fn last(&self) -> Sent {
        self.messages().last().cloned().unwrap()
    }
}

/// What is answered to requests that are no messages.
fn given(path: &str) -> Option<Value> {
    let path = path.split('?').next().unwrap_or_default();
    match path {
        "/cgi-bin/gettoken" => {
            Some(json!({ "errcode": 0, "errmsg": "ok", "access_token": "wecom-token", "expires_in": 7200 }))
        }
        "/open-apis/auth/v3/tenant_access_token/internal" => {
            Some(json!({ "code": 0, "msg": "ok", "tenant_access_token": "feishu-token", "expire": 7200 }))
        }
        "/v1.0/oauth2/accessToken" => Some(json!({ "accessToken": "dingtalk-token", "expireIn": 7200 })),
        "/api/users.info" => Some(json!({
            "ok": true, "user": { "id": "U1", "deleted": false, "profile": { "email": "Li.Na@example.test" } },
        })),
        _ => None,
    }
}

async fn take(
    State(own): State<StandIn>,
    uri: Uri,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    assert_eq!(method, Method::POST);
    let path = uri.to_string();
    let body = String::from_utf8(body.to_vec()).unwrap();
    own.sent.lock().unwrap().push(Sent {
        path: path.clone(),
        headers,
        body,
    });
    if path.starts_with("/api/users.info") {
        let mut people = own.people.lock().unwrap();
        if !people.is_empty() {
            return (StatusCode::OK, people.remove(0).to_string());
        }
    }
    if let Some(answer) = given(&path) {
        return (StatusCode::OK, answer.to_string());
    }
    let mut answers = own.answers.lock().unwrap();
    if answers.is_empty() {
        return (
            StatusCode::OK,
            json!({ "ok": true, "code": 0, "errcode": 0, "processQueryKey": "q" }).to_string(),
        );
    }
    let (status, body) = answers.remove(0);
    (status, body.to_string())
}

pub async fn house() -> TestApp {
    let open = |config: &mut kernel::config::Config| {
        config.outgoing_networks = vec!["127.0.0.0/8".parse().unwrap()];
    };
    TestApp::with(Database::of_this_run(), open).await
}

/// The token of Microsoft's example.
pub const TEAMS_TOKEN: &str = "vqF0En+Z0ucuRTM/01o2GuhMH3hKKk/N2bOmlM31zaA=";
pub const PLAIN_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Settings of each service, as an administrator would have entered them.
pub fn settings(service: &str, url: &str) -> Vec<(&'static str, String)> {
    let of = |pairs: &[(&'static str, &str)]| {
        pairs
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect()
    };
    match service {
        "slack" => of(&[
            ("signing_secret", "slack secret"),
            ("bot_token", "xoxb-1"),
            ("api", url),
        ]),
        "feishu" => of(&[
            ("app_id", "cli_1"),
            ("app_secret", "feishu app secret"),
            ("encrypt_key", "test key"),
            ("verification_token", "feishu token"),
            ("api", url),
        ]),
        "wecom" => of(&[
            ("corp_id", "ww1"),
            ("agent_id", "1000002"),
            ("secret", "wecom secret"),
            ("token", "wecom token"),
            ("encoding_aes_key", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"),
            ("api", url),
        ]),
        "dingtalk" => of(&[
            ("app_key", "ding1"),
            ("app_secret", "ding secret"),
            ("robot_code", "ding1"),
            ("api", url),
        ]),
        "teams" => of(&[
            ("security_token", TEAMS_TOKEN),
            ("incoming_url", &format!("{url}/teams?sig=incoming-secret")),
        ]),
        _ => {
            let mut own: Vec<(&'static str, String)> = of(&[("secret", PLAIN_SECRET)]);
            own.push(("url", format!("{url}/plain")));
            own
        }
    }
}

/// Sets a channel up.
pub async fn channel(app: &TestApp, service: &str, url: &str) -> ChannelId {
    with_settings(app, service, settings(service, url)).await
}

pub async fn with_settings(app: &TestApp, service: &str, settings: Vec<(&'static str, String)>) -> ChannelId {
    let definition = Definition {
        name: format!("Chat by {service}"),
        service: service.to_owned(),
        locale: "en".to_owned(),
        enabled: true,
        settings: settings
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    };
    let cx = app.cx();
    app.write(move |tx| keeping::add(tx, &cx, &definition))
        .await
        .unwrap()
        .id
}

/// A fresh code of somebody's.
pub async fn code(app: &TestApp, person: &Person, told: bool) -> String {
    app.act(person, move |tx, cx| connecting::code(tx, cx, told))
        .await
        .0
}

/// Somebody with their channel: says things to it as the service would.
pub struct Speaker<'a> {
    pub app: &'a TestApp,
    pub service: &'static str,
    pub channel: ChannelId,
    pub who: &'static str,
}

impl<'a> Speaker<'a> {
    /// A person who is known by a code and wants to be told.
    pub async fn connected(
        app: &'a TestApp,
        service: &'static str,
        channel: ChannelId,
        person: &Person,
    ) -> Self {
        let who = match service {
            "slack" => "U1",
            "feishu" => "ou_1",
            "teams" => "7faf8ab2-3d56-4244-b585-20c8a42ed2b8",
            _ => "ann",
        };
        let own = Self {
            app,
            service,
            channel,
            who,
        };
        let code = code(app, person, true).await;
        assert_eq!(own.says("connect", &code).await.status, 200);
        app.settle().await;
        own
    }

    pub async fn says(&self, id: &str, text: &str) -> Answer {
        self.post(message(self.service, id, self.who, text)).await
    }

    pub async fn presses(&self, id: &str, question: &str, accepted: bool) -> Answer {
        self.post(press(self.service, id, self.who, question, accepted))
            .await
    }

    pub async fn post(&self, body: Plain) -> Answer {
        post(
            self.app,
            self.channel,
            &signed(self.service, &body, self.app.clock.now().secs()),
        )
        .await
    }
}

/// What a service says, before it is signed.
pub struct Plain {
    pub id: String,
    pub body: String,
    pub is_form: bool,
}

pub fn message(service: &str, id: &str, who: &str, text: &str) -> Plain {
    let body = match service {
        "slack" => json!({
            "type": "event_callback", "event_id": id, "team_id": "T1",
            "event": { "type": "message", "channel_type": "im", "channel": "D1", "user": who, "text": text, "ts": "1.2" },
        })
        .to_string(),
        "feishu" => json!({
            "schema": "2.0",
            "header": { "event_id": id, "event_type": "im.message.receive_v1", "token": "feishu token" },
            "event": {
                "sender": { "sender_type": "user", "sender_id": { "open_id": who } },
                "message": {
                    "message_id": "om_1", "message_type": "text", "chat_type": "p2p",
                    "content": json!({ "text": text }).to_string(),
                },
            },
        })
        .to_string(),
        "wecom" => format!(
            "<xml><ToUserName><![CDATA[ww1]]></ToUserName><FromUserName><![CDATA[{who}]]></FromUserName>\
             <CreateTime>1772445600</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>\
             <MsgId>{id}</MsgId><AgentID>1000002</AgentID></xml>"
        ),
        "dingtalk" => json!({
            "msgtype": "text", "text": { "content": format!(" {text}") }, "msgId": id, "senderStaffId": who,
            "conversationType": "1",
        })
        .to_string(),
        // Its instant is written when it is signed.
        "teams" => json!({
            "type": "message", "id": id, "channelId": "msteams", "serviceUrl": "https://smba.trafficmanager.net/amer/",
            "from": { "id": "29:1XJKJMvc5GBtc2JwZq0oj8", "name": "Megan Bowen", "aadObjectId": who },
            "conversation": { "conversationType": "channel", "isGroup": true, "id": "19:1@thread.tacv2;messageid=1" },
            "textFormat": "plain", "text": format!("<at>IT</at>&nbsp;<at>Desk</at>&nbsp;{text}\n"),
        })
        .to_string(),
        _ => json!({ "type": "message", "from": { "id": who }, "text": text }).to_string(),
    };
    Plain {
        id: id.to_owned(),
        body,
        is_form: false,
    }
}

pub fn press(service: &str, id: &str, who: &str, question: &str, accepted: bool) -> Plain {
    let (key, action) = if accepted {
        ("yes", "solved")
    } else {
        ("no", "not_solved")
    };
    let body = match service {
        "slack" => {
            let payload = json!({
                "type": "block_actions", "trigger_id": id, "user": { "id": who },
                "actions": [{ "type": "button", "action_id": action, "value": question }],
            });
            web::urlencoded::join(&[("payload", &payload.to_string())])
        }
        "feishu" => json!({
            "schema": "2.0",
            "header": { "event_id": id, "event_type": "card.action.trigger", "token": "feishu token" },
            "event": {
                "operator": { "open_id": who },
                "action": { "tag": "button", "value": { "question": question, "answer": key } },
            },
        })
        .to_string(),
        "wecom" => format!(
            "<xml><ToUserName><![CDATA[ww1]]></ToUserName><FromUserName><![CDATA[{who}]]></FromUserName>\
             <CreateTime>1772445601</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[template_card_event]]></Event>\
             <EventKey><![CDATA[{key}]]></EventKey><TaskId><![CDATA[{question}]]></TaskId>\
             <CardType><![CDATA[button_interaction]]></CardType><ResponseCode><![CDATA[{id}]]></ResponseCode></xml>"
        ),
        _ => json!({ "type": "answer", "from": { "id": who }, "question": question, "accepted": accepted })
            .to_string(),
    };
    Plain {
        id: id.to_owned(),
        body,
        is_form: service == "slack",
    }
}

/// A request as it goes over the wire.
#[derive(Clone, Debug)]
pub struct Wire {
    pub query: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// Signs as the service would at this second.
pub fn signed(service: &str, plain: &Plain, seconds: i64) -> Wire {
    let json = ("content-type", "application/json".to_owned());
    let body = plain.body.clone();
    match service {
        "slack" => {
            let mac =
                crypto::hmac_sha256(b"slack secret", format!("v0:{seconds}:{body}").as_bytes()).unwrap();
            let form = ("content-type", "application/x-www-form-urlencoded".to_owned());
            let headers = vec![
                if plain.is_form { form } else { json },
                ("x-slack-request-timestamp", seconds.to_string()),
                ("x-slack-signature", format!("v0={}", HEXLOWER.encode(&mac))),
            ];
            Wire {
                query: String::new(),
                headers,
                body,
            }
        }
        "feishu" => {
            let sealed = crypto::seal_cbc(&crypto::sha256(&[b"test key"]), &[3; 16], body.as_bytes(), 16);
            let body =
                json!({ "encrypt": BASE64.encode(&[&[3; 16], sealed.as_slice()].concat()) }).to_string();
            let (stamp, nonce) = (seconds.to_string(), format!("n{}", plain.id));
            let sum = crypto::sha256_hex(&[stamp.as_bytes(), nonce.as_bytes(), b"test key", body.as_bytes()]);
            let headers = vec![
                json,
                ("x-lark-request-timestamp", stamp),
                ("x-lark-request-nonce", nonce),
                ("x-lark-signature", sum),
            ];
            Wire {
                query: String::new(),
                headers,
                body,
            }
        }
        "wecom" => {
            let text = sealed_for_wecom(&body);
            let body = format!(
                "<xml><ToUserName><![CDATA[ww1]]></ToUserName><Encrypt><![CDATA[{text}]]></Encrypt></xml>"
            );
            let query = wecom_query(&text, seconds, &format!("n{}", plain.id));
            Wire {
                query,
                headers: vec![("content-type", "text/xml".to_owned())],
                body,
            }
        }
        "dingtalk" => {
            // One message a millisecond.
            let spread: i64 = plain.id.bytes().map(i64::from).sum::<i64>() % 1_000;
            let stamp = (seconds * 1_000 + spread).to_string();
            let mac =
                crypto::hmac_sha256(b"ding secret", format!("{stamp}\nding secret").as_bytes()).unwrap();
            Wire {
                query: String::new(),
                headers: vec![json, ("timestamp", stamp), ("sign", BASE64.encode(&mac))],
                body,
            }
        }
        "teams" => {
            let body = match serde_json::from_str::<Value>(&body) {
                Ok(mut activity) if activity["timestamp"].is_null() => {
                    activity["timestamp"] = json!(kernel::time::Timestamp::from_secs(seconds));
                    activity.to_string()
                }
                _ => body,
            };
            let headers = vec![json, ("authorization", teams_signature(&body))];
            Wire {
                query: String::new(),
                headers,
                body,
            }
        }
        _ => {
            let key = BASE64
                .decode(PLAIN_SECRET.trim_start_matches("whsec_").as_bytes())
                .unwrap();
            let id = format!("msg_{}", plain.id);
            let mac = crypto::hmac_sha256(&key, format!("{id}.{seconds}.{body}").as_bytes()).unwrap();
            let headers = vec![
                json,
                ("webhook-id", id),
                ("webhook-timestamp", seconds.to_string()),
                ("webhook-signature", format!("v1,{}", BASE64.encode(&mac))),
            ];
            Wire {
                query: String::new(),
                headers,
                body,
            }
        }
    }
}

/// As Microsoft lays it out: Base64 of HMAC-SHA256 of the bytes of the body, under the bytes that the token stands for. Computed by
/// another library than the product's.
pub fn teams_signature(body: &str) -> String {
    let key = BASE64.decode(TEAMS_TOKEN.as_bytes()).unwrap();
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key);
    let sum = ring::hmac::sign(&key, body.as_bytes());
    format!("HMAC {}", BASE64.encode(sum.as_ref()))
}

pub fn sealed_for_wecom(message: &str) -> String {
    let key: [u8; 32] = BASE64
        .decode(b"jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2A=")
        .unwrap()
        .try_into()
        .unwrap();
    let mut plain = b"0123456789abcdef".to_vec();
    plain.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    plain.extend(message.as_bytes());
    plain.extend(b"ww1");
    BASE64.encode(&crypto::seal_cbc(&key, key.first_chunk().unwrap(), &plain, 32))
}

pub fn wecom_query(sealed: &str, seconds: i64, nonce: &str) -> String {
    let stamp = seconds.to_string();
    let mut parts = ["wecom token", &stamp, nonce, sealed];
    parts.sort_unstable();
    let signature = crypto::sha1_hex(parts.concat().as_bytes());
    format!(
        "?{}",
        web::urlencoded::join(&[
            ("msg_signature", &signature),
            ("timestamp", &stamp),
            ("nonce", nonce)
        ])
    )
}

pub async fn post(app: &TestApp, channel: ChannelId, wire: &Wire) -> Answer {
    let headers: Vec<(&str, &str)> = wire
        .headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let path = format!("/im/{channel}{}", wire.query);
    app.anonymous()
        .send(Method::POST, &path, &wire.body, &headers)
        .await
}

/// The tickets of somebody, oldest first.
pub async fn tickets_of(app: &TestApp, person: &Person) -> Vec<Ticket> {
    let id = person.id;
    let read = move |tx: &mut Tx<'_>| {
        let mut found = Vec::new();
        for number in 1..200 {
            if let Some(ticket) = ticket::store::load(tx, number)?.filter(|ticket| ticket.requester == id) {
                found.push(ticket);
            }
        }
        Ok(found)
    };
    app.read(read).await.unwrap()
}

/// What is said on a ticket, oldest first.
pub async fn words_of(app: &TestApp, number: i64) -> Vec<String> {
    let read = move |tx: &mut Tx<'_>| desk::article::store::latest(tx, number, true, i64::MAX, 50);
    let mut articles = app.read(read).await.unwrap();
    articles.sort_by_key(|article| article.id);
    articles.into_iter().map(|article| article.body).collect()
}

/// Why requests to a channel were refused, and how often.
pub async fn refusals(app: &TestApp, channel: ChannelId) -> Vec<(String, i64)> {
    let cx = app.cx();
    let list = app
        .read(move |tx| im::hearing::refusing::list(tx, &cx, channel, 100))
        .await
        .unwrap();
    list.into_iter().map(|one| (one.reason, one.times)).collect()
}

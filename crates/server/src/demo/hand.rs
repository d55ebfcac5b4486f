//! Templates and macros of the demo department: five of each, in both languages, everybody's.

use desk::macros::{self, Definition, Move, Planned, Receiver, Say, Voice};
use desk::reply_template::{self, Both};
use kernel::{Result, Timestamp};

use super::system_at;
use crate::house::House;

/// Name and text, in English and Chinese.
struct Ready {
    name: (&'static str, &'static str),
    text: (&'static str, &'static str),
    voice: Voice,
    definition: fn() -> Definition,
}

fn ask_for_more() -> Definition {
    Definition {
        assign: Some(Receiver::Me),
        step: Some(Move::WaitRequester),
        ..Definition::default()
    }
}

fn password() -> Definition {
    Definition {
        category: Some(desk::ticket::Category::Account),
        tags_add: vec!["password".to_owned()],
        step: Some(Move::Resolve),
        ..Definition::default()
    }
}

fn spare_part() -> Definition {
    Definition {
        category: Some(desk::ticket::Category::Hardware),
        tags_add: vec!["spare-part".to_owned()],
        next_step: Some(Planned {
            what: "询问到货日期 · Ask for the delivery date".to_owned(),
            in_days: 2,
        }),
        step: Some(Move::WaitSupplier),
        ..Definition::default()
    }
}

fn visit() -> Definition {
    Definition {
        assign: Some(Receiver::Me),
        next_step: Some(Planned {
            what: "上门处理 · Visit".to_owned(),
            in_days: 1,
        }),
        step: Some(Move::Start),
        ..Definition::default()
    }
}

fn phishing() -> Definition {
    Definition {
        category: Some(desk::ticket::Category::Security),
        impact: Some(desk::ticket::Impact::Team),
        urgency: Some(desk::ticket::Urgency::High),
        tags_add: vec!["phishing".to_owned()],
        ..Definition::default()
    }
}

const READY: [Ready; 5] = [
    Ready {
        name: ("Ask for details", "请报障人补充信息"),
        text: (
            "Hello {{ requester.name }},\n\nto look into #{{ ticket.number }} we need three things: since when it happens, the exact words of the error, and the name of the device.\n\n{{ me.name }}",
            "{{ requester.name }}，您好！\n\n为了处理工单 #{{ ticket.number }}，请补充三点：从什么时候开始、报错的原文、设备名称。\n\n{{ me.name }}",
        ),
        voice: Voice::Reply,
        definition: ask_for_more,
    },
    Ready {
        name: ("Password was reset", "密码已重置"),
        text: (
            "Hello {{ requester.name }},\n\nyour password has been reset. Sign in with the one-time code from your phone and choose a new password.\n\n{{ me.name }}",
            "{{ requester.name }}，您好！\n\n您的密码已重置。请用手机上的一次性验证码登录，然后设置新密码。\n\n{{ me.name }}",
        ),
        voice: Voice::Reply,
        definition: password,
    },
    Ready {
        name: ("Spare part ordered", "备件已订购"),
        text: (
            "The spare part for “{{ ticket.title }}” is ordered; we tell you the day it arrives.\n\n{{ me.name }}",
            "“{{ ticket.title }}”所需的备件已订购，到货后会马上通知您。\n\n{{ me.name }}",
        ),
        voice: Voice::Reply,
        definition: spare_part,
    },
    Ready {
        name: ("We are coming by", "上门处理"),
        text: (
            "Hello {{ requester.name }},\n\nwe come to your desk tomorrow to look at it. Is there a time that does not suit you?\n\n{{ me.name }}",
            "{{ requester.name }}，您好！\n\n我们明天到您的工位处理。如果有不方便的时间，请告诉我们。\n\n{{ me.name }}",
        ),
        voice: Voice::Reply,
        definition: visit,
    },
    Ready {
        name: ("Phishing: first steps", "钓鱼邮件：首要步骤"),
        text: (
            "1. Save the raw mail. 2. Block sender and links at the gateway. 3. Find who else got it. 4. Whoever clicked: new password, end all sessions.",
            "1. 保存邮件原文。2. 在网关拦截发件人和链接。3. 查明还有谁收到。4. 点击过链接的人：重置密码，结束全部会话。",
        ),
        voice: Voice::Note,
        definition: phishing,
    },
];

/// Writes them down.
pub(super) async fn make(house: &House, at: Timestamp) -> Result<()> {
    let cx = system_at(at);
    house
        .kernel
        .db
        .write(move |tx| {
            for ready in &READY {
                let both = |(en, zh): (&str, &str)| Both {
                    en: en.to_owned(),
                    zh: zh.to_owned(),
                };
                let wanted = reply_template::Wanted {
                    shared: true,
                    name: both(ready.name),
                    body: both(ready.text),
                };
                let template = reply_template::save(tx, &cx, None, &wanted)?.id;
                let wanted = macros::Wanted {
                    shared: true,
                    name: both(ready.name),
                    definition: Definition {
                        say: Some(Say {
                            voice: ready.voice,
                            template,
                        }),
                        ..(ready.definition)()
                    },
                };
                macros::save(tx, &cx, None, &wanted)?;
            }
            Ok(())
        })
        .await
}

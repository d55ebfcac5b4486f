//! Outgoing mail is read back as it was meant, and nobody can put a header into it.

use mail::message::compose::{ComposeError, Outgoing, OutgoingFile, Voice, compose};
use mail::message::{Address, Message};

fn address(name: &str, email: &str) -> Address {
    Address {
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        email: email.to_owned(),
    }
}

fn outgoing() -> Outgoing {
    Outgoing {
        from: address("IT 服务台", "it@example.com"),
        to: vec![
            address("张三", "zhang@example.com"),
            address("Doe, \"JD\" John", "john@example.com"),
        ],
        cc: vec![address("", "boss@example.com")],
        reply_to: Some(address("", "it+t1042.abc@example.com")),
        subject: "[#1042] 打印机坏了，请确认是否已经可以正常使用，谢谢您的耐心等待和理解".to_owned(),
        text: "您好，\n-- \n服务台".to_owned(),
        html: Some("<p>您好，<img src=\"cid:logo@desk\"></p>".to_owned()),
        files: vec![
            OutgoingFile {
                name: "报告.pdf".into(),
                media_type: "application/pdf".into(),
                content_id: None,
                bytes: vec![0, 1, 2, 255],
            },
            OutgoingFile {
                name: "logo.png".into(),
                media_type: "image/png".into(),
                content_id: Some("logo@desk".into()),
                bytes: vec![137; 300],
            },
        ],
        message_id: "ms.1042.a.tag@example.com".to_owned(),
        in_reply_to: Some("question@example.com".to_owned()),
        references: vec!["root@example.com".to_owned(), "question@example.com".to_owned()],
        date: 1_700_000_000,
        voice: Voice::Replied,
        loop_mark: "mark-1".to_owned(),
        language: Some("zh-CN".to_owned()),
    }
}

#[test]
fn what_is_written_is_read_back() {
    let composed = compose(&outgoing()).unwrap();
    assert!(composed.raw.is_ascii());
    assert_eq!(composed.envelope.to().len(), 3);
    let message = Message::parse(&composed.raw).unwrap();
    assert_eq!(message.subject, Some(outgoing().subject));
    assert_eq!(message.from, [outgoing().from]);
    assert_eq!(message.to, outgoing().to);
    assert_eq!(message.cc, outgoing().cc);
    assert_eq!(
        message.reply_to,
        outgoing().reply_to.into_iter().collect::<Vec<_>>()
    );
    assert_eq!(message.date, Some(1_700_000_000));
    assert_eq!(message.message_id, Some(outgoing().message_id));
    assert_eq!(message.in_reply_to, outgoing().in_reply_to);
    assert_eq!(message.references, outgoing().references);
    assert_eq!(message.auto_submitted.as_deref(), Some("auto-replied"));
    assert_eq!(message.headers.get("X-Auto-Response-Suppress"), Some("All"));
    assert_eq!(message.headers.get("X-Mainstay-Loop"), Some("mark-1"));
    assert_eq!(message.text.trim_end(), "您好，\n-- \n服务台");
    assert!(message.html.unwrap().contains("src=\"cid:logo@desk\""));
    let files: Vec<_> = message
        .attachments
        .iter()
        .map(|file| (file.name.as_deref().unwrap(), file.bytes.len(), file.inline))
        .collect();
    assert_eq!(files, [("logo.png", 300, true), ("报告.pdf", 4, false)]);
}

#[test]
fn the_same_message_is_written_twice_as_the_same_bytes() {
    assert_eq!(
        compose(&outgoing()).unwrap().raw,
        compose(&outgoing()).unwrap().raw
    );
}

#[test]
fn a_persons_words_carry_no_automatic_marks() {
    let composed = compose(&Outgoing {
        voice: Voice::Person,
        html: None,
        files: Vec::new(),
        ..outgoing()
    })
    .unwrap();
    let message = Message::parse(&composed.raw).unwrap();
    assert_eq!((message.auto_submitted, message.html), (None, None));
}

#[test]
fn no_value_can_begin_a_header_of_its_own() {
    let evil = "x\r\nBcc: victim@example.com\r\n\r\n<b>body";
    let mut message = outgoing();
    message.subject = evil.to_owned();
    message.from.name = Some(evil.to_owned());
    message.to[0].name = Some(evil.to_owned());
    message.message_id = evil.to_owned();
    message.in_reply_to = Some(evil.to_owned());
    message.references = vec![evil.to_owned()];
    message.loop_mark = evil.to_owned();
    message.language = Some(evil.to_owned());
    message.files[0].name = evil.to_owned();
    message.files[1].content_id = Some(evil.to_owned());
    let composed = compose(&message).unwrap();
    let text = String::from_utf8(composed.raw.clone()).unwrap();
    assert!(
        !text.lines().any(|line| line.to_lowercase().starts_with("bcc:")),
        "{text}"
    );
    assert_eq!(Message::parse(&composed.raw).unwrap().headers.get("bcc"), None);
    assert_eq!(composed.envelope.to().len(), 3);
}

#[test]
fn bad_addresses_are_named() {
    let error = compose(&Outgoing {
        cc: vec![address("", "no address")],
        ..outgoing()
    })
    .unwrap_err();
    assert_eq!(
        error,
        ComposeError::BadAddress {
            field: "Cc",
            address: "no address".to_owned()
        }
    );
    let error = compose(&Outgoing {
        to: vec![address("", "a@b\r\nRCPT TO:<c@d>")],
        ..outgoing()
    })
    .unwrap_err();
    assert!(matches!(error, ComposeError::BadAddress { field: "To", .. }));
    assert_eq!(
        compose(&Outgoing {
            to: Vec::new(),
            cc: Vec::new(),
            ..outgoing()
        })
        .unwrap_err(),
        ComposeError::NoRecipient
    );
}

#[test]
fn a_long_history_keeps_its_root_and_its_end() {
    let references: Vec<String> = (0..100).map(|number| format!("{number}@example.com")).collect();
    let composed = compose(&Outgoing {
        references: references.clone(),
        ..outgoing()
    })
    .unwrap();
    let read = Message::parse(&composed.raw).unwrap().references;
    assert_eq!(
        (read.first(), read.last(), read.len()),
        (references.first(), references.last(), 20)
    );
}

//! Structures and encodings of real mail, each with what has to come out.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where the story breaks")]

use encoding_rs::GB18030;
use mail::message::{Limits, Message, ParseError, Problem};

fn read(raw: &str) -> Message {
    Message::parse(raw.as_bytes()).unwrap()
}

#[test]
fn only_nothing_is_refused() {
    assert_eq!(Message::parse(b"").unwrap_err(), ParseError::Empty);
    assert_eq!(Message::parse(b" \r\n\r\n").unwrap_err(), ParseError::Empty);
    assert_eq!(read("x").text, "x");
    assert_eq!(
        read("Subject: only a header").subject.as_deref(),
        Some("only a header")
    );
}

#[test]
fn text_declared_as_gb2312_is_read_as_gb18030() {
    // 镕 and 囍 are not in GB2312.
    let (body, _, _) = GB18030.encode("朱镕基 囍 €");
    for charset in ["gb2312", "GBK", "gb18030", "\"gb2312\"", "cp936", "euc-cn"] {
        let raw = [
            format!("Content-Type: text/plain; charset={charset}\n\n").as_bytes(),
            &body,
        ]
        .concat();
        assert_eq!(Message::parse(&raw).unwrap().text, "朱镕基 囍 €", "{charset}");
    }
    let (body, _, _) = GB18030.encode("打印机");
    for charset in ["x-nobody-knows", "us-ascii", "utf-8", "\"\""] {
        let raw = [
            format!("Content-Type: text/plain; charset={charset}\n\n").as_bytes(),
            &body,
        ]
        .concat();
        assert_eq!(Message::parse(&raw).unwrap().text, "打印机", "{charset}");
    }
    let (body, _, _) = GB18030.encode("打印机坏了");
    let raw = [&b"Content-Type: text/plain\n\n"[..], &body].concat();
    assert_eq!(Message::parse(&raw).unwrap().text, "打印机坏了");
}

#[test]
fn charsets_are_followed() {
    for (charset, bytes, text) in [
        ("utf-8", "你好".as_bytes().to_vec(), "你好"),
        ("iso-8859-1", b"caf\xe9".to_vec(), "café"),
        (
            "iso-8859-1",
            b"na\xefvet\xe9 \xab\xe9t\xe9\xbb".to_vec(),
            "naïveté «été»",
        ),
        (
            "iso-8859-1",
            GB18030.encode("打印机坏了").0.into_owned(),
            "打印机坏了",
        ),
        ("windows-1251", b"\xcf\xf0\xe8\xe2\xe5\xf2".to_vec(), "Привет"),
        ("big5", b"\xa7\x41\xa6\x6e".to_vec(), "你好"),
        ("utf-7", b"+T2BZfQ-".to_vec(), "你好"),
        ("hz-gb-2312", b"~{Dc:C~} ok".to_vec(), "你好 ok"),
        ("iso-2022-jp", b"\x1b$B$3$s\x1b(B".to_vec(), "こん"),
        ("utf-16", b"\xff\xfe\x60\x4f\x7d\x59".to_vec(), "你好"),
        ("utf-8", b"caf\xc3\xa9 \xc3".to_vec(), "café \u{fffd}"),
    ] {
        let raw = [
            format!("Content-Type: text/plain; charset={charset}\n\n").as_bytes(),
            &bytes,
        ]
        .concat();
        assert_eq!(Message::parse(&raw).unwrap().text, text, "{charset}");
    }
}

#[test]
fn html_alone_becomes_text_and_says_its_own_charset() {
    let (body, _, _) = GB18030
        .encode("<html><head><meta charset=gb2312></head><body><p>打印机</p><p>坏了</p></body></html>");
    let raw = [&b"Content-Type: text/html\n\n"[..], &body].concat();
    let message = Message::parse(&raw).unwrap();
    assert_eq!(message.text, "打印机\n\n坏了");
    assert_eq!(message.html.as_deref(), Some("<p>打印机</p><p>坏了</p>"));
}

#[test]
fn the_plain_alternative_is_the_text_and_pictures_are_inline() {
    let message = read(
        "Content-Type: multipart/alternative; boundary=a\n\n--a\n\nplain\n--a\nContent-Type: multipart/related; boundary=b\n\n\
         --b\nContent-Type: text/html\n\n<img src=\"cid:p@x\"><b>rich</b>\n--b\nContent-Type: image/png\nContent-ID: <p@x>\n\
         Content-Transfer-Encoding: base64\n\naGk=\n--b--\n--a\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--a--\n",
    );
    assert_eq!(message.text, "plain");
    assert_eq!(message.html.as_deref(), Some("<img src=\"cid:p@x\"><b>rich</b>"));
    let files: Vec<_> = message
        .attachments
        .iter()
        .map(|file| (file.media_type.as_str(), file.inline, file.content_id.as_deref()))
        .collect();
    assert_eq!(
        files,
        [("image/png", true, Some("p@x")), ("text/calendar", false, None)]
    );
}

#[test]
fn an_empty_plain_alternative_gives_way_to_the_html() {
    let message = read(
        "Content-Type: multipart/alternative; boundary=a\n\n--a\n\n \n--a\nContent-Type: text/html\n\n<p>rich</p>\n--a--\n",
    );
    assert_eq!(message.text, "rich");
}

#[test]
fn texts_of_a_mixed_message_follow_each_other() {
    let message = read(
        "Content-Type: multipart/mixed; boundary=a\n\n--a\n\none\n--a\nContent-Type: text/html\n\n<p>two</p>\n--a\nContent-Type: text/x-log\n\nthree\n--a--\n",
    );
    assert_eq!(message.text, "one\ntwo\nthree");
    assert!(message.attachments.is_empty());
}

#[test]
fn attached_messages_are_files_and_inline_ones_are_read() {
    let message = |disposition: &str| {
        read(&format!(
            "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nsee\n--a\nContent-Type: message/rfc822\n{disposition}\n\
             From: bob@example.com\nSubject: =?utf-8?B?5omT5Y2w5py6?=\n\ninner\n--a--\n"
        ))
    };
    let inline = message("");
    assert_eq!(inline.text, "see\nFrom: bob@example.com\nSubject: 打印机\ninner");
    assert!(inline.attachments.is_empty());
    let attached = message("Content-Disposition: attachment; filename=\"../mail.eml\"\n");
    assert_eq!(attached.text, "see");
    assert_eq!(attached.attachments[0].name.as_deref(), Some("mail.eml"));
    assert!(attached.attachments[0].bytes.starts_with(b"From: bob"));
}

#[test]
fn opaque_and_signed_parts_are_kept() {
    let message = read(
        "Content-Type: multipart/signed; boundary=a; protocol=\"application/pgp-signature\"\n\n--a\n\ntext\n--a\n\
         Content-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN-----\n--a\nContent-Type: application/ms-tnef; \
         name=winmail.dat\nContent-Transfer-Encoding: base64\n\neJ8+\n--a\nContent-Type: application/pkcs7-mime; name=smime.p7m\n\nx\n--a--\n",
    );
    let names: Vec<_> = message
        .attachments
        .iter()
        .filter_map(|file| file.name.as_deref())
        .collect();
    assert_eq!(
        (message.text.as_str(), names.join(" ").as_str()),
        ("text", "signature.asc winmail.dat smime.p7m")
    );
}

#[test]
fn flowed_text_is_unfolded() {
    let message = read("Content-Type: text/plain; format=flowed; delsp=yes\n\n打印 \n机\n-- \nAnn\n");
    assert_eq!(
        (message.reply_text.as_str(), message.signature.as_str()),
        ("打印机", "--\nAnn")
    );
}

#[test]
fn a_missing_boundary_parameter_is_found_in_the_body() {
    let message = read(
        "Content-Type: multipart/mixed\n\n--=_part\n\none\n--=_part\nContent-Disposition: attachment; filename=a.txt\n\ntwo\n--=_part--\n",
    );
    assert_eq!((message.text.as_str(), message.attachments.len()), ("one", 1));
}

#[test]
fn old_line_ends_are_understood() {
    assert_eq!(read("Subject: a\rTo: b@c\r\rbody\rmore").text, "body\nmore");
    let mixed = read("Subject: a\nTo: b@c\r\n\nbody\r\nmore\n");
    assert_eq!((mixed.to.len(), mixed.text.as_str()), (1, "body\nmore"));
}

#[test]
fn mbox_lines_and_leading_blank_lines_are_passed_over() {
    for raw in [
        "From a@b Mon Jan 1 00:00:00 2024\nSubject: s\n\nb",
        "\n\nSubject: s\nFrom: a@b\n\nb",
        "\u{feff}Subject: s\n\nb",
    ] {
        let message = read(raw);
        assert_eq!(
            (message.subject.as_deref(), message.text.as_str()),
            (Some("s"), "b"),
            "{raw:?}"
        );
    }
}

#[test]
fn nul_bytes_do_not_reach_the_database() {
    let message = Message::parse(b"Subject: a\0b\nContent-Type: text/plain; charset=utf-8\n\nc\0d").unwrap();
    assert_eq!(
        (message.subject.as_deref(), message.text.as_str()),
        (Some("ab"), "cd")
    );
}

#[test]
fn deep_nesting_is_cut_and_said() {
    let mut raw = String::new();
    for level in 0..5_000 {
        raw.push_str(&format!(
            "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"
        ));
    }
    raw.push_str("\nthe end\n");
    let begun = std::time::Instant::now();
    let message = read(&raw);
    assert_eq!(message.problems, [Problem::TooDeep]);
    assert_eq!(message.attachments.len(), 1);
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

#[test]
fn too_many_parts_are_cut_and_said() {
    let raw = format!(
        "Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n",
        "--b\n\nx\n".repeat(50_000)
    );
    let message = read(&raw);
    assert_eq!(message.problems, [Problem::TooManyParts]);
    assert!(message.text.len() >= 50_000, "the rest is kept in the last part");
}

#[test]
fn an_attachment_beyond_the_limit_is_named_without_its_bytes() {
    let raw = "Content-Type: application/pdf; name=big.pdf\n\n0123456789";
    let message = Message::parse_within(
        raw.as_bytes(),
        &Limits {
            max_attachment_bytes: 5,
            ..Limits::default()
        },
    )
    .unwrap();
    let file = &message.attachments[0];
    assert_eq!((file.size, file.bytes.len(), file.dropped), (10, 0, true));
    assert_eq!(message.problems, [Problem::AttachmentTooLarge]);
}

#[test]
fn time_grows_with_size_and_not_faster() {
    let cases: [(&str, String); 7] = [
        (
            "encoded words",
            format!("Subject: {}\n\n", "=?utf-8?q?a".repeat(200_000)),
        ),
        ("addresses", format!("To: {}\n\n", "(\"<,:;".repeat(200_000))),
        (
            "parameters",
            format!("Content-Type: text/plain{}\n\nx", "; a*1*=\"x".repeat(200_000)),
        ),
        (
            "boundaries",
            format!(
                "Content-Type: multipart/mixed; boundary=b\n\n{}",
                "--c\n".repeat(500_000)
            ),
        ),
        (
            "sentences",
            format!("Subject: x\n\n{}", "On 1 January 2024 at 10:10\n".repeat(50_000)),
        ),
        ("fields", format!("Subject: x\n\n{}", "From: x\n".repeat(100_000))),
        (
            "tags",
            format!("Content-Type: text/html\n\n{}", "<p><b>x</i>".repeat(50_000)),
        ),
    ];
    for (name, raw) in cases {
        let begun = std::time::Instant::now();
        Message::parse(raw.as_bytes()).unwrap();
        assert!(
            begun.elapsed().as_secs() < 20,
            "{name} took {:?}",
            begun.elapsed()
        );
    }
}

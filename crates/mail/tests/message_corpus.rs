//! Agreement with another reader on the messages of ../shared/data/mail, and the cases where that reader is wrong.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where the story breaks")]

use std::path::PathBuf;

use mail::message::Message;

/// `None` (and a word on the console) when the data is not there; on CI it has to be.
fn corpus() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/mail");
    if folder.join("expected.jsonl").is_file() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} is missing",
        folder.display()
    );
    println!("skipped: {} is not there", folder.display());
    None
}

/// Where we read what the other reader does not, and by which rule.
const OTHER_READER_IS_WRONG: [(&str, &str, &str); 1] = [
    // RFC 5322 section 4.5.5: obs-subject = "Subject" *WSP ":" unstructured CRLF. White space may stand before the colon.
    (
        "obsolete.msg",
        "subject",
        "The obsolete syntax allow spaces before the colon        and also empty lines in folding.",
    ),
];

#[test]
fn every_message_is_read_as_the_other_reader_reads_it() {
    let Some(folder) = corpus() else { return };
    let expected = std::fs::read_to_string(folder.join("expected.jsonl")).unwrap();
    let mut differences = Vec::new();
    let mut count = 0;
    for line in expected.lines() {
        let expected: serde_json::Value = serde_json::from_str(line).unwrap();
        let file = expected["file"].as_str().unwrap();
        let path = ["mime4j/testmsgs", "talon/standard_replies", "talon"]
            .map(|sub| folder.join(sub).join(file))
            .into_iter()
            .find(|path| path.is_file())
            .unwrap();
        let raw = std::fs::read(path).unwrap();
        assert_eq!(
            raw.len() as u64,
            expected["bytes"].as_u64().unwrap(),
            "{file} has changed"
        );
        let read = Message::parse(&raw).unwrap().to_json();
        count += 1;
        for field in ["subject", "from", "to", "cc", "message_id"] {
            let ours = OTHER_READER_IS_WRONG
                .iter()
                .find(|(name, key, _)| (*name, *key) == (file, field));
            let wanted = ours.map_or(expected[field].clone(), |(_, _, value)| (*value).into());
            if read[field] != wanted {
                differences.push(format!("{file} {field}: {} instead of {wanted}", read[field]));
            }
        }
        if !same_attachments(&read["attachments"], &expected["attachments"]) {
            differences.push(format!(
                "{file}: {} instead of {}",
                read["attachments"], expected["attachments"]
            ));
        }
    }
    assert!(count >= 44, "only {count} messages");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The same files in any order; a name the other reader does not know may be anything.
fn same_attachments(ours: &serde_json::Value, theirs: &serde_json::Value) -> bool {
    let mut ours = ours.as_array().unwrap().clone();
    let all_found = theirs.as_array().unwrap().iter().all(|wanted| {
        let same = |one: &serde_json::Value| {
            one["sha256"] == wanted["sha256"]
                && one["size"] == wanted["size"]
                && (wanted["name"].is_null() || one["name"] == wanted["name"])
        };
        ours.iter().position(same).map(|at| ours.remove(at)).is_some()
    });
    all_found && ours.is_empty()
}

#[test]
fn structures_of_the_mime_torture_messages_are_understood() {
    let Some(folder) = corpus() else { return };
    let read = |name: &str| {
        Message::parse(&std::fs::read(folder.join("mime4j/testmsgs").join(name)).unwrap()).unwrap()
    };
    for (name, text) in [
        ("bad-newlines-multiple-parts-base64.msg", "Text body\n"),
        (
            "base64encoded-rfc822message-nested.msg",
            "Subject: a simple rfc822 message encoded in a base64 body.\nText body\n",
        ),
        ("ending-boundaries.msg", "first part\n"),
        ("missing-boundary.msg", "AAA\n"),
        (
            "malformedHeader-noheader.msg",
            "This is a simple message not having headers.\nThe whole text should be recognized as body.",
        ),
        (
            "misplaced-boundary.msg",
            "This should be a text including the --boundary\nstring and should not be parsed as multiple bodies\n",
        ),
        ("qp-body.msg", "7bit content with euro € symbol "),
        (
            "multipartnopart.msg",
            "This is a multi-part message in MIME format with no parts.\n",
        ),
    ] {
        assert_eq!(read(name).text.trim_end(), text.trim_end(), "{name}");
    }
    let text = read("weird-boundary.msg").text;
    assert!(
        text.contains("The above line is similar to the boundary but miss a final space"),
        "{text}"
    );
    let text = read("intermediate-boundaries.msg").text;
    assert!(
        text.contains("first part")
            && text.contains("also a boundary with more data")
            && text.contains("end of part"),
        "{text}"
    );
    let text = read("boundary-name-clash.msg").text;
    assert_eq!(
        text.trim(),
        "Please see attachment for report Daily_Stats-2022-05-12-0700"
    );
    assert_eq!(
        read("russian-headers.msg").attachments[0].name.as_deref(),
        Some("Список.doc")
    );
    assert_eq!(read("basic-plain.msg").date, Some(887_219_460));
    let text = read("basic-plain-with-bad-header-separator.msg").text;
    assert!(text.starts_with("This is a very simple message"), "{text}");
}

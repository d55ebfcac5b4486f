//! Laws that hold for any bytes: reading never panics, and no line of a text is lost.

use std::path::PathBuf;

use mail::message::Message;
use mail::message::quote::{Occasion, fold_text};
use proptest::prelude::*;

/// Messages to damage: the shared ones where they are, and always a few of our own.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = [
        "From: a@b\nTo: =?utf-8?B?5byg5LiJ?= <c@d>\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhi\n--x\nContent-Type: text/html\n\n<p>a<blockquote>b</blockquote>\n--x--\n",
        "Subject: =?gb2312?Q?=C4=E3=BA=C3?=\nContent-Type: text/plain; charset=utf-7\nContent-Transfer-Encoding: quoted-printable\n\n+T2BZfQ-=3D\n",
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeAoKYm9keQ==\n",
        "Content-Type: text/plain; format=flowed\nContent-Disposition: attachment; filename*0*=utf-8''%E6; filename*1=x\n\n> a \n> b\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/mail");
    for sub in ["mime4j/testmsgs", "talon/standard_replies"] {
        let Ok(entries) = std::fs::read_dir(folder.join(sub)) else {
            continue;
        };
        let files = entries.filter_map(Result::ok).map(|entry| entry.path());
        let mails = files.filter(|path| {
            path.extension()
                .is_some_and(|ending| ending == "msg" || ending == "eml")
        });
        seeds.extend(mails.filter_map(|path| std::fs::read(path).ok()));
    }
    seeds
}

fn filled(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.sort_unstable();
    lines
}

fn check_nothing_is_lost(message: &Message) {
    let parts = [message.reply_text.as_str(), &message.quoted, &message.signature].join("\n");
    assert_eq!(filled(&message.text), filled(&parts));
}

fn a_line() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{0,12}",
        "> ?[a-z]{0,6}",
        Just("-- ".to_owned()),
        Just("On 3 Apr 2012 at 16:19, Bob <b@example.com> wrote:".to_owned()),
        Just("-----Original Message-----".to_owned()),
        Just("---------- Forwarded message ----------".to_owned()),
        Just("From: Bob".to_owned()),
        Just("Sent: Monday".to_owned()),
        Just("发自我的iPhone".to_owned()),
        "\\PC{0,20}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn reading_any_bytes_never_panics(raw in proptest::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(message) = Message::parse(&raw) {
            check_nothing_is_lost(&message);
        }
    }

    #[test]
    fn reading_damaged_messages_never_panics(
        which in any::<prop::sample::Index>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..12),
    ) {
        let seeds = seeds();
        let mut raw = which.get(&seeds).clone();
        for (place, byte, how) in changes {
            if raw.is_empty() {
                break;
            }
            let at = place.index(raw.len());
            match how {
                0 => raw[at] = byte,
                1 => raw.truncate(at.max(1)),
                _ => raw.insert(at, byte),
            }
        }
        if let Ok(message) = Message::parse(&raw) {
            check_nothing_is_lost(&message);
            let _ = message.to_json().to_string();
        }
    }

    #[test]
    fn folding_loses_no_line(lines in proptest::collection::vec(a_line(), 0..30), forward in any::<bool>()) {
        let text = lines.join("\n");
        let folded = fold_text(&text, if forward { Occasion::New } else { Occasion::Reply });
        let parts = [folded.reply.as_str(), &folded.quoted, &folded.signature].join("\n");
        prop_assert_eq!(filled(&text), filled(&parts));
    }

    #[test]
    fn damaged_charsets_never_panic(label in "[a-z0-9-]{1,12}|utf-7|hz-gb-2312|iso-2022-jp|gb2312", body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let raw = [format!("Content-Type: text/plain; charset={label}\n\nx").as_bytes(), &body].concat();
        prop_assert!(Message::parse(&raw).is_ok());
    }
}

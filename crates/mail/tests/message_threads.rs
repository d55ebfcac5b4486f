//! Which ticket a mail belongs to, and that nobody can pretend.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where the story breaks")]

use mail::message::Message;
use mail::message::threading::{
    FoundBy, Keys, find_ticket, message_id, reply_address, verify, verify_address,
};

fn keys() -> Keys {
    Keys::new(*b"the key of today", [])
}

fn read(header: &str) -> Message {
    Message::parse(format!("From: ann@example.com\n{header}\n\nbody\n").as_bytes()).unwrap()
}

#[test]
fn our_identifiers_carry_their_ticket() {
    let id = message_id(1042, "0198-ab", "Desk.Example.com", &keys());
    assert!(
        id.starts_with("ms.1042.0198-ab.") && id.ends_with("@desk.example.com"),
        "{id}"
    );
    assert_eq!(verify(&id, &keys()), Some(1042));
    assert_eq!(verify(&format!("<{}>", id.to_uppercase()), &keys()), Some(1042));
}

#[test]
fn a_forged_identifier_is_not_accepted() {
    let id = message_id(1042, "a", "example.com", &keys());
    let (_, tag) = id.split('@').next().unwrap().rsplit_once('.').unwrap();
    for forged in [
        id.replace("1042", "1043"),
        id.replace(".a.", ".b."),
        id.replace("1042", "01042"),
        id.replace(tag, &tag[..20]),
        id.replace(tag, ""),
        id.replace(tag, &"a".repeat(24)),
        format!("ms.1042.a.{tag}.x@example.com"),
        "ms.1042.a@example.com".to_owned(),
    ] {
        assert_eq!(verify(&forged, &keys()), None, "{forged}");
    }
    assert_eq!(verify(&id, &Keys::new(*b"another key", [])), None);
    let hint = find_ticket(
        &read(&format!("In-Reply-To: <{}>", id.replace("1042", "1043"))),
        &keys(),
    );
    assert_eq!((hint.ticket, hint.forged), (None, true));
}

#[test]
fn identifiers_of_a_former_key_still_count() {
    let old = Keys::new(*b"the key of last year", []);
    let both = Keys::new(*b"the key of today", [b"the key of last year".to_vec()]);
    let id = message_id(5, "a", "example.com", &old);
    assert_eq!(verify(&id, &both), Some(5));
    assert_eq!(
        verify(&message_id(5, "a", "example.com", &both), &keys()),
        Some(5)
    );
}

#[test]
fn the_strongest_sign_decides() {
    let (one, two) = (
        message_id(1, "a", "x.y", &keys()),
        message_id(2, "b", "x.y", &keys()),
    );
    let hint = find_ticket(
        &read(&format!(
            "In-Reply-To: <{one}>\nReferences: <root@other> <{two}>\nSubject: Re: [#3]"
        )),
        &keys(),
    );
    assert_eq!(hint.ticket, Some((1, FoundBy::InReplyTo)));
    assert_eq!((hint.subject_number, hint.forged), (Some(3), false));
    assert_eq!(hint.foreign_ids, ["root@other"]);
    let hint = find_ticket(
        &read(&format!(
            "In-Reply-To: <z@other>\nReferences: <{one}> <{two}> <z@other>"
        )),
        &keys(),
    );
    assert_eq!(hint.ticket, Some((2, FoundBy::References)));
    let hint = find_ticket(&read(&format!("In-Reply-To: <z@other> <{one}>")), &keys());
    assert_eq!(hint.ticket, Some((1, FoundBy::InReplyTo)));
    let hint = find_ticket(
        &read("References: <a@o> <b@o>\nIn-Reply-To: <c@o>\nSubject: #9"),
        &keys(),
    );
    assert_eq!(
        (
            hint.ticket,
            hint.foreign_ids.join(" ").as_str(),
            hint.subject_number
        ),
        (None, "c@o b@o a@o", Some(9))
    );
}

#[test]
fn a_reply_address_carries_its_ticket() {
    let address = reply_address("it@example.com", 1042, &keys()).unwrap();
    assert_eq!(verify_address(&address, &keys()), Some(1042));
    assert_eq!(verify_address(&address.replace("1042", "1041"), &keys()), None);
    assert!(address.split('@').next().unwrap().len() <= 64);
    let hint = find_ticket(&read(&format!("Cc: Desk <{address}>")), &keys());
    assert_eq!(hint.ticket, Some((1042, FoundBy::ReplyAddress)));
}

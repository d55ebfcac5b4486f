//! The enrolment document: what is followed and what is not.

use protocol::enrolment::{Document, Unfit, address_fits, fits, open, open_kept};
use protocol::key::KeyPair;
use protocol::signed::{Broken, Signed};

const NOW: i64 = 1_795_000_000_000;

fn document(server: &KeyPair, signer: &KeyPair) -> Document {
    Document {
        version: 1,
        servers: vec!["wss://desk.example.com/agent/v1/link".to_owned()],
        server_keys: vec![server.public()],
        signer_keys: vec![signer.public()],
        authority: None,
        update_root: None,
        token: "once".to_owned(),
        expires_at: NOW + 1,
    }
}

#[test]
fn a_document_counts_until_its_time_is_over_and_its_keys_beyond() {
    let (server, signer) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let file = Signed::sign(&server, &document(&server, &signer)).unwrap();
    assert!(open(&file, NOW).is_ok());
    assert_eq!(open(&file, NOW + 1), Err(Unfit::Expired));
    assert!(open_kept(&file).is_ok());
}

#[test]
fn a_changed_document_is_not_followed() {
    let (server, signer, thief) = (
        KeyPair::generate().unwrap(),
        KeyPair::generate().unwrap(),
        KeyPair::generate().unwrap(),
    );
    let honest = Signed::sign(&server, &document(&server, &signer)).unwrap();
    let mut moved = honest.clone();
    moved.payload = moved.payload.replace("desk.example.com", "evil.example.com");
    assert_eq!(open(&moved, NOW), Err(Unfit::Signature(Broken::Signature)));
    let mut other = honest.clone();
    other.key = thief.public();
    assert_eq!(open(&other, NOW), Err(Unfit::Signature(Broken::Signature)));
    let foreign = Signed::sign(&thief, &document(&server, &signer)).unwrap();
    assert_eq!(
        open(&foreign, NOW),
        Err(Unfit::Signature(Broken::Untrusted)),
        "it does not name who signed it"
    );
}

#[test]
fn a_document_must_hold_what_an_agent_needs() {
    let (server, signer) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let good = document(&server, &signer);
    assert_eq!(fits(&good), Ok(()));
    for (wrong, why) in [
        (
            Document {
                version: 2,
                ..good.clone()
            },
            Unfit::Version,
        ),
        (
            Document {
                servers: Vec::new(),
                ..good.clone()
            },
            Unfit::Servers,
        ),
        (
            Document {
                servers: vec!["https://desk.example.com".to_owned()],
                ..good.clone()
            },
            Unfit::Address,
        ),
        (
            Document {
                signer_keys: Vec::new(),
                ..good.clone()
            },
            Unfit::Keys,
        ),
        (
            Document {
                signer_keys: vec![server.public()],
                ..good.clone()
            },
            Unfit::Keys,
        ),
        (
            Document {
                server_keys: vec![server.public(); 17],
                ..good.clone()
            },
            Unfit::Keys,
        ),
        (
            Document {
                update_root: Some("no root".to_owned()),
                ..good.clone()
            },
            Unfit::UpdateRoot,
        ),
        (
            Document {
                update_root: Some(format!("{{\"a\":\"{}\"}}", "x".repeat(64 * 1024))),
                ..good.clone()
            },
            Unfit::UpdateRoot,
        ),
        (
            Document {
                authority: Some("no certificate".to_owned()),
                ..good.clone()
            },
            Unfit::Authority,
        ),
        (
            Document {
                token: String::new(),
                ..good.clone()
            },
            Unfit::Token,
        ),
    ] {
        assert_eq!(fits(&wrong), Err(why));
    }
}

#[test]
fn an_agent_speaks_without_tls_only_to_its_own_machine() {
    for good in [
        "wss://desk.example.com/agent/v1/link",
        "wss://10.1.2.3:8443",
        "ws://127.0.0.1:8080/agent/v1/link",
        "ws://[::1]:8080/x",
        "ws://localhost",
    ] {
        assert!(address_fits(good), "{good}");
    }
    for wrong in [
        "",
        "wss://",
        "ws://desk.example.com",
        "ws://localhost.evil.com",
        "ws://127.0.0.1.evil.com",
        "ws://localhost@evil.com/",
        "ws://localhost:80@evil.com/",
        "ws://localhost\\@evil.com/",
        "ws://[::1]evil.com/",
        "ws://[::1/",
        "ws://localhost:http/",
        "ws://0.0.0.0/",
        "wss://desk.example.com\\.evil.com",
        "wss://desk example.com",
        "wss://dеsk.example.com",
        "WS://127.0.0.1",
    ] {
        assert!(!address_fits(wrong), "{wrong}");
    }
    assert!(!address_fits(&format!("wss://{}", "a".repeat(600))));
}

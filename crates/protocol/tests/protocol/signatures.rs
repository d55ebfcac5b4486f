//! Keys, signatures, and who is who in a handshake.

use protocol::enrolment::Document;
use protocol::grant::Grant;
use protocol::handshake::{AGENT, Greeting, SERVER, is_nonce, nonce};
use protocol::key::{KeyPair, PublicKey, Signature};
use protocol::signed::{Broken, Signable, Signed};

use crate::grants::grant;

#[test]
fn a_key_survives_being_kept() {
    let key = KeyPair::generate().unwrap();
    let again = KeyPair::from_pkcs8(key.to_pkcs8()).unwrap();
    assert_eq!(key.public(), again.public());
    assert_eq!(
        key.public().to_string().parse::<PublicKey>().unwrap(),
        key.public()
    );
    assert!("AAAA".parse::<PublicKey>().is_err());
    assert!(KeyPair::from_pkcs8(&key.to_pkcs8()[1..]).is_err());
    assert!(!format!("{key:?}").contains(&data_encoding::HEXLOWER.encode(&key.to_pkcs8()[16..48])));
}

#[test]
fn a_signature_for_one_purpose_proves_nothing_for_another() {
    let key = KeyPair::generate().unwrap();
    let contexts = [SERVER, AGENT, Grant::CONTEXT, Document::CONTEXT];
    for one in contexts {
        for two in contexts {
            assert_eq!(
                key.public().verify(two, b"words", &key.sign(one, b"words")),
                one == two,
                "{one} {two}"
            );
        }
    }
    // The boundary between purpose and message cannot be moved.
    assert!(
        !key.public()
            .verify("mainstay", b"-grant\0x", &key.sign("mainstay-grant", b"x"))
    );
    assert!(!key.public().verify("a", b"b\0c", &key.sign("a\0b", b"c")));
}

#[test]
fn what_is_signed_opens_only_whole_and_for_trusted_keys() {
    let key = KeyPair::generate().unwrap();
    let other = KeyPair::generate().unwrap();
    let signed = Signed::sign(&key, &grant()).unwrap();
    assert_eq!(signed.open(&[other.public(), key.public()]).unwrap(), grant());
    assert_eq!(signed.open(&[]), Err(Broken::Untrusted));
    assert_eq!(signed.open(&[other.public()]), Err(Broken::Untrusted));

    let mut claimed = signed.clone();
    claimed.key = other.public();
    assert_eq!(claimed.open(&[other.public()]), Err(Broken::Signature));
    let mut blank = signed.clone();
    blank.payload.push(' ');
    assert_eq!(
        blank.open(&[key.public()]),
        Err(Broken::Signature),
        "not one byte may differ"
    );
    let mut bytes = *signed.signature.as_bytes();
    for at in 0..64 {
        bytes[at] ^= 1;
        let mut bent = signed.clone();
        bent.signature = Signature::from_bytes(bytes);
        assert_eq!(bent.open(&[key.public()]), Err(Broken::Signature));
        bytes[at] ^= 1;
    }
}

#[test]
fn a_signed_text_that_can_be_read_in_two_ways_is_not_read() {
    let key = KeyPair::generate().unwrap();
    let honest = serde_json::to_string(&grant()).unwrap();
    let twice = honest.replace(r#""device":"#, r#""device":"another","device":"#);
    let more = honest.replacen('{', r#"{"only_on_sundays":true,"#, 1);
    let trailing = format!("{honest}{honest}");
    let listed = r#"["g","d","p","n","ticket:1",["health.check"],null,0,1,null,1]"#.to_owned();
    let huge = honest.replace(r#""fan_out":1"#, r#""fan_out":4294967296"#);
    let large = format!("{honest}{}", " ".repeat(70_000));
    for (payload, why) in [
        (twice, Broken::Payload),
        (more, Broken::Payload),
        (trailing, Broken::Payload),
        (listed, Broken::Payload),
        (huge, Broken::Payload),
        (large, Broken::Large),
    ] {
        let mut signed = Signed::sign(&key, &grant()).unwrap();
        signed.signature = key.sign(Grant::CONTEXT, payload.as_bytes());
        signed.payload = payload;
        assert_eq!(
            signed.open(&[key.public()]),
            Err(why),
            "{}",
            &signed.payload[..80.min(signed.payload.len())]
        );
    }
}

#[test]
fn both_sides_of_a_handshake_are_proved_for_this_greeting_alone() {
    let (agent, server, thief) = (pair(), pair(), pair());
    let greeting = Greeting {
        agent_nonce: nonce().unwrap(),
        agent: agent.public(),
        server_nonce: nonce().unwrap(),
        server: server.public(),
        at: 1_795_000_000_000,
    };
    let from_server = greeting.sign_as_server(&server);
    let from_agent = greeting.sign_as_agent(&agent);
    assert!(greeting.server_is_proved(&[server.public()], &from_server));
    assert!(greeting.agent_is_proved(&from_agent));

    assert!(
        !greeting.server_is_proved(&[thief.public()], &from_server),
        "the key is not pinned"
    );
    assert!(!greeting.server_is_proved(&[server.public()], &greeting.sign_as_server(&thief)));
    assert!(
        !greeting.server_is_proved(&[server.public()], &from_agent),
        "the agent's words sent back"
    );
    assert!(!greeting.agent_is_proved(&from_server));
    for other in [
        Greeting {
            agent_nonce: nonce().unwrap(),
            ..greeting.clone()
        },
        Greeting {
            server_nonce: nonce().unwrap(),
            ..greeting.clone()
        },
        Greeting {
            agent: thief.public(),
            ..greeting.clone()
        },
        Greeting {
            at: greeting.at + 1,
            ..greeting.clone()
        },
        Greeting {
            agent_nonce: String::new(),
            ..greeting.clone()
        },
    ] {
        assert!(
            !other.server_is_proved(&[server.public()], &from_server),
            "{other:?}"
        );
        assert!(!other.agent_is_proved(&from_agent), "{other:?}");
    }
}

#[test]
fn a_side_that_speaks_to_itself_is_not_proved() {
    let key = pair();
    let greeting = Greeting {
        agent_nonce: nonce().unwrap(),
        agent: key.public(),
        server_nonce: nonce().unwrap(),
        server: key.public(),
        at: 0,
    };
    assert!(!greeting.server_is_proved(&[key.public()], &greeting.sign_as_server(&key)));
    assert!(!is_nonce("short") && !is_nonce(&"=".repeat(43)) && is_nonce(&nonce().unwrap()));
}

fn pair() -> KeyPair {
    KeyPair::generate().unwrap()
}

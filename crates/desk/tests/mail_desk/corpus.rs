//! All messages of the collection go through the whole house: none is lost, none brings it down.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use mail::inbound::State;
use mail::message::Message;

use crate::house::House;

fn messages() -> Option<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/mail");
    let mut found = Vec::new();
    collect(&folder, &mut found)?;
    found.sort();
    Some(found)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Option<()> {
    for entry in std::fs::read_dir(folder).ok()?.flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => collect(&path, found)?,
            false
                if path
                    .extension()
                    .is_some_and(|ending| ending == "msg" || ending == "eml") =>
            {
                found.push(path)
            }
            // What lies beside them is about them.
            false => {}
        }
    }
    Some(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_of_the_collection_is_lost() {
    let Some(messages) = messages() else {
        assert!(
            std::env::var_os("CI").is_none(),
            "the collection of messages is needed here"
        );
        return println!("the collection of messages is absent; skipped");
    };
    let house = House::open().await;
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    let mut contents = BTreeSet::new();
    for path in &messages {
        let raw = std::fs::read(path).unwrap();
        contents.insert(raw.clone());
        let names_a_sender = Message::parse(&raw)
            .is_ok_and(|message| message.from.iter().any(mail::message::Address::is_mailbox));
        let came = house.receive_bytes(raw).await;
        // Who names no sender cannot be answered: a person looks at it. All others are persons' mails.
        let expected = if names_a_sender {
            State::Taken
        } else {
            State::Quarantined
        };
        assert_eq!(came.state, expected, "{}", path.display());
        let became = match (came.became(), &came.reason) {
            (Some(became), _) => became.split(':').next().unwrap_or_default().to_owned(),
            (None, reason) => reason.clone().unwrap_or_default(),
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        println!(
            "{name:<44} {:<12} {}",
            came.state.as_str(),
            came.became().unwrap_or(&became)
        );
        *tally
            .entry(format!("{} ({became})", came.state.as_str()))
            .or_default() += 1;
    }
    println!("{} messages: {tally:?}", messages.len());
    // Some lie there twice under two names.
    assert_eq!(house.journal().await.len(), contents.len());
    assert!(
        !tally.keys().any(|state| state.contains("owner_failed")),
        "{tally:?}"
    );
}

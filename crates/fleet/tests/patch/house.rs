//! What the tests share: devices that report updates, and a look at the patches that came of it.

use std::collections::BTreeMap;

use fleet::device::{self, DeviceId, NewDevice, Source, State as Progress};
use fleet::inventory;
use fleet::patch::listing::{Asked, Tab};
use fleet::patch::{Patch, PatchId, State, deciding, store};
use kernel::id::TeamId;
use protocol::inventory::{Content, Item, Report, Section};
use protocol::key::KeyPair;
use protocol::message::Identity;
use testkit::{Person, TestApp};

/// The version that most tests are about, and the one before.
pub const NEW: &str = "3.0.17-1~deb12u2";
pub const OLD: &str = "3.0.16-1~deb12u1";

/// A server with an agent; a team may look after it.
pub async fn device(app: &TestApp, number: u32, team: Option<TeamId>) -> DeviceId {
    told(app, number, team, Progress::Admitted).await
}

/// The same, as far as it has come.
pub async fn told(app: &TestApp, number: u32, team: Option<TeamId>, state: Progress) -> DeviceId {
    let cx = app.cx();
    let identity = Identity {
        host: format!("server-{number}"),
        machine_id: format!("{number:032x}"),
        os: "Debian GNU/Linux".to_owned(),
        ..Identity::default()
    };
    let made = app.write(move |tx| {
        let mut new = NewDevice::told(identity.clone(), Source::Agent, state);
        (new.key, new.team) = (Some(KeyPair::generate().unwrap().public()), team);
        device::create(tx, &cx, new)
    });
    made.await.unwrap().id
}

/// An update as an agent with apt says it.
pub fn update(name: &str, installed: &str, version: &str) -> Item {
    let item = Item::new(format!("{name}:amd64"))
        .with("name", name)
        .with("version", version)
        .with("source", "apt")
        .with("origin", "Debian:12.11/stable")
        .with("security", false);
    if installed.is_empty() {
        item
    } else {
        item.with("installed", installed)
    }
}

/// One that closes a hole.
pub fn security(name: &str, installed: &str, version: &str) -> Item {
    update(name, installed, version).with("security", true)
}

/// A device reports these updates, and what follows from it happens.
pub async fn reports(app: &TestApp, device: DeviceId, items: &[Item]) {
    let content = Content::of(items.to_vec());
    let report = Report {
        at: 0,
        full: false,
        sections: BTreeMap::from([(Section::Updates, content)]),
    };
    let cx = app.cx();
    app.write(move |tx| inventory::take(tx, &cx, device, &report))
        .await
        .unwrap();
    app.settle().await;
}

/// The versions of a package that are known, in their order.
pub async fn patches(app: &TestApp, name: &'static str) -> Vec<Patch> {
    let asked = Asked {
        tab: Tab::All,
        words: vec![name.to_owned()],
        ..Asked::default()
    };
    let mut found = app
        .read(move |tx| store::list(tx, &asked, None, 1_000))
        .await
        .unwrap();
    found.retain(|one| one.name == name);
    found.sort_by(|one, two| one.version.cmp(&two.version));
    found
}

/// The only version of a package that is known.
pub async fn patch(app: &TestApp, name: &'static str) -> Patch {
    let found = patches(app, name).await;
    let [one] = found.as_slice() else {
        panic!("{name}: {found:?}");
    };
    one.clone()
}

/// Somebody decides some patches.
pub async fn decide(app: &TestApp, person: &Person, ids: &[PatchId], state: State, note: &'static str) {
    let ids = ids.to_vec();
    app.act(person, move |tx, cx| {
        deciding::decide(tx, cx, &ids, state, note).map(drop)
    })
    .await;
}

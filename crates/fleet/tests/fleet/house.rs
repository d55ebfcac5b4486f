//! What the tests share: devices and what they say.

use fleet::device::{self, Device, Edit, NewDevice, Source, State};
use fleet::inventory::{self, Taken};
use protocol::inventory::{Content, Item, Report, Section};
use protocol::message::Identity;
use testkit::TestApp;

/// A laptop as it speaks of itself.
pub fn laptop() -> Identity {
    Identity {
        host: "li-na-t14".to_owned(),
        machine_id: "0123456789abcdef0123456789abcdee".to_owned(),
        serial: "PF3A77Q1".to_owned(),
        uuid: "4c4c4544-0042-3010-8043-b7c04f375a32".to_owned(),
        macs: vec!["3c:22:fb:12:34:56".to_owned()],
        vendor: "LENOVO".to_owned(),
        model: "ThinkPad T14".to_owned(),
        os: "Ubuntu".to_owned(),
        os_version: "24.04".to_owned(),
        arch: "x86_64".to_owned(),
    }
}

/// A device that told of itself.
pub async fn told(app: &TestApp, identity: Identity, source: Source) -> Device {
    let cx = app.cx();
    app.write(move |tx| {
        let new = NewDevice::told(identity.clone(), source, State::Admitted);
        device::create(tx, &cx, new)
    })
    .await
    .unwrap()
}

/// Li Na's laptop, which somebody gave her.
pub async fn li_nas(app: &TestApp) -> Device {
    let device = told(app, laptop(), Source::Agent).await;
    let (cx, owner, id) = (app.cx(), app.cast.li_na.id, device.id);
    app.write(move |tx| {
        let edit = Edit {
            owner: Some(owner),
            ..Edit::default()
        };
        device::edit(tx, &cx, id, &edit)
    })
    .await
    .unwrap()
}

/// A report of some sections.
pub fn report(sections: Vec<(Section, Vec<Item>)>) -> Report {
    let sections = sections
        .into_iter()
        .map(|(section, items)| (section, Content::of(items)));
    Report {
        at: 0,
        full: false,
        sections: sections.collect(),
    }
}

/// Packages by name and version.
pub fn packages(list: &[(&str, &str)]) -> (Section, Vec<Item>) {
    let items = list.iter().map(|(name, version)| {
        Item::new(format!("{name}:amd64"))
            .with("name", *name)
            .with("version", *version)
    });
    (Section::Packages, items.collect())
}

/// The device reports.
pub async fn takes(app: &TestApp, device: &Device, report: Report) -> Taken {
    let (cx, id) = (app.cx(), device.id);
    app.write(move |tx| inventory::take(tx, &cx, id, &report))
        .await
        .unwrap()
}

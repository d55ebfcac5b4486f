//! What made-up devices say is in them: a few images with their packages, and what no two devices share.

use std::collections::BTreeMap;

use kernel::Clock;
use protocol::inventory::{Content, Item, Report, Section};

/// Different images; the devices of one have the same packages.
const IMAGES: usize = 40;
/// Packages of one, as an ordinary office device has them.
const PACKAGES: usize = 700;
const SERVICES: usize = 60;

/// The parts that devices share, made once.
#[derive(Debug)]
pub struct Contents {
    packages: Vec<Content>,
    services: Content,
}

impl Contents {
    /// Makes them.
    pub fn make() -> Self {
        Self {
            packages: (0..IMAGES).map(packages).collect(),
            services: Content::of((0..SERVICES).map(service).collect()),
        }
    }

    /// The first inventory of one device.
    pub fn of(&self, crowd: &str, number: usize) -> Report {
        let mut sections = BTreeMap::new();
        if let Some(packages) = self.packages.get(number % IMAGES) {
            sections.insert(Section::Packages, packages.clone());
        }
        sections.insert(Section::Services, self.services.clone());
        let serial = format!("SIM{crowd}{number:05}");
        let hardware = Item::new("board")
            .with("vendor", "Mainstay")
            .with("serial", serial);
        sections.insert(Section::Hardware, Content::of(vec![hardware]));
        let card = format!(
            "02:00:{:02x}:{:02x}:{:02x}:00",
            number >> 16 & 255,
            number >> 8 & 255,
            number & 255
        );
        let card = Item::new("eth0").with("mac", card).with("speed", 1_000_i64);
        sections.insert(Section::Network, Content::of(vec![card]));
        let free = i64::try_from(number).unwrap_or(0) * 4_096;
        let volume = Item::new("/").with("size", 1_i64 << 38).with("free", free);
        sections.insert(Section::Volumes, Content::of(vec![volume]));
        let system = Item::new("system").with("name", "Debian").with("version", "13");
        sections.insert(Section::System, Content::of(vec![system]));
        Report {
            at: Clock::System.now().millis(),
            full: true,
            sections,
        }
    }
}

fn packages(image: usize) -> Content {
    let package = |place: usize| {
        // One in ten differs from image to image.
        let version = if place.is_multiple_of(10) { image } else { 0 };
        Item::new(format!("package-{place}:amd64"))
            .with("name", format!("package-{place}"))
            .with("version", format!("1.{place}.{version}-2+deb13u1"))
            .with("arch", "amd64")
            .with("installed", 40_000_i64)
    };
    Content::of((0..PACKAGES).map(package).collect())
}

fn service(place: usize) -> Item {
    Item::new(format!("service-{place}.service"))
        .with(
            "state",
            if place.is_multiple_of(5) {
                "inactive"
            } else {
                "active"
            },
        )
        .with("start", "enabled")
        .with("text", format!("What service {place} is for"))
}

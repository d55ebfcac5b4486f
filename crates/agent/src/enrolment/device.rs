//! What a device says of itself when it enrols. Nothing of it proves anything: it helps to find the record of a device
//! that was known before.

use crate::inventory::Place;
use protocol::message::Identity;
use std::time::Duration;

/// The identity of the device at this place.
pub fn identity(place: &Place) -> Identity {
    let firmware = |name: &str| {
        place
            .line(&format!("sys/class/dmi/id/{name}"))
            .unwrap_or_default()
    };
    let release = place.text("etc/os-release", 64 * 1024).unwrap_or_default();
    let field = |name: &str| {
        let line = release
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        line.unwrap_or_default()
            .trim()
            .trim_matches(['"', '\''])
            .to_owned()
    };
    let os = field("ID");
    let identity = Identity {
        host: place.line("proc/sys/kernel/hostname").unwrap_or_default(),
        machine_id: place.line("etc/machine-id").unwrap_or_default(),
        serial: firmware("product_serial"),
        uuid: firmware("product_uuid").to_lowercase(),
        macs: cards(place),
        vendor: firmware("sys_vendor"),
        model: firmware("product_name"),
        os: if os.is_empty() {
            std::env::consts::OS.to_owned()
        } else {
            os
        },
        os_version: field("VERSION_ID"),
        arch: std::env::consts::ARCH.to_owned(),
    };
    identity.cleaned()
}

/// Addresses of cards that are hardware: what is made by software (bridges, tunnels) has none of its own.
fn cards(place: &Place) -> Vec<String> {
    let mut macs = Vec::new();
    let Ok(folder) = std::fs::read_dir(place.path("sys/class/net")) else {
        return macs;
    };
    for name in folder
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
    {
        let card = format!("sys/class/net/{name}");
        if place.has(&format!("{card}/device")) {
            macs.extend(place.line(&format!("{card}/address")));
        }
    }
    macs.sort();
    macs
}

/// As `identity` of this machine, beside whatever else goes on: firmware can be slow.
pub async fn of_this_machine() -> Identity {
    let asking = tokio::task::spawn_blocking(|| identity(&Place::machine()));
    let answered = tokio::time::timeout(Duration::from_secs(10), asking).await;
    answered.ok().and_then(Result::ok).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_says_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("etc/os-release", "ID=debian\nVERSION_ID=\"13\"\n");
        write("etc/machine-id", "0123\n");
        write("sys/class/dmi/id/product_serial", "S-1\n");
        write("sys/class/net/eth0/address", "AA:BB:CC:00:11:22\n");
        write("sys/class/net/eth0/device/vendor", "x\n");
        write("sys/class/net/br0/address", "aa:bb:cc:00:11:23\n");
        let identity = identity(&Place::at(folder.path()));
        assert_eq!(
            (identity.os.as_str(), identity.os_version.as_str()),
            ("debian", "13")
        );
        assert_eq!(
            (identity.machine_id.as_str(), identity.serial.as_str()),
            ("0123", "S-1")
        );
        assert_eq!(identity.macs, ["aa:bb:cc:00:11:22"]);
    }
}

//! Which programs a device can run, by what it says of itself. Pure.

use update::platform::Platform;

use crate::device::Device;

/// The platform of a device; none where it does not say enough, or no programs are made for it.
#[must_use]
pub fn of(device: &Device) -> Option<Platform> {
    named(&device.os, &device.identity.arch)
}

/// A device names its distribution, which is some Linux unless it is one of the other two.
fn named(system: &str, processor: &str) -> Option<Platform> {
    let system = system.trim().to_lowercase();
    let system = match system.as_str() {
        "" => return None,
        name if name.contains("windows") => "windows",
        name if name.contains("macos") || name.contains("mac os") || name == "darwin" => "macos",
        name if name.contains("bsd") || name.contains("sunos") => return None,
        _ => "linux",
    };
    let processor = match processor.trim().to_lowercase().as_str() {
        "amd64" | "x64" => "x86_64".to_owned(),
        "arm64" => "aarch64".to_owned(),
        name => name.to_owned(),
    };
    Platform::parse(&format!("{system}-{processor}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_is_a_linux() {
        let name = |system, processor| named(system, processor).map(Platform::as_str);
        assert_eq!(name("Debian GNU/Linux", "x86_64"), Some("linux-x86_64"));
        assert_eq!(name("openKylin", "aarch64"), Some("linux-aarch64"));
        assert_eq!(name("Microsoft Windows 11", "AMD64"), Some("windows-x86_64"));
        assert_eq!(name("macOS", "arm64"), Some("macos-aarch64"));
        for (system, processor) in [
            ("", "x86_64"),
            ("Debian", ""),
            ("Debian", "mips"),
            ("FreeBSD", "x86_64"),
        ] {
            assert_eq!(name(system, processor), None, "{system} {processor}");
        }
    }
}

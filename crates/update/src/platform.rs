//! The systems that there are programs for.

use std::fmt;

/// The closed list: system and processor.
const ALL: [&str; 6] = [
    "linux-aarch64",
    "linux-x86_64",
    "macos-aarch64",
    "macos-x86_64",
    "windows-aarch64",
    "windows-x86_64",
];

/// A system and its processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform(&'static str);

impl Platform {
    /// What this program was built for; none where no releases are made.
    #[must_use]
    pub fn here() -> Option<Self> {
        Self::parse(&format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH))
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        ALL.into_iter().find(|one| *one == text).map(Self)
    }

    /// All that there are, by name.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.into_iter().map(Self)
    }

    /// The name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_in_the_list_is_a_platform() {
        assert!(Platform::all().all(|one| Platform::parse(one.as_str()) == Some(one)));
        for text in [
            "",
            "linux",
            "linux-mips",
            "Linux-x86_64",
            "linux-x86_64/..",
            "linux-x86_64 ",
        ] {
            assert_eq!(Platform::parse(text), None, "{text}");
        }
        #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
        assert_eq!(Platform::here().map(Platform::as_str), Some("linux-x86_64"));
    }
}

//! What releases are called: versions, and the names under which TUF lists programs.

use crate::platform::Platform;
use std::cmp::Ordering;
use std::fmt;

/// The program that is released.
const PROGRAM: &str = "mainstay-agent";
/// How long a version may be.
const VERSION_MOST: usize = 64;

/// A version as Semantic Versioning has it, without build metadata: `1.2.3`, or `1.2.3-rc.1` before it is final.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    numbers: [u32; 3],
    pre: Vec<Word>,
}

/// One word of what stands behind the hyphen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Word {
    Number(u64),
    Text(String),
}

impl Version {
    /// Reads a version; the same texts count as in the protocol.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > VERSION_MOST {
            return None;
        }
        let (numbers, pre) = match text.split_once('-') {
            Some((numbers, pre)) => (numbers, Some(pre)),
            None => (text, None),
        };
        let numbers: Vec<u32> = numbers.split('.').map(number).collect::<Option<_>>()?;
        let pre = pre.map_or_else(|| Some(Vec::new()), |pre| pre.split('.').map(word).collect());
        Some(Self {
            numbers: numbers.try_into().ok()?,
            pre: pre?,
        })
    }
}

fn number(text: &str) -> Option<u32> {
    let is_plain = (1..=9).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text.len() == 1 || !text.starts_with('0'));
    if is_plain { text.parse().ok() } else { None }
}

fn word(text: &str) -> Option<Word> {
    let is_word = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_word {
        return None;
    }
    // With a zero in front it is a text, so that it is written as it was read.
    let is_number =
        text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    let number = is_number.then(|| text.parse().ok()).flatten();
    Some(number.map_or_else(|| Word::Text(text.to_owned()), Word::Number))
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_pre = || match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => self.pre.cmp(&other.pre),
        };
        self.numbers.cmp(&other.numbers).then_with(by_pre)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(out, "{major}.{minor}.{patch}")?;
        for (place, word) in self.pre.iter().enumerate() {
            let mark = if place == 0 { '-' } else { '.' };
            match word {
                Word::Number(number) => write!(out, "{mark}{number}")?,
                Word::Text(text) => write!(out, "{mark}{text}")?,
            }
        }
        Ok(())
    }
}

/// The name of the target of a version for a platform: `mainstay-agent/1.2.3/linux-x86_64`.
#[must_use]
pub fn target(version: &Version, platform: Platform) -> String {
    format!("{PROGRAM}/{version}/{platform}")
}

/// What the name of a target says; none for a name that is not one of a release.
#[must_use]
pub fn read_target(name: &str) -> Option<(Version, Platform)> {
    let (version, platform) = name.strip_prefix(PROGRAM)?.strip_prefix('/')?.split_once('/')?;
    Some((Version::parse(version)?, Platform::parse(platform)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn versions_are_ordered_as_semantic_versioning_has_it() {
        let ordered = [
            "0.1.9",
            "0.1.10",
            "1.0.0-1",
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.1.0",
            "2.0.0",
        ];
        for pair in ordered.windows(2) {
            let [one, two] = pair else { panic!("two") };
            assert!(
                Version::parse(one).unwrap() < Version::parse(two).unwrap(),
                "{one} {two}"
            );
        }
    }

    #[test]
    fn what_is_no_version_is_none() {
        for text in [
            "",
            "1.2",
            "1.2.3.4",
            "v1.2.3",
            "1.2.3-",
            "1.2.3+1",
            "1.2.03",
            "1.2.3-a..b",
            "1.2.3-ä",
            " 1.2.3",
        ] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
        assert_eq!(read_target("mainstay-agent/1.2.3/linux-x86_64/x"), None);
        assert_eq!(read_target("mainstay-agent/../1.2.3/linux-x86_64"), None);
    }

    proptest! {
        #[test]
        fn a_version_is_written_as_it_was_read(text in r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(-[0-9a-z]{1,4}(\.[0-9a-z-]{1,4}){0,3})?") {
            if let Some(version) = Version::parse(&text) {
                prop_assert_eq!(version.to_string(), text);
                let platform = Platform::parse("linux-x86_64").unwrap();
                prop_assert_eq!(read_target(&target(&version, platform)), Some((version, platform)));
            }
        }
    }
}

//! How packages stand: what dpkg has written down of each, and what that is beside what is wanted.

use std::cmp::Ordering;

use protocol::verb::PackageWanted;
use serde_json::{Value, json};

use super::memory::Memory;
use super::{Stop, Wish, Work};
use crate::verbs::failure::Failure;

/// What is asked of dpkg for each package, with tabs between.
const FORMAT: &str = "--showformat=${Package}\\t${Architecture}\\t${Version}\\t${db:Status-Want}\\t${db:Status-Status}\\t${db:Status-Eflag}\\n";

/// A package as dpkg knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    pub name: String,
    pub architecture: String,
    pub version: String,
    /// As dpkg's words, with lines below: `installed`, `half_configured`.
    pub state: String,
    /// Neither half done nor in need of being installed anew.
    pub is_sane: bool,
    /// Whether somebody holds it at its version.
    pub is_held: bool,
}

/// All packages of the device.
#[derive(Debug)]
pub struct Standing {
    packages: Vec<Package>,
    native: String,
}

impl Standing {
    /// Which package a name means: without its architecture, and the architecture where it is another than the system's own.
    pub fn identity<'a>(&self, name: &'a str) -> (&'a str, Option<&'a str>) {
        let (plain, architecture) = match name.split_once(':') {
            Some((plain, architecture)) => (plain, Some(architecture)),
            None => (name, None),
        };
        let is_own = |word: &&str| *word == self.native || matches!(*word, "all" | "native");
        (plain, architecture.filter(|word| !is_own(word)))
    }

    /// The package of this name, with its architecture behind a colon or else the system's own; none when it is absent.
    pub fn find(&self, name: &str) -> Result<Option<&Package>, Failure> {
        let (plain, architecture) = self.identity(name);
        let mut foreign = None;
        for package in self.packages.iter().filter(|package| package.name == plain) {
            let its = package.architecture.as_str();
            let is_own = its == self.native || its == "all";
            match architecture {
                Some(wanted) if wanted == its => return Ok(Some(package)),
                None if is_own => return Ok(Some(package)),
                _ => foreign = Some(package),
            }
        }
        match (name.contains(':'), foreign) {
            (false, Some(package)) => Err(Failure::new(
                "package_unclear",
                format!(
                    "{plain} is here as {plain}:{} only; name the architecture",
                    package.architecture
                ),
            )),
            _ => Ok(None),
        }
    }
}

/// A package beside what is wanted of it.
#[derive(Debug)]
pub struct Judged {
    pub wanted: PackageWanted,
    pub found: Option<Package>,
    /// Whether it is as it should be.
    pub is_fit: bool,
}

impl Judged {
    /// Installed and in order, or absent.
    pub fn is_sane(&self) -> bool {
        self.found.as_ref().is_none_or(|package| package.is_sane)
    }

    /// The word for its state.
    pub fn state(&self) -> &str {
        self.found.as_ref().map_or("absent", |package| &package.state)
    }
}

impl Work<'_> {
    /// Asks dpkg for everything it knows.
    pub async fn stand(&self) -> Result<Standing, Stop> {
        let unclear = |text: String| Failure::new("package_unclear", text);
        let native = self.ask(&["dpkg", "--print-architecture"]).await?;
        // All of them: asked for a name that it does not know, dpkg ends as it does when something is wrong.
        let all = self.ask(&["dpkg-query", "--show", FORMAT]).await?;
        if !native.is_good() || !all.is_good() {
            let words = format!("{}\n{}", native.err, all.last_words());
            return Err(unclear(format!("dpkg does not tell how packages stand: {}", words.trim())).into());
        }
        let mut packages = Vec::new();
        for line in all.out.lines() {
            let package = read(line);
            let package =
                package.ok_or_else(|| unclear(format!("dpkg's words are not understood: {line}")))?;
            packages.extend(package);
        }
        Ok(Standing {
            packages,
            native: native.out.trim().to_owned(),
        })
    }

    /// Sets each wanted package beside what is there.
    pub async fn judge(&self, wish: &Wish, standing: &Standing) -> Result<Vec<Judged>, Stop> {
        let mut judged = Vec::new();
        for wanted in &wish.packages {
            let found = standing.find(&wanted.name)?.cloned();
            let is_fit = match &found {
                None => !wish.install,
                Some(package) if !package.is_sane => false,
                Some(package) => match self.compare(&package.version, &wanted.version).await? {
                    Ordering::Equal => true,
                    Ordering::Greater => !wish.downgrade,
                    Ordering::Less => false,
                },
            };
            judged.push(Judged {
                wanted: wanted.clone(),
                found,
                is_fit,
            });
        }
        Ok(judged)
    }

    /// Which of two versions is newer, by dpkg's own judgement.
    pub async fn compare(&self, one: &str, two: &str) -> Result<Ordering, Stop> {
        if one == two {
            return Ok(Ordering::Equal);
        }
        for (relation, ordering) in [
            ("lt", Ordering::Less),
            ("gt", Ordering::Greater),
            ("eq", Ordering::Equal),
        ] {
            let ran = self
                .ask(&["dpkg", "--compare-versions", one, relation, two])
                .await?;
            match ran.code {
                Some(0) => return Ok(ordering),
                Some(1) => {}
                _ => break,
            }
        }
        let text = format!("dpkg cannot compare the versions {one} and {two}");
        Err(Failure::new("package_unclear", text).into())
    }
}

/// A line of dpkg's; nothing inside for a package that is not there any more.
fn read(line: &str) -> Option<Option<Package>> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [name, architecture, version, want, status, flag] = fields[..] else {
        return None;
    };
    if matches!(status, "not-installed" | "config-files") && flag == "ok" {
        return Some(None);
    }
    Some(Some(Package {
        name: name.to_owned(),
        architecture: architecture.to_owned(),
        version: version.to_owned(),
        state: status.replace('-', "_"),
        is_sane: status == "installed" && flag == "ok",
        is_held: want == "hold",
    }))
}

/// What a step says of its packages.
pub fn summary(step: &str, judged: &[Judged], memory: Option<&Memory>) -> Value {
    let packages: Vec<Value> = judged
        .iter()
        .map(|one| {
            let before = memory.and_then(|memory| memory.before(&one.wanted.name));
            json!({
                "name": one.wanted.name,
                "wanted": one.wanted.version,
                "installed": one.found.as_ref().map(|package| &package.version),
                "state": one.state(),
                "before": before.and_then(|before| before.version.as_ref()),
            })
        })
        .collect();
    json!({ "step": step, "packages": packages, "remembered": memory.is_some() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(lines: &[&str]) -> Standing {
        Standing {
            packages: lines.iter().filter_map(|line| read(line).unwrap()).collect(),
            native: "amd64".to_owned(),
        }
    }

    fn version<'a>(standing: &'a Standing, name: &str) -> Option<&'a str> {
        let found = standing.find(name).unwrap();
        found.map(|package| package.version.as_str())
    }

    #[test]
    fn what_was_removed_is_absent_and_what_is_half_done_is_not() {
        let standing = standing(&[
            "gone\tamd64\t1\tdeinstall\tconfig-files\tok",
            "half\tall\t2\tinstall\thalf-configured\tok",
            "whole\tamd64\t3\thold\tinstalled\tok",
            "again\tamd64\t4\tinstall\tinstalled\treinstreq",
        ]);
        assert_eq!(version(&standing, "gone"), None);
        let half = standing.find("half").unwrap().unwrap();
        assert!(!half.is_sane && half.state == "half_configured");
        let whole = standing.find("whole").unwrap().unwrap();
        assert!(whole.is_sane && whole.is_held);
        assert!(!standing.find("again").unwrap().unwrap().is_sane);
        assert!(read("three\tfields\tonly").is_none());
    }

    #[test]
    fn a_name_without_an_architecture_means_the_systems_own() {
        let standing = standing(&[
            "both\tamd64\t1\tinstall\tinstalled\tok",
            "both\ti386\t2\tinstall\tinstalled\tok",
            "foreign\ti386\t3\tinstall\tinstalled\tok",
            "any\tall\t4\tinstall\tinstalled\tok",
        ]);
        assert_eq!(version(&standing, "both"), Some("1"));
        assert_eq!(version(&standing, "both:i386"), Some("2"));
        assert_eq!(version(&standing, "foreign:i386"), Some("3"));
        assert_eq!(version(&standing, "foreign:amd64"), None);
        assert_eq!(version(&standing, "any:amd64"), Some("4"));
        assert_eq!(standing.find("foreign").unwrap_err().code, "package_unclear");
        for own in ["both", "both:amd64", "both:all"] {
            assert_eq!(standing.identity(own), ("both", None));
        }
        assert_eq!(standing.identity("both:i386"), ("both", Some("i386")));
    }
}

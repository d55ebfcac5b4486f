//! Which way imports point: a crate may use what stands to its left, and nothing else.

use super::Complaint;
use crate::metadata::{Crate, When};

/// From left to right, as in ARCHITECTURE.md.
const ORDER: &[&str] = &[
    "protocol",
    "update",
    "rfb",
    "rollout",
    "glpi",
    "worktime",
    "learning",
    "privacy",
    "wiki",
    "kernel",
    "web",
    "mail",
    "people",
    "assets",
    "knowledge",
    "training",
    "watch",
    "desk",
    "chat",
    "im",
    "major",
    "handover",
    "migrate",
    "exchange",
    "fleet",
    "change",
    "improve",
    "automate",
    "answers",
    "portal",
    "server",
];

/// Crates beside the order: the endpoint's program, and what tests and people use.
const BESIDE: &[(&str, &[&str])] = &[
    ("screen", &["rfb"]),
    ("agent", &["protocol", "update", "rfb", "screen"]),
    ("testkit", ORDER),
    ("xtask", &[]),
];

/// Everybody's tests may use these, although they stand to the right.
const FOR_TESTS: &[&str] = &["testkit", "server", "agent"];

/// The databases' own crates, which only the kernel may name.
const ONLY_KERNEL: &[&str] = &[
    "rusqlite",
    "libsqlite3-sys",
    "postgres",
    "tokio-postgres",
    "tokio-postgres-rustls",
];

/// Complaints about the manifests.
pub fn check(crates: &[Crate]) -> Vec<Complaint> {
    let is_ours = |name: &str| crates.iter().any(|one| one.name == name);
    let mut complaints = Vec::new();
    for one in crates {
        let path = format!("crates/{}/Cargo.toml", one.name);
        let Some(allowed) = allowed(&one.name) else {
            let what = format!(
                "{} has no place in the order of imports; give it one in xtask/src/tidy/layers.rs",
                one.name
            );
            complaints.push(Complaint::new(&path, 1, what));
            continue;
        };
        for (dependency, when) in &one.dependencies {
            if ONLY_KERNEL.contains(&dependency.as_str()) && one.name != "kernel" && *when != When::Testing {
                let what = format!(
                    "{} uses {dependency}; only the kernel may speak to a database",
                    one.name
                );
                complaints.push(Complaint::new(&path, 1, what));
            }
            let for_tests = *when == When::Testing && FOR_TESTS.contains(&dependency.as_str());
            if is_ours(dependency) && !for_tests && !allowed.contains(&dependency.as_str()) {
                let what = format!("{} uses {dependency}, which does not stand to its left", one.name);
                complaints.push(Complaint::new(&path, 1, what));
            }
        }
    }
    complaints
}

fn allowed(name: &str) -> Option<&'static [&'static str]> {
    if let Some(place) = ORDER.iter().position(|one| *one == name) {
        return ORDER.get(..place);
    }
    BESIDE
        .iter()
        .find(|(one, _)| *one == name)
        .map(|(_, allowed)| *allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, dependencies: &[(&str, When)]) -> Crate {
        let dependencies = dependencies
            .iter()
            .map(|(name, when)| ((*name).to_owned(), *when))
            .collect();
        Crate {
            name: name.to_owned(),
            dependencies,
        }
    }

    #[test]
    fn a_crate_may_use_what_stands_to_its_left() {
        let crates = [
            one("kernel", &[("rusqlite", When::Always)]),
            one("people", &[("kernel", When::Always), ("testkit", When::Testing)]),
            one("desk", &[("people", When::Always), ("serde", When::Always)]),
            one("testkit", &[("desk", When::Always)]),
        ];
        assert_eq!(check(&crates), []);
    }

    #[test]
    fn a_crate_may_not_use_what_stands_to_its_right() {
        let crates = [one("people", &[("desk", When::Always)]), one("desk", &[])];
        let complaints = check(&crates);
        assert_eq!(complaints.len(), 1);
        assert!(complaints[0].what.contains("people uses desk"), "{complaints:?}");
    }

    #[test]
    fn tests_do_not_excuse_an_import_from_the_right() {
        let crates = [one("people", &[("desk", When::Testing)]), one("desk", &[])];
        assert_eq!(check(&crates).len(), 1);
    }

    #[test]
    fn only_the_kernel_names_a_database() {
        let complaints = check(&[one("desk", &[("rusqlite", When::Always)])]);
        assert!(complaints[0].what.contains("only the kernel"), "{complaints:?}");
    }

    #[test]
    fn a_new_crate_must_be_given_a_place() {
        assert!(
            check(&[one("extras", &[])])[0]
                .what
                .contains("no place in the order")
        );
    }
}

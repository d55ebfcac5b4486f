//! What `cargo metadata` says about the crates of this workspace, as far as tasks ask.

use crate::shell::{Result, cargo, output};
use serde_json::Value;

/// When a dependency is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// By the product.
    Always,
    /// By its tests only.
    Testing,
}

/// A crate of this workspace.
#[derive(Clone, Debug)]
pub struct Crate {
    pub name: String,
    pub dependencies: Vec<(String, When)>,
}

/// Every crate of this workspace with what it names in its manifest.
pub fn crates() -> Result<Vec<Crate>> {
    read(&output(cargo().args([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
    ]))?)
}

/// Name, version, and licence of every crate from outside that the product is linked with or built by.
pub fn licences() -> Result<Vec<(String, String, String)>> {
    let all = parse(&output(cargo().args(["metadata", "--format-version", "1"]))?)?;
    let foreign = list(&all, "packages").filter(|package| !package["source"].is_null());
    let mut licences: Vec<_> = foreign
        .map(|package| {
            (
                text(package, "name"),
                text(package, "version"),
                text(package, "license"),
            )
        })
        .collect();
    licences.sort();
    Ok(licences)
}

/// The crates whose tests talk to a database, because they stand on the kernel or on the test kit.
pub fn with_database(crates: &[Crate]) -> Vec<&str> {
    crates
        .iter()
        .filter(|one| reaches_kernel(crates, one, true))
        .map(|one| one.name.as_str())
        .collect()
}

fn reaches_kernel(crates: &[Crate], from: &Crate, testing: bool) -> bool {
    // Dependencies point one way, except that tests of a crate may use a kit that uses the crate; those of others never
    // count, so this ends.
    from.name == "kernel"
        || from
            .dependencies
            .iter()
            .filter(|(_, when)| testing || *when == When::Always)
            .any(|(name, _)| {
                crates
                    .iter()
                    .find(|one| one.name == *name)
                    .is_some_and(|one| reaches_kernel(crates, one, false))
            })
}

fn read(json: &str) -> Result<Vec<Crate>> {
    let all = parse(json)?;
    let mut crates: Vec<Crate> = list(&all, "packages")
        .map(|package| Crate {
            name: text(package, "name"),
            dependencies: list(package, "dependencies")
                .map(|dependency| {
                    let testing = dependency["kind"].as_str() == Some("dev");
                    (
                        text(dependency, "name"),
                        if testing { When::Testing } else { When::Always },
                    )
                })
                .collect(),
        })
        .collect();
    crates.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(crates)
}

fn parse(json: &str) -> Result<Value> {
    serde_json::from_str(json).map_err(|error| format!("cargo metadata is not JSON: {error}"))
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value[name].as_array().into_iter().flatten()
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = r#"{"packages":[
        {"name":"kernel","dependencies":[{"name":"serde","kind":null},{"name":"testkit","kind":"dev"}]},
        {"name":"worktime","dependencies":[{"name":"jiff","kind":null}]},
        {"name":"mail","dependencies":[{"name":"tempfile","kind":"dev"}]},
        {"name":"desk","dependencies":[{"name":"kernel","kind":null},{"name":"mail","kind":null}]},
        {"name":"testkit","dependencies":[{"name":"desk","kind":null}]},
        {"name":"probe","dependencies":[{"name":"testkit","kind":"dev"}]}]}"#;

    #[test]
    fn only_crates_on_the_kernel_run_on_both_databases() {
        let crates = read(SAMPLE).unwrap();
        assert_eq!(with_database(&crates), ["desk", "kernel", "probe", "testkit"]);
    }

    #[test]
    fn dependencies_of_tests_are_told_apart() {
        let crates = read(SAMPLE).unwrap();
        let mail = crates.iter().find(|one| one.name == "mail").unwrap();
        assert_eq!(mail.dependencies, [("tempfile".to_owned(), When::Testing)]);
    }
}

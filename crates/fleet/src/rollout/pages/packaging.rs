//! Packages as what a rollout does: their part of the form.

use kernel::error::Errors;
use kernel::i18n::Arg;
use protocol::verb::{PACKAGES_MOST, PackageWanted, TIMEOUT_MOST};
use web::FormData;

use crate::rollout::content::{Content, Packages};

const TIMEOUT: u32 = 1_800;

/// What the form says of packages; none when a field that is needed is wrong.
pub(super) fn content(form: &FormData, errors: &mut Errors) -> Option<Content> {
    let packages = packages(form.text("packages"), errors);
    let timeout_seconds = match form.optional("package_timeout") {
        None => Some(TIMEOUT),
        Some(_) => form
            .parse::<u32>("package_timeout", errors)
            .filter(|seconds| (1..=TIMEOUT_MOST).contains(seconds))
            .or_else(|| {
                errors.push("package_timeout", "fleet.rollout_seconds");
                None
            }),
    };
    Some(Content::Package(Packages {
        packages: packages?,
        install: form.checked("install"),
        downgrade: form.checked("downgrade"),
        timeout_seconds: timeout_seconds?,
    }))
}

/// Lines of `name = version`, or with a space between.
fn packages(text: &str, errors: &mut Errors) -> Option<Vec<PackageWanted>> {
    let mut wanted: Vec<PackageWanted> = Vec::new();
    let mut is_well = true;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let pair = line
            .split_once(['=', '＝'])
            .or_else(|| line.split_once(char::is_whitespace))
            .map(|(name, version)| (name.trim(), version.trim()));
        let Some((name, version)) = pair.filter(|(name, version)| !name.is_empty() && !version.is_empty())
        else {
            errors.push_with(
                "packages",
                "fleet.rollout_package_line",
                vec![("line".to_owned(), Arg::from(line))],
            );
            is_well = false;
            continue;
        };
        if wanted.iter().any(|one| one.name == name) {
            let args = vec![("name".to_owned(), Arg::from(name))];
            errors.push_with("packages", "fleet.rollout_package_twice", args);
            is_well = false;
        }
        wanted.push(PackageWanted {
            name: name.to_owned(),
            version: version.to_owned(),
        });
    }
    if is_well && !(1..=PACKAGES_MOST).contains(&wanted.len()) {
        let args = vec![("most".to_owned(), Arg::from(PACKAGES_MOST))];
        errors.push_with("packages", "fleet.rollout_packages", args);
        is_well = false;
    }
    is_well.then_some(wanted)
}

/// What stands in the fields of a new form.
pub(super) fn fresh() -> Vec<(String, String)> {
    vec![("package_timeout".to_owned(), TIMEOUT.to_string())]
}

/// What stands in the fields of a form for another rollout of the same.
pub(super) fn like(packages: &Packages) -> Vec<(String, String)> {
    let lines: Vec<String> = packages
        .packages
        .iter()
        .map(|one| format!("{} = {}", one.name, one.version))
        .collect();
    let mut pairs = vec![
        ("packages".to_owned(), lines.join("\n")),
        ("package_timeout".to_owned(), packages.timeout_seconds.to_string()),
    ];
    for (name, is_on) in [("install", packages.install), ("downgrade", packages.downgrade)] {
        if is_on {
            pairs.push((name.to_owned(), "true".to_owned()));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<String> {
        let mut errors = Errors::new();
        let found = packages(text, &mut errors);
        let codes: Vec<String> = errors.finish().err().map_or_else(Vec::new, |error| {
            error.fields().iter().map(|field| field.code.clone()).collect()
        });
        assert_eq!(found.is_none(), !codes.is_empty(), "{text}");
        codes
    }

    #[test]
    fn a_content_survives_the_form() {
        let sample = Packages {
            packages: vec![
                PackageWanted {
                    name: "openssl".to_owned(),
                    version: "3.0.17-1~deb12u2".to_owned(),
                },
                PackageWanted {
                    name: "libssl3".to_owned(),
                    version: "1:2.0+b1".to_owned(),
                },
            ],
            install: true,
            downgrade: false,
            timeout_seconds: 600,
        };
        let form = FormData::from_pairs(like(&sample));
        let mut errors = Errors::new();
        assert_eq!(content(&form, &mut errors), Some(Content::Package(sample)));
        errors.finish().unwrap();
    }

    #[test]
    fn a_line_is_a_name_and_a_version() {
        assert_eq!(codes("openssl 3.0.17\ncurl=8.1"), [""; 0]);
        assert_eq!(codes("openssl"), ["fleet.rollout_package_line"]);
        assert_eq!(codes("openssl ="), ["fleet.rollout_package_line"]);
        assert_eq!(codes("curl 1\ncurl 2"), ["fleet.rollout_package_twice"]);
        assert_eq!(codes("  \n"), ["fleet.rollout_packages"]);
    }
}

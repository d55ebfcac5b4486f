//! Certificates that lie on the machine, with their expiry: those that somebody put there, not those of the system's own
//! bundle of authorities.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use protocol::inventory::Item;

use super::item::item;
use super::place::Place;
use super::{when, x509};

/// Usual places, and how deep to look.
const PLACES: [(&str, usize); 16] = [
    ("etc/ssl", 3),
    ("etc/pki/tls/certs", 2),
    ("etc/letsencrypt/live", 2),
    ("etc/nginx", 3),
    ("etc/apache2", 3),
    ("etc/httpd", 3),
    ("etc/haproxy", 2),
    ("etc/postfix", 2),
    ("etc/dovecot", 2),
    ("etc/openvpn", 3),
    ("etc/ipsec.d", 2),
    ("etc/ldap", 2),
    ("etc/postgresql", 3),
    ("etc/docker", 3),
    ("etc/kubernetes", 3),
    ("usr/local/share/ca-certificates", 2),
];
const FILES_MOST: usize = 2_000;
const FOUND_MOST: usize = 1_000;
const BYTES_MOST: usize = 256 * 1024;

/// One certificate and the file it was found in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The file.
    pub path: String,
    /// Which one in the file.
    pub at: usize,
    /// The certificate.
    pub certificate: x509::Certificate,
}

/// All that is found in the usual places.
#[must_use]
pub fn found(place: &Place) -> Vec<Found> {
    let mut files = Vec::new();
    for (folder, depth) in PLACES {
        walk(&place.path(folder), depth, &mut files);
    }
    files.sort();
    let root = place.path("");
    let mut all = Vec::new();
    for file in files {
        let Ok(inside) = file.strip_prefix(&root) else {
            continue;
        };
        let Some(inside) = inside.to_str() else { continue };
        let Some(bytes) = place.bytes(inside, BYTES_MOST) else {
            continue;
        };
        for (at, certificate) in x509::read_all(&bytes, 20).into_iter().enumerate() {
            all.push(Found {
                path: format!("/{inside}"),
                at,
                certificate,
            });
            if all.len() >= FOUND_MOST {
                return all;
            }
        }
    }
    all
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if files.len() >= FILES_MOST {
            return;
        }
        let path = entry.path();
        // Folders are entered only when they are folders themselves: a link may lead in a circle.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if depth > 1 {
                walk(&path, depth - 1, files);
            }
        } else if is_certificate_file(&path) && !is_of_the_system(&path) {
            files.push(path);
        }
    }
}

fn is_certificate_file(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ["pem", "crt", "cer", "cert", "der"].contains(&ending))
}

/// The bundle of authorities, and links into what the package of authorities installed.
fn is_of_the_system(path: &Path) -> bool {
    let bundle = [
        "ca-certificates.crt",
        "ca-bundle.crt",
        "ca-bundle.trust.crt",
        "cert.pem",
    ];
    if path
        .file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| bundle.contains(&name))
        && !path.starts_with("/etc/letsencrypt")
    {
        let live = path.components().any(|part| part.as_os_str() == "live");
        return !live;
    }
    std::fs::read_link(path).is_ok_and(|target| {
        let target = target.to_string_lossy();
        target.contains("/usr/share/ca-certificates/") || target.contains("/pki/ca-trust/")
    })
}

/// The section. A certificate that lies in several files is one item.
#[must_use]
pub fn certificates(place: &Place) -> Vec<Item> {
    let mut all: BTreeMap<String, (x509::Certificate, Vec<String>)> = BTreeMap::new();
    for found in found(place) {
        let key = format!("{} {}", found.certificate.subject, found.certificate.serial);
        let entry = all.entry(key).or_insert_with(|| (found.certificate, Vec::new()));
        if entry.1.len() < 10 && !entry.1.contains(&found.path) {
            entry.1.push(found.path);
        }
    }
    all.into_iter()
        .map(|(key, (certificate, paths))| {
            item(key)
                .text("subject", certificate.subject)
                .text("issuer", certificate.issuer)
                .text("names", certificate.names.join(" "))
                .text("serial", certificate.serial)
                .text("valid_from", when::minute(certificate.not_before))
                .text("expires", when::minute(certificate.not_after))
                .text("paths", paths.join(" "))
                .done()
        })
        .collect()
}

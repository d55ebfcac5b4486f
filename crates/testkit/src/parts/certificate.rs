//! A certificate authority for one test, and a server's certificate signed by it, made with the `openssl` program.
//!
//! The names are `localhost` and 127.0.0.1. A client that is to trust the server is given `authority`; one that is not
//! given it must refuse, and that is worth a test too.

use super::process::run;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the three files are, in PEM.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The authority's certificate, which a client has to trust.
    pub authority: PathBuf,
    /// The server's certificate.
    pub certificate: PathBuf,
    /// The server's private key.
    pub key: PathBuf,
}

impl Certificate {
    /// Makes all three in `folder`.
    pub fn make(folder: &Path) -> io::Result<Self> {
        let made = Self {
            authority: folder.join("authority.crt"),
            certificate: folder.join("server.crt"),
            key: folder.join("server.key"),
        };
        let authority_key = folder.join("authority.key");
        let request = [
            "req",
            "-batch",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
        ];
        run(Command::new("openssl")
            .args(request)
            .args(["-x509", "-days", "30", "-subj", "/CN=Mainstay test authority"])
            .args(["-addext", "basicConstraints=critical,CA:TRUE"])
            .arg("-keyout")
            .arg(&authority_key)
            .arg("-out")
            .arg(&made.authority))?;
        run(Command::new("openssl")
            .args(request)
            .args(["-x509", "-days", "30", "-subj", "/CN=localhost"])
            .args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .args(["-addext", "extendedKeyUsage=serverAuth"])
            .arg("-CA")
            .arg(&made.authority)
            .arg("-CAkey")
            .arg(&authority_key)
            .arg("-keyout")
            .arg(&made.key)
            .arg("-out")
            .arg(&made.certificate))?;
        Ok(made)
    }
}

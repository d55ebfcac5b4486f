//! TLS towards mail servers: the house's rules, and a mailbox's own authority where a department runs its own.
//!
//! There is no way to switch the check of certificates off.

use std::sync::Arc;

use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

use crate::trouble::{Outcome, Trouble};

/// What to trust when talking to a mailbox's servers: the authority that the mailbox names, else the system's.
pub fn client_config(authority: Option<&str>) -> Outcome<Arc<ClientConfig>> {
    let Some(pem) = authority else {
        return kernel::tls::client_config().map_err(|error| Trouble::new("tls_setup", error));
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|error| Trouble::new("tls_authority", format!("{error:?}")))?;
        roots
            .add(certificate)
            .map_err(|error| Trouble::new("tls_authority", error))?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Trouble::new("tls_setup", error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Whether a text holds at least one certificate that can be trusted.
pub fn is_authority(pem: &str) -> bool {
    let mut certificates = CertificateDer::pem_slice_iter(pem.as_bytes());
    let mut roots = RootCertStore::empty();
    let mut found = false;
    certificates.all(|certificate| {
        let good = certificate.is_ok_and(|certificate| roots.add(certificate).is_ok());
        found |= good;
        good
    }) && found
}

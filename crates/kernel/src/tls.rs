//! TLS towards other machines: always checked against the system's certificates.
//!
//! `SSL_CERT_FILE` and `SSL_CERT_DIR` name further authorities (a department's own). There is no way to switch the
//! check off.

use std::sync::Arc;

use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

use crate::error::{Error, Result};

/// What a client of ours trusts.
///
/// # Errors
/// Internal, when TLS cannot be set up at all.
pub fn client_config() -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "a system certificate could not be read");
    }
    roots.add_parsable_certificates(found.certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// The connector for PostgreSQL.
pub(crate) fn postgres_connector() -> Result<tokio_postgres_rustls::MakeRustlsConnect> {
    let config = client_config()?;
    Ok(tokio_postgres_rustls::MakeRustlsConnect::new((*config).clone()))
}

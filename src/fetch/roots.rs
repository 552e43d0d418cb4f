//! The certificate authorities that https trusts: the system's store, or the admin's file.

use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::FetchError;

/// The authorities, and why there are none if there are none.
#[derive(Debug)]
pub(super) struct Roots {
    store: RootCertStore,
    /// Set when the system has no store; every https request then fails with it.
    missing: Option<String>,
}

impl Roots {
    pub fn load(ca_file: Option<&Path>) -> Result<Self, FetchError> {
        match ca_file {
            Some(path) => Self::from_file(path),
            None => Ok(Self::from_system()),
        }
    }

    fn from_file(path: &Path) -> Result<Self, FetchError> {
        let unreadable = |reason: String| FetchError::CaFile { path: path.to_owned(), reason };
        let mut store = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unreadable(error.to_string()))? {
            let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
            store.add(certificate).map_err(|error| unreadable(error.to_string()))?;
        }
        if store.is_empty() {
            return Err(unreadable("it holds no PEM certificate".to_owned()));
        }
        Ok(Self { store, missing: None })
    }

    fn from_system() -> Self {
        let found = rustls_native_certs::load_native_certs();
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(found.certs);
        let missing = store.is_empty().then(|| match found.errors.first() {
            Some(error) => error.to_string(),
            None => "the system has none".to_owned(),
        });
        Self { store, missing }
    }

    /// Fails when there is no authority by which an https host could prove itself.
    pub fn require(&self) -> Result<(), FetchError> {
        match &self.missing {
            None => Ok(()),
            Some(reason) => Err(FetchError::NoCaStore(reason.clone())),
        }
    }

    pub fn client_config(&self) -> Result<ClientConfig, FetchError> {
        let provider = rustls::crypto::ring::default_provider();
        let config = ClientConfig::builder_with_provider(provider.into()).with_safe_default_protocol_versions().map_err(FetchError::Tls)?;
        Ok(config.with_root_certificates(self.store.clone()).with_no_client_auth())
    }
}

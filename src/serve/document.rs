//! Bodies made ahead: plain and gzip, each with its strong ETag.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, RwLock};

use axum::body::Bytes;
use axum::http::HeaderValue;
use chrono::{DateTime, SubsecRound, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// One body in one coding.
#[derive(Debug, Clone)]
pub(super) struct Coded {
    pub body: Bytes,
    pub etag: HeaderValue,
}

/// A rendered body, ready to be sent.
#[derive(Debug)]
pub struct Document {
    pub(super) content_type: HeaderValue,
    /// A Content-Security-Policy, for pages.
    pub(super) policy: Option<&'static str>,
    pub(super) plain: Coded,
    pub(super) gzip: Coded,
    /// Whole seconds, as HTTP dates are.
    pub(super) last_modified: DateTime<Utc>,
}

impl Document {
    /// Compresses and tags a body. `last_modified` is when its bytes last changed; a start of the daemon counts as a change, since nobody
    /// knows what was published before.
    pub fn new(body: String, content_type: &'static str, policy: Option<&'static str>, last_modified: DateTime<Utc>) -> Self {
        let digest = Sha256::digest(body.as_bytes());
        let tag: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        let gzip = gzip(body.as_bytes());
        // RFC 9110 §8.8.3: codings of one document are different representations, and need tags of their own.
        let etag = |suffix: &str| HeaderValue::try_from(format!("\"{tag}{suffix}\"")).expect("hexadecimal digits stand in a header");
        // HTTP dates have whole seconds.
        let last_modified = last_modified.trunc_subsecs(0);
        Self {
            content_type: HeaderValue::from_static(content_type),
            policy,
            gzip: Coded { body: gzip.into(), etag: etag("-gz") },
            plain: Coded { body: body.into(), etag: etag("") },
            last_modified,
        }
    }

    /// Whether both have the same bytes.
    fn is_same(&self, other: &Self) -> bool {
        self.plain.etag == other.plain.etag
    }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 3), Compression::default());
    encoder.write_all(body).and_then(|()| encoder.finish()).expect("writing to memory cannot fail")
}

/// All documents by file name. One task renders and swaps them; requests read.
#[derive(Debug, Default)]
pub struct Documents {
    by_name: RwLock<HashMap<String, Arc<Document>>>,
}

impl Documents {
    /// The document of that name.
    pub fn get(&self, name: &str) -> Option<Arc<Document>> {
        self.by_name.read().expect("nothing panics while it is held").get(name).cloned()
    }

    /// Puts a document in the place of the old one, unless that has the same bytes.
    pub fn swap(&self, name: &str, document: Document) {
        let mut by_name = self.by_name.write().expect("nothing panics while it is held");
        if !by_name.get(name).is_some_and(|old| old.is_same(&document)) {
            by_name.insert(name.to_owned(), Arc::new(document));
        }
    }

    /// Lets go of every document whose name is not kept.
    pub fn retain(&self, keep: impl Fn(&str) -> bool) {
        self.by_name.write().expect("nothing panics while it is held").retain(|name, _| keep(name));
    }
}

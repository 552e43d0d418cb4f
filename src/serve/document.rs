//! Bodies ready to be sent, each coding with its strong ETag.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use http::header::{self, HeaderMap, HeaderValue};
use hyper::body::Bytes;
use sha2::{Digest, Sha256};

use super::coding::Coding;
use crate::config::Token;

/// What is new in a document since an older state of it, by that one's tag; None where that is forgotten.
pub type Since = dyn Fn(&str) -> Option<String> + Send + Sync;

/// What a document is besides its bytes.
#[derive(Clone, Default)]
pub struct Nature {
    pub content_type: &'static str,
    /// A Content-Security-Policy, for pages.
    pub policy: Option<&'static str>,
    /// How long a cache may take it for fresh.
    pub fresh: Duration,
    /// Only readers who know this get it.
    pub token: Option<Token>,
    /// For feeds that tell what is new since an older state (RFC 3229).
    pub since: Option<Arc<Since>>,
}

impl Nature {
    /// Whether caches and readers are told the same of both.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.content_type == other.content_type && self.policy == other.policy && self.fresh == other.fresh && self.token == other.token
    }
}

/// A rendered body, ready to be sent.
pub struct Document {
    pub(super) nature: Nature,
    /// Of the plain bytes, without quotes.
    pub(super) tag: String,
    bodies: [OnceLock<Bytes>; Coding::ALL.len()],
    etags: [HeaderValue; Coding::ALL.len()],
    /// The fields of every answer, and those of the body besides.
    pub(super) fields: HeaderMap,
    pub(super) body_fields: HeaderMap,
    /// Whole seconds, as HTTP dates are.
    pub(super) last_modified: DateTime<Utc>,
}

impl std::fmt::Debug for Nature {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Nature").field("content_type", &self.content_type).field("fresh", &self.fresh).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Document").field("tag", &self.tag).field("last_modified", &self.last_modified).finish_non_exhaustive()
    }
}

/// The tag of a body: its hash, so that the same bytes have the same.
pub fn tag_of(body: &str) -> String {
    Sha256::digest(body.as_bytes()).iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

impl Document {
    /// Tags a body, and makes its gzip. `last_modified` is when its bytes last changed; a start of the daemon counts as a change, since
    /// nobody knows what was published before.
    pub fn new(body: String, nature: Nature, last_modified: DateTime<Utc>) -> Self {
        let tag = tag_of(&body);
        // HTTP dates have whole seconds.
        let last_modified = last_modified.trunc_subsecs(0);
        let (fields, body_fields) = (fields(&nature, last_modified), body_fields(&nature));
        let bodies = [OnceLock::from(Bytes::from(body)), OnceLock::new(), OnceLock::new(), OnceLock::new()];
        let etags = Coding::IN_ORDER.map(|coding| etag(&tag, coding));
        let document = Self { nature, tag, bodies, etags, fields, body_fields, last_modified };
        document.body(Coding::Gzip);
        document
    }

    /// What the names of its files end in, beside the name itself: one a coding.
    pub const ENDINGS: [&str; 4] = ["", ".gz", ".br", ".zst"];

    /// Its tag: the same for the same bytes.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Its body in each coding, with the ending of that one's file.
    pub fn bodies(&self) -> impl Iterator<Item = (&'static str, Bytes)> {
        Coding::IN_ORDER.into_iter().zip(Self::ENDINGS).map(|(coding, ending)| (ending, self.body(coding).clone()))
    }

    /// What a reader must know to get it.
    pub(super) fn token(&self) -> Option<&Token> {
        self.nature.token.as_ref()
    }

    /// The same, unchanged since an instant.
    pub(super) fn unchanged_since(self, last_modified: DateTime<Utc>) -> Self {
        Self { last_modified, fields: fields(&self.nature, last_modified), ..self }
    }

    /// Whether it has been coded so already.
    pub(super) fn has(&self, coding: Coding) -> bool {
        self.bodies[coding as usize].get().is_some()
    }

    /// The body in a coding, made at the first request for it.
    pub(super) fn body(&self, coding: Coding) -> &Bytes {
        self.bodies[coding as usize].get_or_init(|| {
            let plain = self.bodies[Coding::Identity as usize].get().expect("every document has its plain bytes");
            coding.encode(plain).into()
        })
    }

    /// The ETag of a coding, whether or not it has been made.
    pub(super) fn etag(&self, coding: Coding) -> &HeaderValue {
        &self.etags[coding as usize]
    }

    /// The coding that an ETag names, if it is one of this document.
    pub(super) fn coding_of(&self, etag: &str) -> Option<Coding> {
        let suffix = etag.trim_matches('"').strip_prefix(self.tag.as_str())?;
        Coding::ALL.into_iter().find(|coding| coding.suffix() == suffix)
    }

    /// Whether both have the same bytes.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.tag == other.tag
    }

    /// Bytes that all its codings take.
    pub(super) fn size(&self) -> usize {
        self.bodies.iter().filter_map(OnceLock::get).map(Bytes::len).sum()
    }
}

/// How much longer than it is fresh a cache may give a document while it asks for a newer one.
const STALE_TIMES: u64 = 5;

fn fields(nature: &Nature, last_modified: DateTime<Utc>) -> HeaderMap {
    let fresh = nature.fresh.as_secs();
    let whose = if nature.token.is_some() { "private, " } else { "" };
    let caching = format!("{whose}max-age={fresh}, stale-while-revalidate={}", fresh * STALE_TIMES);
    let mut fields = HeaderMap::with_capacity(8);
    let text = |text: String| HeaderValue::try_from(text).expect("letters and digits stand in a header");
    fields.insert(header::CACHE_CONTROL, text(caching));
    // RFC 9110 §5.6.7.
    fields.insert(header::LAST_MODIFIED, text(last_modified.format("%a, %d %b %Y %H:%M:%S GMT").to_string()));
    if nature.policy.is_none() {
        fields.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    fields
}

fn body_fields(nature: &Nature) -> HeaderMap {
    let mut fields = HeaderMap::with_capacity(4);
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(nature.content_type));
    fields.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(policy) = nature.policy {
        fields.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        fields.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
    fields
}

/// RFC 9110 §8.8.3: codings of one document are different representations, and need tags of their own.
fn etag(tag: &str, coding: Coding) -> HeaderValue {
    HeaderValue::try_from(format!("\"{tag}{}\"", coding.suffix())).expect("hexadecimal digits stand in a header")
}

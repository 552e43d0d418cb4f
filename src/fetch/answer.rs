//! What a server answered, as far as it can be read from the answer's own head.

use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest, Sha256};
use url::Url;

use super::body::{self, Bounds, Whole};
use super::room::{Place, Room};
use super::{FetchError, Links};

/// ETag and Last-Modified of a response: opaque bytes, sent back as they came (RFC 9110 §8.8).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    pub etag: Option<Vec<u8>>,
    pub last_modified: Option<Vec<u8>>,
}

impl Validators {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let bytes = |name| headers.get(name).map(|value: &HeaderValue| value.as_bytes().to_vec());
        Self { etag: bytes(header::ETAG), last_modified: bytes(header::LAST_MODIFIED) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }

    pub(super) fn write(&self, headers: &mut HeaderMap) {
        for (name, value) in [(header::IF_NONE_MATCH, &self.etag), (header::IF_MODIFIED_SINCE, &self.last_modified)] {
            if let Some(value) = value.as_deref().and_then(|bytes| HeaderValue::from_bytes(bytes).ok()) {
                headers.insert(name, value);
            }
        }
    }
}

/// The header fields of an answer that say how long it is fresh (RFC 9111), as they were written; several of a name are joined by commas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caching {
    pub cache_control: Option<String>,
    pub expires: Option<String>,
    pub date: Option<String>,
    pub age: Option<String>,
}

impl Caching {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let joined = |name: HeaderName| {
            let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
            (!values.is_empty()).then(|| values.join(", "))
        };
        Self {
            cache_control: joined(header::CACHE_CONTROL),
            expires: joined(header::EXPIRES),
            date: joined(header::DATE),
            age: joined(header::AGE),
        }
    }
}

/// A good answer.
#[derive(Debug)]
pub enum Fetched {
    /// 200: the whole body, decoded.
    New(Response),
    /// 304: nothing changed since the validators; those that it brought itself, if any.
    NotModified {
        validators: Option<Validators>,
        caching: Caching,
        /// As in [`Response::moved`].
        moved: Option<Url>,
    },
}

impl Fetched {
    /// Where the address has moved for good, as in [`Response::moved`].
    pub fn moved(&self) -> Option<&Url> {
        match self {
            Self::New(response) => response.moved.as_ref(),
            Self::NotModified { moved, .. } => moved.as_ref(),
        }
    }

    /// What it says of how long it is fresh.
    pub fn caching(&self) -> &Caching {
        match self {
            Self::New(response) => &response.caching,
            Self::NotModified { caching, .. } => caching,
        }
    }

    /// The answer to a chain whose permanent redirects led to `moved`.
    pub(super) fn after(mut self, moved: Option<Url>) -> Self {
        match &mut self {
            Self::New(Response { moved: place, .. }) | Self::NotModified { moved: place, .. } => *place = moved,
        }
        self
    }
}

/// A whole body and what its headers said of it.
#[derive(Debug)]
pub struct Response {
    /// Where it came from, after redirects.
    pub url: Url,
    /// Where the address has moved for good: the end of the permanent redirects (301, 308) that the way began with.
    pub moved: Option<Url>,
    /// 200, or 203.
    pub status: u16,
    pub content_type: Option<String>,
    pub validators: Validators,
    /// Boxed, since few responses have any.
    pub links: Box<Links>,
    pub caching: Caching,
    /// After Content-Encoding; at most `max_body` bytes.
    pub body: Vec<u8>,
    /// SHA-256 of the content type and the body: two equal ones are read alike.
    pub body_hash: [u8; 32],
    /// Bytes of the body as it came over the wire.
    pub wire_bytes: u64,
    /// In memory; None of what was not fetched.
    pub place: Option<Box<Place>>,
}

/// Reads the body of a good answer within the bounds.
pub(super) async fn whole(response: reqwest::Response, bounds: Bounds, room: &Room) -> Result<Response, FetchError> {
    let (url, status) = (response.url().clone(), response.status().as_u16());
    let (validators, caching) = (Validators::of(response.headers()), Caching::of(response.headers()));
    let links = Box::new(Links::of(response.headers(), &url));
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let content_type = content_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let Whole { body, wire_bytes, place } = body::read(response, bounds, room).await?;
    let body_hash = body_hash(content_type.as_deref(), &body);
    Ok(Response {
        url,
        moved: None,
        status,
        content_type,
        validators,
        links,
        caching,
        body,
        body_hash,
        wire_bytes,
        place: Some(Box::new(place)),
    })
}

fn body_hash(content_type: Option<&str>, body: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(content_type.unwrap_or_default());
    hasher.update([0]);
    hasher.update(body);
    hasher.finalize().into()
}

/// `Retry-After` as the server wrote it.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<String> {
    headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The absolute target of a redirect (RFC 9110 §10.2.2); only http and https can be followed.
pub(super) fn redirect_target(from: &Url, headers: &HeaderMap) -> Result<Url, FetchError> {
    let location = headers.get(header::LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default();
    match from.join(&location) {
        Ok(target) if matches!(target.scheme(), "http" | "https") && target.has_host() => Ok(target),
        _ => Err(FetchError::BadRedirect(location)),
    }
}

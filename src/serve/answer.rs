//! Conditional answers (RFC 9110 §13) from ready documents.

use axum::body::Body;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, Response, StatusCode};
use chrono::{DateTime, Utc};

use super::document::{Coded, Document};

/// How long a cache may take a document for fresh, in seconds: news minutes old, and a reader's second click for free.
const FRESH: &str = "max-age=60, stale-while-revalidate=300";

/// 200 with the body in the coding that the reader takes, 304 when the reader has it already.
pub(super) fn conditional(document: &Document, method: &Method, headers: &HeaderMap) -> Response<Body> {
    let coded = if takes_gzip(headers) { &document.gzip } else { &document.plain };
    let is_gzip = coded.etag == document.gzip.etag;
    let current = is_current(document, headers);
    let coded = current.unwrap_or(coded);
    let mut response = Response::new(Body::empty());
    let fields = response.headers_mut();
    fields.insert(header::ETAG, coded.etag.clone());
    fields.insert(header::LAST_MODIFIED, http_date(document.last_modified));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(FRESH));
    fields.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    fields.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if current.is_some() {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    fields.insert(header::CONTENT_TYPE, document.content_type.clone());
    fields.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    fields.insert(header::CONTENT_LENGTH, HeaderValue::from(coded.body.len()));
    if is_gzip {
        fields.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if let Some(policy) = document.policy {
        fields.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    if method != Method::HEAD {
        *response.body_mut() = Body::from(coded.body.clone());
    }
    response
}

/// A short text for people.
pub(super) fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The coding that the reader already has, if it is the document as it stands. RFC 9110 §13.2.2: with If-None-Match,
/// If-Modified-Since does not count.
fn is_current<'a>(document: &'a Document, headers: &HeaderMap) -> Option<&'a Coded> {
    let codings = [&document.plain, &document.gzip];
    if headers.contains_key(header::IF_NONE_MATCH) {
        let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut tags = values.flat_map(|value| value.split(',')).map(|tag| tag.trim()).map(|tag| tag.strip_prefix("W/").unwrap_or(tag));
        return tags.find_map(|tag| match tag {
            "*" => Some(&document.plain),
            tag => codings.into_iter().find(|coded| coded.etag.as_bytes() == tag.as_bytes()),
        });
    }
    let since = text(headers, header::IF_MODIFIED_SINCE).and_then(parse_http_date)?;
    (document.last_modified <= since).then(|| if takes_gzip(headers) { &document.gzip } else { &document.plain })
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Whether gzip is acceptable and not worse than no coding (RFC 9110 §12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let (mut gzip, mut any, mut identity) = (None, None, None);
    for value in headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()) {
        for item in value.split(',') {
            let mut parts = item.split(';').map(str::trim);
            let coding = parts.next().unwrap_or_default().to_ascii_lowercase();
            let weight = parts
                .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
                .and_then(|q| q.parse::<f32>().ok())
                .unwrap_or(1.0);
            match coding.as_str() {
                "gzip" | "x-gzip" => gzip = Some(weight),
                "*" => any = Some(weight),
                "identity" => identity = Some(weight),
                _ => {}
            }
        }
    }
    let gzip = gzip.or(any).unwrap_or(0.0);
    gzip > 0.0 && gzip >= identity.unwrap_or(0.0)
}

/// RFC 9110 §5.6.7.
fn http_date(instant: DateTime<Utc>) -> HeaderValue {
    HeaderValue::try_from(instant.format(HTTP_DATE).to_string()).expect("dates are of ASCII letters and digits")
}

const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";

/// Any of the three forms of RFC 9110 §5.6.7.
fn parse_http_date(text: &str) -> Option<DateTime<Utc>> {
    httpdate::parse_http_date(text.trim()).ok().map(DateTime::from)
}

//! Conditional answers (RFC 9110 §13, RFC 3229) from ready documents.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, Response, StatusCode};
use chrono::{DateTime, Utc};

use super::coding::{Coding, weighed};
use super::document::Document;

const A_IM: HeaderName = HeaderName::from_static("a-im");
const IM: HeaderName = HeaderName::from_static("im");

/// How much longer than it is fresh a cache may give a document while it asks for a newer one.
const STALE_TIMES: u64 = 5;

/// What of a request the answer depends on, besides the document.
pub(super) struct Asked<'a> {
    pub method: &'a Method,
    pub headers: &'a HeaderMap,
    /// The format was chosen by the types that the reader accepts.
    pub is_negotiated: bool,
}

/// 200 with the body in the coding that the reader takes, 304 when the reader has it already, 226 with what is new since what it has.
pub(super) async fn conditional(document: Arc<Document>, asked: Asked<'_>) -> Response<Body> {
    let headers = asked.headers;
    let current = current(&document, headers);
    if let Some(coding) = current {
        return respond(StatusCode::NOT_MODIFIED, &document, coding, Body::empty(), &asked);
    }
    let coding = Coding::wanted(headers);
    if let Some(news) = news(&document, headers).await {
        return told_news(&document, coding, news, &asked);
    }
    prepare(&document, coding).await;
    let coded = document.coded(coding);
    let body = if asked.method == Method::HEAD { Body::empty() } else { Body::from(coded.body.clone()) };
    let mut response = respond(StatusCode::OK, &document, coding, body, &asked);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(coded.body.len()));
    response
}

/// Codes the body off the reactor, unless somebody has wanted it so before.
#[expect(clippy::disallowed_methods, reason = "awaited right here")]
async fn prepare(document: &Arc<Document>, coding: Coding) {
    if !document.has(coding) {
        let document = Arc::clone(document);
        // A panic there is repeated where the coding is asked for.
        let _ = tokio::task::spawn_blocking(move || document.coded(coding).body.len()).await;
    }
}

fn respond(status: StatusCode, document: &Document, coding: Coding, body: Body, asked: &Asked<'_>) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let nature = &document.nature;
    let fields = response.headers_mut();
    fields.insert(header::ETAG, document.coded(coding).etag.clone());
    fields.insert(header::LAST_MODIFIED, http_date(document.last_modified));
    fields.insert(header::CACHE_CONTROL, caching(document));
    fields.insert(header::VARY, vary(document, asked.is_negotiated));
    if nature.policy.is_none() {
        fields.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    if status == StatusCode::NOT_MODIFIED {
        return response;
    }
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(nature.content_type));
    fields.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(name) = coding.name() {
        fields.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    if let Some(policy) = nature.policy {
        fields.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        fields.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
    response
}

fn caching(document: &Document) -> HeaderValue {
    let fresh = document.nature.fresh.as_secs();
    let whose = if document.nature.token.is_some() { "private, " } else { "" };
    HeaderValue::try_from(format!("{whose}max-age={fresh}, stale-while-revalidate={}", fresh * STALE_TIMES))
        .expect("digits stand in a header")
}

fn vary(document: &Document, is_negotiated: bool) -> HeaderValue {
    HeaderValue::from_static(match (is_negotiated, document.nature.since.is_some()) {
        (true, true) => "Accept, Accept-Encoding, A-IM",
        (true, false) => "Accept, Accept-Encoding",
        (false, true) => "Accept-Encoding, A-IM",
        (false, false) => "Accept-Encoding",
    })
}

/// What is new since what the reader has, if it asks for that and it is remembered (RFC 3229 §10.5.3; `feed` as in its extension for feeds).
#[expect(clippy::disallowed_methods, reason = "awaited right here")]
async fn news(document: &Arc<Document>, headers: &HeaderMap) -> Option<String> {
    let since = Arc::clone(document.nature.since.as_ref()?);
    let mut wishes = headers.get_all(A_IM).iter().filter_map(|value| value.to_str().ok()).flat_map(weighed);
    if !wishes.any(|(name, weight)| name.eq_ignore_ascii_case("feed") && weight > 0.0) {
        return None;
    }
    let tags: Vec<String> = tags(headers).map(str::to_owned).collect();
    tokio::task::spawn_blocking(move || tags.iter().find_map(|tag| since(untagged(tag)))).await.ok()?
}

/// A tag without its quotes and without its coding's suffix.
fn untagged(tag: &str) -> &str {
    let tag = tag.trim_matches('"');
    Coding::ALL.iter().filter(|coding| !coding.suffix().is_empty()).find_map(|coding| tag.strip_suffix(coding.suffix())).unwrap_or(tag)
}

fn told_news(document: &Document, coding: Coding, news: String, asked: &Asked<'_>) -> Response<Body> {
    let body = coding.encode(news.as_bytes());
    let length = body.len();
    let body = if asked.method == Method::HEAD { Body::empty() } else { Body::from(body) };
    let mut response = respond(StatusCode::IM_USED, document, coding, body, asked);
    response.headers_mut().insert(IM, HeaderValue::from_static("feed"));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    // A cache that does not know of this must not give it to others (RFC 3229 §10.6).
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, im"));
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

fn tags(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).map(|tag| tag.strip_prefix("W/").unwrap_or(tag))
}

/// The coding that the reader already has, if it is the document as it stands. RFC 9110 §13.2.2: with If-None-Match,
/// If-Modified-Since does not count.
fn current(document: &Document, headers: &HeaderMap) -> Option<Coding> {
    if headers.contains_key(header::IF_NONE_MATCH) {
        return tags(headers).find_map(|tag| if tag == "*" { Some(Coding::Identity) } else { document.coding_of(tag) });
    }
    let since = headers.get(header::IF_MODIFIED_SINCE)?.to_str().ok().and_then(parse_http_date)?;
    (document.last_modified <= since)
        .then(|| Coding::wanted(headers))
        .map(|coding| if document.has(coding) { coding } else { Coding::Identity })
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

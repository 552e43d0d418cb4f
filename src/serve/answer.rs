//! Conditional answers (RFC 9110 §13, RFC 3229) from ready documents.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Response, StatusCode};
use hyper::body::Bytes;

use super::Body;
use super::coding::{Coding, weighed};
use super::document::Document;

const A_IM: HeaderName = HeaderName::from_static("a-im");
const IM: HeaderName = HeaderName::from_static("im");

/// What of a request the answer depends on, besides the document.
pub(super) struct Asked<'a> {
    pub method: &'a Method,
    pub headers: &'a HeaderMap,
    pub choice: Choice,
}

/// What decided which document is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// The address alone.
    Address,
    /// The types that the reader accepts.
    Accept,
    /// A feed was asked for, which a browser does not open: the feed.
    Feed,
    /// The page in its place.
    Page,
}

/// 200 with the body in the coding that the reader takes, 304 when the reader has it already, 226 with what is new since what it has.
pub(super) async fn conditional(document: Arc<Document>, asked: Asked<'_>) -> Response<Body> {
    let headers = asked.headers;
    let current = current(&document, headers);
    if let Some(coding) = current {
        return respond(StatusCode::NOT_MODIFIED, &document, coding, Body::default(), &asked);
    }
    let coding = Coding::wanted(headers);
    if let Some(news) = news(&document, headers, coding).await {
        return told_news(&document, coding, news, &asked);
    }
    prepare(&document, coding).await;
    respond_with(StatusCode::OK, &document, coding, document.body(coding).clone(), &asked)
}

/// Codes the body off the reactor, unless somebody has wanted it so before.
#[expect(clippy::disallowed_methods, reason = "awaited right here")]
async fn prepare(document: &Arc<Document>, coding: Coding) {
    if !document.has(coding) {
        let document = Arc::clone(document);
        // A panic there is repeated where the coding is asked for.
        let _ = tokio::task::spawn_blocking(move || document.body(coding).len()).await;
    }
}

/// An answer with a body, of which HEAD is told the length.
fn respond_with(status: StatusCode, document: &Document, coding: Coding, body: Bytes, asked: &Asked<'_>) -> Response<Body> {
    let length = body.len();
    let body = if asked.method == Method::HEAD { Body::default() } else { Body::new(body) };
    let mut response = respond(status, document, coding, body, asked);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    response
}

fn respond(status: StatusCode, document: &Document, coding: Coding, body: Body, asked: &Asked<'_>) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let fields = response.headers_mut();
    fields.clone_from(&document.fields);
    fields.insert(header::ETAG, document.etag(coding).clone());
    fields.insert(header::VARY, vary(document, asked.choice));
    if status != StatusCode::NOT_MODIFIED {
        fields.extend(document.body_fields.clone());
        fields.extend(coding.name().map(|name| (header::CONTENT_ENCODING, HeaderValue::from_static(name))));
    }
    response
}

/// RFC 9110 §12.5.5. A feed does not name `Accept`, which differs from reader to reader: a cache may give it to a browser, but never the page to a
/// reader.
fn vary(document: &Document, choice: Choice) -> HeaderValue {
    HeaderValue::from_static(match (choice, document.nature.since.is_some()) {
        (Choice::Accept, true) => "Accept, Accept-Encoding, A-IM",
        (Choice::Accept, false) => "Accept, Accept-Encoding",
        (Choice::Address, true) => "Accept-Encoding, A-IM",
        (Choice::Address, false) => "Accept-Encoding",
        (Choice::Feed, true) => "Accept-Encoding, A-IM, Sec-Fetch-Dest",
        (Choice::Feed, false) => "Accept-Encoding, Sec-Fetch-Dest",
        (Choice::Page, _) => "Accept, Accept-Encoding, A-IM, Sec-Fetch-Dest, Sec-Fetch-Mode",
    })
}

/// What is new since what the reader has, coded, if it asks for that and it is remembered (RFC 3229 §10.5.3; `feed` as in its extension for feeds).
#[expect(clippy::disallowed_methods, reason = "awaited right here")]
async fn news(document: &Arc<Document>, headers: &HeaderMap, coding: Coding) -> Option<Bytes> {
    let since = Arc::clone(document.nature.since.as_ref()?);
    let mut wishes = headers.get_all(A_IM).iter().filter_map(|value| value.to_str().ok()).flat_map(weighed);
    if !wishes.any(|(name, weight)| name.eq_ignore_ascii_case("feed") && weight > 0.0) {
        return None;
    }
    let tags: Vec<String> = tags(headers).map(str::to_owned).collect();
    let coded = move || tags.iter().find_map(|tag| since(untagged(tag))).map(|news| Bytes::from(coding.encode(news.as_bytes())));
    tokio::task::spawn_blocking(coded).await.ok()?
}

/// A tag without its quotes and without its coding's suffix.
fn untagged(tag: &str) -> &str {
    let tag = tag.trim_matches('"');
    Coding::ALL.iter().filter(|coding| !coding.suffix().is_empty()).find_map(|coding| tag.strip_suffix(coding.suffix())).unwrap_or(tag)
}

fn told_news(document: &Document, coding: Coding, news: Bytes, asked: &Asked<'_>) -> Response<Body> {
    let mut response = respond_with(StatusCode::IM_USED, document, coding, news, asked);
    response.headers_mut().insert(IM, HeaderValue::from_static("feed"));
    // A cache that does not know of this must not give it to others (RFC 3229 §10.6).
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, im"));
    response
}

/// What may be asked of everything here (RFC 9110 §9.3.7), and by scripts of other sites of feeds.
pub(super) fn options() -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let fields = response.headers_mut();
    fields.insert(header::ALLOW, HeaderValue::from_static(METHODS));
    fields.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    fields.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD"));
    fields.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("A-IM, If-None-Match, If-Modified-Since"));
    response
}

/// Every other method.
pub(super) fn not_allowed() -> Response<Body> {
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "Feeds are there to be read: GET and HEAD.\n");
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(METHODS));
    response
}

const METHODS: &str = "GET, HEAD, OPTIONS";

/// A short text for people.
pub(super) fn plain(status: StatusCode, text: impl Into<Bytes>) -> Response<Body> {
    let mut response = Response::new(Body::new(text.into()));
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
    (document.last_modified <= since).then(|| Coding::wanted(headers))
}

/// Any of the three forms of RFC 9110 §5.6.7.
fn parse_http_date(text: &str) -> Option<DateTime<Utc>> {
    httpdate::parse_http_date(text.trim()).ok().map(DateTime::from)
}

//! The HTTP server: documents to readers, within bounds. Those that are asked for all the time are ready; the others are made off the
//! reactor, one at a time.

mod accept;
mod accept_type;
mod access;
mod answer;
mod callback;
mod coding;
mod document;
mod listener;
mod rate;
mod shelf;

use std::net::IpAddr;
use std::sync::Arc;

use http::header::{self, HeaderValue};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use crate::config::Query;

pub use accept::start;
pub use callback::{CALLBACK, Callbacks, HubCall, Post, Reply, Room};
pub use document::{Document, Nature, Since, tag_of};
pub use listener::Listener;
pub use shelf::{Documents, Made, Press};

use answer::{Asked, Choice};
use rate::Rate;
use shelf::Missing;

/// The name under which [`Documents`] holds the page at `/`.
pub const FRONT_PAGE: &str = "";

/// What the names of documents begin with that a search gives: `search.atom?q=WORDS`.
pub const SEARCH: &str = "search.";

/// The name of the list of all sources.
pub const SOURCES: &str = "sources.opml";

/// The body of an answer: whole, and ready.
type Body = Full<Bytes>;

/// Answers requests. A document's name is its path without the first slash.
#[derive(Debug, Clone)]
pub struct Site {
    documents: Arc<Documents>,
    callbacks: Arc<Callbacks>,
    rate: Arc<Rate>,
}

/// Longest path of a request that may name a document, in bytes.
const MAX_PATH: usize = 1024;

impl Site {
    /// With these documents and callbacks, and so many requests a second for each client (`rate` in [`crate::config::Server`]).
    pub fn new(documents: Arc<Documents>, callbacks: Arc<Callbacks>, rate: Option<u32>) -> Self {
        Self { documents, callbacks, rate: Arc::new(Rate::new(rate)) }
    }

    /// Answers a request, whatever it asks for.
    pub(super) async fn answer(&self, request: Request<Incoming>, client: Option<IpAddr>) -> Response<Body> {
        // A hub of many feeds comes often; whoever knows a token is one.
        if self.callbacks.knows(request.uri().path()) {
            return self.callbacks.answer(request).await;
        }
        self.document(&request, client).await
    }

    /// Answers what a reader asks for.
    async fn document<B>(&self, request: &Request<B>, client: Option<IpAddr>) -> Response<Body> {
        if !self.rate.admits(client) {
            let mut response = answer::plain(StatusCode::TOO_MANY_REQUESTS, "You ask too often. Come again in a while.\n");
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
            return response;
        }
        let path = request.uri().path();
        if path.starts_with(CALLBACK) {
            return callback::unknown(request.method());
        }
        match *request.method() {
            Method::GET | Method::HEAD => {}
            Method::OPTIONS => return answer::options(),
            _ => return answer::not_allowed(),
        }
        match path {
            "/" => self.found(FRONT_PAGE, request, Choice::Address).await,
            "/sources.opml" => self.found(SOURCES, request, Choice::Address).await,
            "/search" => self.search("html", request).await,
            "/healthz" => answer::plain(StatusCode::OK, "ok\n"),
            _ if path.starts_with("/feeds/") && path.len() <= MAX_PATH => self.feed(&path[1..], request).await,
            _ => match path.strip_prefix("/search.").filter(|end| accept_type::extensions().any(|known| known == *end)) {
                Some(extension) => self.search(extension, request).await,
                None => answer::plain(StatusCode::NOT_FOUND, "Nothing is here. The feeds are listed at /.\n"),
            },
        }
    }

    async fn feed<B>(&self, path: &str, request: &Request<B>) -> Response<Body> {
        let Ok(name) = percent_decode_str(path).decode_utf8() else { return without_document(Missing::Nothing) };
        if let Some((view, extension)) = name.rsplit_once('.').filter(|(_, end)| accept_type::extensions().any(|known| known == *end)) {
            let written = path.rsplit_once('.').map_or(path, |(written, _)| written);
            return self.feed_or_page(&name, extension, &format!("{view}.html"), written, request).await;
        }
        let extension = accept_type::wanted(request.headers());
        let response = self.found(&format!("{name}.{extension}"), request, Choice::Accept).await;
        located(response, path, extension)
    }

    /// A feed, or its page where a browser opens it. `written` is the path in the address, without its ending.
    async fn feed_or_page<B>(&self, name: &str, extension: &str, page: &str, written: &str, request: &Request<B>) -> Response<Body> {
        if !accept_type::is_unreadable(extension) {
            return self.found(name, request, Choice::Address).await;
        }
        if accept_type::is_opened_by_a_browser(request.headers()) {
            let opened = self.found(page, request, Choice::Page).await;
            // Archives have no pages.
            if opened.status() != StatusCode::NOT_FOUND {
                return located(opened, written, "html");
            }
        }
        self.found(name, request, Choice::Feed).await
    }

    /// What is found by the words of the query's `q`, in the format of an extension.
    async fn search<B>(&self, extension: &str, request: &Request<B>) -> Response<Body> {
        let asked = request.uri().query().unwrap_or_default();
        let words = form_urlencoded::parse(asked.as_bytes()).find(|(name, _)| name == "q").map(|(_, words)| words).unwrap_or_default();
        match Query::parse(&words) {
            Ok(query) => {
                let name = |extension: &str| format!("{SEARCH}{extension}?q={query}");
                self.feed_or_page(&name(extension), extension, &name("html"), "", request).await
            }
            Err(error) => answer::plain(StatusCode::BAD_REQUEST, format!("This cannot be searched for: {error}.\n")),
        }
    }

    async fn found<B>(&self, name: &str, request: &Request<B>, choice: Choice) -> Response<Body> {
        let document = match self.documents.get(name).await {
            Ok(document) => document,
            Err(missing) => return without_document(missing),
        };
        let headers: &HeaderMap = request.headers();
        if let Some(token) = document.token()
            && !access::is_admitted(token, request.uri().query(), headers)
        {
            return access::refusal();
        }
        answer::conditional(document, Asked { method: request.method(), headers, choice }).await
    }
}

/// Says where the document stands that was chosen: in the same folder, under the last part of the path (RFC 9110 §8.7).
fn located(mut response: Response<Body>, path: &str, extension: &str) -> Response<Body> {
    let last = path.rsplit('/').next().filter(|last| !last.is_empty());
    if response.status().is_success()
        && let Some(location) = last.and_then(|last| HeaderValue::from_str(&format!("{last}.{extension}")).ok())
    {
        response.headers_mut().insert(header::CONTENT_LOCATION, location);
    }
    response
}

fn without_document(missing: Missing) -> Response<Body> {
    match missing {
        Missing::Nothing => answer::plain(StatusCode::NOT_FOUND, "There is no such feed here. The feeds are listed at /.\n"),
        Missing::Gone => answer::plain(StatusCode::GONE, "What is so old is kept no longer.\n"),
        Missing::Failed => {
            let mut response =
                answer::plain(StatusCode::SERVICE_UNAVAILABLE, "This feed cannot be made just now. Come again in a while.\n");
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
            response
        }
    }
}

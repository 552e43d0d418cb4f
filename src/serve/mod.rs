//! The HTTP server: documents to readers, within bounds. Those that are asked for all the time are ready; the others are made off the
//! reactor, one at a time.

mod accept;
mod accept_type;
mod access;
mod answer;
mod coding;
mod document;
mod listener;
mod shelf;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::routing::get;

pub use accept::serve;
pub use document::{Document, Nature, Since, tag_of};
pub use listener::Listener;
pub use shelf::{Documents, Made, Press};

use answer::Asked;
use shelf::Missing;

/// The name under which [`Documents`] holds the page at `/`.
pub const FRONT_PAGE: &str = "";

/// The name of the list of all sources.
pub const SOURCES: &str = "sources.opml";

/// All routes. A document's name is its path without the first slash.
pub fn router(documents: Arc<Documents>) -> Router {
    Router::new()
        .route("/", get(front_page))
        .route("/sources.opml", get(sources))
        .route("/feeds/{*path}", get(feed))
        .route("/healthz", get(alive))
        .fallback(nothing_here)
        .with_state(documents)
}

/// A request, as far as an answer depends on it.
struct Request {
    method: Method,
    headers: HeaderMap,
    query: Option<String>,
}

async fn front_page(State(documents): State<Arc<Documents>>, method: Method, headers: HeaderMap) -> Response<Body> {
    found(&documents, FRONT_PAGE, Request { method, headers, query: None }).await
}

async fn sources(State(documents): State<Arc<Documents>>, method: Method, headers: HeaderMap) -> Response<Body> {
    found(&documents, SOURCES, Request { method, headers, query: None }).await
}

async fn feed(
    State(documents): State<Arc<Documents>>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response<Body> {
    let has_extension = path.rsplit_once('.').is_some_and(|(_, end)| accept_type::extensions().any(|known| known == end));
    let request = Request { method, headers, query };
    if has_extension {
        return found(&documents, &format!("feeds/{path}"), request).await;
    }
    let name = format!("feeds/{path}.{}", accept_type::wanted(&request.headers));
    let mut response = answered(&documents, &name, request, true).await;
    // Of the same folder: the last part of the name (RFC 9110 §8.7).
    let location = name.rsplit('/').next().filter(|last| last.bytes().all(|byte| byte.is_ascii_graphic())).map(HeaderValue::from_str);
    if let Some(Ok(location)) = location.filter(|_| response.status().is_success()) {
        response.headers_mut().insert(header::CONTENT_LOCATION, location);
    }
    response
}

async fn found(documents: &Arc<Documents>, name: &str, request: Request) -> Response<Body> {
    answered(documents, name, request, false).await
}

async fn answered(documents: &Arc<Documents>, name: &str, request: Request, is_negotiated: bool) -> Response<Body> {
    let document = match documents.get(name).await {
        Ok(document) => document,
        Err(missing) => return without_document(missing),
    };
    let Request { method, headers, query } = request;
    if let Some(token) = document.token()
        && !access::is_admitted(token, query.as_deref(), &headers)
    {
        return access::refusal();
    }
    answer::conditional(document, Asked { method: &method, headers: &headers, is_negotiated }).await
}

fn without_document(missing: Missing) -> Response<Body> {
    match missing {
        Missing::Nothing => answer::plain(StatusCode::NOT_FOUND, "There is no such feed here. The feeds are listed at /.\n"),
        Missing::Gone => answer::plain(StatusCode::GONE, "What is so old is kept no longer.\n"),
        Missing::Failed => answer::plain(StatusCode::SERVICE_UNAVAILABLE, "This feed cannot be made just now. Come again in a while.\n"),
    }
}

async fn alive() -> Response<Body> {
    answer::plain(StatusCode::OK, "ok\n")
}

async fn nothing_here() -> Response<Body> {
    answer::plain(StatusCode::NOT_FOUND, "Nothing is here. The feeds are listed at /.\n")
}

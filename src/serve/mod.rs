//! The HTTP server: ready documents to readers, within bounds. It renders nothing and reads no database on the way of a request.

mod accept;
mod answer;
mod document;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::routing::get;

pub use accept::serve;
pub use document::{Document, Documents};

/// The name under which [`Documents`] holds the page at `/`; no path below `/feeds/` can name it.
pub const FRONT_PAGE: &str = "";

/// All routes. The documents are swapped by whoever renders them.
pub fn router(documents: Arc<Documents>) -> Router {
    Router::new()
        .route("/", get(front_page))
        .route("/feeds/{file}", get(feed))
        .route("/healthz", get(alive))
        .fallback(nothing_here)
        .with_state(documents)
}

async fn front_page(State(documents): State<Arc<Documents>>, method: Method, headers: HeaderMap) -> Response<Body> {
    found(documents.get(FRONT_PAGE), &method, &headers)
}

async fn feed(State(documents): State<Arc<Documents>>, Path(file): Path<String>, method: Method, headers: HeaderMap) -> Response<Body> {
    found(documents.get(&file), &method, &headers)
}

fn found(document: Option<Arc<Document>>, method: &Method, headers: &HeaderMap) -> Response<Body> {
    match document {
        Some(document) => answer::conditional(&document, method, headers),
        None => answer::plain(StatusCode::NOT_FOUND, "There is no such feed here. The feeds are listed at /.\n"),
    }
}

async fn alive() -> Response<Body> {
    answer::plain(StatusCode::OK, "ok\n")
}

async fn nothing_here() -> Response<Body> {
    answer::plain(StatusCode::NOT_FOUND, "Nothing is here. The feeds are listed at /.\n")
}

//! Where WebSub hubs reach us: `/websub/` and a token that nobody guesses.
//!
//! Nothing is judged here. Whoever names no known token costs a look into a set. What others ask and post is handed on within bounds: on the
//! bytes of one body, on the bytes of all that wait, on the time that a body takes to come, and on how many are handed on at once.

use std::collections::HashSet;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::{Body, answer};

/// What a callback's path begins with.
pub const CALLBACK: &str = "/websub/";

/// Pushes and questions that may wait to be taken over.
const QUEUE: usize = 64;

/// How many of the largest bodies may wait at once.
const LARGEST: u64 = 4;

/// Most time for a body to come.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Most time for an answer to a question.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// In how many seconds a hub may come again that is turned away.
const COME_AGAIN: HeaderValue = HeaderValue::from_static("60");

const SIGNATURE: HeaderName = HeaderName::from_static("x-hub-signature");

/// Something that a hub wants, at a token that was known.
#[derive(Debug)]
pub enum HubCall {
    /// A GET: it asks whether we want a subscription (or its end), or tells that it gives none.
    Question { token: String, query: String, reply: oneshot::Sender<Reply> },
    /// A POST: it pushes a document. It has been told already that we have it.
    Push { token: String, post: Post },
}

/// A body, and what was said of it.
#[derive(Debug)]
pub struct Post {
    pub signature: Option<String>,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
    /// Its part of what may wait; given back when it is dropped.
    pub room: Room,
}

/// Room for a body that waits.
#[derive(Debug)]
pub struct Room(#[expect(dead_code, reason = "held until it is dropped")] OwnedSemaphorePermit);

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Yes: the challenge is sent back.
    Challenge(String),
    /// It was heard.
    Noted,
    /// We did not ask for this.
    Refused,
    /// The question makes no sense.
    Malformed,
    /// It cannot be answered just now.
    Later,
}

/// The callbacks that hubs may use.
#[derive(Debug)]
pub struct Callbacks {
    calls: mpsc::Sender<HubCall>,
    /// Whoever plans subscriptions writes, requests read.
    tokens: RwLock<HashSet<String>>,
    bounds: RwLock<Bounds>,
}

/// What bodies may hold.
#[derive(Debug, Clone)]
struct Bounds {
    max_body: u64,
    /// KiB of those that are being read or wait to be stored; each counts as one at least.
    room: Arc<Semaphore>,
}

impl Bounds {
    fn of(max_body: u64) -> Self {
        let kib = usize::try_from(LARGEST * kib(max_body)).unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS);
        Self { max_body, room: Arc::new(Semaphore::new(kib)) }
    }
}

fn kib(bytes: u64) -> u64 {
    bytes.div_ceil(1024).max(1)
}

impl Callbacks {
    /// No callback yet, and where the calls at those to come are taken. A push holds at most `max_body` bytes.
    pub fn new(max_body: u64) -> (Self, mpsc::Receiver<HubCall>) {
        let (calls, taken) = mpsc::channel(QUEUE);
        (Self { calls, tokens: RwLock::default(), bounds: RwLock::new(Bounds::of(max_body)) }, taken)
    }

    /// These are the tokens from now on.
    pub fn set_tokens(&self, tokens: HashSet<String>) {
        *self.tokens.write().expect("nothing panics while it is held") = tokens;
    }

    /// This token is one no more.
    pub fn forget(&self, token: &str) {
        self.tokens.write().expect("nothing panics while it is held").remove(token);
    }

    /// A push holds at most so many bytes from now on.
    pub fn set_max_body(&self, max_body: u64) {
        let mut bounds = self.bounds.write().expect("nothing panics while it is held");
        if bounds.max_body != max_body {
            *bounds = Bounds::of(max_body);
        }
    }

    /// Whether a path is that of a callback.
    pub(super) fn knows(&self, path: &str) -> bool {
        let token = path.strip_prefix(CALLBACK);
        token.is_some_and(|token| self.tokens.read().expect("nothing panics while it is held").contains(token))
    }

    /// Answers a request for a path that [`Callbacks::knows`].
    pub(super) async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let token = request.uri().path().strip_prefix(CALLBACK).unwrap_or_default().to_owned();
        match *request.method() {
            Method::GET => self.ask(token, request.uri().query().unwrap_or_default().to_owned()).await,
            Method::POST => self.take(token, request).await,
            _ => {
                let mut response = answer::plain(StatusCode::METHOD_NOT_ALLOWED, "Hubs ask with GET and push with POST.\n");
                response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
                response
            }
        }
    }

    async fn ask(&self, token: String, query: String) -> Response<Body> {
        let (reply, answered) = oneshot::channel();
        if self.calls.try_send(HubCall::Question { token, query, reply }).is_err() {
            return later();
        }
        match tokio::time::timeout(ANSWER_TIMEOUT, answered).await {
            Ok(Ok(Reply::Challenge(challenge))) => answer::plain(StatusCode::OK, challenge),
            Ok(Ok(Reply::Noted)) => answer::plain(StatusCode::OK, "noted\n"),
            Ok(Ok(Reply::Refused)) => unknown(&Method::GET),
            Ok(Ok(Reply::Malformed)) => answer::plain(StatusCode::BAD_REQUEST, "This is no question of a WebSub hub.\n"),
            Ok(Ok(Reply::Later) | Err(_)) | Err(_) => later(),
        }
    }

    async fn take(&self, token: String, request: Request<Incoming>) -> Response<Body> {
        let bounds = self.bounds.read().expect("nothing panics while it is held").clone();
        let headers = request.headers();
        // A body that does not say how long it is may be the longest.
        let length = request.body().size_hint().exact().unwrap_or(bounds.max_body);
        if length > bounds.max_body {
            return answer::plain(StatusCode::PAYLOAD_TOO_LARGE, "This is more than a feed ever holds.\n");
        }
        let room = u32::try_from(kib(length)).ok().and_then(|kib| Arc::clone(&bounds.room).try_acquire_many_owned(kib).ok());
        let (Some(room), Ok(place)) = (room, self.calls.try_reserve()) else { return later() };
        let (signature, content_type) = (text(headers, &SIGNATURE), text(headers, &header::CONTENT_TYPE));
        let most = usize::try_from(bounds.max_body).unwrap_or(usize::MAX);
        let body = match tokio::time::timeout(BODY_TIMEOUT, Limited::new(request.into_body(), most).collect()).await {
            Ok(Ok(body)) => body.to_bytes().into(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                return answer::plain(StatusCode::PAYLOAD_TOO_LARGE, "This is more than a feed ever holds.\n");
            }
            Ok(Err(_)) | Err(_) => return answer::plain(StatusCode::REQUEST_TIMEOUT, "The body did not come whole.\n"),
        };
        place.send(HubCall::Push { token, post: Post { signature, content_type, body, room: Room(room) } });
        answer::plain(StatusCode::ACCEPTED, "taken\n")
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// To a hub that comes when too much waits: it tries again (WebSub §7).
fn later() -> Response<Body> {
    let mut response = answer::plain(StatusCode::SERVICE_UNAVAILABLE, "Too much waits. Come again in a while.\n");
    response.headers_mut().insert(header::RETRY_AFTER, COME_AGAIN);
    response
}

/// To a request for a callback that is none: a hub that pushes there ends the subscription (WebSub §7).
pub(super) fn unknown(method: &Method) -> Response<Body> {
    let status = if *method == Method::POST { StatusCode::GONE } else { StatusCode::NOT_FOUND };
    answer::plain(status, "Nothing was subscribed to here.\n")
}

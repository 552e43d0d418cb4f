//! One exchange with the origin: the request as it came, the reply as a test scripted it, the gate that holds it.
//!
//! A reply decides what goes over the wire and when to close; where it stands in the script, and what ends a wait
//! early, is for `origin.rs`.

use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::message::Headers;

/// Size of a chunk where no drip sets another: small, so that a short feed has several.
const CHUNK_BYTES: usize = 1024;

/// A request as it was read, before any gate or delay.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// The request target as it was sent, query included.
    pub path: String,
    pub headers: Headers,
    pub body: Vec<u8>,
    /// When the request was wholly read.
    pub at: Instant,
}

impl Request {
    /// First value under `name`, in any case of letters. For bytes that are not UTF-8: `headers.get`.
    #[track_caller]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.text(name)
    }

    /// The request target without its query.
    pub fn path_alone(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }
}

/// What the origin says to one request. Built from [`Reply::ok`] by what should differ.
#[derive(Clone)]
pub struct Reply {
    status: u16,
    headers: Headers,
    /// Fields that describe the body, which a 304 leaves out.
    content_headers: Headers,
    etag: Option<Vec<u8>>,
    last_modified: Option<Vec<u8>>,
    /// As it goes over the wire, but for chunks.
    body: Vec<u8>,
    pub(super) gate: Option<Gate>,
    pub(super) delay: Duration,
    framing: Framing,
    drip: Option<Drip>,
    ending: Ending,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Framing {
    Length,
    Chunked,
}

#[derive(Clone, Copy)]
struct Drip {
    bytes_per_write: usize,
    pause: Duration,
}

#[derive(Clone, Copy)]
enum Ending {
    Whole,
    /// Closes after so many bytes of the body.
    Truncated(usize),
    /// Closes before the head.
    Unanswered,
}

impl Reply {
    /// 200 with `body`, whole, at once.
    pub fn ok(body: impl Into<Vec<u8>>) -> Reply {
        Reply {
            status: 200,
            headers: Headers::default(),
            content_headers: Headers::default(),
            etag: None,
            last_modified: None,
            body: body.into(),
            gate: None,
            delay: Duration::ZERO,
            framing: Framing::Length,
            drip: None,
            ending: Ending::Whole,
        }
    }

    pub fn status(mut self, status: u16) -> Reply {
        self.status = status;
        self
    }

    /// Adds a field, sent with a 304 too. A Content-Length or Transfer-Encoding stands in place of the origin's own,
    /// true or not, and the connection closes after the body.
    pub fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Reply {
        self.headers.push(name, value);
        self
    }

    pub fn content_type(mut self, content_type: &str) -> Reply {
        self.content_headers.push("Content-Type", content_type);
        self
    }

    /// Sends `etag`, quotes included, and answers 304 to an If-None-Match that equals it byte for byte.
    pub fn etag(mut self, etag: impl Into<Vec<u8>>) -> Reply {
        self.etag = Some(etag.into());
        self
    }

    /// Sends `date`, and answers 304 to an If-Modified-Since that equals it byte for byte and has no If-None-Match
    /// beside it.
    pub fn last_modified(mut self, date: impl Into<Vec<u8>>) -> Reply {
        self.last_modified = Some(date.into());
        self
    }

    /// Waits before the head, after the gate.
    pub fn delay(mut self, delay: Duration) -> Reply {
        self.delay = delay;
        self
    }

    /// Holds the reply, once its request is recorded, until the test opens the gate.
    pub fn gate(mut self, gate: &Gate) -> Reply {
        self.gate = Some(gate.clone());
        self
    }

    /// Codes the body given so far with gzip.
    pub fn gzip(self) -> Reply {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&self.body).expect("a Vec takes every write");
        let coded = encoder.finish().expect("a Vec takes every write");
        self.encoded("gzip", coded)
    }

    /// Sends `bytes`, which the test coded, in place of the body.
    pub fn encoded(mut self, coding: &str, bytes: impl Into<Vec<u8>>) -> Reply {
        self.content_headers.push("Content-Encoding", coding);
        self.body = bytes.into();
        self
    }

    /// Announces the whole body, sends `bytes` of it as coded, and closes; in chunks, without the last one.
    pub fn truncated(mut self, bytes: usize) -> Reply {
        self.ending = Ending::Truncated(bytes);
        self
    }

    /// Sends the body in chunks, without a Content-Length.
    pub fn chunked(mut self) -> Reply {
        self.framing = Framing::Chunked;
        self
    }

    /// Sends the body in writes of `bytes_per_write`, with a pause between two; in chunks, one a write.
    pub fn drip(mut self, bytes_per_write: usize, pause: Duration) -> Reply {
        assert!(bytes_per_write > 0, "a drip of no bytes never ends");
        self.drip = Some(Drip { bytes_per_write, pause });
        self
    }

    /// Closes without one byte of a reply. A client may try again by itself when it had reused the connection (RFC 9110
    /// §9.2.2).
    pub fn reset(mut self) -> Reply {
        self.ending = Ending::Unanswered;
        self
    }

    /// Writes the reply to `request`, with `pause` between the writes of a drip.
    pub(super) fn send(&self, request: &Request, mut connection: &TcpStream, pause: impl Fn(Duration)) -> io::Result<After> {
        if matches!(self.ending, Ending::Unanswered) {
            return Ok(After::Close);
        }
        let status = if self.is_unmodified_for(request) { 304 } else { self.status };
        let headers = self.headers_for(status);
        let has_body = request.method != "HEAD" && !ends_with_head(status);
        connection.write_all(&head(status, &headers))?;
        if has_body {
            self.send_body(connection, pause)?;
        }
        let is_cut = has_body && matches!(self.ending, Ending::Truncated(_));
        let ends = is_cut || self.has_own_framing() || headers.lists("Connection", "close");
        Ok(if ends { After::Close } else { After::KeepAlive })
    }

    /// RFC 9110 §13.2.2: If-None-Match, where present, decides alone; a condition weighs only on what would be a 200.
    fn is_unmodified_for(&self, request: &Request) -> bool {
        if self.status != 200 || !matches!(request.method.as_str(), "GET" | "HEAD") {
            return false;
        }
        let (sent, own) = match request.headers.get("If-None-Match") {
            Some(etag) => (Some(etag), &self.etag),
            None => (request.headers.get("If-Modified-Since"), &self.last_modified),
        };
        own.is_some() && sent == own.as_deref()
    }

    fn headers_for(&self, status: u16) -> Headers {
        let mut headers = Headers::default();
        for (name, validator) in [("ETag", &self.etag), ("Last-Modified", &self.last_modified)] {
            if let Some(validator) = validator {
                headers.push(name, validator.as_slice());
            }
        }
        self.headers.iter().for_each(|(name, value)| headers.push(name, value));
        // RFC 9110 §15.4.5: a 304 does not describe the body that it spares.
        if status != 304 {
            self.content_headers.iter().for_each(|(name, value)| headers.push(name, value));
        }
        if !self.has_own_framing() && !ends_with_head(status) {
            match self.framing {
                Framing::Length => headers.push("Content-Length", self.body.len().to_string()),
                Framing::Chunked => headers.push("Transfer-Encoding", "chunked"),
            }
        }
        headers
    }

    fn has_own_framing(&self) -> bool {
        ["Content-Length", "Transfer-Encoding"].iter().any(|name| self.headers.get(name).is_some())
    }

    fn send_body(&self, mut connection: &TcpStream, pause: impl Fn(Duration)) -> io::Result<()> {
        let sent = match self.ending {
            Ending::Truncated(bytes) => &self.body[..bytes.min(self.body.len())],
            Ending::Whole | Ending::Unanswered => &self.body,
        };
        let drip = self.drip.unwrap_or(match self.framing {
            Framing::Length => Drip { bytes_per_write: usize::MAX, pause: Duration::ZERO },
            Framing::Chunked => Drip { bytes_per_write: CHUNK_BYTES, pause: Duration::ZERO },
        });
        for (nth, piece) in sent.chunks(drip.bytes_per_write).enumerate() {
            if nth > 0 {
                pause(drip.pause);
            }
            match self.framing {
                Framing::Length => connection.write_all(piece)?,
                Framing::Chunked => {
                    let size = format!("{:x}\r\n", piece.len());
                    connection.write_all(&[size.as_bytes(), piece, b"\r\n"].concat())?;
                }
            }
        }
        match (self.framing, self.ending) {
            (Framing::Chunked, Ending::Whole) => connection.write_all(b"0\r\n\r\n"),
            (Framing::Length | Framing::Chunked, _) => Ok(()),
        }
    }
}

/// What becomes of a connection after a reply.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    KeepAlive,
    Close,
}

/// RFC 9112 §6.3: whatever their headers say, these have no body.
fn ends_with_head(status: u16) -> bool {
    matches!(status, 100..=199 | 204 | 304)
}

fn head(status: u16, headers: &Headers) -> Vec<u8> {
    // RFC 9112 §4: the reason phrase may be empty, the space before it may not.
    let mut bytes = format!("HTTP/1.1 {status} \r\n").into_bytes();
    for (name, value) in headers.iter() {
        bytes.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    bytes.extend(b"\r\n");
    bytes
}

/// Holds replies until the test lets them go; opened once, it stays open. Clones are the same gate.
#[derive(Clone)]
pub struct Gate(Arc<GateState>);

struct GateState {
    is_open: Mutex<bool>,
    changed: Condvar,
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Gate {
        Gate(Arc::new(GateState { is_open: Mutex::new(false), changed: Condvar::new() }))
    }

    pub fn open(&self) {
        *self.is_open() = true;
        self.0.changed.notify_all();
    }

    /// Returns when the gate is open, or `is_over` at a [`Gate::wake`].
    pub(super) fn wait(&self, is_over: impl Fn() -> bool) {
        let _is_open = self.0.changed.wait_while(self.is_open(), |is_open| !*is_open && !is_over()).unwrap_or_else(PoisonError::into_inner);
    }

    /// Has every waiter look again. The lock is taken so that none is between its look and its wait.
    pub(super) fn wake(&self) {
        drop(self.is_open());
        self.0.changed.notify_all();
    }

    fn is_open(&self) -> MutexGuard<'_, bool> {
        self.0.is_open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

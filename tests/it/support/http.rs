//! A blocking HTTP/1.1 client for what the daemon serves: one request a connection, nothing done unasked.
//!
//! It follows no redirect, asks for no coding and decodes none, keeps no connection: the test sees what was sent.

use std::io::{self, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::message::{Headers, read_framed_body, read_head};

/// Longest silence of the peer in the middle of a read or a write.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// A whole answer. A body that came short never gets this far.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Headers,
    /// Free of chunks, still under its Content-Encoding.
    pub body: Vec<u8>,
}

impl Response {
    /// The body as text; panics when it is not UTF-8.
    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is not UTF-8")
    }

    /// First value under `name`, in any case of letters.
    #[track_caller]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.text(name)
    }
}

/// [`request`] with GET and no header of the test's own.
#[track_caller]
pub fn get(url: &str) -> Response {
    request("GET", url, &[])
}

/// Sends one request without a body and reads the answer; panics when there is none.
///
/// `Host` and `Connection: close` go along unless `headers` names them.
#[track_caller]
pub fn request(method: &str, url: &str, headers: &[(&str, &str)]) -> Response {
    try_request(method, url, headers).unwrap_or_else(|error| panic!("{method} {url}: {error}"))
}

/// Posts a body and reads the answer; panics when there is none.
#[track_caller]
pub fn post(url: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
    let (authority, target) = split(url);
    let length = body.len().to_string();
    let mut all = headers.to_vec();
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding")) {
        all.push(("Content-Length", &length));
    }
    let exchange = || {
        let mut stream = TcpStream::connect(authority)?;
        bound(&stream)?;
        stream.write_all(&request_head("POST", authority, target, &all))?;
        // A peer that has read enough may close while this side still writes; what it answered is what counts.
        let _ = stream.write_all(body);
        read_response("POST", stream)
    };
    exchange().unwrap_or_else(|error: io::Error| panic!("POST {url}: {error}"))
}

/// Like [`request`], for a test in which the connection itself may fail.
pub fn try_request(method: &str, url: &str, headers: &[(&str, &str)]) -> io::Result<Response> {
    let (authority, target) = split(url);
    let mut stream = TcpStream::connect(authority)?;
    bound(&stream)?;
    stream.write_all(&request_head(method, authority, target, headers))?;
    read_response(method, stream).map_err(|error| match error.kind() {
        // A read time-out of a socket surfaces as either, by platform.
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            io::Error::new(io::ErrorKind::TimedOut, format!("silent for {READ_TIMEOUT:?}"))
        }
        _ => error,
    })
}

/// Sends `bytes` as they are and gives everything that comes back until the peer closes.
///
/// A peer that resets the connection has closed it. Panics when the peer stays silent for 10 s and does not close.
#[track_caller]
pub fn raw(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap_or_else(|error| panic!("no connection to {address}: {error}"));
    bound(&stream).expect("a fresh socket takes time-outs");
    // A peer that has read enough may close while this side still writes; what it answered is what counts.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => answer,
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => answer,
        Err(error) => panic!("{address} did not close: {error}; it sent {:?}", answer.escape_ascii().to_string()),
    }
}

/// Authority and request target of an absolute http URL; the fragment is dropped.
#[track_caller]
fn split(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("no http URL: {url}"));
    let rest = rest.split('#').next().unwrap_or_default();
    match rest.find('/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, "/"),
    }
}

fn bound(stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(READ_TIMEOUT))?;
    stream.set_write_timeout(Some(READ_TIMEOUT))
}

fn request_head(method: &str, authority: &str, target: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!("{method} {target} HTTP/1.1\r\n");
    for (name, value) in [("Host", authority), ("Connection", "close")] {
        if !headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name)) {
            head += &format!("{name}: {value}\r\n");
        }
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += "\r\n";
    head.into_bytes()
}

fn read_response(method: &str, stream: TcpStream) -> io::Result<Response> {
    let mut reader = BufReader::new(stream);
    let head = read_head(&mut reader)?.ok_or_else(|| io::Error::new(io::ErrorKind::UnexpectedEof, "closed without an answer"))?;
    let status =
        status(&head.start).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("no status line: {:?}", head.start)))?;
    // RFC 9112 §6.3: these have no body, whatever their headers announce.
    let body = if method == "HEAD" || matches!(status, 100..=199 | 204 | 304) {
        Vec::new()
    } else if let Some(body) = read_framed_body(&mut reader, &head.headers)? {
        body
    } else {
        let mut body = Vec::new();
        reader.read_to_end(&mut body)?;
        body
    };
    Ok(Response { status, headers: head.headers, body })
}

fn status(line: &str) -> Option<u16> {
    line.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()
}

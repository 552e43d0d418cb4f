//! HTTP/1.1 messages as both ends of the harness read them: a head, then a body with a known end (RFC 9112).
//!
//! Strict about framing and deaf to meaning: no status, method or media type is understood here. Values stay bytes, so
//! that a test can tell whether a validator came back verbatim.

use std::fmt;
use std::io::{self, BufRead, Read};

/// Longest head that is read, start line included.
const MAX_HEAD_BYTES: u64 = 64 * 1024;

/// A start line and the fields below it.
pub struct Head {
    /// Request line or status line, without its line end.
    pub start: String,
    pub headers: Headers,
}

/// Header fields in the order in which they came; a repeated name stays repeated.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, Vec<u8>)>);

impl Headers {
    pub fn push(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// First value under `name`, in any case of letters.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Like [`Headers::get`], as text; panics on bytes that are not UTF-8.
    #[track_caller]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).map(|value| std::str::from_utf8(value).unwrap_or_else(|_| panic!("{name} is not UTF-8: {}", value.escape_ascii())))
    }

    /// Whether the comma-separated list under `name` holds `token`, in any case of letters.
    pub fn lists(&self, name: &str, token: &str) -> bool {
        self.iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .flat_map(|(_, value)| value.split(|byte| *byte == b','))
            .any(|listed| listed.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, value)| (name, String::from_utf8_lossy(value)))).finish()
    }
}

/// The next head, or `None` where the peer closed between two messages.
pub fn read_head(reader: &mut impl BufRead) -> io::Result<Option<Head>> {
    let mut reader = reader.take(MAX_HEAD_BYTES);
    if reader.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let start = String::from_utf8_lossy(&read_line(&mut reader)?).into_owned();
    let headers = read_fields(&mut reader)?;
    Ok(Some(Head { start, headers }))
}

/// The body that follows a head, or `None` where neither Content-Length nor chunks tell its end (RFC 9112 §6.3).
///
/// A body that ends early is an `UnexpectedEof`.
pub fn read_framed_body(reader: &mut impl BufRead, headers: &Headers) -> io::Result<Option<Vec<u8>>> {
    if headers.lists("Transfer-Encoding", "chunked") {
        return read_chunks(reader).map(Some);
    }
    let Some(length) = headers.get("Content-Length") else {
        return Ok(None);
    };
    let length = number(length, 10)?;
    let mut body = Vec::new();
    read_exactly(reader, length, &mut body)?;
    Ok(Some(body))
}

fn read_chunks(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = read_line(reader)?;
        let size = line.split(|byte| *byte == b';').next().unwrap_or_default();
        let size = number(size, 16)?;
        if size == 0 {
            read_fields(reader)?;
            return Ok(body);
        }
        read_exactly(reader, size, &mut body)?;
        if !read_line(reader)?.is_empty() {
            return Err(malformed("a chunk runs past its size"));
        }
    }
}

/// Field lines up to and with the empty line that ends them: of a head, or of a chunked body's trailer.
fn read_fields(reader: &mut impl BufRead) -> io::Result<Headers> {
    let mut headers = Headers::default();
    loop {
        let line = read_line(reader)?;
        if line.is_empty() {
            return Ok(headers);
        }
        let colon = line.iter().position(|byte| *byte == b':').ok_or_else(|| malformed("a header line without a colon"))?;
        let name = String::from_utf8_lossy(&line[..colon]);
        headers.push(&name, line[colon + 1..].trim_ascii());
    }
}

/// One line without its CRLF, or without its bare LF.
fn read_line(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    if line.pop() != Some(b'\n') {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a line was cut short"));
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(line)
}

/// Grows `body` as bytes come, so that a false length costs no memory.
fn read_exactly(reader: &mut impl BufRead, length: u64, body: &mut Vec<u8>) -> io::Result<()> {
    let came = reader.take(length).read_to_end(body)? as u64;
    if came < length {
        let message = format!("a body was cut short: {came} of {length} bytes");
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, message));
    }
    Ok(())
}

fn number(digits: &[u8], radix: u32) -> io::Result<u64> {
    std::str::from_utf8(digits.trim_ascii())
        .ok()
        .and_then(|digits| u64::from_str_radix(digits, radix).ok())
        .ok_or_else(|| malformed("a length that is no number"))
}

fn malformed(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

//! A response's body: read and decoded as it comes, within bounds.
//!
//! Content-Encoding is undone here and not by the HTTP library, which would hide how many bytes came over the wire: a body of
//! a few kilobytes that unpacks without end must stop at the bound with memory flat.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_compression::tokio::bufread::{BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use async_compression::zstd::DParameter;
use futures_util::{Stream, StreamExt, stream};
use hyper::body::Bytes as Chunk;
use reqwest::header;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio_util::io::StreamReader;

use super::room::{Place, Room};
use super::{FetchError, Wait};
use crate::config::Bytes;

/// The codings that [`read`] undoes.
pub(super) const ACCEPT_ENCODING: &str = "gzip, br, zstd, deflate";

/// Most codings on one body; real servers apply one.
const MAX_CODINGS: usize = 2;

/// Greatest zstd window, as a power of two: 8 MiB, the limit that RFC 9659 §3 sets for HTTP.
const ZSTD_WINDOW_LOG: u32 = 23;

type Reader = Pin<Box<dyn AsyncBufRead + Send>>;

/// What holds for a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// On the wire, and again decoded.
    pub max_body: Bytes,
    /// For a pause between two of its pieces.
    pub idle: Duration,
    /// For all of it; waiting for a place does not count.
    pub total: Duration,
}

/// A body that was read whole.
pub(super) struct Whole {
    /// Decoded.
    pub body: Vec<u8>,
    pub wire_bytes: u64,
    /// In memory.
    pub place: Place,
}

/// The whole decoded body.
pub(super) async fn read(response: reqwest::Response, bounds: Bounds, room: &Room) -> Result<Whole, FetchError> {
    let Bounds { max_body, idle, total } = bounds;
    let Bytes(max) = max_body;
    if response.content_length().is_some_and(|length| length > max) {
        return Err(FetchError::TooLarge(max_body));
    }
    let codings = codings(&response)?;
    let expected = response.content_length().filter(|_| codings.is_empty()).unwrap_or(0);

    let wire = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&wire);
    let stream = chunks(response, idle).map(move |chunk| {
        let chunk = chunk.map_err(io::Error::other)?;
        let so_far = counter.fetch_add(chunk.len() as u64, Ordering::Relaxed) + chunk.len() as u64;
        if so_far > max { Err(io::Error::other(FetchError::TooLarge(max_body))) } else { Ok(chunk) }
    });

    let mut reader: Reader = Box::pin(StreamReader::new(stream));
    let mut body = Vec::with_capacity(usize::try_from(expected).unwrap_or(0));
    let (mut place, mut left) = (room.place(), total);
    let decoding = async {
        for coding in codings.into_iter().rev() {
            reader = decoder(coding, reader).await?;
        }
        Ok(reader)
    };
    let mut reader = within(&mut left, decoding).await?;
    for (from, places) in room.kinds() {
        within(&mut left, fill(&mut body, &mut reader, from.min(max + 1))).await?;
        if (body.len() as u64) < from {
            break;
        }
        place.enlarge(places).await;
    }
    within(&mut left, fill(&mut body, &mut reader, max + 1)).await?;
    if body.len() as u64 > max {
        return Err(FetchError::TooLarge(max_body));
    }
    Ok(Whole { body, wire_bytes: wire.load(Ordering::Relaxed), place })
}

/// Reads on until the body has so many bytes, or to its end.
async fn fill(body: &mut Vec<u8>, reader: &mut Reader, until: u64) -> Result<(), FetchError> {
    let missing = until.saturating_sub(body.len() as u64);
    reader.take(missing).read_to_end(body).await.map(drop).map_err(FetchError::of_body)
}

/// Does something within what is left of a time-out, and takes from it what that took.
async fn within<T>(left: &mut Duration, reading: impl Future<Output = Result<T, FetchError>>) -> Result<T, FetchError> {
    let started = stopwatch();
    let read = tokio::time::timeout(*left, reading).await.unwrap_or(Err(FetchError::Timeout(Wait::Whole)));
    *left = left.saturating_sub(started.elapsed());
    read
}

#[expect(clippy::disallowed_methods, reason = "how much of a time-out is left is measured by the monotonic clock")]
pub(super) fn stopwatch() -> std::time::Instant {
    std::time::Instant::now()
}

/// The body's pieces as they come; the last one is an error, if there is any.
fn chunks(response: reqwest::Response, idle: Duration) -> impl Stream<Item = Result<Chunk, FetchError>> {
    stream::unfold(Some(response), move |response| async move {
        let mut response = response?;
        match tokio::time::timeout(idle, response.chunk()).await {
            Ok(Ok(chunk)) => chunk.map(|chunk| (Ok(chunk), Some(response))),
            Ok(Err(error)) => Some((Err(FetchError::of(error)), None)),
            Err(_) => Some((Err(FetchError::Timeout(Wait::Idle)), None)),
        }
    })
}

#[derive(Debug, Clone, Copy)]
enum Coding {
    Gzip,
    Brotli,
    Zstd,
    Deflate,
}

/// The codings in the order in which the server applied them (RFC 9110 §8.4).
fn codings(response: &reqwest::Response) -> Result<Vec<Coding>, FetchError> {
    let mut codings = Vec::new();
    for value in response.headers().get_all(header::CONTENT_ENCODING) {
        let value = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        for coding in value.split(',').map(str::trim) {
            codings.push(match coding {
                "" | "identity" | "none" | "utf-8" => continue,
                "gzip" | "x-gzip" => Coding::Gzip,
                "br" => Coding::Brotli,
                "zstd" => Coding::Zstd,
                "deflate" => Coding::Deflate,
                other => return Err(FetchError::UnknownCoding(other.to_owned())),
            });
        }
    }
    if codings.len() > MAX_CODINGS {
        return Err(FetchError::UnknownCoding(format!("{} codings on top of each other", codings.len())));
    }
    Ok(codings)
}

async fn decoder(coding: Coding, mut inner: Reader) -> Result<Reader, FetchError> {
    Ok(match coding {
        Coding::Gzip => {
            let mut gzip = GzipDecoder::new(inner);
            gzip.multiple_members(true);
            Box::pin(BufReader::new(gzip))
        }
        Coding::Brotli => Box::pin(BufReader::new(BrotliDecoder::new(inner))),
        Coding::Zstd => {
            let window = [DParameter::window_log_max(ZSTD_WINDOW_LOG)];
            Box::pin(BufReader::new(ZstdDecoder::with_params(inner, &window)))
        }
        // RFC 9110 §8.4.1.2 means the zlib format; some servers send bare deflate.
        Coding::Deflate => {
            let start = inner.fill_buf().await.map_err(FetchError::of_body)?;
            if is_zlib(start) {
                Box::pin(BufReader::new(ZlibDecoder::new(inner)))
            } else {
                Box::pin(BufReader::new(DeflateDecoder::new(inner)))
            }
        }
    })
}

/// Whether the bytes begin with a zlib header (RFC 1950 §2.2).
fn is_zlib(start: &[u8]) -> bool {
    matches!(start, [method, flags, ..] if method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*flags)).is_multiple_of(31))
}

//! Why a request gave nothing, in the words that an admin reads.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use reqwest::StatusCode;
use url::Url;

use super::NotPublic;
use crate::config::Bytes;

/// A request that gave nothing that can be used.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("there is no store of certificate authorities, so that no https host can be trusted: {0}")]
    NoCaStore(String),
    #[error("`ca_file` {}: {reason}", path.display())]
    CaFile { path: PathBuf, reason: String },
    #[error("the file of a secret, {}: {reason}", path.display())]
    Secret { path: PathBuf, reason: String },
    #[error("the token in `auth` has characters that no token may have")]
    BadToken,
    #[error("the HTTP client did not start: {0}")]
    Client(String),
    #[error("TLS did not start: {0}")]
    Tls(#[source] rustls::Error),
    #[error("the host name was not found: {0}")]
    Dns(String),
    #[error("the host is not on the public internet: {0}")]
    NotPublic(String),
    #[error("no connection: {0}")]
    Connect(String),
    #[error("the host could not prove its identity: {0}")]
    Certificate(String),
    #[error("{0}")]
    Timeout(Wait),
    #[error("the connection broke before an answer came: {0}")]
    Broken(String),
    #[error("the body was cut short")]
    Truncated,
    #[error("the head of the answer is larger than any needs to be")]
    HeadTooLarge,
    #[error("the body is larger than {0}")]
    TooLarge(Bytes),
    #[error("the body does not unpack: {0}")]
    BadCoding(String),
    #[error("the body is packed in an unknown way: {0}")]
    UnknownCoding(String),
    #[error("the server answered {}", text(.status))]
    Status {
        status: StatusCode,
        /// As the server wrote it.
        retry_after: Option<String>,
    },
    #[error("the server answered 410 Gone: the feed is no more")]
    Gone,
    #[error("more than {0} redirects")]
    TooManyRedirects(usize),
    #[error("the redirects run in a circle at {0}")]
    RedirectLoop(Url),
    #[error("a redirect to an address that cannot be fetched: `{0}`")]
    BadRedirect(String),
    #[error("robots.txt forbids it")]
    Robots,
    #[error("robots.txt cannot be asked, so that nothing is: {0}")]
    RobotsUnknown(String),
}

/// What was waited for in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// A connection, TLS included.
    Connect,
    /// The head of the answer.
    FirstByte,
    /// The next piece of the body.
    Idle,
    /// The end of the body.
    Whole,
}

impl fmt::Display for Wait {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Connect => "no connection within the time-out",
            Self::FirstByte => "no answer within the time-out",
            Self::Idle => "the body stopped halfway, until the time-out",
            Self::Whole => "no whole answer within the time-out",
        })
    }
}

impl Wait {
    fn hint(self) -> &'static str {
        match self {
            Self::Connect => "`connect_timeout` in [fetch] allows more time",
            Self::FirstByte => "`timeout` in the source allows more time, unless `first_byte_timeout` in [fetch] does not",
            Self::Idle => "`timeout` in the source allows more time, unless `idle_timeout` in [fetch] does not",
            Self::Whole => "`timeout` in the source, or in [fetch], allows more time",
        }
    }
}

fn text(status: &StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

impl FetchError {
    /// The status that the server answered with, if it answered.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } => Some(status.as_u16()),
            Self::Gone => Some(410),
            _ => None,
        }
    }

    /// What the admin can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoCaStore(_) => Some("install the package `ca-certificates`, or set `ca_file` in [fetch]"),
            Self::CaFile { .. } => Some("`ca_file` must name a readable file of PEM certificates"),
            Self::Secret { .. } => Some("`password_file` or `token_file` must name a file that the user running taspa may read"),
            Self::Status { status: StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, .. } => {
                Some("`auth` in the source opens what wants a password or a token; it goes to the scheme, host and port of `url` only")
            }
            Self::Status { status: StatusCode::PROXY_AUTHENTICATION_REQUIRED, .. } => {
                Some("`proxy` takes a name and a password: \"http://user:password@host:port\"")
            }
            Self::Dns(_) => Some("check the spelling of the host in the source's `url`"),
            Self::Timeout(wait) => Some(wait.hint()),
            Self::TooLarge(_) => Some("`max_body` in the source, or in [fetch], allows more"),
            Self::Robots => Some("`robots = false` in the source ignores robots.txt: only where the publisher agrees"),
            Self::NotPublic(_) => Some("`allow_private = true` in the source allows it"),
            Self::Gone => Some("remove the source, or give it the feed's new address"),
            Self::Status { status, .. } if *status == StatusCode::NOT_FOUND => {
                Some("the feed may have moved: look for its new address on the site")
            }
            Self::Status { .. }
            | Self::Client(_)
            | Self::BadToken
            | Self::HeadTooLarge
            | Self::Tls(_)
            | Self::Connect(_)
            | Self::Certificate(_)
            | Self::Broken(_)
            | Self::Truncated
            | Self::BadCoding(_)
            | Self::UnknownCoding(_)
            | Self::TooManyRedirects(_)
            | Self::RedirectLoop(_)
            | Self::BadRedirect(_)
            | Self::RobotsUnknown(_) => None,
        }
    }

    /// Why there is no client, without the addresses in it: a proxy's may hold a password.
    pub(super) fn client(error: reqwest::Error) -> Self {
        Self::Client(innermost(&error.without_url()))
    }

    /// Names what reqwest reports: its own messages say "error sending request" and leave the cause to the chain.
    pub(super) fn of(error: reqwest::Error) -> Self {
        let cause = innermost(&error);
        if error.is_timeout() {
            return Self::Timeout(if error.is_connect() { Wait::Connect } else { Wait::Whole });
        }
        // It lies below the link that says "dns error".
        if let Some(objection) = chain(&error).find_map(|link| link.downcast_ref::<NotPublic>()) {
            return Self::NotPublic(objection.to_string());
        }
        for link in chain(&error) {
            if let Some(tls) = find_tls(link) {
                return Self::Certificate(tls.to_string());
            }
            if link.to_string().contains("dns error") {
                return Self::Dns(cause);
            }
            if let Some(hyper) = link.downcast_ref::<hyper::Error>()
                && error.is_body_or_decode()
                && (hyper.is_incomplete_message() || hyper.is_body_write_aborted() || cause.contains("end of file"))
            {
                return Self::Truncated;
            }
            if link.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse_too_large) {
                return Self::HeadTooLarge;
            }
        }
        if error.is_connect() {
            Self::Connect(cause)
        } else if error.is_body_or_decode() {
            Self::Truncated
        } else {
            Self::Broken(cause)
        }
    }

    /// Names an error met while the body was read: ours, handed through by the reader, or a decoder's.
    pub(super) fn of_body(error: io::Error) -> Self {
        let kind = error.kind();
        let text = error.to_string();
        match error.into_inner().map(|inner| inner.downcast::<Self>()) {
            Some(Ok(ours)) => *ours,
            _ if kind == io::ErrorKind::UnexpectedEof => Self::Truncated,
            _ => Self::BadCoding(text),
        }
    }
}

/// The parts of reqwest's classification that mean "the head had come, the body did not".
trait BodyError {
    fn is_body_or_decode(&self) -> bool;
}

impl BodyError for reqwest::Error {
    fn is_body_or_decode(&self) -> bool {
        self.is_body() || self.is_decode()
    }
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |link| Error::source(*link))
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map_or_else(String::new, ToString::to_string)
}

/// A TLS error hides inside the `io::Error`s that carried it.
fn find_tls<'a>(link: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    match link.downcast_ref::<io::Error>() {
        Some(io) => find_tls(io.get_ref()?),
        None => link.downcast_ref(),
    }
}

//! What a source's own address is asked with and no other: its extra headers and what opens it.

use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use url::{Origin, Url};

use super::FetchError;
use crate::config::{Auth, Secret, Source};

/// Most bytes of a secret's file.
const MAX_SECRET: u64 = 64 << 10;

/// Extra headers, and the one origin (RFC 6454 §4) that gets them.
#[derive(Debug, Clone)]
pub(super) struct Account {
    home: Origin,
    headers: HeaderMap,
}

impl Account {
    /// The source's; None when it has neither headers nor `auth`.
    ///
    /// # Errors
    /// [`FetchError::Secret`] when the file of a secret cannot be read.
    pub fn of(source: &Source) -> Result<Option<Self>, FetchError> {
        let mut headers = source.keys.headers.0.clone();
        if let Some(auth) = &source.keys.auth {
            headers.insert(AUTHORIZATION, authorization(auth)?);
        }
        Ok((!headers.is_empty()).then(|| Self { home: source.url.origin(), headers }))
    }

    /// What a request for `url` carries of it; None where it is none of its business.
    pub fn for_url(&self, url: &Url) -> Option<&HeaderMap> {
        (url.origin() == self.home).then_some(&self.headers)
    }
}

fn authorization(auth: &Auth) -> Result<HeaderValue, FetchError> {
    let text = match auth {
        // RFC 7617 §2.
        Auth::Basic { user, password } => format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{}", reveal(password)?))),
        Auth::Bearer(token) => format!("Bearer {}", reveal(token)?),
    };
    let mut value = HeaderValue::from_str(&text).map_err(|_| match auth {
        Auth::Bearer(Secret::File(path)) => unreadable(path, "it holds no token: a token is Latin letters, digits and signs"),
        Auth::Bearer(Secret::Text(_)) | Auth::Basic { .. } => FetchError::BadToken,
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// The secret itself; of a file, its content without the line's end.
fn reveal(secret: &Secret) -> Result<String, FetchError> {
    let path = match secret {
        Secret::Text(text) => return Ok(text.clone()),
        Secret::File(path) => path,
    };
    let told = |error: std::io::Error| unreadable(path, &error.to_string());
    // What is no plain file could keep us waiting.
    if !std::fs::metadata(path).map_err(told)?.is_file() {
        return Err(unreadable(path, "it is no plain file"));
    }
    let mut text = String::new();
    std::fs::File::open(path).map_err(told)?.take(MAX_SECRET + 1).read_to_string(&mut text).map_err(told)?;
    if text.len() as u64 > MAX_SECRET {
        return Err(unreadable(path, "it is larger than a secret ever is"));
    }
    text.truncate(text.trim_end_matches(['\r', '\n']).len());
    if text.is_empty() { Err(unreadable(path, "it is empty")) } else { Ok(text) }
}

fn unreadable(path: &Path, reason: &str) -> FetchError {
    FetchError::Secret { path: path.to_owned(), reason: reason.to_owned() }
}

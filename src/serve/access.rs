//! Who may read a private view: whoever knows its secret, in the address or as a password (RFC 7617).

use base64::prelude::{BASE64_STANDARD, Engine as _};
use http::header::{self, HeaderMap, HeaderValue};
use http::{Response, StatusCode};

use super::{Body, answer};
use crate::config::Token;

/// Whether a request shows the secret.
pub(super) fn is_admitted(token: &Token, query: Option<&str>, headers: &HeaderMap) -> bool {
    let in_address = query.into_iter().flat_map(|query| query.split('&')).find_map(|pair| pair.strip_prefix("token="));
    let as_password = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(password);
    in_address.is_some_and(|secret| token.admits(secret)) || as_password.is_some_and(|secret| token.admits(&secret))
}

/// The password of Basic authentication, whoever the user is.
fn password(authorization: &str) -> Option<String> {
    let (scheme, credentials) = authorization.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(credentials.trim()).ok()?).ok()?;
    decoded.split_once(':').map(|(_, password)| password.to_owned())
}

/// What everybody else gets.
pub(super) fn refusal() -> Response<Body> {
    let mut response =
        answer::plain(StatusCode::UNAUTHORIZED, "This feed is private: add ?token=… to its address, or give the token as password.\n");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"taspa\", charset=\"UTF-8\""));
    response
}

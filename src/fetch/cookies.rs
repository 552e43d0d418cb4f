//! Cookies, for one request and the redirects that it leads through: sites that set one and look whether it comes back get it back.
//!
//! RFC 6265 with one narrowing: a cookie is sent to the very host that set it, whatever its Domain says. Nothing outlives the request.

use std::time::SystemTime;

use reqwest::header::{DATE, HeaderMap, HeaderValue, SET_COOKIE};
use url::Url;

/// Most cookies of one request.
const MAX_COOKIES: usize = 32;

/// Most bytes of one cookie's name and value (RFC 6265 §6.1).
const MAX_BYTES: usize = 4096;

/// What the hosts of one chain of redirects have set.
#[derive(Default)]
pub(super) struct Jar {
    cookies: Vec<Cookie>,
}

struct Cookie {
    host: String,
    path: String,
    name: String,
    value: String,
    is_secure: bool,
}

impl Jar {
    /// Takes what an answer of `url` sets.
    pub fn take(&mut self, url: &Url, headers: &HeaderMap) {
        // By the server's own clock; one that tells no time takes back what it dates to the beginning of time.
        let now = headers.get(DATE).and_then(|value| date(value.to_str().ok()?)).unwrap_or(SystemTime::UNIX_EPOCH);
        for field in headers.get_all(SET_COOKIE).iter().take(MAX_COOKIES) {
            let Some((cookie, is_over)) = field.to_str().ok().and_then(|text| read(url, text, now)) else { continue };
            // §5.3 step 11: it takes the place of one with its name.
            self.cookies.retain(|old| (&old.host, &old.path, &old.name) != (&cookie.host, &cookie.path, &cookie.name));
            if !is_over && self.cookies.len() < MAX_COOKIES {
                self.cookies.push(cookie);
            }
        }
    }

    /// The field Cookie of a request for `url`, if there is anything to send (§5.4).
    pub fn field(&self, url: &Url) -> Option<HeaderValue> {
        let host = url.host_str()?;
        let mut due: Vec<&Cookie> = self
            .cookies
            .iter()
            .filter(|cookie| cookie.host == host && leads_to(&cookie.path, url.path()) && (!cookie.is_secure || url.scheme() == "https"))
            .collect();
        // The longer paths first.
        due.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = due.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        let mut value = HeaderValue::from_str(&pairs.join("; ")).ok().filter(|_| !pairs.is_empty())?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// One Set-Cookie (§5.2), and whether it takes the cookie away.
fn read(url: &Url, text: &str, now: SystemTime) -> Option<(Cookie, bool)> {
    let mut parts = text.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() || name.len() + value.len() > MAX_BYTES {
        return None;
    }
    let mut cookie = Cookie {
        host: url.host_str()?.to_owned(),
        path: default_path(url.path()).to_owned(),
        name: name.to_owned(),
        value: value.to_owned(),
        is_secure: false,
    };
    let (mut age, mut has_expired) = (None, false);
    for part in parts {
        let (attribute, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim();
        match attribute.trim().to_ascii_lowercase().as_str() {
            "path" if value.starts_with('/') => cookie.path = value.to_owned(),
            "secure" => cookie.is_secure = true,
            "max-age" => age = value.parse::<i64>().ok(),
            "expires" => has_expired = date(value).is_some_and(|expires| expires <= now),
            _ => {}
        }
    }
    // A cookie for https alone is set by https alone.
    if cookie.is_secure && url.scheme() != "https" {
        return None;
    }
    let is_over = age.map_or(has_expired, |age| age <= 0);
    Some((cookie, is_over))
}

/// A date as servers write it (RFC 9110 §5.6.7), or with hyphens, as the first cookies had it.
fn date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text).or_else(|_| httpdate::parse_http_date(&text.replace('-', " "))).ok()
}

/// §5.1.4: the path up to its last slash.
fn default_path(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(slash) => &path[..slash],
    }
}

/// §5.1.4: whether a cookie of one path is for another.
fn leads_to(cookie: &str, path: &str) -> bool {
    path.strip_prefix(cookie).is_some_and(|rest| rest.is_empty() || cookie.ends_with('/') || rest.starts_with('/'))
}

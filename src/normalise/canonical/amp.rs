//! Copies of articles for small screens (AMP): those that others serve, and those that stand below a folder of their own.

use url::Host;

use super::host::of_site;

/// The host and the path that an address of Google's AMP cache or viewer wraps.
///
/// The cache has `/c/s/HOST/PATH` (`/c/` for http, `/v/` for its viewer), the viewer of the search `/amp/s/HOST/PATH`.
pub(super) fn wrapped<'a>(host: &str, path: &'a str) -> Option<(&'a str, &'a str)> {
    let rest = if is_cache(host) {
        path.strip_prefix("/c/").or_else(|| path.strip_prefix("/v/"))?
    } else {
        path.strip_prefix("/amp/").filter(|_| is_google(host))?
    };
    let rest = rest.strip_prefix("s/").unwrap_or(rest);
    let (inner, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    is_domain(inner).then_some((inner, if path.is_empty() { "/" } else { path }))
}

/// The path below a folder `amp` in front of all others.
pub(super) fn without_front(path: &str) -> Option<&str> {
    let front = path.get(..5)?;
    (front.eq_ignore_ascii_case("/amp/") && path.len() > 5).then(|| &path[4..])
}

fn is_cache(host: &str) -> bool {
    const CACHE: &str = "cdn.ampproject.org";
    let Some(at) = host.len().checked_sub(CACHE.len()) else { return false };
    host.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(CACHE)) && (at == 0 || host[..at].ends_with('.'))
}

/// `google.` and a country's domain.
fn is_google(host: &str) -> bool {
    let Some(domain) = host.get(..7).filter(|name| name.eq_ignore_ascii_case("google.")).map(|_| &host[7..]) else { return false };
    let country = domain.strip_prefix("co.").or_else(|| domain.strip_prefix("com.")).unwrap_or(domain);
    matches!(country.len(), 2 | 3) && country.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Whether a part of a path is a site's domain, written as it would be as a host.
fn is_domain(text: &str) -> bool {
    let is_plain = text.contains('.') && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    is_plain && matches!(Host::parse(text), Ok(Host::Domain(domain)) if domain.eq_ignore_ascii_case(text)) && of_site(text).contains('.')
}

//! Absolute IRIs (RFC 3987): what may stand as an id or an address in a feed.
//!
//! Browsers' URLs, which the url crate reads, allow more than RFC 3987 does: bare brackets, braces and percent signs, a `#` within a
//! fragment. Readers and validators take those for broken.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Position, Url};

/// The text as an absolute IRI: as it is where it is one; else, of http and https, with what may not stand there escaped. None where it
/// cannot become one.
pub fn mended_iri(text: &str) -> Option<Cow<'_, str>> {
    if is_iri(text) {
        return Some(Cow::Borrowed(text));
    }
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some(escaped(&url)).filter(|mended| is_iri(mended)).map(Cow::Owned)
}

/// Whether a text is an absolute IRI of the kinds that feeds use: of http or https with a host, `tag:` or `urn:`.
fn is_iri(text: &str) -> bool {
    known_iri(text).is_some()
}

/// The URL of a text that [`is_iri`].
pub(super) fn known_iri(text: &str) -> Option<Url> {
    let url = is_written_as_iri(text).then(|| Url::parse(text).ok()).flatten()?;
    let is_known = match url.scheme() {
        "http" | "https" => url.has_host(),
        "urn" | "tag" => url.cannot_be_a_base(),
        _ => false,
    };
    is_known.then_some(url)
}

/// RFC 3987 §2.2, but for the names of schemes, which the caller knows.
fn is_written_as_iri(text: &str) -> bool {
    let Some((_, rest)) = text.split_once(':') else { return false };
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => ("", rest),
    };
    is_authority(authority)
        && is_made_of(path, |c| c == '/')
        && is_made_of(query, |c| matches!(c, '/' | '?') || is_private(c))
        && is_made_of(fragment, |c| matches!(c, '/' | '?'))
}

/// Brackets stand around an IPv6 address alone (RFC 3986 §3.2.2).
fn is_authority(authority: &str) -> bool {
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let host = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        Some((address, port)) if address.parse::<Ipv6Addr>().is_ok() => port,
        _ => host,
    };
    is_made_of(user, |_| false) && is_made_of(host, |_| false)
}

/// Of what may stand in every part, and `besides`.
fn is_made_of(part: &str, besides: impl Fn(char) -> bool) -> bool {
    part.char_indices().all(|(at, c)| if c == '%' { is_escape(&part[at..]) } else { is_usual(c) || besides(c) })
}

/// Whether a text begins with `%` and two hexadecimal digits.
fn is_escape(text: &str) -> bool {
    text.as_bytes().get(1..3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// iunreserved, sub-delims, `:` and `@`.
fn is_usual(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@".contains(c) || is_beyond_ascii(c)
}

/// ucschar, without white space and marks of direction, which RFC 3987 §4.1 forbids.
fn is_beyond_ascii(c: char) -> bool {
    let is_listed = match c {
        '\u{a0}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{ffef}' => true,
        '\u{10000}'..='\u{dffff}' | '\u{e1000}'..='\u{effff}' => u32::from(c) & 0xffff < 0xfffe,
        _ => false,
    };
    is_listed && !c.is_whitespace() && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}')
}

/// iprivate.
fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
}

/// A URL with what RFC 3987 lets stand nowhere behind its authority escaped.
fn escaped(url: &Url) -> String {
    let (before, after) = (&url[..Position::BeforePath], &url[Position::BeforePath..]);
    let mut escaped = before.to_owned();
    let mut is_in_fragment = false;
    for (at, c) in after.char_indices() {
        let may_stand = match c {
            '%' => is_escape(&after[at..]),
            '#' => !std::mem::replace(&mut is_in_fragment, true),
            '/' | '?' => true,
            c => is_usual(c),
        };
        if may_stand {
            escaped.push(c);
        } else {
            escaped.extend(utf8_percent_encode(c.encode_utf8(&mut [0; 4]), NON_ALPHANUMERIC));
        }
    }
    escaped
}

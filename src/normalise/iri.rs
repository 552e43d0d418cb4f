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
    // Url::parse forgives what stands before and within a scheme, and a missing authority: here they are looked at as they are.
    let (scheme, rest) = text.split_once(':')?;
    let is_known = match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => rest.starts_with("//") && !rest[2..].starts_with(['/', '?', '#', ':']) && rest.len() > 2,
        "tag" => is_tag(rest),
        "urn" => is_urn(rest),
        _ => false,
    };
    (is_known && is_written_as_iri(rest)).then(|| Url::parse(text).ok()).flatten()
}

/// `tag:AUTHORITY,DATE:SPECIFIC` (RFC 4151 §2.1), behind its scheme.
fn is_tag(rest: &str) -> bool {
    let Some((entity, _)) = rest.split_once(':') else { return false };
    let Some((authority, date)) = entity.split_once(',') else { return false };
    let is_name = !authority.is_empty() && authority.chars().all(|c| c.is_ascii_alphanumeric() || "-._@".contains(c));
    let mut lengths = date.split('-').map(|part| if part.bytes().all(|byte| byte.is_ascii_digit()) { part.len() } else { 0 });
    is_name && lengths.next() == Some(4) && date.len() <= 10 && lengths.all(|length| length == 2)
}

/// `urn:NID:NSS` (RFC 8141 §2), behind its scheme; a UUID as RFC 9562 §4 writes it.
fn is_urn(rest: &str) -> bool {
    let Some((namespace, specific)) = rest.split_once(':') else { return false };
    let is_name = (2..=32).contains(&namespace.len()) && namespace.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_uuid = || {
        let lengths = specific.split('-').map(|part| if part.bytes().all(|byte| byte.is_ascii_hexdigit()) { part.len() } else { 0 });
        lengths.eq([8, 4, 4, 4, 12])
    };
    is_name && !specific.is_empty() && (!namespace.eq_ignore_ascii_case("uuid") || is_uuid())
}

/// RFC 3987 §2.2, behind the scheme.
fn is_written_as_iri(rest: &str) -> bool {
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
    !user.contains('@') && is_made_of(user, |_| false) && is_made_of(host, |_| false)
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

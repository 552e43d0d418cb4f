//! Which format of a view a reader wants, by the types that it accepts (RFC 9110 §12.5.1).

use http::header::{self, HeaderMap};

use super::coding::weighed;

/// Extension and media types of each format, the ones that feed readers know best first.
const FORMATS: [(&str, &[&str]); 4] = [
    ("atom", &["application/atom+xml", "application/xml", "text/xml"]),
    ("rss", &["application/rss+xml"]),
    ("json", &["application/feed+json", "application/json"]),
    ("html", &["text/html", "application/xhtml+xml"]),
];

/// The extension of the format that the reader likes best; Atom where it does not say.
pub(super) fn wanted(headers: &HeaderMap) -> &'static str {
    let accepted: Vec<&str> = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    if accepted.is_empty() {
        return FORMATS[0].0;
    }
    let weight = |types: &[&str]| {
        let named = accepted.iter().flat_map(|list| weighed(list)).filter_map(|(range, weight)| Some((specificity(range, types)?, weight)));
        named.max_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1))).map_or((0, 0.0), |(named, weight)| (named, weight))
    };
    // Who names a type wants it more than one that only a star covers.
    let best = FORMATS.iter().rev().max_by(|one, other| {
        let ((one_named, one), (other_named, other)) = (weight(one.1), weight(other.1));
        one.total_cmp(&other).then(one_named.cmp(&other_named))
    });
    best.map_or(FORMATS[0].0, |(extension, _)| extension)
}

/// Whether a browser opens the address for a person to read, and no reader asks for a feed: strict, since a feed is never to be a page for a reader.
/// Browsers say so themselves (Fetch Metadata, §2) where the connection is trustworthy.
pub(super) fn is_opened_by_a_browser(headers: &HeaderMap) -> bool {
    let says = |name: &str, value: &str| headers.get(name).is_some_and(|said| said == value);
    says("sec-fetch-dest", "document") && says("sec-fetch-mode", "navigate") && !headers.contains_key("a-im") && wanted(headers) == "html"
}

/// Whether browsers show a document of that extension as text, or save it: they know neither of the feeds in XML.
pub(super) fn is_unreadable(extension: &str) -> bool {
    matches!(extension, "atom" | "rss")
}

/// How closely a range names one of these types; None when it does not.
fn specificity(range: &str, types: &[&str]) -> Option<u8> {
    let range = range.to_ascii_lowercase();
    if types.contains(&range.as_str()) {
        return Some(3);
    }
    match range.strip_suffix("/*")? {
        "*" => Some(1),
        kind => types.iter().any(|known| known.split('/').next() == Some(kind)).then_some(2),
    }
}

/// The formats' extensions.
pub(super) fn extensions() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|(extension, _)| *extension)
}

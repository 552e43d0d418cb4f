//! The links of a response's head (RFC 8288): its hubs, and the address that it calls its own.

use reqwest::header::{self, HeaderMap};
use url::Url;

/// Longest value of a `Link` field that is read, in bytes, and most links of one response.
const MAX_FIELD: usize = 16 << 10;
const MAX_LINKS: usize = 64;

/// What the `Link` fields of a response name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// `rel="hub"`, in their order.
    pub hubs: Vec<Url>,
    /// `rel="self"`, letter for letter where it is absolute.
    pub own: Option<String>,
}

impl Links {
    /// Those of a response that came from `base`. What cannot be read is passed over.
    pub(super) fn of(headers: &HeaderMap, base: &Url) -> Self {
        let fields = headers.get_all(header::LINK).iter().filter_map(|value| value.to_str().ok());
        let mut links = Self::default();
        for link in fields.filter(|field| field.len() <= MAX_FIELD).flat_map(links_in).take(MAX_LINKS) {
            // What is said of another document (§3.2) is said of no feed.
            if link.has_anchor {
                continue;
            }
            let Ok(url) = base.join(link.target) else { continue };
            let has = |wanted: &str| link.relations.split_ascii_whitespace().any(|relation| relation.eq_ignore_ascii_case(wanted));
            if has("hub") {
                links.hubs.push(url.clone());
            }
            if has("self") && links.own.is_none() {
                let is_absolute = Url::parse(link.target).is_ok();
                links.own = Some(if is_absolute { link.target.to_owned() } else { url.into() });
            }
        }
        links
    }
}

#[derive(Default)]
struct Link<'a> {
    target: &'a str,
    /// Of its first `rel`, which alone counts (§3.3).
    relations: &'a str,
    has_anchor: bool,
}

/// The links of one field: `<target>; name=value; name="value", <target> …` (§3).
fn links_in(field: &str) -> impl Iterator<Item = Link<'_>> {
    let mut rest = field;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c == ',' || c.is_ascii_whitespace());
        let (target, after) = rest.strip_prefix('<')?.split_once('>')?;
        rest = after;
        let mut link = Link { target: target.trim(), ..Link::default() };
        let mut has_relations = false;
        while let Some(after) = rest.trim_start().strip_prefix(';') {
            let (name, value);
            (name, value, rest) = parameter(after);
            if name.eq_ignore_ascii_case("rel") && !has_relations {
                (link.relations, has_relations) = (value, true);
            }
            link.has_anchor |= name.eq_ignore_ascii_case("anchor");
        }
        rest = &rest[rest.find(',').unwrap_or(rest.len())..];
        Some(link)
    })
}

/// Name and value of a parameter, and what stands behind it.
fn parameter(text: &str) -> (&str, &str, &str) {
    let end = text.find(['=', ';', ',']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let Some(value) = rest.strip_prefix('=') else { return (name.trim(), "", rest) };
    let value = value.trim_start();
    if let Some(quoted) = value.strip_prefix('"') {
        let (value, rest) = quoted.split_once('"').unwrap_or((quoted, ""));
        return (name.trim(), value, rest);
    }
    let (value, rest) = value.split_at(value.find([';', ',']).unwrap_or(value.len()));
    (name.trim(), value.trim(), rest)
}

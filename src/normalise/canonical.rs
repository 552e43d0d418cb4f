//! The canonical form of an article's URL.

use url::Url;

/// An absolute http(s) URL in canonical form: two equal values name the same article (docs/dedup.md lists the rules).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CanonicalUrl(String);

/// Query parameters that tell where a reader came from, never what the article is. A `*` at the end stands for any rest.
const TRACKING: [&str; 22] = [
    "utm_*",
    "fbclid",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "ysclid",
    "twclid",
    "igshid",
    "igsh",
    "mc_cid",
    "mc_eid",
    "_openstat",
    "openstat",
    "_ga",
    "_gl",
    "mkt_tok",
    "ref_src",
    "__twitter_impression",
    "at_medium",
];

/// Parameters that are tracking with these values only.
const TRACKING_VALUES: [(&str, &str); 4] = [("from", "rss"), ("source", "rss"), ("ref", "rss"), ("rss", "1")];

impl CanonicalUrl {
    /// The canonical form of an absolute http(s) URL.
    pub fn of(url: &Url) -> Self {
        let mut url = url.clone();
        url.set_fragment(None);
        if url.query().is_some() {
            let kept: Vec<&str> =
                url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !is_tracking(pair)).collect();
            let query = kept.join("&");
            url.set_query((!query.is_empty()).then_some(query.as_str()));
        }
        Self(url.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is a host's front page, which never names one article.
    pub fn is_front_page(&self) -> bool {
        let after_scheme = self.0.split_once("://").map_or("", |(_, rest)| rest);
        after_scheme.split_once('/').is_none_or(|(_, path)| path.is_empty())
    }
}

fn is_tracking(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let name = name.to_ascii_lowercase();
    let by_name = TRACKING.iter().any(|known| match known.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == *known,
    });
    by_name || TRACKING_VALUES.iter().any(|(known, known_value)| name == *known && value.eq_ignore_ascii_case(known_value))
}

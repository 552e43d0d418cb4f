//! What the address of a picture tells, wherever it stands: in a text, a listing or an article's page.

use url::Url;

/// Attributes in which pages keep a picture's address until it is scrolled to, the most telling first.
pub const LAZY: [&str; 6] = ["data-src", "data-original", "data-lazy-src", "data-lazy", "data-orig-file", "data-url"];

/// Attributes in which they keep its candidates till then.
pub const LAZY_SETS: [&str; 2] = ["data-srcset", "data-lazy-srcset"];

/// Names that a host of its own has for counting, as the first of its labels.
const COUNTING_LABELS: [&str; 8] = ["pixel", "pixels", "counter", "beacon", "analytics", "tracker", "tracking", "stats"];

/// Who counts readers by pictures: the end of the host's name, and how the path begins.
const COUNTERS: [(&str, &str); 27] = [
    ("mc.yandex.ru", "/"),
    ("mc.yandex.com", "/"),
    ("yadro.ru", "/"),
    ("top-fwz1.mail.ru", "/"),
    ("top.mail.ru", "/"),
    ("top100.ru", "/"),
    ("rambler.ru", "/top100"),
    ("zero.kz", "/"),
    ("liveinternet.ru", "/click"),
    ("hotlog.ru", "/"),
    ("openstat.net", "/"),
    ("tns-counter.ru", "/"),
    ("googletagmanager.com", "/"),
    ("google-analytics.com", "/"),
    ("doubleclick.net", "/"),
    ("googlesyndication.com", "/"),
    ("scorecardresearch.com", "/"),
    ("quantserve.com", "/"),
    ("facebook.com", "/tr"),
    ("feedsportal.com", "/"),
    ("pheedo.com", "/"),
    ("feedburner.com", "/~"),
    ("wordpress.com", "/1.0/"),
    ("wordpress.com", "/b.gif"),
    ("medium.com", "/_/stat"),
    ("vk.com", "/rtrg"),
    ("adfox.ru", "/"),
];

/// Ends of paths that count readers, whatever the host: Matomo's, and FeedBurner's under a host of the feed's own.
const COUNTING_PATHS: [&str; 4] = ["/matomo.php", "/piwik.php", "/b.gif", "/pixel.gif"];

/// Whether a picture's address is one of those that are there to count who looks: known counters, and hosts that say it by name.
pub fn counts_readers(image: &Url) -> bool {
    let first = image.host_str().and_then(|host| host.split('.').next()).unwrap_or_default();
    COUNTING_LABELS.contains(&first)
        || COUNTERS.iter().any(|(domain, path)| is_under(image, domain) && image.path().starts_with(path))
        || COUNTING_PATHS.iter().any(|end| image.path().ends_with(end))
        || image.path().contains("/~r/")
        || image.path().contains("/~4/")
}

/// Whether an address's host is a domain, or one below it.
pub fn is_under(url: &Url, domain: &str) -> bool {
    let rest = url.host_str().and_then(|host| host.strip_suffix(domain));
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The largest of the candidates of a `srcset` (HTML §4.8.4.2.1); an address alone is the only one.
pub fn largest(set: &str) -> &str {
    let candidates = set.split(", ").flat_map(|part| part.split(",\n")).filter_map(|candidate| {
        let mut words = candidate.split_whitespace();
        let address = words.next()?.trim_end_matches(',');
        let size: f64 = words.next().and_then(|size| size.trim_end_matches(['w', 'x', ',']).parse().ok()).unwrap_or(0.0);
        Some((address, size))
    });
    candidates.reduce(|best, next| if next.1 > best.1 { next } else { best }).map_or(set, |(address, _)| address)
}

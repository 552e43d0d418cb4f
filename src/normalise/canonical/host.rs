//! The host of a site, without the labels that only name a way to it.

/// Labels in front of a host that lead to the same site for another screen.
const SCREENS: [&str; 5] = ["m", "mobile", "amp", "wap", "touch"];

/// Labels below which, in a country's domain, each name is another site's: `com.kz`, `co.uk`. Not `gov`: `www.gov.kz` is a portal.
const SHARED_LABELS: [&str; 11] = ["ac", "co", "com", "edu", "go", "mil", "ne", "net", "nom", "or", "org"];

/// Domains below which each name is another site's.
const SHARED_DOMAINS: [&str; 9] =
    ["blogspot.com", "github.io", "livejournal.com", "msk.ru", "narod.ru", "spb.ru", "tumblr.com", "ucoz.ru", "wordpress.com"];

/// The host without a dot at its end and without `www.`, `m.` and their like in front of a whole site's name.
pub(super) fn of_site(host: &str) -> &str {
    // What has two dots at its end may be no host any more with one.
    let mut site = host.strip_suffix('.').filter(|host| !host.is_empty() && !host.ends_with('.')).unwrap_or(host);
    while let Some((label, rest)) = site.split_once('.')
        && leads_to_a_site(label)
        && names_a_site(rest)
    {
        site = rest;
    }
    site
}

fn leads_to_a_site(label: &str) -> bool {
    let is_www = || {
        let number = label.get(..3).filter(|www| www.eq_ignore_ascii_case("www")).map(|_| &label[3..]);
        number.is_some_and(|number| number.len() <= 2 && number.bytes().all(|b| b.is_ascii_digit()))
    };
    SCREENS.iter().any(|screen| screen.eq_ignore_ascii_case(label)) || is_www()
}

/// Whether this may be a site's own name: at least two labels, and not a domain below which others have theirs.
fn names_a_site(host: &str) -> bool {
    let Some((label, domain)) = host.split_once('.') else { return false };
    let is_shared = || {
        let is_shared_label = domain.len() == 2 && SHARED_LABELS.iter().any(|shared| shared.eq_ignore_ascii_case(label));
        is_shared_label || SHARED_DOMAINS.iter().any(|shared| shared.eq_ignore_ascii_case(host))
    };
    !label.is_empty() && !domain.is_empty() && !is_shared()
}

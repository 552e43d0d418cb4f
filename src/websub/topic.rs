//! Which hub a feed names, and what the hub knows it by (§4).

use url::Url;

/// Longest address of a hub or topic that is taken, in bytes.
const MAX_URL: usize = 2048;

/// A feed's hub, and the address that the hub knows the feed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    pub hub: Url,
    /// As the publisher writes it, made absolute: the hub compares letters.
    pub url: String,
}

impl Topic {
    /// The first of the hubs that can be asked, for the address that the feed calls its own, or that it came from where it names none. None
    /// where there is no hub.
    pub fn of(hubs: &[String], own: Option<&str>, came_from: &Url) -> Option<Self> {
        let hub = hubs.iter().find_map(|hub| address(hub))?;
        let own = own.map(str::trim).filter(|own| address(own).is_some());
        let url = own.unwrap_or(came_from.as_str()).to_owned();
        (url.len() <= MAX_URL).then_some(Self { hub, url })
    }
}

/// An absolute address of http or https without a password.
fn address(text: &str) -> Option<Url> {
    let text = text.trim();
    let url = Url::parse(text).ok().filter(|_| text.len() <= MAX_URL)?;
    let is_usable = matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty() && url.password().is_none();
    is_usable.then_some(url)
}

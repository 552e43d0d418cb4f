//! Which addresses the public internet has, and a resolver that gives no others.
//!
//! Not every URL is the admin's: links in feeds and targets of redirects are the publisher's, and must not lead into the network that
//! taspa stands in. A name is judged by the addresses that it has at the moment of connecting, so that one which changes its
//! addresses between two looks gains nothing. Nobody resolves an address that stands in the URL itself: [`literal_is_public`] judges
//! it, and has to be asked on every hop. Behind a proxy the proxy resolves, and this guard never sees the address: there the name is
//! judged before the proxy is asked ([`judge_for_proxy`]), which a name that changes its addresses in between can deceive.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::FetchError;

/// Blocks of IPv4 that are no part of the public internet, each with its length in bits: the IANA registry of special-purpose
/// addresses (RFC 6890) where it says "not globally reachable", multicast, and what clouds keep for themselves.
const NOT_PUBLIC_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),        // RFC 791 §3.2: this network; Linux takes 0.0.0.0 for itself
    (Ipv4Addr::new(10, 0, 0, 0), 8),       // RFC 1918: private
    (Ipv4Addr::new(100, 64, 0, 0), 10),    // RFC 6598: shared behind a carrier's NAT
    (Ipv4Addr::new(127, 0, 0, 0), 8),      // RFC 1122 §3.2.1.3: loopback
    (Ipv4Addr::new(168, 63, 129, 16), 32), // no RFC: the platform's own services on Azure
    (Ipv4Addr::new(169, 254, 0, 0), 16),   // RFC 3927: link-local, with the metadata of most clouds at 169.254.169.254
    (Ipv4Addr::new(172, 16, 0, 0), 12),    // RFC 1918: private
    (Ipv4Addr::new(192, 0, 0, 0), 24),     // RFC 6890 §2.1: protocol assignments
    (Ipv4Addr::new(192, 0, 2, 0), 24),     // RFC 5737: documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),   // RFC 7526: relays of 6to4, given up
    (Ipv4Addr::new(192, 168, 0, 0), 16),   // RFC 1918: private
    (Ipv4Addr::new(198, 18, 0, 0), 15),    // RFC 2544: benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24),  // RFC 5737: documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),   // RFC 5737: documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),      // RFC 5771: multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),      // RFC 1112 §4: reserved, and the broadcast of RFC 919
];

/// What IANA has given to the internet so far (RFC 4291 §2.4). Loopback, unique local (fc00::/7, RFC 4193), link-local (fe80::/10),
/// site-local (fec0::/10, RFC 3879), multicast (ff00::/8), discard (100::/64, RFC 6666), local NAT64 (64:ff9b:1::/48, RFC 8215) and
/// IPv4-compatible addresses (::/96) lie outside.
const GLOBAL_UNICAST: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Blocks inside it that are no part of the public internet.
const NOT_PUBLIC_V6: [(Ipv6Addr, u32); 3] = [
    // RFC 2928: protocol assignments, among them Teredo (RFC 4380), whose embedded address anybody may choose, benchmarks and ORCHID
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // RFC 3849: documentation
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),     // RFC 9637: documentation
];

/// Blocks whose addresses lead to an IPv4 address, each with the number of the 16-bit group in which that begins.
const EMBEDDING: [(Ipv6Addr, u32, usize); 3] = [
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96, 6),    // RFC 4291 §2.5.5.2: IPv4-mapped
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96, 6), // RFC 6052: NAT64, by which hosts without IPv4 reach all that have no IPv6
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, 1),    // RFC 3056: 6to4
];

/// Whether an address belongs to the public internet: nothing of this host, its network, its cloud or a registry's reserve.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !NOT_PUBLIC_V4.iter().any(|(block, bits)| (address.to_bits() ^ block.to_bits()).leading_zeros() >= *bits)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let lies_in = |block: Ipv6Addr, bits: u32| (address.to_bits() ^ block.to_bits()).leading_zeros() >= bits;
    if let Some((_, _, group)) = EMBEDDING.iter().find(|(block, bits, _)| lies_in(*block, *bits)) {
        let groups = address.segments();
        return is_public_v4(Ipv4Addr::from_bits(u32::from(groups[*group]) << 16 | u32::from(groups[*group + 1])));
    }
    lies_in(GLOBAL_UNICAST.0, GLOBAL_UNICAST.1) && !NOT_PUBLIC_V6.iter().any(|(block, bits)| lies_in(*block, *bits))
}

/// Whether a URL's host may be asked before anything is resolved: it is a public address or a name, other than that of this host
/// (RFC 6761 §6.3). A name that passes is judged by [`Guard`].
pub fn literal_is_public(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => is_public_v4(address),
        Some(Host::Ipv6(address)) => is_public_v6(address),
        Some(Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            let last = name.rsplit('.').next().unwrap_or(name);
            !last.eq_ignore_ascii_case("localhost")
        }
        None => false,
    }
}

/// A host that has addresses, none of them on the public internet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{host} stands at {address}")]
pub struct NotPublic {
    pub host: String,
    /// The first of its addresses.
    pub address: IpAddr,
}

/// A resolver that asks the system and passes on public addresses only; a host without any ends in [`NotPublic`], which stays in the
/// chain of causes of the client's error.
#[derive(Debug, Clone, Copy, Default)]
pub struct Guard;

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str();
            // The client puts the URL's port, or the scheme's, in the place of 0.
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await?.collect();
            match public(host, found) {
                Ok(public) => Ok(Box::new(public.into_iter()) as Addrs),
                Err(error) => Err(error.into()),
            }
        })
    }
}

/// Judges a host that a proxy is about to be asked for: all its addresses as they are seen from here have to be public.
pub(super) async fn judge_for_proxy(host: &str, patience: Duration) -> Result<(), FetchError> {
    let found = match tokio::time::timeout(patience, tokio::net::lookup_host((host, 0))).await {
        Ok(found) => found.map_err(|error| FetchError::Dns(error.to_string()))?,
        Err(_) => return Err(FetchError::Dns("no answer within the time-out".to_owned())),
    };
    let mut found = found.map(|address| address.ip());
    match found.find(|address| !is_public(*address)) {
        Some(address) => Err(FetchError::NotPublic(NotPublic { host: host.to_owned(), address }.to_string())),
        None => Ok(()),
    }
}

/// Those of a host's addresses that are public. A host without any address stays one without any.
fn public(host: &str, mut found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, NotPublic> {
    let first = found.first().map(SocketAddr::ip);
    found.retain(|address| is_public(address.ip()));
    match first {
        Some(address) if found.is_empty() => Err(NotPublic { host: host.to_owned(), address }),
        Some(_) | None => Ok(found),
    }
}

//! How often one client may ask: a bucket of turns for each address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;

use tokio::time::Instant;

/// Requests that a client may have at once, in seconds of its rate: a reader that opens has many feeds to ask for.
const BURST: f64 = 10.0;

/// Most clients that are remembered; with more, those with full buckets are forgotten first, then all.
const MOST: usize = 16_384;

/// Requests a second where the config says nothing.
const USUAL: f64 = 20.0;

/// Turns of each client.
#[derive(Debug)]
pub(super) struct Rate {
    per_second: f64,
    /// Requests of this machine and of proxies count as well: the config says so.
    counts_near: bool,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    turns: f64,
    at: Instant,
}

impl Rate {
    /// `wanted`: requests a second, as the config says; None, the usual rate for clients that come by themselves.
    pub fn new(wanted: Option<u32>) -> Self {
        Self { per_second: wanted.map_or(USUAL, f64::from), counts_near: wanted.is_some(), buckets: Mutex::default() }
    }

    /// Takes a turn of a client; whether it had one.
    #[expect(clippy::disallowed_methods, reason = "turns come back with time")]
    pub fn admits(&self, client: Option<IpAddr>) -> bool {
        let Some(client) = client.map(network) else { return true };
        // Whoever comes from this machine or its network is a proxy, for many.
        if !self.counts_near && is_near(client) {
            return true;
        }
        let (now, most) = (Instant::now(), self.per_second * BURST);
        let mut buckets = self.buckets.lock().expect("nothing panics while it is held");
        if buckets.len() >= MOST && !buckets.contains_key(&client) {
            let is_used = |bucket: &Bucket| bucket.turns + (now - bucket.at).as_secs_f64() * self.per_second < most;
            buckets.retain(|_, bucket| is_used(bucket));
            if buckets.len() >= MOST {
                buckets.clear();
            }
        }
        let bucket = buckets.entry(client).or_insert(Bucket { turns: most, at: now });
        bucket.turns = ((now - bucket.at).as_secs_f64().mul_add(self.per_second, bucket.turns)).min(most);
        bucket.at = now;
        let has_turn = bucket.turns >= 1.0;
        bucket.turns -= f64::from(u8::from(has_turn));
        has_turn
    }
}

/// What one client has: of IPv6 a network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        address @ IpAddr::V4(_) => address,
    }
}

fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        // What is left of ::1 is ::.
        IpAddr::V6(address) => address.is_unspecified() || address.is_unique_local(),
    }
}

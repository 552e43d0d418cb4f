//! What the end-to-end tests stand on: an origin to poll, a client to read with, the binary in a directory of its own,
//! and documents to serve.
//!
//! Nothing here knows taspa's library, but for `publications`, which renderers are given: the tests see what an admin and a
//! subscriber see. No address but loopback, and no wait without a bound.

#![allow(dead_code, reason = "the harness is one piece; which parts of it the tests call changes with the tests")]

pub mod binary;
pub mod exchange;
pub mod feeds;
pub mod http;
pub mod message;
pub mod newsroom;
pub mod origin;
pub mod publications;
pub mod scene;

use std::thread;
use std::time::{Duration, Instant};

/// Pause between two looks at a condition that nobody announces.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// What `probe` gives as soon as it gives something; panics with `what` when `bound` passes first.
///
/// For conditions in another process. Where a Condvar can tell, wait on that: [`origin::Origin::wait_for_requests`],
/// [`binary::Daemon::wait_for_line`].
///
/// ```ignore
/// let page = eventually("the entry is published", Duration::from_secs(5), || {
///     let page = http::get(&url);
///     page.text().contains("Шымкент").then_some(page)
/// });
/// ```
#[track_caller]
pub fn eventually<T>(what: &str, bound: Duration, probe: impl FnMut() -> Option<T>) -> T {
    first_within(bound, probe).unwrap_or_else(|| panic!("not within {bound:?}: {what}"))
}

/// What `probe` gives within `bound`. It is asked at least once, and once more after the last pause.
fn first_within<T>(bound: Duration, mut probe: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + bound;
    loop {
        let is_last = Instant::now() >= deadline;
        match probe() {
            Some(found) => return Some(found),
            None if is_last => return None,
            None => thread::sleep(LOOK_AGAIN),
        }
    }
}

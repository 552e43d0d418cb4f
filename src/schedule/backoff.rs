//! How long to leave a failing source, or a host that is not to be reached, alone.
//!
//! Pure: takes the count of failures and a name. The pause is drawn from the whole span between nothing and a bound that doubles with each
//! failure ("full jitter"), so that those who failed together do not come back together; the draw is always the same for a name and a count.
//! It comes on top of the schedule, which is never undercut.

use chrono::TimeDelta;

use super::jitter::{part, share};

/// The longest bound: what fails for weeks is still asked twice a day.
const CEILING: TimeDelta = TimeDelta::hours(12);

/// Where the bound of a source begins that is answered 401 or 403, unless four of its intervals are longer: somebody decided that, and
/// asking again does not change it.
const FORBIDDEN_FROM: TimeDelta = TimeDelta::hours(1);

/// Why a poll failed, as far as the pause after it is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failing {
    /// The server answered 401 or 403.
    Forbidden,
    /// No answer came at all: the name was not found, nobody took the connection, or proved who he is, or spoke in time. That is the host's
    /// affair, and all its sources wait together.
    Unreachable,
    /// Everything else: a status, a body that cannot be read.
    Other,
}

/// The longest pause after so many failures in a row: nothing after 0, `start` after 1, then doubling up to 12 hours, or `start` if that is
/// longer.
pub fn bound(failures: u32, start: TimeDelta) -> TimeDelta {
    let Some(doublings) = failures.checked_sub(1) else { return TimeDelta::zero() };
    let start = start.max(TimeDelta::zero());
    let ceiling = CEILING.max(start);
    // Twelve hours of seconds are passed after 16 doublings.
    start.checked_mul(1 << doublings.min(20)).map_or(ceiling, |bound| bound.min(ceiling))
}

/// The pause of a source or host of that name after so many failures in a row, given how long its interval is: between nothing and
/// [`bound`].
pub fn backoff(name: &str, failures: u32, interval: TimeDelta, failing: Failing) -> TimeDelta {
    let start = match failing {
        Failing::Forbidden => FORBIDDEN_FROM.max(interval * 4),
        Failing::Unreachable | Failing::Other => interval,
    };
    part(bound(failures, start), share(name, failures))
}

//! Why the next poll is when it is, in a sentence for the admin.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};

use super::hints::Hint;

/// What decided about the next poll.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// The admin's cron expression.
    Schedule(String),
    /// The admin's interval.
    Every(Duration),
    /// What the source's past lets expect.
    Auto { items: f64, items_a_week: f64 },
    /// What the server or the feed says of its rhythm.
    Hint { hint: Hint, until: DateTime<Utc>, is_bounded: bool },
    /// A hub pushes what is new.
    Pushed(Duration),
    /// The server asks to be left alone.
    RetryAfter(DateTime<Utc>),
    /// Failed polls in a row.
    Backoff(u32),
    /// The server does not let us in.
    Forbidden(u32),
    /// The host was not to be reached so many times in a row; all its sources wait.
    HostBackoff { host: String, failures: u32 },
    /// Another source of the host was told to leave it alone.
    HostAsks { host: String, until: DateTime<Utc> },
    /// 410.
    Gone,
    /// The schedule names no further instant.
    Over,
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times in a row") }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schedule(expression) => write!(formatter, "on schedule: {expression}"),
            Self::Every(interval) => write!(formatter, "every {}", humantime::format_duration(*interval)),
            Self::Auto { items, items_a_week } => {
                write!(formatter, "auto: {items:.2} items are expected until then, {items_a_week:.1} a week")
            }
            Self::Hint { hint, until, is_bounded } => {
                let whose = match hint {
                    Hint::CacheControl | Hint::Expires => "the server",
                    Hint::Ttl | Hint::UpdatePeriod | Hint::SkipHours | Hint::SkipDays => "the feed",
                };
                write!(formatter, "{whose} asks by `{}` for no poll before {}", hint.name(), time(*until))?;
                formatter.write_str(if *is_bounded { "; max_interval is shorter" } else { "" })
            }
            Self::Pushed(interval) => {
                write!(formatter, "a hub pushes what is new; polled every {} all the same", humantime::format_duration(*interval))
            }
            Self::RetryAfter(until) => write!(formatter, "the server asks by `Retry-After` for no poll before {}", time(*until)),
            Self::Backoff(failures) => write!(formatter, "it failed {}", times(*failures)),
            Self::Forbidden(failures) => write!(formatter, "the server refused it {}", times(*failures)),
            Self::HostBackoff { host, failures } => {
                write!(formatter, "{host} was not to be reached {}; all its sources wait", times(*failures))
            }
            Self::HostAsks { host, until } => {
                write!(formatter, "{host} asks by `Retry-After` for no poll of any source before {}", time(*until))
            }
            Self::Gone => formatter.write_str("never: the server says that the feed is gone (410)"),
            Self::Over => formatter.write_str("never: the schedule names no further time"),
        }
    }
}

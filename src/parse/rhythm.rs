//! What a feed says of how often it changes: `ttl`, `skipHours`, `skipDays` of RSS 2.0, and RSS 1.0's syndication module.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The rhythm that a feed gives itself. Nothing is said where everything is at its default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rhythm {
    /// How long a copy of the feed may be used, in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_minutes: Option<u32>,
    /// Hours (UTC) in which nobody is to ask, a bit for each from 0.
    #[serde(skip_serializing_if = "is_zero")]
    pub skip_hours: u32,
    /// Days (UTC) on which nobody is to ask, a bit for each from Monday.
    #[serde(skip_serializing_if = "is_zero")]
    pub skip_days: u32,
    /// sy:updatePeriod divided by sy:updateFrequency, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_seconds: Option<u32>,
    /// sy:updateBase, in seconds since 1970: an instant at which it changes; the others lie whole periods from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_base: Option<i64>,
}

fn is_zero(bits: &u32) -> bool {
    *bits == 0
}

/// All hours of a day, and all days of a week.
const ALL_HOURS: u32 = (1 << 24) - 1;
const ALL_DAYS: u32 = (1 << 7) - 1;

/// What a feed has said so far, while it is read.
#[derive(Debug, Default)]
pub(super) struct Said {
    rhythm: Rhythm,
    period: Option<u32>,
    frequency: Option<u32>,
}

impl Said {
    pub fn ttl(&mut self, text: &str) {
        self.rhythm.ttl_minutes = text.trim().parse().ok().filter(|minutes| *minutes > 0);
    }

    /// An hour from 0 to 23; some count from 1 to 24.
    pub fn skip_hour(&mut self, text: &str) {
        if let Some(hour) = text.trim().parse::<u32>().ok().filter(|hour| *hour <= 24) {
            self.rhythm.skip_hours |= 1 << (hour % 24);
        }
    }

    /// A day by its English name, or the first three letters of it.
    pub fn skip_day(&mut self, text: &str) {
        if let Ok(day) = text.trim().parse::<chrono::Weekday>() {
            self.rhythm.skip_days |= 1 << day.num_days_from_monday();
        }
    }

    pub fn period(&mut self, text: &str) {
        const HOUR: u32 = 60 * 60;
        self.period = match text.trim().to_ascii_lowercase().as_str() {
            "hourly" => Some(HOUR),
            "daily" => Some(24 * HOUR),
            "weekly" => Some(7 * 24 * HOUR),
            "monthly" => Some(30 * 24 * HOUR),
            "yearly" => Some(365 * 24 * HOUR),
            _ => None,
        };
    }

    pub fn frequency(&mut self, text: &str) {
        self.frequency = text.trim().parse().ok().filter(|times| *times > 0);
    }

    pub fn base(&mut self, base: Option<DateTime<Utc>>) {
        self.rhythm.update_base = base.map(|base| base.timestamp());
    }

    /// The whole of it. A feed that would be skipped at any time says nothing by that.
    pub fn into_rhythm(self) -> Rhythm {
        let Self { mut rhythm, period, frequency } = self;
        // The module's default for a feed that names only the other of the two: daily, once.
        let is_said = period.is_some() || frequency.is_some();
        rhythm.update_seconds = is_said.then(|| period.unwrap_or(24 * 60 * 60) / frequency.unwrap_or(1)).filter(|seconds| *seconds > 0);
        if rhythm.skip_hours == ALL_HOURS {
            rhythm.skip_hours = 0;
        }
        if rhythm.skip_days == ALL_DAYS {
            rhythm.skip_days = 0;
        }
        rhythm
    }
}

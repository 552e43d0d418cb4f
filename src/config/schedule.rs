//! The keys `schedule` and `every` of a source: when it is polled.

use std::fmt;
use std::time::Duration;

use serde_json::json;
use toml::de::{DeTable, DeValue};

use super::SourceKeys;
use super::complaint::{Refusal, Report};
use super::cron::Cron;
use super::values::{Value, text};

/// When a source is polled, if nothing else is in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    /// At the instants that the expression names.
    Cron(Cron),
    /// So long after each poll.
    Every(Duration),
    /// When news are to be expected, as the source's own past tells.
    Auto,
}

impl fmt::Display for Schedule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cron(cron) => cron.fmt(formatter),
            Self::Every(interval) => write!(formatter, "every {}", humantime::format_duration(*interval)),
            Self::Auto => formatter.write_str("auto"),
        }
    }
}

impl Value for Schedule {
    const WHAT: &'static str = "a cron expression such as \"*/15 * * * *\", or \"auto\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        match text::<Self>(value)?.trim() {
            "auto" => Ok(Self::Auto),
            _ => Cron::read(value).map(Self::Cron),
        }
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "examples": ["*/15 * * * *", "0 7-22 * * mon-fri", "auto"] })
    }
}

impl SourceKeys {
    /// Makes one schedule of `schedule` and `every`, of which a table may have one; what it has stands in place of both of `[defaults]`.
    pub(super) fn settle_schedule(&mut self, table: &DeTable<'_>, report: &mut Report) {
        match (table.get("schedule"), table.get("every")) {
            (Some(_), Some(every)) => report.add(
                every.span(),
                "`every` and `schedule` both say when it is polled".to_owned(),
                Some("keep one of them: `every` for a fixed interval, `schedule` for times of the day".to_owned()),
            ),
            (Some(_), None) => self.every = None,
            (None, _) => {
                if let Some(interval) = self.every {
                    self.schedule = Schedule::Every(interval);
                }
            }
        }
        // What [defaults] has is complained of there.
        if let Some(written) = table.get("min_interval").or_else(|| table.get("max_interval"))
            && self.min_interval > self.max_interval
        {
            report.add(
                written.span(),
                format!(
                    "`min_interval` ({}) is longer than `max_interval` ({})",
                    humantime::format_duration(self.min_interval),
                    humantime::format_duration(self.max_interval)
                ),
                Some("`min_interval` must be the shorter one; [defaults] may hold the other of the two".to_owned()),
            );
        }
    }
}

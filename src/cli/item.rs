//! The entry that a person names, for the verbs that tell of one or correct where it belongs.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{CliError, printable};
use crate::config::Settings;
use crate::store::{Found, FoundEntry, NamedBy, Sought};

/// What an ITEM may be, for people.
pub(super) const KINDS: &str = "a link, a guid, the id of a story, or a part of a title";

/// The ITEM of the command line, to be looked for.
pub(super) fn sought<'a>(settings: &'a Settings, item: &'a str, source: Option<&'a str>) -> Result<Sought<'a>, CliError> {
    if let Some(name) = source.filter(|name| settings.sources.iter().all(|source| source.name.as_str() != *name)) {
        let known = settings.sources.iter().map(|source| source.name.to_string()).collect();
        return Err(CliError::NoSource { name: name.to_owned(), known });
    }
    Ok(Sought { item, source, tracking: &settings.dedup.tracking })
}

/// The entry that stands for what was found: the only one; of one story the lead, or the newest of those that were named. None when
/// several stories are meant.
pub(super) fn of_one_story(found: &Found) -> Option<&FoundEntry> {
    let first = found.entries.first()?;
    let is_one = found.entries.iter().all(|entry| entry.story == first.story);
    let lead = found.entries.iter().find(|entry| entry.is_lead);
    (is_one && (!found.has_more || found.by == NamedBy::Story)).then(|| lead.unwrap_or(first))
}

/// Why the verb cannot choose: what was found, and how to name one.
pub(super) fn several(settings: &Settings, item: &str, found: &Found, hint: &'static str) -> CliError {
    let mut list = String::new();
    for entry in &found.entries {
        list.push_str(&format!("\n  {}", line(entry, settings.defaults.timezone)));
        if let Some(link) = &entry.link {
            list.push_str(&format!("\n  {:16}  {}", "", printable(link)));
        }
    }
    if found.has_more {
        list.push_str("\n  and older ones");
    }
    CliError::Several { item: printable(item), list, hint }
}

/// An entry on one line.
pub(super) fn line(entry: &FoundEntry, zone: Tz) -> String {
    format!("{}  {}  {}", minute(entry.published, zone), entry.source, printable(&entry.title))
}

/// An instant as people read it.
pub(super) fn minute(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}

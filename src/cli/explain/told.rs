//! An account for people.

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::words;
use crate::cli::item::{line, minute};
use crate::cli::printable;
use crate::cli::status::span;
use crate::config::Settings;
use crate::store::{Account, Correction, EntryAccount, Joined, KeyAccount, LeftOut, Near, Nearness, StoryAccount};
use crate::story::KeyKind;

/// Everything that is known of an entry, in the time of its source.
pub(super) fn account(settings: &Settings, account: &Account) -> String {
    let zone = zone_of(settings, &account.entry.source);
    let mut text = entry(&account.entry, zone);
    text.push_str(&story(&account.story, zone));
    text.push_str(&corrections(&account.corrections, zone));
    text.push_str(&nearness(&account.nearness, &account.entry, zone));
    if !account.left_out.is_empty() {
        text.push_str("\nLeft out under the same link:\n");
        account.left_out.iter().for_each(|one| text.push_str(&left_out_one(settings, one)));
    }
    text
}

/// What is known of something that is no entry.
pub(super) fn left_out(settings: &Settings, left_out: &[LeftOut]) -> String {
    let mut text = String::from("It is no entry:\n");
    left_out.iter().for_each(|one| text.push_str(&left_out_one(settings, one)));
    text
}

fn zone_of(settings: &Settings, source: &str) -> Tz {
    let source = settings.sources.iter().find(|known| known.name.as_str() == source);
    source.map_or(settings.defaults.timezone, |source| source.keys.timezone)
}

fn row(name: &str, value: &str) -> String {
    format!("  {name:13}  {value}\n")
}

fn entry(entry: &EntryAccount, zone: Tz) -> String {
    let mut text = format!("{}\n", printable(&entry.title));
    text.push_str(&row("source", &entry.source));
    for (at, link) in entry.links.iter().enumerate() {
        text.push_str(&row(if at == 0 { "link" } else { "" }, &printable(link)));
    }
    text.push_str(&row("published", &format!("{} ({zone})", minute(entry.published, zone))));
    text.push_str(&row("first seen", &minute(entry.first_seen, zone)));
    if entry.revisions > 0 {
        let times = words::counted(entry.revisions, "time", "times");
        text.push_str(&row("changed", &format!("{times}; for readers last on {}", minute(entry.updated, zone))));
    }
    if entry.is_held {
        text.push_str(&row("shown", "not yet: it waits for its article page"));
    }
    text.push_str(&keys(entry));
    text
}

fn keys(entry: &EntryAccount) -> String {
    let mut text = String::new();
    for KeyAccount { kind, value, standing } in &entry.keys {
        let (name, value) = match kind {
            KeyKind::Guid => ("guid", value.as_deref().unwrap_or_default()),
            KeyKind::Url => ("canonical URL", value.as_deref().unwrap_or_default()),
            KeyKind::Fingerprint => ("fingerprint", "of title and text"),
        };
        text.push_str(&row(name, &printable(value)));
        if let Some(standing) = words::standing(*standing) {
            text.push_str(&row("", standing));
        }
    }
    if entry.other_keys > 0 {
        let keys = words::counted(entry.other_keys, "other key of a form", "other keys of forms");
        text.push_str(&row("", &format!("{keys} that it had before, or that its article page gives itself")));
    }
    text
}

fn story(story: &StoryAccount, zone: Tz) -> String {
    let entries = u32::try_from(story.members.len()).unwrap_or(u32::MAX);
    let mut text =
        format!("\nStory {}, since {}, {}\n", story.id, minute(story.entered, zone), words::counted(entries, "entry", "entries"));
    text.push_str(&row("id", &printable(&story.atom_id)));
    if !story.merged.is_empty() {
        let merged: Vec<String> = story.merged.iter().map(i64::to_string).collect();
        text.push_str(&row("merged", &format!("{}, part of it now", merged.join(", "))));
    }
    for member in &story.members {
        let mark = if member.entry.is_lead { "lead" } else { "" };
        text.push_str(&format!("  {mark:4}  {}\n", line(&member.entry, zone)));
        if let Some(link) = &member.entry.link {
            text.push_str(&below(&printable(link)));
        }
        if let Some(story) = member.founded {
            text.push_str(&below(&format!("founded story {story}, which has become part of this one")));
        }
        if let Some(joined) = &member.joined {
            text.push_str(&below(&joined_by(joined, zone)));
            let figures = joined.figures.as_ref().map(|figures| below(&words::figures(figures)));
            text.push_str(&figures.unwrap_or_default());
        }
    }
    text
}

/// A line below an entry's.
fn below(text: &str) -> String {
    format!("  {:4}  {text}\n", "")
}

fn joined_by(joined: &Joined, zone: Tz) -> String {
    let mut text = format!("joined on {} {}", minute(joined.at, zone), words::rule(&joined.rule));
    if let Some(other) = &joined.other {
        text.push_str(&format!(", with “{}” ({})", printable(&other.title), other.source));
    }
    text
}

fn corrections(corrections: &[Correction], zone: Tz) -> String {
    if corrections.is_empty() {
        return String::new();
    }
    let mut text = String::from("\nSaid by hand:\n");
    for Correction { other, is_same } in corrections {
        text.push_str(&format!("  {}  {}\n", if *is_same { "one story with  " } else { "never one with  " }, line(other, zone)));
    }
    text
}

fn nearness(nearness: &Nearness, entry: &EntryAccount, zone: Tz) -> String {
    let (window, strictness, entries, nearest) = match nearness {
        Nearness::Off => return "\nNot compared with other entries: `enabled` of [dedup] is false\n".to_owned(),
        Nearness::SourceOff => return format!("\nNot compared with other entries: the source {} has `dedup = false`\n", entry.source),
        Nearness::Compared { window, strictness, entries, nearest } => (window, strictness, entries, nearest),
    };
    let entries = words::counted(u32::try_from(*entries).unwrap_or(u32::MAX), "entry", "entries");
    let compared = format!("compared with {entries} published within {} of it, strictness {strictness}", span(*window));
    if nearest.is_empty() {
        return format!("\nNear to no other story ({compared})\n");
    }
    let mut text = format!("\nNot joined, the nearest first ({compared}):\n");
    for Near { entry: other, why, figures } in nearest {
        text.push_str(&format!("  {}\n", line(other, zone)));
        if let Some(link) = &other.link {
            text.push_str(&format!("    {}\n", printable(link)));
        }
        let age = age(other.published - entry.published);
        text.push_str(&format!("    story {}, {age}: {}\n", other.story, words::apart(*why, figures.as_ref())));
    }
    text
}

fn age(later: TimeDelta) -> String {
    if later.is_zero() {
        "at the same time".to_owned()
    } else if later < TimeDelta::zero() {
        format!("{} earlier", span(-later))
    } else {
        format!("{} later", span(later))
    }
}

fn left_out_one(settings: &Settings, one: &LeftOut) -> String {
    let zone = zone_of(settings, &one.source);
    let at = one.at.map(|at| format!("{}  ", minute(at, zone))).unwrap_or_default();
    let mut text =
        format!("  {at}{}{}\n", one.source, one.title.as_ref().map(|title| format!("  {}", printable(title))).unwrap_or_default());
    if let Some(link) = &one.link {
        text.push_str(&format!("    {}\n", printable(link)));
    }
    text.push_str(&format!("    left out: {}\n", printable(&words::left_out(&one.why))));
    text
}

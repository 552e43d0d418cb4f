//! An account for programs: one JSON object with the facts that people are told.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::words;
use crate::store::{Account, EntryAccount, FoundEntry, Joined, LeftOut, Member, Nearness, StoryAccount, WhyLeftOut};
use crate::story::Figures;

pub(super) fn of_account(item: &str, account: &Account) -> Value {
    let corrections: Vec<Value> =
        account.corrections.iter().map(|correction| json!({ "same": correction.is_same, "other": brief(&correction.other) })).collect();
    let mut object = json!({
        "item": item,
        "entry": entry(&account.entry),
        "story": story(&account.story),
        "corrections": corrections,
        "left_out": account.left_out.iter().map(left_out).collect::<Vec<_>>(),
    });
    let (not_compared, window, strictness, entries, nearest) = match &account.nearness {
        Nearness::Off => (Some("dedup is off"), None, None, None, Vec::new()),
        Nearness::SourceOff => (Some("the source's dedup is off"), None, None, None, Vec::new()),
        Nearness::Compared { window, strictness, entries, nearest } => {
            let nearest = nearest.iter().map(|near| {
                let mut object = brief(&near.entry);
                object["reason"] = words::name_of(near.why).into();
                object["words"] = words::apart(near.why, near.figures.as_ref()).into();
                object["figures"] = near.figures.as_ref().map_or(Value::Null, figures);
                object
            });
            (None, Some(window.num_seconds()), Some(strictness.to_string()), Some(*entries), nearest.collect())
        }
    };
    object["not_compared"] = not_compared.into();
    object["window_seconds"] = window.into();
    object["strictness"] = strictness.into();
    object["compared_entries"] = entries.into();
    object["nearest"] = nearest.into();
    object
}

pub(super) fn of_left_out(item: &str, all: &[LeftOut]) -> Value {
    json!({ "item": item, "entry": null, "story": null, "left_out": all.iter().map(left_out).collect::<Vec<_>>() })
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// As much as tells an entry from others.
fn brief(entry: &FoundEntry) -> Value {
    json!({
        "id": entry.id,
        "story": entry.story,
        "lead": entry.is_lead,
        "source": entry.source,
        "title": entry.title,
        "link": entry.link,
        "published": time(entry.published),
    })
}

fn entry(entry: &EntryAccount) -> Value {
    let keys = entry.keys.iter().map(|key| {
        let (kind, names) = (words::kind_of(key.kind), words::standing_of(key.standing));
        json!({ "kind": kind, "value": key.value, "names": names })
    });
    json!({
        "id": entry.id,
        "source": entry.source,
        "title": entry.title,
        "links": entry.links,
        "language": entry.language,
        "published": time(entry.published),
        "updated": time(entry.updated),
        "first_seen": time(entry.first_seen),
        "revisions": entry.revisions,
        "held": entry.is_held,
        "keys": keys.collect::<Vec<_>>(),
        "other_keys": entry.other_keys,
    })
}

fn story(story: &StoryAccount) -> Value {
    json!({
        "id": story.id,
        "atom_id": story.atom_id,
        "since": time(story.entered),
        "merged": story.merged,
        "entries": story.members.iter().map(member).collect::<Vec<_>>(),
    })
}

fn member(member: &Member) -> Value {
    let mut object = brief(&member.entry);
    object["first_seen"] = time(member.first_seen).into();
    object["founded"] = member.founded.into();
    object["joined"] = member.joined.as_ref().map_or(Value::Null, joined);
    object
}

fn joined(joined: &Joined) -> Value {
    json!({
        "at": time(joined.at),
        "rule": joined.rule,
        "with": joined.other.as_ref().map(brief),
        "words": joined.figures.as_ref().map(words::figures),
        "figures": joined.figures.as_ref().map(figures),
    })
}

/// The figures with as many digits as they have: a `Value` of an `f32` shows the digits of an `f64`.
fn figures(figures: &Figures) -> Value {
    let text = serde_json::to_string(figures).expect("numbers have a form in JSON");
    serde_json::from_str(&text).expect("it was JSON just now")
}

fn left_out(one: &LeftOut) -> Value {
    let rule = match &one.why {
        WhyLeftOut::Rule(rule) => Some(rule),
        WhyLeftOut::Bound | WhyLeftOut::Burnt | WhyLeftOut::LetGo => None,
    };
    json!({
        "source": one.source,
        "at": one.at.map(time),
        "title": one.title,
        "link": one.link,
        "reason": words::left_out_by(&one.why),
        "rule": rule,
        "words": words::left_out(&one.why),
    })
}

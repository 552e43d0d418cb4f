//! The last polls of one source: when, what came of each, and when and why the next one comes.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::span;
use crate::store::PollRow;

/// Most polls in the table; `--json` has all that are kept.
const MANY: usize = 20;

/// When the source is next polled, and its polls, the newest first.
pub(super) fn table(next: Option<DateTime<Utc>>, reason: Option<&str>, polls: &[PollRow], now: DateTime<Utc>) -> String {
    let next = match next {
        Some(at) if at <= now => "now".to_owned(),
        Some(at) => format!("{}, in {}", time(at), span(at - now)),
        None => "never".to_owned(),
    };
    let mut text = format!("\nnext poll: {next}\n{}\n", reason.map(|reason| format!("  {reason}\n")).unwrap_or_default());
    if polls.is_empty() {
        return text + "no poll yet\n";
    }
    text.push_str(&format!(
        "{:20}  {:>6}  {:>10}  {:>8}  {:>5}  {:>7}  {}\n",
        "POLL", "STATUS", "BYTES", "TIME", "NEW", "CHANGED", "NEXT, AND WHY"
    ));
    for poll in polls.iter().take(MANY) {
        let status = poll.status.map_or("-".to_owned(), |status| status.to_string());
        let duration = format!("{} ms", poll.duration.as_millis());
        let why = match (poll.next_poll, &poll.reason) {
            (Some(at), Some(reason)) => format!("{}: {reason}", time(at)),
            (None, Some(reason)) => reason.clone(),
            (_, None) => String::new(),
        };
        text.push_str(&format!(
            "{:20}  {status:>6}  {:>10}  {duration:>8}  {:>5}  {:>7}  {why}\n",
            time(poll.at),
            poll.wire_bytes,
            poll.items_new,
            poll.items_changed
        ));
        text.extend(poll.error.iter().map(|error| format!("  error: {error}\n")));
        text.extend(poll.problems.iter().map(|problem| format!("  problem: {problem}\n")));
    }
    text
}

/// The polls as JSON.
pub(super) fn array(polls: &[PollRow]) -> Value {
    let poll = |poll: &PollRow| {
        json!({
            "at": time(poll.at),
            "duration_ms": u64::try_from(poll.duration.as_millis()).unwrap_or(u64::MAX),
            "status": poll.status,
            "wire_bytes": poll.wire_bytes,
            "new": poll.items_new,
            "changed": poll.items_changed,
            "unchanged": poll.items_unchanged,
            "error": poll.error,
            "problems": poll.problems,
            "next_poll": poll.next_poll.map(time),
            "reason": poll.reason,
        })
    };
    polls.iter().map(poll).collect()
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

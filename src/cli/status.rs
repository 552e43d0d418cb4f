//! `taspa status`: how each source's polling stands.

mod polls;

use std::collections::HashMap;
use std::io::{self, Write};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use url::Url;

use super::{CliError, Outcome};
use crate::clock::Clock;
use crate::config::{Settings, Source};
use crate::store::{PushStatus, SourceStatus, Store};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// One source alone, with its last polls, and why the next one comes when it comes
    name: Option<String>,
    /// One JSON array with an object a source
    #[arg(long)]
    json: bool,
}

pub(super) fn run(settings: &Settings, arguments: &Arguments) -> Result<Outcome, CliError> {
    let is_chosen = |source: &Source| arguments.name.as_ref().is_none_or(|name| source.name.as_str() == name);
    if let Some(name) = arguments.name.as_ref().filter(|_| !settings.sources.iter().any(|source| is_chosen(source))) {
        return Err(CliError::NoSource {
            name: name.clone(),
            known: settings.sources.iter().map(|source| source.name.to_string()).collect(),
        });
    }
    let reader = Store::open_reader(&settings.store.path)?;
    let polls = match (&reader, &arguments.name) {
        (Some(reader), Some(name)) => Some(reader.polls_of(name)?),
        (None, Some(_)) => Some(Vec::new()),
        (_, None) => None,
    };
    let pushes: HashMap<String, PushStatus> =
        reader.as_ref().map(|reader| reader.push_status()).transpose()?.unwrap_or_default().into_iter().collect();
    let statuses = reader.map(|reader| reader.status(Clock::System.now())).transpose()?.unwrap_or_default();
    let by_name: HashMap<&str, &SourceStatus> = statuses.iter().map(|status| (status.name.as_str(), status)).collect();
    let chosen = settings.sources.iter().filter(|source| is_chosen(source));
    let rows: Vec<(&Source, Option<&SourceStatus>)> =
        chosen.map(|source| (source.as_ref(), by_name.get(source.name.as_str()).copied())).collect();
    let mut stdout = io::stdout().lock();
    if arguments.json {
        let mut sources: Vec<Value> =
            rows.iter().map(|(source, status)| object(source, *status, pushes.get(source.name.as_str()))).collect();
        if let (Some(polls), [source]) = (&polls, sources.as_mut_slice()) {
            source["polls"] = polls::array(polls);
        }
        writeln!(stdout, "{:#}", Value::from(sources))?;
    } else {
        let now = Clock::System.now();
        let status = rows.first().and_then(|(_, status)| *status);
        write!(stdout, "{}", table(rows, &pushes, now))?;
        if let Some(polls) = &polls {
            let (next, reason) = (status.and_then(|status| status.next_poll), status.and_then(|status| status.reason.as_deref()));
            write!(stdout, "{}", polls::table(next, reason, polls, now))?;
        }
    }
    Ok(Outcome::Done)
}

fn object(source: &Source, status: Option<&SourceStatus>, push: Option<&PushStatus>) -> Value {
    let time = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
    let push = push.map(|push| {
        json!({
            "hub": push.hub,
            "lease_ends": time(push.lease_ends),
            "last_push": time(push.last_push),
            "ignored": push.ignored,
            "is_doubted": push.is_doubted,
            "error": push.error,
        })
    });
    json!({
        "name": source.name.as_str(),
        "url": source.url.as_str(),
        "enabled": source.keys.enabled,
        "last_poll": time(status.and_then(|status| status.last_poll)),
        "last_success": time(status.and_then(|status| status.last_success)),
        "next_poll": time(status.filter(|_| source.keys.enabled).and_then(|status| status.next_poll)),
        "reason": status.filter(|_| source.keys.enabled).and_then(|status| status.reason.as_deref()),
        "error": status.and_then(|status| status.error.as_deref()),
        "moved_to": status.and_then(|status| status.moved_to.as_deref()),
        "lost_at": time(status.and_then(|status| status.lost_at)),
        "entries": status.map_or(0, |status| status.entries),
        "articles_waiting": status.map_or(0, |status| status.articles_waiting),
        "articles_given_up": status.map_or(0, |status| status.articles_given_up),
        "article_error": status.and_then(|status| status.article_error.as_deref()),
        "push": push,
    })
}

/// How long people are told that items were lost.
const TOLD_FOR: TimeDelta = TimeDelta::days(7);

/// What fails stands first; errors in full below their source.
fn table(mut rows: Vec<(&Source, Option<&SourceStatus>)>, pushes: &HashMap<String, PushStatus>, now: DateTime<Utc>) -> String {
    if rows.is_empty() {
        return "no sources: the config has no [[source]]\n".to_owned();
    }
    rows.sort_by_key(|(_, status)| status.is_none_or(|status| status.error.is_none()));
    let width = rows.iter().map(|(source, _)| source.name.as_str().chars().count()).max().unwrap_or(0).max("SOURCE".len());
    let mut text = format!("{:width$}  {:>12}  {:>12}  {:>12}  {:>8}\n", "SOURCE", "LAST POLL", "LAST SUCCESS", "NEXT POLL", "ENTRIES");
    for (source, status) in rows {
        let past = |at: Option<DateTime<Utc>>| at.map_or("never".to_owned(), |at| format!("{} ago", span(now - at)));
        let next = match status {
            _ if !source.keys.enabled => "disabled".to_owned(),
            None => "at start".to_owned(),
            Some(status) => match status.next_poll {
                None => "stopped".to_owned(),
                Some(at) if at <= now => "now".to_owned(),
                Some(at) => format!("in {}", span(at - now)),
            },
        };
        let last_poll = past(status.and_then(|status| status.last_poll));
        let last_success = past(status.and_then(|status| status.last_success));
        let entries = status.map_or(0, |status| status.entries);
        text.push_str(&format!("{:width$}  {last_poll:>12}  {last_success:>12}  {next:>12}  {entries:>8}\n", source.name.as_str()));
        if let Some(error) = status.and_then(|status| status.error.as_deref()) {
            text.push_str(&format!("  error: {error}\n"));
        }
        if let Some(to) = status.and_then(|status| status.moved_to.as_deref()) {
            text.push_str(&moved(source, to));
        }
        if let Some(lost_at) = status.and_then(|status| status.lost_at).filter(|lost_at| now - *lost_at < TOLD_FOR) {
            text.push_str(&format!(
                "  {} ago more items came between two polls than the feed holds: a shorter `schedule` misses none\n",
                span(now - lost_at)
            ));
        }
        if let Some(status) = status {
            text.push_str(&articles(status));
        }
        if let Some(push) = pushes.get(source.name.as_str()) {
            text.push_str(&pushed(push, now));
        }
    }
    text
}

/// What is to be said of a source that has moved: to another host is news to the admin.
fn moved(source: &Source, to: &str) -> String {
    let host = Url::parse(to).ok().and_then(|url| url.host_str().map(str::to_owned)).filter(|host| host != source.host());
    let host = host.map(|host| format!(" to another host, {host}:")).unwrap_or_default();
    format!("  moved for good{host} {to}: put that into the config\n")
}

/// What is to be said of a source's article pages, if anything.
fn articles(status: &SourceStatus) -> String {
    let waiting = if status.articles_waiting > 0 { format!("  {} article pages wait\n", status.articles_waiting) } else { String::new() };
    let failed = status.article_error.as_ref().map(|error| format!("  the newest article page was not read: {error}\n"));
    let given_up = status.last_article_error.as_ref().filter(|_| status.articles_given_up > 0);
    let given_up = given_up.map(|error| format!("  {} article pages were given up, the last: {error}\n", status.articles_given_up));
    waiting + &given_up.or(failed).unwrap_or_default()
}

/// What is to be said of the hub that pushes a source, or should.
fn pushed(push: &PushStatus, now: DateTime<Utc>) -> String {
    let mut text = match push.lease_ends.filter(|ends| now < *ends) {
        Some(ends) => format!("  {} pushes what is new, its lease ends in {}", push.hub, span(ends - now)),
        None => format!("  {} pushes nothing yet", push.hub),
    };
    if let Some(error) = &push.error {
        text.push_str(&format!(": {error}"));
    }
    if push.is_doubted {
        text.push_str("; it is not relied upon, since it has forgotten news or pushed what is of no use");
    }
    if push.ignored > 0 {
        text.push_str(&format!("; pushes not believed: {}", push.ignored));
    }
    text + "\n"
}

/// A length of time in its largest unit.
pub(super) fn span(time: TimeDelta) -> String {
    let seconds = time.num_seconds().max(0);
    match seconds {
        0..=99 => format!("{seconds} s"),
        100..=5_999 => format!("{} min", seconds / 60),
        6_000..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

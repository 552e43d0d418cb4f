//! `taspa fetch`: polls now, once.

use std::collections::{BTreeSet, HashSet};
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{CliError, Outcome, block_on};
use crate::clock::Clock;
use crate::config::{Settings, Source, When};
use crate::fetch::Fetcher;
use crate::poll::{self, Queue, Visit};
use crate::store::{DaemonLock, SourceState, Store, StoreError};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Sources to poll; all enabled ones when none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Exit with 1 when any source failed
    #[arg(long)]
    strict: bool,
    /// One JSON object a source and line
    #[arg(long)]
    json: bool,
}

pub(super) fn run(settings: Settings, arguments: &Arguments) -> Result<Outcome, CliError> {
    block_on(fetch(settings, arguments))
}

async fn fetch(settings: Settings, arguments: &Arguments) -> Result<Outcome, CliError> {
    let chosen = chosen(&settings, &arguments.names)?;
    let now = Clock::System.now();
    let store = Arc::new(Store::open(&settings, now)?);
    let fetcher = Arc::new(Fetcher::new(&settings)?);
    store.adopt(&settings.sources, now).await?;
    let states = store.reader().states_of(chosen.iter().map(|source| source.name.as_str()))?;

    let leaves_articles = DaemonLock::is_held(&settings.store.path);
    let job = |(source, state): (Arc<Source>, Option<SourceState>)| Some(Job { source, state: state?, leaves_articles });
    let mut jobs: Vec<Job> = chosen.into_iter().zip(states).filter_map(job).collect();
    // 410 stopped it; only its own name wakes it.
    jobs.retain(|job| job.state.next_poll.is_some() || !arguments.names.is_empty());
    if jobs.is_empty() {
        writeln!(io::stderr().lock(), "error: there is no source to poll")?;
        return Ok(Outcome::Problem);
    }
    let failed = poll_all(jobs, &settings, &fetcher, &store, arguments.json).await?;
    store.release_waited(Clock::System.now()).await?;
    if let Some(store) = Arc::into_inner(store) {
        store.close();
    }
    // A source that fails is its publisher's affair; a poll that could not be kept is ours.
    Ok(if failed.not_stored > 0 || (arguments.strict && failed.any > 0) { Outcome::Problem } else { Outcome::Done })
}

/// The sources to poll: a named one even if it is disabled.
fn chosen(settings: &Settings, names: &[String]) -> Result<Vec<Arc<Source>>, CliError> {
    if names.is_empty() {
        return Ok(settings.sources.iter().filter(|source| source.keys.enabled).cloned().collect());
    }
    let find = |name: &String| {
        settings.sources.iter().find(|source| source.name.as_str() == name).cloned().ok_or_else(|| CliError::NoSource {
            name: name.clone(),
            known: settings.sources.iter().map(|source| source.name.to_string()).collect(),
        })
    };
    let mut chosen: Vec<Arc<Source>> = names.iter().map(find).collect::<Result<_, _>>()?;
    let mut seen = std::collections::HashSet::new();
    chosen.retain(|source| seen.insert(source.name.clone()));
    Ok(chosen)
}

/// A source to poll.
struct Job {
    source: Arc<Source>,
    state: SourceState,
    /// A daemon runs, and fetches the article pages.
    leaves_articles: bool,
}

/// What became of a source.
enum Report {
    /// The server has asked to be left alone until then.
    LeftAlone(DateTime<Utc>),
    Visited(Box<Visit>, Articles),
    NotStored(StoreError),
}

/// What became of the article pages that were due.
#[derive(Debug, Default)]
struct Articles {
    read: usize,
    /// Why the others were not read, each reason once.
    errors: BTreeSet<String>,
}

impl Report {
    fn is_failure(&self) -> bool {
        match self {
            Self::LeftAlone(_) => false,
            Self::Visited(visit, _) => visit.error.is_some(),
            Self::NotStored(_) => true,
        }
    }
}

/// How many sources failed, and how many because the store refused.
#[derive(Debug, Default)]
struct Failed {
    any: usize,
    not_stored: usize,
}

async fn poll_all(
    jobs: Vec<Job>,
    settings: &Settings,
    fetcher: &Arc<Fetcher>,
    store: &Arc<Store>,
    as_json: bool,
) -> Result<Failed, CliError> {
    let bar = progress_bar(jobs.len());
    let mut queue = Queue::new(settings.fetch.per_host as usize);
    for job in jobs {
        let source = Arc::clone(&job.source);
        queue.push(source.host(), job);
    }
    let mut polls = JoinSet::new();
    let mut failed = Failed::default();
    loop {
        while polls.len() < settings.fetch.concurrency as usize
            && let Some((host, job)) = queue.pop()
        {
            let (fetcher, store) = (Arc::clone(fetcher), Arc::clone(store));
            polls.spawn(async move {
                let report = report(&fetcher, &store, &job).await;
                (host, job.source, report)
            });
        }
        let Some(polled) = polls.join_next().await else { break };
        let (host, source, report) = polled.map_err(io::Error::other)?;
        queue.finished(&host);
        failed.not_stored += usize::from(matches!(report, Report::NotStored(_)));
        failed.any += usize::from(report.is_failure());
        let line = if as_json { object(&source, &report).to_string() } else { line(&source, &report) };
        bar.suspend(|| writeln!(io::stdout().lock(), "{line}"))?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(failed)
}

async fn report(fetcher: &Fetcher, store: &Store, job: &Job) -> Report {
    let clock = Clock::System;
    // Another source of the host may have been told meanwhile.
    let not_before = match store.reader().not_before(&job.state.host) {
        Ok(of_host) => job.state.not_before.max(of_host),
        Err(error) => return Report::NotStored(error),
    };
    match not_before {
        Some(not_before) if not_before > clock.now() => Report::LeftAlone(not_before),
        _ => match poll::visit(fetcher, store, &job.source, &job.state, &clock).await {
            Ok(visit) if visit.error.is_some() || job.leaves_articles => Report::Visited(Box::new(visit), Articles::default()),
            Ok(visit) => match articles(fetcher, store, job, &clock).await {
                Ok(articles) => Report::Visited(Box::new(visit), articles),
                Err(error) => Report::NotStored(error),
            },
            Err(error) => Report::NotStored(error),
        },
    }
}

/// Fetches the source's article pages that are due, one after the other; those of a host that needs rest are left.
async fn articles(fetcher: &Fetcher, store: &Store, job: &Job, clock: &Clock) -> Result<Articles, StoreError> {
    let mut articles = Articles::default();
    if job.source.keys.article.0.fetch == When::Never {
        return Ok(articles);
    }
    let mut resting = HashSet::new();
    for due in store.reader().due_articles_of(job.state.id, clock.now(), u32::MAX)? {
        if due.host().is_some_and(|host| resting.contains(&host)) {
            continue;
        }
        let visit = poll::visit_article(fetcher, store, &job.source, &due, clock).await?;
        match visit.error {
            None => articles.read += 1,
            Some(error) => drop(articles.errors.insert(error)),
        }
        if visit.host_rests_until.max(visit.settled.host_rests_until).is_some() {
            resting.extend(due.host());
        }
    }
    Ok(articles)
}

/// A bar on a terminal, nothing elsewhere.
fn progress_bar(total: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} sources, {elapsed}").expect("the template is well-formed");
    ProgressBar::new(total as u64).with_style(style)
}

fn line(source: &Source, report: &Report) -> String {
    let name = &source.name;
    let (visit, articles) = match report {
        Report::LeftAlone(until) => return format!("{name}: left alone until {}, as its server asks (Retry-After)", time(*until)),
        Report::NotStored(error) => return format!("{name}: error: {error}"),
        Report::Visited(visit, articles) => (visit, articles),
    };
    if let Some(error) = &visit.error {
        let hint = visit.hint.as_ref().map(|hint| format!("\n  hint: {hint}")).unwrap_or_default();
        return format!("{name}: error: {error}{hint}");
    }
    let count = visit.committed;
    let mut problems: String = visit.notes.iter().map(|note| format!("\n  note: {note}")).collect();
    problems.extend(visit.problems.iter().map(|problem| format!("\n  problem: {problem}")));
    problems.extend(articles.errors.iter().map(|error| format!("\n  problem: an article page was not read: {error}")));
    let read = if articles.read > 0 { format!(", articles read: {}", articles.read) } else { String::new() };
    let not_modified = if visit.is_not_modified { ", not modified" } else { "" };
    format!(
        "{name}: {} new, {} changed, {} unchanged{not_modified}{read}{problems}",
        count.items_new, count.items_changed, count.items_unchanged
    )
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn object(source: &Source, report: &Report) -> Value {
    let mut object = match report {
        Report::LeftAlone(until) => json!({ "not_before": time(*until), "error": null }),
        Report::NotStored(error) => json!({ "error": error.to_string() }),
        Report::Visited(visit, articles) => json!({
            "status": visit.status,
            "new": visit.committed.items_new,
            "changed": visit.committed.items_changed,
            "unchanged": visit.committed.items_unchanged,
            "not_modified": visit.is_not_modified,
            "wire_bytes": visit.wire_bytes,
            "problems": visit.problems,
            "notes": visit.notes,
            "articles_read": articles.read,
            "article_errors": articles.errors,
            "error": visit.error,
        }),
    };
    object["name"] = source.name.as_str().into();
    object["url"] = source.url.as_str().into();
    object
}

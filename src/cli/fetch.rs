//! `taspa fetch`: polls now, once.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{CliError, Outcome, block_on};
use crate::clock::Clock;
use crate::config::{Settings, Source};
use crate::fetch::Fetcher;
use crate::poll::{self, Visit};
use crate::store::{SourceState, Store, StoreError};

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

    let jobs: Vec<(Source, SourceState)> = chosen
        .into_iter()
        .zip(states)
        .filter_map(|(source, state)| Some((source, state?)))
        // 410 stopped it; only its own name wakes it.
        .filter(|(_, state)| state.next_poll.is_some() || !arguments.names.is_empty())
        .collect();
    if jobs.is_empty() {
        writeln!(io::stderr().lock(), "error: there is no source to poll")?;
        return Ok(Outcome::Problem);
    }
    let total = jobs.len();
    let failed = poll_all(jobs, &settings, &fetcher, &store, arguments.json).await?;
    if let Some(store) = Arc::into_inner(store) {
        store.close();
    }
    Ok(if failed.not_stored == total || (arguments.strict && failed.any > 0) { Outcome::Problem } else { Outcome::Done })
}

/// The sources to poll: a named one even if it is disabled.
fn chosen(settings: &Settings, names: &[String]) -> Result<Vec<Source>, CliError> {
    if names.is_empty() {
        return Ok(settings.sources.iter().filter(|source| source.keys.enabled).cloned().collect());
    }
    let find = |name: &String| {
        settings.sources.iter().find(|source| source.name.as_str() == name).cloned().ok_or_else(|| CliError::NoSource {
            name: name.clone(),
            known: settings.sources.iter().map(|source| source.name.to_string()).collect(),
        })
    };
    let mut chosen: Vec<Source> = names.iter().map(find).collect::<Result<_, _>>()?;
    let mut seen = std::collections::HashSet::new();
    chosen.retain(|source| seen.insert(source.name.clone()));
    Ok(chosen)
}

/// How many sources failed, and how many because the store refused.
#[derive(Debug, Default)]
struct Failed {
    any: usize,
    not_stored: usize,
}

async fn poll_all(
    jobs: Vec<(Source, SourceState)>,
    settings: &Settings,
    fetcher: &Arc<Fetcher>,
    store: &Arc<Store>,
    as_json: bool,
) -> Result<Failed, CliError> {
    let bar = progress_bar(jobs.len());
    let places = Arc::new(Semaphore::new(settings.fetch.concurrency as usize));
    let mut polls = JoinSet::new();
    for (source, state) in jobs {
        let (fetcher, store, places) = (Arc::clone(fetcher), Arc::clone(store), Arc::clone(&places));
        polls.spawn(async move {
            let _place = places.acquire_owned().await.expect("the semaphore is never closed");
            let visit = poll::visit(&fetcher, &store, &source, &state, Clock::System.now()).await;
            (source, visit)
        });
    }
    let mut failed = Failed::default();
    while let Some(polled) = polls.join_next().await {
        let (source, visit) = polled.map_err(io::Error::other)?;
        failed.not_stored += usize::from(visit.is_err());
        failed.any += usize::from(visit.as_ref().map_or(true, |visit| visit.error.is_some()));
        let line = if as_json { object(&source, &visit).to_string() } else { line(&source, &visit) };
        bar.suspend(|| writeln!(io::stdout().lock(), "{line}"))?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(failed)
}

/// A bar on a terminal, nothing elsewhere.
fn progress_bar(total: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} sources, {elapsed}").expect("the template is well-formed");
    ProgressBar::new(total as u64).with_style(style)
}

fn line(source: &Source, visit: &Result<Visit, StoreError>) -> String {
    let name = &source.name;
    match visit {
        Err(error) => format!("{name}: error: {error}"),
        Ok(Visit { error: Some(error), hint, .. }) => match hint {
            Some(hint) => format!("{name}: error: {error}\n  hint: {hint}"),
            None => format!("{name}: error: {error}"),
        },
        Ok(visit) if visit.is_not_modified => format!("{name}: not modified"),
        Ok(visit) => {
            let count = visit.committed;
            let problems: String = visit.problems.iter().map(|problem| format!("\n  problem: {problem}")).collect();
            format!("{name}: {} new, {} changed, {} unchanged{problems}", count.items_new, count.items_changed, count.items_unchanged)
        }
    }
}

fn object(source: &Source, visit: &Result<Visit, StoreError>) -> Value {
    match visit {
        Err(error) => json!({ "name": source.name.as_str(), "url": source.url.as_str(), "error": error.to_string() }),
        Ok(visit) => json!({
            "name": source.name.as_str(),
            "url": source.url.as_str(),
            "status": visit.status,
            "new": visit.committed.items_new,
            "changed": visit.committed.items_changed,
            "unchanged": visit.committed.items_unchanged,
            "not_modified": visit.is_not_modified,
            "wire_bytes": visit.wire_bytes,
            "problems": visit.problems,
            "error": visit.error,
        }),
    }
}

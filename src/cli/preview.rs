//! `taspa preview`: what a poll of an address would give, without storing anything; or the feed of a view, as it would be served.

use std::io::{self, IsTerminal as _, Write};
use std::path::Path;
use std::sync::Arc;

use chrono::SecondsFormat;
use chrono_tz::Tz;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use url::Url;

use super::{CliError, Outcome, block_on};
use crate::clock::Clock;
use crate::config::{self, ConfigError, Settings, Source};
use crate::daemon;
use crate::fetch::Fetcher;
use crate::normalise::Entry;
use crate::poll::{self, Preview};
use crate::render;
use crate::store::{DaemonLock, Store};
use crate::view::{self, Wish};

/// Items shown to people.
const SHOWN: usize = 5;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The address of a feed or of a page, or the name of a source of the config
    #[arg(value_name = "URL|NAME", required_unless_present = "view")]
    address: Option<String>,
    /// The feed of this view, from what is stored
    #[arg(long, value_name = "NAME", conflicts_with_all = ["address", "json", "allow_private"])]
    view: Option<String>,
    /// One JSON object with all items
    #[arg(long)]
    json: bool,
    /// What a page links to may stand on loopback and private addresses
    #[arg(long)]
    allow_private: bool,
}

pub(super) fn run(named: Option<&Path>, arguments: &Arguments) -> Result<Outcome, CliError> {
    if let Some(view) = &arguments.view {
        return preview_view(named, view);
    }
    let settings = settings(named)?;
    let mut source = source(&settings, arguments.address.as_deref().unwrap_or_default())?;
    source.keys.allow_private |= arguments.allow_private;
    let source = Arc::new(source);
    let preview = block_on(async {
        let fetcher = Fetcher::new(&settings)?;
        Ok(poll::preview(&fetcher, &source, &Clock::System).await?)
    })?;
    let mut stdout = io::stdout().lock();
    if arguments.json {
        writeln!(stdout, "{}", object(&source, &preview))?;
    } else {
        stdout.write_all(told(&source, &preview).as_bytes())?;
    }
    Ok(Outcome::Done)
}

/// Prints the Atom document that readers of a view would get now.
fn preview_view(named: Option<&Path>, name: &str) -> Result<Outcome, CliError> {
    let settings = config::load(&config::locate(named)?)?;
    let Some(view) = settings.views.iter().find(|view| view.name.as_str() == name) else {
        let known = settings.views.iter().map(|view| view.name.to_string()).collect();
        return Err(CliError::NoView { name: name.to_owned(), known });
    };
    let Some(reader) = Store::open_reader(&settings.store.path)? else { return Err(CliError::Empty) };
    if view.query.is_some() && !DaemonLock::is_held(&settings.store.path) {
        block_on(make_findable(&settings))?;
    }
    let home = daemon::home(&settings, settings.server.listen.address());
    let publication = view::publication(&reader, &settings, Wish { name, view, home: &home, now: Clock::System.now() })?;
    io::stdout().lock().write_all(render::atom(&publication).as_bytes())?;
    Ok(Outcome::Done)
}

/// Has all that is stored found by searches, as the daemon does beside its polls. After an upgrade that is every entry.
async fn make_findable(settings: &Settings) -> Result<(), CliError> {
    let store = Store::open(settings, Clock::System.now())?;
    let bar = if io::stderr().is_terminal() { ProgressBar::no_length() } else { ProgressBar::hidden() };
    bar.set_style(ProgressStyle::with_template("{spinner} {pos} entries made findable, {elapsed}").expect("the template is well-formed"));
    loop {
        match store.index().await? {
            0 => break,
            done => bar.inc(done as u64),
        }
    }
    bar.finish_and_clear();
    store.close();
    Ok(())
}

/// Those of the config, or the built-in ones where there is none.
pub(super) fn settings(named: Option<&Path>) -> Result<Settings, CliError> {
    match config::locate(named) {
        Ok(path) => Ok(config::load(&path)?),
        Err(ConfigError::NotFound(_)) => Ok(Settings::built_in()),
        Err(error) => Err(error.into()),
    }
}

/// The config's source of that name or address, else one that only has the address.
fn source(settings: &Settings, address: &str) -> Result<Source, CliError> {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if let Some(source) = settings.sources.iter().find(|source| source.name.as_str() == address) {
        return Ok(Source::clone(source));
    }
    if let Some(source) = settings.sources.iter().find(|source| url.as_ref() == Some(&source.url)) {
        // Who asks by the address wants to know what it has, whatever the selectors say.
        return Ok(Source { listing: None, ..Source::clone(source) });
    }
    match url {
        Some(url) => Ok(settings.bare_source(url)),
        None => Err(CliError::NoSource {
            name: address.to_owned(),
            known: settings.sources.iter().map(|source| source.name.to_string()).collect(),
        }),
    }
}

/// For people: what it is, its newest items, what the rules left out, and what to put into the config.
fn told(source: &Source, preview: &Preview) -> String {
    let kind = if preview.listing.is_some() { "a page that lists news" } else { "a feed" };
    let mut text = format!("{} is {kind}", preview.found.as_ref().unwrap_or(&source.url));
    if let Some(title) = &preview.title {
        text.push_str(&format!(": {title}"));
    }
    text.push('\n');
    for problem in &preview.problems {
        text.push_str(&format!("  note: {problem}\n"));
    }
    text.push_str(&format!("\n{} items, the newest of them, in {} time:\n", preview.entries.len(), source.keys.timezone));
    text.push_str(&newest(&preview.entries, source.keys.timezone));
    if !preview.dropped.is_empty() {
        text.push_str(&format!("\n{} left out by the source's rules:\n", preview.dropped.len()));
        for dropped in &preview.dropped {
            text.push_str(&format!("  {} ({})\n", dropped.title, dropped.rule));
        }
    }
    text.push_str(&format!("\nfor config.toml:\n\n{}", table(source, preview)));
    text
}

/// The newest items as lines; in the order of the document where they have no dates.
pub(super) fn newest(entries: &[Entry], zone: Tz) -> String {
    let mut newest: Vec<&Entry> = entries.iter().collect();
    newest.sort_by_key(|entry| std::cmp::Reverse(entry.published));
    let mut text = String::new();
    for entry in newest.into_iter().take(SHOWN) {
        let date =
            entry.published.map_or("no date         ".to_owned(), |date| date.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string());
        text.push_str(&format!("  {date}  {}\n", entry.title));
        if let Some(link) = &entry.link {
            text.push_str(&format!("                    {link}\n"));
        }
    }
    text
}

/// The `[[source]]` to paste.
pub(super) fn table(source: &Source, preview: &Preview) -> String {
    let url = preview.found.as_ref().unwrap_or(&source.url);
    let quoted = |text: &str| toml_edit::Value::from(text).to_string();
    let mut table = format!("[[source]]\nname = {}\nurl = {}\n", quoted(source.name.as_str()), quoted(url.as_str()));
    if let Some(listing) = &preview.listing {
        table.push_str("article = true\n\n");
        table.push_str(&listing.to_toml());
    }
    table
}

fn object(source: &Source, preview: &Preview) -> Value {
    let entries: Vec<Value> = preview
        .entries
        .iter()
        .map(|entry| {
            json!({
                "title": entry.title,
                "link": entry.link.as_ref().map(Url::as_str),
                "date_published": entry.published.map(|date| date.to_rfc3339_opts(SecondsFormat::Secs, true)),
                "language": entry.language.as_ref().map(|language| language.as_str()),
                "image": entry.image.as_ref().map(Url::as_str),
                "authors": entry.authors.iter().map(|author| &author.name).collect::<Vec<_>>(),
            })
        })
        .collect();
    let dropped: Vec<Value> = preview
        .dropped
        .iter()
        .map(|dropped| json!({ "title": dropped.title, "link": dropped.link.as_ref().map(Url::as_str), "rule": dropped.rule }))
        .collect();
    json!({
        "url": source.url.as_str(),
        "found_url": preview.found.as_ref().map(Url::as_str),
        "final_url": preview.url.as_str(),
        "kind": if preview.listing.is_some() { "listing" } else { "feed" },
        "title": preview.title,
        "listing": preview.listing.as_ref().map(config::Listing::to_toml),
        "toml": table(source, preview),
        "items": entries,
        "dropped": dropped,
        "problems": preview.problems,
    })
}

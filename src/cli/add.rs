//! `taspa add`: a new source in config.toml, which otherwise stays as it is, comments and order included.

use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml_edit::{Array, Value};
use url::Url;

use super::preview::newest;
use super::{CliError, Outcome, block_on};
use crate::clock::Clock;
use crate::config::{self, Listing, Name, Settings, Source};
use crate::fetch::Fetcher;
use crate::poll::{self, Preview};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The address of a feed, or of a page: its feed is looked for, else its listing of news
    #[arg(value_name = "URL")]
    url: Url,
    /// The source's name [default: made of the host]
    #[arg(long)]
    name: Option<String>,
    /// A tag by which views choose it; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// The source may stand on loopback or private addresses
    #[arg(long)]
    allow_private: bool,
}

pub(super) fn run(named: Option<&Path>, arguments: &Arguments) -> Result<Outcome, CliError> {
    let file = config::locate(named)?;
    let settings = config::load(&file)?;
    if !matches!(arguments.url.scheme(), "http" | "https") || !arguments.url.has_host() {
        return Err(CliError::NotAdded(format!("{} cannot be polled: write an address with https:// or http://", arguments.url)));
    }
    let mut source = settings.bare_source(arguments.url.clone());
    source.name = chosen_name(&settings, arguments)?;
    source.keys.allow_private |= arguments.allow_private;
    source.keys.tags.extend(names(&arguments.tags)?);
    refuse_known(&settings, &source.url)?;

    let source = Arc::new(source);
    let preview = block_on(async {
        let fetcher = Fetcher::new(&settings)?;
        Ok(poll::preview(&fetcher, &source, &Clock::System).await?)
    })?;
    let url = preview.found.as_ref().unwrap_or(&source.url);
    refuse_known(&settings, url)?;
    write(&file, &source, url, preview.listing.as_ref(), arguments)?;

    let mut stdout = io::stdout().lock();
    stdout.write_all(report(&file, &source, url, &preview).as_bytes())?;
    Ok(Outcome::Done)
}

fn report(file: &Path, source: &Source, url: &Url, preview: &Preview) -> String {
    let what = match &preview.listing {
        Some(listing) => format!("the news that the page lists (`{}`)", listing.item),
        None if *url == source.url => "a feed".to_owned(),
        None => format!("the feed of {}", source.url),
    };
    let items = newest(&preview.entries, source.keys.timezone);
    format!(
        "added {} to {}: {url}, {what}\n\n{} items, the newest of them, in {} time:\n{items}\na running daemon takes it at SIGHUP\n",
        source.name,
        file.display(),
        preview.entries.len(),
        source.keys.timezone
    )
}

fn refuse_known(settings: &Settings, url: &Url) -> Result<(), CliError> {
    let likeness = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}{port}{}{query}", host.strip_prefix("www.").unwrap_or(host), url.path().trim_end_matches('/'))
    };
    match settings.sources.iter().find(|source| likeness(&source.url) == likeness(url)) {
        Some(source) => Err(CliError::NotAdded(format!("the source `{}` has {} already", source.name, source.url))),
        None => Ok(()),
    }
}

fn names(words: &[String]) -> Result<Vec<Name>, CliError> {
    words.iter().map(|word| Name::parse(word).map_err(|message| CliError::NotAdded(format!("`{word}`: {message}")))).collect()
}

/// The name asked for, which must be free; else one made of the host.
fn chosen_name(settings: &Settings, arguments: &Arguments) -> Result<Name, CliError> {
    let is_free = |name: &str| settings.sources.iter().all(|source| source.name.as_str() != name);
    if let Some(asked) = &arguments.name {
        let name = names(std::slice::from_ref(asked))?.remove(0);
        return if is_free(asked) { Ok(name) } else { Err(CliError::NotAdded(format!("there is a source `{asked}` already"))) };
    }
    let bare = settings.bare_source(arguments.url.clone()).name;
    let numbered = (2..).map(|number| format!("{bare}-{number}"));
    let free = std::iter::once(bare.to_string()).chain(numbered).find(|name| is_free(name)).expect("numbers do not end");
    Ok(names(&[free])?.remove(0))
}

/// Writes the source into the file, if the file is valid with it. The old file stays until the new one is whole.
fn write(file: &Path, source: &Source, url: &Url, listing: Option<&Listing>, arguments: &Arguments) -> Result<(), CliError> {
    let text = std::fs::read_to_string(file)?;
    let table = table(source, url, listing, arguments);
    let known = config::parse(file, &text)?.sources.len();
    // A line of a text over several lines may look like a table's; then the end of the file is as good a place.
    let places = [place(&text), text.len()];
    let written = places
        .iter()
        .map(|at| with(&text, *at, &table))
        .find(|new| config::parse(file, new).is_ok_and(|settings| settings.sources.len() == known + 1 && is_last_word(&settings, source)));
    let Some(new) = written else {
        let remedy = "`source` has to be written as [[source]], once for each";
        return Err(CliError::NotAdded(format!("it does not fit into {}: {remedy}\n\n{table}", file.display())));
    };
    let target = std::fs::canonicalize(file)?;
    replace(&target, &new).map_err(|error| {
        CliError::NotAdded(format!("{} cannot be replaced: {error}; this is what to put into it:\n\n{table}", target.display()))
    })
}

/// Whether the settings have the source as it was meant.
fn is_last_word(settings: &Settings, source: &Source) -> bool {
    settings.sources.iter().any(|known| known.name == source.name)
}

/// Where a new source belongs: behind the last one and what stands below it, in front of the next table and the comment that it begins
/// with; without a table behind the sources, at the end.
fn place(text: &str) -> usize {
    let mut lines: Vec<(usize, &str)> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        lines.push((start, line.trim()));
        start += line.len();
    }
    let is_source = |line: &str| line.starts_with("[[source]]") || line.starts_with("[source.");
    let Some(last) = lines.iter().rposition(|(_, line)| is_source(line)) else { return text.len() };
    let Some(next) = lines[last + 1..].iter().position(|(_, line)| line.starts_with('[')).map(|next| last + 1 + next) else {
        return text.len();
    };
    let comment = lines[last + 1..next].iter().rev().take_while(|(_, line)| line.starts_with('#')).count();
    lines[next - comment].0
}

/// The text with a table at a place between two lines, in the line ends of the text.
fn with(text: &str, at: usize, table: &str) -> String {
    let (before, after) = text.split_at(at);
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut new = before.to_owned();
    if !before.is_empty() && !before.ends_with('\n') {
        new.push_str(line_end);
    }
    let is_parted = before.trim_end_matches(['\u{feff}']).is_empty() || new.ends_with(&line_end.repeat(2));
    new.push_str(if is_parted { "" } else { line_end });
    new.push_str(&table.replace('\n', line_end));
    new.push_str(if after.is_empty() { "" } else { line_end });
    new + after
}

/// The lines of the new source.
fn table(source: &Source, url: &Url, listing: Option<&Listing>, arguments: &Arguments) -> String {
    let mut table = format!("[[source]]\nname = {}\nurl = {}\n", Value::from(source.name.as_str()), Value::from(url.as_str()));
    if !arguments.tags.is_empty() {
        table.push_str(&format!("tags = {}\n", arguments.tags.iter().collect::<Array>()));
    }
    if arguments.allow_private {
        table.push_str("allow_private = true\n");
    }
    if let Some(listing) = listing {
        table.push_str(&format!("article = true\n\n{}", listing.to_toml()));
    }
    table
}

/// Puts a new file in the place of an old one, with its permissions and its owner.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = (|| {
        let old = std::fs::metadata(file)?;
        let mut new = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        new.write_all(text.as_bytes())?;
        let made = new.metadata()?;
        if (made.uid(), made.gid()) != (old.uid(), old.gid()) {
            fchown(&new, Some(old.uid()), Some(old.gid()))?;
        }
        new.set_permissions(old.permissions())?;
        new.sync_all()?;
        std::fs::rename(&beside, file)
    })();
    if written.is_err() {
        // Nothing is lost but the attempt.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

//! `taspa add`: a new source in config.toml, which otherwise stays as it is, comments and order included.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};
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
    let url = if preview.listing.is_some() { &source.url } else { &preview.url };
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
        "added {} to {}: {url}, {what}\n\n{} items, the newest of them:\n{items}\na running daemon takes it at SIGHUP\n",
        source.name,
        file.display(),
        preview.entries.len()
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
    let not_toml = |error: toml_edit::TomlError| CliError::NotAdded(error.to_string());
    let mut document: DocumentMut = text.parse().map_err(not_toml)?;
    let sources = document.entry("source").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let Some(sources) = sources.as_array_of_tables_mut() else {
        return Err(CliError::NotAdded("`source` is written as a list in brackets; write [[source]] for each".to_owned()));
    };
    sources.push(table(source, url, listing, arguments)?);
    let new = document.to_string();
    config::parse(file, &new)?;
    replace(&std::fs::canonicalize(file)?, &new)?;
    Ok(())
}

fn table(source: &Source, url: &Url, listing: Option<&Listing>, arguments: &Arguments) -> Result<Table, CliError> {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    table["name"] = value(source.name.as_str());
    table["url"] = value(url.as_str());
    if !arguments.tags.is_empty() {
        table["tags"] = value(arguments.tags.iter().collect::<Array>());
    }
    if arguments.allow_private {
        table["allow_private"] = value(true);
    }
    if let Some(listing) = listing {
        table["article"] = value(true);
        let lines: DocumentMut = listing.to_toml().parse().map_err(|error: toml_edit::TomlError| CliError::NotAdded(error.to_string()))?;
        // A copy would remember the place where it stood.
        let mut below = Table::new();
        below.extend(lines["source"]["listing"].as_table().into_iter().flatten());
        table["listing"] = Item::Table(below);
    }
    Ok(table)
}

/// Puts a new file in the place of an old one, with its permissions.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let written = (|| {
        let mut new = std::fs::File::create(&beside)?;
        new.write_all(text.as_bytes())?;
        new.set_permissions(std::fs::metadata(file)?.permissions())?;
        new.sync_all()?;
        std::fs::rename(&beside, file)
    })();
    if written.is_err() {
        // Nothing is lost but the attempt.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

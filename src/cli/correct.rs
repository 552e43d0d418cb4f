//! `taspa split` and `taspa join`: where an entry belongs, said by hand. No rule says otherwise afterwards.

use std::io::{self, Write};

use super::item::{of_one_story, several, sought};
use super::{CliError, Outcome, block_on, printable};
use crate::clock::Clock;
use crate::config::Settings;
use crate::store::{Found, FoundEntry, NamedBy, Store};

pub(super) const SPLIT_EXAMPLE: &str = "\
Example:
  taspa split https://news.example.kz/article/1

It holds until `taspa join` says otherwise, whatever the entry's text becomes. A running daemon publishes it within about a second.";

pub(super) const JOIN_EXAMPLE: &str = "\
Examples:
  taspa join https://news.example.kz/article/1 https://other.example.kz/news/7
  taspa join 12 7

The older story keeps its id and its place in the feeds. It holds until `taspa split` says otherwise. A running daemon publishes it \
within about a second.";

#[derive(Debug, clap::Args)]
pub(super) struct SplitArguments {
    /// The entry: its link, its guid, or a part of its title
    #[arg(value_name = "ITEM")]
    item: String,
    /// The source whose entry it is, where several have it
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct JoinArguments {
    /// An entry or a story: a link, a guid, the id of a story, or a part of a title
    #[arg(value_name = "ITEM")]
    one: String,
    /// Another one
    #[arg(value_name = "ITEM")]
    other: String,
}

pub(super) fn split(settings: Settings, arguments: &SplitArguments) -> Result<Outcome, CliError> {
    block_on(async {
        let store = open(&settings, &arguments.item)?;
        let entry = alone(&settings, &store, arguments)?;
        let parted = store.split(entry.id, Clock::System.now()).await?;
        store.close();
        match parted {
            Some(story) => tell(format!("{} stands for itself now: story {story}", named(&entry))),
            None => refuse(format!("{} stands for itself already: story {}", named(&entry), entry.story)),
        }
    })
}

pub(super) fn join(settings: Settings, arguments: &JoinArguments) -> Result<Outcome, CliError> {
    block_on(async {
        let store = open(&settings, &arguments.one)?;
        let one = representative(&settings, &store, &arguments.one)?;
        let other = representative(&settings, &store, &arguments.other)?;
        let joined = store.join(one.id, other.id, Clock::System.now()).await?;
        store.close();
        match joined {
            Some(story) => tell(format!("{} and {} are one story now: {story}", named(&one), named(&other))),
            None if one.id == other.id => refuse(format!("both are the same: {}", named(&one))),
            None => refuse(format!("{} and {} are one story already: {}", named(&one), named(&other), one.story)),
        }
    })
}

/// The store, if there is one: nothing can be corrected in a new file.
fn open(settings: &Settings, item: &str) -> Result<Store, CliError> {
    if !settings.store.path.exists() {
        return Err(CliError::Unknown(printable(item)));
    }
    Ok(Store::open(settings, Clock::System.now())?)
}

fn find(settings: &Settings, store: &Store, item: &str, source: Option<&str>) -> Result<Found, CliError> {
    store.reader().find(sought(settings, item, source)?)?.ok_or_else(|| CliError::Unknown(printable(item)))
}

/// The one entry that is named; a story's id names one only when the story has no other.
fn alone(settings: &Settings, store: &Store, arguments: &SplitArguments) -> Result<FoundEntry, CliError> {
    let SplitArguments { item, source } = arguments;
    let found = find(settings, store, item, source.as_deref())?;
    match found.entries.as_slice() {
        [entry] => Ok(entry.clone()),
        _ => {
            let hint = match found.by {
                NamedBy::Story => "these are the story's entries: name the one to be split by its link, or add `--source NAME`",
                NamedBy::Link | NamedBy::Guid | NamedBy::Title => "name one by its link, or add `--source NAME`",
            };
            Err(several(settings, item, &found, hint))
        }
    }
}

/// An entry of the one story that is named.
fn representative(settings: &Settings, store: &Store, item: &str) -> Result<FoundEntry, CliError> {
    let found = find(settings, store, item, None)?;
    let entry = of_one_story(&found).cloned();
    entry.ok_or_else(|| several(settings, item, &found, "name one by its link, or by the number of its story, which `taspa explain` tells"))
}

fn named(entry: &FoundEntry) -> String {
    format!("“{}” ({})", printable(&entry.title), entry.source)
}

fn tell(text: String) -> Result<Outcome, CliError> {
    writeln!(io::stdout().lock(), "{text}")?;
    Ok(Outcome::Done)
}

fn refuse(text: String) -> Result<Outcome, CliError> {
    writeln!(io::stderr().lock(), "error: nothing was changed: {text}")?;
    Ok(Outcome::Problem)
}

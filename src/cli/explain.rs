//! `taspa explain`: what is known of an item, and why it stands where it stands.

mod object;
mod told;
mod words;

use std::io::{self, BufWriter, Write};

use chrono::SecondsFormat;
use serde_json::json;

use super::item::{of_one_story, several, sought};
use super::{CliError, Outcome, printable};
use crate::config::Settings;
use crate::store::{Reader, Store, WrittenLink};

pub(super) const EXAMPLES: &str = "\
Examples:
  taspa explain https://news.example.kz/article/1
  taspa explain \"набор волонтеров\"
  taspa explain 12
  taspa explain --all --json | jq -r 'select(.lead) | .item_url'

Links are found however they are decorated, titles whatever their case, quotation marks, dashes and dots over е. Exit codes: 0 told, also \
when the item was left out; 1 nothing is known of it; 2 several stories are meant.";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A link, a guid, the id of a story, or a part of a title
    #[arg(value_name = "ITEM", required_unless_present = "all")]
    item: Option<String>,
    /// Only entries of this source
    #[arg(long, value_name = "NAME", conflicts_with = "all")]
    source: Option<String>,
    /// Every link that sources wrote, each once, with the number of its story and whether it leads it
    #[arg(long, conflicts_with = "item")]
    all: bool,
    /// One JSON object; with --all one a line
    #[arg(long)]
    json: bool,
}

pub(super) fn run(settings: &Settings, arguments: &Arguments) -> Result<Outcome, CliError> {
    let reader = Store::open_reader(&settings.store.path)?;
    match (&arguments.item, reader) {
        (Some(item), Some(reader)) => explain(settings, &reader, item, arguments),
        (Some(item), None) => Err(CliError::Unknown(printable(item))),
        (None, Some(reader)) => all(&reader, arguments.json),
        (None, None) => Ok(Outcome::Done),
    }
}

fn explain(settings: &Settings, reader: &Reader, item: &str, arguments: &Arguments) -> Result<Outcome, CliError> {
    let sought = sought(settings, item, arguments.source.as_deref())?;
    let mut stdout = io::stdout().lock();
    let Some(found) = reader.find(sought)? else {
        let left_out = reader.left_out(sought)?;
        if left_out.is_empty() {
            return Err(CliError::Unknown(printable(item)));
        }
        if arguments.json {
            writeln!(stdout, "{}", object::of_left_out(item, &left_out))?;
        } else {
            stdout.write_all(told::left_out(settings, &left_out).as_bytes())?;
        }
        return Ok(Outcome::Done);
    };
    let entry = of_one_story(&found).ok_or_else(|| several(settings, item, &found, "name one by its link, or add `--source NAME`"))?;
    // It may have been let go since it was found.
    let account = reader.account(entry.id, &settings.dedup)?.ok_or_else(|| CliError::Unknown(printable(item)))?;
    if arguments.json {
        writeln!(stdout, "{}", object::of_account(item, &account))?;
    } else {
        stdout.write_all(told::account(settings, &account).as_bytes())?;
    }
    Ok(Outcome::Done)
}

/// Every link, one after the other: there may be more than memory holds.
fn all(reader: &Reader, as_json: bool) -> Result<Outcome, CliError> {
    let mut stdout = BufWriter::new(io::stdout().lock());
    if !as_json {
        writeln!(stdout, "{:>9}  LEAD  LINK", "STORY")?;
    }
    let told = reader.each_link(|link| {
        let WrittenLink { link, story, is_lead, source, title, published } = link;
        if as_json {
            let published = published.to_rfc3339_opts(SecondsFormat::Secs, true);
            let line =
                json!({ "item_url": link, "cluster": story, "lead": is_lead, "source": source, "title": title, "published": published });
            writeln!(stdout, "{line}")
        } else {
            writeln!(stdout, "{story:>9}  {:4}  {}", if is_lead { "lead" } else { "" }, printable(&link))
        }
    })?;
    told?;
    stdout.flush()?;
    Ok(Outcome::Done)
}

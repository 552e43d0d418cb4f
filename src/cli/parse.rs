//! `taspa parse`: what documents say, before anything is normalised. Needs no config, and asks no network.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};
use url::Url;

use super::{CliError, Outcome, item, printable};
use crate::decode;
use crate::normalise::{plain_line, shorten};
use crate::parse::{self, Feed, Item, ParseError, Problem, Text};

/// Largest file read, in bytes.
const MAX_FILE: u64 = 64 << 20;

/// Longest title in the table, in characters.
const MAX_TITLE: usize = 100;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Files that hold feeds or sitemaps; without any, paths are read from standard input, one a line
    #[arg(value_name = "FILE")]
    files: Vec<OsString>,
    /// A header that the documents came with: `Content-Type` tells their charset, others are ignored
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    header: Vec<Header>,
    /// One JSON Feed object a line, in the order of the files, also for those that fail
    #[arg(long)]
    json: bool,
    /// The address that the documents came from: relative links are resolved against it
    #[arg(long, value_name = "BASE")]
    url: Option<Url>,
    /// The zone of dates that name none
    #[arg(long, value_name = "TZ", default_value = "UTC")]
    timezone: Tz,
}

/// A header of a response.
#[derive(Debug, Clone)]
struct Header {
    name: String,
    value: String,
}

fn header(text: &str) -> Result<Header, String> {
    let (name, value) = text.split_once(':').ok_or("a header reads `Name: value`")?;
    Ok(Header { name: name.trim().to_owned(), value: value.trim().to_owned() })
}

pub(super) fn run(mut arguments: Arguments) -> Result<Outcome, CliError> {
    let files = std::mem::take(&mut arguments.files);
    let typed = files.is_empty();
    if typed && io::stdin().is_terminal() {
        writeln!(io::stderr().lock(), "reading paths from standard input, one a line; Ctrl-D ends")?;
    }
    let lines = typed.then(|| io::stdin().lock().split(b'\n')).into_iter().flatten();
    let paths = files.into_iter().map(Ok).chain(lines.map(|line| line.map(|line| OsString::from_vec(line.trim_ascii().to_vec()))));
    let mut failed = false;
    for path in paths {
        let path = path?;
        if path.is_empty() {
            continue;
        }
        let said = read(&path, &arguments);
        failed |= said.is_err();
        let path = path.to_string_lossy();
        let text = if arguments.json { format!("{}\n", object(&path, &said)) } else { table(&path, &said, arguments.timezone) };
        let mut stdout = io::stdout().lock();
        // Whoever writes one path and waits for its line gets it.
        stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())?;
    }
    Ok(if failed { Outcome::Problem } else { Outcome::Done })
}

/// Why a file says nothing.
#[derive(Debug, thiserror::Error)]
enum Unread {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("the file is larger than {} MiB", MAX_FILE >> 20)]
    TooLarge,
    #[error(transparent)]
    Parse(#[from] ParseError),
}

fn read(path: &OsStr, arguments: &Arguments) -> Result<Feed, Unread> {
    let mut body = Vec::new();
    std::fs::File::open(Path::new(path))?.take(MAX_FILE + 1).read_to_end(&mut body)?;
    if body.len() as u64 > MAX_FILE {
        return Err(Unread::TooLarge);
    }
    let content_type = arguments.header.iter().find(|header| header.name.eq_ignore_ascii_case("content-type"));
    let decoded = decode::decode(body, content_type.map(|header| header.value.as_str()));
    let mut feed = parse::parse(&decoded.text, arguments.url.as_ref(), arguments.timezone)?;
    if decoded.is_lossy {
        feed.problems.push(Problem::Replaced(decoded.charset));
    }
    Ok(feed)
}

/// A JSON Feed 1.1 with the additions `path` and `error`. What the document does not say is null or left out.
fn object(path: &str, said: &Result<Feed, Unread>) -> Value {
    let version = "https://jsonfeed.org/version/1.1";
    let feed = match said {
        Ok(feed) => feed,
        Err(error) => return json!({ "path": path, "error": error.to_string(), "version": version, "title": null, "items": [] }),
    };
    json!({
        "path": path,
        "error": null,
        "version": version,
        "title": feed.title.as_ref().map(|title| &title.value),
        "home_page_url": feed.link,
        "language": feed.language,
        "_problems": feed.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "items": feed.items.iter().map(item_object).collect::<Vec<_>>(),
    })
}

fn item_object(item: &Item) -> Value {
    let html = |text: &Option<Text>| text.as_ref().filter(|text| text.is_html).map(|text| text.value.clone());
    let plain = |text: &Option<Text>| text.as_ref().filter(|text| !text.is_html).map(|text| text.value.clone());
    let files = item.enclosures.iter();
    let files = files.map(|file| json!({ "url": file.url, "mime_type": file.media_type, "size_in_bytes": file.length }));
    json!({
        "id": item.guid,
        "url": item.link,
        "title": item.title.as_ref().map(|title| &title.value),
        "content_html": html(&item.content),
        "content_text": plain(&item.content),
        "summary": item.summary.as_ref().map(|summary| &summary.value),
        "image": item.images.first(),
        "date_published": item.published.map(stamp),
        "date_modified": item.updated.map(stamp),
        "authors": item.authors.iter().map(|author| json!({ "name": author.name, "url": author.uri })).collect::<Vec<_>>(),
        "tags": item.categories.iter().map(|category| &category.term).collect::<Vec<_>>(),
        "language": item.language,
        "attachments": files.collect::<Vec<_>>(),
    })
}

fn stamp(date: DateTime<Utc>) -> String {
    date.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// For people: the document, what was wrong with it, and a line or two for each item.
fn table(path: &str, said: &Result<Feed, Unread>, zone: Tz) -> String {
    let mut text = format!("{}\n", printable(path));
    let feed = match said {
        Ok(feed) => feed,
        Err(error) => return format!("{text}error: {}\n\n", printable(&error.to_string())),
    };
    for (name, value) in [("title", feed.title.as_ref().map(line)), ("link", feed.link.clone()), ("language", feed.language.clone())] {
        if let Some(value) = value {
            text.push_str(&format!("{name}: {}\n", printable(&value)));
        }
    }
    for problem in &feed.problems {
        text.push_str(&format!("note: {}\n", printable(&problem.to_string())));
    }
    for item in &feed.items {
        let date = item.published.or(item.updated).map_or("no date         ".to_owned(), |date| item::minute(date, zone));
        let title = item.title.as_ref().map(line).unwrap_or_default();
        text.push_str(&format!("  {date}  {}\n", printable(&title)));
        for named in [item.link.as_deref(), item.guid.as_deref().filter(|guid| item.link.as_deref() != Some(*guid))].into_iter().flatten() {
            text.push_str(&format!("  {:16}  {}\n", "", printable(named)));
        }
    }
    text.push_str(&format!("{} items\n\n", feed.items.len()));
    text
}

fn line(text: &Text) -> String {
    shorten(&if text.is_html { plain_line(&text.value) } else { text.value.split_whitespace().collect::<Vec<_>>().join(" ") }, MAX_TITLE)
}

//! The limit of what is possible with these libraries: conditional GET, feed-rs, one INSERT per item, and nothing else.
//!
//! A yardstick and not a product: no politeness, no bounds, no clean text, no dates mended, no stories. `ingest.sh` runs
//! `taspa fetch` beside it; what taspa costs more than this is what its care costs.

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::fs;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::header::{ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::{Client, Response, StatusCode};
use rusqlite::Connection;
use tokio::task::JoinSet;

const USAGE: &str = "usage: bare_loop DATABASE URLS [CONCURRENCY]   polls the URLs in the file URLS once, one a line
       bare_loop --count DATABASE              prints how many items are stored
`benches/ingest.sh` compares `taspa fetch` with it.";

/// Requests at once, unless told otherwise.
const CONCURRENCY: usize = 64;

const SCHEMA: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS feed (url TEXT PRIMARY KEY, etag BLOB, last_modified BLOB) STRICT;
    CREATE TABLE IF NOT EXISTS item (feed TEXT, id TEXT, title TEXT, link TEXT, date INTEGER, content TEXT, UNIQUE (feed, id)) STRICT;";
const VALIDATORS: &str = "SELECT url, etag, last_modified FROM feed";
const REMEMBER: &str = "INSERT OR REPLACE INTO feed (url, etag, last_modified) VALUES (?1, ?2, ?3)";
const INSERT: &str = "INSERT OR IGNORE INTO item (feed, id, title, link, date, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

type Failure = Box<dyn Error + Send + Sync>;

/// ETag and Last-Modified of a feed's last good response.
type Validators = (Option<Vec<u8>>, Option<Vec<u8>>);

#[expect(clippy::print_stdout, reason = "it reports to whoever runs it")]
fn main() -> Result<ExitCode, Failure> {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--count", database] => {
            let items: i64 = open(database)?.query_row("SELECT count(*) FROM item", [], |row| row.get(0))?;
            println!("{items}");
        }
        [database, urls] => return poll_all(database, urls, CONCURRENCY),
        [database, urls, concurrency] => return poll_all(database, urls, concurrency.parse()?),
        other => {
            println!("{USAGE}");
            return Ok(if other.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) });
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::disallowed_methods, reason = "a database of its own")]
fn open(path: &str) -> Result<Connection, Failure> {
    let connection = Connection::open(path)?;
    connection.execute_batch(SCHEMA)?;
    Ok(connection)
}

/// What all polls share.
struct Loop {
    client: Client,
    connection: Mutex<Connection>,
    urls: Vec<String>,
    validators: HashMap<String, Validators>,
    /// The next URL to poll.
    next: AtomicUsize,
}

/// How many feeds ended how, and how many items are new.
#[derive(Default)]
struct Counts {
    read: usize,
    not_modified: usize,
    failed: usize,
    items: usize,
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "it reports to whoever runs it")]
async fn poll_all(database: &str, urls: &str, concurrency: usize) -> Result<ExitCode, Failure> {
    let connection = open(database)?;
    let known = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)));
    let validators = connection.prepare(VALIDATORS)?.query_map([], known)?.collect::<Result<_, _>>()?;
    let shared = Arc::new(Loop {
        client: client()?,
        connection: Mutex::new(connection),
        urls: fs::read_to_string(urls)?.lines().map(str::to_owned).collect(),
        validators,
        next: AtomicUsize::new(0),
    });
    let mut pollers = JoinSet::new();
    for _ in 0..concurrency {
        pollers.spawn(poll_until_done(Arc::clone(&shared)));
    }
    let mut sum = Counts::default();
    while let Some(counts) = pollers.join_next().await {
        let counts = counts?;
        sum.read += counts.read;
        sum.not_modified += counts.not_modified;
        sum.failed += counts.failed;
        sum.items += counts.items;
    }
    println!("{} read, {} not modified, {} failed, {} new items", sum.read, sum.not_modified, sum.failed, sum.items);
    Ok(if sum.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A client as reqwest makes it; the cryptography is the one that taspa uses.
fn client() -> Result<Client, Failure> {
    rustls::crypto::ring::default_provider().install_default().map_err(|_| "there is a TLS provider already")?;
    Ok(Client::builder().user_agent("bare_loop").build()?)
}

#[expect(clippy::print_stderr, reason = "it reports to whoever runs it")]
async fn poll_until_done(shared: Arc<Loop>) -> Counts {
    let mut counts = Counts::default();
    while let Some(url) = shared.urls.get(shared.next.fetch_add(1, Ordering::Relaxed)) {
        match poll(&shared, url).await {
            Ok(Some(items)) => {
                counts.read += 1;
                counts.items += items;
            }
            Ok(None) => counts.not_modified += 1,
            Err(error) => {
                eprintln!("{url}: {error}");
                counts.failed += 1;
            }
        }
    }
    counts
}

/// Polls one feed; gives how many of its items are new, None for a 304.
async fn poll(shared: &Loop, url: &str) -> Result<Option<usize>, Failure> {
    let mut headers = HeaderMap::new();
    if let Some((etag, last_modified)) = shared.validators.get(url) {
        for (name, value) in [(IF_NONE_MATCH, etag), (IF_MODIFIED_SINCE, last_modified)] {
            if let Some(value) = value {
                headers.insert(name, HeaderValue::from_bytes(value)?);
            }
        }
    }
    let response = shared.client.get(url).headers(headers).send().await?;
    match response.status() {
        StatusCode::NOT_MODIFIED => return Ok(None),
        StatusCode::OK => {}
        status => return Err(status.to_string().into()),
    }
    let validators = (header(&response, &ETAG), header(&response, &LAST_MODIFIED));
    let body = response.bytes().await?;
    let feed = feed_rs::parser::Builder::new().base_uri(Some(url)).sanitize_content(false).build().parse(&body[..])?;
    store(&shared.connection, url, &validators, &feed).map(Some)
}

fn header(response: &Response, name: &HeaderName) -> Option<Vec<u8>> {
    response.headers().get(name).map(|value| value.as_bytes().to_vec())
}

fn store(connection: &Mutex<Connection>, url: &str, validators: &Validators, feed: &feed_rs::model::Feed) -> Result<usize, Failure> {
    let mut connection = connection.lock().map_err(|_| "another poll panicked")?;
    let transaction = connection.transaction()?;
    let mut new = 0;
    {
        let mut insert = transaction.prepare_cached(INSERT)?;
        for entry in &feed.entries {
            let title = entry.title.as_ref().map(|title| title.content.as_str());
            let link = entry.links.first().map(|link| link.href.as_str());
            let date = entry.published.or(entry.updated).map(|date| date.timestamp());
            let summary = entry.summary.as_ref().map(|summary| summary.content.as_str());
            let content = entry.content.as_ref().and_then(|content| content.body.as_deref()).or(summary);
            new += insert.execute((url, &entry.id, title, link, date, content))?;
        }
        transaction.prepare_cached(REMEMBER)?.execute((url, &validators.0, &validators.1))?;
    }
    transaction.commit()?;
    Ok(new)
}

//! `taspa extract`: the article of each page, without any config.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::sync::Arc;

use chrono::SecondsFormat;
use chrono_tz::Tz;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use url::Url;

use super::{CliError, Outcome, block_on};
use crate::article::{self, Article};
use crate::clock::Clock;
use crate::config::Settings;
use crate::decode;
use crate::fetch::{FetchError, Fetched, Fetcher, Manners, Validators};

/// Largest file read, in bytes. What is beyond a page's bounds is refused later, with its own words.
const MAX_FILE: u64 = 16 << 20;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Files or URLs of article pages; without any, paths are read from standard input, one a line
    #[arg(value_name = "FILE|URL")]
    pages: Vec<OsString>,
    /// One JSON object a line, in the order of the pages, also for those that fail
    #[arg(long)]
    json: bool,
    /// The address that the files came from: relative links are resolved against it
    #[arg(long, value_name = "BASE")]
    url: Option<Url>,
    /// The zone of dates that name none
    #[arg(long, value_name = "TZ", default_value = "UTC")]
    timezone: Tz,
    /// URLs may lead to loopback and private addresses
    #[arg(long)]
    allow_private: bool,
}

pub(super) fn run(arguments: Arguments) -> Result<Outcome, CliError> {
    block_on(extract(arguments))
}

/// What is the same for all pages.
struct Desk {
    fetcher: Fetcher,
    base: Option<Url>,
    zone: Tz,
    manners: Manners,
}

/// The article of a page, or what is wrong with it.
type Extracted = Result<Article, String>;

async fn extract(arguments: Arguments) -> Result<Outcome, CliError> {
    let Arguments { pages, json: as_json, url: base, timezone: zone, allow_private } = arguments;
    let manners = Manners { obeys_robots: false, public_only: !allow_private, public_redirects: !allow_private };
    let desk = Arc::new(Desk { fetcher: Fetcher::new(&Settings::built_in())?, base, zone, manners });
    if pages.is_empty() && io::stdin().is_terminal() {
        writeln!(io::stderr().lock(), "reading paths from standard input, one a line; Ctrl-D ends")?;
    }
    let at_once = std::thread::available_parallelism().map_or(2, usize::from) * 2;
    let mut paths = paths(pages, at_once);
    let mut running: VecDeque<Running> = VecDeque::new();
    let (mut failed, mut is_over) = (0_usize, false);
    while !(is_over && running.is_empty()) {
        tokio::select! {
            biased;
            // Whoever writes one path and waits for its line gets it.
            extracted = front(&mut running), if !running.is_empty() => {
                let path = running.pop_front().map(|running| running.path).unwrap_or_default();
                failed += usize::from(extracted.is_err());
                let text = if as_json { format!("{}\n", object(&path, &extracted)) } else { readable(&path, &extracted) };
                let mut stdout = io::stdout().lock();
                stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())?;
            }
            path = paths.recv(), if !is_over && running.len() < at_once => match path {
                Some(path) => {
                    let path = path?;
                    running.push_back(Running { path: path.to_string_lossy().into_owned(), page: start(Arc::clone(&desk), path) });
                }
                None => is_over = true,
            },
        }
    }
    Ok(if failed > 0 { Outcome::Problem } else { Outcome::Done })
}

/// A page that is being read.
struct Running {
    path: String,
    page: JoinHandle<Extracted>,
}

/// What the first of the running pages gives.
async fn front(running: &mut VecDeque<Running>) -> Extracted {
    match running.front_mut() {
        Some(first) => (&mut first.page).await.unwrap_or_else(|error| Err(format!("reading the page failed inside taspa: {error}"))),
        None => std::future::pending().await,
    }
}

/// The paths of the command line, else those of standard input as they come.
#[expect(clippy::disallowed_methods, reason = "it ends with standard input, or with whoever receives")]
fn paths(pages: Vec<OsString>, at_once: usize) -> mpsc::Receiver<io::Result<OsString>> {
    let (sender, receiver) = mpsc::channel(at_once);
    tokio::task::spawn_blocking(move || {
        let typed = pages.is_empty().then(|| io::stdin().lock().split(b'\n'));
        let typed = typed.into_iter().flatten().map(|line| line.map(|line| OsString::from_vec(line.trim_ascii().to_vec())));
        let paths = pages.into_iter().map(Ok).chain(typed);
        for path in paths.filter(|path| path.as_ref().map_or(true, |path| !path.is_empty())) {
            if sender.blocking_send(path).is_err() {
                break;
            }
        }
    });
    receiver
}

#[expect(clippy::disallowed_methods, reason = "awaited in the order of the pages")]
fn start(desk: Arc<Desk>, path: OsString) -> JoinHandle<Extracted> {
    let address = path.to_str().filter(|path| path.starts_with("http://") || path.starts_with("https://")).map(str::to_owned);
    if let Some(address) = address {
        tokio::spawn(async move { of_url(desk, &address).await })
    } else {
        tokio::task::spawn_blocking(move || of_file(&desk, &path))
    }
}

fn of_file(desk: &Desk, path: &OsStr) -> Extracted {
    let mut body = Vec::new();
    let file = std::fs::File::open(Path::new(path)).map_err(|error| error.to_string())?;
    file.take(MAX_FILE + 1).read_to_end(&mut body).map_err(|error| error.to_string())?;
    if body.len() as u64 > MAX_FILE {
        return Err(format!("the file is larger than {} MiB", MAX_FILE >> 20));
    }
    read(desk, body, None, desk.base.as_ref())
}

#[expect(clippy::disallowed_methods, reason = "awaited right here")]
async fn of_url(desk: Arc<Desk>, address: &str) -> Extracted {
    let url = Url::parse(address).map_err(|error| error.to_string())?;
    let fetched = desk.fetcher.fetch_with(&url, &Validators::default(), desk.manners, Clock::System.now()).await;
    let response = match fetched {
        Ok(Fetched::New(response)) => response,
        Ok(Fetched::NotModified { .. }) => return Err("the server sent nothing".to_owned()),
        Err(error @ FetchError::NotPublic(_)) => return Err(format!("{error}; --allow-private allows it")),
        Err(error) => return Err(error.to_string()),
    };
    let read = tokio::task::spawn_blocking(move || read(&desk, response.body, response.content_type.as_deref(), Some(&response.url)));
    read.await.unwrap_or_else(|error| Err(format!("reading the page failed inside taspa: {error}")))
}

fn read(desk: &Desk, body: Vec<u8>, content_type: Option<&str>, url: Option<&Url>) -> Extracted {
    let decoded = decode::decode(body, content_type);
    let rules = crate::config::Article::default();
    let context = article::Context { url, zone: desk.zone, now: Clock::System.now(), title: None, rules: &rules };
    article::read(&decoded.text, context).map_err(|error| error.to_string())
}

fn object(path: &str, extracted: &Extracted) -> Value {
    let article = match extracted {
        Ok(article) => article,
        Err(error) => {
            return json!({
                "path": path, "error": error, "title": null, "text": null, "html": null, "canonical": null, "author": null, "date_published": null,
                "language": null, "image": null, "categories": [], "removed": [],
            });
        }
    };
    let removed: Vec<Value> = article.removed.iter().map(|removed| json!({ "rule": removed.rule, "text": removed.text })).collect();
    json!({
        "path": path,
        "error": null,
        "title": article.title,
        "text": article.text,
        "html": article.html,
        "canonical": article.canonical.as_ref().map(Url::as_str),
        "author": (!article.authors.is_empty()).then(|| article.authors.join(", ")),
        "date_published": article.published.map(|date| date.to_rfc3339_opts(SecondsFormat::Secs, true)),
        "language": article.language().map(|language| language.as_str()),
        "image": article.image.as_ref().map(Url::as_str),
        "categories": article.categories,
        "removed": removed,
    })
}

/// For people: the article as they would read it, and what was taken away.
fn readable(path: &str, extracted: &Extracted) -> String {
    let article = match extracted {
        Ok(article) => article,
        Err(error) => return format!("{path}\nerror: {error}\n\n"),
    };
    let mut text = format!("{path}\n");
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            text.push_str(&format!("{name}: {value}\n"));
        }
    };
    line("title", article.title.clone());
    line("canonical", article.canonical.as_ref().map(ToString::to_string));
    line("author", Some(article.authors.join(", ")));
    line("date", article.published.map(|date| date.to_rfc3339_opts(SecondsFormat::Secs, true)));
    line("language", article.language().map(|language| language.as_str().to_owned()));
    line("image", article.image.as_ref().map(ToString::to_string));
    line("credit", article.credit.clone());
    line("categories", Some(article.categories.join(", ")));
    text.push_str(&format!("\n{}\n", article.text));
    if !article.removed.is_empty() {
        text.push_str("\nremoved:\n");
        for removed in &article.removed {
            text.push_str(&format!("  {}: {}\n", removed.rule, removed.text));
        }
    }
    text.push('\n');
    text
}

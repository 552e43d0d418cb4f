//! How well taspa tells which items carry the same report: ten days of labelled news through the real binary.
//!
//! The news come from `tests/newsroom`. Each outlet is an RSS document on loopback; for every twelve hours of the ten days the
//! documents hold what was published so far, and `taspa fetch` polls them into an empty database. At the end
//! `taspa explain --all --json` tells the story of every item, and the labels tell how good that is. taspa takes its time from the
//! clock, so the ten days end at the full hour before now.
//!
//! `--dump` writes the items and their labels as JSON, one a line, and does nothing else.

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use chrono::Utc;
use serde_json::{Value, json};

use newsroom::{HOUR, Item, OUTLETS};

#[path = "../tests/newsroom/mod.rs"]
mod newsroom;

const USAGE: &str = "usage: cargo bench --bench stories -- [--seed S] [--stories N] [--examples K] [--dump FILE] [--program FILE]
Polls labelled news with taspa and measures the stories it makes of them (default: seed 1, 3600 reports, 10 examples).
--dump writes the items with their labels to FILE and does nothing else; --program runs FILE in taspa's place.";

/// The news go on for so many steps of so many hours.
const STEPS: i64 = 20;
const STEP: i64 = 12 * HOUR;

/// A document holds at most so many items, the newest.
const NEWEST: usize = 60;

/// No client takes longer over a request.
const PATIENCE: Duration = Duration::from_secs(10);

type Failure = Box<dyn Error>;

struct Options {
    seed: u64,
    stories: usize,
    examples: usize,
    dump: Option<PathBuf>,
    program: PathBuf,
}

impl Options {
    /// None when an argument is not understood.
    fn parse(mut arguments: impl Iterator<Item = String>) -> Option<Self> {
        let mut options = Self { seed: 1, stories: 3_600, examples: 10, dump: None, program: PathBuf::from(env!("CARGO_BIN_EXE_taspa")) };
        while let Some(argument) = arguments.next() {
            let value = arguments.next()?;
            match argument.as_str() {
                "--seed" => options.seed = value.parse().ok()?,
                "--stories" => options.stories = value.parse().ok()?,
                "--examples" => options.examples = value.parse().ok()?,
                "--dump" => options.dump = Some(PathBuf::from(value)),
                "--program" => options.program = PathBuf::from(value),
                _ => return None,
            }
        }
        Some(options)
    }
}

fn main() -> ExitCode {
    match obey() {
        Ok(code) => code,
        Err(failure) => {
            complain(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}

fn obey() -> Result<ExitCode, Failure> {
    let is_bench = env::args().any(|argument| argument == "--bench");
    let Some(options) = Options::parse(env::args().skip(1).filter(|argument| argument != "--bench")) else {
        say(USAGE);
        return Ok(ExitCode::from(2));
    };
    if let Some(file) = &options.dump {
        dump(&newsroom::items(options.seed, options.stories), file)?;
    } else if is_bench {
        run(&options)?;
    } else {
        // `cargo test --benches` only wants to see that it starts.
        say(USAGE);
    }
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "the figures are for whoever runs it")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "the error is for whoever runs it")]
fn complain(text: &str) {
    eprintln!("error: {text}");
}

fn dump(items: &[Item], file: &Path) -> Result<(), Failure> {
    let mut lines = String::new();
    for Item { outlet, url, guid, title, html, published, language, story, kind } in items {
        let published = newsroom::rfc3339(*published);
        let line = json!({
            "outlet": outlet, "url": url, "guid": guid, "title": title, "html": html,
            "published": published, "language": language, "story": story, "kind": kind,
        });
        writeln!(lines, "{line}")?;
    }
    fs::write(file, lines)?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "taspa takes its time from the clock, and what it takes is reported")]
fn run(options: &Options) -> Result<(), Failure> {
    let end = Utc::now().timestamp() / HOUR * HOUR;
    let items = newsroom::items_until(options.seed, options.stories, end);
    let folder = tempfile::tempdir()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let is_over = AtomicBool::new(false);
    fs::write(folder.path().join("config.toml"), config(address)?)?;
    let taspa = Taspa { program: &options.program, folder: folder.path() };
    let begun = Instant::now();
    thread::scope(|scope| {
        let origin = scope.spawn(|| serve(&listener, folder.path(), &is_over));
        let polled = (1..=STEPS).try_for_each(|step| {
            publish(&items, end - (STEPS - step) * STEP, folder.path())?;
            taspa.run(&["fetch", "--strict"]).map(|_| ())
        });
        is_over.store(true, Ordering::SeqCst);
        // One more connection lets the origin see that it is over.
        drop(TcpStream::connect(address));
        origin.join().map_err(|_| Failure::from("the origin panicked"))?;
        polled
    })?;
    let fetched = begun.elapsed();
    let told = clusters(&taspa.run(&["explain", "--all", "--json"])?)?;
    let reposted = reposted(&items, &told);
    let cluster_of = |item: &Item| told.get(&item.url).or_else(|| reposted.get(&wording(item)).copied()).cloned();
    let measured = newsroom::measure(&items, cluster_of);
    let untold = items.iter().filter(|item| cluster_of(item).is_none()).count();
    say(&format!("{measured}\n{untold} items untold; {STEPS} polls of {} sources in {:.1} s\n", OUTLETS.len(), fetched.as_secs_f64()));
    say(&measured.examples(options.examples));
    Ok(())
}

/// The program in a folder of its own.
struct Taspa<'a> {
    program: &'a Path,
    folder: &'a Path,
}

impl Taspa<'_> {
    /// What a verb writes to standard output.
    fn run(&self, arguments: &[&str]) -> Result<String, Failure> {
        let mut command = Command::new(self.program);
        let output = command.arg("--config").arg(self.folder.join("config.toml")).args(arguments).current_dir(self.folder).output()?;
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(format!("taspa {}: {}\n{errors}", arguments.join(" "), output.status).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

fn config(origin: SocketAddr) -> Result<String, Failure> {
    let mut text = String::from(
        "[server]\nlisten = \"127.0.0.1:0\"\n[store]\npath = \"taspa.sqlite\"\n[fetch]\nhost_spacing = \"0s\"\nper_host = 64\n\
         [defaults]\ninitial = 10000\nmax_items = 10000\nschedule = \"0 0 1 1 *\"\nallow_private = true\n[[view]]\nname = \"all\"\n",
    );
    for outlet in &OUTLETS {
        writeln!(text, "[[source]]\nname = \"{0}\"\nurl = \"http://{origin}/{0}.xml\"", outlet.name)?;
    }
    Ok(text)
}

/// The story of each address, out of lines like `{"item_url": "https://…", "cluster": 12, "lead": true}`.
fn clusters(lines: &str) -> Result<HashMap<String, String>, Failure> {
    let mut clusters = HashMap::new();
    for line in lines.lines() {
        let told: Value = serde_json::from_str(line)?;
        if let (Some(url), Some(cluster)) = (told["item_url"].as_str(), told.get("cluster").filter(|cluster| !cluster.is_null())) {
            clusters.insert(url.to_owned(), cluster.to_string());
        }
    }
    Ok(clusters)
}

/// The story of each wording that was told. An outlet that publishes the very same text under a new address and guid makes no new
/// entry of it: only one of the two addresses is told, and it stands for both.
fn reposted<'a>(items: &[Item], told: &'a HashMap<String, String>) -> HashMap<(&'static str, String), &'a String> {
    items.iter().filter_map(|item| Some((wording(item), told.get(&item.url)?))).collect()
}

/// An item's outlet, and the small letters and digits of its title and text: without markup and typography.
fn wording(item: &Item) -> (&'static str, String) {
    let mut awaited = None;
    let is_text = |letter: &char| {
        awaited = match (awaited, letter) {
            (None, '<') => Some('>'),
            (None, '&') => Some(';'),
            (Some(end), letter) if end == *letter => None,
            (before, _) => before,
        };
        awaited.is_none()
    };
    let text: String = item.html.chars().filter(is_text).collect();
    let letters = item.title.chars().chain(text.chars()).filter(|letter| letter.is_alphanumeric());
    (item.outlet, letters.flat_map(char::to_lowercase).collect())
}

/// Writes every outlet's document of an instant.
fn publish(items: &[Item], now: i64, folder: &Path) -> Result<(), Failure> {
    for outlet in &OUTLETS {
        let published = items.iter().rev().filter(|item| item.outlet == outlet.name && item.published <= now);
        fs::write(folder.join(format!("{}.xml", outlet.name)), rss(outlet.name, outlet.language, published.take(NEWEST))?)?;
    }
    Ok(())
}

fn rss<'a>(name: &str, language: &str, items: impl Iterator<Item = &'a Item>) -> Result<String, Failure> {
    let mut text = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{name}</title><link>https://{name}.example/</link>"#
    );
    writeln!(text, "<description>{name}</description><language>{language}</language>")?;
    for item in items {
        let (date, url) = (newsroom::rfc2822(item.published), escaped(&item.url));
        write!(text, r#"<item><title>{}</title><link>{url}</link>"#, escaped(&item.title))?;
        write!(text, r#"<guid isPermaLink="false">{}</guid><pubDate>{date}</pubDate>"#, escaped(&item.guid))?;
        writeln!(text, "<description>{}</description></item>", escaped(&item.html))?;
    }
    write!(text, "</channel></rss>")?;
    Ok(text)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Serves the documents of a folder until it is over.
fn serve(listener: &TcpListener, folder: &Path, is_over: &AtomicBool) {
    for stream in listener.incoming().flatten() {
        if is_over.load(Ordering::SeqCst) {
            return;
        }
        // Whoever hangs up early is told by taspa, which then counts the poll as failed.
        answer(&stream, folder).ok();
    }
}

/// Answers one request and closes.
fn answer(mut stream: &TcpStream, folder: &Path) -> Result<(), Failure> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut lines = BufReader::new(stream.take(1 << 16)).lines();
    let request = lines.next().ok_or("an empty request")??;
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let name = request.split(' ').nth(1).unwrap_or_default().trim_start_matches('/');
    let is_known = OUTLETS.iter().any(|outlet| name.strip_suffix(".xml") == Some(outlet.name));
    let body = if is_known { fs::read(folder.join(name))? } else { Vec::new() };
    let status = if is_known { "200 OK" } else { "404 Not Found" };
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\nContent-Type: application/rss+xml\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
    stream.write_all(&body)?;
    Ok(())
}

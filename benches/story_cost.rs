//! What it costs to find an entry's story: its signature, and the search and decision among 200,000 entries of one window.
//!
//! The news come from `tests/newsroom`, many seeds of them within 72 hours. Judge by the figures of one run.

#![expect(clippy::disallowed_methods, reason = "what things take is reported")]

use std::env;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use taspa::config::Strictness;
use taspa::normalise::lines_of;
use taspa::story::{Index, Indexed, Keys, Newcomer, Signer, decide};

#[path = "../tests/newsroom/mod.rs"]
mod newsroom;

const USAGE: &str = "usage: cargo bench --bench story_cost -- [ENTRIES]
Fills an index with ENTRIES entries (default: 200000) and measures what each further one costs.";

/// In seconds.
const WINDOW: i64 = 72 * newsroom::HOUR;

/// Entries that are measured.
const MEASURED: usize = 20_000;

/// Reports of one seed.
const REPORTS: usize = 3_600;

/// An entry as the writer gets it.
struct Entry {
    source: i64,
    published: i64,
    language: &'static str,
    title: String,
    text: String,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let entries = match arguments.as_slice() {
        [] => Some(200_000),
        [entries] => entries.parse().ok(),
        _ => None,
    };
    let Some(entries) = entries else {
        say(USAGE);
        return ExitCode::from(2);
    };
    measure(entries);
    ExitCode::SUCCESS
}

fn measure(entries: usize) {
    let mut news = (1_000..).flat_map(seed);
    let (mut signer, mut index) = (Signer::default(), Index::default());
    let mut filling = Duration::ZERO;
    for (entry, news) in (0..).zip(news.by_ref().take(entries)) {
        let begun = Instant::now();
        let signature = signer.sign(&news.title, &news.text, Some(news.language));
        let keys = Keys::of(&signature);
        index.add(Indexed { entry, story: entry, source: news.source, published: news.published, signature }, &keys);
        filling += begun.elapsed();
    }
    let (mut signing, mut deciding, mut rivals_met, mut joined) = (Duration::ZERO, Duration::ZERO, 0, 0);
    let mut words = 0;
    for news in news.take(MEASURED) {
        words += news.text.split_whitespace().count();
        let begun = Instant::now();
        let signature = signer.sign(&news.title, &news.text, Some(news.language));
        signing += begun.elapsed();
        let begun = Instant::now();
        let keys = Keys::of(&signature);
        let rivals = index.rivals(&keys, news.published, WINDOW);
        let newcomer = Newcomer { source: news.source, published: news.published, signature: &signature };
        let decision = decide(newcomer, &rivals, Strictness::Balanced);
        deciding += begun.elapsed();
        rivals_met += rivals.len();
        joined += usize::from(decision.joined.is_some());
    }
    let each = |time: Duration| time.as_secs_f64() * 1e6 / MEASURED as f64;
    let mean = |sum: usize| sum as f64 / MEASURED as f64;
    say(&format!(
        "{} entries in the index, {:.0} MB, {:.1} s to sign and add them\nof {MEASURED} more, of {:.0} words at the mean: signature {:.1} us, lookup and \
         decision {:.1} us (target 40 and 25); {:.1} rivals compared, {:.0} % joined",
        index.len(),
        index.size() as f64 / 1e6,
        filling.as_secs_f64(),
        mean(words),
        each(signing),
        each(deciding),
        mean(rivals_met),
        mean(joined) * 100.0,
    ));
}

/// The news of one seed, as close together as they fit into a window.
fn seed(seed: u64) -> Vec<Entry> {
    let items = newsroom::items(seed, REPORTS);
    let from = items.first().map_or(0, |item| item.published);
    let entry = |item: newsroom::Item| Entry {
        source: newsroom::OUTLETS.iter().position(|outlet| outlet.name == item.outlet).and_then(|at| i64::try_from(at).ok()).unwrap_or(0),
        published: (item.published - from) * 72 / 240,
        language: item.language,
        title: item.title,
        text: lines_of(&item.html),
    };
    items.into_iter().map(entry).collect()
}

#[expect(clippy::print_stdout, reason = "the figures are for whoever runs it")]
fn say(text: &str) {
    println!("{text}");
}

//! What reading a feed costs beside bare feed-rs, in the same run: bytes to items, the charset included.
//!
//! `cargo bench --bench parse` reads documents of its own; `cargo bench --bench parse -- FOLDER …` those of folders, of which it leaves out
//! what feed-rs refuses, so that both do the same work. Then what normalising costs an item, beside bare ammonia on the same texts.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use taspa::decode::decode;
use taspa::normalise::{Context, normalise};
use taspa::parse::{Feed, Item, Text, parse};
use url::Url;

/// Rounds of each reader, in turns; the median of them counts.
const ROUNDS: usize = 41;

/// Items of each of the bench's own documents.
const ITEMS: usize = 30;

struct Corpus {
    name: String,
    documents: Vec<Vec<u8>>,
}

#[expect(clippy::print_stdout, reason = "it reports to whoever runs it")]
fn main() {
    let folders: Vec<PathBuf> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).map(PathBuf::from).collect();
    let corpora = if folders.is_empty() { own() } else { folders.iter().map(|folder| of_folder(folder)).collect() };
    println!("{:24} {:>6} {:>10} {:>12} {:>12} {:>6}", "documents", "number", "bytes", "feed-rs, µs", "taspa, µs", "ratio");
    for corpus in &corpora {
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        let time = |read: &dyn Fn(&[u8]) -> usize| time(&corpus.documents, |body| read(body));
        for _ in 0..ROUNDS {
            theirs.push(time(&|body| feed_rs::parser::parse(body).map_or(0, |feed| feed.entries.len())));
            ours.push(time(&|body| {
                let decoded = decode(body.to_vec(), None);
                parse(&decoded.text, None, chrono_tz::UTC).map_or(0, |feed| feed.items.len())
            }));
        }
        let (theirs, ours) = (median(theirs), median(ours));
        let bytes: usize = corpus.documents.iter().map(Vec::len).sum();
        let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
        let number = corpus.documents.len();
        println!("{:24} {number:>6} {bytes:>10} {:>12} {:>12} {ratio:>6.2}", corpus.name, theirs.as_micros(), ours.as_micros());
    }
    println!("\n{:24} {:>6} {:>14} {:>14}", "items", "number", "ammonia, µs", "normalise, µs");
    for corpus in corpora {
        normalising(&corpus.name, corpus.documents.iter().flat_map(|body| items(body)).collect());
    }
    let text = "Правительство утвердило бюджет на три года: доходы вырастут на 12,4 процента, сообщает пресс-служба. ".repeat(8);
    let plain = Item { content: Some(Text { value: text, is_html: true }), title: title("Бюджет"), ..Item::default() };
    normalising("text without markup", vec![plain; 600]);
}

fn title(text: &str) -> Option<Text> {
    Some(Text { value: text.to_owned(), is_html: true })
}

fn items(body: &[u8]) -> Vec<Item> {
    parse(&decode(body.to_vec(), None).text, None, chrono_tz::UTC).map_or(Vec::new(), |feed| feed.items)
}

/// Prints what an item costs: its texts through bare ammonia, and all of it through normalising.
#[expect(clippy::print_stdout, reason = "it reports to whoever runs it")]
fn normalising(name: &str, items: Vec<Item>) {
    let base = Url::parse("https://news.example/").expect("it is a URL");
    let now = chrono::DateTime::UNIX_EPOCH;
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    let builder = ammonia::Builder::default();
    for _ in 0..ROUNDS {
        theirs.push(time(&items, |item| {
            let texts = item.content.iter().chain(&item.summary).filter(|text| text.is_html);
            texts.map(|text| builder.clean(&text.value).to_string().len()).sum()
        }));
        // A feed is taken apart: making copies of it is not measured.
        let feeds: Vec<Cell<Feed>> =
            items.chunks(ITEMS).map(|chunk| Cell::new(Feed { items: chunk.to_vec(), ..Feed::default() })).collect();
        ours.push(time(&feeds, |feed| normalise(feed.take(), Context::bare(&base, now)).entries.len()));
    }
    let each = |times: Vec<Duration>| median(times).as_secs_f64() * 1e6 / items.len().max(1) as f64;
    println!("{name:24} {:>6} {:>14.1} {:>14.1}", items.len(), each(theirs), each(ours));
}

/// How long it takes to read all of them once.
#[expect(clippy::disallowed_methods, reason = "a duration is measured and reported")]
fn time<T>(all: &[T], read: impl Fn(&T) -> usize) -> Duration {
    let started = Instant::now();
    for one in all {
        std::hint::black_box(read(std::hint::black_box(one)));
    }
    started.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn of_folder(folder: &Path) -> Corpus {
    let mut folders = vec![folder.to_path_buf()];
    let mut documents = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                documents.extend(fs::read(entry.path()));
            }
        }
    }
    documents.retain(|body| feed_rs::parser::parse(body.as_slice()).is_ok());
    Corpus { name: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(), documents }
}

/// A document of each format, with the texts of a press agency.
fn own() -> Vec<Corpus> {
    let paragraph = "Правительство утвердило бюджет на три года: доходы вырастут на 12,4 процента, сообщает пресс-служба министерства. ";
    let html =
        format!("<p>{0}<a href=\"https://news.example/a?b=1&amp;c=2\">{0}</a></p><p><img src=\"/i.jpg\" alt=\"\">{0}</p>", paragraph);
    let escaped = html.replace('&', "&amp;").replace('<', "&lt;");
    let each = |item: &dyn Fn(usize) -> String| (0..ITEMS).map(item).collect::<String>();
    let rss = each(&|n| {
        format!(
            "<item><title>Заголовок {n}</title><link>https://news.example/{n}</link><guid isPermaLink=\"false\">{n}</guid>\
             <pubDate>Mon, 23 Nov 2026 14:35:00 +0500</pubDate><dc:creator>Имя</dc:creator><category>Экономика</category>\
             <description>{paragraph}</description><content:encoded><![CDATA[{html}]]></content:encoded></item>\n"
        )
    });
    let atom = each(&|n| {
        format!(
            "<entry><title>Заголовок {n}</title><link href=\"https://news.example/{n}\"/><id>urn:n:{n}</id><updated>2026-11-23T14:35:00+05:00</updated>\
             <author><name>Имя</name></author><category term=\"Экономика\"/><summary>{paragraph}</summary><content type=\"html\">{escaped}</content></entry>\n"
        )
    });
    let json: Vec<serde_json::Value> = (0..ITEMS)
        .map(|n| {
            serde_json::json!({ "id": n.to_string(), "url": format!("https://news.example/{n}"), "title": "Заголовок", "content_html": html,
                "date_published": "2026-11-23T14:35:00+05:00", "authors": [{ "name": "Имя" }], "tags": ["Экономика"] })
        })
        .collect();
    let json = serde_json::json!({ "version": "https://jsonfeed.org/version/1.1", "title": "Лента", "items": json });
    let documents = [
        (
            "RSS 2.0",
            format!(
                "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
                 xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>Лента</title>{rss}</channel></rss>"
            ),
        ),
        ("Atom", format!("<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Лента</title>{atom}</feed>")),
        ("JSON Feed", json.to_string()),
    ];
    documents.map(|(name, text)| Corpus { name: name.to_owned(), documents: vec![text.into_bytes(); 20] }).into()
}

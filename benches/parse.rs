//! What reading a feed costs beside bare feed-rs, in the same run: bytes to items, the charset included.
//!
//! `cargo bench --bench parse` reads documents of its own; `cargo bench --bench parse -- FOLDER …` those of folders, of which it leaves out
//! what feed-rs refuses, so that both do the same work.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use taspa::decode::decode;
use taspa::parse::parse;

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
        for _ in 0..ROUNDS {
            theirs.push(time(corpus, |body| feed_rs::parser::parse(body).map_or(0, |feed| feed.entries.len())));
            ours.push(time(corpus, |body| {
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
}

/// How long it takes to read all documents once.
#[expect(clippy::disallowed_methods, reason = "a duration is measured and reported")]
fn time(corpus: &Corpus, read: impl Fn(&[u8]) -> usize) -> Duration {
    let started = Instant::now();
    for document in &corpus.documents {
        std::hint::black_box(read(std::hint::black_box(document)));
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

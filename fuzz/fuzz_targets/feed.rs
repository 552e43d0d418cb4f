//! A body from the network to entries, the whole way: whatever comes, an entry has a title, no date of the future, and no character that XML
//! forbids.
#![no_main]

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use libfuzzer_sys::fuzz_target;
use taspa::decode::decode;
use taspa::normalise::{Context, normalise};
use taspa::parse::parse;
use url::Url;

fuzz_target!(|body: &[u8]| {
    let base = Url::parse("https://news.example/rss").expect("it is a URL");
    let now = DateTime::<Utc>::from_timestamp(1_795_860_000, 0).expect("it is a date");
    let decoded = decode(body.to_vec(), None);
    let Ok(feed) = parse(&decoded.text, Some(&base), Tz::Asia__Almaty) else { return };
    for entry in normalise(feed, Context::bare(&base, now)).entries {
        assert!(!entry.title.trim().is_empty());
        assert!(entry.published.into_iter().chain(entry.updated).all(|date| date <= now));
        let texts = [Some(&entry.title), entry.content.as_ref(), entry.summary.as_ref(), entry.rights.as_ref()];
        for text in texts.into_iter().flatten() {
            assert!(text.chars().all(is_xml), "{text:?}");
        }
    }
});

/// XML 1.0 §2.2.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

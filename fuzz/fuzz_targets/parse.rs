//! Text to a feed, by whichever reader the text is for.
#![no_main]

use chrono_tz::Tz;
use libfuzzer_sys::fuzz_target;
use taspa::parse::parse;
use url::Url;

/// As docs/parsing.md promises.
const MAX_ITEMS: usize = 10_000;

fuzz_target!(|text: &str| {
    let base = Url::parse("https://news.example/rss/feed.xml").expect("it is a URL");
    let Ok(feed) = parse(text, Some(&base), Tz::Asia__Almaty) else { return };
    assert!(feed.items.len() <= MAX_ITEMS);
    // Relative links may make texts longer, and entities of the document's own.
    let length: usize = feed.items.iter().flat_map(|item| item.content.iter().chain(&item.summary)).map(|text| text.value.len()).sum();
    assert!(length <= 8 * text.len() + (10 << 20), "{length} of {}", text.len());
});

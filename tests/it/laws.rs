//! Laws that hold for any value, tried on random ones.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use proptest::collection::vec;
use proptest::prelude::*;
use taspa::decode::decode;
use taspa::normalise::{CanonicalUrl, Context, Entry, can_be_id, mended_iri, normalise, safe_html};
use taspa::parse::{Author, Category, Enclosure, Feed, Item, Text, date, parse};
use taspa::render::{atom, json_feed, rss};
use taspa::view::{Publication, Story};
use url::Url;

use crate::support::publications::{at, publication, story};

const NOW: &str = "2026-11-28T10:00:00Z";

/// Letters of all scripts and planes, what XML forbids, and pieces of markup, whole and broken.
fn text() -> impl Strategy<Value = String> {
    const PIECES: [&str; 30] = [
        "<b>",
        "</b>",
        "<p>",
        "</p>",
        "<br>",
        "<script>x</script>",
        "<img src=\"/1.jpg\" alt=\"a>b\">",
        "<iframe src='https://youtu.be/embed/1'>",
        "<a href=\"/x?a=1&b=2\">",
        "</a>",
        "&amp;",
        "&",
        "&lt;",
        "<",
        ">",
        "]]>",
        "<![CDATA[",
        "<!--",
        "&nbsp;",
        "&#0;",
        "&#xFFFF;",
        "\"",
        "'",
        "Қазақстан",
        "новости",
        " ",
        "\n",
        "\u{a0}",
        "\u{0}\u{1b}\u{fffe}",
        "\u{2028}",
    ];
    let piece = prop_oneof![
        3 => proptest::sample::select(PIECES.as_slice()).prop_map(str::to_owned),
        2 => "\\PC{0,12}",
        1 => any::<char>().prop_map(String::from),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn both_kinds() -> impl Strategy<Value = Option<Text>> {
    proptest::option::of((text(), any::<bool>()).prop_map(|(value, is_html)| Text { value, is_html }))
}

fn date() -> impl Strategy<Value = Option<DateTime<Utc>>> {
    proptest::option::of((0..2_000_000_000i64).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap()))
}

prop_compose! {
    fn item()(
        guid in proptest::option::of(prop_oneof![text(), "(urn|tag|http|https):[a-zа-я/:?&#\" ]{0,20}"]),
        path in text(),
        texts in (both_kinds(), both_kinds(), both_kinds(), both_kinds()),
        // An address in a name is not shown.
        names in vec(text().prop_map(|name| name.replace('@', "")), 0..3),
        categories in vec((text(), proptest::option::of(text())), 0..3),
        files in vec((text(), proptest::option::of(prop_oneof![Just("audio/mpeg".to_owned()), text()]), proptest::option::of(any::<u32>())), 0..3),
        dates in (date(), date()),
    ) -> Item {
        let (title, summary, content, rights) = texts;
        Item {
            guid,
            link: Some(format!("https://news.example.kz/{path}")),
            title,
            summary,
            content,
            rights,
            authors: names.into_iter().map(|name| Author { name, uri: None }).collect(),
            categories: categories.into_iter().map(|(term, label)| Category { term, scheme: None, label }).collect(),
            enclosures: files.into_iter().map(|(url, media_type, length)| Enclosure { url, media_type, length: length.map(u64::from) }).collect(),
            published: dates.0,
            updated: dates.1,
            ..Item::default()
        }
    }
}

fn entries(items: Vec<Item>) -> Vec<Entry> {
    let base = Url::parse("https://news.example.kz/rss").unwrap();
    normalise(Feed { items, ..Feed::default() }, Context::bare(&base, at(NOW))).entries
}

/// A story of one entry, as the store gives it.
fn told(number: i64, entry: Entry) -> Story {
    Story {
        atom_id: entry.guid.filter(|guid| can_be_id(guid)).map(|guid| format!("{guid}-{number}")).filter(|guid| can_be_id(guid)),
        title: entry.title,
        link: entry.link.map(String::from),
        summary: entry.summary,
        content: entry.content,
        authors: entry.authors,
        categories: entry.categories,
        enclosures: entry.enclosures,
        rights: entry.rights,
        published: entry.published.unwrap_or(at(NOW)),
        updated: entry.updated.unwrap_or(at(NOW)),
        image: None,
        ..story(number)
    }
}

/// What a reader of a document gets to know of an item: id, link, title, text, dates, authors, categories, files.
#[derive(Debug, PartialEq)]
struct Read {
    id: String,
    link: Option<String>,
    title: String,
    text: String,
    published: Option<DateTime<Utc>>,
    authors: Vec<String>,
    files: Vec<String>,
}

fn read(document: &str) -> Vec<Read> {
    let decoded = decode(document.as_bytes().to_vec(), None);
    let feed = parse(&decoded.text, None, Tz::UTC).unwrap();
    assert_eq!(feed.problems, [], "nothing had to be mended");
    let value = |text: Option<Text>| text.map(|text| text.value).unwrap_or_default();
    let item = |item: Item| Read {
        id: item.guid.unwrap_or_default(),
        link: item.link,
        title: value(item.title),
        text: value(item.content.or(item.summary)),
        published: item.published,
        authors: item.authors.into_iter().map(|author| author.name).collect(),
        files: item.enclosures.into_iter().map(|file| file.url).collect(),
    };
    feed.items.into_iter().map(item).collect()
}

/// `without_text`: what stands for the text of a story that has none.
fn expected(publication: &Publication, without_text: fn(&Story) -> String) -> Vec<Read> {
    let item = |story: &Story| {
        let authors: Vec<String> = story.authors.iter().map(|author| author.name.clone()).collect();
        Read {
            id: publication.story_id(story),
            link: story.link.as_deref().and_then(mended_iri).map(String::from),
            title: story.title.clone(),
            text: story.content.clone().or(story.summary.clone()).unwrap_or_else(|| without_text(story)),
            published: Some(story.published),
            authors: if authors.is_empty() { vec![story.source.outlet().to_owned()] } else { authors },
            files: story.enclosures.iter().filter_map(|file| mended_iri(&file.url)).map(String::from).collect(),
        }
    };
    publication.stories.iter().map(item).collect()
}

/// What a JSON Feed, where each item has a text, gives for that of a story without.
fn as_html(story: &Story) -> String {
    story.title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_from_a_document_is_what_went_in(items in vec(item(), 1..5)) {
        let stories = entries(items).into_iter().zip(1..).map(|(entry, number)| told(number, entry)).collect();
        let view = Publication { names_outlets: false, ..publication(stories) };
        prop_assert_eq!(read(&atom(&view)), expected(&view, |_| String::new()));
        prop_assert_eq!(read(&json_feed(&view)), expected(&view, as_html));
        prop_assert_eq!(read(&rss(&view)), expected(&view, |_| String::new()));
    }

    #[test]
    fn safe_html_is_safe_html(html in text()) {
        let base = Url::parse("https://news.example.kz/a/b").unwrap();
        let once = safe_html(&html, &base);
        prop_assert_eq!(once.as_deref().and_then(|once| safe_html(once, &base)), once);
    }

    #[test]
    fn a_canonical_url_is_its_own(rest in text()) {
        let Ok(url) = Url::parse(&format!("https://news.example.kz/{rest}")) else { return Ok(()) };
        let canonical = CanonicalUrl::of(&url);
        prop_assert_eq!(CanonicalUrl::of(&Url::parse(canonical.as_str()).unwrap()), canonical);
    }

    #[test]
    fn a_date_is_read_as_it_was_written(seconds in 0..4_000_000_000i64, offset in -12 * 4..14 * 4) {
        let instant = DateTime::from_timestamp(seconds, 0).unwrap();
        let local = instant.with_timezone(&chrono::FixedOffset::east_opt(offset * 900).unwrap());
        for text in [local.to_rfc2822(), local.to_rfc3339(), local.format("%d.%m.%Y %H:%M:%S %z").to_string(), local.format("%a %b %e %T %z %Y").to_string()] {
            prop_assert_eq!(date::parse(&text, Tz::Asia__Almaty), Some(instant), "{}", text);
        }
    }
}

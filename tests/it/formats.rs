//! Publications to RSS and JSON Feed, lists of feeds to OPML: what is in the documents, that feed-rs reads from them what went in, and
//! that nothing a source sends breaks them.

use chrono::{DateTime, Utc};
use feed_rs::model::Entry;
use taspa::normalise::Category;
use taspa::render::{Outline, json_feed, opml, rss};
use taspa::view::{Publication, Story};

use crate::support::publications::{at, full, hostile, of_hostile_texts, publication, story, whole, with_files};

/// What a reader gets to know of an item.
#[derive(Debug, PartialEq)]
struct Seen {
    id: String,
    title: String,
    link: Option<String>,
    text: String,
    published: Option<DateTime<Utc>>,
    updated: Option<DateTime<Utc>>,
    authors: Vec<String>,
    categories: Vec<String>,
    /// Address, type, length.
    files: Vec<(String, String, u64)>,
}

/// What feed-rs reads of the items; RSS gives files as media, JSON Feed as links with a type.
fn seen(document: &str) -> Vec<Seen> {
    feed_rs::parser::parse(document.as_bytes()).unwrap().entries.into_iter().map(seen_of).collect()
}

fn seen_of(entry: Entry) -> Seen {
    let (attachments, links): (Vec<_>, Vec<_>) = entry.links.into_iter().partition(|link| link.media_type.is_some());
    let attachments = attachments.into_iter().map(|file| (file.href, file.media_type.unwrap(), file.length.unwrap_or(0)));
    let media = entry.media.into_iter().flat_map(|media| media.content);
    let media = media.map(|file| (file.url.unwrap().to_string(), file.content_type.unwrap().to_string(), file.size.unwrap_or(0)));
    Seen {
        id: entry.id,
        title: entry.title.unwrap().content,
        link: links.into_iter().next().map(|link| link.href),
        text: entry.content.and_then(|content| content.body).or(entry.summary.map(|summary| summary.content)).unwrap_or_default(),
        published: entry.published,
        updated: entry.updated,
        authors: entry.authors.into_iter().filter_map(|author| author.name).collect(),
        categories: entry.categories.into_iter().map(|category| category.term).collect(),
        files: attachments.chain(media).collect(),
    }
}

/// What went in, as a reader of a format should see it.
fn expected(publication: &Publication, story: &Story, category: impl Fn(&Category) -> String, files: &[(&str, &str, u64)]) -> Seen {
    let authors: Vec<String> = story.authors.iter().map(|author| author.name.clone()).collect();
    Seen {
        id: publication.story_id(story),
        title: story.title.clone(),
        link: story.link.clone(),
        text: story.content.clone().or(story.summary.clone()).unwrap_or(story.title.clone()),
        published: Some(story.published),
        updated: Some(story.updated),
        authors: if authors.is_empty() { vec![story.source.outlet().to_owned()] } else { authors },
        categories: story.categories.iter().map(category).collect(),
        files: files.iter().map(|(url, kind, length)| ((*url).to_owned(), (*kind).to_owned(), *length)).collect(),
    }
}

const AUDIO: (&str, &str, u64) = ("https://news.example.kz/a.mp3", "audio/mpeg", 5);
const LOST_IMAGE: (&str, &str, u64) = ("https://news.example.kz/i.jpg", "image/jpeg", 0);
const OF_ALL_KINDS: [(&str, &str, u64); 4] = [
    ("https://news.example.kz/unknown?a=1&b=2", "application/octet-stream", 0),
    ("https://news.example.kz/picture.PNG", "image/png", 0),
    ("https://news.example.kz/video", "video/mp4", 5_000_000_000),
    ("https://news.example.kz/wrong", "application/octet-stream", 7),
];

/// A view without the line that names other outlets, so that texts come out as they went in.
fn unnamed() -> Publication {
    Publication { names_outlets: false, ..whole() }
}

#[test]
fn an_rss_document_says_everything_that_it_can() {
    insta::assert_snapshot!(rss(&whole()));
}

#[test]
fn a_json_feed_says_everything_that_it_can() {
    insta::assert_snapshot!(json_feed(&whole()).replace(",\"", ",\n\"").replace("{\"", "{\n\""));
}

#[test]
fn a_list_of_feeds_says_everything_that_it_can() {
    insta::assert_snapshot!(opml("Таспа & «барлығы»", &feeds(), at("2026-11-04T09:05:00Z")));
}

fn feeds() -> [Outline<'static>; 2] {
    let plain = Outline { title: "Zakon", feed: "https://zakon.example/rss?a=1&b=2", page: None, language: None, tags: Vec::new() };
    let full = Outline {
        title: "Егемен <Қазақстан> & \"серіктер\"",
        feed: "https://egemen.kz/rss",
        page: Some("https://egemen.kz/"),
        language: Some("kk"),
        tags: vec!["баспасөз", "kk"],
    };
    [full, plain]
}

#[test]
fn what_is_read_from_rss_is_what_went_in() {
    let view = unnamed();
    let files: [&[_]; 4] = [&[AUDIO, LOST_IMAGE], &OF_ALL_KINDS, &[], &[]];
    let of = |(story, files): (&Story, &&[_])| expected(&view, story, |category| category.term.clone(), files);
    assert_eq!(seen(&rss(&view)), view.stories.iter().zip(&files).map(of).collect::<Vec<_>>());
}

#[test]
fn what_is_read_from_a_json_feed_is_what_went_in() {
    let view = unnamed();
    let files: [&[_]; 4] = [&[AUDIO], &OF_ALL_KINDS, &[], &[]];
    let of = |(story, files): (&Story, &&[_])| expected(&view, story, |category| category.label.clone().unwrap(), files);
    assert_eq!(seen(&json_feed(&view)), view.stories.iter().zip(&files).map(of).collect::<Vec<_>>());
}

#[test]
fn what_a_feed_says_of_itself_is_read_in_both_formats() {
    let view = whole();
    for (document, address) in [(rss(&view), view.url("rss")), (json_feed(&view), view.url("json"))] {
        let feed = feed_rs::parser::parse(document.as_bytes()).unwrap();
        assert_eq!(feed.title.unwrap().content, view.title);
        assert_eq!(feed.description.map(|text| text.content), view.subtitle);
        assert_eq!(feed.language, view.declared_language);
        assert_eq!(feed.logo.map(|image| image.uri), view.icon);
        let links: Vec<&str> = feed.links.iter().map(|link| link.href.as_str()).collect();
        assert_eq!(links, [view.url("html").as_str(), &address]);
    }
}

#[test]
fn a_single_file_is_an_enclosure_alone() {
    let document = rss(&publication(vec![Story { image: None, ..full(1) }]));
    assert_eq!((document.matches("<enclosure ").count(), document.matches("<media:").count()), (1, 0), "{document}");
    let lost = rss(&publication(vec![Story { enclosures: Vec::new(), ..full(1) }]));
    assert!(lost.contains("<enclosure url=\"https://news.example.kz/i.jpg\" length=\"0\" type=\"image/jpeg\"/>"), "{lost}");
}

#[test]
fn an_image_without_an_address_on_the_web_is_not_shown() {
    for image in ["/i.jpg", "data:image/png;base64,AAAA", "ftp://a.kz/i.jpg"] {
        let view = publication(vec![Story { image: Some(image.to_owned()), ..story(1) }]);
        assert!(!rss(&view).contains("media:thumbnail") && !json_feed(&view).contains("\"image\""), "{image}");
    }
}

#[test]
fn every_item_of_a_json_feed_has_content_and_a_plain_summary() {
    let of = |story: Story| {
        let document = json_feed(&Publication { names_outlets: false, ..publication(vec![story]) });
        let item = serde_json::from_str::<serde_json::Value>(&document).unwrap()["items"][0].take();
        (item["content_html"].as_str().unwrap().to_owned(), item["summary"].as_str().map(str::to_owned))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(of(full(1)), ("<p>Мәтін &amp; сурет</p>".to_owned(), some("Кратко")));
    assert_eq!(of(with_files()), ("<p>Қысқаша: <b>А</b> &lt; Б</p>".to_owned(), some("Қысқаша: А < Б")));
    let title = "A & <b>".to_owned();
    assert_eq!(of(Story { summary: None, content: None, title, ..story(1) }), ("A &amp; &lt;b&gt;".to_owned(), None));
}

/// Whether XML 1.0 §2.2 allows all of a document.
fn has_only_characters_of_xml(document: &str) -> bool {
    document.chars().all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..))
}

/// A text without what XML 1.0 §2.2 forbids.
fn allowed(text: &str) -> String {
    text.chars().filter(|c| has_only_characters_of_xml(&c.to_string())).collect()
}

#[test]
fn rss_of_hostile_texts_is_well_formed_and_keeps_them() {
    let view = of_hostile_texts();
    let document = rss(&view);
    assert!(has_only_characters_of_xml(&document), "{document:?}");
    assert!(!document.contains("]]>") && !document.contains("<script"), "{document:?}");
    let feed = feed_rs::parser::parse(document.as_bytes()).unwrap();
    assert_eq!(feed.title.unwrap().content, allowed(&view.title));
    let [entry] = feed.entries.try_into().unwrap();
    assert_eq!(entry.title.unwrap().content, allowed(&view.stories[0].title));
    assert_eq!(entry.summary.unwrap().content, allowed(view.stories[0].summary.as_ref().unwrap()));
    assert!(entry.content.unwrap().body.unwrap().starts_with(&allowed(view.stories[0].content.as_ref().unwrap())));
    assert_eq!(entry.categories[0].term, allowed(&view.stories[0].categories[0].term));
    assert_eq!(entry.categories[0].scheme, None, "it is no IRI");
}

#[test]
fn a_json_feed_of_hostile_texts_parses_and_keeps_them() {
    let view = of_hostile_texts();
    let document = json_feed(&view);
    let feed: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert_eq!(feed["title"], view.title);
    assert_eq!(feed["items"][0]["title"], view.stories[0].title);
    assert_eq!(feed["items"][0]["_taspa"]["source"]["title"], hostile("outlet"));
    for (left_out, of) in [("attachments", &feed["items"][0]), ("versions", &feed["items"][0]["_taspa"])] {
        assert!(of[left_out].is_null(), "its address is no IRI: {left_out}");
    }
    assert_eq!(feed_rs::parser::parse(document.as_bytes()).unwrap().entries.len(), 1);
}

#[test]
fn opml_of_hostile_texts_is_well_formed() {
    let text = hostile("feed");
    let hostile = Outline { title: &text, feed: &text, page: Some(&text), language: Some(&text), tags: vec![&text, &text] };
    let [full, plain] = feeds();
    let document = opml(&text, &[hostile, full, plain], at("2026-11-04T09:05:00Z"));
    assert!(has_only_characters_of_xml(&document), "{document:?}");
    // feed-rs reads no OPML, yet all of an element that it does not know, down to its end.
    let (_, list) = document.split_once('\n').unwrap();
    let wrapped = format!("<rss version=\"2.0\"><channel>{list}<title>after it</title></channel></rss>");
    let feed = feed_rs::parser::parse(wrapped.as_bytes()).unwrap();
    assert_eq!(feed.title.unwrap().content, "after it");
    let broken = wrapped.replace("</head>", "</heads>");
    assert!(feed_rs::parser::parse(broken.as_bytes()).is_err(), "feed-rs would find what is not well-formed");
}

#[test]
fn the_same_input_gives_the_same_bytes_in_every_format() {
    let made = at("2026-11-24T09:05:00Z");
    assert_eq!(rss(&whole()), rss(&whole()));
    assert_eq!(json_feed(&whole()), json_feed(&whole()));
    assert_eq!(opml("Таспа", &feeds(), made), opml("Таспа", &feeds(), made));
}

#[test]
fn an_empty_view_is_a_valid_feed_in_both_formats() {
    let view = publication(Vec::new());
    for document in [rss(&view), json_feed(&view)] {
        let feed = feed_rs::parser::parse(document.as_bytes()).unwrap();
        assert!(feed.entries.is_empty() && feed.title.is_some(), "{document}");
    }
    assert!(rss(&view).contains(&format!("<description>{}</description>", view.title)), "a channel must be described");
}

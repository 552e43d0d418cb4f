//! Publications to Atom: what is in the document, and that readers and XML accept it whatever sources sent.

use chrono::{DateTime, Utc};
use taspa::normalise::{Author, Category, Enclosure};
use taspa::render::{Listed, atom, front_page};
use taspa::view::{Identity, Publication, Story, StorySource};
use url::Url;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn story(id: i64) -> Story {
    Story {
        id,
        atom_id: None,
        updated: at("2026-11-24T09:35:00Z"),
        published: at("2026-11-24T08:00:00Z"),
        title: format!("Жаңалық {id}"),
        link: Some(format!("https://news.example.kz/{id}?a=1&b=2")),
        language: Some("kk".to_owned()),
        summary: None,
        content: Some("<p>Мәтін &amp; сурет</p>".to_owned()),
        authors: Vec::new(),
        categories: Vec::new(),
        enclosures: Vec::new(),
        image: None,
        source: StorySource {
            name: "egemen".to_owned(),
            url: "https://egemen.kz/rss".to_owned(),
            feed_id: None,
            title: Some("Егемен Қазақстан".to_owned()),
            link: Some("https://egemen.kz/".to_owned()),
        },
    }
}

fn full(id: i64) -> Story {
    Story {
        atom_id: Some("https://news.example.kz/?p=2".to_owned()),
        title: "«AT&T» <b> ]]> & \"тырнақша\"".to_owned(),
        language: Some("ru".to_owned()),
        summary: Some("Кратко".to_owned()),
        authors: vec![
            Author { name: "Айгүл".to_owned(), uri: Some("https://news.example.kz/a".to_owned()) },
            Author { name: "Ерлан".to_owned(), uri: None },
        ],
        categories: vec![Category {
            term: "Қоғам".to_owned(),
            scheme: Some("https://news.example.kz/tags".to_owned()),
            label: Some("Society".to_owned()),
        }],
        enclosures: vec![Enclosure {
            url: "https://news.example.kz/a.mp3".to_owned(),
            media_type: Some("audio/mpeg".to_owned()),
            length: Some(5),
        }],
        image: Some("https://news.example.kz/i.jpg".to_owned()),
        source: StorySource { feed_id: Some("tag:news.example.kz,2020:feed".to_owned()), ..story(id).source },
        ..story(id)
    }
}

fn publication(stories: Vec<Story>) -> Publication {
    Publication {
        name: "жаңа".to_owned(),
        title: "Таспа: барлығы".to_owned(),
        identity: Identity { authority: "news.example.kz".to_owned(), born: "2026-11-23".to_owned() },
        home: Url::parse("https://news.example.kz/taspa/").unwrap(),
        updated: stories.iter().map(|story| story.updated).max().unwrap_or(at("2026-11-23T00:00:00Z")),
        stories,
    }
}

/// The document with a line break before each element that matters to the eye.
fn readable(document: &str) -> String {
    [
        "<entry>",
        "</entry>",
        "<link",
        "<author",
        "<source",
        "</source",
        "<content",
        "<summary",
        "<category",
        "<published",
        "<updated",
        "<id",
        "<title",
        "<generator",
        "</feed",
    ]
    .iter()
    .fold(document.to_owned(), |text, tag| text.replace(tag, &format!("\n{tag}")))
}

#[test]
fn an_atom_document_says_everything_that_it_must() {
    insta::assert_snapshot!(readable(&atom(&publication(vec![full(2), story(1)]))));
}

#[test]
fn an_empty_view_is_a_valid_feed() {
    insta::assert_snapshot!(readable(&atom(&publication(Vec::new()))));
}

#[test]
fn every_entry_has_what_rfc_4287_demands_of_it() {
    let bare = Story {
        link: None,
        content: None,
        summary: None,
        language: None,
        source: StorySource { title: None, link: None, ..story(3).source },
        ..story(3)
    };
    let linked = Story { content: None, ..story(4) };
    let feed = feed_rs::parser::parse(atom(&publication(vec![bare, linked, full(5)])).as_bytes()).unwrap();
    for entry in &feed.entries {
        assert!(!entry.id.is_empty() && entry.title.is_some() && entry.updated.is_some(), "{entry:?}");
        assert!(!entry.authors.is_empty(), "{entry:?}");
        let has_alternate = entry.links.iter().any(|link| link.rel.as_deref() == Some("alternate"));
        assert!(entry.content.is_some() || has_alternate, "{entry:?}");
    }
    assert_eq!(feed.entries[0].authors[0].name.as_deref(), Some("egemen"), "the outlet, where nobody is named");
    assert_eq!(feed.entries[2].title.as_ref().unwrap().content, "«AT&T» <b> ]]> & \"тырнақша\"");
    let mut ids: Vec<&str> = feed.entries.iter().map(|entry| entry.id.as_str()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[test]
fn the_language_of_all_is_the_feeds_and_each_text_has_its_own() {
    let document = atom(&publication(vec![story(1), story(2)]));
    assert!(document.contains("xml:lang=\"kk\"><title>Таспа"), "{document}");
    let mixed = atom(&publication(vec![story(1), full(2)]));
    assert!(!mixed.split("<title>").next().unwrap().contains("xml:lang"));
    assert!(mixed.contains("<title xml:lang=\"kk\">Жаңалық 1") && mixed.contains("<content xml:lang=\"ru\" type=\"html\">"), "{mixed}");
}

#[test]
fn the_same_publication_gives_the_same_bytes() {
    let publication = publication(vec![full(2), story(1)]);
    assert_eq!(atom(&publication), atom(&publication));
}

#[test]
fn the_front_page_lists_and_links_the_views() {
    let listed = |title: &str| Listed { title: title.to_owned(), url: "https://a.kz/feeds/x.atom?a=1&b=2".to_owned() };
    insta::assert_snapshot!(front_page(&[listed("Барлығы <script>")]));
    assert!(front_page(&[]).contains("No feed is published here"));
}

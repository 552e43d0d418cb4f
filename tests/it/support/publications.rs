//! Publications as the renderers take them: plain, full, told elsewhere too.

use chrono::{DateTime, Utc};
use taspa::normalise::{Author, Category, Enclosure};
use taspa::view::{Identity, Publication, Story, StoryId, StorySource, Version};
use url::Url;

/// An instant, as RFC 3339 writes it.
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A story in Kazakh with a text and little else.
pub fn story(id: i64) -> Story {
    Story {
        id: StoryId::Story(id),
        atom_id: None,
        updated: at("2026-11-24T09:35:00Z"),
        published: at("2026-11-24T08:00:00Z"),
        entered: at("2026-11-24T08:05:00Z"),
        title: format!("Жаңалық {id}"),
        link: Some(format!("https://news.example.kz/{id}?a=1&b=2")),
        language: Some("kk".to_owned()),
        summary: None,
        content: Some("<p>Мәтін &amp; сурет</p>".to_owned()),
        authors: Vec::new(),
        categories: Vec::new(),
        enclosures: Vec::new(),
        image: None,
        rights: None,
        source: StorySource {
            name: "egemen".to_owned(),
            url: "https://egemen.kz/rss".to_owned(),
            feed_id: None,
            title: Some("Егемен Қазақстан".to_owned()),
            link: Some("https://egemen.kz/".to_owned()),
            rights: None,
            icon: None,
            logo: None,
        },
        versions: Vec::new(),
    }
}

/// A version of a story in Russian, its title full of what must be escaped.
pub fn version(outlet: &str, link: &str) -> Version {
    Version {
        outlet: outlet.to_owned(),
        title: format!("«{outlet}» <о> \"том\" же & другом"),
        link: link.to_owned(),
        language: Some("ru".to_owned()),
    }
}

/// Two other outlets, one of them twice, and a second item of its own.
pub fn told_elsewhere(story: Story) -> Story {
    let versions = vec![
        version("Zakon <\"&'> kz", "https://zakon.example/?a=1&b='2\">"),
        version("Tengri", "https://tengri.example/1"),
        version("Tengri", "https://tengri.example/2"),
        Version { language: None, ..version("Егемен Қазақстан", "https://egemen.kz/again") },
    ];
    Story { versions, ..story }
}

/// A story in Russian that has something in every field but the versions.
pub fn full(id: i64) -> Story {
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
        rights: Some("© 2026 Айгүл & «серіктер»".to_owned()),
        source: StorySource {
            feed_id: Some("tag:news.example.kz,2020:feed".to_owned()),
            rights: Some("© 2026 Егемен Қазақстан".to_owned()),
            icon: Some("https://egemen.kz/icon.png?a=1&b=2".to_owned()),
            logo: Some("https://egemen.kz/logo.png".to_owned()),
            ..story(id).source
        },
        ..story(id)
    }
}

/// A view of the stories, with nothing but what it must have.
pub fn publication(stories: Vec<Story>) -> Publication {
    Publication {
        name: "жаңа".to_owned(),
        title: "Таспа: барлығы".to_owned(),
        subtitle: None,
        icon: None,
        declared_language: None,
        identity: Identity { authority: "news.example.kz".to_owned(), born: "2026-11-23".to_owned() },
        home: Url::parse("https://news.example.kz/taspa/").unwrap(),
        updated: stories.iter().map(|story| story.updated).max().unwrap_or(at("2026-11-23T00:00:00Z")),
        stories,
        names_outlets: true,
        hub: None,
        archive: None,
        older: None,
        tombstones: Vec::new(),
        found_by: None,
        has_search: false,
    }
}

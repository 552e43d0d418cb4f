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

/// A view that says all it can, of a story told elsewhere too, one with files of all kinds, a plain one, and one of a title alone.
pub fn whole() -> Publication {
    Publication {
        subtitle: Some("Бір ағында & <барлық> газет".to_owned()),
        icon: Some("https://news.example.kz/icon.png?a=1&b=2".to_owned()),
        declared_language: Some("kk".to_owned()),
        ..publication(vec![told_elsewhere(full(2)), with_files(), story(1), bare()])
    }
}

/// A story with files of all kinds, their types and lengths well and badly told.
pub fn with_files() -> Story {
    let file = |url: &str, media_type: Option<&str>, length: Option<u64>| Enclosure {
        url: url.to_owned(),
        media_type: media_type.map(str::to_owned),
        length,
    };
    Story {
        summary: Some("<p>Қысқаша: <b>А</b> &lt; Б</p>".to_owned()),
        content: None,
        enclosures: vec![
            file("https://news.example.kz/unknown?a=1&b=2", None, None),
            file("https://news.example.kz/picture.PNG", None, Some(0)),
            file("https://news.example.kz/video", Some("video/mp4"), Some(5_000_000_000)),
            file("https://news.example.kz/wrong", Some("mp3"), Some(7)),
        ],
        image: Some("https://news.example.kz/picture.PNG".to_owned()),
        ..story(3)
    }
}

/// Nothing but a title and where it came from.
pub fn bare() -> Story {
    let source = StorySource { title: None, link: None, ..story(4).source };
    Story { link: None, language: None, summary: None, content: None, source, ..story(4) }
}

/// Text that no format may stumble over, with every character that XML forbids or changes.
pub fn hostile(salt: &str) -> String {
    let controls: String = ('\0'..='\u{9f}').filter(|c| c.is_control()).collect();
    format!(
        "{salt} ]]> </title> <script>alert(\"x\")</script> <!-- & &amp; &#0; &bogus; 'a' \"b\" {controls}\u{fffe}\u{ffff}\u{2028} \u{1f300} \\u0000 \\"
    )
}

/// A view and a story in which each text is hostile, those too that are checked where they enter.
pub fn of_hostile_texts() -> Publication {
    let language = Some(hostile("language"));
    let story = Story {
        atom_id: Some(hostile("id")),
        title: hostile("title"),
        link: Some(hostile("link")),
        language: language.clone(),
        summary: Some(hostile("summary")),
        content: Some(hostile("content")),
        authors: vec![Author { name: hostile("author"), uri: Some(hostile("uri")) }],
        categories: vec![Category { term: hostile("term"), scheme: Some(hostile("scheme")), label: Some(hostile("label")) }],
        enclosures: vec![Enclosure { url: hostile("file"), media_type: Some(hostile("type")), length: Some(u64::MAX) }],
        image: Some(format!("https://a.kz/{}", hostile("image"))),
        rights: Some(hostile("rights")),
        source: StorySource {
            name: hostile("name"),
            url: hostile("feed"),
            feed_id: Some(hostile("feed id")),
            title: Some(hostile("outlet")),
            link: Some(hostile("page")),
            rights: Some(hostile("rights of all")),
            icon: Some(hostile("icon")),
            logo: Some(hostile("logo")),
        },
        versions: vec![version(&hostile("other outlet"), &hostile("other link"))],
        ..story(1)
    };
    Publication {
        title: hostile("view"),
        subtitle: Some(hostile("subtitle")),
        icon: Some(hostile("icon")),
        declared_language: language,
        identity: Identity { authority: hostile("authority"), born: hostile("born") },
        ..publication(vec![story])
    }
}

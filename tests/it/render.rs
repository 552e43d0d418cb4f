//! Publications to Atom: what is in the document, and that readers and XML accept it whatever sources sent.

use chrono::{DateTime, Utc};
use taspa::normalise::{Author, Category, Enclosure};
use taspa::render::{Listed, atom, front_page};
use taspa::view::{Identity, Publication, Story, StoryId, StorySource, Version};
use url::Url;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn story(id: i64) -> Story {
    Story {
        id: StoryId::Story(id),
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
        versions: Vec::new(),
    }
}

fn version(outlet: &str, link: &str) -> Version {
    Version {
        outlet: outlet.to_owned(),
        title: format!("«{outlet}» <о> \"том\" же & другом"),
        link: link.to_owned(),
        language: Some("ru".to_owned()),
    }
}

/// Two other outlets, one of them twice, and a second item of its own.
fn told_elsewhere(story: Story) -> Story {
    let versions = vec![
        version("Zakon <\"&'> kz", "https://zakon.example/?a=1&b='2\">"),
        version("Tengri", "https://tengri.example/1"),
        version("Tengri", "https://tengri.example/2"),
        Version { language: None, ..version("Егемен Қазақстан", "https://egemen.kz/again") },
    ];
    Story { versions, ..story }
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
        subtitle: None,
        icon: None,
        declared_language: None,
        identity: Identity { authority: "news.example.kz".to_owned(), born: "2026-11-23".to_owned() },
        home: Url::parse("https://news.example.kz/taspa/").unwrap(),
        updated: stories.iter().map(|story| story.updated).max().unwrap_or(at("2026-11-23T00:00:00Z")),
        stories,
        names_outlets: true,
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
fn other_versions_are_linked_and_named() {
    insta::assert_snapshot!(readable(&atom(&publication(vec![told_elsewhere(full(2)), told_elsewhere(story(1))]))));
}

/// What a reader sees of the first entry: summary and content.
fn seen(stories: Vec<Story>, names_outlets: bool) -> (Option<String>, Option<String>) {
    let document = atom(&Publication { names_outlets, ..publication(stories) });
    let entry = feed_rs::parser::parse(document.as_bytes()).unwrap().entries.remove(0);
    (entry.summary.map(|text| text.content), entry.content.and_then(|content| content.body))
}

#[test]
fn the_line_that_names_other_outlets_ends_what_readers_see_and_stands_once() {
    let told = |summary: Option<&str>, content: Option<&str>| {
        told_elsewhere(Story { summary: summary.map(str::to_owned), content: content.map(str::to_owned), ..story(1) })
    };
    let line = "<p>Сондай-ақ: <a href=\"https://zakon.example/?a=1&amp;b='2&quot;&gt;\">Zakon &lt;&quot;&amp;'&gt; kz</a>, \
                <a href=\"https://tengri.example/1\">Tengri</a></p>";
    let with_line = |text: &str| Some(format!("{text}{line}"));
    let some = |text: &str| Some(text.to_owned());
    let cases = [
        (told(Some("С"), Some("<p>Т</p>")), (some("С"), with_line("<p>Т</p>"))),
        (told(Some("С"), None), (with_line("С"), None)),
        (told(None, None), (None, with_line(""))),
        (Story { link: None, title: "A & <b>".to_owned(), ..told(Some("С"), None) }, (some("С"), with_line("A &amp; &lt;b>"))),
    ];
    for (story, expected) in cases {
        assert_eq!(seen(vec![story.clone()], true), expected, "{story:?}");
        let document = atom(&publication(vec![story.clone()]));
        assert_eq!(document.matches("Сондай-ақ").count(), 1, "{document}");
        let without = Story { versions: Vec::new(), ..story.clone() };
        assert_eq!(seen(vec![story.clone()], false), seen(vec![without.clone()], true), "{story:?}");
        let unnamed = atom(&Publication { names_outlets: false, ..publication(vec![story]) });
        assert_eq!(unnamed.matches("rel=\"related\"").count(), 4, "links stand there either way");
    }
}

#[test]
fn the_line_is_in_the_language_of_the_story() {
    let cases = [
        (Some("ru"), "Также: "),
        (Some("ru-kz"), "Также: "),
        (Some("kk"), "Сондай-ақ: "),
        (Some("en-gb"), "Also: "),
        (None, "Also: "),
        (Some("de"), "Also: "),
    ];
    for (language, start) in cases {
        let story = Story { language: language.map(str::to_owned), ..told_elsewhere(story(1)) };
        let (_, content) = seen(vec![story], true);
        assert!(content.unwrap().contains(&format!("<p>{start}<a ")), "{language:?}");
    }
}

#[test]
fn an_outlet_that_only_repeats_itself_is_not_named() {
    let versions = vec![version("Егемен Қазақстан", "https://egemen.kz/again")];
    let again = Story { versions, ..story(1) };
    assert_eq!(seen(vec![again.clone()], true).1, story(1).content);
    assert!(atom(&publication(vec![again])).contains("<link href=\"https://egemen.kz/again\" rel=\"related\""));
}

#[test]
fn an_entry_that_stands_for_itself_has_an_id_of_its_own() {
    let alone = Story { id: StoryId::Entry(1), ..story(1) };
    let feed = feed_rs::parser::parse(atom(&publication(vec![alone, story(1)])).as_bytes()).unwrap();
    let ids: Vec<&str> = feed.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["tag:news.example.kz,2026-11-23:entry/1", "tag:news.example.kz,2026-11-23:1"]);
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

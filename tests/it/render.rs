//! Publications to Atom: what is in the document, and that readers and XML accept it whatever sources sent.

use taspa::render::atom;
use taspa::view::{Publication, Story, StoryId, StorySource};

use crate::support::publications::{full, publication, story, told_elsewhere, version};

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

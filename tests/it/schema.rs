//! Documents held against schemas/atom.rng, the grammar of RFC 4287, by xmllint; where that is missing these tests say so and pass.

use std::fs;
use std::path::Path;
use std::process::Command;

use taspa::render::atom;
use taspa::view::{Publication, Story, StoryId, StorySource, Tombstone};

use crate::support::publications::{at, full, of_hostile_texts, publication, story, told_elsewhere, whole};

/// Why xmllint refuses each of the documents, None where it does not; None of all where there is no xmllint.
fn judged(documents: &[&str]) -> Option<Vec<Option<String>>> {
    if Command::new("xmllint").arg("--version").output().is_err() {
        eprintln!("skipped: no xmllint to hold documents against the grammar of Atom");
        return None;
    }
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/schemas/atom.rng");
    let folder = tempfile::tempdir().unwrap();
    let judge = |document: &&str| {
        let file = folder.path().join("document.atom");
        fs::write(&file, document).unwrap();
        let output = Command::new("xmllint").args(["--noout", "--nonet", "--huge", "--relaxng"]).args([&schema, &file]).output().unwrap();
        (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
    };
    Some(documents.iter().map(judge).collect())
}

/// Panics when the grammar refuses one of the documents.
#[track_caller]
pub fn assert_valid(documents: &[&str]) {
    for (document, refused) in documents.iter().zip(judged(documents).unwrap_or_default()) {
        assert_eq!(refused, None, "{document}");
    }
}

/// The hostile view with what is checked where it enters: languages, the publisher's ids, what ids are made of.
fn hostile() -> Publication {
    let view = of_hostile_texts();
    let checked = |story: &Story| Story {
        atom_id: None,
        language: Some("kk".to_owned()),
        source: StorySource { feed_id: None, url: "https://a.kz/?a[]=%".to_owned(), ..story.source.clone() },
        ..story.clone()
    };
    let stories = view.stories.iter().map(checked).collect();
    Publication { stories, declared_language: None, identity: publication(Vec::new()).identity, ..view }
}

/// A day of an archive, and a feed that leads to one and tells what is gone.
fn archived() -> [Publication; 2] {
    let day = "2026-11-24".parse().ok();
    let tombstones = vec![Tombstone { atom_id: None, id: StoryId::Story(9), at: at("2026-11-24T10:00:00Z") }];
    let archive = Publication { archive: day, older: day, ..publication(vec![full(2), story(1)]) };
    let hub = Some("https://hub.example/?a[]=1".to_owned());
    [archive, Publication { older: day, tombstones, hub, ..publication(vec![told_elsewhere(full(2))]) }]
}

#[test]
fn every_kind_of_document_follows_the_grammar_of_rfc_4287() {
    let [archive, leading] = archived();
    let alone = Publication {
        found_by: Some("курс -тенге \"а б\"".to_owned()),
        ..publication(vec![Story { id: StoryId::Entry(1), ..story(1) }])
    };
    let documents = [whole(), hostile(), archive, leading, alone, publication(Vec::new())].map(|view| atom(&view));
    assert_valid(&documents.each_ref().map(String::as_str));
}

#[test]
fn the_grammar_refuses_what_rfc_4287_does() {
    let document = atom(&whole());
    let replaced = |what: &str, with: &str| {
        assert!(document.contains(what), "{what}");
        document.replacen(what, with, 1)
    };
    let cases = [
        replaced("<id>tag:news.example.kz,2026-11-23:view/%D0%B6%D0%B0%D2%A3%D0%B0</id>", ""),
        replaced("<entry>", "<entry><content>a</content><content>b</content>"),
        replaced("<entry>", "<entry><id>tag:a.kz,2026:1</id>"),
        replaced("<entry><title xml:lang=\"ru\">", "<entry><title xml:lang=\"ru\" type=\"markdown\">"),
        replaced("<updated>2026-11-24T09:35:00+00:00</updated>", "<updated>yesterday</updated>"),
        replaced("xml:lang=\"ru\"", "xml:lang=\"по-русски\""),
        replaced("type=\"audio/mpeg\"", "type=\"mp3\""),
        replaced("<link href=\"", "<link unknown=\"\" href=\""),
        replaced("<link href=\"", "<link address=\""),
        replaced("<name>Айгүл</name>", ""),
        replaced("term=\"Қоғам\"", "term=\"\""),
        replaced("<source>", "<source><entry/>"),
        replaced("</feed>", "<unknown/></feed>"),
        replaced("<feed ", "<rss "),
    ];
    let Some(judged) = judged(&cases.each_ref().map(String::as_str)) else { return };
    for (case, refused) in cases.iter().zip(judged) {
        assert!(refused.is_some(), "{case}");
    }
    let extended = replaced("<entry>", "<entry><x:y xmlns:x=\"https://a.kz/\" a=\"b\"><x:z/>c</x:y>");
    assert_valid(&[&extended]);
}

//! What no document may hold, whatever sources sent: addresses that are no IRIs, characters that are none of XML's, ids that are taken; and what it
//! must not lose: who holds which rights in what.

use std::collections::BTreeSet;

use taspa::normalise::{Author, Category, Enclosure, mended_iri};
use taspa::render::{atom, json_feed, rss};
use taspa::view::{Publication, Story, StorySource};

use crate::support::binary::Workplace;
use crate::support::feeds;
use crate::support::origin::{Origin, Reply};
use crate::support::publications::{full, publication, story, version};
use crate::support::scene::{Scene, config, ids, rows, wait_for_feed};

/// An address that sources send, and what stands for it in documents.
const ADDRESSES: [(&str, Option<&str>); 42] = [
    ("https://a.kz/1?b=2#c", Some("https://a.kz/1?b=2#c")),
    ("https://a.kz/жаңалық?сұрақ=1#бөлім", Some("https://a.kz/жаңалық?сұрақ=1#бөлім")),
    ("https://a.kz", Some("https://a.kz")),
    ("http://[2001:db8::1]:80/a", Some("http://[2001:db8::1]:80/a")),
    ("tag:a.kz,2026:1", Some("tag:a.kz,2026:1")),
    ("urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", Some("urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a")),
    ("https://a.kz/a b", Some("https://a.kz/a%20b")),
    (" https://a.kz/a\n", Some("https://a.kz/a")),
    ("https://a.kz/?a[]=1&b[x]=2", Some("https://a.kz/?a%5B%5D=1&b%5Bx%5D=2")),
    ("https://a.kz/[1]/{2}|3^4`5\"6<7>", Some("https://a.kz/%5B1%5D/%7B2%7D%7C3%5E4%605%226%3C7%3E")),
    ("https://a.kz/?{2}|3^4`5\"6<7>\\8", Some("https://a.kz/?%7B2%7D%7C3%5E4%605%226%3C7%3E%5C8")),
    ("https://a.kz/#{2}|3^4`5\"6<7>\\8[9]", Some("https://a.kz/#%7B2%7D%7C3%5E4%605%226%3C7%3E%5C8%5B9%5D")),
    ("https://a.kz\\b", Some("https://a.kz/b")),
    ("https://a.kz/100%", Some("https://a.kz/100%25")),
    ("https://a.kz/%zz%4%D0%B0", Some("https://a.kz/%25zz%254%D0%B0")),
    ("https://a.kz/?%u0430", Some("https://a.kz/?%25u0430")),
    ("https://a.kz/#b#c", Some("https://a.kz/#b%23c")),
    ("https://a.kz/\u{200f}\u{fffe}", Some("https://a.kz/%E2%80%8F%EF%BF%BE")),
    ("https://a.kz/\u{e000}?\u{a0}", Some("https://a.kz/%EE%80%80?%C2%A0")),
    ("HTTPS://ҚАЗ.kz/%", Some("https://xn--80ao21a.kz/%25")),
    ("https://u[1]@a.kz/", Some("https://u%5B1%5D@a.kz/")),
    ("http:/a.kz/[", Some("http://a.kz/%5B")),
    ("\u{1}https://a.kz/a", Some("https://a.kz/a")),
    ("ht\ntps://a.kz/a", Some("https://a.kz/a")),
    ("https:///a.kz/b", Some("https://a.kz/b")),
    ("http:a.kz/b", Some("http://a.kz/b")),
    ("http://a@b@c.kz/", Some("http://a%40b@c.kz/")),
    ("tag:a", None),
    (" tag:a.kz,2026:1", None),
    ("urn:uuid:1225c695", None),
    ("https://a{b}.kz/", None),
    ("https://a.kz:99999/", None),
    ("https://[::1/", None),
    ("https://", None),
    ("https:// /", None),
    ("/1", None),
    ("a.kz/1", None),
    ("javascript:alert(1)", None),
    ("data:text/html,<b>", None),
    ("mailto:a@a.kz", None),
    ("urn:a b", None),
    ("", None),
];

#[test]
fn addresses_that_are_no_iris_are_mended_or_left_out() {
    for (sent, expected) in ADDRESSES {
        let mended = mended_iri(sent);
        assert_eq!(mended.as_deref(), expected, "{sent:?}");
        if let Some(mended) = mended {
            assert_eq!(mended_iri(&mended).as_deref(), Some(&*mended), "once is enough: {sent:?}");
        }
    }
}

/// A story, its source and a version of it that have an address in every place.
fn addressed(address: &str) -> Story {
    let some = || Some(address.to_owned());
    Story {
        link: some(),
        authors: vec![Author { name: "Айгүл".to_owned(), uri: some() }],
        categories: vec![Category { term: "Қоғам".to_owned(), scheme: some(), label: None }],
        enclosures: vec![Enclosure { url: address.to_owned(), media_type: None, length: None }],
        image: some(),
        source: StorySource { link: some(), icon: some(), logo: some(), ..story(1).source },
        versions: vec![version("Zakon", address)],
        ..story(1)
    }
}

/// What stands in the attributes and elements that hold addresses.
fn addresses(document: &str) -> BTreeSet<String> {
    let places = [" href=\"", " url=\"", " scheme=\"", " domain=\"", "<uri>", "<icon>", "<logo>", "<link>", "url\":\""];
    let found = places.iter().flat_map(|start| document.split(start).skip(1));
    let unescaped = |text: &str| text.replace("&amp;", "&").replace("&#x26;", "&").replace("&apos;", "'");
    found.map(|rest| unescaped(rest.split(['"', '<']).next().unwrap())).collect()
}

#[test]
fn no_document_holds_an_address_that_is_none() {
    let plain = |view: &Publication| [addresses(&atom(view)), addresses(&rss(view)), addresses(&json_feed(view))];
    let bare = plain(&publication(vec![Story { link: None, source: StorySource { link: None, ..story(1).source }, ..story(1) }]));
    for (sent, expected) in ADDRESSES {
        for (document, bare) in plain(&Publication { names_outlets: false, ..publication(vec![addressed(sent)]) }).into_iter().zip(&bare) {
            let told: BTreeSet<&str> = document.difference(bare).map(String::as_str).collect();
            assert_eq!(told, expected.into_iter().collect(), "{sent:?}");
        }
    }
}

#[test]
fn an_entry_whose_link_is_left_out_has_content_as_rfc_4287_demands() {
    let unlinked = Story { content: None, ..addressed("https://a{b}.kz/") };
    assert!(atom(&publication(vec![unlinked])).contains("<content xml:lang=\"kk\" type=\"html\">Жаңалық 1"));
}

#[test]
fn no_document_holds_a_character_that_xml_forbids() {
    let all: String = ('\0'..='\u{ffff}').collect();
    let story = Story { title: all.clone(), content: Some(all.clone()), rights: Some(all), ..full(1) };
    let view = publication(vec![story]);
    for document in [atom(&view), rss(&view)] {
        let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
        assert_eq!(document.chars().find(|c| !is_allowed(*c)), None);
        let title = feed_rs::parser::parse(document.as_bytes()).unwrap().entries.remove(0).title.unwrap().content;
        assert!(title.contains("\u{7f}\u{80}") && title.contains('ж') && title.ends_with("\u{fffc}\u{fffd}"), "the others stay");
    }
}

/// An Atom feed with rights of all and of one entry, and pictures of its own.
fn feed_with_rights(rights: &str) -> String {
    let entry = |number: u32, rights: &str| {
        format!(
            "<entry><id>tag:a.kz,2026:{number}</id><title>{}</title><link href=\"/{number}\"/><updated>2025-01-06T09:0{number}:00Z</updated>\
             <author><name>А</name><uri>https://a.kz/авторы/а б</uri></author><category term=\"t\" scheme=\"раздел\" label=\"L\"/>\
             <category term=\"u\" scheme=\"https://a.kz/tags\" label=\"Л\"/>{rights}</entry>",
            feeds::Item::new(number).title
        )
    };
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>tag:a.kz,2026:f</id><title>Егемен</title><updated>2025-01-06T09:00:00Z</updated>\
         <rights type=\"html\">{rights}</rights><icon>/icon.png</icon><logo>https://a.kz/logo.png</logo>{}{}</feed>",
        entry(1, "<rights>CC BY &amp; 4.0</rights>"),
        entry(2, "")
    )
}

#[test]
fn rights_and_pictures_of_a_source_come_out_as_they_went_in() {
    let Scene { origin, workplace: _workplace, daemon } =
        Scene::secondly(Reply::ok(feed_with_rights("&amp;copy; &lt;b&gt;Егемен&lt;/b&gt;")));
    let feed = wait_for_feed(&daemon, "two entries", |feed| ids(feed).len() == 2);
    let entries: Vec<&str> = feed.split("<entry>").collect();
    let of_source = "<rights>© Егемен</rights></source>";
    for entry in &entries[1..] {
        assert!(entry.contains(of_source), "{entry}");
        assert!(
            entry.contains(&format!("<icon>{}</icon>", origin.url("/icon.png"))) && entry.contains("<logo>https://a.kz/logo.png</logo>")
        );
        assert!(entry.contains("<id>tag:a.kz,2026:f</id>") && entry.contains("rel=\"self\""), "{entry}");
        assert!(
            entry.contains("<category term=\"t\" label=\"L\"/><category term=\"u\" scheme=\"https://a.kz/tags\" label=\"Л\"/>"),
            "{entry}"
        );
        assert!(entry.contains("%D0%B0%20%D0%B1</uri>"), "{entry}");
    }
    let own = |entry: &str| entry.contains("<rights xml:lang=\"ru\">CC BY &amp; 4.0</rights>");
    assert_eq!((own(entries[1]), own(entries[2])), (false, true), "{feed}");
    let url = |ending: &str| format!("{}/feeds/all.{ending}", daemon.base_url().trim_end_matches('/'));
    let rss = crate::support::http::get(&url("rss"));
    assert!(rss.text().contains("<dc:rights>© Егемен</dc:rights>") && rss.text().contains("<dc:rights>CC BY &#x26; 4.0</dc:rights>"));
    let json = crate::support::http::get(&url("json"));
    assert!(json.text().contains("\"rights\":\"© Егемен\"") && json.text().contains("\"rights\":\"CC BY & 4.0\""), "{}", json.text());
    // What the feed says of all of them anew is told of all of them.
    origin.put("/a.xml", Reply::ok(feed_with_rights("2027")));
    wait_for_feed(&daemon, "new rights", |feed| feed.matches("<rights>2027</rights></source>").count() == 2);
}

#[test]
fn a_source_that_sends_ids_as_they_are_made_here_takes_none_from_another_story() {
    let origin = Origin::start();
    let workplace = Workplace::new();
    origin.put("/a.xml", Reply::ok(feeds::rss(&[feeds::Item::new(0)])));
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    workplace.taspa(&["fetch", "--strict"]).expect_code(0);
    let (authority, born): (String, String) = rusqlite::Connection::open(workplace.database())
        .unwrap()
        .query_row(
            "SELECT one.value, other.value FROM meta AS one, meta AS other WHERE one.name = 'authority' AND other.name = 'born'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    // The second would have the number of the third.
    let forged = format!("tag:{authority},{born}:3");
    let foreign = format!("tag:{authority}x,{born}:3");
    let items = [feeds::Item::new(1).guid(Some(&forged)), feeds::Item::new(2).guid(None), feeds::Item::new(3).guid(Some(&foreign))];
    origin.put("/a.xml", Reply::ok(feeds::rss(&items)));
    workplace.taspa(&["fetch", "--strict"]).expect_code(0);
    assert_eq!(rows(&workplace, "SELECT count(*) FROM story WHERE atom_id LIKE 'tag:%'"), 1);
    let daemon = workplace.daemon();
    let told = ids(&wait_for_feed(&daemon, "four entries", |feed| ids(feed).len() == 4));
    assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), 4, "{told:?}");
    assert!(told.contains(&foreign) && told.contains(&forged), "{told:?}");
}

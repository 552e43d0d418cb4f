//! Documents as they are found: every dialect, every way of being broken. Each cause has a case of its own.

use chrono_tz::Tz;
use taspa::parse::{Feed, Item, ParseError, Problem, parse};

use crate::support::binary::Workplace;
use crate::support::origin::{Origin, Reply};

/// Reads a document without knowing where it came from.
fn read(text: &str) -> Feed {
    parse(text, None, Tz::UTC).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn rss(inner: &str) -> String {
    format!("<rss version=\"2.0\"><channel><title>F</title>{inner}</channel></rss>")
}

fn atom(inner: &str) -> String {
    format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>F</title>{inner}</feed>")
}

/// The one item of a document of RSS that holds `inner`.
fn item(inner: &str) -> Item {
    only(read(&rss(&format!("<item>{inner}</item>"))))
}

/// The one entry of a document of Atom that holds `inner`.
fn entry(inner: &str) -> Item {
    only(read(&atom(&format!("<entry>{inner}</entry>"))))
}

fn only(feed: Feed) -> Item {
    let [item] = <[Item; 1]>::try_from(feed.items).unwrap_or_else(|items| panic!("one item: {items:?}"));
    item
}

fn title(item: &Item) -> &str {
    item.title.as_ref().map_or("", |title| title.value.as_str())
}

fn titles(feed: &Feed) -> Vec<&str> {
    feed.items.iter().map(title).collect()
}

fn body(item: &Item) -> &str {
    item.content.as_ref().or(item.summary.as_ref()).map_or("", |text| text.value.as_str())
}

#[test]
fn what_is_not_well_formed_is_mended() {
    let cases = [
        ("a named entity of HTML", "<title>a&nbsp;b&mdash;c&eacute;</title>", "a\u{a0}b—cé"),
        ("a bare ampersand", "<title>AT&T & co</title>", "AT&T & co"),
        ("an unknown entity", "<title>a &nosuch; b</title>", "a &nosuch; b"),
        ("an entity without its end", "<title>Q&amp A</title>", "Q&amp A"),
        ("windows-1252 by number", "<title>&#147;a&#148; &#x96; b</title>", "“a” – b"),
        ("a forbidden character by number", "<title>a&#0;b&#x1f;c</title>", "abc"),
        ("a number beyond Unicode", "<title>a&#x110000;b&#99999999999;</title>", "ab&#99999999999;"),
        ("a less-than sign", "<title>1 < 2 <3 a<</title>", "1 < 2 <3 a<"),
        ("a tag that the next interrupts", "<title>a <b c</title>", "a <b c"),
        ("a missing end tag", "<title>two<guid>1</guid>", "two"),
        ("an end tag of another case", "<Title>two</tITLE>", "two"),
        ("a stray end tag", "<title>two</b></title></i>", "two"),
        ("an attribute without quotes", "<title type=html>two</title>", "two"),
        ("a quote never closed", "<category domain=\"x>c</category><title>two</title>", "two"),
        ("a bracket in a value", "<category domain=\"a > b\">c</category><title>two</title>", "two"),
        ("CDATA twice", "<title><![CDATA[a]]> <![CDATA[<b]]></title>", "a <b"),
        ("CDATA never closed", "<title>two</title><description><![CDATA[x</description>", "two"),
        ("a comment in a text", "<title>t<!-- <title> -->wo</title>", "two"),
        ("a comment never closed", "<title>two</title><!-- ", "two"),
        ("an instruction in a text", "<title>t<?php x ?>wo</title>", "two"),
        ("markup in a title", "<title>a <b>b</b> c<br/></title>", "a <b>b</b> c<br/>"),
    ];
    for (name, inner, expected) in cases {
        let document = rss(&format!("<item><title>one</title></item><item>{inner}</item><item><title>three</title></item>"));
        assert_eq!(titles(&read(&document)), ["one", expected, "three"], "{name}");
    }
}

#[test]
fn a_page_is_none_whatever_its_elements_are_called() {
    let page = "<!DOCTYPE html><html><body><item><title>one</title></item></body></html>";
    assert_eq!(parse(page, None, Tz::UTC), Err(ParseError::Page));
    let json = "{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [{\"id\": \"1\", \"content_html\": \"<html>\"}]}";
    assert_eq!(read(json).items.len(), 1);
}

#[test]
fn an_open_cdata_section_swallows_no_other_item() {
    let feed = read(&rss("<item><title>one</title><description><![CDATA[a</description></item>\
        <item><title>two</title><description><![CDATA[b]]></description></item>"));
    assert_eq!((titles(&feed), feed.items.iter().map(body).collect()), (vec!["one", "two"], vec!["a", "b"]));
    assert!(feed.problems[0].to_string().contains("CDATA section is never closed"), "{:?}", feed.problems);
}

#[test]
fn what_stands_around_a_feed_costs_nothing() {
    let feed = rss("<item><title>one</title></item>");
    for document in [
        format!("\u{feff}\n\n{feed}"),
        format!("<br />\n<b>Warning</b>: something in <b>/x.php on line <b>3</b><br />\n<?xml version=\"1.0\"?>{feed}"),
        format!("HTTP/1.1 200 OK\nContent-Type: text/xml\n\n{feed}"),
        format!("{feed}\n<!-- 0.03 s --><script>x()</script></body>"),
        format!("{feed}</rss></channel>"),
        format!("<!DOCTYPE rss PUBLIC \"-//Netscape Communications//DTD RSS 0.91//EN\" \"http://x/rss-0.91.dtd\">{feed}"),
        format!("<html><body>{feed}</body></html>"),
    ] {
        let read = read(&document);
        assert_eq!((titles(&read), read.title.as_ref().unwrap().value.as_str()), (vec!["one"], "F"), "{document}");
    }
}

#[test]
fn a_document_that_breaks_off_keeps_what_is_whole_wherever_it_does() {
    let whole =
        rss("<item><title>one</title></item><item><title>two</title><link href=\"/2\"/><description><![CDATA[x]]></description></item>");
    let first_end = whole.find("</item>").unwrap();
    for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
        match parse(&whole[..end], None, Tz::UTC) {
            Ok(feed) if end < whole.rfind("</item").unwrap() + "</item".len() => {
                assert!(end >= first_end, "{end}");
                assert_eq!((titles(&feed), feed.problems.last()), (vec!["one"], Some(&Problem::CutShort)), "{end}");
            }
            Ok(feed) => assert_eq!(titles(&feed), ["one", "two"], "{end}"),
            Err(error) => assert!(end < first_end + "</item".len(), "{end}: {error}"),
        }
    }
    // Nothing is missing but the last tag.
    assert_eq!(read(whole.trim_end_matches("</rss>")).problems, []);
}

#[test]
fn a_json_feed_that_breaks_off_keeps_its_whole_items() {
    let whole =
        r#"{"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [{"id": "1", "title": "one"}, {"id": "2", "title": "tw"#;
    let feed = read(whole);
    assert_eq!((titles(&feed), feed.problems.last()), (vec!["one"], Some(&Problem::CutShort)));
    let raw = "{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": [{\"id\": 7, \"title\": \"one\ttwo\", \"author\": {\"name\": \"A\"}}]}";
    let feed = read(raw);
    assert_eq!((titles(&feed), feed.items[0].guid.as_deref(), feed.items[0].authors[0].name.as_str()), (vec!["one two"], Some("7"), "A"));
    assert!(matches!(parse(&whole[..60], None, Tz::UTC), Err(ParseError::NotAFeed(_) | ParseError::Broken(_))));
}

#[test]
fn every_dialect_is_read() {
    let item = "<item><title>T</title><link>https://a.kz/1</link></item>";
    let rdf = "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"";
    let entry = "<entry><title>T</title><link rel=\"alternate\" type=\"text/html\" href=\"https://a.kz/1\"/></entry>";
    for document in [
        format!("<rdf:RDF {rdf} xmlns=\"http://my.netscape.com/rdf/simple/0.9/\"><channel><title>F</title></channel>{item}</rdf:RDF>"),
        format!("<rdf:RDF {rdf} xmlns=\"http://purl.org/rss/1.0/\"><channel rdf:about=\"x\"><title>F</title><items><rdf:Seq/></items></channel>{item}</rdf:RDF>"),
        format!("<rdf:RDF><channel><title>F</title></channel>{item}</rdf:RDF>"),
        format!("<r:RDF xmlns:r=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:s=\"http://purl.org/rss/1.0/\"><s:channel><s:title>F</s:title></s:channel>{}</r:RDF>",
            item.replace("</", "</s:").replace("<item", "<s:item").replace("<title", "<s:title").replace("<link", "<s:link")),
        format!("<rss version=\"0.91\"><channel><title>F</title>{item}</channel></rss>"),
        format!("<rss version=\"0.92\" xmlns=\"http://backend.userland.com/rss092\"><channel><title>F</title>{item}</channel></rss>"),
        format!("<rss version=\"2.0\" xmlns=\"http://backend.userland.com/RSS2\"><channel><title>F</title>{item}</channel></rss>"),
        format!("<rss version=\"2.0\" xmlns=\"urn:nothing-that-is-known\"><channel><title>F</title>{item}</channel></rss>"),
        format!("<x:rss xmlns:x=\"urn:nothing\"><x:channel><x:title>F</x:title>{}</x:channel></x:rss>",
            item.replace("</", "</x:").replace("<item", "<x:item").replace("<title", "<x:title").replace("<link", "<x:link")),
        format!("<RSS VERSION=\"2.0\"><CHANNEL><TITLE>F</TITLE>{}</CHANNEL></RSS>", item.to_uppercase().replace("HTTPS://A.KZ/1", "https://a.kz/1")),
        format!("<channel><title>F</title>{item}</channel>"),
        format!("<rss><title>F</title>{item}</rss>"),
        "<CHANNEL HREF=\"https://a.kz/\"><TITLE>F</TITLE><ITEM HREF=\"https://a.kz/1\" LASTMOD=\"2026-11-23\"><TITLE>T</TITLE><ABSTRACT>A</ABSTRACT></ITEM></CHANNEL>".to_owned(),
        format!("<feed version=\"0.3\" xmlns=\"http://purl.org/atom/ns#\"><title>F</title>{entry}</feed>"),
        format!("<feed version=\"0.3\"><title>F</title>{entry}</feed>"),
        format!("<a:feed xmlns:a=\"http://www.w3.org/2005/Atom\"><a:title>F</a:title>{}</a:feed>",
            entry.replace("</", "</a:").replace("<entry", "<a:entry").replace("<title", "<a:title").replace("<link", "<a:link")),
        format!("<feed xmlns=\"HTTPS://www.w3.org/2005/ATOM/\"><title>F</title>{entry}</feed>"),
    ] {
        let feed = read(&document);
        assert_eq!(feed.title.as_ref().map(|title| title.value.as_str()), Some("F"), "{document}");
        assert_eq!((titles(&feed), feed.items[0].link.as_deref()), (vec!["T"], Some("https://a.kz/1")), "{document}");
        assert_eq!(feed.problems, [], "{document}");
    }
}

#[test]
fn texts_of_atom_are_read_as_they_are_meant() {
    let cases = [
        ("<content>a &lt; b</content>", "a < b", false),
        ("<content type=\"text\">&lt;b&gt;</content>", "<b>", false),
        ("<content type=\"html\">&lt;b&gt;a&lt;/b&gt; &amp;amp;</content>", "<b>a</b> &amp;", true),
        ("<content type=\"html\"><![CDATA[<b>a</b>]]></content>", "<b>a</b>", true),
        (
            "<content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\"><b>a</b> &amp; b<br/></div></content>",
            "<b>a</b> &amp; b<br/>",
            true,
        ),
        (
            "<content type=\"xhtml\"><x:div xmlns:x=\"http://www.w3.org/1999/xhtml\"><x:p class=\"q\">a</x:p></x:div></content>",
            "<p class=\"q\">a</p>",
            true,
        ),
        ("<content type=\"text/html\" mode=\"escaped\">&lt;b&gt;a&lt;/b&gt;</content>", "<b>a</b>", true),
        ("<content type=\"application/xhtml+xml\" mode=\"xml\"><p>a</p></content>", "<p>a</p>", true),
        ("<content type=\"application/xhtml+xml\" mode=\"escaped\">&lt;p&gt;a&lt;/p&gt;</content>", "<p>a</p>", true),
        ("<content type=\"text/html\" mode=\"base64\">PGI+\n0LA8L2I+</content>", "<b>а</b>", true),
        ("<content type=\"application/octet-stream\">PGI+YTwvYj4</content>", "<b>a</b>", true),
        ("<content type=\"image/png\">iVBORw0KGgo=</content>", "", false),
        ("<content><p>a</p></content>", "<p>a</p>", true),
        ("<summary type=\"\">a</summary>", "a", false),
    ];
    for (inner, expected, is_html) in cases {
        let entry = entry(inner);
        let text = entry.content.as_ref().or(entry.summary.as_ref());
        assert_eq!((body(&entry), text.is_some_and(|text| text.is_html)), (expected, is_html), "{inner}");
    }
}

#[test]
fn texts_are_found_under_all_their_names() {
    let cases = [
        ("<description>d</description>", Some("d"), None),
        ("<description>d</description><content:encoded>c</content:encoded>", Some("d"), Some("c")),
        ("<content:encoded>c</content:encoded><description>d</description>", Some("d"), Some("c")),
        ("<description>d</description><fullitem>c</fullitem>", Some("d"), Some("c")),
        ("<description>d</description><yandex:full-text>c</yandex:full-text>", Some("d"), Some("c")),
        ("<xhtml:body><xhtml:p>c</xhtml:p></xhtml:body>", None, Some("<p>c</p>")),
        ("<body><p>c</p></body>", None, Some("<p>c</p>")),
        ("<dc:description>d</dc:description>", Some("d"), None),
        ("<description>d</description><itunes:summary>s</itunes:summary>", Some("d"), Some("s")),
        ("<description>d</description><media:description>caption</media:description>", Some("d"), None),
        ("<media:group><media:description>caption</media:description></media:group>", Some("caption"), None),
        ("<description>a <p>b &amp; c</p></description>", Some("a <p>b &amp; c</p>"), None),
    ];
    for (inner, summary, content) in cases {
        let item = item(inner);
        let value = |text: &Option<taspa::parse::Text>| text.as_ref().map(|text| text.value.clone());
        assert_eq!((value(&item.summary).as_deref(), value(&item.content).as_deref()), (summary, content), "{inner}");
    }
}

#[test]
fn the_title_of_the_item_itself_counts() {
    for inner in [
        "<title>T</title><media:title>M</media:title>",
        "<media:title>M</media:title><title>T</title>",
        "<media:group><media:title>M</media:title></media:group><title>T</title>",
        "<source><title>S</title></source><title>T</title>",
        "<title>T</title><source url=\"x\">S</source>",
        "<image><title>P</title></image><title>T</title>",
        "<dc:title>T</dc:title>",
        "<title></title><dc:title>T</dc:title>",
        "<media:title>T</media:title>",
        "<itunes:title>M</itunes:title><title>T</title>",
    ] {
        assert_eq!(title(&item(inner)), "T", "{inner}");
    }
}

#[test]
fn the_link_to_the_page_is_found() {
    let cases = [
        ("<link>https://a.kz/1</link>", "https://a.kz/1"),
        ("<link> https://a.kz/1\n</link>", "https://a.kz/1"),
        ("<link href=\"https://a.kz/1\"/>", "https://a.kz/1"),
        ("<link href='https://a.kz/?a=1&b=2&amp;c'/>", "https://a.kz/?a=1&b=2&c"),
        (
            "<link rel=\"self\" href=\"https://a.kz/x\"/><link rel=\"alternate\" href=\"https://a.kz/1\"/><link rel=\"replies\" href=\"https://a.kz/r\"/>",
            "https://a.kz/1",
        ),
        (
            "<link rel=\"alternate\" type=\"application/json\" href=\"https://a.kz/x\"/><link type=\"text/html\" href=\"https://a.kz/1\"/>",
            "https://a.kz/1",
        ),
        ("<link rel=\"alternate\" type=\"application/json\" href=\"https://a.kz/1\"/>", "https://a.kz/1"),
        ("<atom:link rel=\"self\" href=\"https://a.kz/x\"/><link>https://a.kz/1</link>", "https://a.kz/1"),
        ("<link rel=\"enclosure\">https://a.kz/x.mp3</link><link>https://a.kz/1</link>", "https://a.kz/1"),
        ("<guid>https://a.kz/1</guid>", "https://a.kz/1"),
        ("<guid isPermaLink=\"true\">https://a.kz/1</guid>", "https://a.kz/1"),
        ("<guid isPermaLink=\"false\">https://a.kz/1</guid>", ""),
        ("<guid>tag:a.kz,2026:1</guid>", ""),
        ("<guid>https://a.kz/g</guid><link>https://a.kz/1</link>", "https://a.kz/1"),
        (
            "<link>https://a.kz/1</link><image><link>https://a.kz/p</link></image><source><link>https://a.kz/s</link></source>",
            "https://a.kz/1",
        ),
        ("<link>https://a.kz/1</link><link></link>", "https://a.kz/1"),
        ("<link/>", ""),
    ];
    for (inner, expected) in cases {
        assert_eq!(item(inner).link.as_deref().unwrap_or_default(), expected, "{inner}");
    }
    let item = item("<link>https://feeds.a.kz/~r/1</link><feedburner:origLink>https://a.kz/1</feedburner:origLink>");
    assert_eq!((item.link.as_deref(), item.original.as_deref()), (Some("https://feeds.a.kz/~r/1"), Some("https://a.kz/1")));
}

#[test]
fn relative_links_are_resolved_where_the_document_says_against_what() {
    let cases = [
        ("https://a.kz/b/c", "d", "https://a.kz/b/d"),
        ("https://a.kz/b/c?x#y", "d", "https://a.kz/b/d"),
        ("https://a.kz", "d", "https://a.kz/d"),
        ("https://a.kz/b/c", "/d", "https://a.kz/d"),
        ("https://a.kz/b/c", "../d/./e", "https://a.kz/d/e"),
        ("https://a.kz/b/", "../../../d", "https://a.kz/d"),
        ("https://a.kz/b/c", "//b.kz/d", "https://b.kz/d"),
        ("https://a.kz/b/c?x", "?y", "https://a.kz/b/c?y"),
        ("https://a.kz/b/c?x", "#y", "https://a.kz/b/c?x#y"),
        ("https://a.kz/b/", "HTTP://B.kz", "HTTP://B.kz"),
        ("https://a.kz/b/", "mailto:a@a.kz", "mailto:a@a.kz"),
        ("/b/", "c", "/b/c"),
        ("tag:a.kz,2026:1", "c", "c"),
        ("", "c", "c"),
    ];
    for (base, link, expected) in cases {
        let read = |attributes: &str, inner: &str| {
            only(parse(&atom(&format!("<entry {attributes}>{inner}</entry>")), None, Tz::UTC).unwrap()).link.unwrap()
        };
        assert_eq!(read(&format!("xml:base=\"{base}\""), &format!("<link href=\"{link}\"/>")), expected, "{base} {link}");
    }
    let nested = atom(
        "<entry xml:base=\"https://a.kz/x/\"><link href=\"1\"/><id>urn:1</id><content type=\"html\" xml:base=\"y/\">\
         &lt;a href=\"z\"&gt;q&lt;/a&gt; &lt;img alt='a > b' src=p.png&gt; &lt;a href='https://b.kz'&gt;</content></entry><entry><link href=\"2\"/></entry>",
    );
    let feed = read(&nested);
    assert_eq!(feed.items[0].link.as_deref(), Some("https://a.kz/x/1"));
    assert_eq!(
        body(&feed.items[0]),
        "<a href=\"https://a.kz/x/y/z\">q</a> <img alt='a > b' src=https://a.kz/x/y/p.png> <a href='https://b.kz'>"
    );
    assert_eq!(feed.items[1].link.as_deref(), Some("2"), "a base ends with its element");
    let known = parse(&nested, Some(&url::Url::parse("https://c.kz/f.xml").unwrap()), Tz::UTC).unwrap();
    assert_eq!(known.items[1].link.as_deref(), Some("https://c.kz/2"));
    let wrapped = "<content type=\"xhtml\"><div xml:base=\"https://a.kz/y/\"><a href=\"z\">q</a></div></content><link href=\"1\"/>";
    assert_eq!(body(&entry(wrapped)), "<a href=\"https://a.kz/y/z\">q</a>");
    assert_eq!(entry(wrapped).link.as_deref(), Some("1"));
    let relative = rss("<item><guid>/1</guid><description>&lt;a href=\"/x\"></description></item>");
    let known = only(parse(&relative, Some(&url::Url::parse("https://c.kz/f.xml").unwrap()), Tz::UTC).unwrap());
    assert_eq!(
        (known.guid.as_deref(), known.link.as_deref()),
        (Some("/1"), Some("https://c.kz/1")),
        "a guid stays whatever the address is"
    );
    assert_eq!(body(&known), "<a href=\"/x\">", "the page of the item decides what its text links to");
}

#[test]
fn authors_are_read_in_all_their_shapes() {
    let cases = [
        ("<author>Айгүл Серік</author>", "Айгүл Серік"),
        ("<author>a@b.kz (Айгүл Серік)</author>", "Айгүл Серік"),
        ("<author>Айгүл Серік &lt;a@b.kz&gt;</author>", "Айгүл Серік"),
        ("<author>a@b.kz</author>", "a@b.kz"),
        ("<author>a@b</author>", "a@b"),
        ("<dc:creator><![CDATA[Айгүл Серік]]></dc:creator>", "Айгүл Серік"),
        ("<author><name>Айгүл Серік</name><email>a@b.kz</email><uri>https://a.kz/</uri></author>", "Айгүл Серік"),
        ("<author><email>a@b.kz</email></author>", "a@b.kz"),
        ("<itunes:author>Айгүл Серік</itunes:author>", "Айгүл Серік"),
        ("<dc:publisher>X</dc:publisher><contributor><name>Y</name></contributor><author>Z</author>", "Z"),
        ("<author></author><dc:creator>Z</dc:creator>", "Z"),
    ];
    for (inner, expected) in cases {
        assert_eq!(item(inner).authors.first().map_or("", |author| author.name.as_str()), expected, "{inner}");
    }
    let two = entry("<author><name>A</name><uri>https://a.kz/</uri></author><author><name>B</name></author>");
    let names: Vec<_> = two.authors.iter().map(|author| (author.name.as_str(), author.uri.as_deref())).collect();
    assert_eq!(names, [("A", Some("https://a.kz/")), ("B", None)]);
}

#[test]
fn files_and_pictures_are_found() {
    let item = item(
        "<enclosure url=\"https://a.kz/1.mp3\" type=\"audio/mpeg\" length=\"5\"/><media:group><media:content url=\"https://a.kz/2.mp4\" type=\"video/mp4\" fileSize=\"7\"/>\
         <media:content url=\"https://a.kz/3\" medium=\"image\"/></media:group><media:thumbnail url=\"https://a.kz/4.jpg\"/><media:thumbnail>https://a.kz/5.jpg</media:thumbnail>\
         <itunes:image href=\"https://a.kz/6.jpg\"/><enclosure url=\"https://a.kz/1.mp3\"/><enclosure/>",
    );
    let files: Vec<_> = item.enclosures.iter().map(|file| (file.url.as_str(), file.length)).collect();
    assert_eq!(files, [("https://a.kz/1.mp3", Some(5)), ("https://a.kz/2.mp4", Some(7)), ("https://a.kz/3", None)]);
    assert_eq!(item.images, ["https://a.kz/3", "https://a.kz/4.jpg", "https://a.kz/5.jpg", "https://a.kz/6.jpg"]);
    let entry = entry("<link rel=\"enclosure\" href=\"https://a.kz/1.jpg\" type=\"image/jpeg\" length=\"many\"/>");
    assert_eq!((entry.enclosures[0].length, entry.images.as_slice()), (None, ["https://a.kz/1.jpg".to_owned()].as_slice()));
}

#[test]
fn pictures_of_items_are_found_in_all_their_shapes() {
    for inner in [
        "<image>https://a.kz/1.jpg</image>",
        "<image><url>https://a.kz/1.jpg</url><title>P</title><link>https://a.kz/p</link></image>",
        "<image url=\"https://a.kz/1.jpg\"/>",
        "<image href=\"https://a.kz/1.jpg\"/>",
        "<enclosure url=\"https://a.kz/1.jpg\" type=\"image/jpeg\"/>",
        "<media:content url=\"https://a.kz/1.jpg\" medium=\"image\"/>",
    ] {
        let item = item(inner);
        assert_eq!((item.images, item.link, item.title), (vec!["https://a.kz/1.jpg".to_owned()], None, None), "{inner}");
    }
    assert_eq!(item("<image><![CDATA[<img src='x'>]]></image>").images, Vec::<String>::new());
}

#[test]
fn small_facts_are_found_under_all_their_names() {
    let full = item(
        "<category domain=\"https://a.kz/\">C</category><dc:subject>S</dc:subject><media:keywords>K, L</media:keywords><itunes:category text=\"I\"/>\
         <dc:language>kk</dc:language><dc:rights>R</dc:rights>",
    );
    let terms: Vec<_> = full.categories.iter().map(|category| category.term.as_str()).collect();
    assert_eq!((terms, full.categories[0].scheme.as_deref()), (vec!["C", "S", "K", "L", "I"], Some("https://a.kz/")));
    assert_eq!((full.language.as_deref(), full.rights.unwrap().value.as_str()), (Some("kk"), "R"));
    let tagged = only(read(&atom("<entry xml:lang=\"ru\"><title>T</title><category term=\"C\" label=\"L\"/></entry>")));
    assert_eq!((tagged.language.as_deref(), tagged.categories[0].label.as_deref()), (Some("ru"), Some("L")));
    let document = "<feed xml:lang=\"kk\" xmlns=\"http://www.w3.org/2005/Atom\"><title>F</title><entry><title>T</title></entry></feed>";
    assert_eq!((read(document).language.as_deref(), only(read(document)).language), (Some("kk"), None));
}

#[test]
fn a_feed_tells_its_rights_and_pictures_in_every_dialect() {
    let channel = "<copyright>© Редакция</copyright><image><url>/logo.png</url><title>L</title><link>/</link></image>";
    let feed = "<rights>© Редакция</rights><icon>/icon.png</icon><logo>/logo.png</logo>";
    let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"F","favicon":"/icon.png","icon":"/logo.png","items":[]}"#;
    let base: url::Url = "https://a.kz/feed".parse().unwrap();
    for (text, rights, icon) in [(rss(channel), true, false), (atom(feed), true, true), (json.to_owned(), false, true)] {
        let feed = parse(&text, Some(&base), Tz::UTC).unwrap();
        assert_eq!(feed.rights.map(|rights| rights.value), rights.then(|| "© Редакция".to_owned()), "{text}");
        assert_eq!(feed.icon, icon.then(|| "https://a.kz/icon.png".to_owned()), "{text}");
        assert_eq!(feed.logo.as_deref(), Some("https://a.kz/logo.png"), "{text}");
        assert_eq!(feed.title.unwrap().value, "F", "the picture's own title is none of the feed's");
    }
}

#[test]
fn dates_are_found_under_all_their_names() {
    let day = |item: &Item| {
        let day = |date: Option<chrono::DateTime<chrono::Utc>>| date.map(|date| date.format("%d").to_string());
        (day(item.published).unwrap_or_default(), day(item.updated).unwrap_or_default())
    };
    let cases = [
        ("<pubDate>Mon, 23 Nov 2026 14:35:00 GMT</pubDate>", "23", ""),
        ("<published>2026-11-23</published><updated>2026-11-24</updated>", "23", "24"),
        ("<issued>2026-11-23</issued><modified>2026-11-24</modified>", "23", "24"),
        ("<dcterms:issued>2026-11-23</dcterms:issued><dcterms:modified>2026-11-24</dcterms:modified>", "23", "24"),
        ("<dc:date>2026-11-23</dc:date>", "23", ""),
        ("<dc:date>2026-11-22</dc:date><pubDate>23 Nov 2026</pubDate>", "23", ""),
        ("<created>2026-11-23</created>", "23", ""),
        ("<pubDate>soon</pubDate><dc:date>2026-11-23</dc:date>", "23", ""),
    ];
    for (inner, published, updated) in cases {
        assert_eq!(day(&item(inner)), (published.to_owned(), updated.to_owned()), "{inner}");
    }
}

#[test]
fn prefixes_mean_what_they_say_whatever_they_are_bound_to() {
    for declared in ["", " xmlns:dc=\"http://purl.org/dc/elements/1.1/\"", " xmlns:dc=\"urn:wrong\"", " xmlns:dc=\"\""] {
        let document = format!("<rss{declared}><channel><item><dc:creator>A</dc:creator></item></channel></rss>");
        assert_eq!(only(read(&document)).authors[0].name, "A", "{declared}");
    }
    let renamed = "<rss xmlns:x=\"http://purl.org/dc/elements/1.1/\"><channel><item><x:creator>A</x:creator><y:title>no</y:title></item></channel></rss>";
    let item = only(read(renamed));
    assert_eq!((item.authors[0].name.as_str(), title(&item)), ("A", ""));
}

#[test]
fn own_entities_are_known_and_cannot_grow() {
    let dtd = "<!DOCTYPE rss [ <!ENTITY kz \"Қазақстан &#8212; KZ\"> <!ENTITY bomb \"&kz;&kz;\"> <!ENTITY % p \"x\"> <!ENTITY far SYSTEM \"file:///etc/passwd\"> ]>";
    let feed = read(&format!("{dtd}{}", rss("<item><title>&kz; &bomb; &far;</title></item>")));
    assert_eq!(titles(&feed), ["Қазақстан — KZ &bomb; &far;"]);
    let dtd = format!("<!DOCTYPE rss [<!ENTITY a \"{}\">]>", "a".repeat(1000));
    let feed = read(&format!("{dtd}{}", rss(&format!("<item><title>{}</title></item>", "&a;".repeat(100_000)))));
    assert!(titles(&feed)[0].len() < 2 << 20);
}

#[test]
fn no_document_takes_long_or_much() {
    let units = [
        "<a x=\"",
        "<a x='>",
        "<a x=\"<a x=\" x=\"",
        "<!--",
        "<![CDATA[",
        "<![CDATA[</title>",
        "<?x ",
        "<!DOCTYPE x [",
        "<!DOCTYPE x [>",
        "<!DOCTYPE x [ <!ENTITY a ",
        "<!DOCTYPE x [] ",
        "]>",
        "</",
        "</a",
        "</a>",
        "<a>",
        "<a>&",
        "&amp",
        "&#",
        "&a;",
        "<a xmlns:b='c'>",
        "<a xml:base='/b/'>",
        "<item>",
        "<item><title>",
        "<title>",
        "<title><b>",
        "<entry/>",
        "<link href='x'/>",
        "<author>a@",
        "@a.b",
        "<category/>",
        "<dc:subject>x</dc:subject>",
        "<a b=c ",
        "<source>",
        "<content type='xhtml'><div>",
    ];
    for unit in units {
        for around in ["", "<rss><channel><item>", "<rss><channel><item><title>", "<rss><channel><item><author>"] {
            let document = format!("{around}{}", unit.repeat((1 << 20) / unit.len()));
            let started = std::time::Instant::now();
            let read = parse(&document, None, Tz::UTC);
            assert!(started.elapsed().as_secs() < 5, "{around}{unit}: {:?}", started.elapsed());
            drop(read);
        }
    }
}

#[test]
fn a_long_base_before_many_links_fills_no_memory() {
    let links = "&lt;a href='x'>".repeat(50_000);
    let base = format!("https://a.kz/{}/", "b".repeat(2000));
    let feed = read(&format!("<feed xml:base=\"{base}\"><entry><content type=\"html\">{links}</content></entry></feed>"));
    let length = body(&feed.items[0]).len();
    assert!(length > 1 << 20 && length < 16 << 20, "{length}");
}

#[test]
fn any_piece_of_a_document_is_read_without_fear() {
    let document = format!(
        "<!DOCTYPE rss [<!ENTITY a \"b\">]>{}",
        rss("<item a='b'><title>&a;&#233;<b>ж</b></title><link href=\"/1\"/><!-- c --><description><![CDATA[x]]></description></item>")
    );
    let boundaries: Vec<usize> = (0..=document.len()).filter(|at| document.is_char_boundary(*at)).collect();
    for start in &boundaries {
        for end in boundaries.iter().filter(|end| *end >= start) {
            let _ = parse(&document[*start..*end], None, Tz::UTC);
        }
    }
}

#[test]
fn a_sitemap_of_news_is_a_feed() {
    let urlset = |inner: &str| {
        format!(
            "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:n=\"http://www.google.com/schemas/sitemap-news/0.9\" \
             xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\">{inner}</urlset>"
        )
    };
    let feed = read(&urlset(
        "<url><loc> https://a.kz/1?a=1&amp;b=2 </loc><lastmod>2026-11-24</lastmod><n:news><n:publication><n:name>A</n:name><n:language>kk</n:language></n:publication>\
         <n:publication_date>2026-11-23T10:00:00+05:00</n:publication_date><n:title><![CDATA[Т & K]]></n:title><n:keywords>k, l</n:keywords></n:news>\
         <image:image><image:loc>https://a.kz/1.jpg</image:loc><image:title>P</image:title></image:image></url>\
         <url><lastmod>2026-11-24</lastmod></url><url><loc>/2</loc></url>",
    ));
    let [first, second] = feed.items.as_slice() else { panic!("two pages have an address: {:?}", feed.items) };
    assert_eq!((first.link.as_deref(), title(first), first.guid.as_deref()), (Some("https://a.kz/1?a=1&b=2"), "Т & K", None));
    assert_eq!((first.language.as_deref(), first.images.as_slice()), (Some("kk"), ["https://a.kz/1.jpg".to_owned()].as_slice()));
    assert_eq!(first.published.unwrap().to_rfc3339(), "2026-11-23T05:00:00+00:00");
    assert_eq!((first.categories.len(), second.link.as_deref()), (2, Some("/2")));
    let cut = urlset("<url><loc>https://a.kz/1</loc></url><url><loc>https://a.kz/2");
    let feed = read(&cut[..cut.len() - "</urlset>".len()]);
    assert_eq!((feed.items.len(), feed.problems), (1, vec![Problem::CutShort]));
    for unit in ["<url>", "<url><loc>x</loc></url>", "<loc>", "</url>", "<url><n:title>"] {
        let started = std::time::Instant::now();
        let _ = parse(&format!("<urlset>{}", unit.repeat((1 << 20) / unit.len())), None, Tz::UTC);
        assert!(started.elapsed().as_secs() < 5, "{unit}");
    }
}

#[test]
fn an_index_of_sitemaps_is_followed_to_those_that_changed_last() {
    let origin = Origin::start();
    let page = |number: usize| {
        let url = origin.url(&format!("/{number}.html"));
        format!("<urlset><url><loc>{url}</loc><news:news><news:title>Жаңалық {number}</news:title></news:news></url></urlset>")
    };
    let mut index = String::from("<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">");
    for number in 1..=5 {
        origin.put(&format!("/{number}.xml"), Reply::ok(page(number)));
        index.push_str(&format!(
            "<sitemap><loc>{}</loc><lastmod>2026-11-2{number}</lastmod></sitemap>",
            origin.url(&format!("/{number}.xml"))
        ));
    }
    origin.put("/4.xml", Reply::ok("").status(404));
    origin.put("/sitemap.xml", Reply::ok(index + "</sitemapindex>").etag("\"1\""));
    let workplace = Workplace::new();
    let config = "[server]\nlisten = \"127.0.0.1:0\"\n[fetch]\nhost_spacing = \"0s\"\n[defaults]\nallow_private = true\n";
    workplace.config(&format!("{config}[[source]]\nname = \"map\"\nurl = \"{}\"\n", origin.url("/sitemap.xml")));
    for new in [2, 0] {
        let told = workplace.taspa(&["fetch", "--json"]).expect_code(0).stdout;
        let told: serde_json::Value = serde_json::from_str(told.trim()).unwrap();
        assert_eq!((&told["new"], &told["error"]), (&serde_json::json!(new), &serde_json::Value::Null), "{told}");
        assert!(told["notes"].to_string().contains("4.xml was not read"), "{told}");
    }
    let database = rusqlite::Connection::open(workplace.database()).unwrap();
    let titles: String =
        database.query_row("SELECT group_concat(title) FROM (SELECT title FROM entry ORDER BY title)", [], |row| row.get(0)).unwrap();
    assert_eq!(titles, "Жаңалық 3,Жаңалық 5");
}

#[test]
fn parse_prints_a_line_for_every_path_in_their_order() {
    let workplace = Workplace::new();
    std::fs::write(
        workplace.path("good.xml"),
        rss("<item><guid>/1</guid><title>Т &amp;amp; K</title><description>&lt;b></description></item>"),
    )
    .unwrap();
    std::fs::write(workplace.path("bad.xml"), "nothing").unwrap();
    let paths = ["good.xml", "missing.xml", "bad.xml", "good.xml"].map(|name| workplace.path(name).display().to_string());
    let arguments: Vec<&str> = ["parse", "--json"].into_iter().chain(paths.iter().map(String::as_str)).collect();
    let output = workplace.taspa(&arguments).expect_code(1);
    let lines: Vec<serde_json::Value> = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|line| line["path"].as_str().unwrap().to_owned()).collect::<Vec<_>>(), paths);
    assert_eq!(lines.iter().map(|line| line["error"].is_null()).collect::<Vec<_>>(), [true, false, false, true]);
    let item = &lines[0]["items"][0];
    assert_eq!((&item["id"], &item["title"], &item["summary"]), (&"/1".into(), &"Т &amp; K".into(), &"<b>".into()));
    assert!(item["date_published"].is_null() && item["authors"].as_array().unwrap().is_empty());
    let table = workplace.taspa(&["parse", "--url", "https://a.kz/f.xml", &paths[0]]).expect_code(0).stdout;
    assert!(
        table.contains("title: F") && table.contains("Т & K") && table.contains("https://a.kz/1") && table.contains("1 items"),
        "{table}"
    );
    let encoded = encoding_rs::KOI8_R.encode(&rss("<item><title>Новости Казахстана</title></item>")).0.into_owned();
    std::fs::write(workplace.path("koi.xml"), encoded).unwrap();
    let koi = workplace.path("koi.xml").display().to_string();
    let table = workplace.taspa(&["parse", "--header", "Content-Type: text/xml; charset=koi8-r", &koi]).expect_code(0).stdout;
    assert!(table.contains("Новости Казахстана"), "{table}");
}

//! Bytes to feeds: charsets, formats, dates, and documents that are broken in part.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use taspa::decode::decode;
use taspa::parse::{Feed, MAX_ITEMS, ParseError, Problem, date, parse};
use url::Url;

fn base() -> Url {
    Url::parse("https://news.example.kz/rss/feed.xml").unwrap()
}

fn read(text: &str) -> Feed {
    parse(text, Some(&base()), Tz::Asia__Almaty).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn titles(feed: &Feed) -> Vec<&str> {
    feed.items.iter().map(|item| item.title.as_ref().map_or("", |title| title.value.as_str())).collect()
}

#[test]
fn the_charset_is_found() {
    let russian = "<?xml version=\"1.0\" encoding=\"ENC\"?><rss version=\"2.0\"><channel><title>Новости Казахстана: цены на хлеб</title></channel></rss>";
    let body = |encoding: &'static encoding_rs::Encoding, label: &str| encoding.encode(&russian.replace("ENC", label)).0.into_owned();
    let utf16 = |bom: bool| {
        let mut bytes = if bom { vec![0xff, 0xfe] } else { Vec::new() };
        bytes.extend(russian.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    let cases = [
        ("declared windows-1251", body(encoding_rs::WINDOWS_1251, "windows-1251"), None, "windows-1251"),
        ("declared koi8-r", body(encoding_rs::KOI8_R, "koi8-r"), None, "KOI8-R"),
        ("header alone", body(encoding_rs::WINDOWS_1251, ""), Some("text/xml; charset=windows-1251"), "windows-1251"),
        ("quoted header", body(encoding_rs::WINDOWS_1251, ""), Some("text/xml; Charset=\"CP1251\""), "windows-1251"),
        ("detected", body(encoding_rs::WINDOWS_1251, ""), None, "windows-1251"),
        ("UTF-8 that claims to be windows-1251", body(encoding_rs::UTF_8, "windows-1251"), Some("text/xml; charset=windows-1251"), "UTF-8"),
        ("windows-1251 that claims to be UTF-8", body(encoding_rs::WINDOWS_1251, "utf-8"), Some("text/xml; charset=utf-8"), "windows-1251"),
        ("UTF-16 with a mark", utf16(true), None, "UTF-16LE"),
        ("UTF-16 without", utf16(false), None, "UTF-16LE"),
        ("UTF-8 with a mark", [b"\xef\xbb\xbf".as_slice(), &body(encoding_rs::UTF_8, "utf-8")].concat(), None, "UTF-8"),
    ];
    for (name, body, content_type, charset) in cases {
        let decoded = decode(body, content_type);
        assert_eq!((decoded.charset, decoded.is_lossy), (charset, false), "{name}");
        assert_eq!(read(&decoded.text).title.unwrap().value, "Новости Казахстана: цены на хлеб", "{name}");
    }
}

#[test]
fn any_bytes_decode_to_some_text() {
    for body in [
        &b""[..],
        b"\0",
        b"\xff",
        b"\xff\xfe",
        b"\xfe\xff\xd8\x00",
        b"<\0",
        b"<?xml",
        b"\xef\xbb\xbf\xef\xbb\xbf<?xml ?><rss/>",
        &[0x80; 3000],
    ] {
        decode(body.to_vec(), Some("text/xml; charset=\"; charset=x"));
    }
}

#[test]
fn every_format_gives_the_same_item() {
    let documents = [
        r#"<rss version="2.0"><channel><title>F</title><link>https://news.example.kz/</link><item><guid isPermaLink="false">g1</guid>
            <link>https://news.example.kz/1</link><title>T</title><description>D</description><category>C</category>
            <pubDate>Mon, 23 Nov 2026 14:35:00 +0500</pubDate><enclosure url="https://news.example.kz/a.mp3" type="audio/mpeg" length="5"/></item></channel></rss>"#,
        r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><link href="https://news.example.kz/"/><entry><id>g1</id><link href="https://news.example.kz/1"/>
            <title>T</title><summary>D</summary><category term="C"/><published>2026-11-23T09:35:00Z</published><updated>2026-11-23T09:35:00Z</updated>
            <link rel="enclosure" href="https://news.example.kz/a.mp3" type="audio/mpeg" length="5"/></entry></feed>"#,
        r#"{"version": "https://jsonfeed.org/version/1.1", "title": "F", "home_page_url": "https://news.example.kz/", "items": [{"id": "g1",
            "url": "https://news.example.kz/1", "title": "T", "summary": "D", "tags": ["C"], "date_published": "2026-11-23T14:35:00+05:00",
            "attachments": [{"url": "https://news.example.kz/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 5}]}]}"#,
    ];
    for document in documents {
        let feed = read(document);
        assert_eq!(feed.link.as_deref(), Some("https://news.example.kz/"), "{document}");
        let [item] = feed.items.as_slice() else { panic!("one item: {document}") };
        assert_eq!((item.guid.as_deref(), item.link.as_deref()), (Some("g1"), Some("https://news.example.kz/1")));
        assert_eq!((item.title.as_ref().unwrap().value.as_str(), item.summary.as_ref().unwrap().value.as_str()), ("T", "D"));
        assert_eq!(item.categories[0].term, "C");
        assert_eq!(item.published, Some(at("2026-11-23T09:35:00Z")));
        let [file] = item.enclosures.as_slice() else { panic!("one enclosure: {document}") };
        assert_eq!(
            (file.url.as_str(), file.media_type.as_deref(), file.length),
            ("https://news.example.kz/a.mp3", Some("audio/mpeg"), Some(5))
        );
    }
}

#[test]
fn older_dialects_are_read() {
    let documents = [
        r#"<rss version="0.91"><channel><title>F</title><item><title>T</title><link>https://a.kz/1</link></item></channel></rss>"#,
        r#"<rss version="0.92"><channel><title>F</title><item><title>T</title><link>https://a.kz/1</link></item></channel></rss>"#,
        r#"<rss><channel><title>F</title><item><title>T</title><link>https://a.kz/1</link></item></channel></rss>"#,
        r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://a.kz/"><title>F</title>
            <link>https://a.kz/</link><description>d</description></channel><item rdf:about="https://a.kz/1"><title>T</title><link>https://a.kz/1</link></item></rdf:RDF>"#,
    ];
    for document in documents {
        let feed = read(document);
        assert_eq!((titles(&feed), feed.items[0].link.as_deref()), (vec!["T"], Some("https://a.kz/1")), "{document}");
    }
}

#[test]
fn a_missing_guid_stays_missing() {
    for document in [
        "<rss version=\"2.0\"><channel><item><title>T</title></item></channel></rss>",
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>T</title></entry></feed>",
        r#"{"version": "https://jsonfeed.org/version/1", "title": "F", "items": [{"title": "T"}]}"#,
    ] {
        let feed = read(document);
        assert_eq!((feed.items[0].guid.as_ref(), feed.items[0].link.as_ref()), (None, None), "{document}");
    }
}

#[test]
fn one_bad_item_never_costs_the_others() {
    let rss = |bad: &str| {
        format!(
            "<rss version=\"2.0\"><channel><title>F</title><item><title>one</title></item>{bad}<item><title>three</title></item></channel></rss>"
        )
    };
    for bad in [
        "<item><title>AT&T & co</title></item>",
        "<item><title>two<b></title></item>",
        "<item><title>&nosuch;</title></item>",
        "<item><title a=b>two</title></item>",
    ] {
        let feed = read(&rss(bad));
        assert!(titles(&feed).contains(&"one") && titles(&feed).contains(&"three"), "{bad}: {:?}", titles(&feed));
        assert_eq!(feed.title.as_ref().unwrap().value, "F", "{bad}");
    }
    // A bad date costs the date alone.
    let feed = read(&rss("<item><title>two</title><pubDate>the day after</pubDate><enclosure url=\"::\" length=\"many\"/></item>"));
    assert_eq!(titles(&feed), ["one", "two", "three"]);
    assert!(feed.problems.is_empty());

    let json = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [{"id": "1", "title": "one"}, {"id": 2, "title": "two"}, {"id": "3", "title": ["x"]}, 4, {"id": "5", "title": "five"}]}"#;
    let feed = read(json);
    assert_eq!(titles(&feed), ["one", "two", "", "five"], "a field of a wrong type costs that field alone");
    assert_eq!(feed.items[1].guid.as_deref(), Some("2"));
    assert_eq!(feed.problems.iter().filter(|problem| matches!(problem, Problem::BadItem { .. })).count(), 1, "{:?}", feed.problems);

    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"kk\"><title>F</title><entry><id>1</id><title>one</title></entry>\
                <entry><id>2</id><title>Q&A</title></entry><entry><id>3</id><title>three</title></entry></feed>";
    let feed = read(atom);
    assert_eq!(feed.items.iter().map(|item| item.guid.as_deref().unwrap()).filter(|guid| *guid != "2").collect::<Vec<_>>(), ["1", "3"]);
}

#[test]
fn a_document_that_ends_too_early_keeps_its_whole_items() {
    let whole = "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>F</title><item><title>one</title><dc:creator>A</dc:creator></item><item><title>two</title></item><item><title>thr";
    let feed = read(whole);
    assert_eq!(titles(&feed), ["one", "two"]);
    assert_eq!(feed.items[0].authors[0].name, "A");
    assert_eq!(feed.problems, [Problem::CutShort]);
}

#[test]
fn what_is_no_feed_is_told_by_its_content() {
    let cases = [
        ("", ParseError::Empty),
        (" \n\u{feff}", ParseError::Empty),
        ("<!DOCTYPE html><html><head><title>404</title></head><body>no</body></html>", ParseError::Page),
        ("<HTML><body>moved</body></HTML>", ParseError::Page),
        ("Just a moment...", ParseError::NotAFeed("Just a moment...".to_owned())),
        ("{\"error\": \"no\"}", ParseError::NotAFeed("{\"error\": \"no\"}".to_owned())),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text, Some(&base()), Tz::UTC).unwrap_err(), expected, "{text}");
    }
}

#[test]
fn more_items_than_can_be_looked_at_are_left_and_told() {
    let items: String = (0..MAX_ITEMS + 5).map(|n| format!("<item><title>{n}</title></item>")).collect();
    let feed = read(&format!("<rss version=\"2.0\"><channel>{items}</channel></rss>"));
    assert_eq!((feed.items.len(), titles(&feed)[MAX_ITEMS - 1]), (MAX_ITEMS, "9999"));
    assert_eq!(feed.problems, [Problem::TooManyItems { read: MAX_ITEMS, total: MAX_ITEMS + 5 }]);
}

#[test]
fn a_stray_byte_leaves_utf8_what_it_is() {
    let mut body = "<rss version=\"2.0\"><channel><title>Новости Казахстана: цены на хлеб</title></channel></rss>".as_bytes().to_vec();
    body.remove(body.len() - 40);
    for content_type in [None, Some("text/xml; charset=utf-8"), Some("text/xml; charset=windows-1251")] {
        let decoded = decode(body.clone(), content_type);
        assert_eq!((decoded.charset, decoded.is_lossy), ("UTF-8", true), "{content_type:?}");
        assert!(decoded.text.contains("Новости Казахстана"), "{}", decoded.text);
    }
}

#[test]
fn a_document_without_one_whole_item_is_no_success() {
    let cut = "<rss version=\"2.0\"><channel><title>F</title><item><title>one</title";
    assert!(matches!(parse(cut, Some(&base()), Tz::UTC), Err(ParseError::Broken(_))));
}

#[test]
fn an_item_that_never_ends_swallows_no_other() {
    let feed = read(
        "<rss version=\"2.0\"><channel><item><title>one</title><item><title>two</title></item><item><title>three</title></item></channel></rss>",
    );
    assert!(titles(&feed).contains(&"two") && titles(&feed).contains(&"three"), "{:?}", titles(&feed));
}

#[test]
fn hostile_documents_end_in_bounded_time() {
    let deep = format!("<rss version=\"2.0\"><channel><item>{}</item></channel></rss>", "<a>".repeat(200_000));
    let many = format!("<rss version=\"2.0\"><channel>{}", "<item>".repeat(200_000));
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><rss version=\"2.0\"><channel><item><title>&c;</title></item></channel></rss>";
    let json = format!("{{\"version\": \"https://jsonfeed.org/version/1\", \"items\": {}", "[".repeat(100_000));
    // Start tags that run into each other, before a head too long to be repeated.
    let tags = format!("{}>{}<item></item><item><title>x</item>", "<rss".repeat(4000), " ".repeat(20_000));
    let namespaces = format!("<rss {}><channel><item></item", "xmlns:a=\"x\" ".repeat(100_000));
    let wide = format!(
        "{{\"version\": \"https://jsonfeed.org/version/1\", \"x\": \"{}\", \"items\": [{}]}}",
        "x".repeat(1 << 20),
        "{\"id\": 5},".repeat(2000).trim_end_matches(',')
    );
    for text in [deep.as_str(), many.as_str(), bomb, json.as_str(), tags.as_str(), namespaces.as_str(), wide.as_str()] {
        let started = std::time::Instant::now();
        let _ = parse(text, Some(&base()), Tz::UTC);
        assert!(started.elapsed().as_secs() < 10);
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn dates_are_read_as_feeds_write_them() {
    let cases = [
        ("Mon, 23 Nov 2026 14:35:07 +0500", "2026-11-23T09:35:07Z"),
        ("Mon, 23 Nov 2026 14:35:07 +05:00", "2026-11-23T09:35:07Z"),
        ("23 Nov 2026 14:35 GMT", "2026-11-23T14:35:00Z"),
        ("Tue, 23 Nov 26 14:35:07 EST", "2026-11-23T19:35:07Z"),
        ("Monday, 23 November 2026 14:35:07 Z", "2026-11-23T14:35:07Z"),
        ("Mon, Nov 23 2026 14:35:07 UTC", "2026-11-23T14:35:07Z"),
        ("Nov. 23, 2026, 2:35 pm GMT", "2026-11-23T14:35:00Z"),
        ("Mon, 23 Nov 2026 24:00:00 GMT", "2026-11-24T00:00:00Z"),
        ("Mon, 23 Nov 2026 9:05:00 GMT+6", "2026-11-23T03:05:00Z"),
        ("Mon Nov 23 14:35:07 2026 MSK", "2026-11-23T11:35:07Z"),
        ("2026-11-23T14:35:07Z", "2026-11-23T14:35:07Z"),
        ("2026-11-23T14:35:07.123+05:00", "2026-11-23T09:35:07Z"),
        ("2026-11-23T14:35:07+0500", "2026-11-23T09:35:07Z"),
        ("2026-11-23 14:35:07 +05", "2026-11-23T09:35:07Z"),
        ("2026-11-23T14:35-05:00", "2026-11-23T19:35:00Z"),
        // Zones by name; ALMT is what Almaty had on that day.
        ("Mon, 23 Nov 2026 14:35:07 ALMT", "2026-11-23T09:35:07Z"),
        ("Tue, 23 Nov 2021 14:35:07 ALMT", "2021-11-23T08:35:07Z"),
        ("23 Nov 2026 14:35:07 МСК", "2026-11-23T11:35:07Z"),
        ("23 Nov 2026 14:35:07 Asia/Tokyo", "2026-11-23T05:35:07Z"),
        ("Wed, 19 Aug 2009 18:28:00 Etc/GMT", "2009-08-19T18:28:00Z"),
        ("Wed, 19 Aug 2009 18:28:00 GMT-01:01", "2009-08-19T19:29:00Z"),
        ("Thu, 01 Jan 2004 19:48:21 A", "2004-01-01T20:48:21Z"),
        ("Thu, 01 Jan 2004 19:48:21 +0300 (MSK)", "2004-01-01T16:48:21Z"),
        ("2017-06-13T03:18:00+00:0", "2017-06-13T03:18:00Z"),
        ("Sat, Dec 16 2023 02:02:33 PM GMT", "2023-12-16T14:02:33Z"),
        ("Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T12:19:53Z"),
        ("2004-07-08 23:56:58.0 UTC", "2004-07-08T23:56:58Z"),
        ("Sun Jan  4 16:29:06 PST 2004", "2004-01-05T00:29:06Z"),
        // Odd forms of W3CDTF and ISO 8601.
        ("2003-12-31T10Z", "2003-12-31T10:00:00Z"),
        ("2003-8-5T10:14:55Z", "2003-08-05T10:14:55Z"),
        ("2003-12-31t10:14:55EST", "2003-12-31T15:14:55Z"),
        ("2003-12-31T10:14:55 -08:00", "2003-12-31T18:14:55Z"),
        ("2003-12-31T10:14:55.12345678-08:00", "2003-12-31T18:14:55Z"),
        ("2003-012-31T10:14:55Z", "2003-12-31T10:14:55Z"),
        ("20261123T143507Z", "2026-11-23T14:35:07Z"),
        ("20261123T1435+0500", "2026-11-23T09:35:00Z"),
        ("20261123143507", "2026-11-23T09:35:07Z"),
        ("2026-W48-1T14:35Z", "2026-11-23T14:35:00Z"),
        ("2026W481", "2026-11-22T19:00:00Z"),
        ("2026-W48", "2026-11-22T19:00:00Z"),
        ("2026-327T00:00:00Z", "2026-11-23T00:00:00Z"),
        ("2026327", "2026-11-22T19:00:00Z"),
        ("261123", "2026-11-22T19:00:00Z"),
        ("26-11-23", "2026-11-22T19:00:00Z"),
        ("26-327", "2026-11-22T19:00:00Z"),
        ("2026-11", "2026-10-31T19:00:00Z"),
        ("2026", "2025-12-31T19:00:00Z"),
        ("-26-11", "2026-10-31T19:00:00Z"),
        ("-2611", "2026-10-31T19:00:00Z"),
        ("21", "2000-12-31T18:00:00Z"),
        ("1795444507", "2026-11-23T14:35:07Z"),
        ("1795444507123", "2026-11-23T14:35:07Z"),
        // Kazakh, Russian, Greek, Hungarian, Korean.
        ("Пн, 23 ноя 2026 14:35:07 +0500", "2026-11-23T09:35:07Z"),
        ("23 ноября 2026, 14:35", "2026-11-23T09:35:00Z"),
        ("понедельник, 23 ноября 2026 г. в 14:35", "2026-11-23T09:35:00Z"),
        ("23 қараша 2026", "2026-11-22T19:00:00Z"),
        ("2026 жылғы 23 қараша, 14:35", "2026-11-23T09:35:00Z"),
        ("Дс, 23 Қар 2026 14:35", "2026-11-23T09:35:00Z"),
        ("Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T17:00:00Z"),
        ("2004-július-13T9:15-05:00", "2004-07-13T14:15:00Z"),
        ("2004년 05월  28일  01:31:15", "2004-05-27T16:31:15Z"),
        ("2004-05-25 오후 11:23:17", "2004-05-25T14:23:17Z"),
        ("Nov 23, 2026 at 2:35pm", "2026-11-23T09:35:00Z"),
        ("11/23/2026 14:35", "2026-11-23T09:35:00Z"),
        ("23/11/2026 14:35", "2026-11-23T09:35:00Z"),
        // No zone: the source's, Almaty.
        ("2026-11-23T14:35:07", "2026-11-23T09:35:07Z"),
        ("2026-11-23 14:35", "2026-11-23T09:35:00Z"),
        ("2026-11-23", "2026-11-22T19:00:00Z"),
        ("20261123", "2026-11-22T19:00:00Z"),
        ("23.11.2026 14:35", "2026-11-23T09:35:00Z"),
        ("23.11.2026", "2026-11-22T19:00:00Z"),
        ("23-Nov-2026 14:35:07", "2026-11-23T09:35:07Z"),
        ("Mon, 23 Nov 2026 14:35:07", "2026-11-23T09:35:07Z"),
        // Before the country moved to UTC+5, it was UTC+6.
        ("2024-02-28 12:00", "2024-02-28T06:00:00Z"),
    ];
    for (text, expected) in cases {
        let read = date::parse(text, Tz::Asia__Almaty).unwrap_or_else(|| panic!("{text}: no date"));
        assert_eq!(read.timestamp(), at(expected).timestamp(), "{text}: {read}");
    }
}

#[test]
fn what_is_no_date_is_none() {
    for text in [
        "",
        "tomorrow",
        "the day after",
        "32 Nov 2026",
        "2026-13-01",
        "Mon",
        "14:35",
        "20400",
        "1",
        "99",
        "2026-W54",
        "2026-367",
        "26-13-40",
        "--11-23",
        "---23",
        "23 ноября 2026 24 ноября 2026",
        "10:00 23 Nov 2026 12:00",
        "2026-11-23T10:00:00Q",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00Z",
        "99999-01-01",
        "23 Nov 2026 25:00",
        "1970-01-01T00:00:00+99:99",
        &"9".repeat(200),
        "２０２６-11-23",
        "é-11-23T1",
    ] {
        assert_eq!(date::parse(text, Tz::UTC), None, "{text}");
    }
}

#[test]
fn what_is_a_date_in_its_field_alone_is_none_among_texts() {
    for text in ["2026", "2026-11", "21", "1795444507", "261123", "2026-327", "-26"] {
        assert!(date::parse(text, Tz::UTC).is_some() && date::spelled(text, Tz::UTC).is_none(), "{text}");
    }
}

/// The links of a document's items, letter for letter as it writes them.
fn written(document: &str) -> Vec<String> {
    read(document).items.into_iter().map(|item| item.written.or(item.link).unwrap_or_default()).collect()
}

#[test]
fn links_are_kept_as_they_are_written() {
    let cases = [
        ("<link>https://a.kz/1</link>", "https://a.kz/1"),
        ("<link>/1</link>", "/1"),
        ("<link>https://a.kz</link>", "https://a.kz"),
        ("<link>https://a.kz/новость</link>", "https://a.kz/новость"),
        ("<link>HTTPS://A.kz/1</link>", "HTTPS://A.kz/1"),
        ("<link>\n  https://a.kz/1\n</link>", "\n  https://a.kz/1\n"),
        ("<link><![CDATA[ https://a.kz/1?a&b ]]></link>", " https://a.kz/1?a&b "),
        ("<link> <![CDATA[https://a.kz/1]]> </link>", " https://a.kz/1 "),
        ("<link>/1?a=1&amp;amp;b=&#38;</link>", "/1?a=1&amp;b=&"),
        ("<description>&lt;link>/1&lt;/link></description><link>https://a.kz/1</link>", "https://a.kz/1"),
        ("<comments>/1#c</comments><link>/1</link>", "/1"),
        ("<description><![CDATA[<link", "https://a.kz/1"),
    ];
    for (inner, expected) in cases {
        let inner =
            if inner.ends_with("<link") { format!("{inner}]]></description><link>https://a.kz/1</link>") } else { inner.to_owned() };
        let document = format!(
            "<rss version=\"2.0\"><channel><title>F</title><link>https://a.kz</link>\
             <item><title>T</title>{inner}</item></channel></rss>"
        );
        assert_eq!(written(&document), [expected], "{inner}");
    }
    let json = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [
        {"id": "1", "url" : "https:\/\/A.kz\u002f\"1\"", "content_text": "\"url\": \"/x\""}, {"id": "2", "url": "https://a.kz/2", "content_text": "b"}]}"#;
    assert_eq!(written(json), ["https://A.kz/\"1\"", "https://a.kz/2"]);
}

#[test]
fn links_that_never_end_take_no_time() {
    let unit = ["<link ", "<link>", "<link><![CDATA[", "<link href=\"", "<a:link href='x", "<link>&amp;", "link:link:"];
    for unit in unit {
        let item = format!("<item><title>T</title><link>/1</link><description>{}</description></item>", "ы".repeat(10));
        let document =
            format!("<rss version=\"2.0\"><channel>{item}<x><![CDATA[{}]]></x></channel></rss>", unit.repeat((4 << 20) / unit.len()));
        let before = std::time::Instant::now();
        let _ = parse(&document, Some(&base()), Tz::UTC);
        assert!(before.elapsed().as_secs() < 5, "{unit}: {:?}", before.elapsed());
    }
}

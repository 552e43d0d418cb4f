//! robots.txt: how files are read, and what they allow.

use std::time::{Duration, Instant};

use taspa::fetch::robots::{Answer, Robots};
use url::Url;

fn allows(file: &str, path: &str) -> bool {
    Robots::parse(file.as_bytes()).allows("taspa", &Url::parse("https://news.kz/").unwrap().join(path).unwrap())
}

#[test]
fn the_longest_pattern_decides_and_of_equal_ones_the_friendliest() {
    let cases = [
        ("", "/a", true),
        ("Disallow: /", "/", false),
        ("Disallow:", "/a", true),
        ("Allow: /", "/a", true),
        ("Disallow: /a", "/a", false),
        ("Disallow: /a", "/abc/d", false),
        ("Disallow: /a", "/b/a", true),
        ("Disallow: /a", "/A", true),
        ("Disallow: /a/", "/a", true),
        ("Disallow: /\nAllow: /news", "/news/1", true),
        ("Allow: /news\nDisallow: /", "/news/1", true),
        ("Disallow: /\nAllow: /news", "/sport", false),
        ("Allow: /news\nDisallow: /news/old", "/news/old/1", false),
        ("Allow: /a\nDisallow: /a", "/a", true),
        ("Disallow: /a\nAllow: /a", "/a", true),
        ("Disallow: /a*\nAllow: /a", "/a", false),
        // RFC 9309 §5.2.
        ("Allow: /example/page/\nDisallow: /example/page/disallowed.gif", "/example/page/disallowed.gif", false),
        // Wild cards.
        ("Disallow: /*.pdf", "/a/b.pdf", false),
        ("Disallow: /*.pdf", "/a/b.pdf?x=1", false),
        ("Disallow: /*.pdf$", "/a/b.pdf", false),
        ("Disallow: /*.pdf$", "/a/b.pdf?x=1", true),
        ("Disallow: /*.pdf$", "/a.pdf/b.pdf", false),
        ("Disallow: *.pdf", "/a.pdf", false),
        ("Disallow: /a*b*c", "/a-c-b", true),
        ("Disallow: /a*b*c", "/a-b-c-d", false),
        ("Disallow: /a*b$", "/ab", false),
        ("Disallow: /ab*b$", "/ab", true),
        ("Disallow: /$", "/", false),
        ("Disallow: /$", "/a", true),
        ("Disallow: /a$", "/a", false),
        ("Disallow: /a*$", "/abc", false),
        ("Disallow: /a***b", "/a-b", false),
        ("Disallow: *", "/a", false),
        ("Disallow: $", "/a", true),
        ("Disallow: /a$b", "/a$b", false),
        ("Disallow: /a%24b", "/a$b", false),
        ("Disallow: /a%2Ab", "/a*b", false),
        ("Disallow: /a%2ab", "/axb", true),
        ("Disallow: /a%24", "/a$", false),
        ("Disallow: /*?", "/a?x=1", false),
        ("Disallow: /*?", "/a", true),
        ("Disallow: /*?*print=", "/a?x=1&print=1", false),
        // What is encoded, and what is not.
        ("Disallow: /жаңалық", "/жаңалық/1", false),
        ("Disallow: /%D0%B6%D0%B0", "/жаңалық/1", false),
        ("Disallow: /%d0%b6%d0%b0", "/жаңалық/1", false),
        ("Disallow: /жа", "/%D0%B6%D0%B0%D2%A3", false),
        ("Disallow: /foo/bar?q=тенге", "/foo/bar?q=%D1%82%D0%B5%D0%BD%D0%B3%D0%B5", false),
        ("Disallow: /%7Euser", "/~user", false),
        ("Disallow: /~user", "/%7euser", false),
        ("Disallow: /a%2Fb", "/a/b", true),
        ("Disallow: /a/b", "/a%2Fb", true),
        ("Disallow: /a b", "/a%20b", false),
        ("Disallow: /100%", "/100%", false),
        ("Disallow: /100%25", "/100%2541", false),
        ("Disallow: /a\"<>|", "/a%22%3C%3E%7C", false),
        // What never matches, and what is never forbidden.
        ("Disallow: a", "/a", true),
        ("Disallow: https://news.kz/a", "/a", true),
        ("Disallow: /", "/robots.txt", true),
        ("Disallow: /", "/robots.txt/a", false),
        ("Disallow: /a", "/b#/a", true),
    ];
    for (rules, path, expected) in cases {
        assert_eq!(allows(&format!("User-agent: *\n{rules}\n"), path), expected, "{rules:?} {path}");
    }
}

#[test]
fn a_group_for_the_product_stands_before_the_one_for_everybody() {
    let cases = [
        ("User-agent: taspa\nDisallow: /a", false),
        ("USER-AGENT: TASPA\nDISALLOW: /a", false),
        ("User-agent: Taspa/1.0 (+https://a.kz)\nDisallow: /a", false),
        ("user-agent : taspa # us\ndisallow :/a#x", false),
        ("User-agent: taspabot\nDisallow: /a", true),
        ("User-agent: tas\nDisallow: /a", true),
        ("User-agent: *\nDisallow: /a\n\nUser-agent: taspa\nDisallow: /b", true),
        ("User-agent: *\nDisallow: /a\n\nUser-agent: taspa\nDisallow:", true),
        ("User-agent: taspa\nUser-agent: other\nDisallow: /a", false),
        ("User-agent: other\nUser-agent: taspa\nDisallow: /a", false),
        ("User-agent: taspa\nSitemap: https://news.kz/s.xml\nUser-agent: other\nDisallow: /a", false),
        ("User-agent: taspa\nDisallow: /b\n\nUser-agent: *\nDisallow: /\n\nUser-agent: taspa\nDisallow: /a", false),
        ("User-agent: *\nDisallow: /b\n\nUser-agent: *\nDisallow: /a", false),
        ("User-agent: other\nCrawl-delay: 10\n\nUser-agent: *\nDisallow: /a", false),
        ("User-agent: taspa\nCrawl-delay: 10\n\nUser-agent: *\nDisallow: /a", true),
        ("User-agent: other\nDisallow: /a", true),
        ("Disallow: /a", true),
        ("Disallow: /a\nUser-agent: *\nDisallow: /b", true),
        ("User-agent:\nDisallow: /a", true),
    ];
    for (file, expected) in cases {
        assert_eq!(allows(file, "/a"), expected, "{file:?}");
    }
}

#[test]
fn files_are_read_however_they_are_written() {
    let cases: [(&[u8], bool); 12] = [
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /a", false),
        (b"User-agent: *\r\nDisallow: /a\r\n", false),
        (b"User-agent: *\rDisallow: /a\r", false),
        (b"# comment\n\n\tUser-agent:\t*\t\n  Disallow:   /a   # why", false),
        (b"User-agent: *\nnonsense\n:\n::\nHost: news.kz\n\xff\xfe\nDisallow: /a", false),
        (b"User-agent: *\nDisallow /a", true),
        (b"User-agent: *\nDisallow: /a\0b", true),
        (b"<!DOCTYPE html><html><p>User-agent: *</p>\n<p>Disallow: /a</p></html>", true),
        (b"", true),
        (b"\xff\xfeU\0s\0e\0r\0", true),
        (b"User-agent: *\nDisallow: /%", true),
        (b"User-agent: *\nDisallow: /\xe0", true),
    ];
    for (file, expected) in cases {
        let url = Url::parse("https://news.kz/a").unwrap();
        assert_eq!(Robots::parse(file).allows("taspa", &url), expected, "{}", String::from_utf8_lossy(file));
    }
    let windows_1251 = Robots::parse(b"User-agent: *\nDisallow: /\xed\xee\xe2");
    assert!(!windows_1251.allows("taspa", &Url::parse("https://news.kz/%ED%EE%E2").unwrap()));
}

#[test]
fn what_lies_behind_the_bound_is_not_read_and_a_cut_line_forbids_nothing() {
    let filler = format!("# {}\n", "x".repeat(1021)).repeat(499);
    let file = format!("User-agent: *\nDisallow: /a\n{filler}");
    // The bound comes after the first bytes of `/bcd`.
    let cut = format!("{file}{}\nDisallow: /bcd\nDisallow: /c", " ".repeat((500 << 10) - file.len() - "\nDisallow: /b".len()));
    let robots = Robots::parse(cut.as_bytes());
    for (path, expected) in [("/a", false), ("/b", true), ("/bcd", true), ("/c", true)] {
        assert_eq!(robots.allows("taspa", &Url::parse(&format!("https://news.kz{path}")).unwrap()), expected, "{path}");
    }
    let many: String = (0..20_000).map(|n| format!("Disallow: /{n}$\n")).collect();
    let robots = Robots::parse(format!("User-agent: *\n{many}").as_bytes());
    for (path, expected) in [("/0", false), ("/4999", false), ("/5000", true)] {
        assert_eq!(robots.allows("taspa", &Url::parse(&format!("https://news.kz{path}")).unwrap()), expected, "{path}");
    }
}

#[test]
fn hostile_files_cost_no_more_than_their_length() {
    let path = "a".repeat(60_000);
    let half_a_megabyte = 500 << 10;
    let files = [
        "/*a*a*a*a*b".to_owned(),
        format!("/{}b", "*a".repeat(half_a_megabyte / 2 - 50)),
        format!("/{}b$", "*aa".repeat(half_a_megabyte / 3 - 50)),
        "*".repeat(half_a_megabyte - 50),
        format!("/{}", "*".repeat(half_a_megabyte - 50) + "b"),
        "%".repeat(half_a_megabyte - 50),
        "/*ab\nDisallow: ".repeat(half_a_megabyte / 15),
        "/*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab*b\nDisallow: ".repeat(half_a_megabyte / 50),
        "/a\nUser-agent: x\nDisallow: ".repeat(half_a_megabyte / 27),
        "\nUser-agent: x".repeat(half_a_megabyte / 14),
        ":\n".repeat(half_a_megabyte / 2),
    ];
    for rules in files {
        let url = Url::parse(&format!("https://news.kz/{path}")).unwrap();
        let started = Instant::now();
        let robots = Robots::parse(format!("User-agent: *\nDisallow: {rules}").as_bytes());
        let parsed = started.elapsed();
        robots.allows("taspa", &url);
        robots.crawl_delay("taspa");
        assert!(started.elapsed() < Duration::from_secs(5), "{parsed:?}, {:?}: {}", started.elapsed(), &rules[..20.min(rules.len())]);
    }
}

#[test]
fn a_delay_is_the_products_and_bounded() {
    let cases = [
        ("User-agent: *\nCrawl-delay: 10", Some(10_000)),
        ("User-agent: *\nCrawl-delay: 0.5", Some(500)),
        ("User-agent: *\nCrawl-delay: 1,5", Some(1_500)),
        ("User-agent: *\nDisallow:\nCrawl-delay: 3 # seconds", Some(3_000)),
        ("User-agent: *\nCrawl-delay: 86400", Some(60_000)),
        ("User-agent: *\nCrawl-delay: inf", Some(60_000)),
        ("User-agent: *\nCrawl-delay: -5", Some(0)),
        ("User-agent: *\nCrawl-delay: NaN", None),
        ("User-agent: *\nCrawl-delay: soon", None),
        ("User-agent: *\nCrawl-delay:", None),
        ("User-agent: *\nCrawl-delay: 2\nCrawl-delay: 4", Some(4_000)),
        ("User-agent: *\nCrawl-delay: 10\nUser-agent: taspa\nCrawl-delay: 2", Some(2_000)),
        ("User-agent: *\nCrawl-delay: 10\nUser-agent: taspa\nDisallow:", None),
        ("User-agent: other\nCrawl-delay: 10", None),
        ("Crawl-delay: 10", None),
    ];
    for (file, expected) in cases {
        let delay = Robots::parse(file.as_bytes()).crawl_delay("taspa");
        assert_eq!(delay, expected.map(Duration::from_millis), "{file:?}");
    }
}

#[test]
fn a_status_says_what_the_absence_of_a_file_means() {
    let cases = [
        (200, Answer::File),
        (203, Answer::File),
        (301, Answer::Elsewhere),
        (308, Answer::Elsewhere),
        (400, Answer::Missing),
        (401, Answer::Missing),
        (403, Answer::Missing),
        (404, Answer::Missing),
        (410, Answer::Missing),
        (429, Answer::Trouble),
        (500, Answer::Trouble),
        (503, Answer::Trouble),
        (599, Answer::Trouble),
        (100, Answer::Trouble),
        (999, Answer::Trouble),
    ];
    for (status, expected) in cases {
        assert_eq!(Answer::of(status), expected, "{status}");
    }
}

#[test]
fn all_and_nothing_can_be_allowed() {
    let url = Url::parse("https://news.kz/a").unwrap();
    assert!(Robots::allow_all().allows("taspa", &url));
    assert!(!Robots::disallow_all().allows("taspa", &url));
    assert_eq!(Robots::allow_all(), Robots::parse(b""));
}

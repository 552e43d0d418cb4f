//! More items than a feed holds, between two polls: fetched from its older documents, or told.

use crate::support::binary::Workplace;
use crate::support::feeds::{json_feed, rss};
use crate::support::origin::{Origin, Reply};
use crate::support::scene::{config, items, rows};

const ATOM: &str = "xmlns:atom=\"http://www.w3.org/2005/Atom\"";

/// A feed of these items, newest first as newsrooms have it, that leads to an older document.
fn leading(numbers: std::ops::Range<u32>, rel: &str, older: &str) -> String {
    let mut items = items(numbers);
    items.reverse();
    rss(&items).replace("<channel>", &format!("<channel><atom:link {ATOM} rel=\"{rel}\" href=\"{older}\"/>"))
}

struct Newsroom {
    origin: Origin,
    workplace: Workplace,
}

impl Newsroom {
    /// A newsroom whose first three items are known.
    fn known() -> Self {
        let newsroom = Self { origin: Origin::start(), workplace: Workplace::new() };
        newsroom.workplace.config(&config(&[("a", newsroom.origin.url("/a.xml"))]));
        newsroom.polls(rss(&items(0..3)));
        newsroom
    }

    fn polls(&self, document: String) -> String {
        self.origin.put("/a.xml", Reply::ok(document));
        self.workplace.taspa(&["fetch"]).expect_code(0);
        self.problems()
    }

    /// What was told of the last poll.
    fn problems(&self) -> String {
        let connection = rusqlite::Connection::open(self.workplace.database()).unwrap();
        connection.query_row("SELECT coalesce(problems, '') FROM poll ORDER BY id DESC LIMIT 1", [], |row| row.get(0)).unwrap()
    }

    fn entries(&self) -> i64 {
        rows(&self.workplace, "SELECT count(*) FROM entry")
    }

    fn status(&self) -> String {
        self.workplace.taspa(&["status"]).expect_code(0).stdout
    }
}

#[test]
fn what_came_and_went_between_two_polls_is_read_from_the_archives() {
    for rel in ["prev-archive", "next"] {
        let newsroom = Newsroom::known();
        newsroom.origin.put("/5.xml", Reply::ok(leading(5..8, rel, "4.xml")));
        newsroom.origin.put("/4.xml", Reply::ok(leading(2..6, rel, "3.xml")));
        newsroom.origin.put("/3.xml", Reply::ok(rss(&items(0..3))));
        assert_eq!(newsroom.polls(leading(7..10, rel, "/5.xml")), "", "{rel}");
        assert_eq!(newsroom.entries(), 10);
        assert_eq!(newsroom.origin.requests_to("/3.xml").len(), 0, "no further than what is known");
        assert!(!newsroom.status().contains("misses none"), "{}", newsroom.status());
        // Each once more in the next poll: nothing is new.
        newsroom.polls(leading(8..11, rel, "/5.xml"));
        assert_eq!((newsroom.entries(), newsroom.origin.requests_to("/5.xml").len()), (11, 1));
    }
}

#[test]
fn the_pages_of_a_json_feed_are_followed() {
    let newsroom = Newsroom::known();
    let paged = |numbers, next: &str| json_feed(&items(numbers)).replacen('{', &format!("{{\"next_url\": \"{next}\", "), 1);
    newsroom.origin.put("/2.json", Reply::ok(paged(2..8, "https://127.0.0.1:1/3.json")).content_type("application/feed+json"));
    assert_eq!(newsroom.polls(paged(8..10, "/2.json")), "");
    assert_eq!(newsroom.entries(), 10);
}

#[test]
fn lost_items_are_told_where_no_archive_has_them() {
    let newsroom = Newsroom::known();
    let told = newsroom.polls(rss(&items(7..10)));
    assert_eq!(told, "items may have been lost: all 3 are new, and newer than the last that was seen; a shorter `schedule` misses none");
    assert!(newsroom.status().contains("more items came between two polls than the feed holds"), "{}", newsroom.status());
    let json: serde_json::Value = serde_json::from_str(&newsroom.workplace.taspa(&["status", "--json"]).expect_code(0).stdout).unwrap();
    assert!(json[0]["lost_at"].is_string(), "{json}");
}

#[test]
fn archives_that_fail_or_never_end_are_left_and_the_feed_is_kept() {
    let newsroom = Newsroom::known();
    newsroom.origin.put("/5.xml", Reply::ok("<html><body>404</body></html>"));
    let told = newsroom.polls(leading(20..23, "prev-archive", "/5.xml"));
    assert!(told.contains("/5.xml, were not read") && told.contains("items may have been lost"), "{told}");
    assert_eq!(newsroom.entries(), 6);
    // In a circle, and without end.
    newsroom.origin.put("/circle.xml", Reply::ok(leading(39..40, "next", "/a.xml")));
    newsroom.polls(leading(40..43, "next", "/circle.xml"));
    assert_eq!(newsroom.origin.requests_to("/circle.xml").len(), 1);
    for n in 0..30 {
        newsroom.origin.put(&format!("/{n}.xml"), Reply::ok(leading(200 - n * 2..202 - n * 2, "next", &format!("/{}.xml", n + 1))));
    }
    newsroom.polls(leading(202..204, "next", "/0.xml"));
    assert_eq!(
        (newsroom.origin.requests_to("/9.xml").len(), newsroom.origin.requests_to("/10.xml").len()),
        (1, 0),
        "ten documents are enough"
    );
}

#[test]
fn what_joins_or_is_older_or_undated_or_the_first_poll_is_no_burst() {
    let newsroom = Newsroom::known();
    newsroom.origin.put("/5.xml", Reply::ok(rss(&items(3..7))));
    assert_eq!(newsroom.polls(leading(2..9, "prev-archive", "/5.xml")), "", "it joins what is known");
    let renamed: Vec<_> = items(5..9).into_iter().map(|item| item.guid(Some("x")).link("https://news.example/neu")).collect();
    let renamed = renamed
        .into_iter()
        .zip(0..)
        .map(|(item, n)| item.guid(Some(&format!("neu-{n}"))).link(format!("https://news.example/neu/{n}")))
        .collect::<Vec<_>>();
    assert!(!newsroom.polls(rss(&renamed)).contains("lost"), "the same reports under other addresses");
    let undated: Vec<_> = items(60..63).into_iter().map(|item| item.date(None)).collect();
    assert!(!newsroom.polls(rss(&undated)).contains("lost"), "dates that nobody wrote tell nothing");
    assert_eq!(newsroom.origin.requests_to("/5.xml").len(), 0);
}

#[test]
fn an_archive_on_a_private_address_is_asked_only_where_the_admin_allows_it() {
    let newsroom = Newsroom::known();
    let elsewhere = Origin::start();
    elsewhere.put("/5.xml", Reply::ok(rss(&items(2..7))));
    let strict = config(&[("a", newsroom.origin.url("/a.xml"))]).replace("allow_private = true", "allow_private = false");
    newsroom.workplace.config(&strict);
    let told = newsroom.polls(leading(7..10, "prev-archive", &elsewhere.url("/5.xml")));
    assert!(told.contains("not on the public internet"), "{told}");
    assert_eq!(elsewhere.requests().len(), 0);
}

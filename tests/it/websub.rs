//! Subscriptions at WebSub hubs, end to end: a hub on loopback, the daemon in process, a clock that is moved by hand.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use chrono::TimeDelta;

use crate::support::binary::Workplace;
use crate::support::eventually;
use crate::support::feeds::{Item, atom, json_feed, rss};
use crate::support::http::{get, post, request};
use crate::support::origin::Reply;
use crate::support::scene::{config, count, items};
use crate::websub_hub::{BOUND, KEYS, Press, at, feed_with_hub, hmac, signed};

#[test]
fn what_a_hub_pushes_stands_in_the_feed_a_moment_later() {
    let press = Press::new();
    press.feed("what the first poll brought", |feed| count(feed, "<entry>") == 3);
    let asked = press.asked(1);
    assert_eq!(asked["hub.mode"], "subscribe");
    assert_eq!(asked["hub.topic"], press.origin.url("/a"));
    assert_eq!(asked["hub.lease_seconds"], "864000");
    let (path, secret) = (asked["hub.callback"].strip_prefix("https://news.example.kz/websub/").unwrap(), &asked["hub.secret"]);
    assert!(path.len() == 64 && secret.len() == 64 && path != secret, "{asked:?}");
    let sent = &press.origin.requests_to("/hub")[0];
    assert_eq!((sent.method.as_str(), sent.header("content-type")), ("POST", Some("application/x-www-form-urlencoded")));

    assert_eq!(press.question(&asked, "subscribe", "&hub.lease_seconds=864000").text(), "ch4lleng3");
    assert_eq!(press.number("SELECT lease_ends FROM subscription"), at("2026-12-08T10:00:00Z").timestamp());

    let (polls, validators) = (press.number("SELECT max(id) FROM poll"), "SELECT etag IS NULL AND last_poll = last_success FROM source");
    let next_poll = press.next_poll();
    let pushed = Instant::now();
    assert_eq!(press.push(&asked, &atom(&items(7..8))).status, 202);
    let feed = press.feed("what was pushed", |feed| count(feed, "<entry>") == 4);
    let took = pushed.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert!(feed.split("<entry>").nth(1).unwrap().contains(&Item::new(7).title), "on top: {feed}");
    // A push of what is new alone changes nothing of polling, and says nothing of what it does not hold.
    assert_eq!((press.number("SELECT max(id) FROM poll"), press.next_poll()), (polls, next_poll));
    assert_eq!(press.number(validators), 1);
    press.poll();
    assert_eq!(press.number("SELECT count(*) FROM entry"), 4);
}

#[test]
fn a_push_of_all_that_the_feed_has_enters_what_is_new_and_revises_what_has_changed() {
    let press = Press::new();
    let asked = press.subscribed();
    let mut all = items(0..6);
    all[1] = Item::new(1).title("Исправленный заголовок о совсем другом событии в Таразе");
    assert_eq!(press.push(&asked, &atom(&all)).status, 202);
    press.wait_for_number("six entries", "SELECT count(*) FROM entry", 6);
    press.wait_for_number("one of them revised", "SELECT count(*) FROM entry WHERE revision > 0 AND title LIKE 'Исправленный%'", 1);
    // The same again is nothing new; RSS and JSON Feed are read as well.
    let headers = |document: &str| signed(&asked["hub.secret"], document.as_bytes());
    for document in [rss(&items(6..7)), json_feed(&items(7..8))] {
        let signature = headers(&document);
        let answer = post(&press.callback(&asked), &[("X-Hub-Signature", &signature)], document.as_bytes());
        assert_eq!(answer.status, 202);
    }
    press.wait_for_number("two more", "SELECT count(*) FROM entry", 8);
    press.wait_for_number("three pushes", "SELECT pushes FROM subscription", 3);
}

#[test]
fn only_what_the_hub_signed_is_believed_and_nobody_learns_so() {
    let press = Press::new();
    let asked = press.subscribed();
    let (secret, callback, document) = (&asked["hub.secret"], press.callback(&asked), atom(&items(7..8)));
    let body = document.as_bytes();
    let right = hmac::<sha2::Sha256>(64, secret, body);
    let wrong = [
        "".to_owned(),
        "sha256=".to_owned(),
        right.clone(),
        // SHA-1 can be forged; 20 bytes of anything.
        format!("sha1={}", "0123456789".repeat(4)),
        format!("md5={right}"),
        format!("sha512={right}"),
        format!("sha256={}", &right[..62]),
        format!("sha256={right}00"),
        format!("sha256={}", right.replace(|c: char| c.is_ascii_digit(), "0")),
        format!("sha256={}", hmac::<sha2::Sha256>(64, "another secret", body)),
        format!("sha256={}", "ж".repeat(32)),
        format!("sha256={}", "0".repeat(5000)),
    ];
    for signature in &wrong {
        let headers: &[_] = if signature.is_empty() { &[] } else { &[("X-Hub-Signature", signature.as_str())] };
        let answer = post(&callback, headers, body);
        assert_eq!((answer.status, answer.text()), (202, "taken\n"), "{signature}");
    }
    press.wait_for_number("all are ignored and counted", "SELECT ignored FROM subscription", i64::try_from(wrong.len()).unwrap());
    assert_eq!(press.number("SELECT count(*) FROM entry"), 3);
    assert_eq!(press.number("SELECT pushes FROM subscription"), 0);

    for entry in 7..10 {
        let document = atom(&items(entry..entry + 1));
        let signature = match entry {
            7 => format!("SHA256={}", hmac::<sha2::Sha256>(64, secret, document.as_bytes()).to_uppercase()),
            8 => format!("sha384={}", hmac::<sha2::Sha384>(128, secret, document.as_bytes())),
            _ => format!("sha512={}", hmac::<sha2::Sha512>(128, secret, document.as_bytes())),
        };
        assert_eq!(press.push_signed(&asked, &document, &signature).status, 202);
    }
    press.wait_for_number("each method from sha256 up is believed", "SELECT count(*) FROM entry", 6);
}

#[test]
fn only_what_was_asked_for_is_confirmed() {
    let press = Press::new();
    let asked = press.asked(1);
    let callback = press.callback(&asked);
    let topic = press.origin.url("/a");
    let ask = |query: &str| get(&format!("{callback}?{query}")).status;
    let challenge = "hub.challenge=c";
    for (query, status) in [
        (format!("hub.mode=subscribe&hub.topic={topic}/&{challenge}"), 404),
        (format!("hub.mode=subscribe&hub.topic=http://127.0.0.1/other&{challenge}"), 404),
        (format!("hub.mode=unsubscribe&hub.topic={topic}&{challenge}"), 404),
        (format!("hub.mode=subscribe&hub.topic={topic}"), 400),
        (format!("hub.mode=subscribe&hub.topic={topic}&hub.challenge="), 400),
        (format!("hub.mode=subscribe&hub.topic={topic}&{challenge}&hub.lease_seconds=soon"), 400),
        (format!("hub.mode=subscribe&hub.topic={topic}&{challenge}&hub.lease_seconds=-5"), 400),
        (format!("hub.mode=publish&hub.topic={topic}&{challenge}"), 400),
        (format!("hub.mode=subscribe&{challenge}"), 400),
        (format!("hub.mode=subscribe&hub.topic={topic}&hub.challenge={}", "c".repeat(4000)), 400),
        ("%ff%00&&&=;".to_owned(), 400),
        (String::new(), 400),
    ] {
        assert_eq!(ask(&query), status, "{query}");
    }
    assert_eq!(press.number("SELECT lease_ends FROM subscription"), -1, "nothing was confirmed");
    assert_eq!(request("PUT", &callback, &[]).status, 405);

    // Who guesses learns nothing, and a hub that pushes where nothing is ends it.
    let guessed = format!("{}/websub/{}", press.base(), "0".repeat(64));
    assert_eq!(get(&format!("{guessed}?hub.mode=subscribe&hub.topic={topic}&{challenge}")).status, 404);
    assert_eq!(post(&guessed, &[], b"<feed/>").status, 410);
    assert_eq!(get(&format!("{}/websub/", press.base())).status, 404);

    assert_eq!(press.question(&asked, "subscribe", "&hub.lease_seconds=99999999999999999999").status, 400, "no number of 64 bits");
    assert_eq!(press.question(&asked, "subscribe", "&hub.lease_seconds=999999999999999999").status, 200);
    assert_eq!(press.number("SELECT lease_ends FROM subscription"), at("2026-12-28T10:00:00Z").timestamp(), "thirty days at most");
}

#[test]
fn a_lease_is_renewed_in_time_and_polls_go_on_slower_meanwhile() {
    let press = Press::new();
    press.wait_for_number("the first poll", "SELECT max(id) FROM poll", 1);
    assert_eq!(press.next_poll(), at("2026-11-28T10:15:00Z"));
    press.subscribed();
    press.poll();
    assert_eq!(press.next_poll(), at("2026-11-28T11:15:00Z"), "an hour while the hub pushes");
    press.poll();
    assert_eq!(press.next_poll(), at("2026-11-28T12:15:00Z"));

    let renewal = press.number("SELECT due FROM subscription") - at("2026-11-28T10:00:00Z").timestamp();
    assert!((518_400..=622_080).contains(&renewal), "between 60 and 72 hundredths of ten days: {renewal}");
    press.hand.move_to(at("2026-11-28T10:00:00Z") + TimeDelta::seconds(renewal - 1));
    press.wait_for_number("a poll meanwhile", "SELECT max(id) FROM poll", 4);
    assert_eq!(press.times_asked(), 1);
    press.hand.move_to(at("2026-11-28T10:00:00Z") + TimeDelta::seconds(renewal));
    let again = press.asked(2);
    assert_eq!(again, press.asked(1), "the same callback and secret");
    assert_eq!(press.question(&again, "subscribe", "&hub.lease_seconds=432000").status, 200);
    let ends = at("2026-11-28T10:00:00Z") + TimeDelta::seconds(renewal) + TimeDelta::days(5);
    assert_eq!(press.number("SELECT lease_ends FROM subscription"), ends.timestamp());
}

#[test]
fn a_lease_that_nobody_renews_ends_and_polls_are_as_frequent_as_before() {
    let press = Press::new();
    let asked = press.asked(1);
    assert_eq!(press.question(&asked, "subscribe", "&hub.lease_seconds=7000").status, 200);
    press.origin.put("/hub", Reply::ok("down").status(500));
    press.poll();
    assert_eq!(press.next_poll(), at("2026-11-28T11:15:00Z"));
    press.poll();
    // The lease ends at 11:56:40; the hub has failed and been asked later and later.
    assert_eq!(press.next_poll(), at("2026-11-28T12:00:00Z"), "the first time on schedule after its end");
    press.poll();
    assert_eq!(press.next_poll(), at("2026-11-28T12:15:00Z"));
    press.asked(2);
    press.wait_for_number("told to the admin", "SELECT error = 'the server answered 500 Internal Server Error' FROM subscription", 1);
    let asked_again = press.times_asked();
    // It comes back.
    press.origin.put("/hub", Reply::ok("").status(202));
    press.hand.move_to(at("2026-11-29T12:00:00Z"));
    let again = press.asked(asked_again + 1);
    assert_eq!(press.question(&again, "subscribe", "&hub.lease_seconds=7000").status, 200);
    press.wait_for_number("well again", "SELECT error IS NULL AND attempts = 0 FROM subscription", 1);
}

#[test]
fn a_hub_that_forgets_news_is_not_relied_upon_until_it_pushes_again() {
    let press = Press::new();
    press.wait_for_number("the first poll", "SELECT max(id) FROM poll", 1);
    let asked = press.subscribed();
    press.poll();
    assert_eq!(press.next_poll(), at("2026-11-28T11:15:00Z"));
    press.origin.put("/a", Reply::ok(feed_with_hub(&press.origin, &items(0..4))));
    press.poll();
    assert_eq!(press.next_poll(), at("2026-11-28T11:30:00Z"), "the poll found news that the hub had not pushed");
    press.poll();
    assert_eq!(press.next_poll(), at("2026-11-28T11:45:00Z"));
    press.push(&asked, &atom(&items(8..9)));
    press.wait_for_number("the push", "SELECT pushes FROM subscription", 1);
    press.poll();
    assert_eq!(press.next_poll(), at("2026-11-28T12:45:00Z"));
}

#[test]
fn a_hub_whose_pushes_are_not_believed_slows_nothing_down() {
    let press = Press::new();
    let asked = press.subscribed();
    press.poll();
    assert_eq!(press.next_poll(), at("2026-11-28T11:15:00Z"));
    for (document, signature) in
        [(atom(&items(8..9)), "sha1=00".to_owned()), ("no feed".to_owned(), signed(&asked["hub.secret"], b"no feed"))]
    {
        press.push_signed(&asked, &document, &signature);
        let due = press.clock.now() + TimeDelta::minutes(15);
        eventually("polls on schedule", BOUND, || (press.next_poll() == due).then_some(()));
        press.push(&asked, &atom(&items(0..1)));
        press.wait_for_number("a good push", "SELECT is_doubted FROM subscription", 0);
        press.poll();
        assert_eq!(press.next_poll(), press.clock.now() + TimeDelta::hours(1));
    }
}

#[test]
fn a_restart_loses_no_subscription() {
    let mut press = Press::new();
    let asked = press.subscribed();
    press.stop();
    press.start(KEYS);
    assert_eq!(press.push(&asked, &atom(&items(7..8))).status, 202, "from the first moment on");
    press.feed("what was pushed after the restart", |feed| count(feed, "<entry>") == 4);
    assert_eq!(press.times_asked(), 1, "nothing is asked anew");
    press.hand.move_to(at("2026-12-07T00:00:00Z"));
    assert_eq!(press.asked(2), asked, "it is renewed in its time");
}

#[test]
fn a_hub_that_asks_back_after_a_restart_finds_the_subscription_waiting() {
    let mut press = Press::new();
    let asked = press.asked(1);
    press.stop();
    press.start(KEYS);
    assert_eq!(press.question(&asked, "subscribe", "&hub.lease_seconds=3600").status, 200);
    assert_eq!(press.push(&asked, &atom(&items(7..8))).status, 202);
    press.feed("what was pushed", |feed| count(feed, "<entry>") == 4);
    assert_eq!(press.times_asked(), 1);
}

#[test]
fn what_a_hub_has_been_told_is_taken_is_stored_before_the_daemon_ends() {
    let mut press = Press::new();
    let asked = press.subscribed();
    for entry in 10..20 {
        assert_eq!(press.push(&asked, &atom(&items(entry..entry + 1))).status, 202);
    }
    press.stop();
    assert_eq!(press.number("SELECT count(*) FROM entry"), 13);
}

#[test]
fn a_hub_that_denies_is_left_alone_for_a_day_and_the_source_is_polled_as_before() {
    let press = Press::new();
    let asked = press.subscribed();
    press.poll();
    assert_eq!(press.next_poll(), at("2026-11-28T11:15:00Z"));
    press.hand.move_to(at("2026-11-28T10:20:00Z"));
    let topic = &asked["hub.topic"];
    let denied =
        |topic: &str| get(&format!("{}?hub.mode=denied&hub.topic={topic}&hub.reason=no+more%1b%5B31m", press.callback(&asked))).status;
    assert_eq!(denied("http://127.0.0.1/other"), 404);
    assert_eq!(denied(topic), 200);
    press.wait_for_number("no lease", "SELECT lease_ends IS NULL AND error = 'the hub refused: no more\u{fffd}[31m' FROM subscription", 1);
    eventually("polls on schedule", BOUND, || (press.next_poll() == at("2026-11-28T10:30:00Z")).then_some(()));
    assert_eq!(press.question(&asked, "subscribe", "").status, 404, "it was not asked since");
    press.poll();
    assert_eq!(press.next_poll(), at("2026-11-28T10:45:00Z"));
    assert_eq!(press.times_asked(), 1);
    press.hand.move_to(at("2026-11-29T10:20:00Z"));
    press.asked(2);
}

#[test]
fn a_subscription_that_is_wanted_no_more_is_ended() {
    for (case, change) in [
        (
            "websub = false",
            Box::new(|press: &mut Press| press.reload(press.settings(&format!("{KEYS}\nwebsub = false")))) as Box<dyn Fn(&mut Press)>,
        ),
        ("enabled = false", Box::new(|press| press.reload(press.settings(&format!("{KEYS}\nenabled = false"))))),
        ("no public_url", Box::new(|press| press.reload(press.settings_with("", KEYS)))),
        (
            "retired",
            Box::new(|press| {
                let file = press.settings(KEYS).file;
                let text = format!(
                    "[server]\npublic_url = \"https://news.example.kz/\"\n[[source]]\nname = \"b\"\nurl = \"{}\"\n",
                    press.origin.url("/b")
                );
                press.reload(taspa::config::parse(&file, &text).unwrap());
            }),
        ),
        (
            "the feed names no hub",
            Box::new(|press| {
                press.origin.put("/a", Reply::ok(atom(&items(0..3))));
                press.poll();
            }),
        ),
    ] {
        eprintln!("{case}");
        let mut press = Press::unstarted();
        press.origin.put("/a", Reply::ok(feed_with_hub(&press.origin, &items(0..3))));
        press.start(KEYS);
        let asked = press.subscribed();
        change(&mut press);
        if case == "retired" {
            // Its hub stands on loopback, and nobody allows that any more: it is left to itself.
            press.wait_for_number("tried in vain", "SELECT is_wanted = 0 AND error IS NOT NULL FROM subscription", 1);
            press.hand.move_to(at("2026-12-08T10:00:01Z"));
            press.wait_for_number("let go with its lease", "SELECT count(*) FROM subscription", 0);
            continue;
        }
        let farewell = press.asked(2);
        assert_eq!(farewell["hub.mode"], "unsubscribe");
        assert_eq!((&farewell["hub.topic"], &farewell["hub.callback"]), (&asked["hub.topic"], &asked["hub.callback"]));
        assert_eq!(press.question(&asked, "subscribe", "").status, 404);
        let answer = press.question(&asked, "unsubscribe", "");
        assert_eq!((answer.status, answer.text()), (200, "ch4lleng3"));
        assert_eq!(press.number("SELECT count(*) FROM subscription"), 0);
        assert_eq!(press.push(&asked, &atom(&items(7..8))).status, 410);
    }
}

#[test]
fn half_a_feed_does_not_cost_the_hub_that_the_other_half_names() {
    let mut press = Press::unstarted();
    let hub = format!("<atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"hub\" href=\"{}\"/>", press.origin.url("/hub"));
    let whole = rss(&items(0..3)).replace("</channel>", &format!("{hub}</channel>"));
    let half = whole[..whole.rfind("<item>").unwrap() + 20].to_owned();
    press.origin.put("/a", Reply::ok(whole));
    press.start(KEYS);
    let asked = press.subscribed();
    press.origin.put("/a", Reply::ok(half));
    press.poll();
    assert_eq!(press.number("SELECT count(*) FROM poll WHERE problems LIKE '%ends before its end%'"), 1);
    assert_eq!(press.push(&asked, &atom(&items(7..8))).status, 202);
    press.wait_for_number("it still pushes", "SELECT pushes FROM subscription WHERE is_wanted = 1", 1);
    assert_eq!(press.times_asked(), 1);
}

#[test]
fn switching_pushes_off_brings_the_schedule_back_at_once() {
    let mut press = Press::new();
    press.subscribed();
    press.poll();
    assert_eq!(press.next_poll(), at("2026-11-28T11:15:00Z"));
    press.reload(press.settings(&format!("{KEYS}\nwebsub = false")));
    eventually("polls on schedule", BOUND, || (press.next_poll() == at("2026-11-28T10:30:00Z")).then_some(()));
    press.poll();
    assert_eq!(press.next_poll(), at("2026-11-28T10:45:00Z"));
}

#[test]
fn another_hub_takes_the_place_of_the_first() {
    let press = Press::new();
    let asked = press.subscribed();
    press.origin.put("/other", Reply::ok("").status(202));
    press.origin.put("/a", Reply::ok(feed_with_hub(&press.origin, &items(0..3)).replace("/hub\"", "/other\"")));
    press.poll();
    assert_eq!(press.asked(2)["hub.mode"], "unsubscribe");
    let other = press.origin.wait_for_requests("/other", 1, BOUND);
    let other = crate::websub_hub::parameters(&other[0].body);
    assert_eq!(other["hub.mode"], "subscribe");
    assert!(other["hub.callback"] != asked["hub.callback"] && other["hub.secret"] != asked["hub.secret"]);
}

#[test]
fn a_hub_in_trouble_is_asked_later_and_later_and_as_it_wishes() {
    let press = Press::unstarted();
    press.origin.put("/a", Reply::ok(feed_with_hub(&press.origin, &items(0..3))));
    press.origin.put("/hub", Reply::ok("").status(500));
    let mut press = press;
    press.start("schedule = \"0 0 1 1 *\"\nallow_private = true");
    let start = press.clock.now();
    let mut now = start;
    for (attempt, pause) in [(1, 60), (2, 120), (3, 240)] {
        press.origin.wait_for_requests("/hub", attempt, BOUND);
        press.wait_for_number("it has failed", &format!("SELECT due - {} FROM subscription", now.timestamp()), pause);
        now += TimeDelta::seconds(pause);
        if attempt == 3 {
            press.origin.put("/hub", Reply::ok("").status(503).header("Retry-After", "90000"));
        }
        press.hand.move_to(now);
    }
    press.wait_for_number("it has said when", &format!("SELECT due - {} FROM subscription", now.timestamp()), 90_000);
    // It sends us elsewhere, and takes what it is asked there.
    press.origin.put("/hub", Reply::ok("").status(307).header("Location", "/hub2"));
    press.origin.put("/hub2", Reply::ok("").status(202));
    press.hand.move_to(now + TimeDelta::seconds(90_000));
    let moved = press.origin.wait_for_requests("/hub2", 1, BOUND);
    assert_eq!((moved[0].method.as_str(), &moved[0].body), ("POST", &press.origin.requests_to("/hub")[0].body));
    // It has taken it and does not ask back: it is asked again all the same.
    let waits = press.number("SELECT due FROM subscription") - press.clock.now().timestamp();
    assert!((600..=43_200).contains(&waits), "{waits}");
}

#[test]
fn a_publisher_makes_us_ask_no_private_address() {
    let mut press = Press::unstarted();
    press.origin.put("/a", Reply::ok(feed_with_hub(&press.origin, &items(0..3))));
    press.start("schedule = \"*/15 * * * *\"");
    press.wait_for_number(
        "the hub is refused",
        "SELECT error LIKE 'the host is not on the public internet%' AND attempts = 1 FROM subscription",
        1,
    );
    assert_eq!(press.times_asked(), 0);
}

#[test]
fn without_an_address_for_hubs_none_is_asked() {
    let mut press = Press::unstarted();
    press.origin.put("/a", Reply::ok(feed_with_hub(&press.origin, &items(0..3))));
    press.start_with(press.settings_with("", KEYS));
    press.poll();
    assert_eq!(press.number("SELECT count(*) FROM source WHERE hub IS NOT NULL"), 1, "it is known");
    assert_eq!((press.number("SELECT count(*) FROM subscription"), press.times_asked()), (0, 0));
}

#[test]
fn bodies_are_bounded_one_by_one_and_together() {
    let press = Press::new();
    let asked = press.subscribed();
    let callback = press.callback(&asked);
    let giant = vec![b' '; 65 << 10];
    assert_eq!(post(&callback, &[], &giant).status, 413);
    let chunked: Vec<u8> = (0..9).flat_map(|_| [b"2000\r\n".as_slice(), &[b' '; 0x2000], b"\r\n"].concat()).chain(*b"0\r\n\r\n").collect();
    assert_eq!(post(&callback, &[("Transfer-Encoding", "chunked")], &chunked).status, 413);

    // Four of the largest wait for their bodies; there is no room for more, and others are told to come again.
    let path = callback.strip_prefix(&press.base()).unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 65536\r\n\r\n");
    let slow: Vec<TcpStream> = (0..4)
        .map(|_| {
            let mut stream = TcpStream::connect(press.running.as_ref().unwrap().address).unwrap();
            stream.write_all(head.as_bytes()).unwrap();
            stream
        })
        .collect();
    let document = atom(&items(7..8));
    let full = eventually("no room", BOUND, || Some(press.push(&asked, &document)).filter(|answer| answer.status == 503));
    assert_eq!(full.header("retry-after"), Some("60"));
    assert_eq!(get(&format!("{}/healthz", press.base())).status, 200, "readers notice nothing");
    drop(slow);
    eventually("room again", BOUND, || (press.push(&asked, &document).status == 202).then_some(()));
    press.feed("what was pushed", |feed| count(feed, "<entry>") == 4);
}

#[test]
fn what_is_no_feed_enters_nothing_and_harms_nothing() {
    let press = Press::new();
    let asked = press.subscribed();
    for document in ["", "<html><body>no feed</body></html>", "{\"a\": 1}", "<feed", "\u{0}\u{0}"] {
        assert_eq!(press.push(&asked, document).status, 202, "{document}");
    }
    assert_eq!(press.push(&asked, &atom(&items(7..8))).status, 202);
    press.feed("what was pushed after it", |feed| count(feed, "<entry>") == 4);
    press.wait_for_number("no error of the source", "SELECT count(*) FROM source WHERE error IS NULL AND failures = 0", 1);
}

#[test]
fn status_shows_who_pushes() {
    let mut press = Press::new();
    let asked = press.subscribed();
    press.push(&asked, &atom(&items(7..8)));
    press.push_signed(&asked, &atom(&items(8..9)), "sha256=00");
    press.wait_for_number("one was ignored", "SELECT pushes = 1 AND ignored = 1 FROM subscription", 1);
    press.stop();
    let workplace = Workplace::new();
    let backup = format!("VACUUM INTO '{}'", workplace.database().display());
    rusqlite::Connection::open(press.folder.path().join("taspa.sqlite")).unwrap().execute_batch(&backup).unwrap();
    workplace.config(&config(&[("a", press.origin.url("/a"))]));
    let object: serde_json::Value = serde_json::from_str(&workplace.taspa(&["status", "--json"]).expect_code(0).stdout).unwrap();
    assert_eq!(
        object[0]["push"],
        serde_json::json!({
            "hub": press.origin.url("/hub"), "lease_ends": "2026-12-08T10:00:00Z", "last_push": "2026-11-28T10:00:00Z", "ignored": 1,
            "is_doubted": true, "error": null,
        })
    );
    let table = workplace.taspa(&["status"]).expect_code(0).stdout;
    let line = table.lines().find(|line| line.contains(&press.origin.url("/hub"))).unwrap_or_default();
    assert!(line.ends_with("; pushes not believed: 1"), "{table}");
}

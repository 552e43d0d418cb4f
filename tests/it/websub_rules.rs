//! The rules of a WebSub subscriber as data: signatures, questions, leases, the pace of polls, and which hub a feed names.

use chrono::TimeDelta;
use proptest::prelude::*;
use taspa::parse::parse;
use taspa::websub::{Answer, Distrust, Intent, Standing, Topic, check, granted_lease, judge, pause_after, renewal};
use url::Url;

use crate::support::eventually;
use crate::support::feeds::atom;
use crate::support::origin::Reply;
use crate::support::scene::items;
use crate::websub_hub::{BOUND, KEYS, Press, at};

/// RFC 4231 §4.3.
#[test]
fn signatures_are_those_of_the_rfc() {
    let (secret, body) = ("Jefe", b"what do ya want for nothing?".as_slice());
    let sha256 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    let sha384 = "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649";
    let sha512 =
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737";
    for right in [format!("sha256={sha256}"), format!("sha384={sha384}"), format!(" sha512={} ", sha512.to_uppercase())] {
        assert_eq!(check(secret, Some(&right), body), Ok(()), "{right}");
        assert_eq!(check(secret, Some(&right), b"what do ya want for nothing!"), Err(Distrust::Wrong));
        assert_eq!(check("jefe", Some(&right), body), Err(Distrust::Wrong));
    }
    assert_eq!(check(secret, None, body), Err(Distrust::Missing));
    // RFC 2202 §3: right, and refused.
    assert_eq!(check(secret, Some("sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"), body), Err(Distrust::Method));
    assert_eq!(check(secret, Some(&format!("sha256={}", &sha256[1..])), body), Err(Distrust::Wrong));
}

#[test]
fn a_question_is_answered_by_topic_mode_and_what_was_asked() {
    let subscribe =
        Intent::read("hub.mode=subscribe&hub.topic=https%3A%2F%2Fa.kz%2Ffeed&hub.challenge=x%20y&hub.lease_seconds=60").unwrap();
    let unsubscribe = Intent::read("hub.challenge=x&hub.topic=https://a.kz/feed&hub.mode=unsubscribe").unwrap();
    let wanted = Standing { topic: "https://a.kz/feed", is_wanted: true, is_asked: true };
    let left = Standing { is_wanted: false, ..wanted };
    let confirmed = Answer::Confirm { challenge: "x y".to_owned(), lease: TimeDelta::seconds(60) };
    assert_eq!(judge(wanted, subscribe.clone()), confirmed);
    assert_eq!(judge(left, subscribe.clone()), Answer::Refuse);
    assert_eq!(judge(Standing { is_asked: false, ..wanted }, subscribe.clone()), Answer::Refuse);
    assert_eq!(judge(Standing { topic: "https://a.kz/Feed", ..wanted }, subscribe), Answer::Refuse);
    assert_eq!(judge(wanted, unsubscribe.clone()), Answer::Refuse);
    assert_eq!(judge(left, unsubscribe), Answer::ConfirmEnd { challenge: "x".to_owned() });
    assert_eq!(Intent::read("hub.mode=Subscribe&hub.topic=t&hub.challenge=x"), None);
}

#[test]
fn leases_are_bounded_and_renewed_before_they_end() {
    let now = at("2026-11-28T10:00:00Z");
    assert_eq!(granted_lease(None), TimeDelta::days(10));
    assert_eq!(granted_lease(Some(u64::MAX)), TimeDelta::days(30));
    let tokens: Vec<String> = (0..200).map(|n| format!("{n:064x}")).collect();
    let after: Vec<i64> = tokens.iter().map(|token| (renewal(now, TimeDelta::days(10), token) - now).num_seconds()).collect();
    assert!(after.iter().all(|after| (518_400..=622_080).contains(after)), "{after:?}");
    let mut distinct = after.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert!(distinct.len() > 50, "they do not come at once: {distinct:?}");
    assert_eq!(renewal(now, TimeDelta::zero(), "t"), now + TimeDelta::minutes(1), "never sooner");
    let pauses: Vec<i64> = [1, 2, 3, 10, 11, u32::MAX].map(|attempts| pause_after(attempts).num_minutes()).to_vec();
    assert_eq!(pauses, [1, 2, 4, 512, 720, 720]);
}

#[test]
fn every_kind_of_feed_names_its_hub() {
    let base = Url::parse("https://a.kz/news/feed").unwrap();
    let topic = |document: &str| {
        let feed = parse(document, Some(&base), chrono_tz::UTC).unwrap();
        Topic::of(&feed.hubs, feed.own_url.as_deref(), &base).map(|topic| (topic.hub.to_string(), topic.url))
    };
    let expected = Some(("https://hub.kz/".to_owned(), "https://A.kz/feed?x=1".to_owned()));
    let rss = |head: &str, item: &str| {
        format!(
            r#"<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>F</title>{head}<item><title>T</title>{item}</item></channel></rss>"#
        )
    };
    let links =
        r#"<atom:link rel="self" type="application/rss+xml" href="https://A.kz/feed?x=1"/><atom:link rel="hub" href="https://hub.kz/"/>"#;
    assert_eq!(topic(&rss(links, "")), expected);
    assert_eq!(topic(&rss("", links)), None, "what an item says is said of the item");
    let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><link href="//hub.kz/" rel="HUB"/><link rel="hub" href="https://second.kz/"/><link rel="self" href="https://A.kz/feed?x=1"/></feed>"#;
    assert_eq!(topic(atom), expected);
    let json = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "F", "feed_url": "https://A.kz/feed?x=1",
        "hubs": [{"type": "rssCloud", "url": "https://cloud.kz/"}, {"type": "WebSub", "url": "https://hub.kz/"}], "items": []}"#;
    assert_eq!(topic(json), expected);
    let without_self = topic(r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><link rel="hub" href="/hub"/></feed>"#);
    assert_eq!(without_self, Some(("https://a.kz/hub".to_owned(), base.to_string())), "it is known by where it came from");
    for bad in ["ftp://hub.kz/", "javascript:alert(1)", "https://user:pass@hub.kz/", "https:///", ""] {
        assert_eq!(topic(&rss(&format!(r#"<atom:link rel="hub" href="{bad}"/>"#), "")), None, "{bad}");
    }
    assert_eq!(topic(&rss(&format!(r#"<atom:link rel="hub" href="https://hub.kz/{}"/>"#, "x".repeat(3000)), "")), None);
}

#[test]
fn what_the_head_of_a_response_names_comes_first() {
    let (hub, own) = ("/hub", "https://a.example/feed?of=it");
    for (link, expected) in [
        (format!("<{hub}>; rel=\"hub\", <{own}>; rel=\"self\""), Some(own)),
        (
            format!(
                "<https://x.example/?a,b;c>; rel=next; title=\"a, b; c\" , <{own}>;REL=self , <{hub}>; title=\"x\"; rel=\"prefetch HUB\""
            ),
            Some(own),
        ),
        (format!("<{own}>; rel=self; anchor=\"/other\", <{hub}>; rel=\"hub\"; rel=\"self\""), None),
    ] {
        let mut press = Press::unstarted();
        press.origin.put("/a", Reply::ok(atom(&items(0..1))).header("Link", link.clone()));
        press.start(KEYS);
        assert_eq!(press.asked(1)["hub.topic"], expected.map_or(press.origin.url("/a"), str::to_owned), "{link}");
    }
    for link in ["<", "<>", "hub; rel=hub", "</hub>; rel", "</hub> rel=hub", ";;;,,,<x"] {
        let mut press = Press::unstarted();
        press.origin.put("/a", Reply::ok(atom(&items(0..1))).header("Link", link));
        press.start(KEYS);
        eventually("the poll", BOUND, || (press.number("SELECT count(*) FROM poll") == 1).then_some(()));
        assert_eq!(press.number("SELECT count(*) FROM source WHERE hub IS NOT NULL"), 0, "{link}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a stranger writes, it is read without harm, and nothing but the one right signature is believed.
    #[test]
    fn nothing_that_a_stranger_writes_is_believed(query in "[ -~\\PC]{0,200}", header in "(sha(1|256|384|512)=)?[ -~\\PC]{0,140}", body in "\\PC{0,60}") {
        let standing = Standing { topic: "https://a.kz/feed", is_wanted: true, is_asked: true };
        if let Some(intent) = Intent::read(&query) {
            prop_assert_eq!(judge(standing, intent), Answer::Refuse);
        }
        let believed = check("secret", Some(&header), body.as_bytes());
        prop_assert!(believed.is_err(), "{header}");
    }

    /// A question about our topic in the right mode is confirmed with its own challenge, and lasts within the bounds.
    #[test]
    fn a_challenge_comes_back_as_it_was(challenge in "\\PC{1,200}", lease: Option<u64>) {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("hub.mode", "subscribe").append_pair("hub.topic", "https://a.kz/feed?x=ж&y").append_pair("hub.challenge", &challenge);
        query.extend_pairs(lease.map(|lease| ("hub.lease_seconds", lease.to_string())));
        let standing = Standing { topic: "https://a.kz/feed?x=ж&y", is_wanted: true, is_asked: true };
        match judge(standing, Intent::read(&query.finish()).unwrap()) {
            Answer::Confirm { challenge: back, lease } => {
                prop_assert_eq!(back, challenge);
                prop_assert!((TimeDelta::zero()..=TimeDelta::days(30)).contains(&lease));
                let (now, again) = (at("2026-11-28T10:00:00Z"), renewal(at("2026-11-28T10:00:00Z"), lease, "t"));
                prop_assert!(again >= now + TimeDelta::minutes(1) && (again < now + lease || lease < TimeDelta::minutes(2)));
            }
            other => prop_assert!(false, "{other:?}"),
        }
    }
}

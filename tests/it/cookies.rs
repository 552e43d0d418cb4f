//! Cookies: given back within one chain of redirects, to the host that set them, and forgotten after it.

use std::path::Path;

use taspa::config;
use taspa::fetch::{FetchError, Fetched, Fetcher, Validators};
use url::Url;

use crate::support::origin::{Origin, Reply};

fn fetch(url: &str) -> Result<Vec<u8>, FetchError> {
    fetch_with(&fetcher(), url)
}

fn fetcher() -> Fetcher {
    Fetcher::new(&config::parse(Path::new("config.toml"), "[fetch]\nhost_spacing = \"0s\"\n").unwrap()).unwrap()
}

fn fetch_with(fetcher: &Fetcher, url: &str) -> Result<Vec<u8>, FetchError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    match runtime.block_on(fetcher.fetch(&Url::parse(url).unwrap(), &Validators::default()))? {
        Fetched::New(response) => Ok(response.body),
        Fetched::NotModified { .. } => panic!("nothing was known"),
    }
}

fn to(location: impl Into<Vec<u8>>) -> Reply {
    Reply::ok("").status(302).header("Location", location)
}

/// The cookies of each request, in the order of arrival.
fn cookies(origin: &Origin) -> Vec<Option<String>> {
    origin.requests().iter().map(|request| request.header("cookie").map(str::to_owned)).collect()
}

#[test]
fn a_site_that_looks_whether_its_cookie_comes_back_gets_it_back() {
    let origin = Origin::start();
    // To itself, and by a detour: with the cookie neither is a circle.
    for detour in ["/feed", "/check"] {
        origin.push("/feed", to(detour).header("Set-Cookie", "seen=1; Path=/; HttpOnly"));
        origin.put("/check", to("/feed"));
        origin.put("/feed", Reply::ok("here"));
        assert_eq!(fetch(&origin.url("/feed")).unwrap(), b"here");
    }
    let cookie = Some("seen=1".to_owned());
    assert_eq!(cookies(&origin), [None, cookie.clone(), None, cookie.clone(), cookie]);
}

#[test]
fn a_circle_stays_one_whatever_cookies_it_sets() {
    let origin = Origin::start();
    origin.put("/feed", to("/feed").header("Set-Cookie", "seen=1"));
    assert!(matches!(fetch(&origin.url("/feed")), Err(FetchError::RedirectLoop(_))));
    assert_eq!(origin.requests().len(), 2, "asked once more with the cookie");

    for number in 0..10 {
        origin.push("/ever", to("/ever").header("Set-Cookie", format!("number={number}")));
    }
    assert!(matches!(fetch(&origin.url("/ever")), Err(FetchError::TooManyRedirects(5))));
}

#[test]
fn cookies_end_with_the_request_and_stay_with_their_host() {
    let origin = Origin::start();
    origin.put("/feed", Reply::ok("here").header("Set-Cookie", "seen=1"));
    let fetcher = fetcher();
    fetch_with(&fetcher, &origin.url("/feed")).unwrap();
    fetch_with(&fetcher, &origin.url("/feed")).unwrap();
    assert_eq!(cookies(&origin), [None, None]);

    // The same machine under another name is another host, whatever Domain says.
    let (one, other) = (Origin::start(), Origin::start());
    one.put("/feed", to(format!("http://localhost:{}/feed", other.address().port())).header("Set-Cookie", "a=1; Domain=localhost"));
    other.put("/feed", Reply::ok("here"));
    assert_eq!(fetch(&one.url("/feed")).unwrap(), b"here");
    assert_eq!(cookies(&other), [None]);
}

#[test]
fn cookies_keep_to_path_and_scheme_can_be_taken_back_and_are_bounded() {
    let long = format!("long={}", "x".repeat(5000));
    for (set, expected) in [
        (vec!["a=1; Path=/news", "b=2; Path=/new", "c=3; Path=/", "d=4"], Some("a=1; c=3; d=4")),
        (vec!["a=1; Secure"], None),
        (vec!["a=1", "a=2"], Some("a=2")),
        (vec!["a=1", "a=; Max-Age=0"], None),
        (vec!["a=1", "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], None),
        (vec!["a=1; Expires=Fri, 31 Dec 2055 00:00:00 GMT"], Some("a=1")),
        (vec!["no cookie", "=x", "", &long], None),
    ] {
        let origin = Origin::start();
        origin.put("/start", set.iter().fold(to("/news/feed"), |reply, cookie| reply.header("Set-Cookie", *cookie)));
        origin.put("/news/feed", Reply::ok("here"));
        fetch(&origin.url("/start")).unwrap();
        assert_eq!(origin.requests_to("/news/feed")[0].header("cookie"), expected, "{set:?}");
    }

    let origin = Origin::start();
    origin.put("/start", (0..100).fold(to("/feed"), |reply, number| reply.header("Set-Cookie", format!("c{number}=1"))));
    origin.put("/feed", Reply::ok("here"));
    fetch(&origin.url("/start")).unwrap();
    let sent = origin.requests_to("/feed")[0].header("cookie").unwrap().to_owned();
    assert_eq!(sent.split("; ").count(), 32);
}

//! The terms on which a source is asked: headers, credentials, proxy, User-Agent, HTTP version, authorities and bounds of its own.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use taspa::config::{self, ConfigError, Settings};
use taspa::fetch::{FetchError, Fetched, Fetcher, Manners, Validators, Wait};
use url::Url;

use crate::support::binary::Workplace;
use crate::support::feeds;
use crate::support::origin::{Origin, Reply};
use crate::support::scene::items;

fn settings_in(folder: &Path, url: &str, keys: &str) -> Settings {
    let text = format!("[fetch]\nhost_spacing = \"0s\"\n[[source]]\nname = \"a\"\nurl = \"{url}\"\n{keys}\n");
    config::parse(&folder.join("config.toml"), &text).unwrap_or_else(|error| panic!("{error}"))
}

fn settings(url: &str, keys: &str) -> Settings {
    settings_in(Path::new(""), url, keys)
}

/// Fetches `url` on behalf of the settings' one source.
fn fetch_at(settings: &Settings, url: &str, manners: Manners) -> Result<Vec<u8>, FetchError> {
    let fetcher = Fetcher::new(settings)?;
    fetch_by(&fetcher, settings, url, manners)
}

fn fetch_by(fetcher: &Fetcher, settings: &Settings, url: &str, manners: Manners) -> Result<Vec<u8>, FetchError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (mut url, none) = (Url::parse(url).unwrap(), Validators::default());
    let fetching = fetcher.fetch_for(&settings.sources[0], &mut url, &none, manners, chrono::DateTime::UNIX_EPOCH);
    match runtime.block_on(fetching)? {
        Fetched::New(response) => Ok(response.body),
        Fetched::NotModified { .. } => panic!("nothing was known"),
    }
}

fn fetch(settings: &Settings) -> Result<Vec<u8>, FetchError> {
    fetch_at(settings, settings.sources[0].url.as_str(), Manners::default())
}

#[test]
fn headers_and_credentials_go_with_the_requests() {
    let origin = Origin::start();
    origin.put("/feed", Reply::ok("here"));
    for (keys, name, expected) in [
        ("headers = { \"X-Key\" = \"k\", \"Accept-Language\" = \"kk\" }", "x-key", "k"),
        ("headers = { \"accept\" = \"text/xml\" }", "accept", "text/xml"),
        // The example of RFC 7617 §2.
        ("auth = { user = \"Aladdin\", password = \"open sesame\" }", "authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        ("auth = { token = \"mF_9.B5f-4.1JqM\" }", "authorization", "Bearer mF_9.B5f-4.1JqM"),
        ("[source.auth]\ntoken = \"t\"", "authorization", "Bearer t"),
        ("user_agent = \"Mozilla/5.0 (compatible)\"", "user-agent", "Mozilla/5.0 (compatible)"),
    ] {
        fetch(&settings(&origin.url("/feed"), keys)).unwrap();
        let request = origin.requests().pop().unwrap();
        assert_eq!(request.header(name), Some(expected), "{keys}");
        assert_eq!(request.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)).count(), 1, "{keys}");
    }
}

const ACCOUNT: &str = "headers = { \"X-Key\" = \"k\" }\nauth = { token = \"secret\" }\nrobots = true";

#[track_caller]
fn assert_carried(origin: &Origin, path: &str, is_carried: bool) {
    let requests = origin.requests_to(path);
    assert!(!requests.is_empty(), "{path} was asked");
    for request in requests {
        let carried = (request.header("x-key"), request.header("authorization"));
        let expected = if is_carried { (Some("k"), Some("Bearer secret")) } else { (None, None) };
        assert_eq!(carried, expected, "{path}");
    }
}

#[test]
fn credentials_go_to_the_own_origin_of_a_source_only() {
    let (home, other) = (Origin::start(), Origin::start());
    let settings = settings(&home.url("/feed"), ACCOUNT);
    home.put("/feed", Reply::ok("").status(302).header("Location", "/feed2"));
    home.put("/feed2", Reply::ok("").status(302).header("Location", other.url("/there")));
    other.put("/there", Reply::ok("").status(302).header("Location", home.url("/back")));
    home.put("/back", Reply::ok("here"));
    home.put("/robots.txt", Reply::ok("User-agent: *\nAllow: /\n"));
    home.put("/article", Reply::ok("here"));
    other.put("/article", Reply::ok("here"));

    assert_eq!(fetch(&settings).unwrap(), b"here");
    assert_carried(&home, "/feed", true);
    assert_carried(&home, "/feed2", true);
    assert_carried(&other, "/there", false);
    assert_carried(&home, "/back", false);

    let page = Manners { obeys_robots: true, ..Manners::default() };
    fetch_at(&settings, &home.url("/article"), page).unwrap();
    fetch_at(&settings, &other.url("/article"), page).unwrap();
    assert_carried(&home, "/article", true);
    assert_carried(&home, "/robots.txt", false);
    assert_carried(&other, "/article", false);

    // Another name of the same machine and port is another origin.
    let by_name = home.url("/article").replace("127.0.0.1", "localhost");
    let before = home.requests_to("/article").len();
    fetch_at(&settings, &by_name, Manners::default()).unwrap();
    let request = &home.requests_to("/article")[before];
    assert_eq!((request.header("x-key"), request.header("authorization")), (None, None));
}

#[test]
fn a_secret_in_a_file_is_read_when_it_is_used() {
    let (origin, folder) = (Origin::start(), tempfile::tempdir().unwrap());
    origin.put("/feed", Reply::ok("here"));
    let settings = settings_in(folder.path(), &origin.url("/feed"), "auth = { user = \"u\", password_file = \"secret\" }");
    let fetcher = Fetcher::new(&settings).unwrap();
    let ask = || fetch_by(&fetcher, &settings, &origin.url("/feed"), Manners::default());

    let error = ask().unwrap_err();
    assert!(matches!(error, FetchError::Secret { .. }), "{error:?}");
    assert!(error.to_string().contains("secret: No such file"), "{error}");
    assert!(error.hint().is_some());
    for (secret, expected) in [("one\n", "Basic dTpvbmU="), ("two\r\n", "Basic dTp0d28="), ("two ", "Basic dTp0d28g")] {
        std::fs::write(folder.path().join("secret"), secret).unwrap();
        ask().unwrap();
        assert_eq!(origin.requests().pop().unwrap().header("authorization"), Some(expected), "{secret:?}");
    }
    let asked = origin.requests().len();
    for wrong in ["".to_owned(), "\n".to_owned(), "x".repeat(100_000)] {
        std::fs::write(folder.path().join("secret"), wrong).unwrap();
        assert!(matches!(ask(), Err(FetchError::Secret { .. })));
    }
    assert_eq!(origin.requests().len(), asked, "without its secret nothing is asked");
}

#[test]
fn a_secret_shows_in_no_complaint_and_no_debug_output() {
    let secrets =
        "auth = { user = \"u\", password = \"hunter2\" }\nproxy = \"http://u:hunter2@127.0.0.1:1\"\nheaders = { X-Key = \"hunter2\" }";
    let good = settings("https://a.kz/", secrets);
    let fetcher = Fetcher::new(&good).unwrap();
    let error = fetch(&settings("http://a.kz/", secrets)).unwrap_err();
    for text in [format!("{good:?}"), format!("{fetcher:?}"), format!("{error:?} {error}"), format!("{:?}", error.hint())] {
        assert!(!text.contains("hunter2"), "{text}");
    }
    for wrong in [
        "auth = \"u:hunter2\"",
        "auth = { user = \"u\", pasword = \"hunter2\" }",
        "auth = { password = \"hunter2\" }",
        "auth = { user = \"u\", password = \"hunter2\", token_file = \"x\" }",
        "auth = { user = \"a:b\", password = \"hunter2\" }",
        "headers = { Host = \"hunter2\" }",
        "headers = { \"a b\" = \"hunter2\" }",
        "headers = [\"hunter2\"]",
        "proxy = \"ftp://u:hunter2@host/\"",
        "auth = { user = \"u\", password = \"hunter2 }",
        "[source.headers]\nX-Key = \"hunter2",
    ] {
        let text = format!("[[source]]\nname = \"a\"\nurl = \"https://a.kz/\"\n{wrong}\n");
        let Err(ConfigError::Invalid(invalid)) = config::parse(Path::new("config.toml"), &text) else { panic!("not refused: {wrong}") };
        let told = format!("{} {invalid:?}", invalid.render(false));
        assert!(!told.contains("hunter2"), "{told}");
        assert!(invalid.count() > 0);
    }
}

#[test]
fn what_may_not_be_sent_is_refused_with_line_and_remedy() {
    let text = "[[source]]\nname = \"a\"\nurl = \"https://a.kz/\"\nuser_agent = \"line\\nline\"\nproxy = \"socks4://x:1\"\n\
                auth = { user = \"u\" }\n[source.headers]\nHost = \"x\"\ncontent-length = \"5\"\n\"bad name\" = \"x\"\nConnection = \"close\"\n\
                User-Agent = \"x\"\nX-Line = \"a\\nb\"\nX-Number = 5\n";
    let Err(ConfigError::Invalid(invalid)) = config::parse(Path::new("config.toml"), text) else { panic!("not refused") };
    insta::assert_snapshot!(invalid.render(false));
}

#[test]
fn an_http_proxy_is_asked_in_place_of_the_host() {
    let (proxy, other) = (Origin::start(), Origin::start());
    proxy.put("http://no-such-host.invalid/feed", Reply::ok("by proxy"));
    other.put("http://no-such-host.invalid/feed", Reply::ok("by the other"));
    let with = |address: SocketAddr| format!("proxy = \"http://u:p@{address}\"");
    let url = "http://no-such-host.invalid/feed";
    assert_eq!(fetch(&settings(url, &with(proxy.address()))).unwrap(), b"by proxy");
    assert_eq!(proxy.requests()[0].header("proxy-authorization"), Some("Basic dTpw"));

    // A source's own comes before that of all, and `none` before either.
    let of_all = |keys: &str| {
        let text = format!(
            "[fetch]\nproxy = \"http://{}\"\nhost_spacing = \"0s\"\n[[source]]\nname = \"a\"\nurl = \"{url}\"\n{keys}\n",
            other.address()
        );
        config::parse(Path::new("config.toml"), &text).unwrap()
    };
    assert_eq!(fetch(&of_all("")).unwrap(), b"by the other");
    assert_eq!(fetch(&of_all(&with(proxy.address()))).unwrap(), b"by proxy");
    assert!(matches!(fetch(&of_all("proxy = \"none\"")), Err(FetchError::Dns(_))));
}

/// A SOCKS5 proxy (RFC 1928) for one connection, which leads wherever it was asked to `target`. Gives the host that it was asked for.
fn socks(target: SocketAddr) -> (SocketAddr, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serving = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut read = |count: usize| {
            let mut bytes = vec![0; count];
            client.read_exact(&mut bytes).unwrap();
            bytes
        };
        let methods = usize::from(read(2)[1]);
        read(methods);
        let mut answer = client.try_clone().unwrap();
        answer.write_all(&[5, 0]).unwrap();
        let mut read = |count: usize| {
            let mut bytes = vec![0; count];
            client.read_exact(&mut bytes).unwrap();
            bytes
        };
        let host = match read(4)[3] {
            1 => read(4).iter().map(u8::to_string).collect::<Vec<_>>().join("."),
            _ => {
                let length = usize::from(read(1)[0]);
                String::from_utf8(read(length)).unwrap()
            }
        };
        read(2);
        answer.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
        let mut server = TcpStream::connect(target).unwrap();
        let mut back = server.try_clone().unwrap();
        let returning = thread::spawn(move || {
            let _ = std::io::copy(&mut back, &mut answer);
        });
        let _ = std::io::copy(&mut client, &mut server);
        let _ = server.shutdown(std::net::Shutdown::Both);
        returning.join().unwrap();
        host
    });
    (address, serving)
}

#[test]
fn a_socks_proxy_finds_the_host_by_name_or_is_told_its_address() {
    for (scheme, host, expected) in [("socks5h", "no-such-host.invalid", "no-such-host.invalid"), ("socks5", "127.0.0.1", "127.0.0.1")] {
        let origin = Origin::start();
        origin.put("/feed", Reply::ok("here"));
        let (address, serving) = socks(origin.address());
        let settings = settings(&format!("http://{host}:8080/feed"), &format!("proxy = \"{scheme}://{address}\""));
        assert_eq!(fetch(&settings).unwrap(), b"here", "{scheme}");
        assert_eq!(serving.join().unwrap(), expected, "{scheme}");
    }
}

#[test]
fn behind_a_proxy_names_are_judged_before_it_is_asked() {
    let proxy = Origin::start();
    let keys = format!("proxy = \"http://{}\"", proxy.address());
    let public = Manners { public_only: true, ..Manners::default() };
    for (url, is_named) in [("http://localhost/", true), ("http://127.0.0.1/", true), ("http://no-such-host.invalid/", false)] {
        let error = fetch_at(&settings(url, &keys), url, public).unwrap_err();
        assert_eq!(matches!(error, FetchError::NotPublic(_)), is_named, "{error:?}");
        assert_eq!(matches!(error, FetchError::Dns(_)), !is_named, "{error:?}");
    }
    assert_eq!(proxy.requests().len(), 0, "the proxy heard of none");
    proxy.put("http://8.8.8.8/", Reply::ok("public"));
    assert_eq!(fetch_at(&settings("http://8.8.8.8/", &keys), "http://8.8.8.8/", public).unwrap(), b"public");
}

/// Whether the first message of TLS offers HTTP/2 (RFC 7301), which stands there in the clear.
fn offers_http2(keys: &str) -> bool {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let reading = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut hello = vec![0; 4096];
        let length = stream.read(&mut hello).unwrap();
        hello.truncate(length);
        hello
    });
    assert!(fetch(&settings(&url, keys)).is_err());
    let hello = reading.join().unwrap();
    assert!(hello.windows(9).any(|part| part == b"\x08http/1.1"), "HTTP/1.1 is offered in any case");
    hello.windows(3).any(|part| part == b"\x02h2")
}

#[test]
fn http2_is_offered_unless_a_source_says_otherwise() {
    assert!(offers_http2(""));
    assert!(!offers_http2("http1 = true"));
}

#[test]
fn bounds_of_a_source_come_before_those_of_all() {
    let origin = Origin::start();
    origin.put("/feed", Reply::ok(vec![b'x'; 3000]));
    let url = origin.url("/feed");
    assert!(matches!(fetch(&settings(&url, "max_body = \"2KiB\"")), Err(FetchError::TooLarge(_))));
    assert_eq!(fetch(&settings(&url, "max_body = \"1GiB\"")).unwrap().len(), 3000);
    origin.put("/feed", Reply::ok("x").delay(Duration::from_secs(20)));
    let error = fetch(&settings(&url, "timeout = \"200ms\"")).unwrap_err();
    assert!(matches!(error, FetchError::Timeout(Wait::FirstByte)), "{error:?}");
}

#[test]
fn authorities_of_a_source_are_its_own_trouble() {
    let (origin, folder) = (Origin::start(), tempfile::tempdir().unwrap());
    origin.put("/feed", Reply::ok("here"));
    let settings = settings_in(folder.path(), &origin.url("/feed"), "ca_file = \"mine.pem\"");
    let fetcher = Fetcher::new(&settings).expect("others are polled");
    let error = fetch_by(&fetcher, &settings, &origin.url("/feed"), Manners::default()).unwrap_err();
    assert!(error.to_string().contains("mine.pem"), "{error}");
    assert!(matches!(error, FetchError::CaFile { .. }), "{error:?}");
}

#[test]
fn clients_are_built_once_for_each_combination_and_bounded() {
    let origin = Origin::start();
    origin.put("/feed", Reply::ok("here"));
    let of = |number: u32| settings(&origin.url("/feed"), &format!("user_agent = \"agent {number}\""));
    let fetcher = Fetcher::new(&of(0)).unwrap();
    assert_eq!(fetcher.clients(), 1, "the one without any key");
    let ask = |number: u32| fetch_by(&fetcher, &of(number), &origin.url("/feed"), Manners::default()).unwrap();
    for _ in 0..3 {
        ask(1);
    }
    assert_eq!(fetcher.clients(), 2);
    for number in 0..70 {
        ask(number);
    }
    assert_eq!(fetcher.clients(), 64);
}

#[test]
fn a_source_behind_a_password_is_polled_and_nothing_tells_the_password() {
    let (origin, workplace) = (Origin::start(), Workplace::new());
    origin.put("/a.xml", Reply::ok(feeds::rss(&items(1..=2))));
    std::fs::write(workplace.path("secret"), "hunter2\n").unwrap();
    let config = |file: &str| {
        format!(
            "[fetch]\nhost_spacing = \"0s\"\n[[source]]\nname = \"a\"\nurl = \"{}\"\nauth = {{ user = \"u\", password_file = \"{file}\" }}\n",
            origin.url("/a.xml")
        )
    };
    workplace.config(&config("secret"));
    workplace.taspa(&["fetch", "--strict"]).expect_code(0);
    assert_eq!(origin.requests_to("/a.xml")[0].header("authorization"), Some("Basic dTpodW50ZXIy"));
    workplace.config(&config("missing"));
    workplace.taspa(&["fetch", "--strict"]).expect_code(1);
    let status = workplace.taspa(&["status", "--json"]).expect_code(0).stdout;
    assert!(status.contains("the file of a secret") && status.contains("missing"), "{status}");
    let database = std::fs::read(workplace.database()).unwrap();
    let is_told = |secret: &[u8]| database.windows(secret.len()).any(|part| part == secret);
    assert!(!is_told(b"hunter2") && !is_told(b"dTpodW50ZXIy"));
}

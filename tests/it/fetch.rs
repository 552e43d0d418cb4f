//! The HTTP client against a real origin: codings, bounds, redirects, and every way in which an answer can fail.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use taspa::config;
use taspa::fetch::{FetchError, Fetched, Fetcher, Response, Validators, Wait};
use url::Url;

use crate::support::binary::Workplace;
use crate::support::origin::{Origin, Reply};
use crate::support::scene;

fn fetcher(fetch_keys: &str) -> Fetcher {
    let text = format!("[fetch]\nhost_spacing = \"0s\"\n{fetch_keys}");
    Fetcher::new(&config::parse(Path::new("config.toml"), &text).unwrap()).unwrap()
}

fn fetch_from(fetcher: &Fetcher, url: &str, validators: &Validators) -> Result<Fetched, FetchError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(fetcher.fetch(&Url::parse(url).unwrap(), validators))
}

fn fetch(origin: &Origin, keys: &str) -> Result<Fetched, FetchError> {
    fetch_from(&fetcher(keys), &origin.url("/feed"), &Validators::default())
}

fn body(fetched: Result<Fetched, FetchError>) -> Response {
    match fetched {
        Ok(Fetched::New(response)) => response,
        other => panic!("{other:?}"),
    }
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// `text` in a coding of the async encoders, for those that flate2 does not have.
fn encode<W>(text: &[u8], encoder: impl FnOnce(Vec<u8>) -> W, finish: impl FnOnce(W) -> Vec<u8>) -> Vec<u8>
where
    W: tokio::io::AsyncWrite + Unpin,
{
    use tokio::io::AsyncWriteExt;
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut encoder = encoder(Vec::new());
        encoder.write_all(text).await.unwrap();
        encoder.shutdown().await.unwrap();
        finish(encoder)
    })
}

pub fn brotli(text: &[u8]) -> Vec<u8> {
    use async_compression::tokio::write::BrotliEncoder;
    encode(text, BrotliEncoder::new, BrotliEncoder::into_inner)
}

pub fn zstd(text: &[u8]) -> Vec<u8> {
    use async_compression::tokio::write::ZstdEncoder;
    encode(text, ZstdEncoder::new, ZstdEncoder::into_inner)
}

#[test]
fn every_coding_that_is_asked_for_is_undone() {
    let text = "Алматы облысында жаңа мектеп ашылды. ".repeat(500).into_bytes();
    let cases = [
        ("identity", text.clone()),
        ("gzip", gzip(&text)),
        ("x-gzip", gzip(&text)),
        ("GZIP", gzip(&text)),
        ("gzip", [gzip(&text[..1000]), gzip(&text[1000..])].concat()),
        ("deflate", zlib(&text)),
        ("deflate", deflate(&text)),
        ("br", brotli(&text)),
        ("zstd", zstd(&text)),
        ("deflate, gzip", gzip(&zlib(&text))),
    ];
    for (coding, packed) in cases {
        let origin = Origin::start();
        let wire = packed.len() as u64;
        origin.put("/feed", Reply::ok(text.clone()).encoded(coding, packed));
        let response = body(fetch(&origin, ""));
        assert_eq!(response.body, text, "{coding}");
        assert_eq!(response.wire_bytes, wire, "{coding}");
    }
}

#[test]
fn a_bomb_ends_at_the_bound() {
    let zeros = vec![0_u8; 8 << 20];
    for (coding, packed) in [("gzip", gzip(&zeros)), ("deflate", zlib(&zeros)), ("br", brotli(&zeros)), ("zstd", zstd(&zeros))] {
        assert!(packed.len() < 100 << 10, "{coding}: {} bytes", packed.len());
        let origin = Origin::start();
        origin.put("/feed", Reply::ok("").encoded(coding, packed));
        let error = fetch(&origin, "max_body = \"1MiB\"").unwrap_err();
        assert_eq!(error.to_string(), "the body is larger than 1 MiB", "{coding}");
    }
}

/// Most memory that the daemon had after polls of this reply that ended as `expected`, in KiB.
#[cfg(target_os = "linux")]
fn peak_of_polling(reply: Reply, expected: &str) -> u64 {
    let (origin, workplace) = (Origin::start(), Workplace::new());
    origin.put("/a.xml", reply);
    workplace.config(&scene::config(&[("a", origin.url("/a.xml"))]).replace("[fetch]\n", "[fetch]\nmax_body = \"1MiB\"\n"));
    let daemon = workplace.daemon();
    daemon.wait_for_line(|line| line.contains(expected), scene::BOUND);
    daemon.peak_kib()
}

#[cfg(target_os = "linux")]
#[test]
fn a_bomb_takes_no_memory() {
    let zeros = vec![0_u8; 64 << 20];
    let plain = peak_of_polling(Reply::ok("no feed"), "neither RSS");
    for (coding, packed) in [("gzip", gzip(&zeros)), ("br", brotli(&zeros)), ("zstd", zstd(&zeros))] {
        let peak = peak_of_polling(Reply::ok("").encoded(coding, packed), "larger than 1 MiB");
        eprintln!("{coding}: {peak} KiB at most; without a bomb {plain} KiB");
        // The windows of brotli and zstd may be of 16 MiB and 8 MiB.
        assert!(peak < plain + (24 << 10), "{coding}: {peak} KiB, without a bomb {plain} KiB");
    }
}

#[test]
fn the_bound_on_the_wire_holds_with_and_without_a_length() {
    let origin = Origin::start();
    for reply in [Reply::ok(vec![b'x'; 20_000]), Reply::ok(vec![b'x'; 20_000]).chunked()] {
        origin.put("/feed", reply);
        assert!(matches!(fetch(&origin, "max_body = \"10kB\""), Err(FetchError::TooLarge(_))));
    }
    origin.put("/feed", Reply::ok(vec![b'x'; 10_000]).chunked());
    assert_eq!(body(fetch(&origin, "max_body = \"10kB\"")).body.len(), 10_000);
}

#[test]
fn validators_are_opaque_bytes() {
    let origin = Origin::start();
    let odd = b"\"\xd0\xb6\xff odd\"".to_vec();
    origin.put("/feed", Reply::ok("x").etag(odd.clone()).last_modified("some day"));
    let fetcher = fetcher("");
    let first = body(fetch_from(&fetcher, &origin.url("/feed"), &Validators::default()));
    assert_eq!(first.validators, Validators { etag: Some(odd), last_modified: Some(b"some day".to_vec()) });
    let second = fetch_from(&fetcher, &origin.url("/feed"), &first.validators).unwrap();
    assert!(matches!(second, Fetched::NotModified { .. }), "{second:?}");
}

#[test]
fn a_304_that_nobody_asked_for_is_an_error() {
    let origin = Origin::start();
    origin.put("/feed", Reply::ok("").status(304));
    assert_eq!(fetch(&origin, "").unwrap_err().to_string(), "the server answered 304 Not Modified");
}

#[test]
fn redirects_are_followed_within_bounds() {
    let origin = Origin::start();
    origin.put("/feed", Reply::ok("").status(301).header("Location", "b?x=1"));
    origin.put("/b?x=1", Reply::ok("").status(307).header("Location", origin.url("/c")));
    origin.put("/c", Reply::ok("here"));
    let response = body(fetch(&origin, ""));
    assert_eq!((response.body.as_slice(), response.url.path()), (b"here".as_slice(), "/c"));

    origin.put("/c", Reply::ok("").status(302).header("Location", "/feed"));
    assert!(matches!(fetch(&origin, ""), Err(FetchError::RedirectLoop(_))));

    for hop in 0..7 {
        origin.put(&format!("/hop{hop}"), Reply::ok("").status(302).header("Location", format!("/hop{}", hop + 1)));
    }
    origin.put("/feed", Reply::ok("").status(302).header("Location", "/hop0"));
    assert!(matches!(fetch(&origin, ""), Err(FetchError::TooManyRedirects(5))));
    assert_eq!(origin.requests_to("/hop5").len(), 0);

    for location in ["ftp://x/", "http://", "file:///etc/passwd", "javascript:alert(1)"] {
        origin.put("/feed", Reply::ok("").status(302).header("Location", location));
        assert!(matches!(fetch(&origin, ""), Err(FetchError::BadRedirect(_))), "{location}");
    }
}

#[test]
fn each_failure_has_its_name() {
    let origin = Origin::start();
    let long = "x".repeat(50_000);
    let cases: Vec<(&str, Reply, &str)> = vec![
        ("404", Reply::ok("").status(404), "the server answered 404 Not Found"),
        ("503", Reply::ok("").status(503), "the server answered 503 Service Unavailable"),
        ("410", Reply::ok("").status(410), "the server answered 410 Gone: the feed is no more"),
        ("204", Reply::ok("").status(204), "the server answered 204 No Content"),
        ("redirect without target", Reply::ok("").status(302), "the server answered 302 Found"),
        ("cut by length", Reply::ok(long.as_str()).truncated(20_000), "the body was cut short"),
        ("cut in chunks", Reply::ok(long.as_str()).chunked().truncated(20_000), "the body was cut short"),
        ("cut gzip", Reply::ok("").encoded("gzip", gzip(long.as_bytes())[..40].to_vec()), "the body was cut short"),
        ("no gzip", Reply::ok("").encoded("gzip", "plain text"), "the body does not unpack: Invalid gzip header"),
        ("unknown coding", Reply::ok("").encoded("rot13", "cynva"), "the body is packed in an unknown way: rot13"),
        (
            "three codings",
            Reply::ok("").encoded("gzip, gzip, gzip", "x"),
            "the body is packed in an unknown way: 3 codings on top of each other",
        ),
    ];
    for (name, reply, expected) in cases {
        origin.put("/feed", reply);
        assert_eq!(fetch(&origin, "").unwrap_err().to_string(), expected, "{name}");
    }
    origin.put("/feed", Reply::ok("").reset());
    assert!(matches!(fetch(&origin, ""), Err(FetchError::Broken(_))));

    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = fetch_from(&fetcher(""), &format!("http://{closed}/"), &Validators::default()).unwrap_err();
    assert_eq!(refused.to_string(), "no connection: Connection refused (os error 111)");
    let unknown = fetch_from(&fetcher(""), "http://no-such-host.invalid/", &Validators::default()).unwrap_err();
    assert!(matches!(unknown, FetchError::Dns(_)), "{unknown:?}");
}

#[test]
fn a_host_that_speaks_no_tls_is_no_host_to_trust() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
    });
    let error = fetch_from(&fetcher(""), &url, &Validators::default()).unwrap_err();
    answering.join().unwrap();
    assert!(matches!(error, FetchError::Certificate(_)), "{error:?}");
}

#[test]
fn a_slow_drip_ends_at_the_time_out() {
    let origin = Origin::start();
    origin.put("/feed", Reply::ok("x".repeat(1000)).drip(1, Duration::from_millis(20)));
    let started = Instant::now();
    assert!(matches!(fetch(&origin, "timeout = \"300ms\""), Err(FetchError::Timeout(Wait::Whole))));
    assert!(started.elapsed() < Duration::from_secs(5));
    origin.put("/feed", Reply::ok("x").delay(Duration::from_secs(20)));
    assert!(matches!(fetch(&origin, "timeout = \"200ms\""), Err(FetchError::Timeout(Wait::FirstByte))));
}

/// The certificate of an authority.
const AUTHORITY: &str = include_str!("tls/authority.pem");

#[test]
fn each_wait_has_a_bound_and_a_name_of_its_own() {
    let origin = Origin::start();
    let started = Instant::now();
    // Listens and never accepts: the system makes the connection, and nobody speaks TLS. With an authority of its own, whatever the system has.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", silent.local_addr().unwrap());
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ca.pem"), AUTHORITY).unwrap();
    let text = "[fetch]\nhost_spacing = \"0s\"\nca_file = \"ca.pem\"\nconnect_timeout = \"100ms\"\n";
    let patient = Fetcher::new(&config::parse(&folder.path().join("config.toml"), text).unwrap()).unwrap();
    let error = fetch_from(&patient, &url, &Validators::default()).unwrap_err();
    assert_eq!(error.to_string(), "no connection within the time-out");

    origin.put("/feed", Reply::ok("x").delay(Duration::from_secs(20)));
    let error = fetch(&origin, "first_byte_timeout = \"100ms\"").unwrap_err();
    assert_eq!(error.to_string(), "no answer within the time-out");

    origin.put("/feed", Reply::ok("x".repeat(10)).drip(5, Duration::from_secs(20)));
    let error = fetch(&origin, "idle_timeout = \"100ms\"").unwrap_err();
    assert_eq!(error.to_string(), "the body stopped halfway, until the time-out");

    origin.put("/feed", Reply::ok("x".repeat(1000)).drip(1, Duration::from_millis(20)));
    let error = fetch(&origin, "timeout = \"300ms\"\nidle_timeout = \"200ms\"").unwrap_err();
    assert_eq!(error.to_string(), "no whole answer within the time-out");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn the_head_of_an_answer_has_a_bound() {
    let origin = Origin::start();
    origin.put("/feed", Reply::ok("x").header("X-Long", "y".repeat(60 << 10)));
    assert_eq!(body(fetch(&origin, "")).body, b"x");
    // Our own bound; that of the library's buffer; that of its number of fields.
    let many = (0..300).fold(Reply::ok("x"), |reply, number| reply.header(&format!("X-{number}"), "y"));
    for reply in [Reply::ok("x").header("X-Long", "y".repeat(70 << 10)), Reply::ok("x").header("X-Long", "y".repeat(2 << 20)), many] {
        origin.put("/feed", reply);
        let error = fetch(&origin, "").unwrap_err();
        assert!(matches!(error, FetchError::HeadTooLarge), "{error:?}");
    }
}

#[test]
fn requests_to_one_host_are_spaced() {
    let origin = Origin::start();
    origin.put("/feed", Reply::ok("x"));
    let text = "[fetch]\nhost_spacing = \"80ms\"\nper_host = 8\n";
    let fetcher = Fetcher::new(&config::parse(Path::new("config.toml"), text).unwrap()).unwrap();
    let url = Url::parse(&origin.url("/feed")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let none = Validators::default();
        let (a, b, c, d) =
            tokio::join!(fetcher.fetch(&url, &none), fetcher.fetch(&url, &none), fetcher.fetch(&url, &none), fetcher.fetch(&url, &none));
        assert!(a.is_ok() && b.is_ok() && c.is_ok() && d.is_ok());
    });
    let mut times: Vec<Instant> = origin.requests().iter().map(|request| request.at).collect();
    times.sort();
    assert!(times[3] - times[0] >= Duration::from_millis(200), "{:?}", times[3] - times[0]);
}

#[test]
fn no_more_connections_to_one_host_than_allowed() {
    let origin = Origin::start();
    origin.put("/feed", Reply::ok("x").delay(Duration::from_millis(60)));
    let text = "[fetch]\nhost_spacing = \"0s\"\nper_host = 2\n";
    let fetcher = Fetcher::new(&config::parse(Path::new("config.toml"), text).unwrap()).unwrap();
    let url = Url::parse(&origin.url("/feed")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let none = Validators::default();
        let _ =
            tokio::join!(fetcher.fetch(&url, &none), fetcher.fetch(&url, &none), fetcher.fetch(&url, &none), fetcher.fetch(&url, &none));
    });
    let mut times: Vec<Instant> = origin.requests().iter().map(|request| request.at).collect();
    times.sort();
    assert!(times[2] - times[0] >= Duration::from_millis(50), "the third waits for the first");
}

#[test]
fn a_certificate_file_that_cannot_serve_is_named() {
    for (content, expected) in [
        ("", "it holds no PEM certificate"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "invalid peer certificate"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), content).unwrap();
        let settings = config::parse(&folder.path().join("config.toml"), "[fetch]\nca_file = \"ca.pem\"\n").unwrap();
        let error = Fetcher::new(&settings).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.hint().is_some());
    }
}

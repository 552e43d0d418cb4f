//! Which addresses are public, and a client that connects to no others.

use std::error::Error;

use taspa::fetch::{Guard, NotPublic, is_public, literal_is_public};
use url::Url;

use crate::support::origin::{Origin, Reply};

#[test]
fn addresses_of_the_public_internet_are_known() {
    // Beside each block that is not public; then IPv6, plain and leading to IPv4.
    let public = "1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 168.63.129.15 168.63.129.17 \
        169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.3.0 192.88.98.255 192.88.100.0 \
        192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 198.51.99.255 198.51.101.0 203.0.112.255 203.0.114.0 \
        223.255.255.255 8.8.8.8 185.129.51.1 2000:: 2001:200:: 2001:db7:ffff:: 2001:db9:: 2a00:1450:4001::8a \
        2606:4700:4700::1111 3ffe:: 3fff:1000:: ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1";
    for address in public.split_whitespace() {
        assert!(is_public(address.parse().unwrap()), "{address}");
    }
}

#[test]
fn addresses_of_the_own_network_and_of_registries_are_not_public() {
    // The first and last of each block; then IPv6 of its own, and what leads to IPv4.
    let not_public = "0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.0 127.0.0.1 127.255.255.255 \
        168.63.129.16 169.254.0.0 169.254.169.254 169.254.255.255 172.16.0.0 172.31.255.255 192.0.0.0 192.0.0.192 192.0.0.255 \
        192.0.2.0 192.0.2.255 192.88.99.0 192.88.99.255 192.168.0.0 192.168.255.255 198.18.0.0 198.19.255.255 198.51.100.0 \
        198.51.100.255 203.0.113.0 203.0.113.255 224.0.0.0 239.255.255.255 240.0.0.0 255.255.255.254 255.255.255.255 :: ::1 ::2 \
        100:: 100::1 1fff:ffff:: 4000:: 5f00::1 fc00:: fd00:ec2::254 fdff:ffff:: fe80:: fe80::1 febf:ffff:: fec0::1 feff:: \
        ff02::1 ffff:: 2001:: 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:1ff:ffff:: 2001:db8:: 2001:db8:ffff:: 3fff:: \
        3fff:fff:ffff:: 64:ff9b:1::8.8.8.8 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.1.2.3 ::ffff:169.254.169.254 \
        64:ff9b::10.0.0.1 64:ff9b::7f00:1 64:ff9b:0:1::8.8.8.8 2002:7f00:1:: 2002:a00:1::1 2002:c0a8:101::1 ::fffe:8.8.8.8";
    for address in not_public.split_whitespace() {
        assert!(!is_public(address.parse().unwrap()), "{address}");
    }
}

#[test]
fn an_address_in_a_url_is_judged_in_all_its_spellings() {
    let cases = [
        ("http://news.kz/", true),
        ("https://новости.қаз/", true),
        ("http://8.8.8.8/", true),
        ("http://[2606:4700:4700::1111]/", true),
        ("http://localhost.kz/", true),
        ("http://notlocalhost/", true),
        ("http://127.0.0.1/", false),
        ("http://127.0.0.1./", false),
        ("http://127.1/", false),
        ("http://0x7f.1/", false),
        ("http://0177.0.0.1/", false),
        ("http://2130706433/", false),
        ("http://１２７.0.0.1/", false),
        ("http://%31%32%37.0.0.1/", false),
        ("http://user:password@10.0.0.1:8080/", false),
        ("http://0/", false),
        ("http://169.254.169.254/latest/meta-data/", false),
        ("http://[::1]/", false),
        ("http://[::ffff:7f00:1]/", false),
        ("http://[::]/", false),
        ("http://localhost/", false),
        ("http://LOCALHOST:8080/", false),
        ("http://localhost./", false),
        ("http://app.localhost/", false),
        ("file:///etc/passwd", false),
        ("mailto:a@b.kz", false),
    ];
    for (url, expected) in cases {
        assert_eq!(literal_is_public(&Url::parse(url).unwrap()), expected, "{url}");
    }
}

fn client(is_guarded: bool) -> reqwest::Client {
    let provider = rustls::crypto::ring::default_provider();
    let tls = rustls::ClientConfig::builder_with_provider(provider.into()).with_safe_default_protocol_versions().unwrap();
    let tls = tls.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
    let builder = reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy();
    if is_guarded { builder.dns_resolver(Guard).build().unwrap() } else { builder.build().unwrap() }
}

fn get(client: &reqwest::Client, url: &str) -> Result<u16, reqwest::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { client.get(url).send().await.map(|response| response.status().as_u16()) })
}

/// What the guard had against an address, out of the chain of causes.
fn objection(error: &reqwest::Error) -> Option<&NotPublic> {
    let mut links = std::iter::successors(Some(error as &(dyn Error + 'static)), |link| Error::source(*link));
    links.find_map(|link| link.downcast_ref())
}

#[test]
fn a_guarded_client_connects_to_no_name_of_this_host() {
    let origin = Origin::start();
    origin.put("/", Reply::ok("secret"));
    let url = format!("http://localhost:{}/", origin.address().port());
    assert_eq!(get(&client(false), &url).unwrap(), 200);

    let error = get(&client(true), &url).unwrap_err();
    let objection = objection(&error).expect("the guard's own error is in the chain");
    assert_eq!(objection.host, "localhost");
    assert!(objection.address.is_loopback(), "{objection}");
    assert_eq!(origin.requests().len(), 1, "only the unguarded client came through");
}

#[test]
fn a_literal_passes_by_the_resolver_and_is_caught_by_its_own_check() {
    let origin = Origin::start();
    origin.put("/", Reply::ok("secret"));
    assert_eq!(get(&client(true), &origin.url("/")).unwrap(), 200, "were this refused, the check of literals would be needless");
    assert!(!literal_is_public(&Url::parse(&origin.url("/")).unwrap()));
}

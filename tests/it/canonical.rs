//! The canonical URL: which links name the same article, which do not, and what holds for any link.

use std::time::{Duration, Instant};

use taspa::config::{ParameterName, Rules};
use taspa::normalise::{CanonicalUrl, Context, normalise};
use taspa::parse::{Feed, Item};
use url::Url;

fn canonical(url: &str) -> String {
    CanonicalUrl::of(&Url::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"))).as_str().to_owned()
}

/// Each row: a link, and its canonical form, which is its own.
fn check(cases: &[(&str, &str)]) {
    for (url, expected) in cases {
        assert_eq!(canonical(url), *expected, "{url}");
        assert_eq!(canonical(expected), *expected, "{url}: the canonical form is its own");
    }
}

#[test]
fn scheme_port_and_the_spelling_of_a_host_name_no_article() {
    check(&[
        ("http://a.kz/x", "https://a.kz/x"),
        ("https://a.kz:443/x", "https://a.kz/x"),
        ("http://a.kz:80/x", "https://a.kz/x"),
        ("http://a.kz:443/x", "https://a.kz/x"),
        ("https://a.kz:80/x", "https://a.kz/x"),
        ("https://A.KZ/x", "https://a.kz/x"),
        ("https://a.kz./x", "https://a.kz/x"),
        ("https://reader:secret@a.kz/x", "https://a.kz/x"),
        ("https://новости.kz/x", "https://xn--b1amnebsh.kz/x"),
        ("https://XN--B1AMNEBSH.kz/x", "https://xn--b1amnebsh.kz/x"),
        ("https://www.a.kz/x", "https://a.kz/x"),
        ("https://www2.a.kz/x", "https://a.kz/x"),
        ("https://www.gov.kz/x", "https://gov.kz/x"),
        // Where it must not act.
        ("https://a.kz:8080/x", "https://a.kz:8080/x"),
        ("https://news.a.kz/x", "https://news.a.kz/x"),
        ("https://www.kz/x", "https://www.kz/x"),
        ("https://www.com.kz/x", "https://www.com.kz/x"),
        ("https://wwwa.b.kz/x", "https://wwwa.b.kz/x"),
        ("https://www2025.a.kz/x", "https://www2025.a.kz/x"),
        ("https://a.kz../x", "https://a.kz../x"),
        ("http://127.0.0.1:80/x", "https://127.0.0.1/x"),
        ("http://[::1]:8080/x", "https://[::1]:8080/x"),
    ]);
}

#[test]
fn twins_for_small_screens_are_the_same_article() {
    check(&[
        ("https://m.a.kz/x", "https://a.kz/x"),
        ("https://mobile.a.kz/x", "https://a.kz/x"),
        ("https://amp.a.kz/x", "https://a.kz/x"),
        ("https://wap.a.kz/x", "https://a.kz/x"),
        ("https://touch.a.kz/x", "https://a.kz/x"),
        ("https://www.m.a.kz/x", "https://a.kz/x"),
        ("https://m.news.a.kz/x", "https://news.a.kz/x"),
        ("https://m.gov.kz/x", "https://gov.kz/x"),
        ("https://a.kz/amp/news/1", "https://a.kz/news/1"),
        ("https://a.kz/news/1/amp", "https://a.kz/news/1"),
        ("https://a.kz/news/1/amp/", "https://a.kz/news/1"),
        ("https://a.kz/news/1.amp", "https://a.kz/news/1"),
        ("https://a.kz/news/1.amp.html", "https://a.kz/news/1.html"),
        ("https://a.kz/news/1?amp", "https://a.kz/news/1"),
        ("https://a.kz/news/1?amp=1", "https://a.kz/news/1"),
        ("https://a.kz/?p=5&amp=1", "https://a.kz/?p=5"),
        ("https://a.kz/news/1?outputType=amp", "https://a.kz/news/1"),
        ("https://a.kz/amp", "https://a.kz/"),
        // Where it must not act.
        ("https://m.kz/x", "https://m.kz/x"),
        ("https://mobile.com.kz/x", "https://mobile.com.kz/x"),
        ("https://m.blogspot.com/x", "https://m.blogspot.com/x"),
        ("https://mm.a.kz/x", "https://mm.a.kz/x"),
        ("https://a.kz/m/news/1", "https://a.kz/m/news/1"),
        ("https://a.kz/mobile/1", "https://a.kz/mobile/1"),
        ("https://a.kz/ampere/1", "https://a.kz/ampere/1"),
        ("https://a.kz/news/revamp", "https://a.kz/news/revamp"),
        ("https://a.kz/tag/amp", "https://a.kz/tag/amp"),
        ("https://a.kz/news/.amp", "https://a.kz/news/.amp"),
        ("https://a.kz/news/1?amp=220", "https://a.kz/news/1?amp=220"),
        ("https://a.kz/news/1?outputType=pdf", "https://a.kz/news/1?outputType=pdf"),
    ]);
}

#[test]
fn what_googles_amp_cache_and_viewer_wrap_is_unwrapped() {
    check(&[
        ("https://a-kz.cdn.ampproject.org/c/s/a.kz/news/1", "https://a.kz/news/1"),
        ("https://a-kz.cdn.ampproject.org/c/a.kz/news/1", "https://a.kz/news/1"),
        ("https://a-kz.cdn.ampproject.org/v/s/www.a.kz/news/1/amp/?amp_js_v=0.1&usqp=mq331AQ&id=5", "https://a.kz/news/1?id=5"),
        ("https://cdn.ampproject.org/c/s/m.a.kz/amp/news/1", "https://a.kz/news/1"),
        ("https://www.google.com/amp/s/A.kz/News/1.amp", "https://a.kz/News/1"),
        ("https://www.google.kz/amp/a.kz", "https://a.kz/"),
        ("https://www.google.co.uk/amp/s/a-kz.cdn.ampproject.org/c/s/a.kz/news/1", "https://a.kz/news/1"),
        // Where it must not act.
        ("https://a-kz.cdn.ampproject.org/i/s/a.kz/1.jpg", "https://a-kz.cdn.ampproject.org/i/s/a.kz/1.jpg"),
        ("https://acdn.ampproject.org/c/s/a.kz/1", "https://acdn.ampproject.org/c/s/a.kz/1"),
        ("https://cdn.ampproject.org.a.kz/c/s/b.kz/1", "https://cdn.ampproject.org.a.kz/c/s/b.kz/1"),
        ("https://google.a.kz/c/s/b.kz/1", "https://google.a.kz/c/s/b.kz/1"),
        ("https://a.kz/c/s/b.kz/1", "https://a.kz/c/s/b.kz/1"),
        ("https://cdn.ampproject.org/c/s/1.2.3.4/1", "https://cdn.ampproject.org/c/s/1.2.3.4/1"),
        ("https://cdn.ampproject.org/c/s/nowhere/1", "https://cdn.ampproject.org/c/s/nowhere/1"),
        ("https://cdn.ampproject.org/c/s/xn--.a/1", "https://cdn.ampproject.org/c/s/xn--.a/1"),
    ]);
}

#[test]
fn tracking_parameters_name_no_article() {
    let parameters = "utm_source=rss utm_medium=feed utm_anything=1 UTM_Source=rss utm%5Fsource=rss amp;utm_source=rss fbclid=a gclid=a \
        dclid=a gbraid=a wbraid=a msclkid=a yclid=1 ysclid=2 ymclid=3 twclid=a ttclid=a li_fat_id=a ScCid=a igshid=a igsh=a srsltid=a \
        gad_source=1 _openstat=z openstat=z erid=2Vtzq rb_clickid=a roistat=a roistat_referrer=b mc_cid=a mc_eid=b mkt_tok=a vero_id=a \
        _hsenc=a _hsmi=1 __hstc=a hsa_cam=1 hsCtaTracking=a elqTrackId=a spMailingID=1 ml_subscriber=1 s_cid=a ef_id=a s_kwcid=a \
        adobe_mc=a adobe_mc_sdid=a cmpid=a xtor=RSS-1 at_medium=a at_campaign=b at_custom1=c at_link_origin=d pk_campaign=a pk_kwd=b mtm_source=a \
        matomo_campaign=a piwik_kwd=a WT.mc_id=a _ga=1 _gl=1 ga_source=a ref_src=a __twitter_impression=true tgWebAppVersion=7 tgclid=a \
        PHPSESSID=1 JSESSIONID=1 ASPSESSIONIDQQ=1 sid=0123456789abcdef0123456789ABCDEF __cf_chl_rt_tk=a usqp=a mindbox-click-id=a \
        from=rss source=rss ref=rss rss=1 from=telegram source=tg ref=facebook from=Twitter via=vk share=whatsapp from=dzen utm_source";
    for parameter in parameters.split_whitespace() {
        check(&[(&format!("https://a.kz/x?{parameter}"), "https://a.kz/x")]);
        check(&[(&format!("https://a.kz/x?id=5&{parameter}&z=1"), "https://a.kz/x?id=5&z=1")]);
    }
    check(&[
        ("https://a.kz/x;jsessionid=1A2B?id=5", "https://a.kz/x?id=5"),
        ("https://a.kz/x;v=1;JSESSIONID=1A/y", "https://a.kz/x;v=1/y"),
    ]);
}

#[test]
fn what_may_be_an_id_is_no_tracking() {
    let parameters = "id=5 p=5 news_id=5 newsid=5 article=5 article_id=5 ELEMENT_ID=5 SECTION_ID=5 cid=5 icid=5 ncid=5 pid=5 post=5 post_id=5 \
        story=5 item=5 n=5 q=тенге page=2 lang=kk utmost=1 utm=1 source=5 source=almaty from=almaty from=2025-01-01 ref=5 via=5 rss=5 rss \
        sid=5 sid=0123456789 sid=novosti-kazahstana-segodnya session=5 session_id=12 share=5 clid=5 click=5 campaign=5 partner=5 tag=5 s=5 t=5 \
        at=5 at_id=5 pk=5 pk_id=5 output=pdf fb=5 ga=5 mc=5";
    for parameter in parameters.split_whitespace() {
        let url = format!("https://a.kz/x?{parameter}");
        check(&[(&url, Url::parse(&url).unwrap().as_str())]);
    }
    check(&[("https://a.kz/x;v=1", "https://a.kz/x;v=1"), ("https://a.kz/jsessionid=1", "https://a.kz/jsessionid=1")]);
}

#[test]
fn a_path_has_one_spelling_and_keeps_its_case() {
    check(&[
        ("https://a.kz", "https://a.kz/"),
        ("https://a.kz/x/", "https://a.kz/x"),
        ("https://a.kz//x///y//", "https://a.kz/x/y"),
        ("https://a.kz/a/../x", "https://a.kz/x"),
        ("https://a.kz/x/index.html", "https://a.kz/x"),
        ("https://a.kz/x/index.php?id=5", "https://a.kz/x?id=5"),
        ("https://a.kz/index.php", "https://a.kz/"),
        ("https://a.kz/x/index.htm", "https://a.kz/x"),
        ("https://a.kz/x/index.asp", "https://a.kz/x"),
        ("https://a.kz/x/index.jsp", "https://a.kz/x"),
        ("https://a.kz/x/Default.aspx", "https://a.kz/x"),
        ("https://a.kz/%78%2d%7e", "https://a.kz/x-~"),
        ("https://a.kz/%d1%82", "https://a.kz/%D1%82"),
        ("https://a.kz/т", "https://a.kz/%D1%82"),
        ("https://a.kz/100%", "https://a.kz/100%25"),
        ("https://a.kz/%%34%31", "https://a.kz/%2541"),
        // Where it must not act.
        ("https://a.kz/X", "https://a.kz/X"),
        ("https://a.kz/a+b", "https://a.kz/a+b"),
        ("https://a.kz/a%2Bb", "https://a.kz/a%2Bb"),
        ("https://a.kz/a%2Fb", "https://a.kz/a%2Fb"),
        ("https://a.kz/%252e", "https://a.kz/%252e"),
        ("https://a.kz/index.php/news/1", "https://a.kz/index.php/news/1"),
        ("https://a.kz/x/price-index.html", "https://a.kz/x/price-index.html"),
        ("https://a.kz/x/index.html5", "https://a.kz/x/index.html5"),
        ("https://a.kz/x/main.html", "https://a.kz/x/main.html"),
    ]);
}

#[test]
fn a_query_has_one_order_and_one_spelling() {
    check(&[
        ("https://a.kz/x?", "https://a.kz/x"),
        ("https://a.kz/x?&&", "https://a.kz/x"),
        ("https://a.kz/x?=", "https://a.kz/x"),
        ("https://a.kz/x?b=2&a=1", "https://a.kz/x?a=1&b=2"),
        ("https://a.kz/x?b=2&&a=1&", "https://a.kz/x?a=1&b=2"),
        ("https://a.kz/x?t[]=2&a=1&t[]=1", "https://a.kz/x?a=1&t[]=2&t[]=1"),
        ("https://a.kz/x?a=1&amp;id=5", "https://a.kz/x?a=1&id=5"),
        ("https://a.kz/x?q=%d1%82&%69%64=5", "https://a.kz/x?id=5&q=%D1%82"),
        ("https://a.kz/x?q=т", "https://a.kz/x?q=%D1%82"),
        // Where it must not act.
        ("https://a.kz/x?q", "https://a.kz/x?q"),
        ("https://a.kz/x?q=", "https://a.kz/x?q="),
        ("https://a.kz/x?q=a+b", "https://a.kz/x?q=a+b"),
        ("https://a.kz/x?q=a%26b%3Dc", "https://a.kz/x?q=a%26b%3Dc"),
        ("https://a.kz/x?ID=5&Id=6", "https://a.kz/x?ID=5&Id=6"),
    ]);
}

#[test]
fn a_fragment_is_a_place_within_the_page_unless_a_script_draws_the_site() {
    check(&[
        ("https://a.kz/x#comments", "https://a.kz/x"),
        ("https://a.kz/x#", "https://a.kz/x"),
        ("https://a.kz/x#!", "https://a.kz/x"),
        ("https://a.kz/#/", "https://a.kz/"),
        // Where it must not act.
        ("https://a.kz/#!/news/5", "https://a.kz/#!/news/5"),
        ("https://a.kz/#!news=5", "https://a.kz/#!news=5"),
        ("https://a.kz/#/news/5", "https://a.kz/#/news/5"),
        ("https://a.kz/?id=5#/%d1", "https://a.kz/?id=5#/%D1"),
    ]);
}

#[test]
fn a_front_page_is_one_however_a_reader_came_there() {
    let is_front_page = |url: &str| CanonicalUrl::of(&Url::parse(url).unwrap()).is_front_page();
    let fronts = "https://a.kz http://www.a.kz/ https://a.kz/?utm_source=rss https://a.kz/?from=rss&fbclid=1 https://a.kz/index.php https://m.a.kz/#top \
        https://a.kz:8080/ https://a.kz/amp/ https://a-kz.cdn.ampproject.org/c/s/a.kz";
    for url in fronts.split_whitespace() {
        assert!(is_front_page(url), "{url}");
    }
    for url in "https://a.kz/?p=12 https://a.kz/index.php?id=1 https://a.kz/x https://a.kz/#!/x https://a.kz/#/x https://a.kz/ru/"
        .split_whitespace()
    {
        assert!(!is_front_page(url), "{url}");
    }
}

#[test]
fn the_admin_names_further_tracking_parameters() {
    let own: Vec<ParameterName> = ["partner", "Promo_*"].map(|name| ParameterName::parse(name).unwrap()).into();
    let base = Url::parse("https://a.kz/").unwrap();
    let now = "2026-11-24T10:00:00Z".parse().unwrap();
    let url_of = |query: &str, tracking: &[ParameterName]| {
        let item = Item { link: Some(format!("/x?{query}")), ..Item::default() };
        let context = Context { base: &base, language: None, rules: &Rules::default(), tracking, now };
        let entry = normalise(Feed { items: vec![item], ..Feed::default() }, context).entries.remove(0);
        assert_eq!(entry.link.unwrap().query(), Some(query), "the link stays as it is written");
        entry.url.unwrap().as_str().to_owned()
    };
    let cases = [("id=5&partner=a&PROMO_x=1&promo_=2", "https://a.kz/x?id=5"), ("partners=1&promo=2", "https://a.kz/x?partners=1&promo=2")];
    for (query, expected) in cases {
        assert_eq!(url_of(query, &own), expected, "{query}");
    }
    assert_eq!(url_of("partner=a", &[]), "https://a.kz/x?partner=a");
}

#[test]
fn a_url_of_another_scheme_stays_as_it_is() {
    for url in ["mailto:a@b.kz?utm_source=rss", "ftp://www.a.kz//x/", "data:,x#y"] {
        check(&[(url, url)]);
    }
}

/// Numbers that look like chance, the same ones each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    fn pieces(&mut self, pieces: &[&str], most: usize) -> String {
        (0..self.below(most + 1)).map(|_| pieces[self.below(pieces.len())]).collect()
    }
}

const HOSTS: [&str; 24] = [
    "www.",
    "m.",
    "amp.",
    "www9.",
    "google.",
    "cdn.ampproject.org",
    "a.",
    "kz",
    "com",
    ".",
    "xn--",
    "xn--b1amnebsh.",
    "новости.",
    "1.",
    "0x7f",
    "-",
    "co.",
    "blogspot.com",
    "WWW.",
    "M.",
    "%6d.",
    "gov.kz",
    "תל.",
    "s.",
];
const PATHS: [&str; 52] = [
    "/",
    "/",
    "/",
    "/amp",
    "/amp/",
    ".amp",
    ".amp.html",
    "/index.html",
    "/index.php",
    "/default.aspx",
    "index.",
    "html",
    "/c/",
    "/v/s/",
    "/s/",
    "a.kz",
    "cdn.ampproject.org",
    "www.google.com",
    "google.kz",
    "m.",
    ".",
    "..",
    "%2e",
    "%2E%2e",
    "%",
    "%%34%31",
    "%25",
    "%d1%82",
    "т",
    "+",
    ";",
    ";jsessionid=1",
    ";JSESSIONID=",
    ";v=1",
    "\\",
    "/tag",
    "x",
    "1",
    "2025",
    "%2f",
    "%3B",
    "%6asessionid=1",
    "%41",
    "%4",
    "=",
    "&",
    ":",
    "@",
    "//",
    "xn--a",
    "\u{202e}",
    "|",
];
const QUERIES: [&str; 40] = [
    "&",
    "&",
    "&",
    "=",
    "=",
    "id",
    "p",
    "5",
    "utm_source",
    "utm%5fmedium",
    "amp",
    "amp;",
    "%61mp;",
    ";",
    "fbclid",
    "sid",
    "0123456789abcdef0123456789abcdef",
    "from",
    "rss",
    "%",
    "%%34%31",
    "%26",
    "%3d",
    "%3D",
    "+",
    "т",
    "%d1",
    "'",
    "\"",
    "[]",
    "?",
    "/",
    "b",
    "a",
    "A",
    "PHPSESSID",
    "1",
    " ",
    "outputType",
    "%2e",
];
const FRAGMENTS: [&str; 10] = ["#", "!", "/", "x", "%", "%%34%31", "т", "?utm_source=rss", "&", "#!"];

#[test]
fn any_link_has_a_canonical_form_that_is_its_own() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut links, mut changed, mut unwrapped) = (0, 0, 0);
    for _ in 0..60_000 {
        let scheme = ["http://", "https://", "HTTP://u:p@"][dice.below(3)];
        let host = if dice.below(3) == 0 { "www.cdn.ampproject.org".to_owned() } else { dice.pieces(&HOSTS, 5) };
        let port = ["", ":80", ":443", ":8080"][dice.below(4)];
        let query = if dice.below(2) == 0 { String::new() } else { format!("?{}", dice.pieces(&QUERIES, 8)) };
        let fragment = if dice.below(3) == 0 { dice.pieces(&FRAGMENTS, 3) } else { String::new() };
        let link = format!("{scheme}{host}{port}/{}{query}{fragment}", dice.pieces(&PATHS, 9));
        let Ok(url) = Url::parse(&link) else { continue };
        links += 1;
        let first = CanonicalUrl::of(&url);
        let again = Url::parse(first.as_str()).unwrap_or_else(|error| panic!("{link}: {} is no URL: {error}", first.as_str()));
        assert_eq!(again.as_str(), first.as_str(), "{link}: the canonical form is as a URL is written");
        assert_eq!(CanonicalUrl::of(&again), first, "{link}: the canonical form is its own");
        assert!(first.as_str().len() <= 3 * url.as_str().len() + 1, "{link}: {}", first.as_str());
        changed += usize::from(first.as_str() != url.as_str());
        unwrapped += usize::from(host.contains("ampproject") && !first.as_str().contains("ampproject"));
    }
    assert!(links > 20_000 && changed > links / 2 && unwrapped > 20, "{links} links, {changed} changed, {unwrapped} unwrapped");
}

#[test]
fn a_long_link_takes_time_in_proportion_to_its_length() {
    let shapes = [
        ("m.", "a.kz/x"),
        ("a.kz/x", "/"),
        ("a.kz", "/amp"),
        ("a.kz/x", ".amp"),
        ("a.kz/x", ".amp.html"),
        ("a.kz", "/index.html"),
        ("a.kz/x", ";jsessionid=1"),
        ("a.kz/", "%"),
        ("a.kz/", "%41"),
        ("cdn.ampproject.org", "/c/s/cdn.ampproject.org"),
        ("cdn.ampproject.org", "/c/s/a"),
        ("a.kz/?", "&amp;amp;a=1"),
        ("a.kz/?", "utm_source=1&"),
        ("a.kz/?a=", "a"),
        ("a.kz/#/", "%"),
    ];
    for (start, repeated) in shapes {
        let link = if start == "m." {
            format!("https://{}a.kz/x", start.repeat(200_000))
        } else {
            format!("https://{start}{}", repeated.repeat(100_000))
        };
        let url = Url::parse(&link).unwrap();
        let started = Instant::now();
        let canonical = CanonicalUrl::of(&url);
        // Unoptimised, under load: what grows with the square would take minutes.
        assert!(started.elapsed() < Duration::from_secs(5), "{start}{repeated}…: {:?}", started.elapsed());
        assert!(canonical.as_str().len() <= 3 * link.len());
    }
}

//! Items to entries: plain titles, safe HTML, dates.

use chrono::{DateTime, Utc};
use taspa::config::{Language, Rules};
use taspa::normalise::{Context, Entry, Normalised, can_be_id, normalise};
use taspa::parse::{Author, Category, Enclosure, Feed, Item, Text};
use url::Url;

const NOW: &str = "2026-11-24T10:00:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn html(value: &str) -> Option<Text> {
    Some(Text { value: value.to_owned(), is_html: true })
}

fn plain(value: &str) -> Option<Text> {
    Some(Text { value: value.to_owned(), is_html: false })
}

fn all(feed: Feed) -> Normalised {
    let base = Url::parse("https://news.example.kz/rss/feed.xml").unwrap();
    let russian = Language::parse("ru").unwrap();
    normalise(feed, Context { base: &base, language: Some(&russian), rules: &Rules::default(), tracking: &[], now: at(NOW) })
}

fn one(item: Item) -> Entry {
    let mut entries = all(Feed { items: vec![item], ..Feed::default() }).entries;
    assert_eq!(entries.len(), 1);
    entries.remove(0)
}

fn item(title: &str) -> Item {
    Item { title: html(title), ..Item::default() }
}

fn content_of(source: &str) -> String {
    one(Item { content: html(source), link: Some("https://news.example.kz/a/b".to_owned()), ..item("T") }).content.unwrap_or_default()
}

#[test]
fn the_link_stays_as_written_beside_the_canonical_url() {
    let entry = one(Item { link: Some(" /a/1?utm_source=rss#top ".to_owned()), ..item("T") });
    assert_eq!(entry.link.unwrap().as_str(), "https://news.example.kz/a/1?utm_source=rss#top");
    assert_eq!(entry.url.unwrap().as_str(), "https://news.example.kz/a/1");
}

#[test]
fn a_guid_that_is_a_link_serves_as_one() {
    let entry = one(Item { guid: Some("https://news.example.kz/?p=5".to_owned()), ..item("T") });
    assert_eq!(entry.link.unwrap().as_str(), "https://news.example.kz/?p=5");
    let entry = one(Item { guid: Some("news-5".to_owned()), ..item("T") });
    assert_eq!(entry.link, None);
}

#[test]
fn links_that_no_reader_can_open_are_left_out() {
    for link in ["javascript:alert(1)", "mailto:a@b.kz", "ftp://a.kz/", "http://", "   ", &format!("https://a.kz/{}", "x".repeat(5000))] {
        assert_eq!(one(Item { link: Some(link.to_owned()), ..item("T") }).link, None, "{link}");
    }
}

#[test]
fn titles_are_plain_text_on_one_line() {
    let cases = [
        ("  Курс\n\tтенге  ", "Курс тенге"),
        ("<b>Курс</b> тенге", "Курс тенге"),
        ("a\u{a0}b\u{2003}c\u{3000}d\u{1680}e\u{85}f \u{2028} g", "a b c d e f g"),
        ("«Курс» — тенге… ©\u{200b}€", "«Курс» — тенге… ©\u{200b}€"),
        ("AT&amp;T &laquo;вырос&raquo;", "AT&T «вырос»"),
        ("5 &lt; 6", "5 < 6"),
        ("a\u{0}b\u{1b}c\u{ffff}", "abc"),
        ("Қазақстан: ә ғ қ ң ө ұ ү һ і", "Қазақстан: ә ғ қ ң ө ұ ү һ і"),
        ("<script>alert(1)</script>Новость", "Новость"),
    ];
    for (title, expected) in cases {
        assert_eq!(one(item(title)).title, expected, "{title}");
    }
    // Atom's type="text" means what it says.
    assert_eq!(one(Item { title: plain("<b> & &amp;"), ..Item::default() }).title, "<b> & &amp;");
    assert!(one(item(&"слово ".repeat(400))).title.chars().count() <= 501);
}

#[test]
fn an_item_without_title_borrows_one() {
    let text = "Первое предложение новости, довольно длинное, чтобы его пришлось укоротить до восьмидесяти знаков.";
    assert_eq!(
        one(Item { summary: html(text), ..Item::default() }).title,
        "Первое предложение новости, довольно длинное, чтобы его пришлось укоротить до…"
    );
    assert_eq!(one(Item { link: Some("https://a.kz/1".to_owned()), ..Item::default() }).title, "https://a.kz/1");
    let problems = all(Feed { items: vec![Item::default(), item("T")], ..Feed::default() });
    assert_eq!((problems.entries.len(), problems.problems.len()), (1, 1));
    assert_eq!(problems.problems[0].to_string(), "item 1 was left out: it has nothing to read and nothing to know it by");
}

#[test]
fn html_is_safe_for_any_reader() {
    let cases = [
        ("<p>Текст</p>", "<p>Текст</p>"),
        ("<p onclick=\"x()\">a</p><script>alert(1)</script><style>p{}</style>", "<p>a</p>"),
        ("<a href=\"javascript:alert(1)\">a</a>", "<a rel=\"noopener noreferrer\">a</a>"),
        ("<a href=\"/x\">a</a>", "<a href=\"https://news.example.kz/x\" rel=\"noopener noreferrer\">a</a>"),
        ("<img src=\"i.jpg\" onerror=\"x()\" alt=\"b\">", "<img src=\"https://news.example.kz/a/i.jpg\" alt=\"b\">"),
        ("<iframe src=\"https://evil\"></iframe>a", "a"),
        ("<p>незакрытый <b>жирный", "<p>незакрытый <b>жирный</b></p>"),
        ("<table><tr><td>1</td></tr></table>", "<table><tbody><tr><td>1</td></tr></tbody></table>"),
        ("<blockquote>q</blockquote><ul><li>1</li></ul>", "<blockquote>q</blockquote><ul><li>1</li></ul>"),
        ("a\u{8}b", "ab"),
        ("<p>a</p>\n<p>b «c»</p>", "<p>a</p>\n<p>b «c»</p>"),
        ("<p>a</p><p>b", "<p>a</p><p>b</p>"),
        ("<p>a</p>b", "<p>a</p>b"),
        ("<p>a > b</p>", "<p>a &gt; b</p>"),
        ("<p>a & b</p>", "<p>a &amp; b</p>"),
        ("<p>a<script>x</script></p>", "<p>a</p>"),
        ("<p>a</p><p onclick=x>b</p>", "<p>a</p><p>b</p>"),
    ];
    for (source, expected) in cases {
        assert_eq!(content_of(source), expected, "{source}");
    }
}

#[test]
fn pictures_are_those_that_people_see() {
    const LAZY: &str = "<img src=\"https://news.example.kz/a/1.jpg\" alt=\"b\">";
    let cases = [
        // Lazy ones get the address that a script would set.
        ("<img src=\"data:image/gif;base64,R0lGOD\" data-src=\"1.jpg\" alt=\"b\">", LAZY),
        ("<img src=\"/blank.gif\" data-original=\"1.jpg\" alt=\"b\">", LAZY),
        ("<img data-lazy-src=\"/a/1.jpg\" alt=\"b\">", LAZY),
        ("<img data-src=\"data:image/gif;base64,x\" src=\"1.jpg\" alt=\"b\">", LAZY),
        ("<img data-src=\"javascript:x()\" src=\"1.jpg\" alt=\"b\">", LAZY),
        ("<img data-srcset=\"0.jpg 300w, 1.jpg 900w\" alt=\"b\">", LAZY),
        ("<img srcset=\"0.jpg, 1.jpg 2x\" alt=\"b\">", LAZY),
        (
            "<img src=\"i.jpg?a=1&amp;b=2\" width=\"640\" height=\"50%\">",
            "<img src=\"https://news.example.kz/a/i.jpg?a=1&amp;b=2\" width=\"640\" height=\"50%\">",
        ),
        ("<img src=\"1.jpg\" alt=\"b\" width=\"auto\" style=\"max-width:100%\" class=\"x\">", LAZY),
        ("<img src=1.jpg alt=\"1 > 0 &quot;x&quot;\">", "<img src=\"https://news.example.kz/a/1.jpg\" alt=\"1 &gt; 0 &quot;x&quot;\">"),
        // Dots and what is hidden.
        ("a<img src=\"1.gif\" width=\"1\" height=\"1\">", "a"),
        ("a<img src=\"1.gif\" width=\"0\">", "a"),
        ("a<img src=\"1.gif\" height=\"1px\">", "a"),
        ("a<img src=\"1.gif\" style=\"WIDTH: 1px; height: 1px\">", "a"),
        ("a<img src=\"1.gif\" style=\"display : none !important\">", "a"),
        // Counters, which need no size to count.
        ("a<img src=\"https://mc.yandex.ru/watch/123\">", "a"),
        ("a<img src=\"//counter.yadro.ru/hit?r\">", "a"),
        ("a<img src=\"https://c.zero.kz/z.png?u=1\">", "a"),
        ("a<img src=\"http://feeds.feedburner.com/~r/x/~4/y\">", "a"),
        ("a<img src=\"http://feeds.example.kz/~r/x/~4/y\">", "a"),
        ("a<img src=\"https://pixel.wp.com/b.gif?x\">", "a"),
        ("a<img src=\"https://www.facebook.com/tr?id=1\">", "a"),
        ("a<img src=\"https://stats.example.kz/matomo.php?x\">", "a"),
        // What has no address says what it shows.
        ("a<img alt=\"🙂 &quot;b&quot;\">", "a🙂 \"b\""),
        ("a<img src=\"data:image/png;base64,x\">", "a"),
        // No counters.
        (
            "<img src=\"https://cdn.example.kz/race-track/counter-1x1.jpg\">",
            "<img src=\"https://cdn.example.kz/race-track/counter-1x1.jpg\">",
        ),
        ("<img src=\"https://nezero.kz/1.jpg\">", "<img src=\"https://nezero.kz/1.jpg\">"),
    ];
    for (source, expected) in cases {
        assert_eq!(content_of(source), expected, "{source}");
    }
    let image = |source: &str| one(Item { content: html(source), ..item("T") }).image.map(String::from);
    assert_eq!(image("<img src=\"/1.gif\" width=\"1\"><img src=\"/2.jpg\">").as_deref(), Some("https://news.example.kz/2.jpg"));
    let named = one(Item { images: vec!["https://mc.yandex.ru/watch/1".to_owned(), "/3.jpg".to_owned()], ..item("T") });
    assert_eq!(named.image.unwrap().as_str(), "https://news.example.kz/3.jpg");
}

#[test]
fn a_frame_of_a_video_leaves_a_link_to_it_and_any_other_nothing() {
    let link = |href: &str, label: &str| format!("<a href=\"{href}\" rel=\"noopener noreferrer\">▶ {label}</a>");
    let cases = [
        ("//www.youtube.com/embed/dQw4w9WgXcQ?rel=0", link("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "YouTube")),
        ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", link("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "YouTube")),
        ("https://www.youtube.com/embed/videoseries?list=PL1", link("https://www.youtube.com/embed/videoseries?list=PL1", "YouTube")),
        ("https://player.vimeo.com/video/7?h=1", link("https://vimeo.com/7", "Vimeo")),
        ("https://rutube.ru/play/embed/ab1/", link("https://rutube.ru/video/ab1/", "RuTube")),
        ("https://vk.com/video_ext.php?oid=-1&amp;id=2&amp;hd=2", link("https://vk.com/video-1_2", "VK")),
        ("https://ok.ru/videoembed/5", link("https://ok.ru/video/5", "OK")),
        ("https://www.dailymotion.com/embed/video/x7", link("https://www.dailymotion.com/video/x7", "Dailymotion")),
        (
            "https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fwww.facebook.com%2Fa%2Fvideos%2F1%2F",
            link("https://www.facebook.com/a/videos/1/", "Facebook"),
        ),
        (
            "https://www.facebook.com/plugins/video.php?href=javascript:x()",
            link("https://www.facebook.com/plugins/video.php?href=javascript:x()", "Facebook"),
        ),
        ("https://t.me/kaztag/1?embed=1", link("https://t.me/kaztag/1?embed=1", "Telegram")),
        ("https://evil.example/youtube.com/embed/1", String::new()),
        ("https://notyoutube.com/embed/1", String::new()),
        ("javascript:alert(1)", String::new()),
        ("https://docs.google.com/forms/1", String::new()),
    ];
    for (source, expected) in cases {
        assert_eq!(
            content_of(&format!("<p>a</p><iframe src=\"{source}\" width=\"560\"></iframe>b")),
            format!("<p>a</p>{expected}b"),
            "{source}"
        );
    }
    let titled =
        "<iframe title=\"Q&amp;A: <b> &quot;x&quot;\" data-src=\"https://youtu.be/embed/7\">без рамок <img src=\"/1.jpg\"></iframe>";
    assert_eq!(content_of(titled), link("https://www.youtube.com/watch?v=7", "Q&amp;A: &lt;b&gt; \"x\""));
    assert_eq!(content_of("<iframe src=\"https://ok.ru/videoembed/5\">никогда не кончается <p>x"), link("https://ok.ru/video/5", "OK"));
    assert_eq!(content_of("<b><iframe src='https://ok.ru/videoembed/5'><!"), format!("<b>{}</b>", link("https://ok.ru/video/5", "OK")));
    let linked = "<a href=\"/x\">a<iframe src=\"https://ok.ru/videoembed/5\"></iframe>b</a>c";
    let outer = "<a href=\"https://news.example.kz/x\" rel=\"noopener noreferrer\">ab</a>";
    assert_eq!(content_of(linked), format!("{outer}{}c", link("https://ok.ru/video/5", "OK")), "links hold no links");
    assert_eq!(content_of("a&#xFFFF;&#x1;b"), "ab");
    assert_eq!(
        content_of("<svg><iframe src=\"https://evil.example/\"><img src=x onerror=y></iframe></svg>b"),
        "<img src=\"https://news.example.kz/a/x\">b"
    );
}

#[test]
fn plain_text_becomes_html_that_reads_the_same() {
    let entry = one(Item { content: plain("a < b & c\n\nсловом\nстрокой"), ..item("T") });
    assert_eq!(entry.content.unwrap(), "<p>a &lt; b &amp; c</p><p>словом<br>строкой</p>");
}

#[test]
fn nothing_to_read_or_see_is_no_text() {
    for source in ["", "  ", "<p></p>", "<p>&nbsp;</p>", "<!-- x -->", "<script>x</script>", "<p>\u{feff}&#x200b;</p>"] {
        assert_eq!(content_of(source), "", "{source}");
    }
}

#[test]
fn monstrous_html_is_cut_and_not_built() {
    let deep = format!("{}текст{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
    let formatting = format!("{}текст", "<b><i><a>".repeat(30_000));
    let long = format!("<p>{}</p>", "слово ".repeat(2_000_000));
    // Formatting that a tree builder opens again in each paragraph; depth behind end tags that close nothing; short links to a long base.
    let reopened = format!("<p>{}текст{}", (0..240).map(|n| format!("<b id={n}>")).collect::<String>(), "<p>x".repeat(49_000));
    let unmatched = "<div></li>".repeat(25_000) + "текст";
    // Tags that only stand in attributes and comments, end tags of other formatting: none of them closes anything.
    let quoted = format!("<p>{}текст{}", (0..240).map(|n| format!("<b id={n} title=\"</b>\">")).collect::<String>(), "<p>x".repeat(40_000));
    let commented =
        format!("<p>{}текст{}", (0..240).map(|n| format!("<b id={n}><!-- </b> -->")).collect::<String>(), "<p>x".repeat(40_000));
    let others = format!("<p>{}текст{}", (0..240).map(|n| format!("<b id={n}></i>")).collect::<String>(), "<p>x".repeat(40_000));
    for source in [deep, formatting, long, reopened, unmatched, quoted, commented, others] {
        let started = std::time::Instant::now();
        let content = content_of(&source);
        assert!(content.contains("текст") || content.contains("слово"));
        assert!(content.len() <= (1 << 20) + 100, "{}", content.len());
        assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    }
    let links =
        Item { content: html(&"<a href=a>я</a>".repeat(20_000)), link: Some(format!("https://a.kz/{}/", "x".repeat(4000))), ..item("T") };
    assert!(one(links).content.unwrap().len() < 1 << 20);
}

#[test]
fn common_markup_is_not_taken_for_monstrous() {
    let page = format!(
        "<p>a</p><ul>{}</ul><table>{}</table>",
        "<li>b<br><b>c</b>".repeat(2000),
        "<tr><td>d<td><a href=\"https://a.kz\">e</a>".repeat(2000)
    );
    assert!(content_of(&page).contains("<table>"));
}

#[test]
fn the_longer_of_two_texts_is_the_content() {
    let entry = one(Item { summary: html("<p>the whole <b>report</b></p>"), content: plain("a line"), ..item("T") });
    assert_eq!((entry.content.as_deref(), entry.summary.as_deref()), (Some("<p>the whole <b>report</b></p>"), Some("a line")));
}

#[test]
fn an_address_behind_a_counter_of_readers_is_the_articles_own() {
    let counted = Item {
        link: Some("https://feeds.example.kz/~r/1".to_owned()),
        written: Some("/~r/1".to_owned()),
        original: Some("https://news.example.kz/1".to_owned()),
        ..item("T")
    };
    let entry = one(counted);
    assert_eq!((entry.link.as_ref().map(Url::as_str), entry.written), (Some("https://news.example.kz/1"), None));
}

#[test]
fn one_text_is_content_and_two_are_summary_and_content() {
    let both = one(Item { summary: html("кратко"), content: html("<p>целиком</p>"), ..item("T") });
    assert_eq!((both.summary.as_deref(), both.content.as_deref()), (Some("кратко"), Some("<p>целиком</p>")));
    let alone = one(Item { summary: html("кратко"), ..item("T") });
    assert_eq!((alone.summary, alone.content.as_deref()), (None, Some("кратко")));
    let twice = one(Item { summary: html("то же"), content: html("то же"), ..item("T") });
    assert_eq!((twice.summary, twice.content.as_deref()), (None, Some("то же")));
}

#[test]
fn dates_never_lie_in_the_future_and_missing_ones_stay_missing() {
    let entry = one(Item { published: Some(at("2030-01-01T00:00:00Z")), updated: Some(at("2026-11-24T09:00:00Z")), ..item("T") });
    assert_eq!((entry.published, entry.updated), (Some(at(NOW)), Some(at("2026-11-24T09:00:00Z"))));
    assert_eq!(one(item("T")).published, None);
    let updated = Some(at("2012-12-08T10:00:00Z"));
    assert_eq!(one(Item { updated, ..item("T") }).published, updated, "the only date is the date");
}

#[test]
fn the_lead_image_is_the_named_one_else_the_first_that_is_no_dot() {
    let named = one(Item { images: vec!["/i.jpg".to_owned()], content: html("<img src=\"/other.jpg\">"), ..item("T") });
    assert_eq!(named.image.unwrap().as_str(), "https://news.example.kz/i.jpg");
    let found = one(Item {
        content: html("<img width=\"1\" height=\"1\" src=\"https://t.kz/dot\"><p>a</p><img alt=\"x\" src=\"/b.jpg?x=1&amp;y=2\">"),
        ..item("T")
    });
    assert_eq!(found.image.unwrap().as_str(), "https://news.example.kz/b.jpg?x=1&y=2");
}

#[test]
fn authors_categories_and_enclosures_are_clean_and_bounded() {
    let author = |name: &str, uri: Option<&str>| Author { name: name.to_owned(), uri: uri.map(str::to_owned) };
    let category = |term: &str, scheme: Option<&str>| Category { term: term.to_owned(), scheme: scheme.map(str::to_owned), label: None };
    let file = |url: &str, kind: Option<&str>| Enclosure { url: url.to_owned(), media_type: kind.map(str::to_owned), length: None };
    let entry = one(Item {
        authors: vec![
            author(" Айгүл\n&amp; Ерлан ", Some("https://a.kz/")),
            author("", None),
            author("Айгүл & Ерлан", None),
            author("B", Some("not an iri")),
        ],
        categories: vec![
            category("Спорт", Some("https://a.kz/tags")),
            category("Спорт", None),
            category(" ", None),
            category("Қоғам", Some("a b")),
        ],
        enclosures: vec![file("/a.mp3", Some("audio/mpeg")), file("javascript:x", None), file("https://a.kz/b", Some("<script>"))],
        ..item("T")
    });
    assert_eq!(entry.authors, [author("Айгүл & Ерлан", Some("https://a.kz/")), author("B", None)]);
    assert_eq!(entry.categories, [category("Спорт", Some("https://a.kz/tags")), category("Қоғам", None)]);
    assert_eq!(entry.enclosures, [file("https://news.example.kz/a.mp3", Some("audio/mpeg")), file("https://a.kz/b", None)]);
    let many = one(Item { categories: (0..500).map(|n| category(&n.to_string(), None)).collect(), ..item("T") });
    assert_eq!(many.categories.len(), 50);
}

#[test]
fn the_language_is_the_items_else_that_of_its_words_else_the_feeds_else_the_sources() {
    let language = |item: Option<&str>, title: &str, feed: Option<&str>| {
        let feed = Feed {
            language: feed.map(str::to_owned),
            items: vec![Item { language: item.map(str::to_owned), ..self::item(title) }],
            ..Feed::default()
        };
        all(feed).entries[0].language.as_ref().unwrap().as_str().to_owned()
    };
    let (kazakh, doubtful) = ("Астанада жаңа мектеп ашылды", "T");
    assert_eq!(language(Some("tr"), kazakh, Some("en-US")), "tr");
    assert_eq!(language(None, kazakh, Some("en-US")), "kk");
    assert_eq!(language(None, kazakh, None), "kk");
    assert_eq!(language(None, kazakh, Some("kk_KZ")), "kk-kz", "a declared tag that agrees may say more");
    assert_eq!(language(None, doubtful, Some("en_US")), "en-us");
    assert_eq!(language(None, doubtful, Some("русский")), "ru");
    assert_eq!(language(None, doubtful, None), "ru");
}

#[test]
fn title_and_text_tell_the_language_together() {
    let entry = one(Item {
        content: html("<p>Мемлекет басшысы <b>жаңа заңға</b> қол қойды.</p>"), ..item("Tengri FM")
    });
    assert_eq!(entry.language.unwrap().as_str(), "kk");
}

#[test]
fn the_hashes_tell_what_changed() {
    let base = || Item {
        content: html("<p>Текст новости</p>"), link: Some("https://a.kz/1".to_owned()), ..item("Заголовок")
    };
    let first = one(base());
    let reencoded = one(Item { content: html("<div>Текст   <b>новости</b></div>"), ..base() });
    assert_eq!(first.text_hash, reencoded.text_hash, "other markup is no other text");
    assert_ne!(first.hash, reencoded.hash);
    let retitled = one(Item { title: html("Другой заголовок"), ..base() });
    assert_ne!(first.text_hash, retitled.text_hash);
    let relinked = one(Item { link: Some("https://a.kz/2".to_owned()), ..base() });
    assert_eq!(first.text_hash, relinked.text_hash);
    assert_ne!(first.hash, relinked.hash);
    let licensed = one(Item { rights: html("© <b>Егемен</b>\n2026"), ..base() });
    assert_eq!((licensed.rights.as_deref(), licensed.text_hash), (Some("© Егемен 2026"), first.text_hash));
    assert_ne!(first.hash, licensed.hash);
    assert_eq!(one(base()).hash, first.hash);
}

#[test]
fn only_absolute_iris_can_be_ids() {
    for id in ["https://a.kz/?p=1", "tag:a.kz,2026:1", "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", "https://a.kz/жаңалық"] {
        assert!(can_be_id(id), "{id}");
    }
    for id in [
        "",
        "5",
        "a b",
        "https://a.kz/a b",
        "a.kz/1",
        "/1",
        "javascript:x",
        "https://",
        "https://a.kz",
        "HTTPS://a.kz/",
        "https://A.kz/",
        "https://a.kz:443/",
        "https://a.kz/<b>",
        "mailto:a@b.kz",
        "https://a.kz/?a[]=1",
        "https://a.kz/100%",
        "https://a.kz/#b#c",
        "https://a.kz/\u{200f}",
        " https://a.kz/a",
        " tag:a.kz,2026:1",
        "\u{1}urn:isbn:1",
        "ht\ntps://a.kz/a",
        "http:/a.kz/b",
        "https:///a.kz",
        "http://a@b@c/",
        "tag:a",
        "tag:a.kz,26:1",
        "tag:a.kz,2026-1:1",
        "tag:a.kz:1",
        "urn:a",
        "urn:uuid:1225c695",
        &format!("https://a.kz/{}", "x".repeat(3000)),
    ] {
        assert!(!can_be_id(id), "{id}");
    }
}

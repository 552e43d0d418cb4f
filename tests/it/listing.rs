//! Pages that list news: with the selectors that an admin wrote, by guess alone, and where neither fits.
//!
//! A case is two files below listings/: NAME.html, and NAME.json with its address, the present time, an admin's selectors and the
//! items that must come out of both. What is guessed stands in snapshots, for people to judge.

use std::fs;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use taspa::config::{Field, Listing, Selector};
use taspa::parse::discover::{FeedKind, common_places, feeds};
use taspa::parse::guess::guess;
use taspa::parse::listing::{Listed, ListingError, LooksLike, MAX_LISTED, read};
use taspa::parse::{Feed, Page, Problem};
use url::Url;

#[derive(Debug, Deserialize)]
struct Case {
    url: Url,
    now: DateTime<Utc>,
    selectors: Selectors,
    items: Vec<Expected>,
    next: Option<Url>,
}

#[derive(Debug, Deserialize)]
struct Selectors {
    item: String,
    title: Option<String>,
    link: Option<String>,
    date: Option<String>,
    summary: Option<String>,
    image: Option<String>,
    next: Option<String>,
}

/// What a case tells of an item; a picture or a summary that it does not tell is not compared.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Expected {
    title: String,
    link: String,
    published: Option<DateTime<Utc>>,
    image: Option<String>,
    summary: Option<String>,
}

fn field(text: &str) -> Field {
    Field::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

impl Selectors {
    fn listing(&self) -> Listing {
        let some = |text: &Option<String>| text.as_deref().map(field);
        Listing {
            title: some(&self.title),
            link: some(&self.link),
            date: some(&self.date),
            summary: some(&self.summary),
            image: some(&self.image),
            next: some(&self.next),
            ..Listing::of(field(&self.item))
        }
    }
}

fn cases() -> Vec<(String, Page, Case)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/listings");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "html"));
    files.sort();
    assert!(files.len() >= 10, "the cases are found");
    let read = |file: &PathBuf| {
        let case: Case = serde_json::from_str(&fs::read_to_string(file.with_extension("json")).unwrap()).unwrap();
        let page = Page::read(&fs::read_to_string(file).unwrap(), Some(&case.url)).unwrap();
        (file.file_stem().unwrap().to_str().unwrap().to_owned(), page, case)
    };
    files.iter().map(read).collect()
}

/// The items of a feed, with as much of each as the case tells.
fn told(feed: &Feed, case: &Case) -> Vec<Expected> {
    let items = feed.items.iter().enumerate().map(|(index, item)| {
        let expected = case.items.get(index);
        Expected {
            title: item.title.as_ref().unwrap().value.clone(),
            link: item.link.clone().unwrap(),
            published: item.published,
            image: item.images.first().cloned().filter(|_| expected.is_some_and(|expected| expected.image.is_some())),
            summary: item
                .summary
                .as_ref()
                .map(|text| text.value.clone())
                .filter(|_| expected.is_some_and(|expected| expected.summary.is_some())),
        }
    });
    items.collect()
}

/// What differs from the case; nothing when it is met.
fn difference(name: &str, how: &str, listed: &Listed, case: &Case) -> Option<String> {
    let told = told(&listed.feed, case);
    let lines = |items: &[Expected], others: &[Expected]| {
        items.iter().filter(|item| !others.contains(item)).map(|item| format!("{item:?}\n")).collect::<String>()
    };
    if told != case.items {
        return Some(format!("{name} {how}: missing\n{}not expected\n{}", lines(&case.items, &told), lines(&told, &case.items)));
    }
    (listed.next != case.next).then(|| format!("{name} {how}: the next page is {:?}, not {:?}\n", listed.next, case.next))
}

fn assert_none(differences: &[String]) {
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn the_selectors_of_an_admin_give_every_item() {
    let met = cases().into_iter().filter_map(|(name, page, case)| {
        let listed = read(&page, &case.selectors.listing(), case.now, Tz::Asia__Almaty).unwrap_or_else(|error| panic!("{name}: {error}"));
        difference(&name, "by selectors", &listed, &case)
    });
    assert_none(&met.collect::<Vec<_>>());
}

#[test]
fn the_item_alone_is_enough() {
    let met = cases().into_iter().filter_map(|(name, page, case)| {
        let bare = Listing { next: case.selectors.next.as_deref().map(field), ..Listing::of(field(&case.selectors.item)) };
        let listed = read(&page, &bare, case.now, Tz::Asia__Almaty).unwrap_or_else(|error| panic!("{name}: {error}"));
        let without_summaries = Case { items: case.items.into_iter().map(|item| Expected { summary: None, ..item }).collect(), ..case };
        difference(&name, "by the item alone", &listed, &without_summaries)
    });
    assert_none(&met.collect::<Vec<_>>());
}

#[test]
fn a_guess_gives_every_item_and_nothing_else() {
    let mut differences = Vec::new();
    for (name, page, case) in cases() {
        let Some(guess) = guess(&page, case.now, Tz::Asia__Almaty) else {
            differences.push(format!("{name}: nothing is guessed\n"));
            continue;
        };
        let listed = read(&page, &guess.listing, case.now, Tz::Asia__Almaty).unwrap();
        differences.extend(difference(&name, &format!("by guess\n{}", guess.listing.to_toml()), &listed, &case));
        assert_eq!(guess.items, listed.feed.items.len(), "{name}");
        insta::assert_snapshot!(format!("guess_of_{name}"), format!("{}# {}\n", guess.listing.to_toml(), guess.why));
    }
    assert_none(&differences);
}

/// A page from `https://news.example.kz/ru/all` with this body.
fn page(body: &str) -> Page {
    let url = Url::parse("https://news.example.kz/ru/all").unwrap();
    Page::read(&format!("<!DOCTYPE html><html lang=ru><head><title>Все новости</title></head><body>{body}</body></html>"), Some(&url))
        .unwrap()
}

fn now() -> DateTime<Utc> {
    "2025-09-16T10:00:00Z".parse().unwrap()
}

fn read_bare(body: &str, item: &str) -> Result<Listed, ListingError> {
    read(&page(body), &Listing::of(field(item)), now(), Tz::Asia__Almaty)
}

fn links(listed: &Listed) -> Vec<&str> {
    listed.feed.items.iter().map(|item| item.link.as_deref().unwrap()).collect()
}

fn titles(listed: &Listed) -> Vec<&str> {
    listed.feed.items.iter().map(|item| item.title.as_ref().unwrap().value.as_str()).collect()
}

#[test]
fn a_field_is_a_selector_and_an_attribute() {
    let cases = [
        ("h2 a@href", "h2 a", Some("href")),
        ("@data-url", "", Some("data-url")),
        (" .title ", ".title", None),
        (".title @HREF", ".title", Some("href")),
        ("a[href*='@']", "a[href*='@']", None),
        ("a[title=\"x@y\"]@title", "a[title=\"x@y\"]", Some("title")),
        ("a[rel~=next]@href", "a[rel~=next]", Some("href")),
        ("li:nth-child(2) > a, .b + a", "li:nth-child(2) > a, .b + a", None),
    ];
    for (text, selector, attribute) in cases {
        let read = field(text);
        assert_eq!((read.selector.as_ref().map_or("", Selector::as_str), read.attribute.as_deref()), (selector, attribute), "{text}");
        assert_eq!(field(&read.to_string()), read, "{text} is given back");
    }
}

#[test]
fn what_is_no_selector_is_told() {
    let long = "a ".repeat(600);
    let told: String = ["", "h2 >", "a[=x]", "::before", "p:frist", "a@", "a@1", "..x", "li ~ li", "@", long.as_str()]
        .map(|text| format!("{:.20}: {}\n", text, Field::parse(text).expect_err(text)))
        .concat();
    insta::assert_snapshot!(told);
}

#[test]
fn fields_go_between_threads() {
    fn needs<T: Send + Sync>() {}
    needs::<Field>();
    needs::<Listing>();
}

#[test]
fn links_that_lead_nowhere_are_none() {
    let items = [
        "<a href='#top'>Наверх по странице новостей</a>",
        "<a href='javascript:void(0)'>Показать ещё новости раздела</a>",
        "<a href='mailto:red@example.kz'>Написать письмо в редакцию</a>",
        "<a href='tel:+77010000000'>Позвонить в редакцию сегодня</a>",
        "<a href=''>Пустая ссылка на эту страницу</a>",
        "<a href='/ru/all#comments'>Комментарии на этой странице</a>",
        "<a href='/ru/news/1'>Настоящая новость этого дня</a>",
    ];
    let listed = read_bare(&items.map(|item| format!("<div class=i>{item}</div>")).concat(), ".i").unwrap();
    assert_eq!(links(&listed), ["https://news.example.kz/ru/news/1"]);
    let lacking = |number| Problem::BadItem { number, reason: "it has no link".to_owned() };
    assert_eq!(listed.feed.problems, (1..=6).map(lacking).collect::<Vec<_>>());
}

#[test]
fn the_picture_and_the_headline_of_one_article_are_one_item() {
    let listed = read_bare(
        "<a class=i href='/1'><img src='/1.jpg' alt='Фото: агентство'></a><a class=i href='/1#more'>В Атырау достроили мост</a>
         <a class=i href='/2'>В Актау пустили автобус</a><a class=i href='/2'><img src='/2.jpg'></a>",
        ".i",
    )
    .unwrap();
    assert_eq!(links(&listed), ["https://news.example.kz/1", "https://news.example.kz/2"]);
    assert_eq!(titles(&listed), ["В Атырау достроили мост", "В Актау пустили автобус"]);
    let images: Vec<&str> = listed.feed.items.iter().map(|item| item.images[0].as_str()).collect();
    assert_eq!(images, ["https://news.example.kz/1.jpg", "https://news.example.kz/2.jpg"]);
}

#[test]
fn the_first_real_picture_is_taken() {
    let cases = [
        ("<img src='/a.jpg'>", Some("/a.jpg")),
        ("<img src='/blank.gif' data-src='/a.jpg'>", Some("/a.jpg")),
        ("<img src='data:image/gif;base64,R0' data-lazy-src='/a.jpg'>", Some("/a.jpg")),
        ("<img srcset='/s.jpg 300w, /l.jpg 1200w, /m.jpg 600w'>", Some("/l.jpg")),
        ("<img srcset='/one.jpg 1x,\n /two.jpg 2x' src='/s.jpg'>", Some("/two.jpg")),
        ("<div style='color: red; background-image: url(\"/a.jpg\")'></div>", Some("/a.jpg")),
        ("<img src='/icon.png' width=16 height=16><img src='/a.jpg'>", Some("/a.jpg")),
        ("<img src='/counter?id=1'><img src='/pixel.gif'>", None),
        ("<img><img src=''>", None),
    ];
    for (html, picture) in cases {
        let listed = read_bare(&format!("<div class=i><a href='/1'>Новость с картинкой</a>{html}</div>"), ".i").unwrap();
        let expected: Vec<String> = picture.iter().map(|path| format!("https://news.example.kz{path}")).collect();
        assert_eq!(listed.feed.items[0].images, expected, "{html}");
    }
}

#[test]
fn a_named_base_is_what_links_are_resolved_against() {
    let listing = Listing { base: Some(Url::parse("https://mirror.example.kz/kk/").unwrap()), ..Listing::of(field("a")) };
    let listed = read(&page("<a href='1.html'>Жаңалық тақырыбы</a>"), &listing, now(), Tz::Asia__Almaty).unwrap();
    assert_eq!(links(&listed), ["https://mirror.example.kz/kk/1.html"]);
}

#[test]
fn the_next_page_is_another_one_of_this_host() {
    let cases = [
        ("<a class=n href='?page=2'>2</a>", Some("https://news.example.kz/ru/all?page=2")),
        ("<a class=n href='/ru/all'>1</a>", None),
        ("<a class=n href='https://other.example/2'>2</a>", None),
        ("<a class=n href='javascript:more()'>Ещё</a><a class=n href='?p=3'>3</a>", Some("https://news.example.kz/ru/all?p=3")),
    ];
    for (html, next) in cases {
        let listing = Listing { next: Some(field(".n")), ..Listing::of(field(".i")) };
        let listed = read(&page(&format!("<a class=i href='/1'>Новость дня</a>{html}")), &listing, now(), Tz::Asia__Almaty).unwrap();
        assert_eq!(listed.next.as_ref().map(Url::as_str), next, "{html}");
    }
}

#[test]
fn a_page_that_is_no_listing_is_told() {
    let article = "<div class=i><a href='/1'>Новость</a></div>";
    let bodies = [
        ("changed layout", "Слово ".repeat(900), ".item"),
        ("challenge", "<h1>Checking your browser before accessing</h1>".to_owned(), ".item"),
        ("login", "<form><input name=user><input type=password></form>".to_owned(), ".item"),
        ("error page", "<h1>404</h1><p>Страница не найдена</p>".to_owned(), ".item"),
        ("scripts only", "<div id=app></div><script src='/app.js'></script>".to_owned(), ".item"),
        ("empty", String::new(), ".item"),
        ("everything", article.to_owned(), "body"),
        ("too many", "<p>x</p>".repeat(MAX_LISTED + 1), "p"),
        ("nested", format!("<div>{article}{article}</div>"), "div"),
        ("no link", "<div class=i>Новость без ссылки</div>".repeat(3), ".i"),
        ("no title", "<div class=i><a href='/1'></a></div>".to_owned(), ".i"),
    ];
    let url = Url::parse("https://news.example.kz/ru/all").unwrap();
    let told: String = bodies
        .iter()
        .map(|(name, body, item)| {
            let error = read_bare(body, item).expect_err(name);
            format!("{name}\n  {error}\n  hint: {}\n", error.hint(&url))
        })
        .collect();
    insta::assert_snapshot!(told);
    let nothing = read_bare("<h1>404</h1>", ".item").unwrap_err();
    assert!(matches!(nothing, ListingError::NothingMatches { looks: Some(LooksLike::ErrorPage), .. }), "{nothing:?}");
}

#[test]
fn a_stray_item_inside_another_is_left_out() {
    let item = |number: u32| format!("<div class=i><a href='/{number}'>Новость дня номер {number}</a></div>");
    let body = format!("{}{}<div class=i><a href='/3'>Третья новость дня</a><b class=i>!</b></div>", item(1), item(2));
    let listed = read_bare(&body, ".i").unwrap();
    assert_eq!(listed.feed.items.len(), 3);
    assert_eq!(listed.feed.problems, [Problem::BadItem { number: 4, reason: "it stands inside another item".to_owned() }]);
}

#[test]
fn nothing_is_guessed_where_nothing_is_listed() {
    let menu =
        ["politika", "ekonomika", "sport", "mir", "kultura", "auto"].map(|name| format!("<li><a href='/{name}'>{name}</a></li>")).concat();
    let cases = [
        String::new(),
        format!("<nav><ul>{menu}</ul></nav>"),
        format!("<div><ul>{menu}</ul></div><p>{}</p>", "Длинный текст статьи. ".repeat(200)),
        "<a href='/news/1-odna-novost-za-den'>Одна новость за весь этот день в области</a>".to_owned(),
        (0..40).map(|tag| format!("<a class=t href='/tag/{tag}'>тема{tag}</a> ")).collect(),
    ];
    for body in cases {
        let guessed = guess(&page(&body), now(), Tz::Asia__Almaty);
        assert!(guessed.is_none(), "{body:.200}: {guessed:?}");
    }
}

#[test]
fn a_page_of_many_links_is_read_in_time() {
    let item = |number: usize| format!("<div class=i><a href='/news/{number}-novost'>Новость этого дня под номером {number}</a></div>\n");
    let many: String = (0..20_000).map(item).collect();
    let deep = format!("{}{}", "<div class=d>".repeat(400), item(1).repeat(3000));
    let wide: String = (0..30_000).map(|number| format!("<p class='c{number} x'>")).collect();
    for (name, body) in [("many", many), ("deep", deep), ("wide", wide)] {
        let begun = std::time::Instant::now();
        let page = page(&body);
        let built = begun.elapsed();
        guess(&page, now(), Tz::Asia__Almaty);
        let guessed = begun.elapsed() - built;
        let _ = read(&page, &Listing::of(field(".i")), now(), Tz::Asia__Almaty);
        let read = begun.elapsed() - built - guessed;
        eprintln!("{name}: {} KB, tree {built:?}, guess {guessed:?}, read {read:?}", body.len() / 1000);
        // Without optimisation, on a busy machine; a quadratic step takes minutes.
        assert!(begun.elapsed().as_secs() < 60, "{name}");
    }
}

#[test]
fn a_guess_is_valid_toml() {
    let listing = Listing {
        title: Some(field("a[title=\"x\"] .\\31 a")),
        next: Some(field("a:contains(\"Следующая\")@href")),
        base: Some(Url::parse("https://news.example.kz/").unwrap()),
        ..Listing::of(field(".item"))
    };
    let table: toml_edit::DocumentMut = listing.to_toml().parse().unwrap();
    let keys = &table["source"]["listing"];
    assert_eq!(keys["title"].as_str(), listing.title.as_ref().map(ToString::to_string).as_deref());
    assert_eq!(keys["next"].as_str(), Some("a:contains(\"Следующая\")@href"));
    assert_eq!(keys["base"].as_str(), Some("https://news.example.kz/"));
}

#[test]
fn the_feeds_that_a_page_names_are_found() {
    let url = Url::parse("https://news.example.kz/ru/").unwrap();
    let html = r#"<html><head>
        <link rel="alternate" type="application/rss+xml" title="Комментарии" href="/comments/feed/">
        <link rel="ALTERNATE home" type="application/rss+xml; charset=utf-8" title=" Все  новости " href="/ru/rss">
        <link rel="alternate" type="application/atom+xml" href="/atom.xml">
        <link rel="alternate" type="application/feed+json" href="/feed.json">
        <link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">
        <link rel="alternate" type="text/xml" href="/export/yandex.xml">
        <link rel="alternate" hreflang="kk" href="/kk/">
        <link rel="stylesheet" type="application/rss+xml" href="/style.css">
        </head><body><a href="/ru/rss">RSS</a><a href="/sport/feed/">Спорт</a><a href="/sitemap.xml">Карта сайта</a>
        <a class="icon-rss" href="/export/all.xml"></a><a href="/rss-page.html">RSS</a></body></html>"#;
    let page = Page::read(html, Some(&url)).unwrap();
    let found: Vec<(String, Option<String>, FeedKind)> =
        feeds(&page).into_iter().map(|feed| (feed.url.path().to_owned(), feed.title, feed.kind)).collect();
    let expected = [
        ("/ru/rss", Some("Все новости"), FeedKind::Rss),
        ("/atom.xml", None, FeedKind::Atom),
        ("/feed.json", None, FeedKind::Json),
        ("/export/yandex.xml", None, FeedKind::Rss),
        ("/sport/feed/", Some("Спорт"), FeedKind::Rss),
        ("/export/all.xml", None, FeedKind::Rss),
        ("/comments/feed/", Some("Комментарии"), FeedKind::Rss),
    ];
    assert_eq!(found, expected.map(|(path, title, kind)| (path.to_owned(), title.map(str::to_owned), kind)));
}

#[test]
fn a_page_names_few_feeds() {
    let links: String = (0..500).map(|number| format!("<a href='/{number}/rss'>RSS</a>")).collect();
    assert_eq!(feeds(&page(&links)).len(), 20);
}

#[test]
fn common_places_are_few_and_of_the_same_host() {
    let paths = |url: &str| -> Vec<String> { common_places(&Url::parse(url).unwrap()).iter().map(|url| url.path().to_owned()).collect() };
    assert_eq!(
        paths("https://news.example.kz/ru/all?x=1"),
        ["/ru/rss", "/ru/feed", "/rss", "/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml"]
    );
    assert_eq!(paths("https://news.example.kz/"), ["/rss", "/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml"]);
    assert!(
        common_places(&Url::parse("https://news.example.kz:8080/kk/").unwrap())
            .iter()
            .all(|url| url.port() == Some(8080) && url.query().is_none())
    );
    assert!(common_places(&Url::parse("mailto:a@example.kz").unwrap()).is_empty());
}

#[test]
fn links_are_kept_as_the_page_writes_them() {
    let html = "<ul><li><a href=\" /n/1 \">Акимат открыл новую школу</a></li><li><a href=\"https://a.kz/n/2\">Порт принял первое судно</a></li>\
                <li><a href=\"новость?a&amp;b#x\">Театр показал премьеру</a></li></ul>";
    let page = Page::read(html, Some(&Url::parse("https://a.kz/news/").unwrap())).unwrap();
    let selectors = Selectors { item: "li".to_owned(), title: None, link: None, date: None, summary: None, image: None, next: None };
    let listed = read(&page, &selectors.listing(), "2026-11-24T10:00:00Z".parse().unwrap(), Tz::UTC).unwrap();
    let written: Vec<_> = listed.feed.items.iter().map(|item| item.written.as_deref()).collect();
    assert_eq!(written, [Some(" /n/1 "), None, Some("новость?a&b#x")]);
}

//! What an article page says about itself.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use taspa::article::metadata::{self, Metadata};
use taspa::parse::Page;
use url::Url;

/// 15:00 on 16 September 2025 in Almaty.
fn now() -> DateTime<Utc> {
    "2025-09-16T10:00:00Z".parse().unwrap()
}

fn read(html: &str) -> Metadata {
    let url = Url::parse("https://tengrinews.kz/news/ekonomika/article-1").unwrap();
    metadata::read(&Page::read(html, Some(&url)).unwrap(), Tz::Asia__Almaty, now())
}

fn json_ld(json: &str) -> Metadata {
    read(&format!(r#"<script type="application/ld+json">{json}</script>"#))
}

/// Local time in Almaty, to be compared with a table.
fn local(instant: Option<DateTime<Utc>>) -> Option<String> {
    instant.map(|instant| instant.with_timezone(&Tz::Asia__Almaty).format("%Y-%m-%d %H:%M").to_string())
}

#[test]
fn json_ld_tells_everything() {
    let told = json_ld(
        r#"{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Тенге &quot;окреп&quot;",
        "author": {"@type": "Person", "name": "Асель Омарова"}, "datePublished": "2025-09-16T14:35:00+05:00",
        "dateModified": "2025-09-16T14:50:00+05:00", "image": {"@type": "ImageObject", "url": "/photo/1.jpg"},
        "keywords": "тенге, доллар; Нацбанк", "articleSection": ["Экономика"], "inLanguage": "ru", "url": "/news/ekonomika/article-1",
        "publisher": {"@type": "Organization", "name": "Tengrinews.kz", "logo": {"url": "/logo.png"}},
        "articleBody": "<p>Первый абзац.</p><p>Второй &amp; последний.</p>"}"#,
    );
    assert_eq!(told.title.as_deref(), Some("Тенге \"окреп\""));
    assert_eq!(told.authors, ["Асель Омарова"]);
    assert_eq!(local(told.published).as_deref(), Some("2025-09-16 14:35"));
    assert_eq!(local(told.updated).as_deref(), Some("2025-09-16 14:50"));
    assert_eq!(told.image.unwrap().as_str(), "https://tengrinews.kz/photo/1.jpg");
    assert_eq!(told.categories, ["Экономика", "тенге", "доллар", "Нацбанк"]);
    assert_eq!(told.language.unwrap().as_str(), "ru");
    assert_eq!(told.canonical.unwrap().as_str(), "https://tengrinews.kz/news/ekonomika/article-1");
    assert_eq!(told.body.as_deref(), Some("Первый абзац.\n\nВторой & последний."));
    assert_eq!(told.site.as_deref(), Some("Tengrinews.kz"));
}

#[test]
fn an_article_is_found_wherever_json_ld_may_have_it() {
    let documents = [
        r#"{"@type": "Article", "headline": "Заголовок"}"#,
        r#"[{"@type": "BreadcrumbList", "name": "Лента"}, {"@type": "ReportageNewsArticle", "headline": "Заголовок"}]"#,
        r#"{"@graph": [{"@type": "WebSite", "name": "Сайт"}, {"@type": ["LiveBlogPosting", "Thing"], "headline": "Заголовок"}]}"#,
        r#"{"@type": "WebPage", "name": "Страница", "mainEntity": {"@type": "http://schema.org/BlogPosting", "headline": "Заголовок"}}"#,
        r#"{"@type": "WebSite", "name": "Сайт"} {"@type": "NewsArticle", "headline": {"@value": "Заголовок"}}"#,
    ];
    for document in documents {
        assert_eq!(json_ld(document).title.as_deref(), Some("Заголовок"), "{document}");
    }
    let elsewhere = [
        r#"{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "Другая новость"}]}"#,
        r#"{"@type": "Organization", "name": "Сайт"}"#,
        r#"{"headline": "Ничего"}"#,
        "true",
        "",
    ];
    for document in elsewhere {
        assert_eq!(json_ld(document).title, None, "{document}");
    }
}

#[test]
fn broken_json_ld_is_mended_or_skipped() {
    let documents = [
        "<!-- {\"@type\": \"NewsArticle\", \"headline\": \"Заголовок новости\"} -->",
        "//<![CDATA[\n{\"@type\": \"NewsArticle\", \"headline\": \"Заголовок новости\"}\n//]]>",
        "/* <![CDATA[ */[{\"@type\": \"NewsArticle\", \"headline\": \"Заголовок новости\"}]/* ]]> */",
        "{\"@type\": \"NewsArticle\", \"headline\": \"Заголовок\nновости\",}",
        "{\"@type\": \"NewsArticle\", \"headline\": \"Заголовок\tновости\", \"keywords\": [\"а\", \"б\", ], }",
        "{\"@type\": \"NewsArticle\", \"headline\": \"Заголовок новости\", \"description\": \"О \"главном\", и не только\"}",
        "{\"@type\": \"NewsArticle\", \"headline\": \"Заголовок новости\", \"description\": \"Rock\\'n\\roll \\d\"};",
    ];
    for document in documents {
        assert_eq!(json_ld(document).title.as_deref(), Some("Заголовок новости"), "{document}");
    }
    assert_eq!(json_ld(r#"{"@type": "NewsArticle", "headline": "Кот-д\'Ивуар",}"#).title.as_deref(), Some("Кот-д'Ивуар"));
    let hopeless = [
        "{",
        "{\"@type\": \"NewsArticle\", \"headline\": \"Заголовок",
        "[[[[",
        "{{{{",
        "\"",
        "\\",
        "{\"@type\": \"NewsArticle\", \"headline\": 5 5}",
    ];
    for document in hopeless {
        assert_eq!(json_ld(document).title, None, "{document}");
    }
    assert_eq!(json_ld(&"[".repeat(200_000)).title, None, "deeper than anything is read");
}

#[test]
fn of_several_articles_the_page_s_own_is_read() {
    let other = r#"{"@type": "NewsArticle", "headline": "Другая", "datePublished": "2020-01-01", "author": "Чужой Автор"}"#;
    let own = r#"{"@type": "NewsArticle", "headline": "Тенге окреп", "datePublished": "2025-09-16T14:35:00+05:00"}"#;
    let by_url = r#"{"@type": "NewsArticle", "headline": "Короткий", "url": "https://tengrinews.kz/news/ekonomika/article-1"}"#;
    let page = |article: &str| read(&format!(r#"<script type="application/ld+json">[{other}, {article}]</script><h1>Тенге окреп</h1>"#));
    assert_eq!(local(page(own).published).as_deref(), Some("2025-09-16 14:35"));
    assert_eq!(page(own).authors, [""; 0]);
    assert_eq!(page(by_url).title.as_deref(), Some("Короткий"));
    let card = format!(r#"<script type="application/ld+json">[{other}, {own}]</script><h2>Другая</h2><h1>Тенге окреп</h1>"#);
    assert_eq!(read(&card).authors, [""; 0], "a card has a heading too, but no main one");
}

#[test]
fn authors_are_names_of_people_once_each() {
    let cases: [(&str, &[&str]); 18] = [
        (r#""Асель Омарова""#, &["Асель Омарова"]),
        (r#"["Асель Омарова", {"name": "Иван Петров"}, "асель омарова"]"#, &["Асель Омарова", "Иван Петров"]),
        (r#"{"name": ["Асель Омарова"]}"#, &["Асель Омарова"]),
        (r#""Автор: Асель Омарова""#, &["Асель Омарова"]),
        (r#""By Jane Doe and John O'Neil""#, &["Jane Doe", "John O'Neil"]),
        (r#""Асель Омарова, Иван Петров""#, &["Асель Омарова", "Иван Петров"]),
        (r#""Jane Doe, Senior Correspondent""#, &["Jane Doe"]),
        (r#""Jane Doe, Reuters""#, &["Jane Doe"]),
        (r#""Bild, Ton und Text GmbH""#, &["Bild, Ton und Text GmbH"]),
        (r#"["Асель Омарова", "editor@tengrinews.kz", "https://tengrinews.kz/authors/1", "Tengrinews.kz"]"#, &["Асель Омарова"]),
        (r#"[{"@type": "Organization", "name": "Агентство Х"}, {"@type": "Person", "name": "Асель Омарова"}]"#, &["Асель Омарова"]),
        (r#"{"@type": "Organization", "name": "Агентство Х"}"#, &["Агентство Х"]),
        (r#""Редакция Сайта""#, &["Редакция Сайта"]),
        (r#"{"@id": "/#person"}"#, &["Айгүл Сәрсен"]),
        (r#""admin""#, &[]),
        (r#""""#, &[]),
        (r#"{"@type": "Person"}"#, &[]),
        ("7", &[]),
    ];
    for (author, expected) in cases {
        let told = json_ld(&format!(
            r##"[{{"@id": "/#person", "@type": "Person", "name": "Айгүл Сәрсен"}},
            {{"@type": "NewsArticle", "headline": "Заголовок", "author": {author}, "publisher": {{"name": "Сайт"}}}}]"##
        ));
        assert_eq!(told.authors, expected, "{author}");
    }
    let many: Vec<String> = (0..100).map(|number| format!("\"Асель Омарова{}\"", "а".repeat(number % 50))).collect();
    assert_eq!(json_ld(&format!(r#"{{"@type": "NewsArticle", "author": [{}]}}"#, many.join(","))).authors.len(), 20);
}

#[test]
fn open_graph_microdata_and_meta_tags_tell_what_json_ld_does_not() {
    let told = read(
        r#"<html lang="kz"><head><title>Теңге нығайды | Tengrinews.kz</title>
        <meta property="og:title" content="Теңге нығайды &amp;quot;бүгін&amp;quot;"><meta property="og:site_name" content="Tengrinews.kz">
        <meta property="article:published_time" content="2025-09-16T14:35:00+05:00">
        <meta property="article:author" content="https://www.facebook.com/tengrinews"><meta name="author" content="Асель Омарова">
        <meta property="article:tag" content="теңге"><meta property="article:tag" content="Ұлттық банк"><meta property="article:section" content="Экономика">
        <meta property="og:image" content="https://tengrinews.kz/images/logo.png"><meta name="twitter:image" content="//cdn.tengrinews.kz/1.jpg">
        <link rel="canonical" href="/kazakh/1"></head><body></body></html>"#,
    );
    assert_eq!(told.title.as_deref(), Some("Теңге нығайды \"бүгін\""));
    assert_eq!(told.authors, ["Асель Омарова"]);
    assert_eq!(local(told.published).as_deref(), Some("2025-09-16 14:35"));
    assert_eq!(told.categories, ["Экономика", "теңге", "Ұлттық банк"]);
    assert_eq!(told.image.unwrap().as_str(), "https://cdn.tengrinews.kz/1.jpg");
    assert_eq!(told.language.unwrap().as_str(), "kk", "the country's code stands for the language's");
    assert_eq!(told.canonical.unwrap().as_str(), "https://tengrinews.kz/kazakh/1");

    // A card of another article, with a heading as well, stands first.
    let told = read(
        r#"<div itemscope itemtype="https://schema.org/NewsArticle"><h2 itemprop="headline">Карточка</h2><meta itemprop="datePublished" content="2020-01-01"></div>
        <article itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">Тенге окреп</h1>
        <span itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">Асель Омарова</span></span>
        <meta itemprop="datePublished" content="2025-09-16T14:35:00+05:00"><img itemprop="image" src="/1.jpg">
        <div itemprop="comment" itemscope itemtype="https://schema.org/Comment"><span itemprop="author">Вася Пупкин</span></div></article>"#,
    );
    assert_eq!(told.title.as_deref(), Some("Тенге окреп"));
    assert_eq!(told.authors, ["Асель Омарова"]);
    assert_eq!(local(told.published).as_deref(), Some("2025-09-16 14:35"));
    assert_eq!(told.image.unwrap().as_str(), "https://tengrinews.kz/1.jpg");
}

#[test]
fn a_title_stands_without_the_site_s_name() {
    let cases = [
        ("Тенге окреп | Tengrinews.kz", "", Some("Тенге окреп")),
        ("Тенге окреп - DKNews", r#"<meta property="og:site_name" content="DKNews">"#, Some("Тенге окреп")),
        ("Тенге окреп — новости Казахстана", "", Some("Тенге окреп")),
        ("Тенге окреп :: Экономика :: Tengrinews", "<h1>Тенге окреп</h1>", Some("Тенге окреп")),
        ("Tengrinews.kz | Тенге окреп", "", Some("Тенге окреп")),
        ("Тенге окреп - на 5% - Tengrinews.kz: новости дня", "", Some("Тенге окреп - на 5%")),
        ("Алматы - Астана: билеты подорожали", "", Some("Алматы - Астана: билеты подорожали")),
        // The heading has the letters and entities right.
        ("тенге &quot;окреп&quot; | tengrinews", "<h1>Тенге «окреп»</h1>", Some("Тенге «окреп»")),
        ("Тенге окреп на торгах…", "<h1>Тенге окреп на торгах Казахстанской биржи</h1>", Some("Тенге окреп на торгах Казахстанской биржи")),
        ("Тенге окреп | Tengrinews", "<h1>ТЕНГЕ ОКРЕП</h1>", Some("ТЕНГЕ ОКРЕП")),
        ("Tengrinews.kz", "<h1>Тенге окреп</h1>", Some("Тенге окреп")),
        ("Тенге окреп", "<h1>Tengrinews.kz</h1><h2>Погода</h2>", Some("Тенге окреп")),
        ("Тенге\u{1}\n  окреп", "", Some("Тенге окреп")),
        ("Tengrinews.kz", "", None),
        ("| Tengrinews", "", None),
        ("", "", None),
    ];
    for (title, rest, expected) in cases {
        assert_eq!(read(&format!("<title>{title}</title>{rest}")).title.as_deref(), expected, "{title:?} {rest:?}");
    }
    let shouted = r#"<meta property="og:title" content="Тенге окреп"><h1>ТЕНГЕ ОКРЕП</h1>"#;
    assert_eq!(read(shouted).title.as_deref(), Some("Тенге окреп"));
    let other = r#"<meta property="og:title" content="Тенге окреп"><h1>Экономика</h1>"#;
    assert_eq!(read(other).title.as_deref(), Some("Тенге окреп"), "a heading that says something else is none");
}

/// A page with a date in JSON-LD and another for its readers.
fn dated(declared: &str, shown: &str) -> Metadata {
    read(&format!(
        r#"<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Тенге окреп", "datePublished": "{declared}"}}</script>
        <h1>Тенге окреп</h1><div class="news-date">{shown}</div><p>Текст</p>"#
    ))
}

#[test]
fn the_first_date_that_is_one_is_corrected_by_what_readers_see() {
    let cases = [
        ("2025-09-15T14:35:00+05:00", "", Some("2025-09-15 14:35")),
        ("2025-09-15 14:35", "", Some("2025-09-15 14:35")),
        ("15 сентября 2025", "", Some("2025-09-15 00:00")),
        ("1757928900", "", Some("2025-09-15 14:35")),
        // A day takes the time of a source that has one for it, and of no other.
        ("2025-09-15", "15 сентября 2025, 14:35", Some("2025-09-15 14:35")),
        ("2025-09-15T00:00:00Z", "15 сентября 2025, 14:35", Some("2025-09-15 14:35")),
        ("2025-09-15T00:00:00+05:00", "15.09.2025 14:35", Some("2025-09-15 14:35")),
        ("2025-09-15", "14 сентября 2025, 14:35", Some("2025-09-15 00:00")),
        ("2025-09-15T00:00:00Z", "15 сентября 2025", Some("2025-09-15 05:00")),
        // "Z" on local time shows where the page has the same time for its readers.
        ("2025-09-15T14:35:20Z", "15 сентября 2025, 14:35", Some("2025-09-15 14:35")),
        ("2025-09-15T14:35:00Z", "", Some("2025-09-15 19:35")),
        ("2025-09-15T14:35:00Z", "15 сентября 2025, 19:35", Some("2025-09-15 19:35")),
        ("2025-09-15T14:35:00Z", "15 сентября 2025", Some("2025-09-15 19:35")),
        // Another zone is never doubted.
        ("2025-09-15T14:35:00+03:00", "15 сентября 2025, 14:35", Some("2025-09-15 16:35")),
        // What cannot be is passed over.
        ("2025-09-18T14:35:00+05:00", "15 сентября 2025, 14:35", Some("2025-09-15 14:35")),
        ("1970-01-01T00:00:00Z", "15 сентября 2025, 14:35", Some("2025-09-15 14:35")),
        ("0000-00-00", "Вчера в 14:35", Some("2025-09-15 14:35")),
        ("2025-09-18T14:35:00+05:00", "", None),
        ("скоро", "Просмотров 1815", None),
    ];
    for (declared, shown, expected) in cases {
        assert_eq!(local(dated(declared, shown).published).as_deref(), expected, "{declared:?} {shown:?}");
    }
}

#[test]
fn a_wrong_zone_that_another_source_confirms_is_right() {
    let told = read(
        r#"<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Тенге окреп", "datePublished": "2025-09-15T14:35:00Z"}</script>
        <meta property="article:published_time" content="2025-09-15T19:35:00+05:00"><h1>Тенге окреп</h1><span class="date">15.09.2025 14:35</span>"#,
    );
    assert_eq!(local(told.published).as_deref(), Some("2025-09-15 19:35"));
}

#[test]
fn an_update_is_none_before_publication_and_shares_its_clock() {
    let told = |published: &str, updated: &str| {
        let told = read(&format!(
            r#"<meta property="article:published_time" content="{published}"><meta property="article:modified_time" content="{updated}">
            <h1>Тенге окреп</h1><span class="date">15.09.2025 14:35</span>"#
        ));
        local(told.updated)
    };
    assert_eq!(told("2025-09-15T14:35:00+05:00", "2025-09-15T15:00:00+05:00").as_deref(), Some("2025-09-15 15:00"));
    assert_eq!(told("2025-09-15T14:35:00+05:00", "2025-09-14T15:00:00+05:00"), None);
    assert_eq!(told("2025-09-15T14:35:00+05:00", "2025-09-18T15:00:00+05:00"), None);
    assert_eq!(told("2025-09-15T14:35:00Z", "2025-09-15T15:00:00Z").as_deref(), Some("2025-09-15 15:00"));
}

#[test]
fn the_date_near_the_headline_is_the_article_s() {
    let related = r#"<div class="related"><h2>Другая</h2><time datetime="2025-09-10T10:00:00+05:00">10 сентября</time></div>"#;
    let comments = r#"<ul id="comments"><li><time datetime="2025-09-16T09:00:00+05:00">сегодня</time></li></ul>"#;
    let card = r#"<a href="/other"><img src="/2.jpg"><span class="date">11.09.2025</span></a>"#;
    let header = r#"<header>Вторник, 16 сентября 2025</header><div class="header-date">16.09.2025</div>"#;
    let dates = [
        r#"<time datetime="2025-09-15T14:35:00+05:00">15 сентября</time>"#,
        r#"<time>15 сентября 2025, 14:35</time>"#,
        r#"<div class="articleInfo"><i class="icon"></i> Алматы. 15 сентября 2025, 14:35. Просмотров 1815</div>"#,
        r#"<div class="xyz">Кеше 14:35</div>"#,
        r#"<ul class="post-meta"><li>Асель Омарова</li><li>15.09.2025</li><li>14:35</li></ul>"#,
        r#"<time class="published updated" datetime="2025-09-15T14:35:00+05:00"></time>"#,
    ];
    for date in dates {
        let html = format!(
            "{related}{card}{header}<main class=\"with-sidebar\"><h1>Тенге окреп</h1>{date}<p>Текст</p></main>{related}{comments}{card}"
        );
        assert_eq!(local(read(&html).published).as_deref(), Some("2025-09-15 14:35"), "{date}");
    }
    let none = format!("{related}{card}{header}<h1>Тенге окреп</h1><p>Текст про 14 сентября 2025 года</p>{comments}{card}");
    assert_eq!(local(read(&none).published), None);
    let updated = r#"<h1>Тенге окреп</h1><p class="date">15.09.2025 14:35</p><p class="date">Обновлено: 15.09.2025 15:00</p>"#;
    assert_eq!(local(read(updated).published).as_deref(), Some("2025-09-15 14:35"));
    assert_eq!(local(read(updated).updated).as_deref(), Some("2025-09-15 15:00"));
}

#[test]
fn bylines_are_read_where_nothing_is_declared() {
    let cases: [(&str, &[&str]); 12] = [
        (r#"<div class="author">Асель Омарова</div>"#, &["Асель Омарова"]),
        (
            r#"<div class="article-author"><a href="/authors/1">Асель Омарова</a> <a href="/all">Все материалы автора</a></div>"#,
            &["Асель Омарова"],
        ),
        ("<p>Автор: Асель Омарова</p>", &["Асель Омарова"]),
        ("<p><b>Автор:</b> Асель Омарова</p>", &["Асель Омарова"]),
        ("<p>Авторлар: Айгүл Сәрсен, Ерлан Нұрлан</p>", &["Айгүл Сәрсен", "Ерлан Нұрлан"]),
        (r#"<span class="byline">By Jane Doe | BBC</span>"#, &["Jane Doe"]),
        (r#"<a rel="author" href="/a">Jane Doe</a>"#, &["Jane Doe"]),
        (r#"<div class="comments"><span class="author">Вася Пупкин</span></div>"#, &[]),
        (r#"<aside><span class="author">Вася Пупкин</span></aside>"#, &[]),
        ("<p>Автор идеи рассказал о планах: их много</p>", &[]),
        (r#"<div class="author">15 сентября 2025</div>"#, &[]),
        (r#"<div class="author">info@tengrinews.kz</div>"#, &[]),
    ];
    for (byline, expected) in cases {
        assert_eq!(read(&format!("<h1>Тенге окреп</h1>{byline}<p>Текст</p>")).authors, expected, "{byline}");
    }
}

#[test]
fn tags_say_what_the_article_is_about() {
    let page = |keywords: &str, rest: &str| {
        read(&format!(r#"<title>Тенге окреп на бирже | Tengrinews.kz</title><meta name="keywords" content="{keywords}">{rest}"#)).categories
    };
    assert_eq!(page("тенге, Нацбанк, ТЕНГЕ", ""), ["тенге", "Нацбанк"]);
    assert_eq!(page("тенге, окреп, на, бирже", ""), [""; 0], "the title word by word");
    assert_eq!(page("новости, tengrinews.kz", r#"<meta property="og:site_name" content="Tengrinews.kz">"#), [""; 0]);
    assert_eq!(page("PG&amp;amp;E, #доллар", ""), ["PG&E", "доллар"]);
    let tags = r#"<div class="tags"><a href="/tag/tenge">Тенге</a><a href="/tags/nacbank/">#Нацбанк</a></div>"#;
    assert_eq!(page("казахстан, мир", tags), ["Тенге", "Нацбанк"], "meta keywords count only where nothing better does");
    assert_eq!(page("", r#"<a rel="category tag" href="/e">Экономика</a>"#), ["Экономика"]);
    assert_eq!(page("", r#"<div class="tag-cloud"><a href="/tag/tenge">Тенге</a></div><a href="/tag/x">Ссылка</a>"#), [""; 0]);
    assert_eq!(page(&"а".repeat(101), ""), [""; 0]);
    let many: Vec<String> = (0..200).map(|number| format!("слово {number}")).collect();
    assert_eq!(page(&many.join(","), "").len(), 50);
}

#[test]
fn a_picture_is_no_logo_and_an_address_no_front_page() {
    let images = [
        ("https://tengrinews.kz/a/photo-of-logo-designer.jpg", true),
        ("/a/1.jpg", true),
        ("https://tengrinews.kz/sites/default/files/1.jpg", true),
        ("https://tengrinews.kz/logo.png", false),
        ("https://tengrinews.kz/site-logo.svg", false),
        ("/img/no-photo.jpg", false),
        ("/img/1x1.gif", false),
        ("data:image/gif;base64,R0lGOD", false),
        ("ftp://tengrinews.kz/1.jpg", false),
        ("", false),
    ];
    for (image, is_kept) in images {
        let told = read(&format!(r#"<meta property="og:image" content="{image}">"#));
        assert_eq!(told.image.is_some(), is_kept, "{image}");
    }
}

#[test]
fn the_canonical_address_is_the_first_that_may_be_an_articles() {
    let cases = [
        // Where rel=canonical is missing, or no address, og:url serves, and then JSON-LD.
        (r#"<link rel="canonical" href="/news/1"><meta property="og:url" content="/news/2">"#, Some("https://tengrinews.kz/news/1")),
        (r#"<meta property="og:url" content="/news/2?id=1">"#, Some("https://tengrinews.kz/news/2?id=1")),
        (r#"<link rel="canonical" href="javascript:x"><meta property="og:url" content="/1">"#, Some("https://tengrinews.kz/1")),
        (r#"<link rel="canonical" href=""><meta property="og:url" content="/1">"#, Some("https://tengrinews.kz/1")),
        (r#"<link rel="Canonical" href="https://tengrinews.kz/"><link rel="canonical" href="/1">"#, Some("https://tengrinews.kz/1")),
        (
            r#"<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Тенге", "url": "/3"}</script>"#,
            Some("https://tengrinews.kz/3"),
        ),
        // A front page is no article's address, on whatever host and in whatever language.
        (r#"<link rel="canonical" href="https://tengrinews.kz/">"#, None),
        (r#"<link rel="canonical" href="https://tengrinews.kz/?utm_source=x">"#, None),
        (r#"<link rel="canonical" href="https://tengrinews.kz/index.php">"#, None),
        (r#"<link rel="canonical" href="https://agency.kz/"><meta property="og:url" content="/2">"#, Some("https://tengrinews.kz/2")),
        (r#"<link rel="canonical" href="/kz/">"#, None),
        (r#"<link rel="canonical" href="/RU"><meta property="og:url" content="/en/2">"#, Some("https://tengrinews.kz/en/2")),
        (r#"<link rel="canonical" href="https://agency.kz/ru/">"#, None),
        (r#"<base href="https://tengrinews.kz/"><link rel="canonical" href="/">"#, None),
        // What was taken over names where from.
        (r#"<link rel="canonical" href="https://agency.kz/news/5">"#, Some("https://agency.kz/news/5")),
        (r#"<link rel="canonical" href="https://tengrinews.kz/?p=12">"#, Some("https://tengrinews.kz/?p=12")),
        ("<p>Текст.</p>", None),
    ];
    for (html, expected) in cases {
        assert_eq!(read(html).canonical.as_ref().map(Url::as_str), expected, "{html}");
    }
}

#[test]
fn a_front_page_may_name_itself_and_no_other() {
    let of_page = |address: &str, href: &str| {
        let page = Page::read(&format!(r#"<link rel="canonical" href="{href}">"#), Some(&Url::parse(address).unwrap())).unwrap();
        metadata::read(&page, Tz::Asia__Almaty, now()).canonical.map(String::from)
    };
    assert_eq!(of_page("http://www.a.kz/?utm_source=x", "https://a.kz/").as_deref(), Some("https://a.kz/"));
    assert_eq!(of_page("https://a.kz/kz/", "https://a.kz/kz").as_deref(), Some("https://a.kz/kz"));
    assert_eq!(of_page("https://a.kz/", "https://b.kz/"), None);
    assert_eq!(of_page("https://a.kz/kz/", "https://a.kz/ru/"), None);
}

#[test]
fn any_page_can_be_read() {
    let deep = "<div class=date><span class=author>".repeat(200);
    let wide = "<time datetime=x class='date author tags'><a rel='author tag' href=/tag/x>Автор: А</a></time>".repeat(20_000);
    let headings = "<h1>Тенге окреп</h1>".repeat(20_000);
    let properties = "<div itemscope itemtype='https://schema.org/NewsArticle' itemprop='author image headline'>".repeat(250);
    let articles = r#"{"@type": "NewsArticle", "headline": "Тенге", "author": {"@id": "a"}},"#.repeat(10_000);
    let articles = format!(r#"<script type="application/ld+json">[{articles}]</script>"#);
    let quotes = format!(r#"<script type="application/ld+json">{{"headline": "{}</script>"#, "\" , ".repeat(100_000));
    let separators = format!("<title>{}</title>", " | ".repeat(100_000));
    for page in ["", "<", "\0", &deep, &wide, &headings, &properties, &articles, &quotes, &separators] {
        let start = std::time::Instant::now();
        read(page);
        assert!(start.elapsed().as_secs() < 10, "{} took {:?}", &page[..page.len().min(60)], start.elapsed());
    }
}

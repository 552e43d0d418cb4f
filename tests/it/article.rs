//! Article pages to clean text: what is found, what is cleaned, and what must never be.
//!
//! Most tests put one line at the head, in the middle or at the tail of an article that is otherwise good, and look what became of it.

use chrono_tz::Asia::Almaty;
use taspa::article::{Article, ArticleError, Context, read};
use taspa::config::{Article as Rules, Selector};
use url::Url;

const TITLE: &str = "В Костанае запустили линию по выпуску сухой сыворотки";
const FIRST: &str = "В Костанае открылся цех по переработке молочной сыворотки, предприятие вложило в оборудование 2,4 миллиарда тенге.";
const SECOND: &str = "До сих пор сыворотку, которая остаётся после варки сыра, завод сливал или отдавал фермерам на корм скоту.";
const LAST: &str = "Всего в регионе работают одиннадцать молочных заводов, и только два из них перерабатывают сыворотку.";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Head,
    Middle,
    Tail,
}
use Place::{Head, Middle, Tail};

fn page(place: Place, line: &str) -> String {
    let at = |here: Place| if here == place { line } else { "" };
    format!(
        "<html><head><title>{TITLE} - Новости</title><meta property='og:title' content='{TITLE}'><meta name='author' content='Айгуль Сейтова'>\
         <meta name='keywords' content='Костанай, молоко, экспорт'></head><body><h1>{TITLE}</h1><div class='text'>{}<p>{FIRST}</p>{}<p>{SECOND}</p>\
         <p>{LAST}</p>{}</div></body></html>",
        at(Head),
        at(Middle),
        at(Tail)
    )
}

fn article(html: &str, rules: &Rules) -> Result<Article, ArticleError> {
    let url = Url::parse("https://news.example.kz/ru/1").unwrap();
    read(html, Context { url: Some(&url), zone: Almaty, now: "2026-11-24T10:00:00Z".parse().unwrap(), title: None, rules })
}

fn with(place: Place, line: &str) -> Article {
    article(&page(place, line), &Rules::default()).unwrap()
}

/// A line of the table as HTML: what has no tag is a paragraph.
fn as_html(line: &str) -> String {
    if line.starts_with('<') { line.to_owned() } else { format!("<p>{line}</p>") }
}

#[test]
fn every_rule_takes_its_lines_and_names_itself() {
    let cases: &[(&str, Place, &str)] = &[
        ("title-again", Head, TITLE),
        ("title-again", Middle, TITLE),
        ("title-again", Tail, "<div>В КОСТАНАЕ ЗАПУСТИЛИ ЛИНИЮ ПО ВЫПУСКУ СУХОЙ СЫВОРОТКИ.</div>"),
        ("counter", Head, "1815"),
        ("counter", Head, "30 114"),
        ("counter", Tail, "👁 1 815"),
        ("counter", Middle, "Просмотров: 1815"),
        ("counter", Tail, "1 240 просмотров"),
        ("counter", Tail, "Қаралды: 120"),
        ("counter", Head, "5 min read"),
        ("counter", Tail, "Яндекс.Метрика"),
        ("counter", Tail, "LiveInternet"),
        ("date-line", Head, "16 сентября 2025, 14:35"),
        ("date-line", Head, "Опубликовано: 16.09.2025"),
        ("date-line", Head, "2025 жылғы 16 қыркүйек, 14:35"),
        ("date-line", Head, "Published 2:16 AM EST Nov 20, 2019"),
        ("date-line", Tail, "Обновлено 16 сентября 2025"),
        ("credit", Head, "Фото: Gov"),
        ("credit", Middle, "Сурет: ашық дереккөз"),
        ("credit", Tail, "Photo: Personal archive of Marat Ospanov"),
        ("credit", Tail, "Фото Жанары Есмагул"),
        ("byline", Head, "Автор: Марат Ахметов"),
        ("byline", Tail, "Автор – Марат Ахметов"),
        ("byline", Head, "By John Smith"),
        ("byline", Tail, "Айгуль Сейтова"),
        ("tags", Tail, "Теги: Костанай, молоко, экспорт"),
        ("tags", Tail, "Тегтер: сүт, Қостанай"),
        ("tags", Tail, "Tags: milk, export"),
        ("tags", Tail, "Костанаймолокоэкспорт"),
        ("tags", Tail, "<div><a href='/ru/tag/1'>Костанай</a> <a href='/ru/tag/2'>заводы</a></div>"),
        ("tags", Tail, "#Костанай #молоко"),
        ("read-also", Middle, "Читайте также: <a href='/ru/2'>Сколько стоит литр молока у костанайских фермеров</a>"),
        (
            "read-also",
            Middle,
            "<p>Читайте также:</p><ul><li><a href='/ru/2'>Сколько стоит молоко</a></li><li><a href='/ru/3'>Цены на сыр</a></li></ul>",
        ),
        ("read-also", Middle, "Оқи отырыңыз: Сүттің литрі қанша тұрады"),
        ("read-also", Middle, "<h4>More:</h4><h4><a href='/ru/2'>A litre of milk costs more</a></h4>"),
        ("read-also", Tail, "See also: <a href='/ru/2'>A litre of milk costs more than ever</a>"),
        ("read-also", Tail, "Напомним, ранее мы писали о том, <a href='/ru/2'>как фермеры области сдают молоко на завод</a>."),
        ("follow-us", Tail, "Подписывайтесь на наш Telegram"),
        ("follow-us", Middle, "Подписывайтесь на наш <a href='https://t.me/x'>Telegram-канал</a> и узнавайте новости первыми!"),
        ("follow-us", Tail, "Бізге Telegram-да жазылыңыз"),
        ("follow-us", Tail, "Follow us on Facebook and Twitter"),
        ("source-line", Tail, "Источник: dknews.kz"),
        ("source-line", Tail, "Дереккөз: <a href='https://dknews.kz'>dknews.kz</a>"),
        ("source-line", Tail, "Source: Reuters"),
        ("next-article", Tail, "<h4><a href='/ru/5'>Аграриям Акмолинской области показали сеялки</a></h4>"),
        ("linked-line", Middle, "<a href='/ru/5'>Аграриям Акмолинской области показали сеялки</a>"),
        ("link-list", Middle, "<ul><li><a href='/ru/5'>Аграриям показали сеялки</a></li><li><a href='/ru/6'>Цены на сыр</a></li></ul>"),
        ("share-buttons", Tail, "Поделиться"),
        ("share-buttons", Tail, "Бөлісу"),
        ("share-buttons", Middle, "Share"),
        ("share-buttons", Tail, "Facebook Twitter Telegram WhatsApp"),
        ("share-buttons", Tail, "Копировать ссылку"),
        ("share-buttons", Tail, "Распечатать"),
        ("mistake-note", Tail, "Нашли ошибку? Выделите её и нажмите Ctrl+Enter"),
        ("mistake-note", Tail, "Қате таптыңыз ба? Белгілеп, Ctrl+Enter басыңыз"),
        ("comments", Tail, "<h3>Комментарии (3)</h3><p>Гость: молодцы!</p>"),
        ("comments", Tail, "Оставить комментарий"),
        ("copyright", Tail, "© 2008–2025 «Новости». Все права защищены"),
        ("copyright", Tail, "При копировании материалов активная ссылка обязательна"),
        ("advertisement", Middle, "Реклама"),
        ("advertisement", Middle, "Story continues below advertisement"),
        ("subscribe", Tail, "Sign up for our newsletter"),
        ("signature", Tail, "Семён ВЕТРОВ"),
        ("signature", Tail, "Пресс-служба Министерства цифровых архивов РК"),
        ("author-note", Tail, "Amy Smith may be reached at amy@example.com. Follow her on Twitter."),
        ("rubric", Head, "<div><a href='/ru/economy'>Экономика</a></div>"),
        ("hanging-heading", Tail, "<h3>Что ещё почитать вечером</h3>"),
        ("doubled", Middle, FIRST),
    ];
    for (rule, place, line) in cases {
        let article = with(*place, &as_html(line));
        assert_eq!(article.text, [FIRST, SECOND, LAST].join("\n"), "{rule}: {line}");
        assert!(article.removed.iter().any(|removed| removed.rule == *rule), "{line}: not {rule} but {:?}", article.removed);
    }
}

#[test]
fn what_only_begins_like_furniture_stays() {
    let cases: &[(Place, &str)] = &[
        (Middle, "Источник в полиции сообщил, что подозреваемого задержали ещё утром."),
        (Tail, "Источник в полиции сообщил, что подозреваемого задержали ещё утром."),
        (Tail, "Источник: в полиции нам сообщили, что подозреваемого задержали ещё утром, до начала смены на заводе."),
        (Head, "Фото с места происшествия показали, что здание выгорело полностью."),
        (Middle, "Фото: на снимке видно, как спасатели выносят людей из горящего здания завода по переработке молока."),
        (Head, "Сурет салу үйірмесіне биыл елу бала жазылды."),
        (Middle, "Читайте также о том, как фермеры сдают молоко, в следующем номере газеты, который выйдет в пятницу."),
        (Middle, "По теме заседания высказались трое депутатов."),
        (Middle, "Подписывайтесь, не подписывайтесь – договор всё равно вступит в силу, сказал директор завода."),
        (
            Middle,
            "Подпишитесь на свежий номер можно было только до мая, вспоминает почтальон, который носит газеты сорок лет подряд, с тех самых пор, как вернулся из армии и устроился в районное отделение связи, где новости узнавали первыми.",
        ),
        (Head, "16 сентября 2025 года в Костанае открылся новый цех."),
        (Middle, "16 сентября аким города собрал перевозчиков."),
        (Tail, "16 сентября 2025 года цех заработал."),
        (Middle, "1815"),
        (Middle, "Просмотров у ролика уже 1815, и это не предел."),
        (Tail, "Теги – это слова, по которым ищут статьи на сайте."),
        (Middle, "Автор проекта Марат Ахметов рассказал о планах."),
        (Head, "Автор: так в газете называли каждого, кто прислал письмо."),
        (Head, "By the time the plant opened, milk had become dearer."),
        (Middle, "Поделиться опытом приехали фермеры из Польши."),
        (Middle, "Share prices fell on Monday."),
        (
            Middle,
            "Нашли ошибку в расчётах только через год, когда завод уже построили, а деньги потратили, и исправить проект без остановки линии было нельзя, так что пришлось заново собирать комиссию и звать инженеров.",
        ),
        (Middle, "Комментарии экспертов собрал наш корреспондент."),
        (Tail, "Копирование документов обошлось заводу в тысячу тенге."),
        (Middle, "Реклама молока по телевизору обошлась дорого."),
        (Middle, "«Нет»"),
        (Middle, "– Да."),
        (Middle, "<p><b>Когда завод выйдет на полную мощность?</b></p>"),
        (Middle, "USD 540,3"),
        (Middle, "<h3>Линию собирали два года</h3>"),
        (Middle, "<blockquote><p>Мы поставили станцию</p></blockquote>"),
        (Middle, "Подробнее: читайте договор, прежде чем подписать."),
        (Middle, "Ранее сообщалось, что завод построят к весне."),
        (Tail, "Они вернулись."),
        (Middle, "Facebook"),
    ];
    for (place, line) in cases {
        let article = with(*place, &as_html(line));
        let words = line.split_once("<p>").map_or(*line, |(_, rest)| rest.split('<').find(|part| part.chars().count() > 4).unwrap_or(rest));
        let words = words.trim_start_matches("<h3>").trim_end_matches("</h3>").trim_start_matches("b>");
        let lines: Vec<&str> = article.text.lines().collect();
        assert!(lines.contains(&words), "{place:?} {words}: {:?}", article.removed);
        assert_eq!(lines.len(), 4, "{line}: {:?}", article.removed);
    }
}

#[test]
fn lists_tables_and_verse_come_whole() {
    let cases: &[(&str, &[&str], &str)] = &[
        (
            "<ul><li>сухая сыворотка;</li><li>молочный сахар.</li></ul>",
            &["сухая сыворотка;", "молочный сахар."],
            "<ul><li>сухая сыворотка;</li><li>молочный сахар.</li></ul>",
        ),
        (
            "<ol><li>Первое<ul><li>вложенное</li></ul></li></ol>",
            &["Первое", "вложенное"],
            "<ol><li>Первое</li></ol><ul><li>вложенное</li></ul>",
        ),
        (
            "<table><tr><th>USD</th><td>540,3</td></tr><tr><th>EUR</th><td>635,1</td></tr></table>",
            &["USD | 540,3", "EUR | 635,1"],
            "<table><tr><th>USD</th><td>540,3</td></tr><tr><th>EUR</th><td>635,1</td></tr></table>",
        ),
        (
            "<p>Ой, мороз, мороз,<br>не морозь меня,<br>Ой, мороз, мороз,<br>не морозь меня.</p>",
            &["Ой, мороз, мороз,", "не морозь меня,", "Ой, мороз, мороз,", "не морозь меня."],
            "<p>Ой, мороз, мороз,<br>не морозь меня,<br>Ой, мороз, мороз,<br>не морозь меня.</p>",
        ),
        (
            "<blockquote><p>Одно.</p><p>Другое.</p><footer>Марат, директор</footer></blockquote>",
            &["Одно.", "Другое.", "Марат, директор"],
            "<blockquote><p>Одно.</p><p>Другое.</p><p>Марат, директор</p></blockquote>",
        ),
        (
            "<p>Список документов:</p><ul><li><a href='/d/1'>Устав завода</a></li><li><a href='/d/2'>Договор</a></li></ul>",
            &["Список документов:", "Устав завода", "Договор"],
            "<p>Список документов:</p><ul><li><a href=\"https://news.example.kz/d/1\">Устав завода</a></li><li><a href=\"https://news.example.kz/d/2\">Договор</a></li></ul>",
        ),
        ("<pre>let x = 1;\n  let y;</pre>", &["let x = 1;", "  let y;"], "<pre>let x = 1;\n  let y;</pre>"),
        (
            "<p>Он <b>не</b> <a href=\"/d\">при<i>ш</i>ёл</a> &lt;домой&gt;</p>",
            &["Он не пришёл <домой>"],
            "<p>Он <b>не</b> <a href=\"https://news.example.kz/d\">при<i>ш</i>ёл</a> &lt;домой&gt;</p>",
        ),
        ("<p>Нажмите <script>alert(1)</script><a href=\"javascript:alert(1)\">сюда</a></p>", &["Нажмите сюда"], "<p>Нажмите сюда</p>"),
    ];
    for (html, lines, expected) in cases {
        let article = with(Middle, html);
        assert_eq!(article.text, [&[FIRST], *lines, &[SECOND, LAST]].concat().join("\n"), "{html}");
        // What the sanitiser adds is not the case's.
        let html_alone = article.html.replace(" rel=\"noopener noreferrer\"", "").replace("<tbody>", "").replace("</tbody>", "");
        assert_eq!(html_alone, format!("<p>{FIRST}</p>{expected}<p>{SECOND}</p><p>{LAST}</p>"), "{html}");
        assert_eq!(article.removed, [], "{html}");
    }
}

#[test]
fn pictures_keep_true_captions_only() {
    let figure = |inside: &str| format!("<figure><img src=\"https://news.example.kz/a.jpg\" alt=\"{inside}");
    let cases = [
        (format!("<img src='/a.jpg' alt='{TITLE}'>"), figure("\"></figure>"), None),
        (format!("<figure><img src='/a.jpg'><figcaption>{TITLE}</figcaption></figure>"), figure("\"></figure>"), None),
        (
            "<figure><img src='/a.jpg'><figcaption>Оператор проверяет порошок</figcaption></figure>".to_owned(),
            figure("\"><figcaption>Оператор проверяет порошок</figcaption></figure>"),
            None,
        ),
        (
            "<div><img src='/a.jpg'><div class='desc'>Оператор проверяет порошок <i>Фото: Gov</i></div></div>".to_owned(),
            figure("\"><figcaption>Оператор проверяет порошок</figcaption></figure>"),
            Some("Gov"),
        ),
        (
            "<p><img data-src='/a.jpg' src='data:image/gif;base64,R0'></p><p>Фото: Gov</p>".to_owned(),
            figure("\"><figcaption>Фото: Gov</figcaption></figure>"),
            Some("Gov"),
        ),
        (
            "<p><img src='/a.jpg'></p><p><em>Оператор проверяет порошок</em></p>".to_owned(),
            figure("\"><figcaption>Оператор проверяет порошок</figcaption></figure>"),
            None,
        ),
        ("<p><img src='/counter.gif' width=1 height=1><img src='/i/eye.svg'></p>".to_owned(), String::new(), None),
    ];
    for (html, expected, credit) in cases {
        let article = with(Head, &html);
        assert_eq!(article.html, format!("{expected}<p>{FIRST}</p><p>{SECOND}</p><p>{LAST}</p>"), "{html}");
        assert_eq!(article.text, [FIRST, SECOND, LAST].join("\n"), "{html}");
        assert_eq!(article.credit.as_deref(), credit, "{html}");
    }
}

#[test]
fn furniture_goes_by_its_names_unless_it_holds_the_article() {
    let furniture = format!(
        "<aside>{LAST}</aside><div class='related-news'>{LAST}</div><div id='comments'><p>{LAST}</p></div><div hidden>{LAST}</div>"
    );
    assert_eq!(with(Middle, &furniture).text, [FIRST, SECOND, LAST].join("\n"));
    for name in ["sidebar-right", "social", "post tag-economy", "widget"] {
        let html = page(Middle, "").replace("class='text'", &format!("class='{name}'"));
        assert_eq!(article(&html, &Rules::default()).unwrap().text, [FIRST, SECOND, LAST].join("\n"), "{name}");
    }
}

#[test]
fn the_lead_above_the_article_belongs_to_it() {
    let lead = "Предприятие вложило в оборудование больше двух миллиардов тенге и рассчитывает окупить его за шесть лет.";
    let html = page(Head, "").replace("</h1>", &format!("</h1><div>16 сентября 2025</div><div>{lead}</div><div>1815</div>"));
    assert_eq!(article(&html, &Rules::default()).unwrap().text, [lead, FIRST, SECOND, LAST].join("\n"));
}

#[test]
fn a_page_that_goes_on_with_another_article_ends_before_it() {
    let other = format!("<h1>Совсем другая новость</h1><p>{LAST} И ещё одно предложение о другом.</p>");
    let html = page(Tail, &other).replacen("<h1>", "<div class='text'><h1>", 1).replacen("</h1><div class='text'>", "</h1>", 1);
    assert_eq!(article(&html, &Rules::default()).unwrap().text, [FIRST, SECOND, LAST].join("\n"));
}

#[test]
fn a_sources_own_rules_bound_the_article() {
    let matcher = |selector: &str| Selector::parse(selector).unwrap();
    let html = page(Middle, "<div class='promo-x'>Вакансии завода на этой неделе</div><p>Редакция советует почитать и другое.</p>");
    let rules =
        Rules { remove: vec![matcher(".promo-x")], cut_after: vec!["редакция советует".to_owned()], ..Rules::default() };
    let cut = article(&html, &rules).unwrap();
    assert_eq!(cut.text, FIRST);
    let rules_that_cut: Vec<&str> = cut.removed.iter().map(|removed| removed.rule).collect();
    assert_eq!(rules_that_cut, ["cut-after", "cut-after", "cut-after"]);

    let html = html.replace("class='text'", "class='widget'");
    let rules = Rules { content: Some(matcher(".promo-x")), ..Rules::default() };
    assert_eq!(article(&html, &rules).unwrap().text, "Вакансии завода на этой неделе");

    let rules = Rules { content: Some(matcher(".nowhere")), ..Rules::default() };
    let missed = article(&page(Head, ""), &rules).unwrap();
    assert!(missed.content_missed);
    assert_eq!(missed.text, [FIRST, SECOND, LAST].join("\n"));
}

#[test]
fn hostile_and_empty_pages_are_refused_or_cut() {
    let read = |html: &str| article(html, &Rules::default());
    assert!(matches!(read(&"<p>слово</p>".repeat(1 << 20)), Err(ArticleError::Page(_))), "12 MB");
    assert!(matches!(read(&"<div>".repeat(100_000)), Err(ArticleError::Page(_))), "deep");
    assert!(matches!(read(&"<b>".repeat(100_000)), Err(ArticleError::Page(_))), "formatting");
    for empty in ["", "   ", "<html>", "\u{0}\u{ffff}<<<>>", "<p></p>", "<script>var a = 'текст';</script>"] {
        assert_eq!(read(empty), Err(ArticleError::NoText), "{empty:?}");
    }
    let line = "слово и дело, ".repeat(120_000);
    let article = read(&format!("<p>{line}</p>")).unwrap();
    assert!(article.text.starts_with("слово и дело"));
    // Longer than what an extractor takes, and cut nowhere inside a letter.
    assert_eq!(read(&format!("<p>a{}</p>", "ж".repeat(1_200_000))).unwrap().text.len(), 2_400_001);
    // As deep as a page may be, on a test's own small stack.
    let deep = format!("{}<p>{FIRST}</p><p>{SECOND}</p>{}", "<div class='photo-wide'>".repeat(450), "</div>".repeat(450));
    assert!(read(&deep).unwrap().text.contains(SECOND));
    let formatted = format!("{}{}", "<p><i><b><a href='/x'>".repeat(60), "слово<br>".repeat(20_000));
    let _ = read(&formatted);
}

#[test]
fn a_page_that_asks_whether_a_person_reads_it_is_no_article() {
    let page = "<!DOCTYPE html><html><head><title>Проверка браузера</title></head><body><h1>Проверка браузера</h1>\
                <p>Подтвердите, что вы не робот, и вы попадёте на сайт.</p><form class=captcha><input name=c></form></body></html>";
    assert_eq!(article(page, &Rules::default()), Err(ArticleError::Challenge));
    let html = self::page(Middle, "").replace("</body>", "<form class=g-captcha><input name=c></form></body>");
    assert!(article(&html, &Rules::default()).is_ok(), "a form below a real article asks the same");
}

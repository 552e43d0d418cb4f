//! What counts as a change: pairs of versions that say the same, and pairs that do not, in Russian, Kazakh and English.

use std::time::{Duration, Instant};

use taspa::story::{Told, is_noticeable};

/// A report with what a site puts around it.
fn told(html: &str) -> Told<'_> {
    Told { title: "Пожар в Алматы", html }
}

/// Judges both ways round, which must agree.
#[track_caller]
fn noticed(before: Told<'_>, now: Told<'_>) -> bool {
    let there = is_noticeable(before, now);
    assert_eq!(there, is_noticeable(now, before), "not the same both ways: {before:?} and {now:?}");
    assert!(!is_noticeable(before, before) && !is_noticeable(now, now), "a version differs from itself: {before:?} or {now:?}");
    there
}

#[track_caller]
fn all_texts_are(expected: bool, cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases.iter().filter(|(before, now)| noticed(told(before), told(now)) != expected).collect();
    assert!(wrong.is_empty(), "{} of {} are not {expected}: {wrong:#?}", wrong.len(), cases.len());
}

/// The same for what stands behind a text, there and not there.
#[track_caller]
fn is_no_part_of_the_text(pieces: &[&str]) {
    for text in ["<p>В Алматы сгорел склад, погибли 5 человек.</p>", "<p>Қоймада өрт шықты</p>", "<p>A warehouse burned down.</p>"]
    {
        for piece in pieces {
            let now = format!("{text}{piece}");
            assert!(!noticed(told(text), told(&now)), "added: {now}");
            let before = format!("{piece}{text}");
            assert!(!noticed(told(&before), told(&now)), "moved: {now}");
        }
    }
}

#[track_caller]
fn all_titles_are(expected: bool, cases: &[(&str, &str)]) {
    let title = |title| Told { title, html: "<p>Текст</p>" };
    let wrong: Vec<_> = cases.iter().filter(|(before, now)| noticed(title(before), title(now)) != expected).collect();
    assert!(wrong.is_empty(), "{} of {} are not {expected}: {wrong:#?}", wrong.len(), cases.len());
}

#[test]
fn marks_behind_a_title_are_no_change() {
    all_titles_are(
        false,
        &[
            ("Пожар в Алматы", "Пожар в Алматы (ФОТО)"),
            ("Пожар в Алматы", "Пожар в Алматы (обновлено)"),
            ("Пожар в Алматы", "Пожар в Алматы [видео] - Zakon.kz"),
            ("Fire in Almaty", "Fire in Almaty | astanatimes.com"),
            ("Өрт шықты", "Өрт шықты (жаңартылды)"),
        ],
    );
    all_titles_are(
        true,
        &[
            ("Пожар в Алматы", "Пожар в Алматы (погибли двое)"),
            ("Сборная выиграла", "Сборная выиграла - 2.5"),
            ("Видео", "Фото"),
            ("Закрыли сайт", "Закрыли сайт Zakon.kz"),
        ],
    );
}

#[test]
fn notes_that_newsrooms_keep_up_to_date_are_no_change() {
    is_no_part_of_the_text(&[
        "<p>Прочитано 153 раза</p>",
        "<p>Көрілім саны: 153</p>",
        "<p>Дата изменения: 25.11.2026 16:20</p>",
        "<p>Материал обновлен в 16:20</p>",
        "<p>Новость обновлена 25 ноября в 16:20</p>",
    ]);
}

#[test]
fn typography_of_a_title_is_no_change() {
    all_titles_are(
        false,
        &[
            ("Пожар в Алматы", "ПОЖАР В АЛМАТЫ"),
            ("Елку привезли", "Ёлку привезли"),
            ("Партия \"Ауыл\" выбрала лидера", "Партия «Ауыл» выбрала лидера"),
            ("It's official", "It’s official"),
            ("Алматы - город", "Алматы — город"),
            ("Нур-Султан", "Нур‑Султан"),
            ("Курс: 1 000 тенге", "Курс: 1000 тенге"),
            ("Курс: 1\u{a0}000 тенге", "Курс: 1\u{202f}000 тенге"),
            ("Тариф вырос на 1,000 тенге", "Тариф вырос на 1000 тенге"),
            ("Курс 1,5", "Курс 1.5"),
            ("Пожар в Алматы.", "Пожар в Алматы"),
            ("Что дальше...", "Что дальше…"),
            ("Рост на 5%", "Рост на 5 %"),
            ("Прези\u{ad}дент", "Президент"),
            ("Прези\u{200b}дент\u{feff}", "Президент"),
            ("Johnson &amp; Johnson", "Johnson & Johnson"),
            ("&laquo;Ауыл&raquo;", "«Ауыл»"),
            ("&amp;quot;Ауыл&amp;quot;", "\"Ауыл\""),
            ("Али\u{306} и Баи\u{306}", "Алй и Бай"),
            ("«Кaзaқcтaн» тeмip жoлы", "«Казақстан» темір жолы"),
            ("ҚАЗАҚСТАН ӘУЕ ЖОЛЫ", "Қазақстан әуе жолы"),
            ("Дом на 100 м²", "Дом на 100 м2"),
            ("Зима: 10–15 градусов", "Зима: 10 -15 градусов"),
            ("Он сказал,что уйдёт", "Он сказал, что уйдет"),
            ("Замо́к на горе", "Замок на горе"),
            ("Поезд идет 5 ч", "ПОЕЗД  ИДЁТ 5ч"),
        ],
    );
}

#[test]
fn another_word_number_name_or_date_in_a_title_is_a_change() {
    all_titles_are(
        true,
        &[
            ("Погибли 5 человек", "Погибли 6 человек"),
            ("Токаев прибыл в Астану", "Токаев прибыл в Актау"),
            ("Закон принят", "Закон не принят"),
            ("Закон принят", "Закон принят?"),
            ("Рост на 1,5 процента", "Рост на 15 процентов"),
            ("Рост на 1,5%", "Рост на 15%"),
            ("Счет 2:1", "Счет 21"),
            ("Погибли 3-5 человек", "Погибли 35 человек"),
            ("В Астане -15", "В Астане 15"),
            ("В Астане −15", "В Астане +15"),
            ("Штраф $100", "Штраф €100"),
            ("Рост на 5%", "Рост 5"),
            ("Мой дом", "Мои дом"),
            ("Выборы 25 ноября", "Выборы 26 ноября"),
            ("Выборы 25.11.2026", "Выборы 25.12.2026"),
            ("5 адам қаза тапты", "6 адам қаза тапты"),
            ("Министр келді", "Министр келмеді"),
            ("Two miners killed", "Three miners killed"),
            ("Видео набрало 1 млн просмотров", "Видео набрало 2 млн просмотров"),
            ("", "Пожар"),
        ],
    );
}

#[test]
fn typography_and_markup_of_a_text_are_no_change() {
    all_texts_are(
        false,
        &[
            ("", ""),
            ("<p>Один</p><p>Два</p>", "Один<br>Два"),
            ("<p>Один</p><p>Два</p>", "<div>Один</div>\n<div>Два</div>"),
            ("Один\n\nДва", "<p>Один</p><p>Два</p>"),
            ("<p>Сказал <b>он</b></p>", "<p>Сказал <strong>он</strong></p>"),
            ("<p class=\"a\" id=\"b\">Текст</p>", "<p id=\"c\" class=\"d\">Текст</p>"),
            ("<p title=\"a > b\">Текст</p>", "<p>Текст</p>"),
            ("<p><b>П</b>резидент</p>", "<p>Президент</p>"),
            ("<p>Текст</p>", "<p>Текст<img src=\"https://a.kz/1.jpg\" alt=\"Снимок\"></p>"),
            ("<img src=\"https://a.kz/1.jpg\"><p>Текст</p>", "<img src=\"https://a.kz/2.jpg\"><p>Текст</p>"),
            ("<p>Сказал&nbsp;он &amp; она</p>", "<p>Сказал он &#38; она</p>"),
            ("<p>«Ауыл» — партия…</p>", "<p>&laquo;Ауыл&raquo; &mdash; партия&hellip;</p>"),
            ("<p>«Ауыл» — партия</p>", "<p>&amp;laquo;Ауыл&amp;raquo; &amp;#8212; партия</p>"),
            ("<p>Сказал <b>он</b></p>", "&lt;p&gt;Сказал &lt;b&gt;он&lt;/b&gt;&lt;/p&gt;"),
            ("<p>1 000 теңге</p>", "<p>1&nbsp;000 теңге</p>"),
            (
                "<p>По данным <a href=\"https://a.kz/1\">полиции</a>, пожар</p>",
                "<p>По данным <a href=\"https://b.kz/2\">полиции</a>, пожар</p>",
            ),
            ("<p>По данным <a href=\"https://a.kz/1\">полиции</a>, пожар</p>", "<p>По данным полиции, пожар</p>"),
            (
                "<table><tr><td>USD</td><td>520</td></tr></table>",
                "<table class=\"x\"><tbody><tr><th>USD</th><td>520</td></tr></tbody></table>",
            ),
            ("<p>Погибли<br>5<br>человек</p>", "<p>Погибли 5 человек</p>"),
            ("<ul><li>Один</li><li>Два</li></ul>", "<p>— Один;</p><p>— Два.</p>"),
        ],
    );
}

#[test]
fn counters_ages_and_notes_of_updates_are_no_change() {
    is_no_part_of_the_text(&[
        "<p>Просмотров: 1 234</p>",
        "<p><span>Просмотры</span><span>512</span></p>",
        "<div>Просмотров</div><div>512</div>",
        "<p>👁 512</p>",
        "<p>👁 512 💬 5</p>",
        "<p>Комментарии (5)</p>",
        "<p>5 комментариев</p>",
        "<p>Просмотров: 512 Комментариев: 3</p>",
        "<p>2,5 тыс. просмотров</p>",
        "<p>Просмотров: 512, сегодня: 5</p>",
        "<ul><li>👁 512</li><li>5 комментариев</li></ul>",
        "<p>12 рет оқылды</p>",
        "<p>Қаралды: 12 рет</p>",
        "<p>Прочитано 12 раз</p>",
        "<p>Қаралым саны: 512</p>",
        "<p>1,234 views</p>",
        "<p>12 likes · 5 shares</p>",
        "<p>Нравится 12</p>",
        "<p>512</p>",
        "<p>❤ 15</p>",
        "<p>Обновлено: 25.11.2026 14:35</p>",
        "<p>Обновлено в 14:35</p>",
        "<p>Последнее обновление: 25 ноября 2026 года</p>",
        "<p>Жаңартылды</p>",
        "<p>Жаңартылды: 25.11.2026 14:35</p>",
        "<p>Соңғы жаңарту: бүгін, 14:35</p>",
        "<p>Updated 5 minutes ago</p>",
        "<p>Last updated: Nov. 25, 2026, 2:35 p.m.</p>",
        "<p>2 часа назад</p>",
        "<p>Час назад</p>",
        "<p>Только что</p>",
        "<p>5 минут бұрын</p>",
        "<p>бір сағат бұрын</p>",
        "<p>an hour ago</p>",
        "<p>Сегодня, 14:35</p>",
        "<p>3 мин на чтение</p>",
        "<p>Время чтения: 3 минуты</p>",
        "<p>Оқу уақыты: 3 минут</p>",
        "<p>5 min read</p>",
        "<p>Обновлено: 14:35 | Просмотров: 512</p>",
    ]);
}

#[test]
fn links_to_other_articles_are_no_change() {
    is_no_part_of_the_text(&[
        "<ul><li><a href=\"https://a.kz/1\">Курс тенге на завтра</a></li><li><a href=\"https://a.kz/2\">Погода</a></li></ul>",
        "<p><a href=\"https://a.kz/1\">Курс тенге на завтра</a></p>",
        "<p>Читайте также:</p><ul><li><a href=\"https://a.kz/1\">Курс тенге на завтра</a></li></ul>",
        "<h3>Читайте также</h3><p><a href=\"https://a.kz/1\">Курс тенге</a> 25.11.2026</p><p><a href=\"https://a.kz/2\">Погода</a> 12:30</p>",
        "<p>Читайте также: <a href=\"https://a.kz/1\">Курс тенге на завтра</a></p>",
        "<p>Читайте также: Курс тенге на завтра</p>",
        "<p>Оқи отырыңыз:</p><p><a href=\"https://a.kz/1\">Теңге бағамы</a></p>",
        "<p>Оқи отырыңыз: <a href=\"https://a.kz/1\">Теңге бағамы</a></p>",
        "<p>Read also</p><div><a href=\"https://a.kz/1\">Tenge rate</a></div>",
        "<p>Ранее</p><p><a href=\"https://a.kz/1\">Курс тенге</a></p>",
        "<p>Теги: <a href=\"https://a.kz/tag/1\">пожар</a>, <a href=\"https://a.kz/tag/2\">Алматы</a></p>",
        "<p>Теги: пожар, Алматы</p>",
        "<p>#пожар #Алматы</p>",
        "<p>Поделиться</p>",
        "<p>Бөлісу</p>",
        "<p>Facebook Telegram WhatsApp</p>",
        "<p>Подписывайтесь на наш канал в Telegram!</p>",
        "<p>Біздің Telegram арнаға жазылыңыз</p>",
        "<p>Follow us on Facebook</p>",
        "<p>Нашли ошибку? Выделите её и нажмите Ctrl+Enter.</p>",
    ]);
    all_texts_are(
        false,
        &[
            (
                "<p>Текст.</p><h3>Читайте также</h3><ul><li><a href=\"https://a.kz/1\">Курс</a></li><li><a href=\"https://a.kz/2\">Погода</a></li></ul>",
                "<p>Текст.</p><h3>Читайте также</h3><ul><li><a href=\"https://a.kz/2\">Погода</a></li><li><a href=\"https://a.kz/3\">Хоккей</a></li></ul>",
            ),
            ("", "<p>Читайте также:</p><p><a href=\"https://a.kz/1\">Чего ждать от зимы?</a></p>"),
        ],
    );
}

#[test]
fn another_word_number_name_or_date_in_the_text_is_a_change() {
    all_texts_are(
        true,
        &[
            ("", "<p>Текст</p>"),
            ("<p>На складе погибли 5 человек.</p>", "<p>На складе погибли 6 человек.</p>"),
            ("<p>Погибли<br>5<br>человек</p>", "<p>Погибли<br>6<br>человек</p>"),
            ("<p>Число погибших:</p><p>5</p>", "<p>Число погибших:</p><p>6</p>"),
            ("<p>Он согласился.</p>", "<p>Он не согласился.</p>"),
            ("<p>Аким Досаев выступил.</p>", "<p>Аким Сагинтаев выступил.</p>"),
            ("<p>Встреча пройдёт 25 ноября.</p>", "<p>Встреча пройдёт 26 ноября.</p>"),
            ("<p>Начало в 18:00.</p>", "<p>Начало в 19:00.</p>"),
            ("<p>25 ноября 2026 года</p><p>Текст</p>", "<p>26 ноября 2026 года</p><p>Текст</p>"),
            ("<p>Один.</p>", "<p>Один.</p><p>Два.</p>"),
            ("<p>Один.</p><p>Два.</p>", "<p>Два.</p><p>Один.</p>"),
            ("<p>Один.</p>", "<p>Один.</p><p>UPD: Пожар потушен.</p>"),
            (
                "<p>По данным <a href=\"https://a.kz/1\">полиции Алматы</a>, погибших нет.</p>",
                "<p>По данным <a href=\"https://a.kz/1\">полиции Астаны</a>, погибших нет.</p>",
            ),
            (
                "<p>В списке</p><p><a href=\"https://a.kz/1\">Досаев</a></p><p>и другие.</p>",
                "<p>В списке</p><p><a href=\"https://a.kz/1\">Бектенов</a></p><p>и другие.</p>",
            ),
            ("<p>Видео набрало 1 млн просмотров.</p>", "<p>Видео набрало 2 млн просмотров.</p>"),
            ("<p>Под постом 100 комментариев и ни одного ответа.</p>", "<p>Под постом 200 комментариев и ни одного ответа.</p>"),
            ("<p>Два часа назад в Алматы сгорел склад.</p>", "<p>Три часа назад в Алматы сгорел склад.</p>"),
            ("<p>Важное: погибли 5 человек</p>", "<p>Важное: погибли 6 человек</p>"),
            ("<p>Бюджет обновлено утвердили в 2025 году.</p>", "<p>Бюджет обновлено утвердили в 2026 году.</p>"),
            ("<p>Поделиться опытом приехали 5 врачей.</p>", "<p>Поделиться опытом приехали 6 врачей.</p>"),
            ("<p>Подписывайтесь на газету до 5 мая.</p>", "<p>Подписывайтесь на газету до 6 мая.</p>"),
            ("<table><tr><td>USD</td><td>520</td></tr></table>", "<table><tr><td>USD</td><td>525</td></tr></table>"),
            ("<table><tr><td>5</td><td>6</td></tr></table>", "<table><tr><td>56</td></tr></table>"),
            ("<table><tr><td>Комментарии</td><td>5</td></tr></table>", "<table><tr><td>Комментарии</td><td>6</td></tr></table>"),
            ("<ul><li>Алматы — 5</li><li>Астана — 6</li></ul>", "<ul><li>Алматы — 5</li><li>Астана — 7</li></ul>"),
            (
                "<figure><img src=\"https://a.kz/1.jpg\"><figcaption>Аким</figcaption></figure>",
                "<figure><img src=\"https://a.kz/1.jpg\"><figcaption>Министр</figcaption></figure>",
            ),
            ("<p>Өрттен 5 адам қаза тапты.</p>", "<p>Өрттен 6 адам қаза тапты.</p>"),
            ("<p>Министр отставкаға кетеді.</p>", "<p>Министр отставкаға кетпейді.</p>"),
            ("<p>Бейнероликті 12 мың адам қарады.</p>", "<p>Бейнероликті 13 мың адам қарады.</p>"),
            ("<p>Жиын 25 қарашада өтеді.</p>", "<p>Жиын 26 қарашада өтеді.</p>"),
            ("<p>Погибли пятеро.</p><p>512</p>", "<p>Погибли шестеро.</p><p>513</p>"),
            ("<p>Текст.</p>", "<p>Текст.</p><p>Фото: Айгуль Сейтова</p>"),
            ("<p>Обновлено: 14:35</p>", "<p>Обновлено: 14:35. Пожар потушен.</p>"),
            ("<p>Курс доллара <a href=\"https://a.kz/1\">вырос</a></p>", "<p>Курс доллара <a href=\"https://a.kz/1\">упал</a></p>"),
            ("<p>Температура: +5</p>", "<p>Температура: -5</p>"),
            ("<ol><li>Досаев</li><li>Бектенов</li></ol>", "<ol><li>Бектенов</li><li>Досаев</li></ol>"),
            ("<blockquote>«Мы готовы»</blockquote>", "<blockquote>«Мы не готовы»</blockquote>"),
            ("<p>Тираж: 1 000</p>", "<p>Тираж: 10 000</p>"),
            ("<p>The fire killed five.</p>", "<p>The fire killed six.</p>"),
            ("<p>He was charged.</p>", "<p>He was not charged.</p>"),
            ("<p>The video got 1 million views in a day.</p>", "<p>The video got 2 million views in a day.</p>"),
            ("<p>Updated figures show 5 deaths.</p>", "<p>Updated figures show 6 deaths.</p>"),
            ("Өрт сөндірілді\n\nҚаза тапқандар жоқ", "Өрт сөндірілді\n\n1 адам қаза тапты"),
        ],
    );
}

#[test]
fn a_text_that_is_wholly_a_link_is_a_text() {
    all_texts_are(
        true,
        &[
            ("<a href=\"https://a.kz/1\">Погибли 5 человек.</a>", "<a href=\"https://a.kz/1\">Погибли 6 человек.</a>"),
            (
                "<a href=\"https://a.kz/1\"><p>Склад сгорел.</p><p>Погибли 5.</p></a><p>Просмотров: 5</p>",
                "<a href=\"https://a.kz/1\"><p>Склад сгорел.</p><p>Погибли 6.</p></a><p>Просмотров: 5</p>",
            ),
        ],
    );
    // A link that is never closed: too long for a headline.
    let text = |deaths: u8| {
        format!("<p>Лид.</p><p><a href=\"https://a.kz/1\">{}погибли {deaths}</a></p>", "На складе сгорело всё, что там было. ".repeat(10))
    };
    assert!(noticed(told(&text(5)), told(&text(6))));
}

#[test]
fn any_input_is_judged_and_in_linear_time() {
    let of_length = |piece: &str, bytes: usize| piece.repeat(bytes / piece.len());
    let of = |piece: &str| of_length(piece, 1 << 16);
    let mega = |piece: &str| of_length(piece, 1 << 20);
    let hostile = [
        mega("<div>"),
        mega("<div><a href=x>"),
        of("<table><tr><td>"),
        mega("я"),
        of("1"),
        of("1 "),
        of("1,"),
        of("<p>я</p>"),
        of("<p>5</p>"),
        of("<p>Читайте также</p>"),
        of("<p>подписывайтесь на я</p>"),
        mega("<a href=\"https://a.kz/\">я</a> "),
        of("<p><a href=\"https://a.kz/\">я</a></p>"),
        of("<"),
        of("<a href=\""),
        of("<!--"),
        of("</"),
        of("&"),
        of("&amp;"),
        of("amp;"),
        of("&lt;p "),
        of("&lt;p&gt;"),
        of("&#x10FFFF;&#0;&#99999999999;"),
        of("и\u{306}"),
        of("\u{301}"),
        of(" | "),
        of("я | "),
        of("-5"),
        of("?"),
        of("\n"),
        of("\u{200b}"),
    ];
    for html in &hostile {
        let longer = format!("{html}<p>Новое слово</p>");
        let start = Instant::now();
        is_noticeable(Told { title: html, html }, Told { title: html, html: &longer });
        is_noticeable(Told { title: &longer, html: &longer }, Told { title: "", html });
        let spent = start.elapsed();
        assert!(spent < Duration::from_secs(20), "{spent:?} for {}", &html[..html.floor_char_boundary(40)]);
    }
}

#[test]
fn html_cut_anywhere_is_judged() {
    let html = "<p class=\"я\">Өрт «5» <a href='https://a.kz/?a=1&amp;b=2'>сөз</a> &laquo;x&#8212;&lt;b&gt;й</p><!-- б --><table><tr><td>1,5</td><td>−5 и\u{306}</td></tr></table>";
    for (at, _) in html.char_indices() {
        let (start, end) = html.split_at(at);
        noticed(told(start), told(end));
    }
}

//! Which language a text is in: headlines of the press, and of its neighbours.

use taspa::normalise::language_of;

fn tag(text: &str) -> Option<String> {
    language_of(text).map(|language| language.as_str().to_owned())
}

#[track_caller]
fn all_are(expected: Option<&str>, headlines: &str) {
    for headline in headlines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        assert_eq!(tag(headline).as_deref(), expected, "{headline}");
    }
}

#[test]
fn kazakh_is_known_by_a_headline() {
    all_are(
        Some("kk"),
        "Астанада жаңа мектеп ашылды
        Президент Алматы облысына барды
        Алматыда жер сілкінісі болды
        Шымкентте екі адам қаза тапты
        Зейнетақы мөлшері қашан өседі
        Алаяқтар зейнеткерден он миллион теңге алып кетті
        Тоқаев Путинмен телефон арқылы сөйлесті
        Министр сұраққа жауап бермей кетіп қалды
        Электр қуаты қымбаттайды
        Боксшы Садриддин Ахмедов жекпе-жекте жеңіске жетті
        АҚТАУДА КӨШЕ ТӨБЕЛЕСІНЕН ЖІГІТ МЕРТ БОЛДЫ
        Депутат министрді сынға алды",
    );
}

#[test]
fn russian_is_known_by_a_headline() {
    all_are(
        Some("ru"),
        "Президент посетил Алматинскую область
        Где в Казахстане самые высокие зарплаты
        Пенсии повысят с января
        Почему дорожают продукты
        Полиция сообщила, что водитель был трезв
        Жители Усть-Каменогорска жалуются на смог
        Электричество подорожает для населения
        Новый закон о СМИ вступил в силу
        ПОЖАР ПРОИЗОШЁЛ НА РЫНКЕ В АЛМАТЫ
        Врачи рассказали о вспышке гриппа",
    );
}

#[test]
fn kazakh_names_make_no_kazakh_text_of_russian_news() {
    all_are(
        Some("ru"),
        "Токаев провёл встречу с акимом Қызылординской области
        Чистая прибыль «Қазақстан темір жолы» выросла на 12 процентов
        Партия «Ауыл» объявила о том, что Әлихан Бәйменов будет её лидером
        «Жеңіс» вышел в полуфинал Кубка Казахстана
        Фонд «Самұрық-Қазына» выплатит дивиденды, сообщил премьер",
    );
}

#[test]
fn russian_and_english_names_make_no_other_text_of_kazakh_news() {
    all_are(
        Some("kk"),
        "«Новая газета» басылымының тілшісі ұсталды
        Apple компаниясы жаңа iPhone таныстырды
        Ресей президенті Владимир Путин Астанаға келді",
    );
}

#[test]
fn english_is_known_by_a_headline() {
    all_are(
        Some("en"),
        "Kazakhstan plans new nuclear plant near Almaty
        National Bank keeps base rate unchanged
        Kazakhstan and Uzbekistan sign border deal
        Two Miners Killed in Karaganda
        Why the Aral Sea is coming back
        WHAT TO KNOW ABOUT THE NEW TAX CODE",
    );
}

#[test]
fn neighbours_are_taken_for_none() {
    all_are(
        None,
        "Бишкекте жаңы мектеп ачылды
        Президент Ош облусуна барды
        Жогорку Кеңештин депутаттары мыйзамды кабыл алды
        Бүгүн аба ырайы кандай болот
        Тошкентда янги мактаб очилди
        Президент Самарқанд вилоятига борди
        Ўзбекистон ва Қозоғистон чегараси очилди
        Душанбеда мактаби нав кушода шуд
        Казанда яңа мәктәп ачылды
        Татарстан рәисе Мәскәүгә китте
        Монголын ерөнхийлөгч Хятадад айлчиллаа
        Президент підписав закон про мобілізацію
        У Києві відкрили нову школу
        Прэзідэнт падпісаў закон аб бюджэце
        Правителството прие новия закон за бюджета
        Президентът Радев се срещна с посланика
        Вучић се састао са председником Кине
        Владата го усвои буџетот
        Bundestag beschließt neuen Haushalt
        Le gouvernement adopte le budget
        Cumhurbaşkanı Erdoğan Astana'ya gitti
        Prezident Toshkent viloyatiga bordi
        El presidente visita Kazajistán",
    );
}

#[test]
fn kazakh_in_latin_script_is_left_open() {
    all_are(
        None,
        "Almatyda jana mektep ashyldy
        Qazaqstan prezidenti Qytaiga bardy",
    );
}

#[test]
fn texts_that_tell_nothing_have_no_language() {
    all_are(
        None,
        "BMW X5 M60i xDrive
        2026: 24.11, 10:00
        Токаев
        习近平会见哈萨克斯坦总统
        \u{0}\u{301}\u{fffd}\u{202e}ьъ
        ЪЪЪЪЪ ъъъъ",
    );
    assert_eq!(tag(""), None);
}

#[test]
fn texts_of_any_length_and_kind_are_read_to_their_bound() {
    // The bound falls inside a letter; a word without end; a quotation without end.
    for start in ["", "a", "аб", "ab\u{10400}"] {
        assert_eq!(tag(&format!("{start}{}", "қ".repeat(1_000_000))), None, "one word of letters that Uzbek has too");
        assert_eq!(tag(&format!("{start} {}", "Президент посетил область. ".repeat(50_000))).as_deref(), Some("ru"));
    }
    assert_eq!(tag(&format!("Экран 24\" {}", "подешевел, сообщают продавцы, ".repeat(20))).as_deref(), Some("ru"));
}

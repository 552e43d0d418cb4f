//! Bytes to text: whatever header and document say, the letters are what the publisher meant.

use encoding_rs::Encoding;
use taspa::decode::decode;

/// Headlines such as a feed may have one of.
const RUSSIAN: [&str; 8] = [
    "Новости Казахстана: цены на хлеб",
    "Погода",
    "В Алматы открыли новую станцию метро",
    "ЧП на трассе: трое пострадавших",
    "ПРЕЗИДЕНТ ПОДПИСАЛ ЗАКОН",
    "«Кайрат» вышел в плей-офф – впервые за 5 лет",
    "Курс доллара на 28 ноября",
    "Объём ипотеки вырос на 12 %",
];
const KAZAKH: [&str; 6] = [
    "Қазақстан жаңалықтары: нан бағасы",
    "Түркістанда жаңа мектеп ашылды",
    "Мәжіліс депутаттары заңды қабылдады",
    "Ұлттық банк базалық мөлшерлемені өзгертті",
    "Бүгін күн райы",
    "Әкім тұрғындармен кездесті",
];
const CYRILLIC: [&Encoding; 4] = [encoding_rs::WINDOWS_1251, encoding_rs::KOI8_R, encoding_rs::IBM866, encoding_rs::ISO_8859_5];

fn document(title: &str, label: &str) -> String {
    let declaration = if label.is_empty() { String::new() } else { format!("<?xml version=\"1.0\" encoding=\"{label}\"?>\n") };
    format!("{declaration}<rss version=\"2.0\"><channel><title>{title}</title><link>https://news.example.kz/</link></channel></rss>")
}

fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let (bytes, _, has_gaps) = encoding.encode(text);
    assert!(!has_gaps, "{text} in {}", encoding.name());
    bytes.into_owned()
}

/// The letters that KZ-1048 (STRK1048-2002) and PTCP154 have in other places than windows-1251.
const KZ_1048: &[(char, u8)] = &[
    ('Қ', 0x8d),
    ('Һ', 0x8e),
    ('қ', 0x9d),
    ('һ', 0x9e),
    ('Ұ', 0xa1),
    ('ұ', 0xa2),
    ('Ә', 0xa3),
    ('Ө', 0xa5),
    ('Ғ', 0xaa),
    ('Ү', 0xaf),
    ('ө', 0xb4),
    ('ғ', 0xba),
    ('ә', 0xbc),
    ('Ң', 0xbd),
    ('ң', 0xbe),
    ('ү', 0xbf),
];
const PT154: &[(char, u8)] = &[
    ('Ғ', 0x81),
    ('ғ', 0x83),
    ('Ү', 0x87),
    ('ү', 0x89),
    ('Ң', 0x8c),
    ('Қ', 0x8d),
    ('Һ', 0x8e),
    ('ң', 0x9c),
    ('қ', 0x9d),
    ('һ', 0x9e),
    ('Ө', 0xa4),
    ('Ұ', 0xa6),
    ('Ә', 0xaa),
    ('ұ', 0xb1),
    ('ө', 0xb5),
    ('ә', 0xba),
];

fn by_table(text: &str, table: &[(char, u8)]) -> Vec<u8> {
    let byte = |letter: char| table.iter().find(|(known, _)| *known == letter).map(|(_, byte)| vec![*byte]);
    text.chars().flat_map(|letter| byte(letter).unwrap_or_else(|| encoded(&letter.to_string(), encoding_rs::WINDOWS_1251))).collect()
}

#[track_caller]
fn check(body: &[u8], content_type: Option<&str>, title: &str, name: &str) {
    let decoded = decode(body.to_vec(), content_type);
    assert!(decoded.text.contains(&format!("<title>{title}</title>")), "{name}, {content_type:?}: {title} is {decoded:?}");
    assert!(!decoded.is_lossy, "{name}, {content_type:?}: {title}");
}

#[test]
fn russian_is_told_apart_in_every_charset_whatever_was_declared() {
    for title in RUSSIAN {
        for encoding in CYRILLIC {
            // The older pages have no such quotation marks and dashes.
            let older = title.replace(['«', '»'], "\"").replace('–', "-");
            let title = if encoding == encoding_rs::WINDOWS_1251 { title } else { &older };
            for label in ["", "utf-8", "windows-1251", "koi8-r", "iso-8859-1", "us-ascii", "x-unknown", encoding.name()] {
                let body = encoded(&document(title, label), encoding);
                let name = format!("{} that calls itself {label:?}", encoding.name());
                for header in [None, Some("text/xml"), Some("text/xml; charset=utf-8"), Some("text/xml; charset=ISO-8859-1")] {
                    check(&body, header, title, &name);
                }
            }
            let body = encoded(&document(title, ""), encoding);
            check(&body, Some(&format!("application/rss+xml; charset=\"{}\"", encoding.name())), title, encoding.name());
        }
        let macintosh = encoded(&document(title, "x-mac-cyrillic"), encoding_rs::X_MAC_CYRILLIC);
        check(&macintosh, Some("text/xml"), title, "the Macintosh's page, where it is named");
        for label in ["", "windows-1251", "koi8-r", "iso-8859-1"] {
            check(document(title, label).as_bytes(), Some("text/xml; charset=windows-1251"), title, "UTF-8");
        }
    }
}

#[test]
fn kazakh_is_read_in_either_of_its_pages_whatever_was_declared() {
    for title in KAZAKH {
        for (name, table) in [("KZ-1048", KZ_1048), ("PTCP154", PT154)] {
            for label in ["windows-1251", "cp1251", "", "utf-8", "iso-8859-1", name] {
                let body = by_table(&document(title, label), table);
                check(&body, None, title, &format!("{name} that calls itself {label:?}"));
                check(&body, Some("text/xml; charset=windows-1251"), title, name);
            }
        }
        check(document(title, "").as_bytes(), None, title, "UTF-8");
    }
    // Each word alone, since a feed may have few; of those that one page cannot mean in another language's letters.
    for word in ["қазақ", "жаңа", "заң", "тәуелсіз", "көше", "бұл", "күн", "Түркістан", "бағасы", "Мәжіліс"]
    {
        check(&by_table(&document(word, "windows-1251"), KZ_1048), None, word, "KZ-1048");
    }
}

#[test]
fn windows_1251_stays_what_it_is_where_other_languages_use_its_letters() {
    for title in [
        "Україна: новини, що важливі для її громадян і всієї країни",
        "Має бути краще, знає кожен; є надія, твоє життя",
        "Беларускі ўрад прыняў новы закон аб працы",
        "Који су услови за упис у школе; његов је био мој",
        "Што ќе прави Македонија, која е нивната цел",
        "Цена нефти Brent™ – $70 за баррель, №1 «в мире»",
    ] {
        for label in ["windows-1251", ""] {
            check(&encoded(&document(title, label), encoding_rs::WINDOWS_1251), None, title, label);
        }
    }
    let body = encoded(&document("Україна має її", "koi8-r"), encoding_rs::KOI8_U);
    check(&body, None, "Україна має її", "KOI8-U that calls itself KOI8-R");
}

#[test]
fn other_alphabets_are_left_as_they_are_declared() {
    let cases: [(&str, &str, &'static Encoding); 16] = [
        ("iso-8859-1", "À l'été, c'est déjà là où ça va: élèves, forêt, Noël", encoding_rs::WINDOWS_1252),
        ("windows-1252", "Über große Mädchen – “schön”", encoding_rs::WINDOWS_1252),
        ("us-ascii", "£5 “test.” ½", encoding_rs::WINDOWS_1252),
        ("iso-8859-1", "MÜNCHEN: ÖSTERREICH GRÜSST", encoding_rs::WINDOWS_1252),
        ("iso-8859-2", "Zażółć gęślą jaźń", encoding_rs::ISO_8859_2),
        ("windows-1250", "Příliš žluťoučký kůň", encoding_rs::WINDOWS_1250),
        ("iso-8859-7", "Νέα από την Ελλάδα και τον κόσμο", encoding_rs::ISO_8859_7),
        ("windows-1254", "Türkiye'den güncel haberler: İstanbul'da kış", encoding_rs::WINDOWS_1254),
        ("windows-1255", "חדשות מישראל", encoding_rs::WINDOWS_1255),
        ("windows-1256", "أخبار اليوم", encoding_rs::WINDOWS_1256),
        ("shift_jis", "日本のニュース", encoding_rs::SHIFT_JIS),
        ("euc-jp", "日本のニュース", encoding_rs::EUC_JP),
        ("iso-2022-jp", "日本のニュース", encoding_rs::ISO_2022_JP),
        ("gb2312", "中国新闻", encoding_rs::GBK),
        ("big5", "台灣新聞", encoding_rs::BIG5),
        ("euc-kr", "한국 뉴스 년", encoding_rs::EUC_KR),
    ];
    for (label, title, encoding) in cases {
        let body = encoded(&document(title, label), encoding);
        for header in [None, Some("text/xml"), Some("text/xml; charset=utf-8")] {
            check(&body, header, title, label);
        }
        check(&encoded(&document(title, ""), encoding), Some(&format!("text/xml;charset = '{label}'")), title, label);
        if !encoding.is_single_byte() {
            check(&body, Some("text/xml; charset=iso-8859-1"), title, "a server's usual claim");
        }
    }
}

/// The document in code units of two or four bytes.
fn wide(text: &str, width: usize, is_big: bool) -> Vec<u8> {
    let unit = |number: u32| {
        let bytes = number.to_be_bytes();
        let mut unit = bytes[4 - width..].to_vec();
        if !is_big {
            unit.reverse();
        }
        unit
    };
    if width == 2 {
        text.encode_utf16().flat_map(|number| unit(u32::from(number))).collect()
    } else {
        text.chars().flat_map(|letter| unit(u32::from(letter))).collect()
    }
}

#[test]
fn wide_units_are_read_with_and_without_marks_whatever_was_declared() {
    let title = "Жаңалықтар 😀 новости";
    let labels = ["", "utf-16", "u16", "UTF_16", "utf-32", "ucs-2", "csUCS4", "csUnicode", "iso-10646-ucs-4", "utf-8", "windows-1251"];
    for (width, is_big, name) in [(2, true, "UTF-16BE"), (2, false, "UTF-16LE"), (4, true, "UTF-32BE"), (4, false, "UTF-32LE")] {
        for label in labels {
            for mark in ["", "\u{feff}"] {
                let body = wide(&format!("{mark}{}", document(title, label)), width, is_big);
                for header in [None, Some("text/xml; charset=utf-8"), Some("text/xml; charset=utf-16")] {
                    check(&body, header, title, name);
                    assert_eq!(decode(body.clone(), header).charset, name, "{label}");
                }
            }
        }
        let json = wide("{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"Жаңа\"}", width, is_big);
        assert!(decode(json, None).text.contains("Жаңа"), "{name}");
    }
}

#[test]
fn a_mark_or_a_wide_label_before_bytes_of_another_kind_is_a_lie() {
    let title = "Новости Казахстана";
    for label in ["utf-16", "utf-32", "u16", "csUCS4", "utf-16le"] {
        check(document(title, label).as_bytes(), Some("text/xml; charset=utf-16"), title, label);
        check(&encoded(&document(title, label), encoding_rs::WINDOWS_1251), Some("text/xml; charset=utf-16"), title, label);
    }
    for mark in [&b"\xef\xbb\xbf"[..], b"\xff\xfe", b"\xfe\xff"] {
        check(&[mark, document(title, "").as_bytes()].concat(), None, title, "UTF-8 behind a mark");
        check(&[mark, &encoded(&document(title, ""), encoding_rs::WINDOWS_1251)].concat(), None, title, "windows-1251 behind a mark");
    }
}

#[test]
fn labels_are_known_by_the_names_that_others_give_them() {
    let cases: [(&[&str], &'static Encoding, &str); 14] = [
        (&["cp1250", "windows_1250", "win-1250", "ms-ee", "1250"], encoding_rs::WINDOWS_1250, "Příliš žluťoučký"),
        (&["CP1253", "windows_1253"], encoding_rs::WINDOWS_1253, "Νέα από"),
        (&["cp1252", "latin_1", "iso8859_1", "8859-1", "L1", "ISO_8859-1:1987", "cp819"], encoding_rs::WINDOWS_1252, "déjà vu"),
        (&["iso8859_2", "iso-8859-2", "latin2", "cp28592"], encoding_rs::ISO_8859_2, "Zażółć gęślą"),
        (&["ISO8859-7", "greek", "iso_8859_7"], encoding_rs::ISO_8859_7, "Νέα από"),
        (&["iso8859_9", "latin5", "cp1254"], encoding_rs::WINDOWS_1254, "Türkiye"),
        (&["tis-620", "tis_620", "cp874", "iso8859_11"], encoding_rs::WINDOWS_874, "ข่าว"),
        (&["cp932", "ms932", "s_jis", "shift_jisx0213", "Windows-31J"], encoding_rs::SHIFT_JIS, "日本の新聞"),
        (&["euc_jp", "ujis", "euc_jis_2004", "x-euc-jp"], encoding_rs::EUC_JP, "日本の新聞"),
        (&["iso2022_jp", "iso2022jp_2", "csISO2022JP"], encoding_rs::ISO_2022_JP, "日本の新聞"),
        (&["cp949", "uhc", "euc_kr", "ks_c-5601-1987", "korean"], encoding_rs::EUC_KR, "한국 뉴스"),
        (&["gb18030", "gbk", "cp936", "euc_cn", "hz", "gb2312"], encoding_rs::GB18030, "中国新闻报道"),
        (&["big5-hkscs", "big5hkscs", "cp950"], encoding_rs::BIG5, "台灣新聞報導"),
        (&["mac_roman", "macintosh", "x-mac-roman"], encoding_rs::MACINTOSH, "déjà vu"),
    ];
    for (labels, encoding, title) in cases {
        for label in labels {
            // Refused by name; found all the same where bytes tell.
            if *label != "hz" {
                check(&encoded(&document(title, label), encoding), None, title, label);
            }
        }
    }
    for label in ["utf_8", "u8", "UTF8", "cp65001", "unicode-1-1-utf-8", "no-such-charset", ""] {
        check(document("Жаңалықтар", label).as_bytes(), Some(&format!("text/xml; charset={label}")), "Жаңалықтар", label);
    }
}

#[test]
fn pages_of_dos_and_the_macintosh_are_read_where_they_are_named() {
    // 80 and E1, by the tables of their makers.
    let cases = [
        ("cp437", "Çß"),
        ("IBM850", "Çß"),
        ("852", "Çß"),
        ("cp737", "Αά"),
        ("cp775", "Ćß"),
        ("mac_latin2", "ÄŠ"),
        ("mac_turkish", "Ä·"),
        ("koi8_t", "қА"),
        ("ptcp154", "Җб"),
        ("kz_1048", "Ђб"),
        ("STRK1048-2002", "Ђб"),
    ];
    for (label, letters) in cases {
        let [before, after] = [format!("<?xml version=\"1.0\" encoding=\"{label}\"?><title>"), "</title>".to_owned()];
        let body = [before.as_bytes(), b"\x80\xe1", after.as_bytes()].concat();
        assert_eq!(decode(body, None).text, format!("<title>{letters}</title>"), "{label}");
    }
}

#[test]
fn charsets_that_hide_markup_are_refused() {
    let utf7 = "<?xml version=\"1.0\" encoding=\"utf-7\"?><title>+ADw-script+AD4-</title>";
    let hz = "<?xml version=\"1.0\" encoding=\"hz-gb-2312\"?><title>~{<:Ky2;~}</title>";
    let korean = "<?xml version=\"1.0\" encoding=\"iso-2022-kr\"?><title>\x1b$)C\x0e<script>\x0f</title>";
    let undeclared = "<title>\x1b$B%K%e!<%9\x1b(B</title>";
    for text in [utf7, hz, korean, undeclared] {
        let decoded = decode(text.as_bytes().to_vec(), Some("text/xml; charset=utf-7"));
        assert_eq!(decoded.charset, "UTF-8");
        assert!(text.ends_with(&decoded.text), "{}", decoded.text);
    }
}

#[test]
fn undeclared_text_of_some_length_is_detected() {
    let cases: [(&str, &'static Encoding); 6] = [
        ("日本の最新ニュースをお届けします。政治、経済、スポーツ、芸能など幅広い分野の記事を掲載しています。", encoding_rs::SHIFT_JIS),
        ("日本の最新ニュースをお届けします。政治、経済、スポーツ、芸能など幅広い分野の記事を掲載しています。", encoding_rs::EUC_JP),
        ("中国最新新闻报道，包括政治、经济、体育和娱乐等各个领域的文章。", encoding_rs::GBK),
        ("台灣最新新聞報導，包括政治、經濟、體育和娛樂等各個領域的文章。", encoding_rs::BIG5),
        ("한국의 최신 뉴스를 전해 드립니다. 정치, 경제, 스포츠, 연예 등 다양한 분야의 기사를 싣고 있습니다.", encoding_rs::EUC_KR),
        ("Les élèves français ont déjà été reçus à l'école, où ça s'est très bien passé", encoding_rs::WINDOWS_1252),
    ];
    for (title, encoding) in cases {
        for label in ["", "utf-8"] {
            check(&encoded(&document(title, label), encoding), None, title, encoding.name());
        }
    }
}

#[test]
fn bytes_of_any_kind_become_text_in_time() {
    let repeated = |bytes: &[u8]| bytes.repeat(4 << 20 >> bytes.len().ilog2());
    for bytes in [&b"\xff"[..], b"\0", b"\xff\xfe\0\xd8", b"\0\0\xfe\xff", b"\x1b$B", b"\x9d\xe0", b"<\0", b"\xe0 ", b"encoding=", b"\xd0"]
    {
        let started = std::time::Instant::now();
        for header in [None, Some("text/xml; charset=windows-1251"), Some("text/xml; charset=iso-2022-jp; charset=\"")] {
            decode(repeated(bytes), header);
        }
        assert!(started.elapsed().as_secs() < 20, "{bytes:?}: {:?}", started.elapsed());
    }
}

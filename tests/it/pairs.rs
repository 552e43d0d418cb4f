//! Pairs of items, and whether they carry the same report: what newsrooms do to a text, one at a time.

use taspa::config::Strictness;
use taspa::story::{Index, Indexed, Keys, Newcomer, Signer, decide};

/// Title and text.
type Item<'a> = (&'a str, &'a str);

/// Whether the newer of two items joins the older one's story, eight hours later in another outlet.
fn are_one(language: &str, older: Item<'_>, newer: Item<'_>, strictness: Strictness) -> bool {
    let mut signer = Signer::default();
    let mut sign = |(title, text): Item<'_>| signer.sign(title, text, Some(language));
    let (older, newer) = (sign(older), sign(newer));
    let mut index = Index::default();
    let keys = Keys::of(&older);
    index.add(Indexed { entry: 1, story: 1, source: 1, published: 0, signature: older }, &keys);
    let published = 8 * 60 * 60;
    let keys = Keys::of(&newer);
    let rivals = index.rivals(&keys, published, 72 * 60 * 60);
    decide(Newcomer { source: 2, published, signature: &newer }, &rivals, strictness).joined.is_some()
}

const MUSEUM: Item<'_> = (
    "В музей Астаны передали золотой шлем",
    "В Национальный музей в Астане передали золотой шлем сакского воина. Находку обнаружили археологи в Абайской области при раскопках \
     кургана. Шлем будет выставлен в зале золота с 1 декабря.",
);
const RESCUE: Item<'_> = (
    "Турист сорвался со склона в горах Алматы",
    "27 ноября в горах близ Алматы турист сорвался со склона и получил тяжелые травмы. Спасатели ДЧС эвакуировали 34-летнего мужчину на \
     носилках и передали его врачам скорой помощи. Мужчина шел в одиночку на пик Фурманова, тропа обледенела после дождя.",
);
const FIRE: Item<'_> = (
    "Пожар произошел на складе в Караганде",
    "Пожар произошел на складе стройматериалов в Караганде вечером 26 ноября. Площадь возгорания составила 600 квадратных метров, на месте \
     работают 12 единиц техники ДЧС. Пострадавших нет, причины устанавливаются.",
);
const LAW: Item<'_> = (
    "Мажилис одобрил закон о дорожном движении",
    "Мажилис одобрил во втором чтении поправки в закон о дорожном движении. Документ вводит штраф за самокаты на тротуарах и обязывает \
     регистрировать электровелосипеды. Поправки разработаны МВД по поручению президента.",
);
const MARKET: Item<'_> = (
    "Алматыда жаңа базар ашылды",
    "Алматы қаласының Алатау ауданында жаңа базар ашылды. Базарда 400 сауда орны бар, оның құрылысына 3 млрд теңге жұмсалды. Әкім \
     Ерболат Досаев ашылу рәсіміне қатысты.",
);
const WIND: Item<'_> = (
    "Kazakhstan and China sign wind farm deal",
    "Kazakhstan and China have signed a deal to build a giant wind farm in the Zhambyl region. The plant will have 200 turbines and \
     supply half a million homes, the Energy Ministry said. Construction is to be financed by the Silk Road Fund.",
);

/// Language, the report, and what the follow-up puts in front of it.
const FOLLOW_UPS: [(&str, Item<'_>, Item<'_>); 14] = [
    ("ru", MUSEUM, ("Золотой шлем похитили из музея в Астане", "Золотой шлем сакского воина похитили из Национального музея в Астане.")),
    ("ru", MUSEUM, ("Из музея украли шлем", "Шлем украли ночью.")),
    ("ru", MUSEUM, ("Музей отложил показ золотого шлема", "Национальный музей отложил показ золотого шлема сакского воина.")),
    ("ru", RESCUE, ("Спасенный в горах турист умер в больнице", "Спасенный в горах турист умер в больнице.")),
    ("ru", FIRE, ("Пожар на складе в Караганде потушили", "Пожар на складе стройматериалов в Караганде потушили.")),
    ("ru", FIRE, ("Тело нашли на месте пожара", "На пепелище нашли тело сторожа.")),
    (
        "ru",
        FIRE,
        ("Владельца сгоревшего склада задержали", "Полиция задержала владельца сгоревшего склада в Караганде по подозрению в поджоге."),
    ),
    ("ru", LAW, ("Сенат одобрил закон о дорожном движении", "Сенат одобрил поправки в закон о дорожном движении.")),
    ("ru", LAW, ("Сенат одобрил закон о дорожном движении", "Сенат одобрил во втором чтении поправки в закон о дорожном движении.")),
    ("kk", MARKET, ("Алматыдағы жаңа базарда өрт шықты", "Алатау ауданындағы жаңа базарда өрт шықты.")),
    ("kk", MARKET, ("Жаңа базар жабылды", "Алматыда жаңа ашылған базар уақытша жабылды.")),
    ("en", WIND, ("Kazakhstan cancels wind farm deal with China", "Kazakhstan has cancelled the deal.")),
    ("en", WIND, ("Work starts on giant wind farm in Zhambyl", "Work has started on the giant wind farm in Zhambyl region.")),
    ("en", WIND, ("Work stops on giant wind farm", "Work on a giant wind farm in the Zhambyl region has stopped.")),
];

#[test]
fn a_new_sentence_in_front_of_the_old_report_is_news() {
    let mut swallowed = Vec::new();
    for (language, report, (title, sentence)) in FOLLOW_UPS {
        let whole = format!("{sentence} {}", report.1);
        let cut = whole.rfind(". ").unwrap();
        for text in [whole.as_str(), &whole[..=cut]] {
            for strictness in [Strictness::Cautious, Strictness::Balanced] {
                // Whichever of the two is seen first.
                for (older, newer) in [(report, (title, text)), ((title, text), report)] {
                    if are_one(language, older, newer, strictness) {
                        swallowed.push(format!("{strictness}: {title}: {text}"));
                    }
                }
            }
        }
    }
    assert!(swallowed.is_empty(), "{swallowed:#?}");
}

#[test]
fn a_sentence_of_the_outlets_own_in_front_of_a_report_is_none() {
    let with = |sentence: &str| format!("{sentence} {}", FIRE.1);
    let text = with("Рассказываем подробности случившегося.");
    assert!(are_one("ru", FIRE, ("Пожар на складе в Караганде", &text), Strictness::Balanced));
}

#[test]
fn one_text_under_two_titles_that_say_nothing_is_one_report() {
    for title in ["Что известно о происшествии", "Подробности вечернего инцидента", "Областные новости дня"]
    {
        assert!(are_one("ru", FIRE, (title, FIRE.1), Strictness::Balanced), "{title}");
    }
}

#[test]
fn another_way_of_writing_a_fact_makes_no_other_report() {
    let bridge = "В Атырау 21 сентября 2024 г. открыли новый автомобильный мост через реку Урал. Ленту перерезал аким области Гани \
                  Бейсембаев в 18:20. Длина перехода 412 метров, пропускная способность 400 тыс. автомобилей в месяц, на строительство ушло 19 млрд тенге.";
    let title = "В Атырау открыли мост через Урал";
    let spellings = [
        ("18:20", "18.20"),
        ("2024 г. ", "2024 года "),
        ("Гани Бейсембаев", "Г. Бейсембаев"),
        ("400 тыс. ", "400 тысяч "),
        ("Бейсембаев", "Бэйссембаев"),
    ];
    for (one, other) in spellings {
        let text = bridge.replace(one, other);
        assert_ne!(text, bridge);
        assert!(are_one("ru", (title, bridge), (title, &text), Strictness::Balanced), "{text}");
    }
    for (one, other) in [("18:20", "19:20"), ("412", "421"), ("21 сентября", "22 сентября"), ("19 млрд", "19 млн")] {
        let text = bridge.replace(one, other);
        assert!(!are_one("ru", (title, bridge), (title, &text), Strictness::Balanced), "{text}");
    }
}

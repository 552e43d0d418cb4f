//! What pages themselves say, in Russian, Kazakh and English.

use chrono::{DateTime, Datelike, Utc};

use super::primary;

/// The words of one language, ready to stand in HTML.
pub(super) struct Words {
    /// Its tag.
    pub language: &'static str,
    pub skip: &'static str,
    pub all_views: &'static str,
    pub updated: &'static str,
    pub subscribe: &'static str,
    /// Ends in a colon; the addresses follow.
    pub addresses: &'static str,
    /// For who has no reader yet.
    pub no_reader: &'static str,
    pub search: &'static str,
    pub search_button: &'static str,
    /// Ends in a colon; other outlets follow.
    pub also_in: &'static str,
    pub no_stories: &'static str,
    pub views: &'static str,
    pub no_views: &'static str,
    pub footer: &'static str,
    /// In the order of `{day}`, `{month}` and `{year}` that the language has.
    date: &'static str,
    /// As they stand within a date.
    months: [&'static str; 12],
}

impl Words {
    /// The words for a page in `language`; English where we have none of its own.
    pub fn of(language: &str) -> &'static Self {
        match primary(language) {
            "ru" => &RUSSIAN,
            "kk" => &KAZAKH,
            _ => &ENGLISH,
        }
    }

    /// The instant as `<time>`, read as `24 November 2026, 08:00 UTC`. `lang` is its attribute, see [`super::lang`].
    pub fn time(&self, instant: DateTime<Utc>, lang: &str) -> String {
        let month = self.months[instant.month0() as usize];
        let day = self.date.replace("{day}", &instant.day().to_string()).replace("{month}", month);
        let day = day.replace("{year}", &instant.year().to_string());
        format!("<time datetime=\"{}\"{lang}>{day}, {}</time>", instant.format("%Y-%m-%dT%H:%M:%SZ"), instant.format("%H:%M UTC"))
    }
}

const ENGLISH: Words = Words {
    language: "en",
    skip: "Skip to the content",
    all_views: "All feeds",
    updated: "Updated",
    subscribe: "How to subscribe",
    addresses: "Give one of these addresses to your feed reader:",
    no_reader: "If you have no reader yet, install one, such as Feeder on Android, NetNewsWire on iPhone and Mac, or Thunderbird on a \
                computer, and paste an address there: what is new will come by itself.",
    search: "Search the stories",
    search_button: "Search",
    also_in: "Also in:",
    no_stories: "No story is here yet. The first will appear as soon as a source publishes it.",
    views: "Feeds",
    no_views: "No feed is published here: the config has no enabled view.",
    footer: "Gathered by taspa. Each text belongs to the outlet that published it.",
    date: "{day} {month} {year}",
    months: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
};

const RUSSIAN: Words = Words {
    language: "ru",
    skip: "Перейти к содержанию",
    all_views: "Все ленты",
    updated: "Обновлено",
    subscribe: "Как подписаться",
    addresses: "Добавьте один из этих адресов в программу для чтения лент:",
    no_reader: "Если такой программы ещё нет, установите, например, Feeder на Android, NetNewsWire на iPhone и Mac или Thunderbird на \
                компьютере и вставьте туда адрес: новое будет приходить само.",
    search: "Поиск по новостям",
    search_button: "Найти",
    also_in: "Об этом также пишут:",
    no_stories: "Новостей пока нет. Первая появится, как только её опубликует источник.",
    views: "Ленты",
    no_views: "Здесь нет ни одной ленты: в настройках не включена ни одна подборка.",
    footer: "Собрано программой taspa. Каждый текст принадлежит изданию, которое его опубликовало.",
    date: "{day} {month} {year}",
    months: ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
};

const KAZAKH: Words = Words {
    language: "kk",
    skip: "Мазмұнына өту",
    all_views: "Барлық таспалар",
    updated: "Жаңартылды:",
    subscribe: "Қалай жазылуға болады",
    addresses: "Осы мекенжайлардың бірін таспа оқитын бағдарламаға қосыңыз:",
    no_reader: "Ондай бағдарлама әлі болмаса, мысалы, Android-ке Feeder, iPhone мен Mac-қа NetNewsWire немесе компьютерге Thunderbird \
                орнатып, мекенжайды сонда енгізіңіз: жаңалықтар өзі келіп тұрады.",
    search: "Жаңалықтардан іздеу",
    search_button: "Іздеу",
    also_in: "Бұл туралы тағы жазғандар:",
    no_stories: "Әзірге жаңалық жоқ. Дереккөз жариялаған бойда алғашқысы осында шығады.",
    views: "Таспалар",
    no_views: "Мұнда бірде-бір таспа жоқ: баптауларда қосулы іріктеме жоқ.",
    footer: "taspa бағдарламасы жинады. Әр мәтін оны жариялаған басылымға тиесілі.",
    // As CLDR has it: the year comes first.
    date: "{year} ж. {day} {month}",
    months: ["қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"],
};

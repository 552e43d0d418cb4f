//! Names of months and days, whole and short.
//!
//! Kazakh, Russian and English, which our sources write; Greek and Hungarian, which some feeds are known to.

const MONTHS: [[&str; 12]; 5] = [
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"],
    ["январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"],
    ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
    ["január", "februári", "március", "április", "május", "június", "július", "augusztus", "szeptember", "október", "november", "december"],
    [
        "ιανουαριου",
        "φεβρουαριου",
        "μαρτιου",
        "απριλιου",
        "μαιου",
        "ιουνιου",
        "ιουλιου",
        "αυγουστου",
        "σεπτεμβριου",
        "οκτωβριου",
        "νοεμβριου",
        "δεκεμβριου",
    ],
];
const KAZAKH_MONTHS: [&str; 12] =
    ["қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"];
/// Endings of Kazakh months: "16 қыркүйекте", "қыркүйектің 16-сы".
const KAZAKH_ENDINGS: [&str; 13] = ["", "да", "де", "та", "те", "дың", "дің", "тың", "тің", "ның", "нің", "нда", "нде"];
/// Spellings of their own.
const ODD_MONTHS: [(&str, u32); 4] = [("sept", 9), ("ιον", 6), ("ιολ", 7), ("μαω", 3)];

/// The month of a name in any of the languages, or of its first letters, at least three of them.
pub(in crate::parse) fn month(word: &str) -> Option<u32> {
    let word = folded(word);
    let is_beginning = |name: &str| name.starts_with(&word) && word.chars().count() >= 3;
    let kazakh = |name: &str| is_beginning(name) || word.strip_prefix(name).is_some_and(|rest| KAZAKH_ENDINGS.contains(&rest));
    let index = KAZAKH_MONTHS.iter().position(|name| kazakh(name));
    let index = index.or_else(|| MONTHS.iter().find_map(|names| names.iter().position(|name| is_beginning(name))));
    let month = index.and_then(|index| u32::try_from(index + 1).ok());
    month.or_else(|| ODD_MONTHS.iter().find(|(name, _)| *name == word).map(|(_, month)| *month))
}

const WEEKDAYS: [&str; 24] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "понедельник",
    "вторник",
    "среда",
    "среду",
    "четверг",
    "пятница",
    "пятницу",
    "суббота",
    "субботу",
    "воскресенье",
    "κυριακη",
    "δευτερα",
    "τριτη",
    "τεταρτη",
    "πεμπτη",
    "παρασκευη",
    "σαββατο",
];
/// Names that are not shortened to their first letters, and abbreviations that are not first letters.
const WHOLE_WEEKDAYS: [&str; 20] = [
    "пн",
    "вт",
    "ср",
    "чт",
    "пт",
    "сб",
    "вс",
    "дүйсенбі",
    "сейсенбі",
    "сәрсенбі",
    "бейсенбі",
    "жұма",
    "сенбі",
    "жексенбі",
    "дс",
    "сс",
    "бс",
    "жм",
    "сн",
    "жс",
];

/// Whether a word is a day's name, or its first letters: three, in English two.
pub(in crate::parse) fn is_weekday(word: &str) -> bool {
    let word = folded(word);
    let least = if word.is_ascii() { 2 } else { 3 };
    let is_beginning = word.chars().count() >= least && WEEKDAYS.iter().any(|name| name.starts_with(&word));
    is_beginning || WHOLE_WEEKDAYS.contains(&word.as_str()) || word == "жек"
}

/// In small letters, without a full stop, and without the accents of Greek.
fn folded(word: &str) -> String {
    let small = word.trim_end_matches('.').to_lowercase();
    if small.is_ascii() {
        return small;
    }
    let plain = |letter: char| match letter {
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        other => other,
    };
    small.chars().map(plain).collect()
}

//! Endings: Russian cases of names and places, Kazakh suffixes, plurals, numbers with their marks.
//!
//! Only as much of each language as the tables need. Cases are letters: n, g, d, a, i, p in Russian (nominative …
//! prepositional); g, d, a, l, b, i in Kazakh (ilik, barys, tabys, zhatys, shyghys, komektes).

use super::frames::Number;

/// A Russian place name: by its last letter, as most towns go.
pub fn russian_place(word: &str, case: char) -> String {
    by_last_letter(word, case, false)
}

/// A Russian name: given name and surname, of a man when `is_man`.
pub fn russian_person(name: &str, case: char, is_man: bool) -> String {
    let (given, surname) = name.split_once(' ').unwrap_or((name, ""));
    let surname = match (is_man, case) {
        (_, 'n') => surname.to_owned(),
        (false, _) if surname.ends_with('а') => {
            format!("{}{}", &surname[..surname.len() - 2], if case == 'a' { "у" } else { "ой" })
        }
        (true, _) if ["ов", "ев", "ин"].iter().any(|end| surname.ends_with(end)) => {
            format!("{surname}{}", ending(case, ["а", "у", "а", "ым", "е"]))
        }
        _ => surname.to_owned(),
    };
    let given = if is_man || given.ends_with(['а', 'я', 'ь']) { by_last_letter(given, case, is_man) } else { given.to_owned() };
    format!("{given} {surname}").trim_end().to_owned()
}

/// A region by the stem of its adjective: "Жетысуск" gives "Жетысуская область".
pub fn russian_region(stem: &str, case: char) -> String {
    format!("{stem}{}", ending_or(case, "ая область", ["ой области", "ой области", "ую область", "ой областью", "ой области"]))
}

/// A district by the stem of its adjective.
pub fn russian_district(stem: &str, case: char) -> String {
    format!("{stem}{}", ending_or(case, "ий район", ["ого района", "ому району", "ий район", "им районом", "ом районе"]))
}

fn by_last_letter(word: &str, case: char, is_alive: bool) -> String {
    let Some(last) = word.chars().last().filter(|_| case != 'n') else { return word.to_owned() };
    let stem = &word[..word.len() - last.len_utf8()];
    match last {
        'а' => {
            let genitive = if stem.ends_with(['г', 'к', 'х', 'ж', 'ш', 'ч', 'щ']) { "и" } else { "ы" };
            format!("{stem}{}", ending(case, [genitive, "е", "у", "ой", "е"]))
        }
        'я' => format!("{stem}{}", ending(case, ["и", "е", "ю", "ей", "е"])),
        'й' => format!("{stem}{}", ending(case, ["я", "ю", if is_alive { "я" } else { "й" }, "ем", "е"])),
        'ь' if is_alive => format!("{stem}{}", ending(case, ["я", "ю", "я", "ем", "е"])),
        'ь' => format!("{stem}{}", ending(case, ["и", "и", "ь", "ью", "и"])),
        'е' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' => word.to_owned(),
        _ => format!("{word}{}", ending(case, ["а", "у", if is_alive { "а" } else { "" }, "ом", "е"])),
    }
}

fn ending(case: char, endings: [&str; 5]) -> &str {
    ending_or(case, "", endings)
}

fn ending_or<'a>(case: char, nominative: &'a str, endings: [&'a str; 5]) -> &'a str {
    "gdaip".find(case).map_or(nominative, |place| endings[place])
}

/// A Kazakh word with the suffix of a case: by vowel harmony and the last sound.
pub fn kazakh(word: &str, case: char) -> String {
    let lower = word.to_lowercase();
    let Some(last) = lower.chars().rev().find(|letter| letter.is_alphabetic()) else { return word.to_owned() };
    let is_soft = lower.chars().rev().find(|letter| "аәеёиоөуұүыіэюя".contains(*letter)).is_some_and(|vowel| "әеөүіиэ".contains(vowel));
    let (hard, soft) = match (case, Sound::of(last)) {
        ('g', Sound::Vowel | Sound::Nasal) => ("ның", "нің"),
        ('g', Sound::Sonorant) => ("дың", "дің"),
        ('g', Sound::Voiceless) => ("тың", "тің"),
        ('d', Sound::Vowel | Sound::Nasal | Sound::Sonorant) => ("ға", "ге"),
        ('d', Sound::Voiceless) => ("қа", "ке"),
        ('a', Sound::Vowel) => ("ны", "ні"),
        ('a', Sound::Nasal | Sound::Sonorant) => ("ды", "ді"),
        ('a', Sound::Voiceless) => ("ты", "ті"),
        ('l', Sound::Vowel | Sound::Nasal | Sound::Sonorant) => ("да", "де"),
        ('l', Sound::Voiceless) => ("та", "те"),
        ('b', Sound::Nasal) => ("нан", "нен"),
        ('b', Sound::Vowel | Sound::Sonorant) => ("дан", "ден"),
        ('b', Sound::Voiceless) => ("тан", "тен"),
        ('i', Sound::Voiceless) => ("пен", "пен"),
        ('i', Sound::Vowel | Sound::Nasal | Sound::Sonorant) => ("мен", "мен"),
        _ => ("", ""),
    };
    let space = if case == 'i' { " " } else { "" };
    format!("{word}{space}{}", if is_soft { soft } else { hard })
}

/// What the last sound of a Kazakh word asks of a suffix.
enum Sound {
    Vowel,
    Nasal,
    Sonorant,
    Voiceless,
}

impl Sound {
    fn of(letter: char) -> Self {
        match letter {
            'м' | 'н' | 'ң' => Self::Nasal,
            'р' | 'л' | 'й' | 'у' | 'з' | 'ж' => Self::Sonorant,
            'а' | 'ә' | 'е' | 'ё' | 'и' | 'о' | 'ө' | 'ұ' | 'ү' | 'ы' | 'і' | 'э' | 'ю' | 'я' => Self::Vowel,
            _ => Self::Voiceless,
        }
    }
}

/// The form of a noun that goes with a number: Russian has three, English two.
pub fn counted<'a>(language: &str, number: Number, forms: &[&'a str]) -> &'a str {
    let Number { value, decimals, .. } = number;
    let form = match (language, decimals, value % 10, value % 100) {
        ("ru", 1.., _, _) => 1,
        ("ru", 0, 1, tens) if tens != 11 => 0,
        ("ru", 0, 2..=4, tens) if !(12..=14).contains(&tens) => 1,
        ("ru", 0, _, _) => 2,
        _ if value == 1 && decimals == 0 => 0,
        _ => 1,
    };
    forms[form.min(forms.len() - 1)]
}

/// A number as the language writes it: "12 500,4", "12,500.4".
pub fn number(language: &str, number: Number) -> String {
    let Number { value, decimals, is_label } = number;
    let (thousands, point) = if language == "en" { (',', '.') } else { (' ', ',') };
    let digits = format!("{value:0width$}", width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    let mut text = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if !is_label && place > 0 && (whole.len() - place) % 3 == 0 {
            text.push(thousands);
        }
        text.push(digit);
    }
    if decimals > 0 {
        text.push(point);
        text.push_str(part);
    }
    text
}

//! How an outlet sets its texts: quotation marks, dashes, spaces, numbers, markup. Nothing here changes what is said.

use super::dice::Dice;

/// The habits of whoever set a text.
#[derive(Debug, Default)]
pub struct Hand {
    quotes: usize,
    dash: usize,
    has_yo: bool,
    has_nbsp: bool,
    joins_numbers: bool,
    has_decimal_point: bool,
    shortens: bool,
    hyphenates: bool,
    shouts: bool,
}

impl Hand {
    /// A hand by chance, with habits in so many cases of a hundred.
    pub fn new(dice: &mut Dice, percent: usize) -> Self {
        Self {
            quotes: if dice.falls(percent * 2) { dice.below(4) } else { 0 },
            dash: if dice.falls(percent * 2) { dice.below(4) } else { 0 },
            has_yo: dice.falls(percent),
            has_nbsp: dice.falls(percent),
            joins_numbers: dice.falls(percent),
            has_decimal_point: dice.falls(percent),
            shortens: dice.falls(percent),
            hyphenates: dice.falls(percent / 3),
            shouts: dice.falls(percent / 4),
        }
    }

    /// A text as this hand sets it.
    pub fn set(&self, text: &str, language: &str) -> String {
        let mut text = match self.quotes {
            1 => text.replace(['«', '»'], "\""),
            2 => text.replace('«', "“").replace('»', "”"),
            3 => text.replace('«', "„").replace('»', "“"),
            _ => text.to_owned(),
        };
        text = match self.dash {
            1 => text.replace(" – ", " — "),
            2 => text.replace(" – ", " - "),
            3 => text.replace(" – ", "\u{a0}— "),
            _ => text,
        };
        if self.has_yo && language == "ru" {
            text = with_yo(text);
        }
        if self.joins_numbers || (self.has_decimal_point && language != "en") {
            text = self.with_other_numbers(&text, language);
        }
        if self.shortens {
            text = shortened(text, language);
        }
        if self.hyphenates {
            text = hyphenated(&text);
        }
        if self.has_nbsp {
            text = text.replace(" в ", " в\u{a0}").replace(" на ", " на\u{a0}").replace(" с ", " с\u{a0}").replace(" – ", "\u{a0}– ");
        }
        text
    }

    /// A headline as this hand sets it.
    pub fn set_title(&self, text: &str, language: &str) -> String {
        let hand = Self { hyphenates: false, ..Self { ..*self } };
        let title = hand.set(text, language);
        if self.shouts { title.to_uppercase() } else { title }
    }

    fn with_other_numbers(&self, text: &str, language: &str) -> String {
        let letters: Vec<char> = text.chars().collect();
        let is_digit = |place: Option<usize>| place.and_then(|place| letters.get(place)).is_some_and(char::is_ascii_digit);
        let mut out = String::with_capacity(text.len());
        for (place, &letter) in letters.iter().enumerate() {
            let is_between = is_digit(place.checked_sub(1)) && is_digit(Some(place + 1));
            let is_group = is_between && (2..4).all(|ahead| is_digit(Some(place + ahead))) && !is_digit(Some(place + 4));
            let thousands = if language == "en" { ',' } else { ' ' };
            match letter {
                _ if letter == thousands && is_group && self.joins_numbers => {}
                ',' if is_between && language != "en" && self.has_decimal_point => out.push('.'),
                _ => out.push(letter),
            }
        }
        out
    }
}

fn with_yo(text: String) -> String {
    const WORDS: [(&str, &str); 12] = [
        (" еще", " ещё"),
        ("Еще", "Ещё"),
        ("ребенок", "ребёнок"),
        ("счет", "счёт"),
        ("самолет", "самолёт"),
        ("черный", "чёрный"),
        ("расчет", "расчёт"),
        ("ученые", "учёные"),
        ("Ученые", "Учёные"),
        ("поселок", "посёлок"),
        ("объем", "объём"),
        (" ее ", " её "),
    ];
    WORDS.iter().fold(text, |text, (plain, yo)| text.replace(plain, yo))
}

fn shortened(text: String, language: &str) -> String {
    const RUSSIAN: [(&str, &str); 8] = [
        ("миллионов", "млн"),
        ("миллиона", "млн"),
        ("миллион ", "млн "),
        ("миллиардов", "млрд"),
        ("миллиарда", "млрд"),
        ("миллиард ", "млрд "),
        (" тенге", " тг"),
        (" тысяч ", " тыс. "),
    ];
    const KAZAKH: [(&str, &str); 3] = [("миллион", "млн"), ("миллиард", "млрд"), (" теңге", " тг")];
    const ENGLISH: [(&str, &str); 3] = [(" million", " mln"), (" billion", " bln"), (" percent", "%")];
    let words: &[(&str, &str)] = match language {
        "ru" => &RUSSIAN,
        "kk" => &KAZAKH,
        _ => &ENGLISH,
    };
    words.iter().fold(text, |text, (long, short)| text.replace(long, short))
}

/// Soft hyphens in the middle of long words.
fn hyphenated(text: &str) -> String {
    let set = |word: &str| {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() < 10 || !letters.iter().all(|letter| letter.is_alphabetic()) {
            return word.to_owned();
        }
        let (one, other) = letters.split_at(letters.len() / 2);
        one.iter().chain(&['\u{ad}']).chain(other).collect()
    };
    text.split(' ').map(set).collect::<Vec<String>>().join(" ")
}

/// Paragraphs as HTML, in one of the ways of newsrooms; or as plain text.
pub fn html(paragraphs: &[String], dice: &mut Dice, is_entity_writer: bool) -> String {
    let texts: Vec<String> = paragraphs.iter().map(|text| escaped(text, is_entity_writer)).collect();
    let Some((first, rest)) = texts.split_first() else { return String::new() };
    match dice.below(9) {
        0..=2 => wrapped(&texts, "<p>", "</p>\n"),
        3 => texts.join("<br><br>\n"),
        4 => wrapped(&texts, "<div class=\"text\">", "</div>"),
        5 => format!("<p><strong>{first}</strong></p>{}", wrapped(rest, "<p>", "</p>")),
        6 => {
            let number = dice.below(90_000);
            let figure = format!(r#"<figure><img src="/img/{number}.jpg" alt=""><figcaption>Фото: {number}</figcaption></figure>"#);
            format!("<p>{first}</p>{figure}{}", wrapped(rest, "<p>", "</p>"))
        }
        7 if rest.len() > 2 => {
            let (list, rest) = rest.split_at(2);
            format!("<p>{first}</p><ul>{}</ul>{}", wrapped(list, "<li>", "</li>"), wrapped(rest, "<p>", "</p>"))
        }
        7 => texts.join("\n\n"),
        _ => {
            let (before, after) = first.split_once(' ').unwrap_or((first, ""));
            let link = format!(r#"<a href="/tag/{}" rel="nofollow">{before}</a> {after}"#, dice.below(900));
            format!("<p style=\"text-align: justify\">{link}</p>{}", wrapped(rest, "<p style=\"text-align: justify\">", "</p>"))
        }
    }
}

fn wrapped(texts: &[String], open: &str, close: &str) -> String {
    texts.iter().map(|text| format!("{open}{text}{close}")).collect()
}

fn escaped(text: &str, is_entity_writer: bool) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\u{ad}', "&shy;");
    if !is_entity_writer {
        return text;
    }
    let named = [('«', "&laquo;"), ('»', "&raquo;"), ('—', "&mdash;"), ('–', "&ndash;"), ('\u{a0}', "&nbsp;"), ('"', "&quot;")];
    named.iter().fold(text, |text, (letter, entity)| text.replace(*letter, entity))
}

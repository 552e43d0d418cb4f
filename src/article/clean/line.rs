//! What can be told of a line by its words alone.

/// A line as phrases are compared: lower case, `ё` as `е`, words parted by one space, no punctuation, no signs.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        // Most letters of the press, before any table is asked.
        if matches!(c, 'а'..='я' | 'a'..='z' | '0'..='9') {
            plain.push(c);
        } else if matches!(c, 'А'..='Я' | 'A'..='Z' | 'Ё') || c.is_alphanumeric() {
            for c in c.to_lowercase() {
                plain.push(if c == 'ё' { 'е' } else { c });
            }
        } else if !plain.is_empty() && !plain.ends_with(' ') && !is_mark(c) {
            plain.push(' ');
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// Marks that join to a letter, and signs of no width.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}')
}

pub(super) fn words(plain: &str) -> usize {
    plain.split(' ').filter(|word| !word.is_empty()).count()
}

/// Whether a line begins with one of some phrases, at the end of a word.
pub(super) fn begins_with(plain: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| plain.strip_prefix(phrase).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
}

/// Longest label, in characters.
const MAX_LABEL: usize = 40;

/// What follows one of some labels: the label at the beginning of the line, then a colon or one of its like.
pub(super) fn after_label<'a>(text: &'a str, labels: &[&str]) -> Option<&'a str> {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let (label_end, mark) = text.char_indices().take(MAX_LABEL + 1).find(|(_, c)| matches!(c, ':' | '：' | '–' | '—' | '|' | '©' | '/'))?;
    let (label, rest) = (&text[..label_end], &text[label_end + mark.len_utf8()..]);
    let label = plain(label);
    labels.contains(&label.as_str()).then(|| rest.trim())
}

/// Whether a line is a whole sentence: it ends like one, and not with an abbreviation.
pub(super) fn is_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(['"', '»', '”', ')', ' ']);
    text.ends_with(['.', '!', '?', '…']) && words(&plain(text)) > 4
}

/// Whether a line has digits and nothing but what may stand beside them in a counter.
pub(super) fn is_number(text: &str) -> bool {
    let has_digit = text.contains(|c: char| c.is_ascii_digit());
    has_digit && text.chars().count() <= 24 && !text.contains(|c: char| c.is_alphabetic() && !matches!(c, 'K' | 'k' | 'M' | 'к' | 'К'))
}

/// Whether a line is made of numbers and the words of dates.
pub(super) fn is_date(text: &str) -> bool {
    let plain = plain(&parted(text));
    let (mut has_digit, mut has_word) = (false, false);
    let all = plain.split(' ').all(|word| {
        let is_numeral = is_numeral(word);
        has_digit |= is_numeral;
        has_word |= !is_numeral;
        is_numeral || super::phrases::DATE_WORDS.contains(&word)
    });
    // Numbers alone are a date only with the marks of one: 16.09.2025, 14:35.
    let has_marks = text.contains(':') || text.matches(['.', '/', '-']).count() == 2;
    has_digit && all && (has_word || has_marks) && words(&plain) <= 24
}

/// "Обновлено: 25.11.2026 14:35", "Жаңартылды", "5 minutes ago", "Вчера, 14:35": a line that only says how old the text is.
pub(super) fn is_age(plain: &str) -> bool {
    use super::phrases::{AGE_WORDS, AGES, DATE_WORDS, DAYS_AGO, UPDATED};

    let is_known = |word: &str| is_numeral(word) || [DATE_WORDS, AGE_WORDS, UPDATED].iter().any(|words| words.contains(&word));
    if !plain.split(' ').all(is_known) {
        return false;
    }
    let has = |some: &[&str]| plain.split(' ').any(|word| some.contains(&word));
    let is_ago = AGES.iter().any(|age| plain.starts_with(age) || plain.ends_with(age));
    is_ago || has(UPDATED) || (has(DAYS_AGO) && plain.split(' ').any(is_numeral))
}

/// "Время чтения: 3 мин", "5 min read", "3 минуттық оқу".
pub(super) fn is_reading_time(plain: &str) -> bool {
    use super::phrases::{READING, READING_WORDS};

    let is_known = |word: &str| is_numeral(word) || READING.contains(&word) || READING_WORDS.contains(&word);
    plain.split(' ').all(is_known) && plain.split(' ').any(is_numeral) && plain.split(' ').any(|word| READING.contains(&word))
}

/// "25", "2026", "5th", "14ч".
fn is_numeral(word: &str) -> bool {
    let digits = word.trim_end_matches(char::is_alphabetic);
    !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) && word.chars().count() <= 8
}

/// A line whose elements run together, `14:35Print`, with a space before each capital letter behind another sign.
fn parted(text: &str) -> String {
    let mut parted = String::with_capacity(text.len());
    let mut was_capital = true;
    for c in text.chars() {
        if c.is_uppercase() && !was_capital {
            parted.push(' ');
        }
        was_capital = c.is_uppercase();
        parted.push(c);
    }
    parted
}

//! What of a text counts when two versions of it are compared: letters, digits, and the few signs that change what is said.
//!
//! Letters that look alike are one: case, `ё` and `е`, and Latin letters in Cyrillic words, which Kazakh newsrooms mix up and mend. White
//! space parts nothing, so that "1 000" is "1000". Between digits a decimal mark stays, and whatever else parts two numbers.

/// Text as it is compared.
#[derive(Debug, Default)]
pub(super) struct Letters {
    kept: String,
    /// Something other than white space stands behind the last sign kept.
    is_parted: bool,
}

impl Letters {
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    pub fn into_text(self) -> String {
        self.kept
    }

    /// Adds a line. Its first number is another one than the last of the line before.
    pub fn push_line(&mut self, line: &str) {
        self.is_parted = true;
        // White space, or an opening sign: where a dash before a digit is a minus.
        let mut is_open = true;
        for (at, c) in line.char_indices() {
            // Most letters of the press, before any table is asked.
            if matches!(c, 'а'..='я') {
                self.kept.push(c);
                (self.is_parted, is_open) = (false, false);
                continue;
            }
            if is_unseen(c) {
                continue;
            }
            let digits = || digits_of(&line[at + c.len_utf8()..]);
            match c {
                _ if c.is_alphanumeric() => self.push_alphanumeric(c),
                _ if c.is_whitespace() => {}
                BREVE if self.kept.ends_with('и') => {
                    self.kept.pop();
                    self.kept.push('й');
                }
                _ if is_mark(c) => {}
                // Three digits behind it are thousands, as in 1,000.
                '.' | ',' if self.ends_with_digit() && !self.is_parted && digits() == 3 => {}
                '.' | ',' if self.ends_with_digit() && !self.is_parted && digits() > 0 => self.kept.push('.'),
                '%' | '‰' | '+' | '$' | '€' | '₸' | '₽' | '£' | '¥' => self.kept.push(c),
                '?' if self.kept.ends_with('?') => {}
                '?' => self.kept.push('?'),
                '-' | '‑' | '‒' | '–' | '−' if is_open && !self.ends_with_digit() && digits() > 0 => self.kept.push('-'),
                _ => self.is_parted = true,
            }
            is_open = c.is_whitespace() || matches!(c, '(' | '[' | '«' | '"' | '|' | '…' | '.' | ',' | ':' | ';' | '/');
        }
    }

    fn push_alphanumeric(&mut self, c: char) {
        let c = plain_digit(c);
        if c.is_ascii_digit() && self.is_parted && self.ends_with_digit() {
            self.kept.push(' ');
        }
        self.is_parted = false;
        match c {
            '0'..='9' => self.kept.push(c),
            'a'..='z' => self.kept.push(alike(c)),
            _ => self.kept.extend(c.to_lowercase().map(alike)),
        }
    }

    fn ends_with_digit(&self) -> bool {
        self.kept.as_bytes().last().is_some_and(u8::is_ascii_digit)
    }
}

/// What makes `й` of `и` in texts that write it as two characters.
const BREVE: char = '\u{306}';

/// How many digits a text begins with, counted up to four.
fn digits_of(text: &str) -> usize {
    text.bytes().take(4).take_while(u8::is_ascii_digit).count()
}

/// One letter for all that look like it.
fn alike(c: char) -> char {
    match c {
        'ё' => 'е',
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'i' => 'і',
        'o' => 'о',
        'p' => 'р',
        'x' => 'х',
        'y' => 'у',
        'h' => 'һ',
        'ə' => 'ә',
        c => c,
    }
}

/// Digits above and below the line as digits: `м²`.
fn plain_digit(c: char) -> char {
    match c {
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁰' | '⁴'..='⁹' => char::from(b'0' + (u32::from(c) - 0x2070) as u8),
        '₀'..='₉' => char::from(b'0' + (u32::from(c) - 0x2080) as u8),
        c => c,
    }
}

/// Soft hyphens and characters of no width.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Stress marks, and signs that only choose how an emoji looks.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}')
}

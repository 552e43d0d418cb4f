//! A word as a comparison keeps it: 32 bits.

/// A word of a signature: what it is, and a hash of its stem or value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token(u32);

/// What a word is to a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Plain,
    Number,
    Name,
    /// Months, weekdays, days told from today.
    Calendar,
    /// One of two opposites.
    Pole,
}

const HASH: u32 = (1 << 27) - 1;
/// The first word of a sentence.
const FIRST: u32 = 1 << 27;
/// Capital at the beginning of a sentence: perhaps a name. Only while a text is being signed.
const PERHAPS: u32 = 1 << 28;
/// Groups of opposites that no word of the lists has.
const DIGEST: u8 = 100;
const NOT: u8 = 101;
/// Bits of a calendar word's hash that tell a month from a weekday from a day told from today.
const CALENDAR: u32 = 8;

impl Token {
    pub fn new(class: Class, hash: u64) -> Self {
        let hash = u32::try_from(mixed(hash) >> 37).expect("27 bits");
        Self((class as u32) << 29 | hash)
    }

    pub fn class(self) -> Class {
        match self.0 >> 29 {
            1 => Class::Number,
            2 => Class::Name,
            3 => Class::Calendar,
            4 => Class::Pole,
            _ => Class::Plain,
        }
    }

    /// Of its stem or value, whatever its class.
    pub fn hash(self) -> u32 {
        self.0 & HASH
    }

    /// Whether the word is a fact that two reports of one frame may differ in.
    pub fn is_fact(self) -> bool {
        self.class() != Class::Plain
    }

    /// The group of an opposite, and which of the two it is.
    pub fn pole(self) -> (u32, bool) {
        (self.hash() >> 1, self.hash() & 1 == 1)
    }

    /// Whether it says that the title is that of a list of news.
    pub fn is_digest(self) -> bool {
        self.class() == Class::Pole && self.pole().0 == u32::from(DIGEST)
    }

    /// Whether it turns what is said into its opposite.
    pub fn is_not(self) -> bool {
        self.class() == Class::Pole && self.pole().0 == u32::from(NOT)
    }

    /// `18:20` is the number 18.20, as some write a time of day; a score is none.
    pub fn of_pair(first: u32, second: u32) -> Self {
        let is_time = first < 24 && (10..60).contains(&second);
        let (first, second) = (u64::from(first), u64::from(second));
        Self::new(Class::Number, if is_time { first * 1000 + second * 10 } else { first << 32 | second | 1 << 63 })
    }

    pub fn of_pole(group: u8, is_first: bool) -> Self {
        Self((Class::Pole as u32) << 29 | u32::from(group) << 1 | u32::from(is_first))
    }

    /// Of calendar words: those that can contradict each other have the same.
    pub fn calendar(self) -> u32 {
        self.hash() >> CALENDAR
    }

    pub fn of_calendar(kind: u32, value: u32) -> Self {
        Self((Class::Calendar as u32) << 29 | kind << CALENDAR | value)
    }

    /// Whether a sentence begins with it.
    pub fn is_first(self) -> bool {
        self.0 & FIRST != 0
    }

    /// The same, at the beginning of a sentence.
    pub fn at_a_beginning(self) -> Self {
        Self(self.0 | FIRST)
    }

    /// The same, perhaps a name.
    pub fn perhaps_a_name(self) -> Self {
        Self(self.0 | PERHAPS)
    }

    /// Whether it is not decided yet that it is a name.
    pub fn may_be_name(self) -> bool {
        self.0 & PERHAPS != 0
    }

    /// The same, a name or none.
    pub fn decided(self, is_name: bool) -> Self {
        let class = if is_name { Class::Name } else { Class::Plain };
        Self((class as u32) << 29 | self.0 & (FIRST | HASH))
    }

    /// What turns into its opposite what is said.
    pub fn not() -> Self {
        Self::of_pole(NOT, true)
    }

    /// What a list of the day's news calls itself.
    pub fn digest() -> Self {
        Self::of_pole(DIGEST, true)
    }
}

/// Spreads a value over 64 bits.
pub(super) fn mixed(value: u64) -> u64 {
    let value = (value ^ (value >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (value ^ (value >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

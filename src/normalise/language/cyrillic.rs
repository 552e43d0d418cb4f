//! Russian and Kazakh, and what tells their neighbours: Kyrgyz, Uzbek, Tajik, Tatar, Mongolian, Ukrainian, Belarusian, Bulgarian,
//! Macedonian, Serbian.

use super::ENOUGH;
use super::words::{Lexicon, Word, count};

/// Frequent words that only Kazakh has.
const KAZAKH: &str = "айтты айтылды арқылы ауданы ауданына ауданында ауданының ашылды барлық бастады басталды бен берді береді берілді бойынша болады \
    болатын болды болмайды былтырғы бір бірақ бірге бірнеше бүгін бұл дейді дейін еді екен еліміз елімізде емес ертең ең жасады \
    жасалды жатыр жаңа жолы жоғары жоқ жылдың жылға жүр және кейін келді келеді кетті кім мен мың неге немесе облысы облысына \
    облысынан облысында облысының отыр пен ретінде тағы туралы түрлі түсті тұр халық шықты ғана қазақ қазақстан қазақстанда \
    қазақстанның қала қалай қаласы қаласында қандай қашан құрды үкімет үшін әлі өтеді өтті";
/// Frequent words that only Russian has.
const RUSSIAN: &str = "более больше будет был были было всех вы где его ее ему если ещё её заявил здесь их когда которая которые который которых лет \
    мне можно него нее неё об однако она они почему поэтому рассказал рублей себя сколько сообщает сообщил стала стали стало также \
    тоже тысяч уже чего человек что чтобы эта эти это этого этой этом этот эту является";
/// Frequent words that Russian shares with its relatives.
const SLAVIC: &str = "а без будут была в вас во вот все года для до же за и из или к как кто между мы на над нас наш не нет но о он от перед по под \
    после при с со так то только у чем через";
/// Frequent words of the neighbours.
const OTHER: &str = "аб або аз аст ба байна барои белән берди беше билан бир болгон болду болон болот болуп боюнча брой бу буде бул бъдат бъде бўлган \
    ва във від ги го гэж гэта да дагы дар дз е един една жана жаңы жылдын й його каб као като ки кийин които която која који към \
    менен най новий нь няма облусу облусуна облусунда облусунун од ошол още під після року са се си след су със та тази тези това \
    този учун хам це цей цього че чрез што ще що щодо эле эмес энэ юм яго як яка який які ё є і її ја је ће үчүн ҳам һәм өчен";

#[derive(Debug, Clone, Copy)]
enum Speaks {
    Kazakh,
    Russian,
    Slavic,
    Other,
}

static LEXICON: Lexicon<Speaks, { count(KAZAKH) + count(RUSSIAN) + count(SLAVIC) + count(OTHER) }> =
    Lexicon::new([(KAZAKH, Speaks::Kazakh), (RUSSIAN, Speaks::Russian), (SLAVIC, Speaks::Slavic), (OTHER, Speaks::Other)]);

/// What the words of a text said.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    pub words: u32,
    points: Points,
    letters: Letters,
    has_kazakh_words: bool,
}

/// How clearly something speaks: 3 is one sure word, 1 a hint.
#[derive(Debug, Default, Clone, Copy)]
struct Points {
    kazakh: u32,
    russian: u32,
    /// For Slavic languages rather than Turkic ones, whichever it is.
    slavic: u32,
    /// For a neighbour.
    other: u32,
}

impl Points {
    const NONE: Self = Self { kazakh: 0, russian: 0, slavic: 0, other: 0 };

    fn kazakh(kazakh: u32) -> Self {
        Self { kazakh, ..Self::NONE }
    }

    fn russian(russian: u32) -> Self {
        Self { russian, slavic: russian, ..Self::NONE }
    }

    fn other(other: u32) -> Self {
        Self { other, ..Self::NONE }
    }

    fn at_least(self, least: Self) -> Self {
        Self {
            kazakh: self.kazakh.max(least.kazakh),
            russian: self.russian.max(least.russian),
            slavic: self.slavic.max(least.slavic),
            other: self.other.max(least.other),
        }
    }

    fn add(&mut self, more: Self) {
        self.kazakh += more.kazakh;
        self.russian += more.russian;
        self.slavic += more.slavic;
        self.other += more.other;
    }
}

impl Evidence {
    /// Takes a word into account.
    pub fn hear(&mut self, word: &Word<'_>) {
        self.words += 1;
        let letters = Letters::of(word.letters);
        self.letters.add(&letters);
        if word.is_name {
            self.points.add(Points { kazakh: letters.are_kazakh().into(), other: letters.foreign.into(), ..Points::NONE });
            return;
        }
        self.points.add(match LEXICON.look_up(word) {
            Some(Speaks::Kazakh) => {
                self.has_kazakh_words = true;
                Points::kazakh(3)
            }
            Some(Speaks::Russian) => Points::russian(3),
            Some(Speaks::Slavic) => Points { russian: 1, slavic: 2, ..Points::NONE },
            Some(Speaks::Other) => Points::other(3),
            None => ending(word.letters).at_least(letters.points()),
        });
    }

    /// The language that all but a few of the words spoke for.
    pub fn verdict(&self) -> Option<&'static str> {
        let Points { kazakh, russian, slavic, other } = self.points;
        if self.can_be_kazakh() && kazakh >= ENOUGH && kazakh > 2 * slavic && kazakh > 2 * other {
            Some("kk")
        } else if russian >= ENOUGH && russian > 2 * other && slavic > 2 * kazakh {
            Some("ru")
        } else {
            None
        }
    }

    /// Whether more than one letter, or a whole word, is Kazakh: each neighbour has some of the letters.
    fn can_be_kazakh(&self) -> bool {
        // Kyrgyz and Tatar have the first, Uzbek and Tajik the second without ы, Ukrainian and Belarusian the third.
        let Letters { own, front, back, narrow, yery, .. } = self.letters;
        self.has_kazakh_words || own || back && (yery || front || narrow) || front && narrow
    }
}

/// Which letters and pairs of letters a word or a text has.
#[derive(Debug, Default)]
struct Letters {
    /// ұ, which no neighbour has.
    own: bool,
    /// ә ө ү ң һ
    front: bool,
    /// қ ғ
    back: bool,
    /// і
    narrow: bool,
    yery: bool,
    /// A letter of Slavic words and of loanwords.
    slavic: bool,
    /// A letter of Russian that Bulgarian, Macedonian and Serbian lack.
    russian: bool,
    /// A letter or a pair that neither Kazakh nor Russian has.
    foreign: bool,
    /// ы where Russian never writes it.
    turkic: bool,
    /// Vowels as in Kyrgyz and Mongolian, or in Belarusian.
    strange: bool,
}

impl Letters {
    fn of(word: &[char]) -> Self {
        let mut letters = Self::default();
        let (mut before, mut is_rounded) = (' ', false);
        for &c in word {
            match c {
                'ө' | 'ү' => {
                    // Kazakh writes them in the first syllable only.
                    letters.strange |= is_rounded;
                    (letters.front, is_rounded) = (true, true);
                }
                'ә' | 'ң' | 'һ' => letters.front = true,
                'қ' | 'ғ' => letters.back = true,
                'і' => letters.narrow = true,
                'ұ' => letters.own = true,
                'в' | 'ф' | 'ц' | 'ч' | 'щ' => letters.slavic = true,
                'ь' | 'ё' => (letters.slavic, letters.russian) = (true, true),
                'э' => {
                    letters.russian = true;
                    letters.strange |= !matches!(before, ' ' | 'м' | 'а' | 'и' | 'о' | 'у');
                }
                'ы' => {
                    (letters.yery, letters.russian) = (true, true);
                    letters.turkic |= matches!(before, ' ' | 'ж' | 'ш' | 'г' | 'к' | 'х' | 'й' | 'у' | 'и');
                    letters.strange |= before == 'ч';
                }
                'а'..='я' => {}
                _ => letters.foreign = true,
            }
            // Russian writes ъ only before these.
            letters.foreign |= before == 'ъ' && !matches!(c, 'е' | 'ё' | 'ю' | 'я');
            letters.strange |= c == before && matches!(c, 'а' | 'у' | 'э');
            before = c;
        }
        letters
    }

    fn are_kazakh(&self) -> bool {
        self.own || self.front || self.back || self.narrow
    }

    fn points(&self) -> Points {
        let is_kazakh = self.are_kazakh();
        // A word with і and with a letter of loanwords may be Ukrainian, or a loanword with a Kazakh ending.
        let is_doubtful = self.narrow && self.slavic && !self.own && !self.front && !self.back;
        let is_slavic = self.slavic && !is_kazakh;
        let is_russian = is_slavic && self.russian && !self.turkic;
        Points {
            kazakh: if is_kazakh { 3 } else { 2 * u32::from(self.turkic) },
            russian: 2 * u32::from(is_russian),
            slavic: if is_russian { 2 } else { is_slavic.into() },
            other: if self.foreign { 3 } else { 2 * u32::from(self.strange || is_doubtful) },
        }
    }

    fn add(&mut self, more: &Self) {
        self.own |= more.own;
        self.front |= more.front;
        self.back |= more.back;
        self.narrow |= more.narrow;
        self.yery |= more.yery;
    }
}

/// How clearly an ending speaks.
fn ending(word: &[char]) -> Points {
    let kazakh = kazakh_ending(word);
    match (kazakh, other_ending(word)) {
        (0, 0) => Points::russian(russian_ending(word)),
        (0, other) => Points::other(other),
        (kazakh, _) => Points::kazakh(kazakh),
    }
}

/// Plurals and possessives with a case, verbs.
fn kazakh_ending(word: &[char]) -> u32 {
    match word {
        [.., 'л' | 'д' | 'т', 'а', 'р', 'ы'] | [.., 'а', 'р', 'д', 'ы' | 'а'] | [.., 'а' | 'е', 'р', 'м', 'е', 'н'] => 2,
        [.., 'с' | 'л' | 'р', 'ы', 'н', 'а'] | [.., 'ы', 'н', 'д', 'а'] | [.., 'ы', 'н', 'а', 'н'] => 2,
        [.., 'л' | 'й', 'д', 'ы'] | [.., 'п', 'т', 'ы'] | [.., 'т' | 'л' | 'н' | 'р' | 'п', 'а', 'д', 'ы'] => 2,
        [.., 'р' | 'н' | 'т' | 'з' | 'й', 'ы', 'п'] => 2,
        [.., 'л' | 'д' | 'т', 'а' | 'е', 'р'] => 1,
        _ => 0,
    }
}

/// Belarusian, Ukrainian, Bulgarian, Kyrgyz, Uzbek.
fn other_ending(word: &[char]) -> u32 {
    match word {
        [.., 'ц', 'ь'] | [.., 'ы', 'я'] | [.., 'н', 'н', 'я'] | [.., 'в', 'а', 'т', 'и'] | [.., 'т', 'т', 'а'] => 3,
        [.., 'н', 'о', 'с', 'т']
        | [.., 'в' | 'я', 'н', 'е']
        | [.., 'и', 'т', 'е']
        | [.., 'и', 'я', 'т']
        | [.., 'т', 'в', 'о', 'т', 'о'] => 2,
        [.., 'а' | 'и', 'т', 'и'] | [.., 'в' | 'т', 'и', 'й'] => 2,
        [.., 'н' | 'д' | 'т', 'ы', 'н'] | [.., 'л', 'д', 'и' | 'у'] | [.., 'л', 'а', 'р', 'и'] | [.., 'н', 'и', 'н', 'г'] => {
            2
        }
        [.., 'а', 'т', 'а'] | [.., 'о' | 'е', 'т', 'о'] | [.., 'г', 'а', 'н'] => 1,
        _ => 0,
    }
}

/// Adjectives and participles, verbs, nouns with a case; the clearest first.
fn russian_ending(word: &[char]) -> u32 {
    match word {
        [.., 'ы', 'й' | 'е' | 'х' | 'м'] | [.., 'ы', 'м', 'и'] | [.., 'а' | 'и' | 'е' | 'я' | 'у', 'т', 'ь'] => 3,
        [.., 'о' | 'е', 'с', 'т', 'ь' | 'и'] | [.., 'т' | 'ь' | 'л' | 'ю', 'с', 'я'] | [.., 'л', 'а' | 'и' | 'о', 'с', 'ь'] => {
            3
        }
        [.., 'а' | 'я' | 'у' | 'ю', 'е', 'т'] | [.., 'ё', 'т'] => 3,
        [.., 'у' | 'ю' | 'я', 'т'] | [.., 'у', 'ю'] | [.., 'а' | 'я', 'я'] | [.., 'о' | 'е', 'е' | 'й'] => 2,
        [.., 'ч' | 'с' | 'н', 'к', 'и', 'й' | 'е' | 'х' | 'м'] | [.., 'о' | 'е', 'г' | 'м', 'о' | 'у'] => 2,
        [.., 'е' | 'а', 'н', 'и', 'и' | 'ю' | 'й' | 'я' | 'х'] | [.., 'и' | 'о' | 'е', 'е', 'м' | 'в'] => 2,
        [.., 'о' | 'е', 'в' | 'м'] | [.., 'а' | 'я', 'х' | 'м'] | [.., 'а' | 'я', 'м', 'и'] | [.., 'и', 'и' | 'й' | 'ю' | 'е'] => {
            1
        }
        [.., 'и' | 'а' | 'е' | 'я' | 'у' | 'ы', 'л'] | [.., 'и' | 'а' | 'е' | 'я' | 'у' | 'ы', 'л', 'и' | 'а' | 'о'] => 1,
        [.., 'е' | 'а' | 'н', 'н', 'а' | 'ы'] => 1,
        _ => 0,
    }
}

//! Words that mean more to a comparison than themselves: numbers, months, weekdays, opposites, and the phrases by which outlets name
//! each other. In folded letters (see `words`); a `*` stands for any ending.

/// What a word means to a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Itself.
    Word,
    /// Nothing: it ties other words together.
    Tie,
    /// A number, in thousandths.
    Number(u64),
    /// What multiplies the number before it.
    Times(u64),
    Month(u8),
    Weekday(u8),
    /// Today, tomorrow, in the morning: a day or hour that the text does not name otherwise.
    When(u8),
    /// One of two opposites of a group.
    Pole(u8, bool),
    /// The verb by which one outlet names another as its source.
    Reports,
    /// The verb of a clause that only tells who said it.
    Says,
    /// What names a source up to the end of the clause.
    Citing,
    /// An agency or an outlet.
    Agency,
    /// A place: a name wherever in a sentence it stands. With the number of its entry, since names have endings of their own.
    Place(u8),
    /// Turns what is said into its opposite.
    Not,
    /// What a list of the day's news calls itself.
    Digest,
    /// Begins a sentence about the outlet itself, or about a picture.
    Footer,
}

use Meaning::{Agency, Citing, Digest, Footer, Month, Not, Number, Place, Pole, Reports, Says, Tie, Times, Weekday, When};

/// Words, parted by blanks, with their meaning.
const LISTS: &[(Meaning, &str)] = &[
    (
        Tie,
        "а без бы был была были было быть в во вот все всё где да для до его ее если есть еще же за и из или им их к ко как когда который которая \
         которое которые которого которой которых которым кто ли либо между мы на над него нее ней но ну о об обо около он она они оно от по под после \
         при про с со так также там то тоже той того том тот тех те ту у уже чего чем что чтобы эта эти это этого этой этом этот этих этому эту \
         свой своя свое свои своих своей своего своем будет будут лишь только том числе г гг т д пр др",
    ),
    (
        Tie,
        "ал ан бар бул осы сол мен бен пен да де та те ма ме ба бе па пе уш ушин туралы деп деген дейди екен еди бойынша жане немесе бирак сондай \
         сонымен катар гой гана оны оган онын олар олардын аркылы кейин дейин сайын тек тагы болып болды болады болган болатын отыр жатыр тур тиис",
    ),
    (
        Tie,
        "a an the of to in on at by for with from as is are was were be been being and or but that this these those it its his her their he she they \
         has have had will would which who whom than then also into over about after before during",
    ),
    (Number(1_000), "первый первая первое первого первой первом первым первую первые первых биринши first"),
    (
        Number(2_000),
        "два две двух двум двумя двое двоих второй вторая второе второго втором вторую вторым вторые вторых екинши екеуи two second",
    ),
    (
        Number(3_000),
        "три трех трем тремя трое троих третий третья третье третьего третьей третьем третью третьи уш ушеу ушинши three third",
    ),
    (
        Number(4_000),
        "четыре четырех четырем четверо четверых четвертый четвертая четвертое четвертого четвертой четвертом торт тортеу тортинши four fourth",
    ),
    (Number(5_000), "пять пяти пятеро пятерых пятый пятая пятое пятого пятой пятом бес бесеу бесинши five fifth"),
    (Number(6_000), "шесть шести шестеро шестой шестая шестое шестого шестом алтау алтыншы six sixth"),
    (Number(7_000), "семь семи семеро седьмой седьмая седьмое седьмого седьмом жети жетеу жетинши seven seventh"),
    (Number(8_000), "восемь восьми восьмой восьмая восьмое восьмого восьмом сегиз сегизинши eight eighth"),
    (Number(9_000), "девять девяти девятый девятая девятое девятого девятой девятом тогыз тогызыншы nine ninth"),
    (Number(10_000), "десять десяти десятый десятая десятого десятой онынши ten tenth"),
    (Number(11_000), "одиннадцать одиннадцати eleven"),
    (Number(12_000), "двенадцать двенадцати twelve"),
    (Number(15_000), "пятнадцать пятнадцати fifteen"),
    (Number(20_000), "двадцать двадцати жиырма twenty"),
    (Number(30_000), "тридцать тридцати отыз thirty"),
    (Number(40_000), "сорок сорока кырык forty"),
    (Number(50_000), "пятьдесят пятидесяти елу fifty"),
    (Number(100_000), "сто ста сотня жуз hundred"),
    (Times(1_000), "тыс тысяча тысячи тысяч тысячу тысячам тысячами мын мын. thousand"),
    (Times(1_000_000), "млн mln миллион* million*"),
    (Times(1_000_000_000), "млрд миллиард* billion* bn bln"),
    (Times(1_000_000_000_000), "трлн триллион* trillion* trln"),
    (Month(1), "январ* кантар* кантарда january jan"),
    (Month(2), "феврал* акпан* february feb"),
    (Month(3), "март марта марте марту мартом наурыз* march"),
    (Month(4), "апрел* сауир* april apr"),
    (Month(5), "май мая мае маю мамыр* may"),
    (Month(6), "июн* маусым маусымда маусымнан маусымга june jun"),
    (Month(7), "июл* шилде* july jul"),
    (Month(8), "август* тамыз* august aug"),
    (Month(9), "сентябр* кыркуйек* september sept sep"),
    (Month(10), "октябр* казан казанда казаннан казанга october oct"),
    (Month(11), "ноябр* караша* november nov"),
    (Month(12), "декабр* желтоксан* december dec"),
    (Weekday(1), "понедельник* дуйсенби* monday mon"),
    (Weekday(2), "вторник* сейсенби* tuesday tue"),
    (Weekday(3), "среду сарсенби* wednesday wed"),
    (Weekday(4), "четверг* бейсенби* thursday thu"),
    (Weekday(5), "пятниц* жума жумада жумасы friday fri"),
    (Weekday(6), "суббот* сенби* saturday sat"),
    (Weekday(7), "воскресень* жексенби* sunday sun"),
    (When(1), "сегодня сегодняшн* бугин бугинги today"),
    (When(2), "завтра завтрашн* ертен ертенги tomorrow"),
    (When(3), "вчера вчерашн* кеше кешеги yesterday"),
    (When(4), "послезавтра"),
    (When(5), "утром танертен"),
    (When(6), "вечером кешке"),
    (When(7), "ночью тунде"),
    (
        Pole(1, true),
        "вырос* выраст* возрос* повыси* повыш* увелич* подорожа* подняли подняла поднялс* осты артты артады жогарылады кымбаттады rose rises grew increased raised up higher gained",
    ),
    (
        Pole(1, false),
        "снизи* снижа* снижен* упал* сократи* уменьши* подешеве* опусти* понизи* томендеди азайды арзандады fell falls dropped decreased cut declined down lower lost",
    ),
    (
        Pole(2, true),
        "одобри* одобрен* принял приняли приняла поддержа* утверди* утвержден* макулдады кабылдады бекитти approved approves adopted passed passes backed backs",
    ),
    (
        Pole(2, false),
        "отклони* отклонен* отверг* отказал* забракова* кабылдамады макулдамады rejected rejects declined refused vetoed fails",
    ),
    (Pole(3, true), "виновным виновной виновными осужден* осудил* приговорил* кинали соттады сотталды guilty convicted sentenced"),
    (Pole(3, false), "оправда* невиновн* акталды актап актады acquitted cleared"),
    (Pole(4, true), "откры* открое* ашылды ашты opened opens reopened"),
    (Pole(4, false), "закры* закрое* жабылды жапты closed closes shut"),
    (Pole(5, true), "разреши* разрешен* рухсат allowed permitted allows"),
    (Pole(5, false), "запрети* запрещ* запрет тыйым banned bans prohibited forbidden"),
    (Pole(6, true), "выигра* победи* обыгра* женди жеңди won beat wins defeated"),
    (Pole(6, false), "проигра* уступи* жеңилди женилди loses defeat"),
    (Pole(7, true), "подтверди* растады confirmed confirms"),
    (Pole(7, false), "опроверг* жокка denied denies refuted"),
    (Pole(8, true), "введ* ввел ввели вводит* вводят* енгизди енгизиледи introduced imposed introduces"),
    (Pole(8, false), "снят снята снято сняты сняли снял сняла отмени* отменен* отменя* жойды алып lifted cancelled scrapped abolished"),
    (Pole(9, true), "начал* начне* начинае* стартова* басталды басталады began begins started launched"),
    (Pole(9, false), "заверши* закончи* аякталды токтатты ended ends finished completed stopped"),
    (Reports, "передает передают сообщает сообщают пишет пишут информирует информируют хабарлайды хабарлап жазады маглумдейди reports"),
    (
        Says,
        "сообщил сообщила сообщили передал передала передали рассказал рассказала рассказали уточнил уточнила уточнили заявил заявила заявили отметил \
         отметила отметили пояснил пояснила пояснили проинформировал проинформировали говорится признали признал заверили подчеркнул подчеркнула сказано \
         хабарлады малимдеди ескертти деди дейди жазды айтты айтып атап делинген said says reported announced told noted added",
    ),
    (Citing, "ссылкой ссылаясь данным словам информации сведениям мнению according силтеме"),
    (
        Agency,
        "казинформ* казинформа kazinform казакпарат* qazaqparat qazinform казтаг kaztag интерфакс* interfax тасс tass рбк reuters tengrinews тengrinews zakon \
         dknews nurkz informburo bnews baq kapital vlast sputnik ulysmedia orda azattyq egemen хабар24 qazcontent primeminister inbusiness forbes",
    ),
    (
        Place(0),
        "астан* алмат* шымкент* караганд* актобе* актюбинск* атырау* актау* уральск* орал оралда оралдан павлодар* петропавл* костанай* костанае* кокшетау* \
         тараз* туркестан* туркистан* кызылорд* семей* семее семея усть-каменогорск* оскемен* талдыкорган* экибастуз* екибастуз* темиртау* жезказган* балхаш* \
         жанаозен* конаев* капшагай* аркалык* степногорск* сатпаев* байконур* байконыр* кульсары* аксай* риддер* щучинск* хромтау* лисаковск* рудный рудном \
         акмол* мангистау* мангыстау* жамбыл* абайск* улытау* жетысу* жетису* зко ско вко россия россии россией россию ресей* китай* китае* кытай* узбекистан* \
         озбекстан* кыргызстан* турция турции туркия* москв* ташкент* бишкек*",
    ),
    (Pole(10, true), "построит* построят появится салады салынады build builds ашылады"),
    (Pole(10, false), "закроет закроют прекратит жабады жабылады scraps drops"),
    (Pole(11, true), "бастуют бастует забастовали объявили strike"),
    (Pole(11, false), "вернулись вернутся прекратили resume resumed"),
    (Pole(12, true), "шыкты reaches reached advances through"),
    (Pole(12, false), "калды утылды out knocked eliminated"),
    (Pole(13, true), "колдады колдау колдап"),
    (Pole(13, false), "карсы кайтарылды кайтарды колдамады"),
    (Pole(14, true), "доступна доступен доступно доступны"),
    (Pole(14, false), "недоступна недоступен недоступно недоступны"),
    (Pole(15, true), "сенат* senate"),
    (Pole(15, false), "мажилис* mazhilis"),
    (Not, "не нет емес алмады алмай алмайды not no never"),
    (Digest, "главное дайджест* digest briefing roundup новостей жаналыктары жаналыктар"),
    (
        Footer,
        "подписывайтесь подпишитесь подписывайся теме читайте смотрите следите присоединяйтесь фото видео кадр иллюстративное источник обновлено оригинал \
         жазылыныз окыныз сурет subscribe follow read photo illustrative source updated",
    ),
];

/// The lists, to look a word up in.
#[derive(Debug)]
pub(super) struct Lexicon {
    /// Sorted by the word; the last says whether it is the beginning of one.
    words: Vec<(&'static str, Meaning, bool)>,
}

/// How many words before the place of a word may be a beginning of it.
const NEAR: usize = 6;

impl Lexicon {
    pub fn new() -> Self {
        let listed = LISTS.iter().flat_map(|(meaning, list)| list.split(' ').filter(|word| !word.is_empty()).map(|word| (word, *meaning)));
        let mut words: Vec<_> = listed
            .enumerate()
            .map(|(number, (word, meaning))| {
                let meaning = if matches!(meaning, Place(_)) { Place(u8::try_from(number % 251).expect("below 251")) } else { meaning };
                match word.strip_suffix('*') {
                    Some(beginning) => (beginning, meaning, true),
                    None => (word, meaning, false),
                }
            })
            .collect();
        words.sort_by_key(|(word, _, _)| *word);
        Self { words }
    }

    /// What a folded word means.
    pub fn meaning(&self, word: &str) -> Meaning {
        let after = self.words.partition_point(|(known, _, _)| *known <= word);
        let near = self.words[after.saturating_sub(NEAR)..after].iter().rev();
        let fits = |(known, _, is_beginning): &&(&str, Meaning, bool)| *known == word || (*is_beginning && word.starts_with(known));
        near.into_iter().find(fits).map_or(Meaning::Word, |(_, meaning, _)| *meaning)
    }
}

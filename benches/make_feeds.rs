//! Writes synthetic Russian-language news feeds for the benchmarks: the same arguments always give the same bytes.
//!
//! Half of the feeds are Atom, half RSS 2.0; every item has a teaser of 400 characters in HTML; a quarter of the feeds carry
//! the article as well, 4,000 characters of HTML with a picture, a link and a script that a reader must not get.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use chrono::{DateTime, TimeDelta, Utc};

const USAGE: &str = "usage: make_feeds DIR FEEDS ITEMS
Writes DIR/f00000.xml … and DIR/list.txt with their names.";

/// Characters of a teaser, and of an article, without their tags.
const TEASER: usize = 400;
const ARTICLE: usize = 4_000;

/// The first item of every feed is of this second (2026-06-01T00:00:00Z); each following one an hour younger.
const FIRST: i64 = 1_780_272_000;

/// What titles and texts are made of: the words of a regional newsroom, each about as often as the next.
const WORDS: &str = "адвокат аэропорт библиотека больной ветеран ветер вокзал волонтёр врач выпускник газета геолог горожане гостиница \
    граница губернатор двор декабрь делегация детский договор документ дом железный животные журналист завтра закупка заповедник \
    заявка здание зима знак игра известный изменение институт искусство испытание история квартира клуб книга колледж команда \
    комиссия конкурс концерт космодром кран кризис лаборатория лауреат лёд лекарство лес лето лицензия льгота маршрут мастер материал \
    машина медаль метро механик мнение молодёжь мост музей музыка налоговый народ наука неделя новость норма обзор область обмен \
    образование общество объект ограничение операция опрос орган отдел отрасль отчёт очередь память парк пассажир патент певец пенсия \
    перевозка перекрёсток песня письмо площадь победитель подарок поезд поле порт поставка праздник предприятие премьера пресса причина \
    пробка профессор птица путь работник расписание регион режим результат ремонт республика ресурс реформа решение родители рост \
    сад самолёт сборная север сезон семья скорость следствие слушания совет солнце специалист список спрос станция степь суббота \
    судья таможня театр телефон территория товарищество топливо трасса труд улица условие участник учёный учитель фермер фестиваль \
    финал фонд хлеб центр цифра человек чтение шахта штраф эколог экзамен экран электричество юбилей ярмарка важный первый свежий \
    главный дорогой зимний каждый летний лучший местный ночной общий полный редкий северный сильный старый южный введут возведут \
    вырос выступил закрыли изменят исследовали купили назвали нашли объяснил ожидает опубликовали отменили перенесли показал получат \
    построили предложил продлят разрешили решили спасли сравнили стало считает утвердили в и на по за под над без до около через \
    после перед между также уже ещё теперь только";

type Failure = Box<dyn Error>;

fn main() -> Result<ExitCode, Failure> {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.as_slice() {
        [folder, feeds, items] => make(Path::new(folder), feeds.parse()?, items.parse()?)?,
        other => {
            say(USAGE);
            return Ok(if other.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) });
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "the usage is for whoever runs it")]
fn say(text: &str) {
    println!("{text}");
}

fn make(folder: &Path, feeds: u64, items: u64) -> Result<(), Failure> {
    fs::create_dir_all(folder)?;
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut list = String::new();
    for feed in 0..feeds {
        let name = format!("f{feed:05}.xml");
        let has_articles = feed % 8 < 2;
        let entries: Vec<Item> = (0..items).rev().map(|number| Item::new(&words, feed, number, has_articles)).collect();
        let document = if feed % 2 == 0 { atom(feed, &entries)? } else { rss(feed, &entries)? };
        fs::write(folder.join(&name), document)?;
        writeln!(list, "{name}")?;
    }
    fs::write(folder.join("list.txt"), list)?;
    Ok(())
}

struct Item {
    number: u64,
    title: String,
    link: String,
    category: String,
    author: &'static str,
    published: DateTime<Utc>,
    /// HTML.
    teaser: String,
    /// HTML.
    article: Option<String>,
}

impl Item {
    fn new(words: &[&str], feed: u64, number: u64, has_article: bool) -> Self {
        let mut writer = Writer { words, dice: Dice(feed << 32 | number) };
        let title = writer.words(6, 12);
        let seconds = i64::try_from(number * 3_600 + feed % 3_600).unwrap_or(0);
        Self {
            number,
            link: format!("https://gazeta-{feed}.example/ru/2026/{number}-{:08x}", writer.dice.below(1 << 32)),
            category: writer.word().to_owned(),
            author: ["Редакция", "Айгуль Сатпаева", "Пётр Лесной", "Корр. отдела новостей"][writer.dice.below(4)],
            published: DateTime::UNIX_EPOCH + TimeDelta::seconds(FIRST + seconds),
            teaser: format!("<p>{}</p>", writer.sentences(TEASER).join(" ")),
            article: has_article.then(|| writer.article(feed, number, &title)),
            title,
        }
    }
}

/// Makes texts out of a stock of words.
struct Writer<'a> {
    words: &'a [&'a str],
    dice: Dice,
}

impl Writer<'_> {
    fn word(&mut self) -> &str {
        self.words[self.dice.below(self.words.len())]
    }

    /// From `least` to `most` words, the first one with a capital.
    fn words(&mut self, least: usize, most: usize) -> String {
        let mut text = String::new();
        for number in 0..least + self.dice.below(most - least + 1) {
            let word = self.word();
            if number == 0 {
                let mut letters = word.chars();
                text.extend(letters.next().into_iter().flat_map(char::to_uppercase));
                text.push_str(letters.as_str());
            } else {
                text.push(' ');
                text.push_str(word);
            }
        }
        text
    }

    /// Sentences of at least `characters` in all.
    fn sentences(&mut self, characters: usize) -> Vec<String> {
        let mut sentences = Vec::new();
        let mut written = 0;
        while written < characters {
            let sentence = match self.dice.below(4) {
                0 => format!("{} «{}» — {}.", self.words(4, 9), self.words(1, 2), self.word()),
                _ => self.words(8, 20) + ".",
            };
            written += sentence.chars().count() + 1;
            sentences.push(sentence);
        }
        sentences
    }

    fn article(&mut self, feed: u64, number: u64, title: &str) -> String {
        let paragraphs: Vec<String> = self.sentences(ARTICLE).chunks(4).map(|chunk| format!("<p>{}</p>", chunk.join(" "))).collect();
        let (before, after) = paragraphs.split_at(paragraphs.len() / 2);
        let picture = format!(
            r#"<figure><img src="https://gazeta-{feed}.example/foto/{number}.jpg" alt="{title}" width="960" height="540"><figcaption>Фото пресс-службы</figcaption></figure>"#
        );
        let see_also = format!(
            r#"<p>По теме: <a href="/ru/2026/{}" target="_blank" onclick="count(this)">{}</a></p>"#,
            number.saturating_sub(1),
            self.words(5, 9)
        );
        let script = format!("<script>metrika.hit({feed}, {number});</script>");
        [picture, before.concat(), see_also, after.concat(), script].concat()
    }
}

/// SplitMix64: numbers that look random and are the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % end as u64).expect("it is below a usize")
    }
}

fn atom(feed: u64, items: &[Item]) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    let updated = items.first().map_or(DateTime::UNIX_EPOCH, |item| item.published).to_rfc3339();
    write!(text, r#"<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru">"#)?;
    write!(text, "<title>Газета № {feed}</title><id>tag:gazeta-{feed}.example,2026:/</id><updated>{updated}</updated>")?;
    writeln!(text, r#"<link href="https://gazeta-{feed}.example/"/>"#)?;
    for item in items {
        let date = item.published.to_rfc3339();
        write!(text, "<entry><title>{}</title><id>tag:gazeta-{feed}.example,2026:/{}</id>", item.title, item.number)?;
        write!(text, r#"<link rel="alternate" href="{}"/><published>{date}</published><updated>{date}</updated>"#, item.link)?;
        write!(text, r#"<author><name>{}</name></author><category term="{}"/>"#, item.author, item.category)?;
        write!(text, r#"<summary type="html"><![CDATA[{}]]></summary>"#, item.teaser)?;
        if let Some(article) = &item.article {
            write!(text, r#"<content type="html"><![CDATA[{article}]]></content>"#)?;
        }
        writeln!(text, "</entry>")?;
    }
    write!(text, "</feed>")?;
    Ok(text)
}

fn rss(feed: u64, items: &[Item]) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    write!(text, r#"<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/""#)?;
    write!(text, r#" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Газета № {feed}</title>"#)?;
    writeln!(text, "<link>https://gazeta-{feed}.example/</link><description>Все новости дня</description><language>ru</language>")?;
    for item in items {
        write!(text, "<item><title>{}</title><link>{}</link>", item.title, item.link)?;
        write!(
            text,
            r#"<guid isPermaLink="false">gazeta-{feed}/{}</guid><pubDate>{}</pubDate>"#,
            item.number,
            item.published.to_rfc2822()
        )?;
        write!(text, "<dc:creator>{}</dc:creator><category>{}</category>", item.author, item.category)?;
        write!(text, "<description><![CDATA[{}]]></description>", item.teaser)?;
        if let Some(article) = &item.article {
            write!(text, "<content:encoded><![CDATA[{article}]]></content:encoded>")?;
        }
        writeln!(text, "</item>")?;
    }
    write!(text, "</channel></rss>")?;
    Ok(text)
}

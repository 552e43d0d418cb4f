//! Feed documents as a newsroom in Kazakhstan would serve them: RSS 2.0, Atom, JSON Feed.
//!
//! Well-formed always, valid unless a test takes away a guid or a date. A document that is broken on purpose is a file
//! of the corpus, not a case for these builders.

use serde_json::{Map, Value, json};

/// Home page of the newsroom that these feeds come from.
pub const SITE: &str = "https://news.example";

const FEED_TITLE: &str = "Жаңалықтар & новости";

/// Two neighbouring numbers share no subject and no predicate, so that their items are never taken for one report.
const SUBJECTS_RU: [&str; 7] = [
    "Акимат Шымкента",
    "Министерство энергетики",
    "Порт Актау",
    "Университет Караганды",
    "Больница Актобе",
    "Театр Павлодара",
    "Аэропорт Кокшетау",
];
const PREDICATES_RU: [&str; 5] = [
    "открывает набор волонтёров",
    "публикует отчёт за квартал",
    "закупает новое оборудование",
    "ремонтирует старый корпус",
    "меняет часы приёма",
];
const SUBJECTS_KK: [&str; 7] = [
    "Алматы әкімдігі",
    "Атырау порты",
    "Тараз мұражайы",
    "Семей университеті",
    "Қызылорда кітапханасы",
    "Орал ауруханасы",
    "Түркістан театры",
];
const PREDICATES_KK: [&str; 5] =
    ["жаңа ғимарат ашады", "тоқсандық есебін жариялайды", "ескі көпірді жөндейді", "ашық есік күнін өткізеді", "көктемгі көрме дайындайды"];

/// One report, to be written into any of the formats.
#[derive(Clone, Debug)]
pub struct Item {
    pub guid: Option<String>,
    pub link: String,
    pub title: String,
    /// Description, summary or content_text, by format.
    pub text: String,
    date: Date,
}

#[derive(Clone, Debug)]
enum Date {
    Missing,
    /// Hours after Monday, 6 January 2025, 09:00 in Astana; written in the form that the format asks for.
    Hours(u32),
    /// Written as it stands, in every format.
    Raw(String),
}

impl Item {
    /// Item number `n`, the same at each call; every third one is in Kazakh, the others in Russian.
    ///
    /// Guid, link, title, text and date all differ between two numbers.
    pub fn new(n: u32) -> Item {
        let nth = n as usize;
        let (title, text) = if n % 3 == 2 {
            let title = format!("{} {}", SUBJECTS_KK[nth % 7], PREDICATES_KK[nth % 5]);
            let text = format!("{title}. Баспасөз қызметінің хабарлауынша, бұған {n} млн теңге бөлінді.");
            (format!("{title}: {n} млн теңге"), text)
        } else {
            let title = format!("{} {}", SUBJECTS_RU[nth % 7], PREDICATES_RU[nth % 5]);
            let text = format!("{title}. Как сообщила пресс-служба, на это выделено {n} млн тенге.");
            (format!("{title}: {n} млн тенге"), text)
        };
        Item { guid: Some(format!("{SITE}/?p={n}")), link: format!("{SITE}/article/{n}"), title, text, date: Date::Hours(n) }
    }

    pub fn guid(mut self, guid: Option<&str>) -> Item {
        self.guid = guid.map(str::to_owned);
        self
    }

    pub fn link(mut self, link: impl Into<String>) -> Item {
        self.link = link.into();
        self
    }

    pub fn title(mut self, title: impl Into<String>) -> Item {
        self.title = title.into();
        self
    }

    pub fn text(mut self, text: impl Into<String>) -> Item {
        self.text = text.into();
        self
    }

    /// `Some` is written as it stands in every format, sensible or not; `None` leaves the date out.
    pub fn date(mut self, date: Option<&str>) -> Item {
        self.date = date.map_or(Date::Missing, |raw| Date::Raw(raw.to_owned()));
        self
    }
}

/// An RSS 2.0 document in UTF-8; guids are no permalinks.
pub fn rss(items: &[Item]) -> String {
    let mut document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel>\n{}{}{}",
        element("title", FEED_TITLE),
        element("link", SITE),
        element("description", FEED_TITLE),
    );
    for item in items {
        document += "<item>\n";
        if let Some(guid) = &item.guid {
            document += &format!("<guid isPermaLink=\"false\">{}</guid>\n", escaped(guid));
        }
        document += &element("link", &item.link);
        document += &element("title", &item.title);
        document += &element("description", &item.text);
        if let Some(date) = item.date.written(Moment::rfc822) {
            document += &element("pubDate", &date);
        }
        document += "</item>\n";
    }
    document + "</channel></rss>\n"
}

/// An Atom document in UTF-8; the text is a plain summary, the date both `published` and `updated`.
pub fn atom(items: &[Item]) -> String {
    let mut document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n{}{}{}",
        element("id", SITE),
        element("title", FEED_TITLE),
        element("updated", &Moment::after(0).rfc3339()),
    );
    for item in items {
        document += "<entry>\n";
        if let Some(guid) = &item.guid {
            document += &element("id", guid);
        }
        document += &format!("<link rel=\"alternate\" href=\"{}\"/>\n", escaped(&item.link));
        document += &element("title", &item.title);
        document += &element("summary", &item.text);
        if let Some(date) = item.date.written(Moment::rfc3339) {
            document += &element("published", &date);
            document += &element("updated", &date);
        }
        document += "</entry>\n";
    }
    document + "</feed>\n"
}

/// A JSON Feed 1.1 document; the text is `content_text`.
pub fn json_feed(items: &[Item]) -> String {
    let items: Vec<Value> = items.iter().map(json_item).collect();
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": FEED_TITLE,
        "home_page_url": SITE,
        "items": items,
    })
    .to_string()
}

fn json_item(item: &Item) -> Value {
    let mut members = Map::new();
    if let Some(guid) = &item.guid {
        members.insert("id".to_owned(), json!(guid));
    }
    members.insert("url".to_owned(), json!(item.link));
    members.insert("title".to_owned(), json!(item.title));
    members.insert("content_text".to_owned(), json!(item.text));
    if let Some(date) = item.date.written(Moment::rfc3339) {
        members.insert("date_published".to_owned(), json!(date));
    }
    Value::Object(members)
}

fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>\n", escaped(text))
}

/// `text` fit for content and for a double-quoted attribute.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            _ => escaped.push(character),
        }
    }
    escaped
}

impl Date {
    fn written(&self, form: fn(&Moment) -> String) -> Option<String> {
        match self {
            Date::Missing => None,
            Date::Hours(hours) => Some(form(&Moment::after(*hours))),
            Date::Raw(raw) => Some(raw.clone()),
        }
    }
}

/// An hour on the clock of Astana, UTC+05:00.
struct Moment {
    year: u32,
    /// From 0.
    month: usize,
    /// From 1.
    day: u32,
    /// From 0 = Monday.
    weekday: usize,
    hour: u32,
}

impl Moment {
    fn after(hours: u32) -> Moment {
        let hours = hours + 9;
        let days = hours / 24;
        let mut moment = Moment { year: 2025, month: 0, day: 6 + days, weekday: days as usize % 7, hour: hours % 24 };
        while moment.day > moment.days_in_month() {
            moment.day -= moment.days_in_month();
            moment.month += 1;
            if moment.month == 12 {
                moment.month = 0;
                moment.year += 1;
            }
        }
        moment
    }

    fn days_in_month(&self) -> u32 {
        let is_leap = self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        match self.month {
            1 => 28 + u32::from(is_leap),
            3 | 5 | 8 | 10 => 30,
            _ => 31,
        }
    }

    /// As RSS writes it: `Mon, 06 Jan 2025 09:00:00 +0500`.
    fn rfc822(&self) -> String {
        const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let (weekday, month) = (DAYS[self.weekday], MONTHS[self.month]);
        format!("{weekday}, {:02} {month} {} {:02}:00:00 +0500", self.day, self.year, self.hour)
    }

    /// As Atom and JSON Feed write it: `2025-01-06T09:00:00+05:00`.
    fn rfc3339(&self) -> String {
        format!("{}-{:02}-{:02}T{:02}:00:00+05:00", self.year, self.month + 1, self.day, self.hour)
    }
}

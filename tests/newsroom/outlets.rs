//! The newsrooms: what they are called, in what language they write, and how their addresses and guids look.

use super::calendar::Wall;
use super::dice::{Dice, named};

/// A newsroom.
#[derive(Debug)]
pub struct Outlet {
    pub name: &'static str,
    pub language: &'static str,
    address: Address,
    guid: Guid,
}

#[derive(Clone, Copy, Debug)]
enum Address {
    Number,
    Dated,
    Query,
    Tracked,
    Page,
}

#[derive(Clone, Copy, Debug)]
enum Guid {
    Link,
    Number,
    Query,
}

/// All of them.
pub const OUTLETS: [Outlet; 20] = [
    outlet("vesti-stepi", "ru", Address::Number, Guid::Link),
    outlet("delovoy-kz", "ru", Address::Dated, Guid::Query),
    outlet("ogni-astany", "ru", Address::Page, Guid::Link),
    outlet("karavan-daily", "ru", Address::Number, Guid::Number),
    outlet("ertis-press", "ru", Address::Query, Guid::Query),
    outlet("yug-media", "ru", Address::Tracked, Guid::Link),
    outlet("shahter-news", "ru", Address::Page, Guid::Number),
    outlet("caspian-post", "ru", Address::Number, Guid::Link),
    outlet("zhetysu-today", "ru", Address::Dated, Guid::Link),
    outlet("zakon-i-my", "ru", Address::Tracked, Guid::Number),
    outlet("agentstvo-11", "ru", Address::Number, Guid::Number),
    outlet("sport-segodnya", "ru", Address::Page, Guid::Link),
    outlet("dala-habar", "kk", Address::Number, Guid::Link),
    outlet("qala-uni", "kk", Address::Dated, Guid::Query),
    outlet("el-tynysy", "kk", Address::Page, Guid::Link),
    outlet("zhas-orda", "kk", Address::Query, Guid::Number),
    outlet("aqiqat-press", "kk", Address::Tracked, Guid::Link),
    outlet("steppe-courier", "en", Address::Dated, Guid::Link),
    outlet("caspian-tribune", "en", Address::Number, Guid::Number),
    outlet("astana-digest", "en", Address::Page, Guid::Link),
];

const fn outlet(name: &'static str, language: &'static str, address: Address, guid: Guid) -> Outlet {
    Outlet { name, language, address, guid }
}

impl Outlet {
    /// The outlets of a language.
    pub fn of(language: &str) -> Vec<&'static Self> {
        OUTLETS.iter().filter(|outlet| outlet.language == language).collect()
    }

    /// The address of the outlet's item of that number.
    pub fn url(&self, number: usize, at: i64) -> String {
        let (host, language) = (format!("https://{}.example", self.name), self.language);
        let Wall { year, month, day, .. } = Wall::at(at);
        match self.address {
            Address::Number => format!("{host}/{language}/news/{number}"),
            Address::Dated => format!("{host}/{year}/{month:02}/{day:02}/{}-{number}/", slug(number)),
            Address::Query => format!("{host}/?p={number}"),
            Address::Tracked => format!("{host}/news/{number}?utm_source=rss&utm_medium=feed"),
            Address::Page => format!("{host}/{}/{number}.html", slug(number)),
        }
    }

    /// The guid of the outlet's item of that number at that address.
    pub fn guid(&self, number: usize, url: &str) -> String {
        match self.guid {
            Guid::Link => url.to_owned(),
            Guid::Number => format!("{}-{number}", self.name),
            Guid::Query => format!("https://{}.example/?post_type=news&p={number}", self.name),
        }
    }
}

/// A word or two for an address.
fn slug(number: usize) -> String {
    const WORDS: [&str; 12] =
        ["novosti", "segodnya", "v-gorode", "region", "akim", "obzor", "glavnoe", "zhurnal", "astana", "fakt", "den", "tema"];
    let mut dice = Dice::new(named(number as u64, "slug"));
    format!("{}-{}", dice.pick(&WORDS), dice.pick(&WORDS))
}

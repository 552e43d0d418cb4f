//! The table `[source.listing]`: where an HTML page keeps its news.

use std::fmt::Write as _;

use url::Url;

use super::date_format::DateFormat;
use super::keys::keys;
use super::selector::Field;

keys! {
    /// Where a page that lists news keeps them: CSS selectors, each below `item` but for `next`. `taspa preview URL` finds them and prints
    /// this table.
    pub struct Listing {
        /// What encloses one piece of news; it may be the link itself.
        item: Field, example ".item";
        /// Its title. Without it, its headline, else the text of its link.
        title: Option<Field>, example "h2";
        /// Its link. Without it, the link around the title, else the one with the longest text.
        link: Option<Field>, example "h2 a@href";
        /// Its date. Without it, the first one in it that can be read.
        date: Option<Field>, example "time@datetime";
        /// Its summary. Without it, none.
        summary: Option<Field>, example ".lead";
        /// Its picture. Without it, the first one in it.
        image: Option<Field>, example "img@data-src";
        /// Its author. Without it, none.
        author: Option<Field>, example ".author";
        /// The link to the page with older news. Without it, the first page is all.
        next: Option<Field>, example "a.next@href";
        /// Most pages read at one poll. Further ones are read only while the page before is all news.
        pages: u32 = 3, in 1 ..= 20;
        /// How dates are written, where they are not understood: strftime's terms, names of months in Russian, Kazakh or English.
        date_format: Option<DateFormat>, example "%d.%m.%Y %H:%M";
        /// What relative links are resolved against, if it is not the page.
        base: Option<Url>, example "https://dknews.kz/";
    }
}

/// The default of `pages`.
const PAGES: u32 = 3;

impl Listing {
    /// A listing of which only the items are known.
    pub fn of(item: Field) -> Self {
        Self {
            item,
            title: None,
            link: None,
            date: None,
            summary: None,
            image: None,
            author: None,
            next: None,
            pages: PAGES,
            date_format: None,
            base: None,
        }
    }

    /// The table as lines of TOML, to paste below a `[[source]]`.
    pub fn to_toml(&self) -> String {
        let Self { item, title, link, date, summary, image, author, next, pages, date_format, base } = self;
        let mut lines = String::from("[source.listing]\n");
        let mut line = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                writeln!(lines, "{key} = {}", toml_edit::Value::from(value)).expect("a String takes all");
            }
        };
        line("item", Some(item.to_string()));
        for (key, field) in
            [("title", title), ("link", link), ("date", date), ("summary", summary), ("image", image), ("author", author), ("next", next)]
        {
            line(key, field.as_ref().map(ToString::to_string));
        }
        line("date_format", date_format.as_ref().map(|format| format.as_str().to_owned()));
        line("base", base.as_ref().map(ToString::to_string));
        if *pages != PAGES {
            writeln!(lines, "pages = {pages}").expect("a String takes all");
        }
        lines
    }
}

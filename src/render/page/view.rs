//! The page of one view: its stories in short, each with the way to its outlets, and how to subscribe.

use url::Url;

use super::super::versions::others;
use super::words::Words;
use super::{FeedFormat, Page, addresses, alternate, is_web, lang, search_form};
use crate::normalise::{counts_readers, shorten, text_of};
use crate::render::escape::escape;
use crate::view::{Publication, Story, Version};

/// Longest text of a story, in characters: enough to know whether to read it where it was published.
const MAX_TEXT: usize = 400;
/// Most categories of a story.
const MAX_CATEGORIES: usize = 8;

/// The publication as a page. The same publication gives the same bytes.
pub fn view_page(publication: &Publication) -> String {
    let language = publication.language().unwrap_or("en");
    let words = Words::of(language);
    let feeds = FeedFormat::ALL.map(|format| (format, publication.url(format.extension())));
    let page = Page {
        language,
        words,
        title: &publication.title,
        head: head(publication, &feeds),
        header: header(publication, words, &feeds),
        main: match publication.stories.as_slice() {
            [] => format!("<p class=\"empty\">{}</p>\n", words.no_stories),
            stories => stories.iter().map(|story| article(publication, story, words)).collect(),
        },
    };
    page.html()
}

fn head(publication: &Publication, feeds: &[(FeedFormat, String)]) -> String {
    let named = |format: FeedFormat| format!("{} ({})", publication.title, format.name());
    let mut head: String = feeds.iter().map(|(format, url)| alternate(&named(*format), *format, url)).collect();
    head.push_str(&format!("<link rel=\"canonical\" href=\"{}\">\n", escape(&publication.url("html"))));
    if let Some(icon) = publication.icon.as_deref().filter(|icon| is_web(icon)) {
        head.push_str(&format!("<link rel=\"icon\" href=\"{}\">\n", escape(icon)));
    }
    head
}

fn header(publication: &Publication, words: &Words, feeds: &[(FeedFormat, String)]) -> String {
    let lang = lang(publication.language(), words.language);
    let subtitle = |text: &String| format!("<p class=\"subtitle\"{lang}>{}</p>\n", escape(text));
    let parts = [
        format!("<nav aria-label=\"{0}\"><a href=\"{1}\">{0}</a></nav>\n", words.all_views, escape(publication.home.as_str())),
        format!("<h1{lang}>{}</h1>\n", escape(&publication.title)),
        publication.subtitle.as_ref().map(subtitle).unwrap_or_default(),
        format!("<p class=\"about\">{} {}</p>\n", words.updated, words.time(publication.updated, "")),
        if publication.has_search { search_form(&publication.home, publication.found_by.as_deref(), words) } else { String::new() },
        how_to_subscribe(words, feeds),
    ];
    parts.concat()
}

fn how_to_subscribe(words: &Words, feeds: &[(FeedFormat, String)]) -> String {
    let Words { subscribe, addresses: sentence, no_reader, .. } = words;
    let addresses = addresses(feeds);
    format!("<details>\n<summary>{subscribe}</summary>\n<p>{sentence}</p>\n{addresses}<p class=\"aside\">{no_reader}</p>\n</details>\n")
}

/// A story as the page tells it. Within it, what the page itself says has its own language.
fn article(publication: &Publication, story: &Story, words: &Words) -> String {
    let language = story.language.as_deref().or(publication.language()).unwrap_or_default();
    let spoken = lang(Some(words.language), language);
    let parts = [
        story.image.as_deref().filter(|image| is_picture(image)).map(picture).unwrap_or_default(),
        format!("<div class=\"story\">\n<h2>{}</h2>\n", heading(story)),
        about(story, words, &spoken),
        excerpt(story).map(|text| format!("<p>{}</p>\n", escape(&text))).unwrap_or_default(),
        categories(story),
        also_in(story, words, &spoken),
    ];
    format!("<article lang=\"{}\">\n{}</div>\n</article>\n", escape(language), parts.concat())
}

/// It stands first: above the story where there is little room, beside it elsewhere. Its text alternative is the story.
fn picture(url: &str) -> String {
    format!("<img src=\"{}\" alt=\"\" loading=\"lazy\" decoding=\"async\" referrerpolicy=\"no-referrer\">\n", escape(url))
}

/// Words of addresses that count readers; as words of their own, since a counteroffensive is news.
const COUNTING_WORDS: [&str; 10] = ["pixel", "pixels", "counter", "track", "tracker", "tracking", "beacon", "beacons", "analytics", "1x1"];

/// Whether an address is of a picture to look at: on the web, and none of those that only count who looks. A picture lost to a wrong guess
/// costs less than a reader counted.
fn is_picture(image: &str) -> bool {
    let Some(url) = Url::parse(image).ok().filter(|_| is_web(image)) else { return false };
    let rest = url[url::Position::BeforeHost..].to_ascii_lowercase();
    let mut words = rest.split(|c: char| !c.is_ascii_alphanumeric());
    !counts_readers(&url) && !words.any(|word| COUNTING_WORDS.contains(&word))
}

fn heading(story: &Story) -> String {
    let title = escape(&story.title);
    match story.link.as_deref().filter(|link| is_web(link)) {
        Some(link) => format!("<a href=\"{}\" rel=\"noopener noreferrer\">{title}</a>", escape(link)),
        None => title,
    }
}

/// Outlet, time and authors.
fn about(story: &Story, words: &Words, spoken: &str) -> String {
    let outlet = story.source.outlet();
    let authors: Vec<String> = story.authors.iter().filter(|author| author.name != outlet).map(|author| escape(&author.name)).collect();
    let authors = if authors.is_empty() { String::new() } else { format!("&nbsp;· {}", authors.join(", ")) };
    format!("<p class=\"about\"><b>{}</b>&nbsp;· {}{authors}</p>\n", escape(outlet), words.time(story.published, spoken))
}

/// The beginning of its text, where that says more than the title.
fn excerpt(story: &Story) -> Option<String> {
    let html = story.summary.as_deref().or(story.content.as_deref())?;
    let text = text_of(html);
    (!text.is_empty() && text != story.title).then(|| shorten(&text, MAX_TEXT))
}

fn categories(story: &Story) -> String {
    let names = story.categories.iter().take(MAX_CATEGORIES).map(|category| category.label.as_ref().unwrap_or(&category.term));
    let items: String = names.map(|name| format!("<li>{}</li>", escape(name))).collect();
    if items.is_empty() { items } else { format!("<ul class=\"categories\">{items}</ul>\n") }
}

/// The other outlets, whatever the config says of a line in the text of feeds: here they are links beside it.
fn also_in(story: &Story, words: &Words, spoken: &str) -> String {
    let items: String = others(story).filter(|version| is_web(&version.link)).map(other).collect();
    if items.is_empty() {
        return items;
    }
    format!("<div class=\"also\"><span{spoken}>{}</span> <ul>{items}</ul></div>\n", words.also_in)
}

fn other(version: &Version) -> String {
    let language = version.language.as_deref().map(|language| format!(" hreflang=\"{}\"", escape(language))).unwrap_or_default();
    let (link, outlet) = (escape(&version.link), escape(&version.outlet));
    format!("<li><a href=\"{link}\"{language} rel=\"noopener noreferrer\">{outlet}</a></li>")
}

//! What an article page says about itself: title, authors, dates, picture, tags.
//!
//! A page says most things several times, to search engines (JSON-LD, microdata), to social networks (OpenGraph), to anyone
//! (meta tags) and to its readers. The more exactly a part is defined, the more it is trusted; what readers see corrects the
//! rest where the two contradict each other. Nothing is invented: what no part says is missing.

mod dates;
mod json_ld;
mod names;
mod tags;
mod title;
mod visible;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use url::Url;

use crate::config::Language;
use crate::normalise::{CanonicalUrl, plain_line};
use crate::parse::Page;

use visible::Outline;

/// Longest text of an article kept, in bytes.
const MAX_BODY: usize = 1 << 20;
/// Longest title kept, in characters; longer ones are no titles.
const MAX_TITLE: usize = 500;

/// What a page says about its article. Texts are plain, on one line and never empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Without the site's name.
    pub title: Option<String>,
    /// Names, at most 20, none twice. Organisations stand here only where no person does.
    pub authors: Vec<String>,
    /// At most a day after `now`.
    pub published: Option<DateTime<Utc>>,
    /// At most a day after `now`, and not before `published`.
    pub updated: Option<DateTime<Utc>>,
    /// The lead picture, no logo.
    pub image: Option<Url>,
    /// Sections and tags, at most 50, none twice, each at most 100 characters long.
    pub categories: Vec<String>,
    pub language: Option<Language>,
    /// The article's own address, as the page gives it; on another host, where the text is taken over from there. Never a front page, but its own.
    pub canonical: Option<Url>,
    /// The article's text as JSON-LD has it; paragraphs are parted by blank lines.
    pub body: Option<String>,
    /// The site's name.
    pub site: Option<String>,
}

/// What one part of a page claims, as it is written there.
#[derive(Debug, Default)]
struct Claims {
    titles: Vec<String>,
    authors: Vec<Author>,
    published: Vec<String>,
    updated: Vec<String>,
    images: Vec<String>,
    sections: Vec<String>,
    keywords: Vec<String>,
    languages: Vec<String>,
    urls: Vec<String>,
    sites: Vec<String>,
    /// Pictures of the site, which are none of the article.
    logos: Vec<String>,
    body: Option<String>,
}

/// An author as a page names one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Author {
    name: String,
    is_organisation: bool,
}

/// Reads the metadata of `page`. Dates without a zone are local to `zone`.
pub fn read(page: &Page, zone: Tz, now: DateTime<Utc>) -> Metadata {
    let outline = Outline::of(page);
    let metas = tags::metas(page);
    let sources = [json_ld::claims(page, &outline), tags::open_graph(&metas), tags::microdata(page, &outline), tags::named(page, &metas)];
    let sites = sites(&sources);
    let (title, heading) = title::choose(&sources, &outline, &title::Site::new(&sites, page.base.as_ref()));
    let seen = outline.around(page, heading);
    let (published, updated) = dates::choose(&sources, &seen, zone, now);
    Metadata {
        authors: names::authors(&sources, &seen.authors, &sites),
        published,
        updated,
        image: image(page, &sources),
        categories: names::categories(&sources, &seen.tags, &tags::keywords(&metas), title.as_deref(), &sites),
        language: language(page, &sources),
        canonical: canonical(page, &sources),
        body: sources.iter().find_map(|claims| claims.body.as_deref()).and_then(body),
        site: sites.into_iter().next(),
        title,
    }
}

/// The authors that a line from the article's text names, such as "Автор: Асель Омарова"; none where it is no such line.
pub fn authors_of_line(line: &str) -> Vec<String> {
    let mut authors = visible::names_of_line(line);
    authors.retain(|author| !names::is_office(author));
    authors
}

/// The names that the page has for its site, the best first.
fn sites(sources: &[Claims]) -> Vec<String> {
    let [json_ld, open_graph, ..] = sources else { return Vec::new() };
    // og:site_name is written for people; a publisher may be a company.
    let ordered = open_graph.sites.iter().chain(&json_ld.sites).chain(sources[2..].iter().flat_map(|claims| &claims.sites));
    let mut sites: Vec<String> = Vec::new();
    for site in ordered.map(|site| plain_line(site)).filter(|site| !site.is_empty() && site.chars().count() <= 100 && !site.contains("://"))
    {
        if !sites.contains(&site) {
            sites.push(site);
        }
    }
    sites
}

/// The first picture that is one of the article.
fn image(page: &Page, sources: &[Claims]) -> Option<Url> {
    let logos: Vec<Url> = sources.iter().flat_map(|claims| &claims.logos).filter_map(|logo| page.absolute(logo)).collect();
    let images = sources.iter().flat_map(|claims| &claims.images).filter_map(|image| page.absolute(image));
    images.into_iter().find(|image| !logos.contains(image) && !is_placeholder(image))
}

/// Whether a picture's file name says that it is a logo or stands in for a missing picture.
fn is_placeholder(image: &Url) -> bool {
    const NAMES: [&str; 14] = [
        "logo",
        "placeholder",
        "noimage",
        "nophoto",
        "nopic",
        "spacer",
        "pixel",
        "blank",
        "favicon",
        "1x1",
        "transparent",
        "default",
        "noimg",
        "logotype",
    ];
    let file = image.path_segments().and_then(Iterator::last).unwrap_or_default().to_ascii_lowercase();
    let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem);
    let whole: String = stem.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut words = stem.split(|c: char| !c.is_ascii_alphanumeric());
    let (first, last) = (words.next().unwrap_or_default(), words.next_back().unwrap_or_default());
    NAMES.iter().any(|name| *name == whole || *name == first || *name == last)
}

/// The first language tag that is one. Pages of Kazakhstan give the country's code for the language's.
fn language(page: &Page, sources: &[Claims]) -> Option<Language> {
    let declared = page.document.select_single("html[lang]").attr("lang");
    let languages = sources.iter().flat_map(|claims| claims.languages.iter().map(String::as_str));
    languages.chain(declared.as_deref()).find_map(|tag| {
        let (primary, rest) = tag.trim().split_once(['-', '_']).unwrap_or((tag.trim(), ""));
        if primary.eq_ignore_ascii_case("kz") {
            return Language::parse(&if rest.is_empty() { "kk".to_owned() } else { format!("kk-{rest}") });
        }
        Language::parse(tag)
    })
}

/// Paths of the front pages of a site's languages.
const LANGUAGE_FRONTS: [&str; 24] = [
    "ar", "be", "cn", "de", "en", "eng", "es", "fr", "kaz", "kg", "kk", "ky", "kz", "oz", "qaz", "qz", "ru", "rus", "tg", "tr", "uk", "uz",
    "uzb", "zh",
];

/// The article's address in the page's own words, on whatever host: what was taken over from another site names that one. A front page,
/// be it of one of the site's languages, is no article's address: some sites give it on every page.
fn canonical(page: &Page, sources: &[Claims]) -> Option<Url> {
    let links = tags::links(page, "canonical");
    let [json_ld, open_graph, ..] = sources else { return None };
    let urls = links.iter().chain(&open_graph.urls).chain(&json_ld.urls);
    let own = page.url.as_ref().map(CanonicalUrl::of);
    urls.filter_map(|url| page.absolute(url)).find(|url| {
        let canonical = CanonicalUrl::of(url);
        !is_front(&canonical) || own.as_ref() == Some(&canonical)
    })
}

fn is_front(url: &CanonicalUrl) -> bool {
    let path = url.as_str().splitn(4, '/').nth(3);
    url.is_front_page() || path.is_some_and(|path| LANGUAGE_FRONTS.iter().any(|front| front.eq_ignore_ascii_case(path)))
}

/// A text as plain paragraphs.
fn body(text: &str) -> Option<String> {
    let text = &text[..text.floor_char_boundary(MAX_BODY)];
    let parted = ["</p>", "<br>", "<br/>", "<br />", "</div>"].iter().fold(text.to_owned(), |text, tag| text.replace(tag, "\n"));
    // One pass for the whole text, with a mark at each end of a line that white space cannot swallow.
    let marked = parted.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\u{e000}");
    let plain = plain_line(&marked);
    let paragraphs: Vec<&str> = plain.split('\u{e000}').map(str::trim).filter(|paragraph| !paragraph.is_empty()).collect();
    (!paragraphs.is_empty()).then(|| paragraphs.join("\n\n"))
}

/// The letters and digits of a text in lower case: what remains the same when it is written another way.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).map(|c| if c == 'ё' { 'е' } else { c }).collect()
}

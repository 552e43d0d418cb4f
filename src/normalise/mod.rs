//! Item -> [`Entry`]: canonical URL, plain title, safe HTML, trusted dates, language.
//!
//! Pure: `now` is passed in. An item that cannot become an entry is a problem, and costs no other item anything.

mod canonical;
mod html;
mod iri;
mod language;
mod rules;
mod text;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use url::{Position, Url};

use crate::config::{Language, ParameterName, Rules};
use crate::parse::{Feed, Item, Problem, Text};

pub use crate::parse::picture::counts_readers;
pub use crate::parse::{Author, Category, Enclosure};
pub use canonical::CanonicalUrl;
pub use html::{lines_of, text_of};
pub use iri::mended_iri;
pub use language::language_of;
pub use text::shorten;

use html::Sanitiser;
use rules::Verdict;

/// Longest title and name kept, in characters.
const MAX_TITLE: usize = 500;
/// Longest link kept as it was written, in bytes; the rest of a longer one is cut off.
const MAX_WRITTEN: usize = 4096;
/// Longest guid kept whole, in bytes; a longer one stands for itself by its hash all the same.
const MAX_GUID: usize = 2048;
/// Longest note on rights kept, in characters.
const MAX_RIGHTS: usize = 1000;
/// Most authors of one entry.
const MAX_AUTHORS: usize = 20;
/// Most categories of one entry.
pub const MAX_CATEGORIES: usize = 50;
/// Most enclosures of one entry.
const MAX_ENCLOSURES: usize = 50;

/// An item, clean and ready to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// As the publisher wrote it; missing stays missing.
    pub guid: Option<String>,
    /// Names the article: two equal ones are the same article.
    pub url: Option<CanonicalUrl>,
    /// The link as the source wrote it, made absolute.
    pub link: Option<Url>,
    /// The link letter for letter as the source wrote it, where that is not how `link` reads.
    pub written: Option<String>,
    /// Plain text on one line, after the admin's replacing; never empty.
    pub title: String,
    /// Safe HTML.
    pub summary: Option<String>,
    /// Safe HTML.
    pub content: Option<String>,
    /// Who holds which rights in it, as plain text on one line.
    pub rights: Option<String>,
    pub authors: Vec<Author>,
    pub categories: Vec<Category>,
    /// With absolute URLs.
    pub enclosures: Vec<Enclosure>,
    /// The lead image.
    pub image: Option<Url>,
    /// Declared by the item, else told by its words, else declared by the feed, else by the config.
    pub language: Option<Language>,
    /// Never later than the time of the poll.
    pub published: Option<DateTime<Utc>>,
    /// Never later than the time of the poll.
    pub updated: Option<DateTime<Utc>>,
    /// The text without markup, a line for each paragraph.
    pub text: String,
    /// Whether the text only makes one curious for the article.
    pub is_teaser: bool,
    /// Changes when title or text change.
    pub text_hash: [u8; 16],
    /// Changes when anything that is published changes, dates apart.
    pub hash: [u8; 16],
}

impl Entry {
    /// The link letter for letter as the source wrote it.
    pub fn as_written(&self) -> Option<&str> {
        self.written.as_deref().or(self.link.as_ref().map(Url::as_str))
    }
}

/// Safe HTML of a whole text, with links resolved against `base`; None when nothing is left to read or see.
pub fn safe_html(html: &str, base: &Url) -> Option<String> {
    Sanitiser::new().clean(&Text { value: html.to_owned(), is_html: true }, base)
}

/// What a feed says of itself, clean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedHead {
    pub id: Option<String>,
    pub title: Option<String>,
    /// The page that the feed stands for.
    pub link: Option<String>,
    /// Plain text on one line. It holds for items that have nothing of their own (RFC 4287 §4.2.10).
    pub rights: Option<String>,
    /// Absolute address of a small square picture.
    pub icon: Option<String>,
    /// Absolute address of a larger picture.
    pub logo: Option<String>,
    pub language: Option<String>,
}

/// A document, normalised.
#[derive(Debug, PartialEq)]
pub struct Normalised {
    pub head: FeedHead,
    /// In the order of the document.
    pub entries: Vec<Entry>,
    /// What the admin's rules left out, in the order of the document.
    pub dropped: Vec<Dropped>,
    pub problems: Vec<Problem>,
}

/// An entry that the admin's rules left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// After replacing, as the rules saw it.
    pub title: String,
    pub link: Option<Url>,
    /// Which rule did it, in words that complete "it was left out: …".
    pub rule: String,
}

/// What normalising needs to know beside the document.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The address that the document came from.
    pub base: &'a Url,
    /// The language of entries that declare none and whose words tell none, in a feed that declares none.
    pub language: Option<&'a Language>,
    /// What the admin wants kept, dropped and replaced.
    pub rules: &'a Rules,
    /// What the admin calls tracking in the queries of links.
    pub tracking: &'a [ParameterName],
    pub now: DateTime<Utc>,
}

static NO_RULES: Rules = Rules { keep: Vec::new(), drop: Vec::new(), replace: Vec::new() };

impl<'a> Context<'a> {
    /// Of a source that says nothing of its own.
    pub fn bare(base: &'a Url, now: DateTime<Utc>) -> Self {
        Self { base, language: None, rules: &NO_RULES, tracking: &[], now }
    }
}

/// Makes entries of a feed's items.
pub fn normalise(feed: Feed, context: Context<'_>) -> Normalised {
    let declared = feed.language.as_deref().and_then(Language::parse);
    let usual_language = declared.as_ref().or(context.language);
    let head = FeedHead {
        id: feed.id.filter(|id| can_be_id(id)),
        title: feed.title.map(|title| plain(&title)).filter(|title| !title.is_empty()),
        link: feed.link.and_then(|link| text::absolute(&link, context.base)).map(String::from),
        rights: rights(feed.rights),
        icon: feed.icon.and_then(|icon| text::absolute(&icon, context.base)).map(String::from),
        logo: feed.logo.and_then(|logo| text::absolute(&logo, context.base)).map(String::from),
        language: declared.as_ref().map(|language| language.as_str().to_owned()),
    };
    let mut sanitiser = Sanitiser::new();
    let mut problems = feed.problems;
    let mut entries = Vec::with_capacity(feed.items.len());
    let mut dropped = Vec::new();
    for (index, item) in feed.items.into_iter().enumerate() {
        match entry(item, &mut sanitiser, usual_language, context) {
            Some(entry) => match rules::judge(&entry, context.rules) {
                Verdict::Kept => entries.push(entry),
                Verdict::Dropped(rule) => dropped.push(Dropped { title: entry.title, link: entry.link, rule }),
            },
            None => {
                problems.push(Problem::BadItem { number: index + 1, reason: "it has nothing to read and nothing to know it by".to_owned() })
            }
        }
    }
    Normalised { head, entries, dropped, problems }
}

/// Whether a text can stand as an id in a feed: an absolute IRI (RFC 4287 §4.2.6), of http and https only with scheme and host in
/// their canonical form, since readers compare ids character by character.
pub fn can_be_id(text: &str) -> bool {
    let Some(url) = Some(text).filter(|text| text.len() <= MAX_GUID).and_then(iri::known_iri) else { return false };
    let is_opaque = url.cannot_be_a_base();
    is_opaque || text.strip_prefix(&url[..Position::BeforePath]).is_some_and(|path| path.starts_with('/'))
}

fn entry(item: Item, sanitiser: &mut Sanitiser, usual_language: Option<&Language>, context: Context<'_>) -> Option<Entry> {
    let named = item.original.as_deref().or(item.link.as_deref()).or_else(|| guid_link(item.guid.as_deref()));
    let link = named.and_then(|link| text::absolute(link, context.base));
    let written = item
        .written
        .as_deref()
        .filter(|_| item.original.is_none())
        .or(named)
        .filter(|named| !named.is_empty() && link.as_ref().is_none_or(|link| link.as_str() != *named));
    let written = written.map(|written| written[..written.floor_char_boundary(MAX_WRITTEN)].to_owned());
    let base = link.as_ref().unwrap_or(context.base);
    let mut summary = item.summary.and_then(|summary| sanitiser.clean(&summary, base));
    let mut content = item.content.and_then(|content| sanitiser.clean(&content, base));
    if content == summary {
        summary = None;
    }
    // Podcasts have their notes in either of two texts, and which of them is which in neither.
    if let (Some(short), Some(long)) = (&mut content, &mut summary)
        && short.len() < long.len()
    {
        std::mem::swap(short, long);
    }
    // RSS has one text as a rule; it is the entry's text, be it a teaser or the whole.
    if content.is_none() {
        content = summary.take();
    }
    let text = html::lines_of(content.as_deref().or(summary.as_deref()).unwrap_or_default());
    let body = if text.contains('\n') { Cow::Owned(text.replace('\n', " ")) } else { Cow::Borrowed(text.as_str()) };
    let mut title = item.title.as_ref().map(plain).unwrap_or_default();
    if title.is_empty() {
        title = text::shorten(&body, 80);
    }
    let guid = item.guid.map(|guid| text::clean(&guid)).filter(|guid| !guid.is_empty()).map(bounded_guid);
    let enclosures = enclosures(item.enclosures, base);
    let image = image(&item.images, content.as_deref().or(summary.as_deref()), base);
    if title.is_empty() {
        let picture = image.as_ref().map(Url::as_str);
        let names = [link.as_ref().map(Url::as_str), enclosures.first().map(|file| file.url.as_str()), picture, guid.as_deref()];
        title = text::one_line(names.into_iter().flatten().next()?);
    }
    let title = rules::retitle(text::shorten(&title, MAX_TITLE), context.rules);
    let declared = item.language.as_deref().and_then(Language::parse);
    let language = declared.or_else(|| language::of_entry(&title, &body, usual_language));
    let mut entry = Entry {
        guid,
        url: link.as_ref().map(|link| CanonicalUrl::without(link, context.tracking)),
        rights: rights(item.rights),
        authors: authors(item.authors),
        categories: categories(item.categories),
        enclosures,
        image,
        language,
        // Atom demands `updated` alone: where it is the only date, it is the date.
        published: item.published.or(item.updated).map(|date| date.min(context.now)),
        updated: item.updated.map(|date| date.min(context.now)),
        is_teaser: is_teaser(&body),
        text_hash: digest([title.as_str(), &body]),
        hash: [0; 16],
        title,
        text,
        link,
        written,
        summary,
        content,
    };
    entry.hash = whole_hash(&entry);
    Some(entry)
}

/// Texts shorter than this, in bytes, are taken for teasers: a short piece of news in Cyrillic has some 600 letters.
const SHORT: usize = 1000;

/// Ends of a text that breaks off.
const BREAKS_OFF: [&str; 9] = ["…", "...", "[...]", "[…]", "Читать далее", "Подробнее", "Толығырақ", "Read more", "Continue reading"];

/// Whether a text of one line only makes one curious for the article: it is short, or breaks off.
fn is_teaser(text: &str) -> bool {
    let end = text.trim_end_matches([' ', '.', '→', '»', '>']);
    text.len() < SHORT || BREAKS_OFF.iter().any(|mark| text.ends_with(mark) || end.ends_with(mark))
}

/// A guid that is a link serves as one where the item has none (RSS 2.0, isPermaLink).
fn guid_link(guid: Option<&str>) -> Option<&str> {
    guid.filter(|guid| guid.starts_with("http://") || guid.starts_with("https://"))
}

fn bounded_guid(guid: String) -> String {
    if guid.len() <= MAX_GUID { guid } else { format!("sha256:{}", hex(&Sha256::digest(guid))) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A text as plain text on one line.
fn plain(text: &Text) -> String {
    if text.is_html { plain_line(&text.value) } else { text::one_line(&text.value) }
}

/// HTML of a title or a name as plain text on one line: no tags, entities resolved, no control characters.
pub fn plain_line(html: &str) -> String {
    text::one_line(&html::to_text(html))
}

fn rights(rights: Option<Text>) -> Option<String> {
    rights.map(|rights| text::shorten(&plain(&rights), MAX_RIGHTS)).filter(|rights| !rights.is_empty())
}

fn authors(authors: Vec<Author>) -> Vec<Author> {
    let mut clean: Vec<Author> = Vec::new();
    for author in authors {
        let name = text::shorten(&text::one_line(&html::to_text(&author.name)), MAX_TITLE);
        if !name.is_empty() && !clean.iter().any(|known| known.name == name) && clean.len() < MAX_AUTHORS {
            clean.push(Author { name, uri: author.uri.as_deref().and_then(address) });
        }
    }
    clean
}

/// An absolute IRI; what is none names nothing, whatever it stands beside.
fn address(text: &str) -> Option<String> {
    Some(text).filter(|text| text.len() <= MAX_GUID).and_then(mended_iri).map(Cow::into_owned)
}

fn categories(categories: Vec<Category>) -> Vec<Category> {
    let mut clean: Vec<Category> = Vec::new();
    for category in categories {
        let line = |text: &str| text::shorten(&text::one_line(&html::to_text(text)), MAX_TITLE);
        let term = line(&category.term);
        if !term.is_empty() && !clean.iter().any(|known| known.term == term) && clean.len() < MAX_CATEGORIES {
            let label = category.label.map(|label| line(&label)).filter(|label| !label.is_empty() && *label != term);
            clean.push(Category { term, scheme: category.scheme.as_deref().and_then(address), label });
        }
    }
    clean
}

fn enclosures(enclosures: Vec<Enclosure>, base: &Url) -> Vec<Enclosure> {
    let absolute = enclosures.into_iter().filter_map(|enclosure| {
        let url = String::from(text::absolute(&enclosure.url, base)?);
        let media_type = enclosure.media_type.map(|kind| text::one_line(&kind)).filter(|kind| is_media_type(kind));
        Some(Enclosure { url, media_type, length: enclosure.length })
    });
    absolute.take(MAX_ENCLOSURES).collect()
}

/// `type/subtype` with possible parameters (RFC 9110 §8.3.1).
fn is_media_type(text: &str) -> bool {
    let bare = text.split(';').next().unwrap_or_default().trim();
    let is_token = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
    bare.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

/// The first picture that the item names, else the first of its text.
fn image(named: &[String], html: Option<&str>, base: &Url) -> Option<Url> {
    let named = named.iter().filter_map(|image| text::absolute(image, base)).find(|image| !counts_readers(image));
    named.or_else(|| html.and_then(html::first_image))
}

/// A hash of texts, each apart from the next.
fn digest<'a>(texts: impl IntoIterator<Item = &'a str>) -> [u8; 16] {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update(text.as_bytes());
        hasher.update([0]);
    }
    let digest: [u8; 32] = hasher.finalize().into();
    digest[..16].try_into().expect("32 bytes hold 16")
}

fn whole_hash(entry: &Entry) -> [u8; 16] {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let lengths: Vec<String> =
        entry.enclosures.iter().map(|file| file.length.map(|length| length.to_string()).unwrap_or_default()).collect();
    let mut texts = vec![entry.title.as_str(), entry.link.as_ref().map_or("", Url::as_str), entry.image.as_ref().map_or("", Url::as_str)];
    texts.extend([entry.summary.as_deref().unwrap_or("\u{1}"), entry.content.as_deref().unwrap_or("\u{1}")]);
    texts.push(entry.language.as_ref().map_or("", Language::as_str));
    let categories: Vec<String> =
        entry.categories.iter().map(|c| [&c.term, "\u{1}", &optional(&c.scheme), "\u{1}", &optional(&c.label)].concat()).collect();
    let authors: Vec<String> = entry.authors.iter().map(|a| [&a.name, "\u{1}", &optional(&a.uri)].concat()).collect();
    texts.extend(categories.iter().chain(&authors).chain(&lengths).map(String::as_str));
    texts.extend(entry.enclosures.iter().flat_map(|file| [file.url.as_str(), file.media_type.as_deref().unwrap_or_default()]));
    // Without rights the hash is what it was before they were kept.
    texts.extend(entry.rights.as_deref());
    digest(texts)
}

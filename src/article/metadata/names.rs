//! Names of authors and categories, without what is glued to them.

use super::{Author, Claims, folded};
use crate::normalise::plain_line;

/// Most authors and categories of one article.
const MAX_AUTHORS: usize = 20;
const MAX_CATEGORIES: usize = 50;
/// Longest author's name and category, in characters.
const MAX_NAME: usize = 80;
const MAX_CATEGORY: usize = 100;

/// The authors: those that the page declares, else those that readers see.
pub(super) fn authors(sources: &[Claims], seen: &[String], sites: &[String]) -> Vec<String> {
    let declared = sources.iter().map(|claims| claims.authors.iter().flat_map(split).collect::<Vec<_>>());
    let seen = seen.iter().flat_map(|name| split(&Author { name: name.clone(), is_organisation: false })).collect();
    let lists: Vec<Vec<Author>> = declared.chain([seen]).filter(|list| !list.is_empty()).collect();
    let is_person = |author: &&Author| !author.is_organisation && !is_site(&author.name, sites);
    let mut names: Vec<String> = Vec::new();
    // The first source that names a person; an organisation only where none does.
    let people = lists.iter().find(|list| list.iter().any(|author| is_person(&author)));
    let chosen = match people {
        Some(list) => list.iter().filter(is_person).collect::<Vec<_>>(),
        None => lists.first().map(|list| list.iter().filter(|author| !is_the_site(&author.name, sites)).collect()).unwrap_or_default(),
    };
    // Beside names, "kevin-r" is what one of them logs in with.
    let has_name = chosen.iter().any(|author| is_name(&author.name));
    for author in chosen.into_iter().filter(|author| !has_name || is_name(&author.name)) {
        if !names.iter().any(|known| folded(known) == folded(&author.name)) && names.len() < MAX_AUTHORS {
            names.push(author.name.clone());
        }
    }
    names
}

fn is_site(name: &str, sites: &[String]) -> bool {
    is_office(name) || is_the_site(name, sites)
}

/// "Пресс-служба министерства" wrote, but is nobody.
pub(super) fn is_office(name: &str) -> bool {
    const OFFICES: [&str; 9] =
        ["редакция", "редакциясы", "newsroom", "editorial", "staff", "агентство", "агенттігі", "пресс-служба", "пресс-службы"];
    name.to_lowercase().split_whitespace().any(|word| OFFICES.contains(&word))
}

fn is_the_site(name: &str, sites: &[String]) -> bool {
    is_domain(name) || sites.iter().any(|site| folded(site) == folded(name))
}

/// `Tengrinews.kz`, `www.example.com`.
fn is_domain(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    !name.contains(' ') && (2..=4).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The authors of one text: "Автор: Асель Омарова, Иван Петров" are two.
fn split(author: &Author) -> Vec<Author> {
    let bare = without_labels(&author.name);
    let name = |name: &str| Author { name: name.to_owned(), is_organisation: author.is_organisation };
    let parts: Vec<&str> = [", ", ";", " and ", " и ", " және ", " & ", " / ", " | "]
        .iter()
        .fold(vec![bare], |parts, mark| parts.iter().flat_map(|part| part.split(mark)).collect())
        .into_iter()
        .map(|part| trimmed(part.trim().trim_start_matches("and ")))
        .filter(|part| !part.is_empty())
        .collect();
    // Only names of people come in lists: "Bild, Ton und Text GmbH" is one. Beside a whole name, a word alone is an employer or a degree.
    let people: Vec<&str> = parts.iter().filter(|part| is_name(part) && !is_role(part) && part.contains(' ')).copied().collect();
    let are_people =
        !people.is_empty() && is_name(parts[0]) && parts[0].contains(' ') && parts.iter().all(|part| is_role(part) || is_name(part));
    if parts.len() > 1 && are_people && !author.is_organisation {
        return people.into_iter().map(name).collect();
    }
    let whole = trimmed(bare);
    if is_plausible(whole) { vec![name(whole)] } else { Vec::new() }
}

fn trimmed(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || ",;:|·•—–-/\u{200b}\u{feff}".contains(c))
}

/// What stands in front of an author's name.
const LABELS: [&str; 26] = [
    "материал подготовила",
    "материал подготовил",
    "подготовила",
    "подготовил",
    "авторлары",
    "авторлар",
    "авторы",
    "авторы текста",
    "автор текста",
    "автор статьи",
    "автор",
    "мәтін авторы",
    "мәтін",
    "текст",
    "журналист",
    "written by",
    "reported by",
    "posted by",
    "words by",
    "authors",
    "author",
    "article by",
    "story by",
    "by",
    "analysis by",
    "opinion by",
];

/// The text behind an author's label, if it begins with one: "Автор: Асель Омарова".
pub(super) fn behind_label(text: &str) -> Option<&str> {
    let lower = text.to_lowercase();
    let behind = |label: &&str| {
        let rest = lower.strip_prefix(*label)?;
        let is_end = rest.trim_start().starts_with([':', '—', '–']) || (label.is_ascii() && rest.starts_with(' ')) || rest.is_empty();
        // The letters of the labels are as long in either case.
        if is_end { text.get(label.len()..) } else { None }
    };
    LABELS.iter().filter_map(behind).next().map(trimmed)
}

/// What stands in front of the name of who led a conversation or put a text together, without a colon.
const VERBS: [&str; 8] =
    ["әңгімелескен", "сұхбаттасқан", "дайындаған", "беседовала", "беседовал", "подготовила", "подготовил", "interviewed by"];

/// The text behind such a verb: "Әңгімелескен Ерлан Қасен".
pub(super) fn behind_verb(text: &str) -> Option<&str> {
    let lower = text.to_lowercase();
    let behind = |verb: &&str| if lower.strip_prefix(*verb)?.starts_with(' ') { text.get(verb.len()..) } else { None };
    VERBS.iter().find_map(behind).map(trimmed)
}

fn without_labels(text: &str) -> &str {
    let mut text = trimmed(text);
    // "By Author: Jane Doe"; none has more of them.
    for _ in 0..3 {
        match behind_label(text) {
            Some(rest) => text = rest,
            None => break,
        }
    }
    text
}

/// Whether a text can be what a page calls an author.
fn is_plausible(name: &str) -> bool {
    const NOBODY: [&str; 12] =
        ["admin", "administrator", "author", "автор", "editor", "user", "guest", "unknown", "null", "undefined", "anonymous", "none"];
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let is_address = name.contains('@') || name.contains("://") || name.starts_with("www.") || name.starts_with('/');
    letters >= 2
        && letters * 2 > name.chars().count()
        && name.chars().count() <= MAX_NAME
        && !is_address
        && !NOBODY.contains(&name.to_lowercase().as_str())
}

/// Whether a text that stands somewhere on a page looks like a person's name.
pub(super) fn is_name(text: &str) -> bool {
    const BUTTONS: [&str; 14] = [
        "view",
        "follow",
        "posts",
        "more",
        "contact",
        "share",
        "comments",
        "читать",
        "подписаться",
        "материалы",
        "все",
        "комментарии",
        "profile",
        "about",
    ];
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_upper = |word: &&str| word.chars().find(|c| c.is_alphabetic()).is_some_and(|c| !c.is_lowercase());
    let small = words.iter().filter(|word| !is_upper(word)).count();
    let is_button = words.iter().any(|word| BUTTONS.contains(&word.to_lowercase().as_str()));
    is_plausible(text)
        && words.len() <= 5
        && words.first().is_some_and(is_upper)
        && small <= 2
        && !is_button
        && !text.contains(|c: char| c.is_ascii_digit() || "?!:;\"«»<>{}[]#".contains(c))
}

/// "Senior Correspondent" beside a name is none.
fn is_role(text: &str) -> bool {
    const ROLES: [&str; 18] = [
        "reporter",
        "editor",
        "correspondent",
        "writer",
        "journalist",
        "columnist",
        "producer",
        "contributor",
        "staff",
        "корреспондент",
        "редактор",
        "журналист",
        "обозреватель",
        "собкор",
        "тілші",
        "тілшісі",
        "редакторы",
        "фотограф",
    ];
    text.to_lowercase().split(|c: char| !c.is_alphabetic()).any(|word| ROLES.contains(&word))
}

/// The keywords of a list that commas or semicolons part.
pub(super) fn keywords(list: &str) -> Vec<String> {
    // An entity's semicolon parts nothing.
    let list = if list.contains('&') { plain_line(list) } else { list.to_owned() };
    let keywords = list.split([',', ';', '\n']).map(str::trim).filter(|keyword| !keyword.is_empty());
    keywords.take(MAX_CATEGORIES * 4).map(str::to_owned).collect()
}

/// Sections and tags. The meta keywords of a page count only where nothing better does.
pub(super) fn categories(sources: &[Claims], seen: &[String], keywords: &[String], title: Option<&str>, sites: &[String]) -> Vec<String> {
    let sections = sources.iter().flat_map(|claims| &claims.sections);
    let lists = sources.iter().map(|claims| claims.keywords.as_slice()).chain([seen]);
    let mut tags: Vec<&String> = lists.filter(|list| !repeats_title(list, title)).flatten().collect();
    if tags.is_empty() && !repeats_title(keywords, title) {
        tags.extend(keywords);
    }
    let mut categories: Vec<String> = Vec::new();
    let mut known = std::collections::HashSet::new();
    for text in sections.chain(tags) {
        let category = plain_line(text).trim_matches(|c: char| c.is_whitespace() || "#,;.".contains(c)).to_owned();
        let is_fit = category.chars().count() <= MAX_CATEGORY && category.chars().any(char::is_alphabetic) && !category.contains("://");
        let is_machine = category.contains(['_', '@']) || category.starts_with('/') || (category.contains(':') && !category.contains(' '));
        let says_nothing =
            sites.iter().any(|site| folded(site) == folded(&category)) || title.is_some_and(|title| folded(title) == folded(&category));
        if is_fit
            && !is_machine
            && !says_nothing
            && !is_boilerplate(&category)
            && categories.len() < MAX_CATEGORIES
            && known.insert(category.to_lowercase())
        {
            categories.push(category);
        }
    }
    // "Books, Film" says nothing beside "Books" and "Film".
    categories.retain(|category| {
        let mut parts = category.split(',').map(|part| part.trim().to_lowercase());
        !category.contains(',') || !parts.all(|part| known.contains(&part))
    });
    categories
}

/// Words that say of every article that it is one of news.
fn is_boilerplate(category: &str) -> bool {
    const WORDS: [&str; 12] = [
        "news",
        "articles",
        "article",
        "latest news",
        "breaking news",
        "новости",
        "новость",
        "последние новости",
        "жаңалықтар",
        "жаңалық",
        "статьи",
        "uncategorized",
    ];
    WORDS.contains(&category.to_lowercase().as_str())
}

/// Whether a list of keywords is the title, word by word: a machine made it.
fn repeats_title(keywords: &[String], title: Option<&str>) -> bool {
    let Some(title) = title else { return false };
    let title = title.to_lowercase();
    let words: std::collections::HashSet<&str> = title.split(|c: char| !c.is_alphanumeric()).collect();
    let repeated = keywords.iter().filter(|keyword| words.contains(keyword.trim().to_lowercase().as_str())).count();
    keywords.len() >= 3 && repeated * 10 >= keywords.len() * 7
}

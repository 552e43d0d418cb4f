//! Rules, reasons and figures in words.

use crate::store::{Standing, WhyApart, WhyLeftOut};
use crate::story::{Figures, KeyKind, Reason};

/// By what an entry joined a story, to complete "it joined …".
pub(super) fn rule(name: &str) -> String {
    match name {
        "url" => "by its address, which is the same".to_owned(),
        "page" => "by the address that an article page gives itself, which is the other's".to_owned(),
        "text" => "by its text".to_owned(),
        "text-and-title" => "by its text and its title".to_owned(),
        "title" => "by its title, since one of the two has hardly a text".to_owned(),
        "hand" => "by hand".to_owned(),
        other => format!("by the rule `{other}`"),
    }
}

/// What two entries have in common.
pub(super) fn figures(figures: &Figures) -> String {
    let Figures { overlap, shared, newer_lead, titles, shorter, .. } = *figures;
    if shorter == 0 {
        return format!("the titles share {} of the longer one's words", percent(titles));
    }
    format!(
        "{} of the shorter text stands in the longer one ({}), {} of the words that the newer one begins with stand in the older, the \
         titles share {} of the longer one's words",
        percent(overlap),
        counted(shared, "run of three words", "runs of three words"),
        percent(newer_lead.words),
        percent(titles),
    )
}

/// Why two entries are not in one story, with the figures that decided; without, they have the same address.
pub(super) fn apart(why: WhyApart, figures: Option<&Figures>) -> String {
    let common = figures.map_or_else(|| "they have the same address".to_owned(), self::figures);
    match why {
        WhyApart::Judged(why) => figures.map(|figures| reason(why, figures)).unwrap_or(common),
        WhyApart::ByHand => format!("somebody has split them by hand, although {common}"),
        WhyApart::AddressUsedAgain => {
            "they have the same address, but an address that comes again after more than 7 days is another article's".to_owned()
        }
        WhyApart::NoLonger => format!(
            "they agree today: {common}; when the later of them came, its text or the settings were others (`taspa join` makes them one)"
        ),
    }
}

fn reason(reason: Reason, figures: &Figures) -> String {
    let Figures { overlap, shared, newer_lead, older_lead, titles, shorter, .. } = *figures;
    match reason {
        Reason::TitleFacts => {
            let places = counted(figures.title_conflicts, "number, name, day or opposite", "numbers, names, days or opposites");
            format!("other facts in the titles: each has what the other entry lacks ({places})")
        }
        Reason::Facts => {
            let numbers = newer_lead.new_numbers.min(older_lead.new_numbers);
            match figures.conflicts {
                0 => format!("other facts: each begins with {} that the other lacks", counted(numbers, "number", "numbers")),
                1 => "other facts: one place has the same words around other numbers, names, days or the opposite".to_owned(),
                several => format!("other facts: {several} places have the same words around other numbers, names, days or the opposite"),
            }
        }
        Reason::Numbers => format!(
            "other numbers: the longer text lacks {} of the shorter one's {}",
            figures.numbers_missing,
            counted(figures.numbers, "number", "numbers"),
        ),
        Reason::Topics => {
            let words = counted(figures.topics, "word", "words");
            format!("other topics: each has {words} in its title and at its beginning that the other lacks")
        }
        Reason::Opposed if shorter == 0 => {
            "a title alone does not decide where several stories fit it, or an entry of the story has a text that tells something else"
                .to_owned()
        }
        Reason::Opposed => format!("another entry of that story tells the same with other facts, although here {}", self::figures(figures)),
        Reason::Digest => "one of them is a list of the day's news".to_owned(),
        Reason::LittleInCommon => format!(
            "too little in common: {} of the shorter text stands in the longer one ({}), the titles share {} of the longer one's words",
            percent(overlap),
            counted(shared, "run of three words", "runs of three words"),
            percent(titles),
        ),
        Reason::News if newer_lead.opening_news.max(older_lead.opening_news) > 0 => {
            let (which, other, lead) = match newer_lead.opening_news > 0 {
                true => ("newer", "older", newer_lead),
                false => ("older", "newer", older_lead),
            };
            format!(
                "the {which} one tells something in front of the {other} one's beginning: {} of {} stand nowhere in that",
                lead.opening_news,
                counted(lead.opening, "word", "words"),
            )
        }
        Reason::News => format!(
            "one begins with news: of the newer one's beginning {} of the words stand in the older, of the older one's {} in the newer, {} of \
             it behind another beginning",
            percent(newer_lead.words),
            percent(older_lead.words),
            percent(older_lead.behind),
        ),
        Reason::Titles => format!(
            "the titles tell of something else: of the newer one's words {} stand in the other entry, of the older one's {}",
            percent(figures.newer_title),
            percent(figures.older_title),
        ),
        Reason::TitleAlone => format!(
            "one of them has hardly a text ({}), and a title alone has to be the same, within a day, with no fact that the other lacks: the \
             titles share {} of the longer one's words",
            counted(shorter, "word", "words"),
            percent(titles),
        ),
    }
}

/// A reason as programs read it.
pub(super) fn name_of(why: WhyApart) -> &'static str {
    match why {
        WhyApart::ByHand => "hand",
        WhyApart::AddressUsedAgain => "address-used-again",
        WhyApart::NoLonger => "none",
        WhyApart::Judged(Reason::TitleFacts) => "title-facts",
        WhyApart::Judged(Reason::Facts) => "facts",
        WhyApart::Judged(Reason::Numbers) => "numbers",
        WhyApart::Judged(Reason::Opposed) => "opposed",
        WhyApart::Judged(Reason::Topics) => "topics",
        WhyApart::Judged(Reason::Digest) => "digest",
        WhyApart::Judged(Reason::LittleInCommon) => "little-in-common",
        WhyApart::Judged(Reason::News) => "news",
        WhyApart::Judged(Reason::Titles) => "titles",
        WhyApart::Judged(Reason::TitleAlone) => "title-alone",
    }
}

/// A kind of key, as programs read it.
pub(super) fn kind_of(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Guid => "guid",
        KeyKind::Url => "canonical_url",
        KeyKind::Fingerprint => "fingerprint",
    }
}

/// What a key tells, where it does not simply name the entry.
pub(super) fn standing(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Names => None,
        Standing::NamesAnother => Some("names another entry of the source"),
        Standing::Burnt => Some("tells nothing: the source has used it for several articles"),
        Standing::Distrusted => Some("tells nothing: the source's guids are not to be trusted"),
        Standing::FrontPage => Some("tells nothing: it is a front page"),
        Standing::Nothing => Some("tells nothing: several items of one document had it, or the entry has as many keys as it may"),
    }
}

/// As programs read it.
pub(super) fn standing_of(standing: Standing) -> &'static str {
    match standing {
        Standing::Names => "this",
        Standing::NamesAnother => "another",
        Standing::Burnt => "burnt",
        Standing::Distrusted => "distrusted",
        Standing::FrontPage => "front-page",
        Standing::Nothing => "nothing",
    }
}

/// Why something never entered.
pub(super) fn left_out(why: &WhyLeftOut) -> String {
    match why {
        WhyLeftOut::Rule(rule) => rule.clone(),
        WhyLeftOut::Bound => {
            "it was there at the first poll, beyond `initial`, or in a document longer than `max_items`: only its keys are kept, so that it \
             never counts as news"
                .to_owned()
        }
        WhyLeftOut::Burnt => "it is a guid that the source has used for several articles, and that tells nothing any more".to_owned(),
        WhyLeftOut::LetGo => "it was an entry, and has been let go: only its keys are kept, so that it never comes back as news".to_owned(),
    }
}

/// As programs read it.
pub(super) fn left_out_by(why: &WhyLeftOut) -> &'static str {
    match why {
        WhyLeftOut::Rule(_) => "rule",
        WhyLeftOut::Bound => "bound",
        WhyLeftOut::Burnt => "burnt",
        WhyLeftOut::LetGo => "let-go",
    }
}

fn percent(share: f32) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A number with its noun.
pub(super) fn counted(number: u32, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

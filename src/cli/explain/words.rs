//! Rules, reasons and figures in words.

use crate::store::{Standing, WhyApart, WhyLeftOut};
use crate::story::{Figures, KeyKind, Reason};

/// By what an entry joined a story, to complete "it joined …".
pub(super) fn rule(name: &str) -> String {
    match name {
        "url" => "by its address, which is the same".to_owned(),
        "text" => "by its text".to_owned(),
        "text-and-title" => "by its text and its title".to_owned(),
        "title" => "by its title, since one of the two has hardly a text".to_owned(),
        "hand" => "by hand".to_owned(),
        other => format!("by the rule `{other}`"),
    }
}

/// What two entries have in common.
pub(super) fn figures(figures: &Figures) -> String {
    let Figures { overlap, shared, lead_runs, titles, shorter, .. } = *figures;
    if shorter == 0 {
        return format!("the titles share {} of the shorter one's words", percent(titles));
    }
    format!(
        "{} of the shorter text stands in the longer one ({}), {} of the newer one's beginning stands in the older, the titles share {} of \
         the shorter one's words",
        percent(overlap),
        counted(shared, "run of three words", "runs of three words"),
        percent(lead_runs),
        percent(titles),
    )
}

/// Why two entries are not in one story, with the figures that decided; without, they have the same address.
pub(super) fn apart(why: WhyApart, figures: Option<&Figures>) -> String {
    let common = figures.map_or_else(|| "they have the same address".to_owned(), self::figures);
    match why {
        WhyApart::Judged(why) => figures.map(|figures| reason(why, figures)).unwrap_or(common),
        WhyApart::ByHand => format!("somebody has split them by hand, although {common}"),
        WhyApart::Opposed => format!("another entry of that story tells the same with other facts, although here {common}"),
        WhyApart::AddressUsedAgain => {
            "they have the same address, but an address that comes again after more than 7 days is another article's".to_owned()
        }
        WhyApart::NoLonger => format!(
            "they agree today: {common}; when the later of them came, its text or the settings were others (`taspa join` makes them one)"
        ),
    }
}

fn reason(reason: Reason, figures: &Figures) -> String {
    let Figures { overlap, shared, lead_runs, lead_words, lead_facts, titles, shorter, .. } = *figures;
    match reason {
        Reason::TitleFacts => {
            format!("other facts in the titles: {} of their words are the same, around another number, name or day", percent(titles))
        }
        Reason::Facts => format!(
            "other facts: {} the same words around other numbers, names or days ({})",
            if figures.conflicts == 1 { "one place has".to_owned() } else { format!("{} places have", figures.conflicts) },
            counted(figures.agreements, "place agrees", "places agree"),
        ),
        Reason::Numbers => format!(
            "other numbers: the longer text lacks {} of the shorter one's {}",
            percent(figures.numbers_missing),
            counted(figures.numbers, "number", "numbers"),
        ),
        Reason::LittleInCommon => format!(
            "too little in common: {} of the shorter text stands in the longer one ({}), the titles share {} of the shorter one's words",
            percent(overlap),
            counted(shared, "run of three words", "runs of three words"),
            percent(titles),
        ),
        Reason::News => format!(
            "the newer text begins with something new: {} of its beginning stands in the older one ({} of its words), which lacks {} of it",
            percent(lead_runs),
            percent(lead_words),
            counted(lead_facts, "fact", "facts"),
        ),
        Reason::Titles => format!(
            "neither title tells of the other entry: of the newer title's words {} stand there, of the older one's {}",
            percent(figures.newer_title),
            percent(figures.older_title),
        ),
        Reason::TitleAlone => format!(
            "one of them has hardly a text ({}), and a title alone has to be nearly the same, of another source and of the same day: the \
             titles share {} of the shorter one's words",
            counted(shorter, "word", "words"),
            percent(titles),
        ),
    }
}

/// A reason as programs read it.
pub(super) fn name_of(why: WhyApart) -> &'static str {
    match why {
        WhyApart::ByHand => "hand",
        WhyApart::Opposed => "opposed",
        WhyApart::AddressUsedAgain => "address-used-again",
        WhyApart::NoLonger => "none",
        WhyApart::Judged(Reason::TitleFacts) => "title-facts",
        WhyApart::Judged(Reason::Facts) => "facts",
        WhyApart::Judged(Reason::Numbers) => "numbers",
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

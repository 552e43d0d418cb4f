//! How well the program tells which items carry the same report: labelled news through the real binary, held to figures that it had and
//! must not lose. `cargo bench --bench stories` prints all of them, on more news.

use std::collections::HashMap;

use crate::newsroom::{HOUR, Item, Measured, OUTLETS, items_until, measure, rfc2822};
use crate::support::binary::Workplace;
use crate::support::feeds::{self, rss};
use crate::support::origin::{Origin, Reply};

/// When the news end: long ago, so that every run has the same.
const END: i64 = 1_700_000_000;

/// What comes every day in the same words, with other figures.
const DAILY: [&str; 15] = [
    "rates",
    "weather",
    "storm",
    "results",
    "quakes",
    "lottery",
    "prices",
    "roads",
    "air",
    "statistics",
    "horoscope",
    "this_day",
    "tv",
    "court_list",
    "appointments",
];

/// The stories that the program makes of news which it polls in so many steps.
fn stories_of(seed: u64, reports: usize, steps: i64, keys: &str) -> Measured {
    let (origin, workplace) = (Origin::start(), Workplace::new());
    let items = items_until(seed, reports, END);
    // One after the other, so that entries meet in the same order in each run.
    let mut config = format!(
        "[fetch]\nhost_spacing = \"0s\"\nconcurrency = 1\n[dedup]\n{keys}\n[defaults]\ninitial = 10000\nmax_items = 10000\nallow_private = true\n"
    );
    for outlet in &OUTLETS {
        config.push_str(&format!("[[source]]\nname = \"{0}\"\nurl = \"{1}\"\n", outlet.name, origin.url(&format!("/{}", outlet.name))));
    }
    workplace.config(&config);
    for step in 1..=steps {
        let now = END - (steps - step) * (240 / steps) * HOUR;
        for outlet in &OUTLETS {
            let published = items.iter().rev().filter(|item| item.outlet == outlet.name && item.published <= now);
            origin.put(&format!("/{}", outlet.name), Reply::ok(rss(&published.map(feed_item).collect::<Vec<_>>())));
        }
        workplace.taspa(&["fetch", "--strict"]).expect_code(0);
    }
    let mut clusters = HashMap::new();
    for line in workplace.taspa(&["explain", "--all", "--json"]).expect_code(0).stdout.lines() {
        let told: serde_json::Value = serde_json::from_str(line).unwrap();
        clusters.insert(told["item_url"].as_str().unwrap().to_owned(), told["cluster"].to_string());
    }
    let told = items.iter().filter(|item| clusters.contains_key(&item.url)).count();
    assert!(told == items.len(), "every link that a source wrote is told, {told} of {} are", items.len());
    measure(&items, |item| clusters.get(&item.url).cloned())
}

fn feed_item(item: &Item) -> feeds::Item {
    let date = rfc2822(item.published);
    feeds::Item::new(1).guid(Some(&item.guid)).link(&item.url).title(&item.title).text(&item.html).date(Some(&date))
}

#[test]
fn reports_are_shown_once_and_different_ones_stay_apart() {
    let measured = stories_of(1, 3_600, 5, "");
    assert!(measured.pairwise.precision >= 0.995, "{measured}\n{}", measured.examples(40));
    assert!(measured.pairwise.recall >= 0.90, "{measured}\n{}", measured.examples(40));
    assert!(measured.bcubed.precision >= 0.995 && measured.bcubed.recall >= 0.95, "{measured}");
    for kind in DAILY {
        let merged = measured.negatives.get(kind).map_or(0, |share| share.are);
        assert_eq!(merged, 0, "{kind}\n{measured}\n{}", measured.examples(40));
    }
    let followed = &measured.negatives["follow_up"];
    assert!(followed.ratio() < 0.02, "{measured}\n{}", measured.examples(40));
}

#[test]
fn what_is_polled_all_at_once_is_told_apart_as_well() {
    let measured = stories_of(12, 700, 1, "");
    assert!(measured.pairwise.precision >= 0.99, "{measured}\n{}", measured.examples(40));
    assert!(measured.pairwise.recall >= 0.88, "{measured}\n{}", measured.examples(40));
}

#[test]
fn cautious_merges_less_and_eager_more() {
    let recall = |strictness: &str| stories_of(13, 400, 1, &format!("strictness = \"{strictness}\"")).pairwise.recall;
    let (cautious, balanced, eager) = (recall("cautious"), recall("balanced"), recall("eager"));
    assert!(cautious < balanced && balanced < eager, "{cautious} {balanced} {eager}");
    assert!(cautious > 0.7, "{cautious}");
}

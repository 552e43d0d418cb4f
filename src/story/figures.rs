//! What a comparison measures. Kept with a story's entries as JSON, so that it can be told why they are one.

use serde::{Deserialize, Serialize};

/// What two entries have in common, and where their facts differ. Shares are of 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// Of the shorter text's runs of words, how many stand in the longer one.
    pub overlap: f32,
    /// How many runs that are.
    pub shared: u32,
    /// Words of the shorter text.
    pub shorter: u32,
    /// How the newer text begins, looked for in the older entry.
    pub newer_lead: Lead,
    /// How the older text begins, looked for in the newer entry.
    pub older_lead: Lead,
    /// Of the newer title's words, how many stand in the older entry.
    pub newer_title: f32,
    /// Of the older title's words, how many stand in the newer entry.
    pub older_title: f32,
    /// Of the longer title's words, how many stand in the other title.
    pub titles: f32,
    /// Words of the shorter title.
    pub shorter_title: u32,
    /// Words of either title that the other lacks: of the title with fewer of them, of the one with more.
    pub title_words_missing: (u32, u32),
    /// Facts of either title that the other title lacks.
    pub title_facts_missing: u32,
    /// Facts in the titles.
    pub title_facts: u32,
    /// Facts of one kind of which each title has one that the other entry lacks.
    pub title_conflicts: u32,
    /// Numbers of the newer title that the older entry lacks.
    pub title_news: u32,
    /// Words of title and beginning that the other entry lacks: of the entry with fewer of them.
    pub topics: u32,
    /// Whether one title is that of a list of news, and the other is not.
    pub is_digest: bool,
    /// Places where the words around are the same and the facts are others.
    pub conflicts: u32,
    /// Numbers of the shorter text, and how many of them the other entry lacks.
    pub numbers: u32,
    pub numbers_missing: u32,
    /// Words of the older text by those of the newer.
    pub length: f32,
    /// Facts of the shared runs.
    pub agreements: u32,
    /// Of the newer and of the older text's words, how many stand in no shared run.
    pub newer_own: f32,
    pub older_own: f32,
}

/// The beginning of a text, looked for in another entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lead {
    /// Of its words, how many stand there.
    pub words: f32,
    /// Of its runs, how many stand there.
    pub runs: f32,
    /// Facts that do not.
    pub new_facts: u32,
    /// Facts that do.
    pub known_facts: u32,
    /// Numbers that do not.
    pub new_numbers: u32,
    /// Of its runs, how many stand behind the other text's own beginning.
    pub behind: f32,
    /// Words in front of the other text's beginning, where that stands below.
    pub opening: u32,
    /// Those of them that the other entry lacks.
    pub opening_news: u32,
}

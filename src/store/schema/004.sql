-- The words of titles and texts, for searching. It holds no text: only which entry (its rowid) has which word where.
CREATE VIRTUAL TABLE entry_search USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');

-- Entries whose words are not there yet, or not as they are now.
CREATE TABLE unsearched (
    entry INTEGER PRIMARY KEY REFERENCES entry (id)
) STRICT;
INSERT INTO unsearched (entry) SELECT id FROM entry;

-- Entries whose report has changed so that readers are to notice, and when we saw that: feeds tell them once more, however far down
-- they stand.
CREATE TABLE revised (
    entry INTEGER PRIMARY KEY REFERENCES entry (id),
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX revised_at ON revised (at);

-- When a story that readers have seen became part of another.
ALTER TABLE story ADD COLUMN merged_at INTEGER;
CREATE INDEX story_merged_at ON story (merged_at) WHERE merged_at IS NOT NULL;

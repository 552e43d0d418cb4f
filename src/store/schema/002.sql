-- Where a source is polled if its url is a page: the feed that was found for it, or the url itself when it has none.
ALTER TABLE source ADD COLUMN found_url TEXT;
-- What the config says of how its documents are read; validators of a document that was read otherwise are worth nothing.
ALTER TABLE source ADD COLUMN reading TEXT NOT NULL DEFAULT '';

-- Waits for its article page before it is shown (article_wait).
ALTER TABLE entry ADD COLUMN is_held INTEGER NOT NULL DEFAULT 0 CHECK (is_held IN (0, 1));
ALTER TABLE story ADD COLUMN is_held INTEGER NOT NULL DEFAULT 0 CHECK (is_held IN (0, 1));

-- What the article page gave; the feed's own words stay beside it, to be compared with the feed's next ones.
ALTER TABLE entry_text ADD COLUMN article TEXT;
-- JSON: authors, categories, image.
ALTER TABLE entry_text ADD COLUMN article_details TEXT;

-- Article pages asked for, one row for each entry that ever was.
CREATE TABLE article (
    entry INTEGER PRIMARY KEY REFERENCES entry (id),
    source INTEGER NOT NULL REFERENCES source (id),
    -- Of the next attempt; NULL when there is none any more.
    due INTEGER,
    -- Until when the entry may wait; NULL when it is shown.
    held_until INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- Of the last attempt; NULL when it went well.
    error TEXT
) STRICT;
CREATE INDEX article_newest ON article (source, entry);
CREATE INDEX article_source ON article (source, due) WHERE due IS NOT NULL;
CREATE INDEX article_due ON article (due) WHERE due IS NOT NULL;
CREATE INDEX article_held ON article (held_until) WHERE held_until IS NOT NULL;

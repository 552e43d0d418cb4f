-- The story that this one has become part of. Its row stays, so that its id is never given to another.
ALTER TABLE story ADD COLUMN merged INTEGER REFERENCES story (id);
CREATE INDEX story_merged ON story (merged) WHERE merged IS NOT NULL;

-- Characters of the clean text, the article's where there is one: of entries that entered together the longest leads.
ALTER TABLE entry ADD COLUMN text_length INTEGER NOT NULL DEFAULT 0;

-- The first of the entries by which its source posted this report before, where it says something else now.
ALTER TABLE entry ADD COLUMN succeeds INTEGER REFERENCES entry (id);

-- Key of the address that its article page gives itself, where that is another than its link's.
ALTER TABLE entry ADD COLUMN page INTEGER;
CREATE INDEX entry_page ON entry (page) WHERE page IS NOT NULL;

-- What the config says of whose entry leads, and of whether its entries share stories at all.
ALTER TABLE source ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN is_alone INTEGER NOT NULL DEFAULT 0 CHECK (is_alone IN (0, 1));
-- Its own strictness and window, in seconds; NULL where it has those of [dedup].
ALTER TABLE source ADD COLUMN strictness TEXT;
ALTER TABLE source ADD COLUMN window INTEGER;
-- Its guids name other articles each time, or change at each poll: they tell nothing.
ALTER TABLE source ADD COLUMN distrusts_guids INTEGER NOT NULL DEFAULT 0 CHECK (distrusts_guids IN (0, 1));
-- How many polls in a row, up to the last, brought known items under guids that nobody had seen; and under links as well.
ALTER TABLE source ADD COLUMN fresh_guids INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN fresh_links INTEGER NOT NULL DEFAULT 0;
CREATE INDEX entry_key_burnt ON entry_key (source) WHERE is_burnt = 1;

-- How many rows of entry_link it has; their number is bounded.
ALTER TABLE entry ADD COLUMN links INTEGER NOT NULL DEFAULT 0;

-- Every link under which an entry came, letter for letter as the source wrote it. An entry that only ever came under one link, written as
-- entry.link is, has no rows.
CREATE TABLE entry_link (
    entry INTEGER NOT NULL REFERENCES entry (id),
    link TEXT NOT NULL,
    PRIMARY KEY (entry, link)
) STRICT, WITHOUT ROWID;

-- Why an entry belongs to a story that another one founded.
CREATE TABLE joined (
    entry INTEGER PRIMARY KEY REFERENCES entry (id),
    -- The entry that it was found, or said by hand, to belong with.
    other INTEGER REFERENCES entry (id),
    at INTEGER NOT NULL,
    -- `url`, `page`, `text`, `text-and-title`, `title`, `hand`.
    rule TEXT NOT NULL,
    -- JSON: what was compared.
    figures TEXT
) STRICT;

-- What somebody said by hand of two entries: the same story, or never. It wins over all rules. The smaller id stands first.
CREATE TABLE correction (
    entry INTEGER NOT NULL REFERENCES entry (id),
    other INTEGER NOT NULL REFERENCES entry (id),
    is_same INTEGER NOT NULL CHECK (is_same IN (0, 1)),
    PRIMARY KEY (entry, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX correction_other ON correction (other);

-- What the admin's rules left out lately, so that it can be told why.
CREATE TABLE dropped (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES source (id),
    at INTEGER NOT NULL,
    title TEXT NOT NULL,
    link TEXT NOT NULL,
    rule TEXT NOT NULL,
    UNIQUE (source, link, title)
) STRICT;

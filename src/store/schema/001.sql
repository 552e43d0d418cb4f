-- Instants are whole seconds since 1970-01-01 UTC.

-- Facts of this database: authority and born (of tag: ids), generation.
CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- A source of the config and how its polling stands. A source that leaves the config is retired, never deleted.
CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    -- Schedule and time zone that next_poll was reckoned from; another one in the config makes it stale.
    schedule TEXT NOT NULL,
    is_retired INTEGER NOT NULL DEFAULT 0 CHECK (is_retired IN (0, 1)),
    -- Validators of the last good response, byte for byte.
    etag BLOB,
    last_modified BLOB,
    -- NULL: never again by itself.
    next_poll INTEGER,
    -- The server's own wish (Retry-After) at the last poll.
    not_before INTEGER,
    last_poll INTEGER,
    last_success INTEGER,
    -- Failed polls since the last good one.
    failures INTEGER NOT NULL DEFAULT 0,
    -- Of the last poll; NULL when it went well.
    error TEXT,
    -- What the feed says of itself.
    feed_id TEXT,
    feed_title TEXT,
    feed_link TEXT
) STRICT;

-- One or more entries that carry the same report. Ids are never used twice: tag: ids are made of them.
CREATE TABLE story (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The publisher's id, where it can be ours too; NULL where the id is made of `id`.
    atom_id TEXT UNIQUE,
    lead INTEGER NOT NULL REFERENCES entry (id),
    -- Its place in the feeds.
    entered INTEGER NOT NULL,
    updated INTEGER NOT NULL
) STRICT;
CREATE INDEX story_order ON story (entered, id);

-- One row for each stored entry. Ids are never used twice: keys that outlive an entry still name it.
CREATE TABLE entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source INTEGER NOT NULL REFERENCES source (id),
    -- An entry that founds a story stands first, for a moment without it.
    story INTEGER NOT NULL REFERENCES story (id) DEFERRABLE INITIALLY DEFERRED,
    guid TEXT,
    -- The link as the source wrote it, made absolute, and its canonical form.
    link TEXT,
    url TEXT,
    -- Key of the canonical URL, where that tells one article apart.
    article INTEGER,
    title TEXT NOT NULL,
    language TEXT,
    published INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    -- Its place in a view of its own source; its story may have entered earlier, with another.
    entered INTEGER NOT NULL,
    revision INTEGER NOT NULL DEFAULT 0,
    -- How many keys name it; their number is bounded.
    keys INTEGER NOT NULL,
    text_hash BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX entry_source ON entry (source, entered, story);
CREATE INDEX entry_story ON entry (story);
CREATE INDEX entry_article ON entry (article) WHERE article IS NOT NULL;

-- The bulk of an entry, apart from its keys, so that it can go while they stay.
CREATE TABLE entry_text (
    entry INTEGER PRIMARY KEY REFERENCES entry (id),
    summary TEXT,
    content TEXT,
    -- JSON: authors, categories, enclosures, image.
    details TEXT NOT NULL
) STRICT;

-- Every key by which a source's items were ever known. Without an entry: an item that is never to enter. Burnt: a guid that the
-- source has used for several articles, and that tells nothing any more.
CREATE TABLE entry_key (
    source INTEGER NOT NULL REFERENCES source (id),
    key INTEGER NOT NULL,
    entry INTEGER,
    is_burnt INTEGER NOT NULL DEFAULT 0 CHECK (is_burnt IN (0, 1)),
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

-- The last polls of each source.
CREATE TABLE poll (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES source (id),
    at INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    -- HTTP status; NULL when there was no answer.
    status INTEGER,
    wire_bytes INTEGER NOT NULL,
    items_new INTEGER NOT NULL,
    items_changed INTEGER NOT NULL,
    items_unchanged INTEGER NOT NULL,
    error TEXT,
    -- Problems that did not stop the poll, one a line.
    problems TEXT
) STRICT;
CREATE INDEX poll_source ON poll (source, id);

-- What the last good answer said of when to come again (JSON): how long it is fresh, and what the feed says of its rhythm. A 304 has no body
-- to say it anew.
ALTER TABLE source ADD COLUMN hints TEXT;
-- Why the next poll is when it is, in a sentence.
ALTER TABLE source ADD COLUMN reason TEXT;
-- The host at which it is polled.
ALTER TABLE source ADD COLUMN host TEXT;

-- Hosts that are left alone, all their sources with them.
CREATE TABLE host (
    name TEXT NOT NULL PRIMARY KEY,
    -- Its own wish (Retry-After).
    not_before INTEGER,
    -- Polls in a row that did not reach it, and until when it rests for that.
    failures INTEGER NOT NULL DEFAULT 0,
    rests_until INTEGER
) STRICT, WITHOUT ROWID;

-- How many items of a source appeared in each of the last hours, where its schedule is made of it: the first hour since 1970 in eight bytes,
-- then a byte an hour.
CREATE TABLE habit (
    source INTEGER PRIMARY KEY REFERENCES source (id),
    hours BLOB NOT NULL
) STRICT;

-- What a poll decided about the next one.
ALTER TABLE poll ADD COLUMN next_poll INTEGER;
ALTER TABLE poll ADD COLUMN reason TEXT;

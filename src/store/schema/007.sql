-- WebSub: the hub that the source's feed names, and the address that the hub knows the feed by. NULL where it names none.
ALTER TABLE source ADD COLUMN hub TEXT;
ALTER TABLE source ADD COLUMN topic TEXT;
CREATE INDEX source_hub ON source (id) WHERE hub IS NOT NULL;

-- What was asked of hubs. Rows go when the hub has agreed to an end, or its lease is over.
CREATE TABLE subscription (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES source (id),
    hub TEXT NOT NULL,
    topic TEXT NOT NULL,
    -- Where the hub reaches us, without the token, which is the last part of the address and known to the hub alone.
    base TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    -- The hub signs what it pushes by it.
    secret TEXT NOT NULL,
    -- 0: it is being left.
    is_wanted INTEGER NOT NULL CHECK (is_wanted IN (0, 1)),
    -- When the hub was last asked; NULL when it has answered since.
    asked INTEGER,
    -- Requests in a row that came to nothing.
    attempts INTEGER NOT NULL DEFAULT 0,
    -- When there is something to do next.
    due INTEGER NOT NULL,
    -- NULL while the hub has not confirmed it.
    lease_ends INTEGER,
    -- A poll has found news that the hub had not pushed, or a push was of no use; until a good one comes.
    is_doubted INTEGER NOT NULL DEFAULT 0 CHECK (is_doubted IN (0, 1)),
    -- Good pushes, the last of them, and those that were not believed.
    pushes INTEGER NOT NULL DEFAULT 0,
    last_push INTEGER,
    ignored INTEGER NOT NULL DEFAULT 0,
    -- Why the last request came to nothing.
    error TEXT
) STRICT;
CREATE UNIQUE INDEX subscription_wanted ON subscription (source) WHERE is_wanted = 1;

-- Where sources have moved for good, by the word of their servers (301, 308): the config keeps the address that the admin wrote.
CREATE TABLE moved (
    source INTEGER PRIMARY KEY REFERENCES source (id),
    -- Where it is polled, and since when; NULL while it is polled at its own address.
    url TEXT,
    since INTEGER,
    -- Where permanent redirects led of late, on how many days that answered well, and the last of them, in days since 1970.
    candidate TEXT,
    days INTEGER,
    last_day INTEGER
) STRICT;

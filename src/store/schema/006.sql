-- When a poll last found that items had come and gone between two polls.
ALTER TABLE source ADD COLUMN lost_at INTEGER;
-- SHA-256 of the last good body, as it was read: the same one again is read no further.
ALTER TABLE source ADD COLUMN body_hash BLOB;

-- What the feed says of itself besides: who holds which rights in its items, and addresses of a small square picture and of a larger one.
ALTER TABLE source ADD COLUMN feed_rights TEXT;
ALTER TABLE source ADD COLUMN feed_icon TEXT;
ALTER TABLE source ADD COLUMN feed_logo TEXT;

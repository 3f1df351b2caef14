-- Links have names of their own, are for somebody, and can be taken back. `link` is NULL for plain ones, of before or of
-- destinations that know no names. `unsaid`: the record in the bucket is not what stands here yet.
ALTER TABLE links ADD COLUMN link TEXT;
ALTER TABLE links ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN password INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN taken_back INTEGER;
ALTER TABLE links ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN etag TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN unsaid INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX links_by_name ON links (video, link);
CREATE INDEX links_by_link ON links (link);
CREATE INDEX links_unsaid ON links (unsaid) WHERE unsaid = 1;
-- Who has watched, counted from access logs. A view ends half an hour after its last request; times are milliseconds since 1970.
CREATE TABLE views (
    video TEXT NOT NULL,
    link TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    seen BLOB NOT NULL,                 -- segments that were fetched
    PRIMARY KEY (video, link, first)
) WITHOUT ROWID;
CREATE TABLE traffic (
    video TEXT NOT NULL,
    link TEXT NOT NULL,                 -- empty for requests of no link
    month INTEGER NOT NULL,             -- year * 12 + month - 1, UTC
    requests INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (video, link, month)
) WITHOUT ROWID;
-- Log objects that were read, and lines of the last days by the hashes of their requests' ids.
CREATE TABLE log_objects (destination TEXT NOT NULL, key TEXT NOT NULL, etag TEXT NOT NULL, PRIMARY KEY (destination, key)) WITHOUT ROWID;
CREATE TABLE log_lines (hour INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (hour, id)) WITHOUT ROWID;
-- Durations of a generation's segments.
CREATE TABLE segment_times (
    video TEXT NOT NULL,
    generation INTEGER NOT NULL,
    sound_alone INTEGER NOT NULL,
    seconds TEXT NOT NULL,
    PRIMARY KEY (video, generation)
) WITHOUT ROWID;

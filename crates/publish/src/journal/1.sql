-- Times are milliseconds since the Unix epoch unless a comment says otherwise; structures are JSON.
CREATE TABLE jobs (
    job TEXT PRIMARY KEY,
    video TEXT NOT NULL,
    title TEXT NOT NULL,
    file TEXT NOT NULL,
    fingerprint TEXT NOT NULL,          -- size and modification time when it was accepted
    destination TEXT NOT NULL,
    wishes TEXT NOT NULL,
    accepted INTEGER NOT NULL,
    place REAL NOT NULL,                -- order in the queue
    wish TEXT NOT NULL DEFAULT 'run',   -- what was asked for last: run, pause, cancel, retry
    phase TEXT NOT NULL,                -- queued, running, paused, failing, failed, cancelling, live
    stage TEXT NOT NULL DEFAULT 'probe',
    error TEXT,
    replaces INTEGER,                   -- generation that is replaced
    generation INTEGER NOT NULL DEFAULT 1,
    attempt INTEGER NOT NULL DEFAULT 0, -- number of the newest attempt's folder
    touched INTEGER NOT NULL DEFAULT 0, -- 1 as soon as the bucket may hold something of it
    plan TEXT,
    tracks TEXT,
    early_index TEXT,
    checkpoint TEXT,
    finished TEXT,
    visible TEXT NOT NULL DEFAULT 'nothing', -- nothing, early, final: what index.m3u8 is
    index_etag TEXT,
    recorded TEXT NOT NULL DEFAULT 'nothing', -- nothing, publishing, live: what video.json is
    notes TEXT NOT NULL DEFAULT '[]',
    progress TEXT
);
-- Media of a job: segments and other files, as the worker finished them.
CREATE TABLE objects (
    job TEXT NOT NULL REFERENCES jobs (job) ON DELETE CASCADE,
    path TEXT NOT NULL,                 -- below the generation folder
    attempt INTEGER NOT NULL,           -- in whose folder the file lies
    bytes INTEGER NOT NULL,
    segment TEXT,                       -- the worker's words for a segment
    crc TEXT,                           -- once stored and verified
    PRIMARY KEY (job, path)
) WITHOUT ROWID;
CREATE TABLE ended (
    job TEXT NOT NULL REFERENCES jobs (job) ON DELETE CASCADE,
    track TEXT NOT NULL,
    segments INTEGER NOT NULL,
    PRIMARY KEY (job, track)
) WITHOUT ROWID;
-- What the media playlists in the bucket say.
CREATE TABLE playlists (
    job TEXT NOT NULL REFERENCES jobs (job) ON DELETE CASCADE,
    track TEXT NOT NULL,
    segments INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    PRIMARY KEY (job, track)
) WITHOUT ROWID;
CREATE TABLE uploads (
    destination TEXT NOT NULL,
    object TEXT NOT NULL,               -- key
    id TEXT NOT NULL,
    job TEXT,
    part_bytes INTEGER NOT NULL,
    PRIMARY KEY (destination, object)
) WITHOUT ROWID;
CREATE TABLE parts (
    destination TEXT NOT NULL,
    object TEXT NOT NULL,
    number INTEGER NOT NULL,
    etag TEXT NOT NULL,
    crc TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (destination, object, number),
    FOREIGN KEY (destination, object) REFERENCES uploads (destination, object) ON DELETE CASCADE
) WITHOUT ROWID;
-- Videos that are being deleted, until nothing of them is left.
CREATE TABLE removals (
    destination TEXT NOT NULL,
    folder TEXT NOT NULL,               -- key prefix that goes, ends with /
    video TEXT NOT NULL,
    PRIMARY KEY (destination, folder)
) WITHOUT ROWID;
CREATE TABLE library (
    video TEXT PRIMARY KEY,
    destination TEXT NOT NULL,
    title TEXT NOT NULL,
    created TEXT NOT NULL,
    etag TEXT NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX library_by_created ON library (created DESC);
-- Seconds since the Unix epoch.
CREATE TABLE links (
    video TEXT NOT NULL,
    made INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    opens INTEGER,
    ip TEXT
);
CREATE INDEX links_by_video ON links (video, expires DESC);
CREATE TABLE destinations (name TEXT PRIMARY KEY, destination TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE key_pairs (id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- What is sent has the price of the part of the world where the edge lies that sends it, and playlists that of the endpoint as well.
CREATE TABLE traffic_by_city (
    video TEXT NOT NULL,
    link TEXT NOT NULL,                 -- empty for requests of no link
    month INTEGER NOT NULL,             -- year * 100 + month, UTC
    city TEXT NOT NULL,                 -- of the edge, by its airport; empty where it is not known, as of what was counted before
    requests INTEGER NOT NULL,
    playlists INTEGER NOT NULL,         -- of the requests
    bytes INTEGER NOT NULL,
    PRIMARY KEY (video, link, month, city)
) WITHOUT ROWID;
INSERT INTO traffic_by_city SELECT video, link, month, '', requests, 0, bytes FROM traffic;
DROP TABLE traffic;
ALTER TABLE traffic_by_city RENAME TO traffic;

-- What of a deployment has to outlive the process, by the name of its destination. The engine that deploys owns the words of `record`.
CREATE TABLE deployments (name TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;

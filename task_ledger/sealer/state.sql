-- The sealer's state: the events it has read, and the right edge of the head log.
-- Usage: task_ledger.sealer.state, in an SQLite file outside the ledger's database.

-- name: format, origin, secret (names projects), schema and keys (as last sealed).
CREATE TABLE fact (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- size, frontier, leaf: number of events read, their tree's edge, the last leaf's hash.
-- sealed: how many of these events the head log covers. entry, place: the newest entry that covers the
-- project, and its leaf in that entry's tree. sealed_at: when that entry was made.
CREATE TABLE project (
    project_id TEXT PRIMARY KEY,
    size       INTEGER NOT NULL,
    frontier   BLOB    NOT NULL,
    leaf       BLOB    NOT NULL,
    sealed     INTEGER NOT NULL DEFAULT 0,
    root       BLOB,
    entry      INTEGER,
    place      INTEGER,
    sealed_at  INTEGER
) WITHOUT ROWID;

-- Roots of the complete subtrees of 256 events of a project's tree, numbered from 0: with them, the
-- proof of one event needs the ledger's digests of its own subtree only.
CREATE TABLE project_tile (
    project_id TEXT    NOT NULL,
    number     INTEGER NOT NULL,
    root       BLOB    NOT NULL,
    PRIMARY KEY (project_id, number)
) WITHOUT ROWID;

CREATE INDEX project_to_seal ON project (project_id) WHERE size <> sealed;

-- The head log: size and frontier of all entries; published: how many of them are in a
-- checkpoint that was signed and published; note: that checkpoint.
CREATE TABLE head (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    size         INTEGER NOT NULL,
    frontier     BLOB    NOT NULL,
    published    INTEGER NOT NULL,
    note         BLOB,
    published_at INTEGER,
    covered_at   INTEGER NOT NULL
);

-- Entries and tiles that are not fully published: the bundle and tiles at the right edge.
CREATE TABLE head_entry (
    number INTEGER PRIMARY KEY,
    entry  BLOB NOT NULL
);

CREATE TABLE head_tile (
    level  INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB    NOT NULL,
    PRIMARY KEY (level, number)
) WITHOUT ROWID;

-- The leaf hashes of a `projects` entry's tree, while it is any project's newest entry.
CREATE TABLE project_tree (
    entry  INTEGER PRIMARY KEY,
    leaves BLOB NOT NULL
);

-- The sealed part of the access log: size and edge of its tree, the last leaf's hash.
CREATE TABLE access (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    size     INTEGER NOT NULL DEFAULT 0,
    frontier BLOB    NOT NULL DEFAULT x'',
    leaf     BLOB    NOT NULL DEFAULT x''
);

-- Entries that wait for the next checkpoint.
CREATE TABLE waiting (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    entry  BLOB NOT NULL
);

-- What did not fit. While one stands (cleared_at is null) nothing is signed.
CREATE TABLE alarm (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id TEXT,
    reason     TEXT    NOT NULL,
    first_at   INTEGER NOT NULL,
    last_at    INTEGER NOT NULL,
    cleared_at INTEGER
);

-- The check of old prefixes: a project, the edge that it must reach, and how far it has come.
CREATE TABLE recheck (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    project_id  TEXT,
    goal        INTEGER NOT NULL DEFAULT 0,
    goal_edge   BLOB    NOT NULL DEFAULT x'',
    size        INTEGER NOT NULL DEFAULT 0,
    frontier    BLOB    NOT NULL DEFAULT x'',
    began_at    INTEGER,
    finished_at INTEGER,
    took_s      INTEGER,
    events      INTEGER NOT NULL DEFAULT 0
);

-- How much of the log each witness has cosigned.
CREATE TABLE witness (
    vkey TEXT PRIMARY KEY,
    size INTEGER NOT NULL
) WITHOUT ROWID;

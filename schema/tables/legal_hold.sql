-- Legal holds: months that must not be retired. project_id null holds every project, bucket null every
-- month. A hold is released, never deleted.
-- Usage: written by task_ledger.place_hold and task_ledger.release_hold, which record it in the access log.
CREATE TABLE task_ledger.legal_hold (
    id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id     text        CHECK (octet_length(project_id) BETWEEN 1 AND 200),
    bucket         integer,
    placed_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    placed_by      text        NOT NULL CHECK (octet_length(placed_by) BETWEEN 1 AND 200),
    reason         text        NOT NULL CHECK (btrim(reason) <> '' AND octet_length(reason) <= 1000),
    released_at    timestamptz,
    released_by    text        CHECK (octet_length(released_by) BETWEEN 1 AND 200),
    release_reason text        CHECK (btrim(release_reason) <> '' AND octet_length(release_reason) <= 1000),
    CHECK ((released_at IS NULL) = (released_by IS NULL) AND (released_at IS NULL) = (release_reason IS NULL))
);

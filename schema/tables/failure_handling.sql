-- Who handled a group of failures, when, and with which comment. Append-only, and not part of the read
-- model. up_to is the last failure that the actor had seen: later ones reopen the group.
-- Usage: written only by task_ledger.handle_failure.
CREATE TABLE task_ledger.failure_handling (
    project_id  text        NOT NULL CHECK (octet_length(project_id) <= 1000),
    fingerprint text        NOT NULL CHECK (octet_length(fingerprint) <= 100),
    at          timestamptz NOT NULL,
    actor       text        NOT NULL CHECK (actor <> '' AND octet_length(actor) <= 200),
    comment     text        CHECK (octet_length(comment) BETWEEN 1 AND 8000),
    up_to       timestamptz NOT NULL,
    PRIMARY KEY (project_id, fingerprint, at)
);

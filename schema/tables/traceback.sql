-- Tracebacks, stored apart from the log because they may contain secrets. No role but the owner reads
-- the texts, except through task_ledger.read_tracebacks. Their SHA-256 is in the event's data.
-- Usage: written by task_ledger.append with the event it belongs to.
CREATE TABLE task_ledger.traceback (
    task_id     uuid        NOT NULL,
    version     integer     NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    text        text        NOT NULL,
    PRIMARY KEY (task_id, version)
);

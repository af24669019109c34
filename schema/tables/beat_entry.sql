-- When each entry of a beat schedule was last started, so that two beats do not start it twice and
-- a restarted beat continues.
-- Usage: read and written by task_ledger.celery.beat, in the transaction that registers the task.
CREATE TABLE task_ledger.beat_entry (
    name        text        PRIMARY KEY,
    last_run_at timestamptz NOT NULL,
    runs        bigint      NOT NULL DEFAULT 0
);

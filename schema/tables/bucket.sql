-- The partitions of task_event: one row for each bucket ever created. A bucket with closed_at is
-- detached and never created again, because a task in it could then be registered a second time.
-- Usage: written by task_ledger.open_buckets.
CREATE TABLE task_ledger.bucket (
    bucket    integer     PRIMARY KEY,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    closed_at timestamptz
);

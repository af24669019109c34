-- The partitions of task_event: one row per bucket that was ever opened.
-- A bucket with closed_at is detached for good; it is never created again, or a task in it
-- could be registered a second time.
-- Usage: written by task_ledger.open_buckets.
CREATE TABLE task_ledger.bucket (
    bucket    integer     PRIMARY KEY,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    closed_at timestamptz
);

-- The partitions of task_event: one row for each bucket ever created. closing_at: when its tasks were
-- closed to writers; closing_xid is a transaction id drawn after the commit of closing_at, so every
-- writer that missed it has a lower one. closed_at: when the month left the database; it is never created
-- again, because a task in it could then be registered a second time. archive, events and root describe
-- the retired events: the archive's name, their number, and the root over their leaves.
-- Usage: written by task_ledger.open_buckets, task_ledger.close_bucket and task_ledger.retire_bucket.
CREATE TABLE task_ledger.bucket (
    bucket      integer     PRIMARY KEY,
    opened_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    closing_at  timestamptz,
    closing_xid xid8,
    closed_at   timestamptz,
    archive     text,
    events      bigint,
    root        bytea       CHECK (octet_length(root) = 32)
);

-- The partitions of task_event: one row for each bucket ever created. closing_at: from then on nothing is
-- written to its tasks; closing_xid is a transaction id drawn after that was committed, so every writer
-- that did not see it has a lower one. closed_at: the month has left the database; it is never created
-- again, because a task in it could then be registered a second time. archive, events and root describe
-- what has left: the archive's name, the number of events, and the root over their leaves.
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

-- Attempts that nobody has claimed although their dispatch has left the outbox: how often each
-- was dispatched, and when last. The first row of an attempt is written when it is first seen so.
-- Usage: written by the reconciler, which dispatches again what seems lost.
CREATE TABLE task_ledger.redispatch (
    task_id       uuid        PRIMARY KEY,
    attempt       integer     NOT NULL,
    dispatches    integer     NOT NULL DEFAULT 1 CHECK (dispatches BETWEEN 1 AND 3),
    dispatched_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);

-- Attempts that are unclaimed although their dispatch has left the outbox: how often each was
-- dispatched, and when last. The row is written when the attempt is first seen in this state.
-- Usage: written by the reconciler, which dispatches lost attempts again.
CREATE TABLE task_ledger.redispatch (
    task_id       uuid        PRIMARY KEY,
    attempt       integer     NOT NULL,
    dispatches    integer     NOT NULL DEFAULT 1 CHECK (dispatches BETWEEN 1 AND 3),
    dispatched_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);

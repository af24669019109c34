-- What an idle projector asks: the snapshot, which changes whenever a transaction that could have written
-- ends; and whether the relay has something to do, which also depends on the clock. Locks nothing and
-- draws no transaction id.
-- Returns: (snapshot, due): snapshot as xmin:xmax:xid,xid,…; due whether a step or a dispatch is due, or
--          dispatches are held until their queue is resumed.
-- Arguments: none.
-- Usage: task_ledger.projector.parts, while nothing is left to fold, prepared.
SELECT
    pg_current_snapshot()::text,
    EXISTS (SELECT FROM task_ledger.next_step WHERE ready_at <= now())
        OR EXISTS (SELECT FROM task_ledger.outbox WHERE try_at <= now())
        OR EXISTS (SELECT FROM task_ledger.outbox WHERE held IS NOT NULL)

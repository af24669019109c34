-- Whether a step is due, and whether a dispatch may be: one that another relay has begun counts, and is left
-- out by begin_dispatches.sql. Locks nothing and draws no transaction id.
-- Returns: two booleans.
-- Arguments: none.
-- Usage: task_ledger.projector.parts, at every step of the relay, prepared.
SELECT EXISTS (SELECT FROM task_ledger.next_step WHERE ready_at <= now()),
    EXISTS (SELECT FROM task_ledger.outbox WHERE try_at <= now())

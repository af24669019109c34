-- Whether a dispatch is due: not one that three rounds were killed with, before its wait is over
-- (see begin_dispatches.sql). Locks nothing and draws no transaction id.
-- Returns: boolean.
-- Arguments: none.
-- Usage: task_ledger.projector.relay, at every tick, prepared.
SELECT EXISTS (SELECT FROM task_ledger.outbox WHERE try_at <= now()
    AND (sends < 3 OR begun_at <= now() - make_interval(secs => least(2.0 ^ least(sends - 2, 10), 300))))

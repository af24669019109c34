-- Whether a dispatch is due: not one that another relay has begun, or that rounds were killed with,
-- before its wait is over (see begin_dispatches.sql). Locks nothing and draws no transaction id.
-- Returns: boolean.
-- Arguments: published, as of begin_dispatches.sql.
-- Usage: task_ledger.projector.relay, at every tick, prepared.
SELECT EXISTS (SELECT FROM task_ledger.outbox WHERE try_at <= now()
    AND (sends = 0 OR id = ANY (%(published)s::bigint[])
         OR begun_at <= now() - make_interval(secs => least(2.0 ^ greatest(least(sends, 12) - 2, 0), 300))))

-- Whether a dispatch is due. Locks nothing and draws no transaction id.
-- Returns: boolean.
-- Arguments: none.
-- Usage: task_ledger.projector.relay, at every tick, prepared.
SELECT EXISTS (SELECT FROM task_ledger.outbox WHERE try_at <= now())

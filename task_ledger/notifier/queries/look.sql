-- What an idle notifier asks: the snapshot, which changes whenever a transaction that could have written
-- ends, and whether a notification is to be sent. Locks nothing and draws no transaction id.
-- Returns: (snapshot, due): snapshot as xmin:xmax:xid,xid,…; due whether one waits whose time has come, or
--          that another notifier is sending and has not marked in time.
-- Arguments: none.
-- Usage: task_ledger.notifier.outbox, prepared.
SELECT
    pg_current_snapshot()::text,
    EXISTS (SELECT FROM task_ledger.notification AS n WHERE n.state = 'waiting' AND n.try_at <= now())

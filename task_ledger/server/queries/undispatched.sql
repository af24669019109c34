-- How long the oldest message that is due has been waiting to be published, or the oldest step for
-- the relay to take it. Not what a paused queue holds.
-- Returns: one row: (count, age of the oldest in seconds; 0 for none).
-- Arguments: none.
-- Usage: task_ledger.server.readiness.
SELECT count(*),
    coalesce(extract(epoch FROM clock_timestamp() - min(d.due_at)), 0)::double precision
FROM (
    SELECT o.due_at FROM task_ledger.outbox AS o WHERE o.due_at <= clock_timestamp() AND o.held IS NULL
    UNION ALL
    SELECT s.ready_at FROM task_ledger.next_step AS s WHERE s.ready_at <= clock_timestamp()
) AS d

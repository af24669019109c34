-- Messages that are due and not published, and steps that are due and not taken; not what a paused queue holds.
-- Returns: how many, the age of the oldest in seconds (0 for none).
-- Arguments: none.
-- Usage: task_ledger.eventlog.stuck.
SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(d.due_at)), 0)::float8
FROM (
    SELECT o.due_at FROM task_ledger.outbox AS o WHERE o.due_at <= clock_timestamp() AND o.held IS NULL
    UNION ALL
    SELECT s.ready_at FROM task_ledger.next_step AS s WHERE s.ready_at <= clock_timestamp()
) AS d

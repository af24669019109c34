-- Months from this one on that have no open, attached partition of the log.
-- Returns: month as yyyymm, how many months ahead it is.
-- Arguments: months, how many to look ahead.
-- Usage: task-ledger doctor.
SELECT m.bucket, m.ahead
FROM (
    SELECT g.ahead, to_char(now() AT TIME ZONE 'UTC' + make_interval(months => g.ahead), 'YYYYMM')::integer
    FROM generate_series(0, %(months)s::integer) AS g (ahead)
) AS m (ahead, bucket)
WHERE NOT EXISTS (
    SELECT FROM task_ledger.bucket AS b
    JOIN pg_inherits AS i ON i.inhparent = 'task_ledger.task_event'::regclass
        AND i.inhrelid = to_regclass('task_ledger.task_event_' || b.bucket)
    WHERE b.bucket = m.bucket AND b.closed_at IS NULL)
ORDER BY m.ahead

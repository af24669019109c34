-- Months of the log that are older than the database is to keep, and neither retired nor being retired.
-- A month is due for a whole day before it counts.
-- Returns: month as yyyy-mm, the oldest first.
-- Arguments: keep_months.
-- Usage: task-ledger doctor.
SELECT b.bucket / 100 || '-' || lpad((b.bucket %% 100)::text, 2, '0')
FROM task_ledger.bucket AS b
WHERE b.bucket > 0 AND b.closing_at IS NULL AND b.closed_at IS NULL
    AND b.bucket < to_char(
        (now() - interval '1 day') AT TIME ZONE 'UTC' - make_interval(months => %(keep_months)s), 'YYYYMM')::integer
ORDER BY b.bucket

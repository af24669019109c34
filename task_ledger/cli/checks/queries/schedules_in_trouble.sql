-- Schedules that are due and that no beat watches, and those whose last start failed. Rows are kept when an
-- entry is removed from the schedule: while a beat watches others, one that it has not watched for a day
-- counts as removed.
-- Returns: (name, seconds that it has been due while nobody watches, or null; type of the error, or null; whether
--          a beat watches other entries).
-- Arguments: none.
-- Usage: task-ledger doctor.
SELECT b.name,
    CASE WHEN b.watched_until < now() AND b.next_run_at < now() - interval '1 min'
        THEN extract(epoch FROM now() - b.next_run_at)::float8 END,
    b.failure, o.watched
FROM task_ledger.beat_entry AS b
CROSS JOIN (
    SELECT EXISTS (SELECT FROM task_ledger.beat_entry AS w WHERE w.watched_until >= now()) AS watched
) AS o
WHERE (b.failure IS NOT NULL OR b.watched_until < now() AND b.next_run_at < now() - interval '1 min')
    AND NOT (o.watched AND b.watched_until < now() - interval '1 day')
ORDER BY b.name

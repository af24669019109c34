-- Schedules that are due and that no beat watches, and those whose last start failed.
-- Returns: (name, seconds that it has been due while nobody watches, or null; type of the error, or null).
-- Arguments: none.
-- Usage: task-ledger doctor.
SELECT b.name,
    CASE WHEN b.watched_until < now() AND b.next_run_at < now() - interval '1 min'
        THEN extract(epoch FROM now() - b.next_run_at)::float8 END,
    b.failure
FROM task_ledger.beat_entry AS b
WHERE b.failure IS NOT NULL OR b.watched_until < now() AND b.next_run_at < now() - interval '1 min'
ORDER BY b.name

-- Marks a schedule's entry as started.
-- Returns: nothing.
-- Arguments: name; now.
-- Usage: task_ledger.celery.beat.
UPDATE task_ledger.beat_entry SET last_run_at = %(now)s, runs = runs + 1 WHERE name = %(name)s

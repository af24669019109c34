-- Adds a schedule's entry if it is new.
-- Returns: nothing.
-- Arguments: name; now, from when on its first run counts.
-- Usage: task_ledger.celery.beat.
INSERT INTO task_ledger.beat_entry (name, last_run_at) VALUES (%(name)s, %(now)s) ON CONFLICT DO NOTHING

-- The entries of a schedule that somebody has asked to start now.
-- Returns: one row: an array of names.
-- Arguments: names, of the beat's entries.
-- Usage: task_ledger.celery.beat.
SELECT ARRAY(
    SELECT b.name FROM task_ledger.beat_entry AS b
    WHERE b.name = ANY (%(names)s::text[]) AND b.asked_by IS NOT NULL)

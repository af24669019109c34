-- Takes the question to start a schedule's entry now, waiting for another beat that takes it.
-- Returns: one row: who asked, null if another beat has done it.
-- Arguments: name.
-- Usage: task_ledger.celery.beat, in the transaction that registers the task.
WITH taken AS (
    SELECT b.name, b.asked_by FROM task_ledger.beat_entry AS b WHERE b.name = %(name)s FOR UPDATE
), answered AS (
    UPDATE task_ledger.beat_entry AS b SET asked_by = NULL, asked_at = NULL
    FROM taken AS t WHERE b.name = t.name AND t.asked_by IS NOT NULL
)
SELECT max(t.asked_by) FROM taken AS t

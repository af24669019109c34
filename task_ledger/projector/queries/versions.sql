-- The versions of records of several tasks.
-- Returns: (task_id, version).
-- Arguments: task_ids, an array.
-- Usage: task_ledger.projector.records, before the tasks are folded from their first events.
SELECT r.task_id, r.version
FROM task_ledger.task_record AS r
WHERE r.task_id = ANY (%(task_ids)s::uuid[])

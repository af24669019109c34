-- The results of tasks that have completed.
-- Returns: (task_id, result, unstored, erased), the result as JSON; unstored, true for one that could not
--          be stored; erased, for one that was erased. No row for a task that has not completed.
-- Arguments: task_ids, an array.
-- Usage: task_ledger.celery.run.upstream, before a step is claimed that takes them.
SELECT e.task_id, coalesce(e.private -> 'result', e.data -> 'result'), (e.data ->> 'unstored') IS NOT NULL,
    coalesce(json_typeof(e.private) = 'string', false)
FROM unnest(%(task_ids)s::uuid[]) AS wanted(id)
JOIN task_ledger.task_event AS e
    ON e.bucket = task_ledger.bucket_of(wanted.id) AND e.task_id = wanted.id AND e.type = 'completed'

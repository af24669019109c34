-- Whether all of these tasks have completed.
-- Returns: boolean.
-- Arguments: task_ids, an array.
-- Usage: task_ledger.projector.rerunning.
SELECT NOT EXISTS (
    SELECT FROM unnest(%(task_ids)s::uuid[]) AS t (task_id)
    WHERE (SELECT e.state FROM task_ledger.task_event AS e
           WHERE e.bucket = task_ledger.bucket_of(t.task_id) AND e.task_id = t.task_id
           ORDER BY e.version DESC LIMIT 1) IS DISTINCT FROM 'completed')

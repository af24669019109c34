-- What became of the pages that a set's task waits for, by the log.
-- Returns: (page_id, task_id, ended, reason, message, result), one row for each task; ended is true
--          once it has completed or failed; reason is that of a failure, message says why, and
--          result is that of a completed task. No row for a task that was erased, nor for a set
--          without tasks.
-- Arguments: set_id, the task that ends the set.
-- Usage: services.page_sets.states.
SELECT (registered.private -> 'entity' ->> 'id')::uuid, member.id, ended.type IS NOT NULL,
    ended.data ->> 'reason',
    coalesce(ended.private -> 'error' ->> 'message', ended.private ->> 'message'),
    ended.private -> 'result'
FROM task_ledger.task_event AS s
CROSS JOIN LATERAL json_array_elements_text(s.data -> 'waits_for') WITH ORDINALITY AS w (id, place)
CROSS JOIN LATERAL (SELECT w.id::uuid AS id) AS member
JOIN task_ledger.task_event AS registered
    ON registered.bucket = task_ledger.bucket_of(member.id) AND registered.task_id = member.id
    AND registered.version = 1
LEFT JOIN task_ledger.task_event AS ended
    ON ended.bucket = task_ledger.bucket_of(member.id) AND ended.task_id = member.id
    AND ended.type IN ('completed', 'failed')
WHERE s.bucket = task_ledger.bucket_of(%(set_id)s::uuid) AND s.task_id = %(set_id)s::uuid
    AND s.version = 1 AND json_typeof(registered.private) = 'object'
ORDER BY w.place

-- The tasks of a project that were registered for an entity. Those whose first event was erased no longer
-- say for which.
-- Returns: (task_id), in the order of their ids.
-- Arguments: project_id; type and id of the entity.
-- Usage: task_ledger.eventlog.erasure.tasks_of_entity, as the eraser. Reads the shard's part of the log, not
--        the records, which may lack the newest tasks.
SELECT e.task_id
FROM task_ledger.task_event AS e
WHERE e.shard = task_ledger.shard_of(%(project_id)s) AND e.project_id = %(project_id)s AND e.version = 1
    AND coalesce(e.private -> 'entity' ->> 'type', e.data -> 'entity' ->> 'type') = %(type)s
    AND coalesce(e.private -> 'entity' ->> 'id', e.data -> 'entity' ->> 'id') = %(id)s
ORDER BY e.task_id

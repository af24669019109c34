-- The events of a project's tasks to be verified: of every task that any event, the timeline or
-- the read model says is the project's, so that an event whose project was altered is seen.
-- Returns: as verify_events.
-- Arguments: project_id.
-- Usage: task_ledger.eventlog.verify, through a server-side cursor.
SELECT {event:e}, to_json(r), e.bucket, e.bucket = task_ledger.bucket_of(e.task_id)
FROM task_ledger.task_event AS e
LEFT JOIN task_ledger.task_record AS r ON e.version = 1 AND r.task_id = e.task_id
WHERE e.task_id IN (
    SELECT task_id FROM task_ledger.task_event
    WHERE shard = task_ledger.shard_of(%(project_id)s) AND project_id = %(project_id)s
    UNION SELECT task_id FROM task_ledger.project_timeline
    WHERE project = (SELECT id FROM task_ledger.project_head WHERE project_id = %(project_id)s)
    UNION SELECT task_id FROM task_ledger.task_record WHERE project_id = %(project_id)s
)
ORDER BY e.bucket, e.task_id, e.version

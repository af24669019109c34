-- The ends of tasks in a part of a project's timeline, each with the task's record. A record is stored in
-- the transaction that numbers its event, so it is at least as new, unless the projector could not fold
-- the task.
-- Returns: seq, task_id, version, recorded_at, status (null if the record is older or missing), whether
--          the task is quarantined; oldest first.
-- Arguments: project_id; after and upto, numbers above and up to which; types; limit.
-- Usage: task_ledger.notifier.following.
SELECT t.seq, t.task_id, t.version, t.recorded_at,
    CASE WHEN r.version >= t.version THEN r.status END,
    EXISTS (SELECT FROM task_ledger.dead_letter AS d WHERE d.follower = 'projector' AND d.task_id = t.task_id)
FROM task_ledger.project_timeline AS t
LEFT JOIN task_ledger.task_record AS r ON r.task_id = t.task_id
WHERE t.project = (SELECT h.id FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s)
    AND t.type = ANY (%(types)s::task_ledger.event_type[])
    AND t.seq > %(after)s AND t.seq <= %(upto)s
ORDER BY t.seq
LIMIT %(limit)s

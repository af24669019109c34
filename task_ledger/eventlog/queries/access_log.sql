-- Rows of the access log, oldest first.
-- Returns: seq, at, actor, action, project_id, task_id, detail, digest.
-- Arguments: after, a number; projects, an array, or null for every row; limit, or null for all.
-- Usage: task_ledger.eventlog.access_log.
SELECT a.seq, a.at, a.actor, a.action, a.project_id, a.task_id, a.detail, a.digest
FROM task_ledger.access_log AS a
WHERE a.seq > %(after)s AND (%(projects)s::text[] IS NULL OR a.project_id = ANY (%(projects)s))
ORDER BY a.seq
LIMIT %(limit)s

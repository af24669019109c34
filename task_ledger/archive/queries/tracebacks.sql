-- The tracebacks of a project's events of a month.
-- Returns: task_id, version, recorded_at, text.
-- Arguments: bucket; project_id.
-- Usage: task_ledger.archive.writing, as the owner, through a server-side cursor.
SELECT b.task_id, b.version, b.recorded_at, b.text
FROM task_ledger.project_timeline AS t
JOIN task_ledger.traceback AS b ON b.task_id = t.task_id AND b.version = t.version
WHERE t.bucket = %(bucket)s AND t.project = (SELECT h.id FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s)
ORDER BY t.seq

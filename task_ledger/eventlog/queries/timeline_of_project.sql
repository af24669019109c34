-- Numbers of a project's timeline, in their order, cut to a limit.
-- Returns: seq, task_id, version, recorded_at.
-- Arguments: project_id; after and before, both excluded; look, the most numbers, null for all.
--            {direction} is ASC or DESC.
-- Usage: {numbers} in timeline.sql and timeline_events.sql.
SELECT n.seq, n.task_id, n.version, n.recorded_at
FROM task_ledger.project_timeline AS n
WHERE n.project_id = %(project_id)s AND n.seq > %(after)s AND n.seq < %(before)s
ORDER BY n.seq {direction}
LIMIT %(look)s

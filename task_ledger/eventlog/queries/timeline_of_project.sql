-- Numbers of a project's timeline, in their order: those of a range of `look` numbers, which are all
-- there but for those of partitions that have left.
-- Returns: seq, task_id, version, recorded_at.
-- Arguments: project_id; first and last, the numbers of the range; buckets, the lowest and the highest
--            that has any of them. {direction} is ASC or DESC.
-- Usage: {numbers} in timeline.sql and timeline_events.sql. The bounds come as values, so that the
--        planner, or the executor of a plan for any values, leaves out the other partitions.
SELECT n.seq, n.task_id, n.version, n.recorded_at
FROM task_ledger.project_timeline AS n
WHERE n.project = (SELECT h.id FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s)
    AND n.seq BETWEEN %(first)s AND %(last)s
    AND n.bucket BETWEEN %(low)s AND %(high)s
ORDER BY n.seq {direction}

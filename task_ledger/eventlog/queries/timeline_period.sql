-- Where a period lies in a project's timeline.
-- Returns: one row: the lowest and the highest number that the timeline has, the lowest that was
--          recorded at `since` or later, the highest that was recorded before `until`; each null if
--          there is none.
-- Arguments: project_id; since and until, null for no limit.
-- Usage: task_ledger.eventlog.period. Reads all of the project's numbers: one transaction may become
--        visible long after another that was recorded later, so the numbers have no order by time.
SELECT min(n.seq), max(n.seq),
    min(n.seq) FILTER (WHERE %(since)s::timestamptz IS NULL OR n.recorded_at >= %(since)s::timestamptz),
    max(n.seq) FILTER (WHERE %(until)s::timestamptz IS NULL OR n.recorded_at < %(until)s::timestamptz)
FROM task_ledger.project_timeline AS n
WHERE n.project = (SELECT h.id FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s)

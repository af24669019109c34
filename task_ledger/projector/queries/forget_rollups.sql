-- Deletes the rollups of hours before a time. Those of all times stay.
-- Returns: nothing.
-- Arguments: days, how many are kept.
-- Usage: task_ledger.projector.parts, once an hour.
DELETE FROM task_ledger.task_rollup AS r
USING (SELECT '' AS project_id UNION ALL SELECT h.project_id FROM task_ledger.project_head AS h) AS p
WHERE r.project_id = p.project_id AND r.hour > '-infinity' AND r.hour < now() - make_interval(days => %(days)s)

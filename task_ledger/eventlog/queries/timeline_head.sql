-- The highest number given in a project's timeline, and the database's epoch.
-- Returns: one row: a bigint, 0 for an empty timeline, and a text.
-- Arguments: project_id.
-- Usage: task_ledger.eventlog.timeline.timeline_head.
SELECT
    (SELECT coalesce(max(t.seq), 0) FROM task_ledger.project_timeline AS t WHERE t.project_id = %(project_id)s),
    task_ledger.epoch()

-- The highest number given in a project's timeline.
-- Returns: one bigint, 0 for an empty timeline.
-- Arguments: project_id.
-- Usage: task_ledger.eventlog.timeline.timeline_head.
SELECT coalesce(max(t.seq), 0) FROM task_ledger.project_timeline AS t WHERE t.project_id = %(project_id)s

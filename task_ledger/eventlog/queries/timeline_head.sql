-- The highest number given in a project's timeline.
-- Returns: one bigint; no row for an empty timeline.
-- Arguments: project_id.
-- Usage: task_ledger.eventlog.timeline.timeline_head.
SELECT h.seq FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s

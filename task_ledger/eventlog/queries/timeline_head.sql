-- The highest number given in a project's timeline, and the database's epoch.
-- Returns: one row: a bigint, 0 for an empty timeline, and a text.
-- Arguments: project_id.
-- Usage: task_ledger.eventlog.timeline.timeline_head.
SELECT
    coalesce((SELECT h.seq FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s), 0),
    task_ledger.epoch()

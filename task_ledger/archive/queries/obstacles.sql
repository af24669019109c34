-- The obstacles to retiring a month.
-- Returns: kind, project_id, task_id, detail.
-- Arguments: bucket.
-- Usage: task_ledger.archive.retiring.
SELECT o.kind, o.project_id, o.task_id, o.detail FROM task_ledger.retirement_obstacles(%(bucket)s) AS o

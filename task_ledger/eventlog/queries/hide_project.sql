-- Hides a project, in lists of projects.
-- Returns: one row, whether this changed anything.
-- Arguments: project_id, actor.
-- Usage: task_ledger.eventlog.projects.
SELECT task_ledger.hide_project(%(project_id)s, %(actor)s)

-- Names and describes a project.
-- Returns: one row, whether this changed anything.
-- Arguments: project_id, name, description, actor.
-- Usage: task_ledger.eventlog.projects.
SELECT task_ledger.name_project(%(project_id)s, %(name)s, %(description)s, %(actor)s)

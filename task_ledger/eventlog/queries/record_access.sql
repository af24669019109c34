-- Appends to the access log.
-- Returns: the row's number.
-- Arguments: actor, action; project_id, task_id, detail, each or null.
-- Usage: task_ledger.eventlog.access_log.
SELECT task_ledger.record_access(%(actor)s, %(action)s, %(project_id)s, %(task_id)s::uuid, %(detail)s)

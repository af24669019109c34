-- One group of failures.
-- Returns: as failure_groups.sql; none for an unknown group.
-- Arguments: project_id, fingerprint.
-- Usage: {groups} in failure_groups.sql.
SELECT g.* FROM task_ledger.failure_group AS g
WHERE g.project_id = %(project_id)s AND g.fingerprint = %(fingerprint)s

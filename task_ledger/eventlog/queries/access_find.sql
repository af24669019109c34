-- A token, without its hash.
-- Returns: the columns of access_list.sql, one row or none.
-- Arguments: id.
-- Usage: task_ledger.access.find_token.
SELECT t.id, t.name, t.role, t.projects, t.created_at, t.expires_at, t.revoked_at, t.created_by, t.used_at,
    t.rotated_at, t.revoked_by
FROM task_ledger.access_token AS t
WHERE t.id = %(id)s

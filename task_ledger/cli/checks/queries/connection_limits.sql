-- How many connections the logins of a group role may open, and all together.
-- Returns: (role, the lowest limit of its logins, null if none has one; what the server lets logins
-- that are no superusers open).
-- Arguments: roles, the services' group roles.
-- Usage: task-ledger doctor.
SELECT g.rolname, min(r.rolconnlimit),
    current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint
        - current_setting('reserved_connections')::bigint
FROM pg_roles AS g
LEFT JOIN pg_roles AS r
    ON r.rolcanlogin AND NOT r.rolsuper AND r.rolconnlimit >= 0 AND pg_has_role(r.oid, g.oid, 'MEMBER')
WHERE g.rolname = ANY(%(roles)s)
GROUP BY g.rolname

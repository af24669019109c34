-- Used and allowed connections: of the server, of this database, and of each login of the ledger's
-- roles with a limit.
-- Returns: (whose, used, limit).
-- Arguments: roles, the services' group roles.
-- Usage: task-ledger doctor.
WITH used AS (
    -- Of sessions of others, no more than this is shown to the auditor.
    SELECT a.usename, a.datname FROM pg_stat_activity AS a WHERE a.usename IS NOT NULL AND a.datname IS NOT NULL
)
SELECT 'the server' AS whose, (SELECT count(*) FROM used) AS used,
    current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint
        - current_setting('reserved_connections')::bigint AS allowed
UNION ALL
SELECT 'the database', (SELECT count(*) FROM used AS u WHERE u.datname = d.datname), d.datconnlimit
FROM pg_database AS d
WHERE d.datname = current_database() AND d.datconnlimit >= 0
UNION ALL
SELECT r.rolname, (SELECT count(*) FROM used AS u WHERE u.usename = r.rolname), r.rolconnlimit
FROM pg_roles AS r
WHERE r.rolcanlogin AND r.rolconnlimit >= 0
    AND EXISTS (
        SELECT FROM pg_roles AS g
        WHERE g.rolname = ANY(%(roles)s) AND pg_has_role(r.oid, g.oid, 'MEMBER'))

-- Who may connect where they need not: everybody to this database, the ledger's roles to others.
-- Returns: (whether PUBLIC may connect to this database, [other databases that the roles may
-- connect to by a grant of their own]).
-- Arguments: roles, the services' group roles.
-- Usage: task-ledger doctor.
WITH granted AS (
    SELECT d.datname, a.grantee
    FROM pg_database AS d
    CROSS JOIN LATERAL aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) AS a
    WHERE a.privilege_type = 'CONNECT'
)
SELECT
    EXISTS (SELECT FROM granted AS g WHERE g.datname = current_database() AND g.grantee = 0),
    ARRAY(
        SELECT DISTINCT g.datname::text
        FROM granted AS g
        JOIN pg_roles AS r ON r.oid = g.grantee AND r.rolname = ANY(%(roles)s)
        WHERE g.datname <> current_database()
        ORDER BY 1)

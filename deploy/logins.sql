-- Creates a login for each service, so that no process can exceed its role or the connections it
-- needs. A worker needs up to three per child, plus two; raise its limit with the total number of
-- children (docs/how-to/connections.md). Together they stay below max_connections (100). Each is
-- named after its group role, with the suffix `_login`: task_ledger_api_login.
--
-- Returns: nothing; fails if a login exists, or if the database has no ledger.
-- Arguments: none. The roles' prefix is that of the ledger's owner. The logins have no password yet:
--   give each one with psql's \password.
-- Usage: once, after the first `task-ledger migrate`, by the login that migrated:
--   psql "$TASK_LEDGER_DATABASE_URL" --set ON_ERROR_STOP=1 -f deploy/logins.sql
DO $$
DECLARE
    v_prefix name := (
        SELECT regexp_replace(pg_get_userbyid(n.nspowner), 'owner$', '')
        FROM pg_namespace AS n
        WHERE n.oid = 'task_ledger'::regnamespace);
    v_service text;
    v_connections integer;
BEGIN
    FOR v_service, v_connections IN
        VALUES ('api', 25), ('worker', 40), ('projector', 15), ('auditor', 5), ('sealer', 5), ('eraser', 2),
            ('notifier', 4)
    LOOP
        EXECUTE format('CREATE ROLE %I LOGIN CONNECTION LIMIT %s IN ROLE %I',
            v_prefix || v_service || '_login', v_connections, v_prefix || v_service);
    END LOOP;
END
$$;

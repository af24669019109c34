-- Revokes advisory locks from everybody except the ledger's functions and its migration. Otherwise
-- any login, even the auditor's, could fill the server's lock table or hold a task's lock. Only for
-- a database that nothing else uses: other programs in it lose advisory locks too.
--
-- Returns: nothing. May be run again; `GRANT EXECUTE … TO PUBLIC` on the same functions undoes it.
-- Arguments: none. The roles' prefix is that of the ledger's owner.
-- Usage: once, after the first `task-ledger migrate`, by a superuser, in the ledger's database:
--   psql -d ledger -f deploy/advisory_locks.sql
DO $$
DECLARE
    v_function regprocedure;
    v_owner name := (SELECT pg_get_userbyid(n.nspowner) FROM pg_namespace AS n WHERE n.nspname = 'task_ledger');
    v_migrates name := (SELECT d.datdba::regrole FROM pg_database AS d WHERE d.datname = current_database());
BEGIN
    FOR v_function IN
        SELECT p.oid FROM pg_proc AS p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ '^pg_(try_)?advisory_'
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', v_function);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I, %I', v_function, v_owner, v_migrates);
    END LOOP;
    EXECUTE format('GRANT EXECUTE ON FUNCTION pg_try_advisory_xact_lock(bigint) TO %I',
        regexp_replace(v_owner, 'owner$', 'projector'));
END
$$;

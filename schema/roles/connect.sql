-- Limits who may connect to the database to the group roles and the roles that own or were granted
-- something in it. By default, PostgreSQL lets every login connect to every database, including other
-- applications' logins and other ledgers' workers.
--
-- Returns: nothing; does nothing if the login neither owns the database nor is a superuser.
-- Arguments: none.
-- Usage: run by the first migration of a database, after the group roles were created. Later grants, also
--        to PUBLIC, stay.
DO $$
DECLARE
    v_database pg_database;
    v_role name;
BEGIN
    SELECT d.* INTO v_database FROM pg_database AS d WHERE d.datname = current_database();
    IF NOT pg_has_role(v_database.datdba, 'USAGE') THEN
        RETURN;
    END IF;
    FOR v_role IN
        SELECT r.rolname FROM pg_roles AS r
        WHERE r.rolname IN (
                'task_ledger_owner', 'task_ledger_api', 'task_ledger_worker',
                'task_ledger_projector', 'task_ledger_auditor', 'task_ledger_sealer',
                'task_ledger_eraser', 'task_ledger_notifier')
            OR EXISTS (
                SELECT FROM pg_shdepend AS s
                WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid
                    AND s.dbid = v_database.oid)
    LOOP
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', v_database.datname, v_role);
    END LOOP;
    EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', v_database.datname);
END
$$;

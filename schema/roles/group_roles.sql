-- The group roles. They cannot log in; the server's administrator creates logins and grants them one of
-- these roles (task_ledger_owner owns every object).
--
-- Returns: nothing; does nothing for a role that exists (roles belong to the whole cluster).
-- Arguments: none. Must be run by a role with CREATEROLE.
-- Usage: run by every migration, first.
DO $$
DECLARE
    v_role text;
BEGIN
    -- Two databases of one cluster may be migrated at the same time.
    PERFORM pg_advisory_xact_lock(hashtextextended('task-ledger roles', 0));
    FOREACH v_role IN ARRAY ARRAY[
        'task_ledger_owner', 'task_ledger_api', 'task_ledger_worker',
        'task_ledger_projector', 'task_ledger_auditor', 'task_ledger_sealer',
        'task_ledger_eraser', 'task_ledger_notifier'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_role) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', v_role);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- created by the migration of another database meanwhile
            END;
        END IF;
    END LOOP;
END
$$;

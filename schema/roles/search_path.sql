-- Keeps a login named `task_ledger` from creating its own tables in the ledger's schema: by default,
-- PostgreSQL searches the schema with the login's name first.
--
-- Returns: nothing; does nothing for a login of another name, or whose search path was changed.
-- Arguments: none.
-- Usage: run by the first migration of a database. Applies to this login in this database, from its next
--        connection on.
DO $$
BEGIN
    IF session_user = 'task_ledger' AND current_setting('search_path') = '"$user", public' THEN
        EXECUTE format('ALTER ROLE task_ledger IN DATABASE %I SET search_path = public', current_database());
    END IF;
END
$$;

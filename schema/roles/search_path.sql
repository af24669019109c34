-- Keeps a login named `task_ledger` from making its own tables in the ledger's schema. PostgreSQL
-- looks first into the schema that is named like the login, which for this one is the ledger's.
--
-- Returns: nothing; does nothing for a login of another name, or whose search path was changed.
-- Arguments: none.
-- Usage: run by the first migration of a database. The setting is of this login in this database, and
--   counts from its next connection.
DO $$
BEGIN
    IF session_user = 'task_ledger' AND current_setting('search_path') = '"$user", public' THEN
        EXECUTE format('ALTER ROLE task_ledger IN DATABASE %I SET search_path = public', current_database());
    END IF;
END
$$;

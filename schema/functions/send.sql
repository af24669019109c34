-- Stores an untracked message in the caller's transaction; it is published after the commit or never.
--
-- Returns: nothing.
-- Arguments: p_due_at, when to publish it, null for at once; p_message and p_body as of
--            task_ledger.store_message.
-- Usage: messages that a running task sends.
CREATE OR REPLACE FUNCTION task_ledger.send(p_due_at timestamptz, p_message json, p_body bytea)
RETURNS void
LANGUAGE sql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT task_ledger.store_message(NULL, NULL, coalesce(p_due_at, clock_timestamp()), p_message, p_body);
$$;

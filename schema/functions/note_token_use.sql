-- Notes that a token is used now. Does nothing on a replica, in a read-only database, or while another request
-- notes it.
--
-- Returns: nothing.
-- Arguments: p_id, a token's.
-- Usage: authentication of a request, at most every five minutes for each token.
CREATE OR REPLACE FUNCTION task_ledger.note_token_use(p_id uuid)
RETURNS void
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT current_setting('transaction_read_only')::boolean THEN
        UPDATE task_ledger.access_token AS t SET used_at = clock_timestamp()
        WHERE t.id = (SELECT f.id FROM task_ledger.access_token AS f
                      WHERE f.id = p_id FOR NO KEY UPDATE SKIP LOCKED);
    END IF;
END
$$;

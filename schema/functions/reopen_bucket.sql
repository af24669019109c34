-- Gives up the retirement of a month that has not left yet: its tasks accept events again.
--
-- Returns: boolean, whether it was closing.
-- Arguments: p_bucket.
-- Usage: task-ledger retire --reopen, and if an obstacle is found after the month was closed.
CREATE OR REPLACE FUNCTION task_ledger.reopen_bucket(p_bucket integer)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET lock_timeout = '5s'
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('task-ledger buckets', 0));
    UPDATE task_ledger.bucket AS b SET closing_at = NULL, closing_xid = NULL
    WHERE b.bucket = p_bucket AND b.closing_at IS NOT NULL AND b.closed_at IS NULL;
    IF FOUND THEN
        DELETE FROM task_ledger.retired_leaf AS l WHERE l.bucket = p_bucket;
        DELETE FROM task_ledger.retired_project AS p WHERE p.bucket = p_bucket;
        RETURN true;
    END IF;
    RETURN false;
END
$$;

-- Whether a transaction that may still write to a closing month is open. On the first call it draws a
-- transaction id. A writer draws its own id before it checks the month, so every writer that missed the
-- closing has a lower one. When all lower ones have ended, no such writer is left.
--
-- Returns: boolean; null if the month is not closing.
-- Arguments: p_bucket.
-- Usage: task-ledger retire, after the commit of task_ledger.close_bucket, each time in a transaction of
--        its own, until it is false.
CREATE OR REPLACE FUNCTION task_ledger.writers_left(p_bucket integer)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_xid xid8;
BEGIN
    SELECT b.closing_xid INTO v_xid FROM task_ledger.bucket AS b
    WHERE b.bucket = p_bucket AND b.closing_at IS NOT NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF v_xid IS NULL THEN
        UPDATE task_ledger.bucket AS b SET closing_xid = pg_current_xact_id() WHERE b.bucket = p_bucket;
        RETURN true;
    END IF;
    RETURN pg_snapshot_xmin(pg_current_snapshot()) <= v_xid;
END
$$;

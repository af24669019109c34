-- Closes a month for retirement: from the commit on, every writer is refused. Earlier writers may still
-- commit; wait for them with task_ledger.writers_left. Does nothing if the month is already closing.
--
-- Returns: nothing; raises TL008 with the first obstacle (see task_ledger.retirement_obstacles).
-- Arguments: p_bucket, yyyymm.
-- Usage: task-ledger retire, as the owner; commit, then task_ledger.writers_left.
CREATE OR REPLACE FUNCTION task_ledger.close_bucket(p_bucket integer)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET lock_timeout = '5s'
AS $$
DECLARE
    v_found record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('task-ledger buckets', 0));
    IF EXISTS (SELECT FROM task_ledger.bucket AS b WHERE b.bucket = p_bucket AND b.closing_at IS NOT NULL) THEN
        RETURN;
    END IF;
    SELECT * INTO v_found FROM task_ledger.retirement_obstacles(p_bucket) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'month % cannot be retired: %: %', p_bucket, v_found.kind, v_found.detail
            USING ERRCODE = 'TL008';
    END IF;
    UPDATE task_ledger.bucket AS b SET closing_at = clock_timestamp() WHERE b.bucket = p_bucket;
END
$$;

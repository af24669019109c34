-- Rebuilds a shard's rollups from the log, except for retired months.
--
-- Returns: nothing.
-- Arguments: p_shard.
-- Usage: task-ledger rebuild. Waits for the projector's tick of the shard, and blocks the next one until
--        the end of the transaction.
CREATE OR REPLACE FUNCTION task_ledger.recount_rollups(p_shard integer)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM FROM task_ledger.checkpoint AS c
    WHERE c.follower = 'projector' AND c.shard = p_shard FOR UPDATE;
    DELETE FROM task_ledger.task_rollup AS r
    WHERE r.shard = p_shard AND NOT EXISTS (
        SELECT FROM task_ledger.bucket AS b WHERE b.bucket = r.bucket AND b.closed_at IS NOT NULL);
    INSERT INTO task_ledger.task_rollup SELECT * FROM task_ledger.rollups_of(p_shard);
END
$$;

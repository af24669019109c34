-- Repairs the feeds after a sequence went back or was not copied with the log. Sets each sequence above
-- all numbers of events and followers, and sets the projector back to before the first event that it
-- passed without numbering it. Reading again is harmless: numbered events keep their numbers, and folded
-- ones are skipped. The sequences of messages, dispatches and next steps are set above the highest
-- existing number.
--
-- Locks all checkpoints and sequences until the end of the transaction, so that followers and writers
-- wait, and every number drawn before is either a visible event or unused.
--
-- Returns: sixteen rows: (shard, head, set_to, missed), the highest number drawn before and after, and
--          the number of missed events. Raises 55P03 when a transaction that has written to the log does
--          not end within five seconds.
-- Arguments: none.
-- Usage: task-ledger repair feeds. Compares the whole log with the timelines.
CREATE OR REPLACE FUNCTION task_ledger.repair_feeds()
RETURNS TABLE (shard smallint, head bigint, set_to bigint, missed bigint)
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    v_feed  text;
    v_first bigint;
    v_table regclass;
BEGIN
    PERFORM FROM task_ledger.checkpoint AS c ORDER BY c.follower, c.shard FOR UPDATE;
    FOR v_shard IN 0..15 LOOP
        shard := v_shard;
        v_feed := format('task_ledger.feed_%s', v_shard);
        -- For its lock, which conflicts with the weaker lock held by open transactions that drew a number.
        EXECUTE format('ALTER SEQUENCE %s NO CYCLE', v_feed);
        head := (SELECT h.head FROM task_ledger.feed_heads() AS h WHERE h.shard = v_shard);
        set_to := greatest(
            head,
            (SELECT max(c.cursor) FROM task_ledger.checkpoint AS c WHERE c.shard = v_shard),
            (SELECT e.feed FROM task_ledger.task_event AS e
             WHERE e.shard = v_shard ORDER BY e.feed DESC LIMIT 1));
        IF set_to > head THEN
            PERFORM setval(v_feed::regclass, set_to);
        END IF;
        SELECT count(*), min(e.feed) INTO missed, v_first
        FROM task_ledger.task_event AS e
        JOIN task_ledger.checkpoint AS c ON c.follower = 'projector' AND c.shard = e.shard
        WHERE e.shard = v_shard AND e.feed <= c.cursor
            AND NOT EXISTS (
                SELECT FROM task_ledger.project_timeline AS t
                WHERE t.bucket = e.bucket AND t.task_id = e.task_id AND t.version = e.version);
        IF missed > 0 THEN
            UPDATE task_ledger.checkpoint AS c
            SET cursor = v_first - 1, gaps = '[]', old_gaps = '[]', updated_at = clock_timestamp()
            WHERE c.follower = 'projector' AND c.shard = v_shard;
        END IF;
        RETURN NEXT;
    END LOOP;
    -- The sequences of messages and dispatches can go back in the same ways.
    FOR v_table IN
        SELECT a.attrelid::regclass FROM pg_attribute AS a
        JOIN pg_class AS k ON k.oid = a.attrelid
        WHERE k.relnamespace = 'task_ledger'::regnamespace AND a.attidentity <> '' AND a.attname = 'id'
    LOOP
        v_feed := pg_get_serial_sequence(v_table::text, 'id');
        EXECUTE format(
            'SELECT setval(%L, t.highest) FROM (SELECT max(id) AS highest FROM %s) AS t, %s AS s'
            ' WHERE t.highest > s.last_value OR t.highest = s.last_value AND NOT s.is_called',
            v_feed, v_table, v_feed);
    END LOOP;
END
$$;

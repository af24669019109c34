-- The next number of a shard's feed. The caller must hold a transaction id already (see
-- task_ledger.begin_write), or a follower could forget the number before it becomes visible.
--
-- Returns: bigint.
-- Arguments: p_shard, 0 to 15.
-- Usage: task_ledger.append, task_ledger.write_event; inlined by the planner.
CREATE OR REPLACE FUNCTION task_ledger.next_feed(p_shard smallint)
RETURNS bigint
LANGUAGE sql VOLATILE
RETURN nextval((ARRAY[
        'task_ledger.feed_0', 'task_ledger.feed_1', 'task_ledger.feed_2', 'task_ledger.feed_3',
        'task_ledger.feed_4', 'task_ledger.feed_5', 'task_ledger.feed_6', 'task_ledger.feed_7',
        'task_ledger.feed_8', 'task_ledger.feed_9', 'task_ledger.feed_10', 'task_ledger.feed_11',
        'task_ledger.feed_12', 'task_ledger.feed_13', 'task_ledger.feed_14', 'task_ledger.feed_15'
    ]::regclass[])[p_shard + 1]);

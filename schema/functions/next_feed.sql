-- The next number of a shard's feed. The caller must hold a transaction id already (see
-- ledger.begin_write), or a follower could forget the number before it becomes visible.
--
-- Returns: bigint.
-- Arguments: p_shard, 0 to 15.
-- Usage: ledger.append, ledger.write_event; inlined by the planner.
CREATE OR REPLACE FUNCTION ledger.next_feed(p_shard smallint)
RETURNS bigint
LANGUAGE sql VOLATILE
RETURN nextval((ARRAY[
        'ledger.feed_0', 'ledger.feed_1', 'ledger.feed_2', 'ledger.feed_3',
        'ledger.feed_4', 'ledger.feed_5', 'ledger.feed_6', 'ledger.feed_7',
        'ledger.feed_8', 'ledger.feed_9', 'ledger.feed_10', 'ledger.feed_11',
        'ledger.feed_12', 'ledger.feed_13', 'ledger.feed_14', 'ledger.feed_15'
    ]::regclass[])[p_shard + 1]);

-- One sequence per shard, the order in which followers read. CACHE 1 is a promise, not a
-- default: with a larger cache a session hands out numbers below ones that followers have
-- already passed, and those events would be lost to every follower.
-- Usage: task_ledger.next_feed(shard).
DO $$
BEGIN
    FOR v_shard IN 0..15 LOOP
        EXECUTE format('CREATE SEQUENCE task_ledger.feed_%s AS bigint CACHE 1 NO CYCLE', v_shard);
    END LOOP;
END
$$;

-- One sequence per shard: the order in which followers read. CACHE 1 is essential: with a larger
-- cache, a session would use numbers below those that followers have already passed, and all
-- followers would miss these events.
-- Usage: task_ledger.next_feed(shard).
DO $$
BEGIN
    FOR v_shard IN 0..15 LOOP
        EXECUTE format('CREATE SEQUENCE task_ledger.feed_%s AS bigint CACHE 1 NO CYCLE', v_shard);
    END LOOP;
END
$$;

-- The highest number drawn in each feed, visible or not. Idle followers poll it, at the cost of sixteen
-- one-row reads and no transaction id.
--
-- Returns: (shard, head), sixteen rows; head is 0 if no number was ever drawn.
-- Arguments: none.
-- Usage: SELECT * FROM task_ledger.feed_heads().
CREATE OR REPLACE FUNCTION task_ledger.feed_heads()
RETURNS TABLE (shard smallint, head bigint)
LANGUAGE sql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 0::smallint, CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM task_ledger.feed_0
    UNION ALL SELECT 1::smallint, CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM task_ledger.feed_1
    UNION ALL SELECT 2::smallint, CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM task_ledger.feed_2
    UNION ALL SELECT 3::smallint, CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM task_ledger.feed_3
    UNION ALL SELECT 4::smallint, CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM task_ledger.feed_4
    UNION ALL SELECT 5::smallint, CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM task_ledger.feed_5
    UNION ALL SELECT 6::smallint, CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM task_ledger.feed_6
    UNION ALL SELECT 7::smallint, CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM task_ledger.feed_7
    UNION ALL SELECT 8::smallint, CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM task_ledger.feed_8
    UNION ALL SELECT 9::smallint, CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM task_ledger.feed_9
    UNION ALL SELECT 10::smallint, CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM task_ledger.feed_10
    UNION ALL SELECT 11::smallint, CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM task_ledger.feed_11
    UNION ALL SELECT 12::smallint, CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM task_ledger.feed_12
    UNION ALL SELECT 13::smallint, CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM task_ledger.feed_13
    UNION ALL SELECT 14::smallint, CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM task_ledger.feed_14
    UNION ALL SELECT 15::smallint, CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM task_ledger.feed_15
$$;

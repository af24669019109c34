-- The current bucket as a constant, so that queries that compare with it are planned for one partition.
-- An outdated value only costs time, so it need not change at midnight.
--
-- Returns: integer; 0 until task_ledger.open_buckets has run.
-- Arguments: none.
-- Usage: task_ledger.append. Replaced by task_ledger.open_buckets in the first hour of a month, which
--        makes every session replan.
CREATE OR REPLACE FUNCTION task_ledger.this_month()
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 0;

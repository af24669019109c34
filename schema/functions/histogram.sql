-- The histogram of several values, given by their buckets.
--
-- Returns: integer[], as in task_ledger.task_rollup; empty without values.
-- Arguments: the bucket of each value, null for none.
-- Usage: task_ledger.rollups_of.
CREATE OR REPLACE AGGREGATE task_ledger.histogram(integer) (
    SFUNC = task_ledger.count_slot, STYPE = integer[], INITCOND = '{}'
);

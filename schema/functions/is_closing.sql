-- Whether a month is closed to new events, because it is being or was retired.
--
-- Returns: boolean, false for a month without a partition.
-- Arguments: p_bucket.
-- Usage: every writer to an existing task, in a statement after task_ledger.begin_write, so that its
--        transaction id was drawn before; see task_ledger.close_bucket.
CREATE OR REPLACE FUNCTION task_ledger.is_closing(p_bucket integer)
RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
    SELECT FROM task_ledger.bucket AS b
    WHERE b.bucket = p_bucket AND coalesce(b.closing_at, b.closed_at) IS NOT NULL);

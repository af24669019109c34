-- The hashes of the stored tracebacks, to compare with their events without reading the texts.
--
-- Returns: one row for each traceback: task_id, version, sha256 in hex.
-- Arguments: p_task_id, null for all tasks.
-- Usage: task-ledger verify.
CREATE OR REPLACE FUNCTION task_ledger.traceback_hashes(p_task_id uuid)
RETURNS TABLE (task_id uuid, version integer, sha256 text)
LANGUAGE sql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT t.task_id, t.version, encode(sha256(convert_to(t.text, 'UTF8')), 'hex')
    FROM task_ledger.traceback AS t
    WHERE p_task_id IS NULL OR t.task_id = p_task_id;
$$;

-- Stops an action: nothing is done with the tasks that are left. What was done stays.
--
-- Returns: boolean, false if there is no such action, or if it has ended or was stopped before.
-- Arguments: p_id.
-- Usage: POST /actions/{id}/stop.
CREATE OR REPLACE FUNCTION task_ledger.stop_action(p_id uuid)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
BEGIN
    UPDATE task_ledger.action AS a SET stopped_at = clock_timestamp()
    WHERE a.id = p_id AND a.started_at IS NOT NULL AND a.ended_at IS NULL AND a.stopped_at IS NULL;
    RETURN FOUND;
END
$$;

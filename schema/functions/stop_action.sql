-- Stops an action: the remaining tasks are skipped. Nothing is undone.
--
-- Returns: boolean, false if the action does not exist, has ended or was already stopped.
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

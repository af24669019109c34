-- Ends the lease of a worker's main process after a clean stop, so that attempts it still holds can be
-- closed at once.
--
-- Returns: nothing; does nothing for an unknown or ended lease.
-- Arguments: p_boot.
-- Usage: the last action of a worker's main process.
CREATE OR REPLACE FUNCTION task_ledger.end_lease(p_boot uuid)
RETURNS void
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '1s'
AS $$
BEGIN
    IF p_boot IS NULL THEN
        RAISE EXCEPTION 'boot is missing' USING ERRCODE = 'TL004';
    END IF;
    UPDATE task_ledger.worker_lease
    SET ended_at = clock_timestamp(), expires_at = clock_timestamp(), live = '{}'
    WHERE boot = p_boot AND ended_at IS NULL;
END
$$;

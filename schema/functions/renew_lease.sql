-- Creates or renews the lease of a worker's main process. An expired lease may be renewed; attempts
-- closed in the meantime are fenced. An ended lease stays ended.
--
-- Returns: timestamptz, when the lease expires; null for an ended lease. Raises TL004.
-- Arguments: p_boot, drawn at the start of the process; p_worker, p_host, p_pid, its identity; p_seconds,
--            validity from now, 0 to 3600; p_live, the tasks that the process and its children are
--            working on or may start; p_can_terminate, whether it can kill the process of one of them;
--            p_pool, the kind of its pool, or null; p_processes, its concurrency, or null; p_queues, the
--            queues that it consumes.
-- Usage: every few seconds, from a thread of the worker's main process.
CREATE OR REPLACE FUNCTION task_ledger.renew_lease(
    p_boot uuid, p_worker text, p_host text, p_pid integer, p_seconds double precision,
    p_live uuid[], p_can_terminate boolean DEFAULT false, p_pool text DEFAULT NULL,
    p_processes integer DEFAULT NULL, p_queues text[] DEFAULT '{}'
)
RETURNS timestamptz
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '1s'
AS $$
DECLARE
    v_expires_at timestamptz;
BEGIN
    IF p_boot IS NULL OR p_worker IS NULL OR p_host IS NULL OR p_pid IS NULL OR p_live IS NULL
        OR p_queues IS NULL THEN
        RAISE EXCEPTION 'a lease needs boot, worker, host, pid, live and queues' USING ERRCODE = 'TL004';
    END IF;
    -- With an endless lease, a worker could prevent its tasks from ever being closed.
    IF (p_seconds BETWEEN 0 AND 3600) IS NOT TRUE THEN
        RAISE EXCEPTION 'a lease is good for 0 to 3600 seconds, not for %', p_seconds
            USING ERRCODE = 'TL004';
    END IF;
    INSERT INTO task_ledger.worker_lease AS l (
        boot, began_at, renewed_at, expires_at, pid, worker, host, can_terminate, live, live_before,
        pool, processes, queues)
    SELECT p_boot, t.now, t.now, t.now + make_interval(secs => p_seconds), p_pid,
           left(p_worker, 300), left(p_host, 300), p_can_terminate, p_live, '{}',
           left(p_pool, 100), p_processes, p_queues
    FROM (SELECT clock_timestamp() AS now) AS t
    ON CONFLICT (boot) DO UPDATE SET
        renewed_before_at = l.renewed_at, live_before = l.live,
        renewed_at = excluded.renewed_at, expires_at = excluded.expires_at, live = excluded.live,
        processes = excluded.processes, queues = excluded.queues
    WHERE l.ended_at IS NULL
    RETURNING l.expires_at INTO v_expires_at;
    RETURN v_expires_at;
END
$$;

-- Adds failed tasks to their groups: one statement per table, in the order of the keys, so that two
-- writers cannot deadlock.
--
-- Returns: nothing.
-- Arguments: p_failures, from task_ledger.failure_of, one per task.
-- Usage: task_ledger.count_failures.
CREATE OR REPLACE FUNCTION task_ledger.add_failures(p_failures task_ledger.failure_group[])
RETURNS void
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO task_ledger.failure_group AS g
    SELECT f.project_id, f.fingerprint, min(f.task_type), min(f.error_type), min(f.place),
        min(f.first_at), max(f.last_at), count(*),
        (array_agg(f.last_task_id ORDER BY f.last_at DESC, f.last_task_id DESC))[1],
        (SELECT max(h.up_to) FROM task_ledger.failure_handling AS h
         WHERE h.project_id = f.project_id AND h.fingerprint = f.fingerprint)
    FROM unnest(p_failures) AS f
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (project_id, fingerprint) DO UPDATE SET
        first_at = least(g.first_at, excluded.first_at),
        last_at = greatest(g.last_at, excluded.last_at),
        tasks = g.tasks + excluded.tasks,
        last_task_id = CASE WHEN excluded.last_at >= g.last_at THEN excluded.last_task_id
                            ELSE g.last_task_id END;
    INSERT INTO task_ledger.failure_hour AS h
    SELECT f.project_id, f.fingerprint, date_trunc('hour', f.last_at, 'UTC'), count(*)
    FROM unnest(p_failures) AS f
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (project_id, fingerprint, hour) DO UPDATE SET tasks = h.tasks + excluded.tasks;
END
$$;

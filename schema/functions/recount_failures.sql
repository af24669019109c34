-- Rebuilds the groups of failures from all records, without downtime. Its lock waits for open
-- transactions that have changed groups; later ones add to the new groups.
--
-- Returns: nothing.
-- Arguments: none.
-- Usage: task-ledger rebuild, because an owner may have changed records with the triggers disabled.
CREATE OR REPLACE FUNCTION task_ledger.recount_failures()
RETURNS void
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
BEGIN
    LOCK TABLE task_ledger.failure_group IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM task_ledger.failure_hour;
    DELETE FROM task_ledger.failure_group;
    INSERT INTO task_ledger.failure_group
    SELECT f.project_id, f.fingerprint, min(f.task_type), min(f.error_type), min(f.place),
        min(f.first_at), max(f.last_at), count(*),
        (array_agg(f.last_task_id ORDER BY f.last_at DESC, f.last_task_id DESC))[1],
        (SELECT max(h.up_to) FROM task_ledger.failure_handling AS h
         WHERE h.project_id = f.project_id AND h.fingerprint = f.fingerprint)
    FROM task_ledger.task_record AS r CROSS JOIN LATERAL task_ledger.failure_of(r) AS f
    WHERE r.fingerprint IS NOT NULL
    GROUP BY 1, 2;
    INSERT INTO task_ledger.failure_hour
    SELECT f.project_id, f.fingerprint, date_trunc('hour', f.last_at, 'UTC'), count(*)
    FROM task_ledger.task_record AS r CROSS JOIN LATERAL task_ledger.failure_of(r) AS f
    WHERE r.fingerprint IS NOT NULL
    GROUP BY 1, 2, 3;
END
$$;

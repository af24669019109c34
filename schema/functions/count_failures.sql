-- Updates the groups of failures when records change, once per statement. A task that leaves a group
-- lowers its counts; if it was the newest, the next newest takes its place. The group's first time stays.
-- A group without tasks is deleted, because a fingerprint is a hash of text that may have been erased.
--
-- Returns: trigger; fires after each statement, with the rows before and after as old_rows and new_rows.
-- Arguments: none.
-- Usage: the triggers of task_ledger.task_record.
CREATE OR REPLACE FUNCTION task_ledger.count_failures()
RETURNS trigger
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_came task_ledger.failure_group[];
    v_went task_ledger.failure_group[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        v_came := ARRAY(SELECT task_ledger.failure_of(n) FROM new_rows AS n WHERE n.fingerprint IS NOT NULL);
    ELSIF TG_OP = 'UPDATE' THEN
        v_came := ARRAY(
            SELECT task_ledger.failure_of(n) FROM new_rows AS n
            WHERE n.fingerprint IS NOT NULL AND NOT EXISTS (
                SELECT FROM old_rows AS o WHERE o.task_id = n.task_id AND o.fingerprint = n.fingerprint));
        v_went := ARRAY(
            SELECT task_ledger.failure_of(o) FROM old_rows AS o
            WHERE o.fingerprint IS NOT NULL AND NOT EXISTS (
                SELECT FROM new_rows AS n WHERE n.task_id = o.task_id AND n.fingerprint = o.fingerprint));
    ELSIF TG_OP = 'DELETE' THEN
        v_went := ARRAY(SELECT task_ledger.failure_of(o) FROM old_rows AS o WHERE o.fingerprint IS NOT NULL);
    ELSE
        DELETE FROM task_ledger.failure_hour;
        DELETE FROM task_ledger.failure_group;
    END IF;
    IF cardinality(v_came) > 0 THEN
        PERFORM task_ledger.add_failures(v_came);
    END IF;
    IF cardinality(v_went) > 0 THEN
        UPDATE task_ledger.failure_group AS g SET tasks = g.tasks - w.tasks
        FROM (SELECT f.project_id, f.fingerprint, count(*) AS tasks FROM unnest(v_went) AS f
              GROUP BY 1, 2 ORDER BY 1, 2) AS w
        WHERE g.project_id = w.project_id AND g.fingerprint = w.fingerprint;
        UPDATE task_ledger.failure_hour AS h SET tasks = h.tasks - w.tasks
        FROM (SELECT f.project_id, f.fingerprint, date_trunc('hour', f.last_at, 'UTC') AS hour,
                     count(*) AS tasks
              FROM unnest(v_went) AS f GROUP BY 1, 2, 3 ORDER BY 1, 2, 3) AS w
        WHERE h.project_id = w.project_id AND h.fingerprint = w.fingerprint AND h.hour = w.hour;
        DELETE FROM task_ledger.failure_hour AS h
        USING unnest(v_went) AS w
        WHERE h.project_id = w.project_id AND h.fingerprint = w.fingerprint AND h.tasks <= 0;
        DELETE FROM task_ledger.failure_group AS g
        USING unnest(v_went) AS w
        WHERE g.project_id = w.project_id AND g.fingerprint = w.fingerprint AND g.tasks <= 0;
        UPDATE task_ledger.failure_group AS g SET last_at = n.completed_at, last_task_id = n.task_id
        FROM unnest(v_went) AS w
        CROSS JOIN LATERAL (
            SELECT r.completed_at, r.task_id FROM task_ledger.task_record AS r
            WHERE r.project_id = w.project_id AND r.fingerprint = w.fingerprint
            ORDER BY r.completed_at DESC, r.task_id DESC LIMIT 1
        ) AS n
        WHERE g.project_id = w.project_id AND g.fingerprint = w.fingerprint
            AND g.last_task_id = w.last_task_id;
    END IF;
    RETURN NULL;
END
$$;

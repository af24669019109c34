-- Updates task_ledger.task_count once per statement, because a row that is updated a thousand times in
-- one transaction gets slower each time. Updates in the order of the keys, so that two writers cannot
-- deadlock.
--
-- Returns: trigger; fires after each statement, with the rows before and after as old_rows and new_rows.
-- Arguments: none.
-- Usage: the triggers of task_ledger.task_record.
CREATE OR REPLACE FUNCTION task_ledger.count_tasks()
RETURNS trigger
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO task_ledger.task_count AS c
        SELECT r.project_id, r.task_type, r.status, count(*) FROM new_rows AS r
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (project_id, task_type, status) DO UPDATE SET tasks = c.tasks + excluded.tasks;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO task_ledger.task_count AS c
        SELECT d.project_id, d.task_type, d.status, sum(d.by)
        FROM (SELECT project_id, task_type, status, 1 AS by FROM new_rows
              UNION ALL SELECT project_id, task_type, status, -1 FROM old_rows) AS d
        GROUP BY 1, 2, 3 HAVING sum(d.by) <> 0 ORDER BY 1, 2, 3
        ON CONFLICT (project_id, task_type, status) DO UPDATE SET tasks = c.tasks + excluded.tasks;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO task_ledger.task_count AS c
        SELECT r.project_id, r.task_type, r.status, -count(*) FROM old_rows AS r
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (project_id, task_type, status) DO UPDATE SET tasks = c.tasks + excluded.tasks;
    ELSE
        DELETE FROM task_ledger.task_count;
    END IF;
    RETURN NULL;
END
$$;

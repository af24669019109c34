-- As tasks_of_project.sql, of some tasks: reads each of them. OFFSET 0 keeps the look-up in the
-- index of ids.
-- Arguments: those of tasks.sql; task_ids, each of them once.
-- Usage: {candidates} in tasks.sql and tasks_by_status.sql.
SELECT n.key, n.task_id, n.task
FROM unnest(%(task_ids)s::uuid[]) AS wanted (task_id)
CROSS JOIN LATERAL (
    SELECT {key} AS key, r.task_id, r AS task
    FROM task_ledger.task_record AS r
    WHERE r.task_id = wanted.task_id AND {project} AND {listed}
        AND ({key}, r.task_id) {beyond} (%(behind)s::{type}, %(behind_id)s::uuid)
    OFFSET 0
) AS n

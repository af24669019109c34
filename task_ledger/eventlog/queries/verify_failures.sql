-- Groups of failures whose number of tasks is not that of the records with their fingerprint.
-- Returns: project_id, fingerprint, the group's number of tasks or null, that of the records or null.
-- Arguments: project_id, or null for all; task_id, with which nothing is compared.
-- Usage: task_ledger.eventlog.verify, through a server-side cursor.
SELECT project_id, fingerprint, g.tasks, n.tasks
FROM task_ledger.failure_group AS g
FULL JOIN (
    SELECT r.project_id, r.fingerprint, count(*) AS tasks
    FROM task_ledger.task_record AS r
    WHERE r.fingerprint IS NOT NULL
        AND (%(project_id)s::text IS NULL OR r.project_id = %(project_id)s::text)
    GROUP BY 1, 2
) AS n USING (project_id, fingerprint)
WHERE %(task_id)s::uuid IS NULL AND (%(project_id)s::text IS NULL OR project_id = %(project_id)s::text)
    AND g.tasks IS DISTINCT FROM n.tasks

-- Which of some records, as of an earlier time, match the filters.
-- Returns: task_id.
-- Arguments: records, a JSON array of records; at, the time that conditions take for the present; those of
--            tasks_wanted.sql, for which {wanted} stands.
-- Usage: task_ledger.eventlog.past_tasks. Reads no task.
SELECT t.task_id
FROM (
    SELECT r.task_id, r AS task
    FROM json_populate_recordset(NULL::task_ledger.task_record, %(records)s::json) AS r
) AS t
WHERE {wanted}

-- How many of the reached projects' tasks have each status, of the newest `look` of them.
-- Returns: (status, count, looked, oldest): how many of `looked` tasks of the status are wanted, and
--          when the oldest of them was created; no row for a status that no task has.
-- Arguments: project_id, or projects, or neither for all; task_types, task_ids, pattern (ILIKE), since: null for any; statuses:
--            null; roots; behind and behind_id: the beginning of the order; look.
--            {candidates}, {direction} and {wanted} as in tasks.sql, the newest first.
-- Usage: task_ledger.eventlog.task_list.count_by_status.
SELECT (t.task).status, count(*) FILTER (WHERE {wanted}), count(*), min((t.task).created_at)
FROM (
    SELECT parts.* FROM ({candidates}) AS parts
    ORDER BY key {direction}, task_id {direction}
    LIMIT %(look)s
) AS t
GROUP BY 1

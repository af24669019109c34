-- Tasks of a project, or of all, behind a place in an order, sorted and cut by themselves: so the
-- planner merges several parts of an index and sorts nothing.
-- Returns: key, task_id, task (the record).
-- Arguments: those of tasks.sql. {project} names the project, or is true for all; {part}
--            is empty or names a part of an index: one type, one status, first tasks.
-- Usage: {candidates} in tasks.sql and tasks_by_status.sql.
(
    SELECT {key} AS key, r.task_id, r AS task
    FROM task_ledger.task_record AS r
    WHERE {project} AND {listed}{part}
        AND ({key}, r.task_id) {beyond} (%(behind)s::{type}, %(behind_id)s::uuid)
    ORDER BY {key} {direction}, r.task_id {direction}
    LIMIT %(look)s
)

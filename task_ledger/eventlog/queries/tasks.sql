-- A page of the reached projects' tasks, in one of its orders. The tasks are read in their order,
-- one by one, from the order's own index, until the page is full or `look` of them were looked at.
-- Returns: whether the task is wanted; its place among those looked at, from 1; what the order goes
--          by, in microseconds (of a time, since 1970), and the id; the record as JSON, null for a
--          task that is not wanted. Such a task is returned only as the last one looked at, so that
--          the page can say how far it looked.
-- Arguments: project_id, or projects, or neither for all; statuses, task_types, fingerprints,
--            task_ids, pattern (ILIKE), since: null for any; behind and behind_id, where the page before ended, or the beginning of the order;
--            roots; look, how many tasks to look at; limit.
--            {candidates} stands for tasks_of_project.sql, once for each part of an index that is
--            read, or for tasks_of_ids.sql. Of the order: {key} is what it goes by, of type {type};
--            {direction} is ASC and {beyond} is > for the smallest first, DESC and < for the
--            greatest; {listed} says which tasks have a key.
-- Usage: task_ledger.eventlog.task_list.read_task_page. The limit inside keeps the planner from
--        moving the filters into the index scan's condition and sorting what they leave.
SELECT f.wanted, f.place, (extract(epoch FROM f.key) * 1000000)::bigint, f.task_id,
    CASE WHEN f.wanted THEN to_json(f.task) END
FROM (
    SELECT t.key, t.task_id, t.task, t.place, {wanted} AS wanted
    FROM (
        SELECT c.key, c.task_id, c.task,
            row_number() OVER (ORDER BY c.key {direction}, c.task_id {direction}) AS place
        FROM (
            SELECT parts.* FROM ({candidates}) AS parts
            ORDER BY key {direction}, task_id {direction}
            LIMIT %(look)s
        ) AS c
    ) AS t
) AS f
WHERE f.wanted OR f.place = %(look)s
ORDER BY f.key {direction}, f.task_id {direction}
LIMIT %(limit)s

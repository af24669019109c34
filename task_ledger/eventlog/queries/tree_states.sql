-- The tasks below some first tasks by status: at most `most` of each, in the order of creation.
-- Returns: (task_id, status, tasks, started_at, ended_at, more): the first start and the last end of
--          those; whether there are more than `most`. Tasks of other projects than the first one's are
--          not counted, but looked at. No row for a task that nothing descends from.
-- Arguments: task_ids and projects, arrays of the same length; most.
-- Usage: task_ledger.eventlog.tree_state. Reads task_record_by_root, and at most most + 1 records of
--        each. OFFSET 0 keeps the look-up in that index.
SELECT f.task_id, below.status,
    count(*) FILTER (WHERE below.project_id = f.project_id AND below.place <= %(most)s),
    min(below.started_at) FILTER (WHERE below.project_id = f.project_id AND below.place <= %(most)s),
    max(below.completed_at) FILTER (WHERE below.project_id = f.project_id AND below.place <= %(most)s),
    bool_or(below.place > %(most)s)
FROM unnest(%(task_ids)s::uuid[], %(projects)s::text[]) AS f (task_id, project_id)
CROSS JOIN LATERAL (
    SELECT r.status, r.project_id, r.started_at, r.completed_at, row_number() OVER () AS place
    FROM (
        SELECT t.status, t.project_id, t.started_at, t.completed_at
        FROM task_ledger.task_record AS t
        WHERE t.root_id = f.task_id
        ORDER BY t.created_at, t.task_id
        LIMIT %(most)s + 1
    ) AS r
    OFFSET 0
) AS below
GROUP BY f.task_id, below.status

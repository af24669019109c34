-- Stores usual durations, and deletes those of types without runs.
-- Returns: nothing.
-- Arguments: usual, a JSON array of {project_id, task_type, runs, p95_s}, in the order of the key;
--            p95_s is null without runs.
-- Usage: task_ledger.projector.usual_durations.
WITH told AS MATERIALIZED (
    SELECT t.*
    FROM json_to_recordset(%(usual)s::json)
        AS t (project_id text, task_type text, runs bigint, p95_s double precision)
), gone AS (
    DELETE FROM task_ledger.usual_duration AS u
    USING told AS t
    WHERE u.project_id = t.project_id AND u.task_type = t.task_type AND t.p95_s IS NULL
)
INSERT INTO task_ledger.usual_duration AS u
SELECT t.project_id, t.task_type, t.runs, t.p95_s, now()
FROM told AS t
WHERE t.p95_s IS NOT NULL
ON CONFLICT (project_id, task_type) DO UPDATE SET
    runs = excluded.runs, p95_s = excluded.p95_s, updated_at = excluded.updated_at

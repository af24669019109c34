-- Histograms of the durations of types whose usual duration is to be computed: those with a successful
-- run since `runs_since`, and those computed over a day ago, since old runs no longer count. At most
-- `most`, the longest not computed first; none twice within `every_s`.
-- Returns: (project_id, task_type, histogram): the number of runs by bucket, as a JSON object; empty
--          without a run since `since`.
-- Arguments: runs_since, since; every_s; most.
-- Usage: task_ledger.projector.usual_durations. Of each project it reads the rollups of its types once.
WITH due AS MATERIALIZED (
    SELECT p.project_id, p.task_type
    FROM (
        SELECT h.project_id, r.task_type
        FROM task_ledger.project_head AS h
        CROSS JOIN LATERAL (
            SELECT DISTINCT o.task_type
            FROM task_ledger.task_rollup AS o
            WHERE o.project_id = h.project_id AND o.hour >= %(runs_since)s::timestamptz AND o.duration <> '{}'
        ) AS r
        UNION
        SELECT u.project_id, u.task_type
        FROM task_ledger.usual_duration AS u
        WHERE u.updated_at < now() - interval '1 day'
    ) AS p
    LEFT JOIN task_ledger.usual_duration AS u USING (project_id, task_type)
    WHERE u.updated_at IS NULL OR u.updated_at <= now() - make_interval(secs => %(every_s)s)
    ORDER BY u.updated_at NULLS FIRST, p.project_id, p.task_type
    LIMIT %(most)s
), counted AS (
    SELECT w.project_id, r.task_type, s.slot, sum(r.duration[s.slot]) AS runs
    FROM (
        SELECT d.project_id, array_agg(d.task_type) AS task_types
        FROM due AS d
        GROUP BY d.project_id
    ) AS w
    JOIN task_ledger.task_rollup AS r
        ON r.project_id = w.project_id AND r.hour >= %(since)s::timestamptz AND r.task_type = ANY (w.task_types)
    CROSS JOIN LATERAL generate_subscripts(r.duration, 1) AS s (slot)
    GROUP BY w.project_id, r.task_type, s.slot
    HAVING sum(r.duration[s.slot]) > 0
)
SELECT d.project_id, d.task_type,
    coalesce((
        SELECT json_object_agg(c.slot, c.runs)
        FROM counted AS c
        WHERE c.project_id = d.project_id AND c.task_type = d.task_type), '{}')
FROM due AS d

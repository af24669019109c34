-- Stretches of several timelines with the digests of the events that they number.
-- Returns: project_id, seq, task_id as text, version, digest (null when the event is gone).
-- Arguments: projects, after and upto, arrays of the same length: of each project the numbers
--   above after, up to upto.
-- Usage: task_ledger.sealer.postgres. OFFSET 0 keeps both look-ups in their index: joined freely,
--   a few hundred projects are enough for the planner to read the whole timeline.
SELECT wanted.project_id, t.seq, t.task_id::text, t.version, e.digest
FROM unnest(%(projects)s::text[], %(after)s::bigint[], %(upto)s::bigint[])
    WITH ORDINALITY AS wanted (project_id, after, upto, place)
CROSS JOIN LATERAL (
    SELECT n.seq, n.task_id, n.version
    FROM task_ledger.project_timeline AS n
    WHERE n.project_id = wanted.project_id AND n.seq > wanted.after AND n.seq <= wanted.upto
    OFFSET 0
) AS t
LEFT JOIN LATERAL (
    SELECT n.digest
    FROM task_ledger.task_event AS n
    WHERE n.bucket = task_ledger.bucket_of(t.task_id) AND n.task_id = t.task_id
        AND n.version = t.version AND n.project_id = wanted.project_id
    OFFSET 0
) AS e ON true
ORDER BY wanted.place, t.seq

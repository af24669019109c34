-- Ranges of several timelines with their events' digests; for retired events, their leaves.
-- Returns: project_id, seq, task_id as text, version, digest (null if the event is missing), leaf (null
--          unless the event is retired; then task_id and version are empty and 0).
-- Arguments: projects, after and upto, arrays of the same length: for each project the numbers above
--            after, up to and including upto.
-- Usage: task_ledger.sealer.postgres. OFFSET 0 forces index look-ups: otherwise the planner reads the
--        whole timeline for a few hundred projects.
SELECT wanted.project_id, t.seq, t.task_id, t.version, e.digest, t.leaf
FROM unnest(%(projects)s::text[], %(after)s::bigint[], %(upto)s::bigint[])
    WITH ORDINALITY AS wanted (project_id, after, upto, place)
CROSS JOIN LATERAL (
    SELECT n.seq, n.task_id AS id, n.task_id::text AS task_id, n.version, NULL::bytea AS leaf
    FROM task_ledger.project_timeline AS n
    WHERE n.project = (SELECT h.id FROM task_ledger.project_head AS h WHERE h.project_id = wanted.project_id)
        AND n.project_id = wanted.project_id AND n.seq > wanted.after AND n.seq <= wanted.upto
    UNION ALL
    SELECT l.first_seq + i.n, NULL, '', 0, substr(l.leaves, i.n * 32 + 1, 32)
    FROM task_ledger.retired_leaf AS l
    JOIN task_ledger.bucket AS b ON b.bucket = l.bucket AND b.closed_at IS NOT NULL
    CROSS JOIN LATERAL generate_series(0, octet_length(l.leaves) / 32 - 1) AS i(n)
    WHERE l.project_id = wanted.project_id
        -- A row has at most 32 leaves.
        AND l.first_seq > wanted.after - 32 AND l.first_seq <= wanted.upto
        AND l.first_seq + i.n > wanted.after AND l.first_seq + i.n <= wanted.upto
    OFFSET 0
) AS t
LEFT JOIN LATERAL (
    SELECT n.digest
    FROM task_ledger.task_event AS n
    WHERE n.bucket = task_ledger.bucket_of(t.id) AND n.task_id = t.id
        AND n.version = t.version AND n.project_id = wanted.project_id
    OFFSET 0
) AS e ON true
ORDER BY wanted.place, t.seq

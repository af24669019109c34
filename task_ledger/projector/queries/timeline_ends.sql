-- The last number of several projects' timelines.
-- Returns: (project_id, seq), 0 for a timeline without an event.
-- Arguments: project_ids, an array.
-- Usage: task_ledger.projector.numbering, in the transaction that holds the projects' shards.
SELECT p.project_id, last.seq
FROM unnest(%(project_ids)s::text[]) AS p (project_id)
CROSS JOIN LATERAL (
    SELECT coalesce(max(t.seq), 0) AS seq
    FROM task_ledger.project_timeline AS t
    WHERE t.project_id = p.project_id
) AS last

-- Takes the next numbers of several projects' timelines.
-- Returns: (project_id, seq): the last number taken.
-- Arguments: arrays of one length: project_ids, each once; counts, how many numbers.
-- Usage: task_ledger.projector.numbering, in the transaction that holds the projects' shards and
--        stores the numbers.
INSERT INTO task_ledger.project_head AS h (project_id, seq)
SELECT n.project_id, n.events FROM unnest(%(project_ids)s::text[], %(counts)s::bigint[]) AS n (project_id, events)
ON CONFLICT (project_id) DO UPDATE SET seq = h.seq + excluded.seq
RETURNING h.project_id, h.seq

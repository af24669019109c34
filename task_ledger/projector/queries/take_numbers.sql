-- Takes the next numbers of several projects' timelines.
-- Returns: (project_id, seq, id): the last number taken, and the project's id.
-- Arguments: arrays of one length: project_ids, each once; counts, how many numbers.
-- Usage: task_ledger.projector.numbering, in the transaction that holds the projects' shards and
--        stores the numbers.
WITH counted AS (
    SELECT n.* FROM unnest(%(project_ids)s::text[], %(counts)s::bigint[]) AS n (project_id, events)
), known AS (
    UPDATE task_ledger.project_head AS h
    SET seq = h.seq + c.events
    FROM counted AS c
    WHERE h.project_id = c.project_id
    RETURNING h.project_id, h.seq, h.id
), added AS (
    -- Not ON CONFLICT, which would take an id for each project each time.
    INSERT INTO task_ledger.project_head AS h (project_id, seq)
    SELECT c.project_id, c.events
    FROM counted AS c
    WHERE NOT EXISTS (SELECT FROM known AS k WHERE k.project_id = c.project_id)
    RETURNING h.project_id, h.seq, h.id
)
SELECT k.project_id, k.seq, k.id FROM known AS k
UNION ALL
SELECT a.project_id, a.seq, a.id FROM added AS a

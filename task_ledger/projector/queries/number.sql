-- Numbers events in their projects' timelines, without gaps, in the order of the arrays. An event
-- that has its number keeps it.
-- Returns: nothing.
-- Arguments: arrays of one length: recorded_ats, versions, types, task_ids, project_ids.
-- Usage: task_ledger.projector.projection, in the transaction that holds the projects' shards;
--        who does not hold them could give a number twice.
WITH sighted AS (
    SELECT n.*
    FROM unnest(%(recorded_ats)s::timestamptz[], %(versions)s::integer[],
                %(types)s::task_ledger.event_type[], %(task_ids)s::uuid[], %(project_ids)s::text[])
        WITH ORDINALITY AS n (recorded_at, version, type, task_id, project_id, place)
    WHERE NOT EXISTS (
        SELECT FROM task_ledger.project_timeline AS t
        WHERE t.task_id = n.task_id AND t.version = n.version)
), ends AS (
    SELECT p.project_id, last.seq
    FROM (SELECT DISTINCT s.project_id FROM sighted AS s) AS p
    CROSS JOIN LATERAL (
        SELECT coalesce(max(t.seq), 0) AS seq
        FROM task_ledger.project_timeline AS t
        WHERE t.project_id = p.project_id
    ) AS last
)
INSERT INTO task_ledger.project_timeline (seq, recorded_at, version, type, task_id, project_id)
SELECT
    e.seq + row_number() OVER (PARTITION BY s.project_id ORDER BY s.place),
    s.recorded_at, s.version, s.type, s.task_id, s.project_id
FROM sighted AS s
JOIN ends AS e ON e.project_id = s.project_id
